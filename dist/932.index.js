export const id = 932;
export const ids = [932];
export const modules = {

/***/ 59:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ZT: () => (/* binding */ bucketInPath),
/* harmony export */   oD: () => (/* binding */ s3Client),
/* harmony export */   wI: () => (/* binding */ s3Endpoint)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3711);

const ACCELERATED = /^https:\/\/s3-accelerate(\.dualstack)?\.amazonaws\.com\/?$/;
function s3Endpoint({ AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: all }) {
    return own || all || '';
}
function bucketInPath(env) {
    const endpoint = s3Endpoint(env);
    return endpoint !== '' && !ACCELERATED.test(endpoint);
}
function s3Client({ aws, runner }, region) {
    return new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_0__/* .S3Client */ .YxF({
        ...aws.client(region),
        forcePathStyle: bucketInPath(runner.env),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
    });
}


/***/ }),

/***/ 7562:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JL: () => (/* binding */ isGit),
/* harmony export */   MN: () => (/* binding */ realOf),
/* harmony export */   OF: () => (/* binding */ fenced),
/* harmony export */   UO: () => (/* binding */ isWithin),
/* harmony export */   VO: () => (/* binding */ wayOf),
/* harmony export */   vK: () => (/* binding */ isPrivateOfTemp)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _edge_files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1156);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7966);




function wayOf(given, { workspace, temp, also = [] }) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(workspace, given);
    const real = realOf(path);
    if (real === undefined)
        return { kind: 'missing', path };
    const roots = [workspace, ...(temp ? [temp] : [])];
    const isOurs = roots.some((root) => isWithin(path, root) || isWithin(path, realOf(root) ?? root));
    if (!isOurs)
        return { kind: 'named', path, real };
    const home = [...roots, ...also].map((root) => realOf(root) ?? root).filter((root) => isWithin(real, root));
    const [root] = home.sort((a, b) => b.length - a.length);
    if (root === undefined)
        return { kind: 'outside', path, real };
    const below = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(root, real).split(node_path__WEBPACK_IMPORTED_MODULE_1__.sep);
    if (below.some(isGit))
        return { kind: 'git', path, real };
    const isTemp = temp !== undefined && root === realOf(temp) && !isWithin(path, temp);
    const isPrivate = isTemp && (real === root || isPrivateOfTemp(below[0] ?? ''));
    return { kind: isPrivate ? 'outside' : 'inside', path, real };
}
function isGit(name) {
    return name.toLowerCase() === '.git';
}
function isPrivateOfTemp(name) {
    return /^(_|keyless-|git-credentials-)/i.test(name);
}
function fenced(given, fence) {
    const way = wayOf(given, fence);
    if (way.kind === 'missing') {
        (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_2__/* .onFileSync */ .tA)({ on: given, doing: 'read' }, () => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(way.path, { throwIfNoEntry: false }));
        return undefined;
    }
    const { path, real } = way;
    if (way.kind === 'outside') {
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_3__/* .Problem */ .AF({
            on: given,
            what: 'a symbolic link on this path leads out of the workspace',
            why: `it leads to ${real}: what lies outside may be secret, and is not part of what was built`,
            fix: 'copy what is to be published into the workspace, or write the path it leads to',
        });
    }
    if (way.kind === 'git') {
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_3__/* .Problem */ .AF({
            on: given,
            what: 'this path leads into .git',
            why: 'the configuration and the history of a repository may hold a token',
            fix: 'copy what is to be published elsewhere in the workspace',
        });
    }
    const stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(real);
    if (stats.isFile() || stats.isDirectory())
        return { path, stats };
    throw new _problem_js__WEBPACK_IMPORTED_MODULE_3__/* .Problem */ .AF({
        on: given,
        what: 'this is neither a file nor a folder',
        why: 'reading a pipe, a socket or a device may never end',
        fix: 'write what it gives to a file first',
    });
}
function isWithin(path, folder) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(folder, path);
    return way === '' || (way !== '..' && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}`) && !(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(way));
}
function realOf(path) {
    try {
        return node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync.native(path);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 5668:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ poll)
/* harmony export */ });
/* harmony import */ var _deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4361);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2619);
/* harmony import */ var _timeouts_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(681);



async function poll({ look, pausesMs, deadline, timedOut, onLost, clock, signal }) {
    for (let at = 0;; at++) {
        signal.throwIfAborted();
        const left = () => deadline - clock.now();
        const inTime = (0,_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineOf */ .G)(Math.max(left(), _timeouts_js__WEBPACK_IMPORTED_MODULE_2__/* .CALL_MS */ .WD), signal);
        let isLost = false;
        try {
            const found = await Promise.race([look(), inTime.passed]);
            if (found !== undefined)
                return found;
        }
        catch (thrown) {
            signal.throwIfAborted();
            if (!mayPass(thrown))
                throw thrown;
            isLost = true;
        }
        finally {
            inTime.end();
        }
        if (left() <= 0)
            throw timedOut();
        if (isLost)
            onLost();
        await clock.sleep(Math.min(pausesMs[at] ?? pausesMs.at(-1), left()), signal);
    }
}
function mayPass(thrown) {
    return [thrown, thrown.cause].some((it) => it !== undefined && (0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .verdictOf */ .Vj)(it) !== 'fatal');
}


/***/ }),

/***/ 8402:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L4: () => (/* binding */ stateOf),
/* harmony export */   Ne: () => (/* binding */ changedFile),
/* harmony export */   PA: () => (/* binding */ mustBeSame),
/* harmony export */   bY: () => (/* binding */ openSame),
/* harmony export */   sb: () => (/* binding */ openSameSync)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7966);
/* harmony import */ var _read_text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9213);




function stateOf(path, { size, mtimeMs, dev, ino }) {
    return { path, size, mtimeMs, dev, ino };
}
function openSameSync(file) {
    const handle = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(file.path, _read_text_js__WEBPACK_IMPORTED_MODULE_3__/* .AT_ONCE */ .Qd);
    try {
        mustBeSame((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(handle), file);
        return handle;
    }
    catch (thrown) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(handle);
        throw thrown;
    }
}
async function openSame(file) {
    const handle = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(file.path, _read_text_js__WEBPACK_IMPORTED_MODULE_3__/* .AT_ONCE */ .Qd);
    try {
        mustBeSame(await handle.stat(), file);
        return handle;
    }
    catch (thrown) {
        await handle.close();
        throw thrown;
    }
}
function mustBeSame({ size, mtimeMs, dev, ino }, file) {
    if (size === file.size && mtimeMs === file.mtimeMs && dev === file.dev && ino === file.ino)
        return;
    throw changedFile(file);
}
function changedFile({ path }) {
    return new _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
        what: 'the file changed while the step ran',
        on: path,
        why: 'something still writes to it, or put another in its place: what is published would be neither the old nor the new file',
        fix: 'let the step that writes it end before this one begins',
    });
}


/***/ }),

/***/ 7932:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  objectsJob: () => (/* binding */ objectsJob)
});

// EXTERNAL MODULE: external "node:perf_hooks"
var external_node_perf_hooks_ = __webpack_require__(643);
// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
;// CONCATENATED MODULE: ./lib/base/heap.js


const MAX_YOUNG_BYTES = 16 << 20;
function boundHeap() {
    (0,external_node_v8_.setFlagsFromString)('--heap-growing-percent=10');
    const observer = new external_node_perf_hooks_.PerformanceObserver(() => {
        const young = (0,external_node_v8_.getHeapSpaceStatistics)().find(({ space_name }) => space_name === 'new_space');
        if (!young || young.space_size < MAX_YOUNG_BYTES)
            return;
        (0,external_node_v8_.setFlagsFromString)('--semi-space-growth-factor=1');
        observer.disconnect();
    });
    observer.observe({ entryTypes: ['gc'] });
}

// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
;// CONCATENATED MODULE: ./lib/objects/local/buffers.js
const SMALLEST = 4 << 10;
const MIB = 1 << 20;
function makeBuffers(most) {
    const idle = new Map();
    let kept = 0;
    return {
        take: (size) => {
            const whole = size > MIB ? Math.ceil(size / MIB) * MIB : Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size)));
            const found = idle.get(whole)?.pop();
            if (found)
                kept -= whole;
            return Buffer.from(found ?? new ArrayBuffer(whole), 0, size);
        },
        give: ({ buffer }) => {
            if (!(buffer instanceof ArrayBuffer) || kept + buffer.byteLength > most)
                return;
            const same = idle.get(buffer.byteLength) ?? [];
            idle.set(buffer.byteLength, same);
            same.push(buffer);
            kept += buffer.byteLength;
        },
    };
}

// EXTERNAL MODULE: ./lib/objects/rules/viewer-paths.js
var viewer_paths = __webpack_require__(2953);
;// CONCATENATED MODULE: ./lib/objects/plan/invalidation-paths.js

function plannedPaths(plan) {
    if (plan.invalidations.length === 0)
        return [];
    const due = [...plan.objects.filter(isDue), ...plan.repairs];
    return plan.invalidations.map((planned) => ({
        distribution: planned.distribution,
        afterUpload: pathsAfterUpload(planned, due, plan.deletions),
        afterDeletion: plan.deletions.length === 0 ? [] : pathsAfterDeletion(planned, plan.deletions),
    }));
}
function isDue({ action, key }) {
    return action === 'changed' || action === 'headers' || (action === 'new' && !(0,viewer_paths/* isContentNamed */.R$)(key));
}
function pathsAfterUpload(planned, sent, deletions) {
    const { given, maySee } = planned;
    if (given)
        return given;
    return pathsOf(planned, maySee ? [...sent, ...deletions] : sent);
}
function announces({ given, maySee, viewerKey }, deletions) {
    return (given !== undefined || maySee) && deletions.some((one) => viewerKey(one) !== undefined);
}
const ERROR_PAGE = /^(index|error|40[34]|200)\.html$/;
function warnOfUnseenErrorPages(invalidations, objects, log) {
    for (const { distribution, facts, given, viewerKey } of invalidations) {
        if (facts || given)
            continue;
        const page = objects.find((one) => isDue(one) && ERROR_PAGE.test(viewerKey(one) ?? ''));
        if (!page)
            continue;
        log.warning(`CloudFront ${distribution}: whether ${page.key} is also served for errors, as for all addresses of a single-page application, cannot be told. Those addresses may keep the page of before. Allow cloudfront:GetDistribution on the distribution, or give cloudfront-paths: /*.`);
    }
}
function pathsAfterDeletion(planned, deleted) {
    return pathsOf({ ...planned, owed: [], announced: [] }, deleted);
}
function pathsOf({ given, viewerKey, owed, announced, facts }, objects) {
    if (given)
        return given;
    const keys = [...owed, ...objects.map(viewerKey).filter((key) => key !== undefined)];
    if (facts && keys.some((key) => facts.errorPages.has(`/${key}`)))
        return ['/*'];
    const root = facts && keys.includes(facts.rootObject) ? ['/'] : [];
    const paths = (0,viewer_paths/* joinPaths */.HS)(announced, root, (0,viewer_paths/* pathsToInvalidate */.VB)(keys));
    return facts?.byQuery ? (0,viewer_paths/* withQueries */.jQ)(paths) : paths;
}

;// CONCATENATED MODULE: ./lib/objects/rules/parts.js
const parts_MIB = 1 << 20;
const MAX_PARTS = 10_000;
const SMALLEST_PART = 8 * parts_MIB;
const MULTIPART_ABOVE = 16 * parts_MIB;
const MAX_OBJECT_BYTES = MAX_PARTS * 5 * 1024 * parts_MIB;
function partSizeOf(size) {
    return Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS / parts_MIB) * parts_MIB);
}
function* partsOf(size) {
    const step = partSizeOf(size);
    for (let number = 1, offset = 0; offset < size; number++, offset += step) {
        yield { number, offset, size: Math.min(step, size - offset) };
    }
}

;// CONCATENATED MODULE: ./lib/objects/s3/limiter.js
const HOUSE_LIMITS = { start: 32, most: 96, bytes: 64 << 20 };
function makeLimiter({ start, most, bytes: mostBytes }) {
    let limit = start;
    let hurried = true;
    let [active, bytesActive] = [0, 0];
    let sinceThrottle = Number.POSITIVE_INFINITY;
    const waiting = [];
    let first = 0;
    const admit = () => {
        for (;;) {
            const next = waiting[first];
            if (!next || active >= Math.floor(limit))
                return;
            if (active > 0 && bytesActive + next.bytes > mostBytes)
                return;
            first++;
            if (first > 1_000) {
                waiting.splice(0, first);
                first = 0;
            }
            active++;
            bytesActive += next.bytes;
            let held = true;
            next.enter(() => {
                if (!held)
                    return;
                held = false;
                active--;
                bytesActive -= next.bytes;
                admit();
            });
        }
    };
    return {
        get limit() {
            return Math.floor(limit);
        },
        take: (bytes) => new Promise((enter) => {
            waiting.push({ bytes, enter });
            admit();
        }),
        succeeded: () => {
            sinceThrottle++;
            limit = Math.min(most, limit + (hurried ? 1 : 1 / limit));
        },
        throttled: () => {
            hurried = false;
            if (sinceThrottle >= limit / 2)
                limit = Math.max(1, limit / 2);
            sinceThrottle = 0;
        },
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aws/client.js + 1 modules
var client = __webpack_require__(1009);
// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
// EXTERNAL MODULE: ./lib/aws/xml.js
var aws_xml = __webpack_require__(2256);
// EXTERNAL MODULE: ./lib/base/problem.js
var base_problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/retryable.js
var retryable = __webpack_require__(2619);
;// CONCATENATED MODULE: ./lib/base/sorted.js
function placeFinder(sorted, nameOf) {
    let next = 0;
    const isNext = (name) => next < sorted.length && nameOf(sorted[next]) === name;
    return (name) => {
        if (!isNext(name))
            next = firstNotBefore(name, sorted, nameOf);
        return isNext(name) ? next++ : undefined;
    };
}
function firstNotBefore(name, sorted, nameOf) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (nameOf(sorted[middle]) < name)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
;// CONCATENATED MODULE: ./lib/objects/plan/iam-actions.js

function onBucket(actions, { name, partition }) {
    const accessPoint = accessPointOf(name);
    return { actions, resources: [`arn:${partition}:s3:${accessPoint ?? `::${name}`}`] };
}
function onListing(bucket, prefix) {
    const statement = onBucket(['s3:ListBucket'], bucket);
    return prefix === '' ? statement : { ...statement, conditions: { StringEquals: { 's3:prefix': prefix } } };
}
function onObjects(actions, { name, partition, prefix = '', isKey = false }) {
    const accessPoint = accessPointOf(name);
    const place = accessPoint === undefined ? `::${name}` : `${accessPoint}/object`;
    return { actions, resources: [`arn:${partition}:s3:${place}/${prefix}${isKey ? '' : '*'}`] };
}
function accessPointOf(bucket) {
    const [, name] = /^(.+)-[a-z0-9]{34}(?:-ext)?-s3alias$/.exec(bucket) ?? [];
    return name && `*:*:accesspoint/${name}${name.length < 20 ? '' : '*'}`;
}
const READ_STATE = ['s3:GetObject', 'kms:Decrypt', 'kms:GenerateDataKey'];
function writeActions({ headers, size, action }, acl) {
    if (action === 'headers')
        return copyActions(headers, acl);
    const inParts = size > MULTIPART_ABOVE;
    return chosen([
        [true, 's3:PutObject'],
        [acl !== undefined, 's3:PutObjectAcl'],
        [isTagged(headers), 's3:PutObjectTagging'],
        [inParts, 's3:AbortMultipartUpload'],
        [encrypts(headers), 'kms:GenerateDataKey'],
        [encrypts(headers) && inParts, 'kms:Decrypt'],
    ]);
}
function copyActions(headers, acl) {
    return chosen([
        [true, 's3:PutObject'],
        [acl !== undefined, 's3:PutObjectAcl'],
        [true, 's3:PutObjectTagging'],
        [!isTagged(headers), 's3:GetObjectTagging'],
        [true, 's3:GetObject'],
        [encrypts(headers), 'kms:GenerateDataKey'],
        [encrypts(headers), 'kms:Decrypt'],
    ]);
}
function isTagged(headers) {
    return headers['x-amz-tagging'] !== undefined;
}
function encrypts(headers) {
    return headers['x-amz-server-side-encryption']?.startsWith('aws:kms') ?? false;
}
function chosen(wanted) {
    return wanted.filter(([does]) => does).map(([, name]) => name);
}

// EXTERNAL MODULE: ./lib/aws/etag.js
var etag = __webpack_require__(1148);
;// CONCATENATED MODULE: ./lib/objects/rules/crc.js
function crcHeader(crc) {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(crc >>> 0);
    return bytes.toString('base64');
}
function combineCrc(first, second, length) {
    let crc = first;
    let operator = square(square(square(shiftByOneBit())));
    for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
        if (rest % 2 === 1)
            crc = multiply(operator, crc);
        operator = square(operator);
    }
    return (crc ^ second) >>> 0;
}
function shiftByOneBit() {
    return [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];
}
function multiply(matrix, vector) {
    let sum = 0;
    for (let bit = 0, rest = vector >>> 0; rest !== 0; bit++, rest >>>= 1)
        if (rest & 1)
            sum ^= matrix[bit];
    return sum >>> 0;
}
function square(matrix) {
    return matrix.map((column) => multiply(matrix, column));
}

// EXTERNAL MODULE: ./node_modules/mime-types/index.js
var mime_types = __webpack_require__(4096);
// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
// EXTERNAL MODULE: ./lib/objects/rules/globs.js
var rules_globs = __webpack_require__(7787);
;// CONCATENATED MODULE: ./lib/objects/rules/flat-globs.js



const MAX_LOOKED_AT = 16;
const MAX_NAMED = 3;
function flatGlobs(globs) {
    const flat = globs
        .map((glob, place) => ({ place, glob: (0,rules_globs/* meantGlob */.yX)(glob), isRooted: /^\.?[/\\]/.test(glob) }))
        .filter(({ glob, isRooted }) => !isRooted && !glob.includes('/') && /[*?]/.test(glob) && !/^\*+$/.test(glob))
        .slice(0, MAX_LOOKED_AT)
        .map((one) => ({ ...one, matches: picomatch(one.glob, rules_globs/* GLOB_OPTIONS */.gu), count: 0, some: [] }));
    const isGeneral = (place) => place < 0 || /^(\*\*\/)*[^/]*$/.test((0,rules_globs/* meantGlob */.yX)(globs[place]));
    return {
        look: (name, best) => {
            const slash = name.lastIndexOf('/');
            if (slash < 0 || flat.length === 0 || !isGeneral(best))
                return;
            const ownName = name.slice(slash + 1);
            for (const one of flat) {
                const isMeantDeeper = best >= 0 && (0,rules_globs/* meantGlob */.yX)(globs[best]) === `**/${one.glob}`;
                if (one.place < best || isMeantDeeper || !one.matches(ownName))
                    continue;
                one.count++;
                if (one.some.length < MAX_NAMED)
                    one.some.push(name);
            }
        },
        missed: (unmatched) => flat
            .filter(({ place, count }) => count > 0 && !unmatched.includes(place))
            .map(({ place, count, some }) => ({
            glob: globs[place],
            files: `${(0,units/* counted */.hS)(count, 'file')} (${some.join(', ')}${count > some.length ? ', …' : ''})`,
        })),
    };
}

;// CONCATENATED MODULE: ./lib/objects/rules/headers.js



function headerBook(settings) {
    const shared = new Map();
    const fixed = fixedHeaders(settings);
    const encodings = ruledHeader('s3-content-encoding', 'content-encoding', settings.contentEncoding);
    const ruled = [
        ruledHeader('s3-cache-control', 'cache-control', settings.cacheControl),
        ruledHeader('s3-content-type', 'content-type', settings.contentType),
        encodings,
        ruledHeader('s3-content-disposition', 'content-disposition', settings.contentDisposition),
        ruledHeader('s3-content-language', 'content-language', settings.contentLanguage),
        ruledHeader('s3-expires', 'expires', settings.expires),
        ...metadataRules(settings),
    ];
    const compress = ruledHeader('s3-compress', 'content-encoding', settings.compress);
    return {
        compressionOf: (names) => compress.lookup(names),
        encodingOf: (names) => encodings.peek(names),
        unmatched: () => [...ruled, compress].flatMap(({ input, unmatched }) => unmatched().map((glob) => ({ input, glob }))),
        missed: () => [...ruled, compress].flatMap(({ input, missed }) => missed().map((one) => ({ input, ...one }))),
        of: (names, encoding, original = names[0] ?? '') => {
            const own = encoding ? { 'content-encoding': encoding } : {};
            for (const { header, lookup } of ruled) {
                const value = lookup(names);
                if (value !== undefined)
                    own[header] = value;
            }
            const type = contentTypeOf(original);
            const key = `${type}\n${JSON.stringify(own)}`;
            const known = shared.get(key) ?? {
                all: { ...fixed, 'content-type': type, ...own },
                ruled: { ...fixed, ...own },
                isRuled: Object.keys(own).length > 0 || asksOfAll(settings),
                guessesCharset: own['content-type'] === undefined && CHARSET.test(type),
            };
            shared.set(key, known);
            return known;
        },
    };
}
const CHARSET = /; charset=utf-8$/;
function withoutCharset(headers) {
    return { ...headers, 'content-type': (headers['content-type'] ?? '').replace(CHARSET, '') };
}
function contentTypeOf(name) {
    if (/(^|\/)apple-app-site-association$/.test(name))
        return 'application/json; charset=utf-8';
    const extension = /\.[^./]+$/.exec(name)?.[0] ?? '';
    return mime_types.contentType(extension) || 'application/octet-stream';
}
function comparable(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => COMPARED.test(name) || name.startsWith(ENCRYPTION)));
}
const ENCRYPTION = 'x-amz-server-side-encryption';
const COMPARED = /^(cache-control|content-type|content-encoding|content-disposition|content-language|expires|x-amz-meta-.+|x-amz-storage-class|x-amz-website-redirect-location)$/;
function storedHeaders(answer) {
    const found = {};
    for (const [name, value] of Object.entries(answer)) {
        if (value !== undefined && COMPARED.test(name))
            found[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    found['x-amz-storage-class'] ??= 'STANDARD';
    const encryption = answer['x-amz-server-side-encryption'];
    if (typeof encryption === 'string' && encryption.startsWith('aws:kms')) {
        found['x-amz-server-side-encryption'] = encryption;
        const key = answer['x-amz-server-side-encryption-aws-kms-key-id'];
        if (typeof key === 'string')
            found['x-amz-server-side-encryption-aws-kms-key-id'] = key;
    }
    return found;
}
function tagging(tags) {
    const pairs = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
    return pairs.join('&');
}
function fixedHeaders({ tags, storageClass, encryption, kmsKey }) {
    const headers = {};
    if (Object.keys(tags).length > 0)
        headers['x-amz-tagging'] = tagging(tags);
    if (storageClass)
        headers['x-amz-storage-class'] = storageClass;
    if (encryption || kmsKey)
        headers['x-amz-server-side-encryption'] = encryption ?? 'aws:kms';
    if (kmsKey)
        headers['x-amz-server-side-encryption-aws-kms-key-id'] = kmsKey;
    return headers;
}
function metadataRules({ metadata }) {
    const names = [...new Set(metadata.map(({ name }) => name))];
    return names.map((name) => ruledHeader('s3-metadata', `x-amz-meta-${name}`, metadata.filter((rule) => rule.name === name)));
}
function asksOfAll({ storageClass, encryption, kmsKey }) {
    return storageClass !== undefined || kmsKey !== undefined || (encryption ?? '').startsWith('aws:kms');
}
function ruledHeader(input, header, rules) {
    const globs = rules.map(({ glob }) => glob);
    const set = (0,rules_globs/* globSet */.xk)(globs);
    const flat = flatGlobs(globs);
    return {
        input,
        header,
        lookup: (names) => {
            if (rules.length === 0)
                return undefined;
            const best = set.lastMatch(names);
            flat.look(names[0] ?? '', best);
            return rules[best]?.value;
        },
        peek: (names) => (rules.length === 0 ? undefined : rules[set.lastMatch(names)]?.value),
        unmatched: () => set.unmatched().map((place) => globs[place]),
        missed: () => flat.missed(set.unmatched()),
    };
}

;// CONCATENATED MODULE: ./lib/objects/rules/compare.js




function clueOf(size, listed) {
    if (!listed)
        return 'new';
    if (listed.size !== size)
        return 'changed';
    const summed = (0,etag/* summedIn */.l)(listed.etag);
    if (summed === 'whole')
        return 'etag';
    return size > 0 && summed === Math.ceil(size / partSizeOf(size)) ? 'etag-of-parts' : 'ask';
}
function provesEqual({ checksumCrc32, checksumType, etag }, crc) {
    return isWhole({ checksumType, etag }) && checksumCrc32 === crcHeader(crc);
}
function isWhole({ checksumType, etag }) {
    return checksumType === 'FULL_OBJECT' || (checksumType === undefined && !etag.includes('-'));
}
function provesOther(head, crc) {
    const isMd5 = (0,etag/* summedIn */.l)(head.etag) === 'whole' && head.kmsKey === undefined;
    return isMd5 || (isWhole(head) && head.checksumCrc32 !== undefined && head.checksumCrc32 !== crcHeader(crc));
}
function headersEqual(wanted, found) {
    return Object.entries(wanted).every(([name, value]) => (EQUAL[name] ?? isEqual)(value, found[name]));
}
function isEqual(wanted, found) {
    return found === wanted;
}
const EQUAL = {
    'x-amz-storage-class': (wanted, found = 'STANDARD') => found === wanted || (COOLING.includes(wanted) && COOLING.indexOf(found) >= COOLING.indexOf(wanted)),
    'x-amz-server-side-encryption': (wanted, found = 'AES256') => found === wanted,
    'x-amz-server-side-encryption-aws-kms-key-id': (wanted, found = '') => found === wanted || found.endsWith(`/${wanted}`) || (found !== '' && wanted.includes('alias/')),
};
const COOLING = [
    'STANDARD',
    'STANDARD_IA',
    'INTELLIGENT_TIERING',
    'ONEZONE_IA',
    'GLACIER_IR',
    'GLACIER',
    'DEEP_ARCHIVE',
];
const MAX_COPY_BYTES = 5 * 2 ** 30;
function isArchive(storageClass, archiveStatus) {
    return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE' || (archiveStatus ?? '') !== '';
}
function compareFile(facts) {
    const { size, listed, digests, head, ruled, isRuled } = facts;
    const clue = clueOf(size, listed);
    if (clue === 'new')
        return { action: facts.mayList ? 'new' : 'changed' };
    if (clue === 'changed' || facts.always)
        return { action: 'changed' };
    if (!digests)
        return { need: 'digests', inParts: clue === 'etag-of-parts' };
    const isSame = clue !== 'ask' && digests.etag === listed?.etag;
    if (isSame && !(ruled && isRuled))
        return { action: 'unchanged' };
    if (head === undefined)
        return { need: 'head' };
    if (head === 'refused')
        return { action: 'changed', unproved: true };
    if (!isSame && !provesEqual(head, digests.crc)) {
        return { action: 'changed', ...(provesOther(head, digests.crc) ? {} : { unproved: true }) };
    }
    if (facts.isForeignKey(head.kmsKey))
        return { action: 'changed', foreignKey: true };
    if (!ruled || headersEqual(comparable(ruled), head.headers))
        return { action: 'unchanged' };
    return { action: size > MAX_COPY_BYTES || head.isArchived ? 'changed' : 'headers' };
}

// EXTERNAL MODULE: ./lib/objects/rules/key.js
var rules_key = __webpack_require__(1999);
;// CONCATENATED MODULE: ./lib/objects/s3/list-page.js




const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);
const END = '</Contents>';
const LONGEST_ENTRY = 64 << 10;
async function readPage(answer) {
    const objects = [];
    const decoder = new TextDecoder();
    let outside = '';
    let rest = '';
    for await (const chunk of answer) {
        rest += decoder.decode(chunk, { stream: true });
        let from = 0;
        for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END, from)) {
            const start = rest.indexOf('<Contents>', from);
            if (start < from || start > end)
                throw noListing();
            outside += rest.slice(from, start);
            objects.push(objectOf(rest.slice(start, end)));
            from = end + END.length;
        }
        rest = rest.slice(from);
        if (outside.length + rest.length > LONGEST_ENTRY)
            throw noListing();
    }
    outside += rest;
    if (!/^\uFEFF?\s*(<\?xml[^>]*>\s*)?<ListBucketResult[\s>]/.test(outside))
        throw noListing();
    if (!outside.trimEnd().endsWith('</ListBucketResult>')) {
        throw Object.assign(new Error('the listing ends too early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    }
    if ((0,aws_xml/* firstText */.ou)(outside, 'EncodingType') === 'url')
        decodeKeys(objects);
    if ((0,aws_xml/* firstText */.ou)(outside, 'IsTruncated') !== 'true')
        return { objects, next: undefined };
    const next = (0,aws_xml/* firstText */.ou)(outside, 'NextContinuationToken');
    if (next === '')
        throw noContinuation();
    return { objects, next };
}
function decodeKeys(objects) {
    try {
        for (const object of objects)
            object.key = (0,rules_key/* decodeListed */.Y)(object.key);
    }
    catch {
        throw noListing();
    }
}
function objectOf(entry) {
    const owner = entry.includes('<Owner>') ? (0,aws_xml/* firstText */.ou)(entry.slice(entry.indexOf('<Owner>')), 'ID') : '';
    return {
        key: (0,aws_xml/* firstText */.ou)(entry, 'Key'),
        size: Number((0,aws_xml/* firstText */.ou)(entry, 'Size')),
        etag: (0,etag/* plainETag */.S)((0,aws_xml/* firstText */.ou)(entry, 'ETag')),
        modified: Date.parse((0,aws_xml/* firstText */.ou)(entry, 'LastModified')) || 0,
        isArchived: ARCHIVED.has((0,aws_xml/* firstText */.ou)(entry, 'StorageClass')),
        owner: owner === '' ? undefined : owner,
    };
}
function noContinuation() {
    return new base_problem/* Unproven */.kw({
        what: 's3:ListBucket was answered with a part of the listing, and not with how it goes on',
        why: 'the server does not know the second version of the call (list-type=2): what lies behind the first page would count as missing',
        fix: 'update the server, or publish below a prefix with fewer than 1,000 objects',
    });
}
function noListing() {
    return new base_problem/* Unproven */.kw({
        what: 's3:ListBucket was answered with something that is not a listing',
        why: 'a proxy, or a server that is not S3, answered in its place',
        fix: 'check the proxy of the runner, and AWS_ENDPOINT_URL_S3',
    });
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var dist_cjs = __webpack_require__(3711);
// EXTERNAL MODULE: ./node_modules/@smithy/core/dist-cjs/submodules/endpoints/index.js
var endpoints = __webpack_require__(2085);
// EXTERNAL MODULE: ./lib/aws/sigv4.js
var sigv4 = __webpack_require__(8998);
// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
;// CONCATENATED MODULE: ./lib/objects/s3/wire.js









const NO_BYTES = (0,external_node_crypto_.hash)('sha256', '', 'hex');
class WireError extends Error {
    $metadata;
    constructor(code, message, status) {
        super(message);
        this.name = code;
        this.$metadata = { httpStatusCode: status };
    }
}
async function openWire(deps) {
    const { request, isSecure } = await openRequests(deps);
    const sendBody = bodySender(request, { checksums: deps.checksums, isSecure });
    return {
        checksums: deps.checksums,
        put: async (put, signal) => {
            const answer = await sendBody(put, signal);
            if (answer.headers['content-length'] === '0')
                answer.body.resume();
            else
                await (0,base_http/* readBody */.x8)(answer, 64 << 10);
            return answer.headers;
        },
        ask: async ({ method, key, query, headers, body }, signal) => {
            const sealed = {
                ...headers,
                ...(method === 'HEAD' ? {} : { 'content-length': String(body?.length ?? 0) }),
                'x-amz-content-sha256': body ? (0,external_node_crypto_.hash)('sha256', body, 'hex') : NO_BYTES,
            };
            const answer = await request({ method, key, query, headers: sealed, body }, signal);
            const text = (await (0,base_http/* readBody */.x8)(answer)).toString();
            if (/^\s*(<\?xml[^>]*>\s*)?<Error>/.test(text))
                throw errorOf(500, text, answer.headers);
            return { headers: answer.headers, text };
        },
        get: (query, headers, signal) => {
            const sealed = { ...headers, 'x-amz-content-sha256': NO_BYTES };
            return request({ method: 'GET', query, headers: sealed }, signal);
        },
    };
}
async function openRequests({ http, client, bucket, credentials }) {
    const endpoint = await (0,endpoints.getEndpointFromInstructions)({ Bucket: bucket, Key: 'k' }, dist_cjs/* PutObjectCommand */.wKZ, {
        ...client.config,
    });
    const [scheme] = (endpoint.properties?.authSchemes ?? []);
    const region = scheme?.signingRegion ?? (await client.config.region());
    const sign = (0,sigv4/* makeSigner */.z)({ region, service: 's3', credentials });
    const { protocol, hostname, port, pathname } = endpoint.url;
    const base = pathname.replace(/\/$/, '');
    const host = port ? `${hostname}:${port}` : hostname;
    const origin = new URL(`${protocol}//${host}`);
    const request = async ({ method, key, query = {}, headers, body }, signal) => {
        const path = key === undefined ? base || '/' : `${base}/${(0,rules_key/* encodeKey */.g2)(key)}`;
        const sortedQuery = queryOf(query);
        const asked = sortedQuery === '' ? path : `${path}?${sortedQuery}`;
        const at = new Date(Date.now() + client.config.systemClockOffset);
        const signed = await sign({ method, path, query: sortedQuery, headers: { ...headers, host } }, at);
        const sent = { method, url: origin, path: asked, headers: signed };
        const answer = await http.request({ ...sent, body, signal, idleMs: timeouts/* IDLE_MS */.GS });
        if (answer.status === 200 || answer.status === 204)
            return answer;
        throw errorOf(answer.status, (await (0,base_http/* readBody */.x8)(answer, 64 << 10)).toString(), answer.headers);
    };
    return { request, isSecure: protocol === 'https:' };
}
function bodySender(request, { checksums, isSecure }) {
    let signsBodies = !isSecure;
    const send = ({ key, query, headers, body, crc }, { signs, signal }) => {
        const sealed = {
            ...headers,
            'content-length': String(body.length),
            ...(checksums === 'always'
                ? { 'x-amz-checksum-crc32': crcHeader(crc) }
                : { 'content-md5': (0,external_node_crypto_.hash)('md5', body, 'base64') }),
            'x-amz-content-sha256': signs ? (0,external_node_crypto_.hash)('sha256', body, 'hex') : 'UNSIGNED-PAYLOAD',
        };
        return request({ method: 'PUT', key, query, headers: sealed, body }, signal);
    };
    return async (put, signal) => {
        if (signsBodies)
            return send(put, { signs: true, signal });
        try {
            return await send(put, { signs: false, signal });
        }
        catch (refused) {
            if (!mayWantSignature(refused))
                throw refused;
            const answer = await send(put, { signs: true, signal }).catch((thrown) => {
                throw mayWantSignature(thrown) ? refused : thrown;
            });
            signsBodies = true;
            return answer;
        }
    };
}
function mayWantSignature(thrown) {
    if (!(thrown instanceof WireError))
        return false;
    return ['AccessDenied', 'InvalidDigest', 'XAmzContentSHA256Mismatch'].includes(thrown.name);
}
function ownerHeader({ owner }) {
    return owner ? { 'x-amz-expected-bucket-owner': owner } : {};
}
function queryOf(query) {
    const names = Object.keys(query).sort();
    return names.map((name) => `${(0,rules_key/* encodeUri */.RR)(name)}=${(0,rules_key/* encodeUri */.RR)(query[name])}`).join('&');
}
function errorOf(status, xml, headers) {
    const code = (0,aws_xml/* firstText */.ou)(xml, 'Code') || String(headers['x-amz-error-code'] ?? '') || HEAD_CODES[status];
    return new WireError(code ?? `HTTP${status}`, (0,aws_xml/* firstText */.ou)(xml, 'Message'), status);
}
const HEAD_CODES = { 403: 'AccessDenied', 404: 'NotFound', 503: 'SlowDown' };

;// CONCATENATED MODULE: ./lib/objects/s3/listing.js






async function* listPages(aws, bucket, { prefix, fetchOwner = false, after, began, ahead = false }) {
    const query = { 'list-type': '2', 'encoding-type': 'url', ...(prefix === '' ? {} : { prefix }) };
    const asked = {
        ...query,
        ...(fetchOwner ? { 'fetch-owner': 'true' } : {}),
        ...(after === undefined ? {} : { 'start-after': after }),
    };
    const ask = (from) => aws.call('s3:ListBucket', async (signal) => {
        const token = from === undefined ? {} : { 'continuation-token': from };
        const answer = await bucket.wire.get({ ...asked, ...token }, ownerHeader(bucket), signal);
        const at = Date.parse(answer.headers.date ?? '');
        if (from === undefined && at)
            began?.(at);
        return readPage(answer.body);
    });
    let from;
    for (let coming = ask(from);;) {
        const { objects, next } = await coming;
        if (next === undefined)
            return yield objects;
        if (next === from) {
            throw new base_problem/* Problem */.AF({
                what: 's3:ListBucket was answered with a page that has itself as the next one',
                on: `s3://${bucket.name}`,
                fix: 'run the job again; look at AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL if it stays',
            });
        }
        from = next;
        const begun = ahead ? ask(next) : undefined;
        begun?.catch(() => { });
        yield objects;
        coming = begun ?? ask(next);
    }
}
async function* listObjects(...asked) {
    for await (const page of listPages(...asked))
        yield* page;
}
async function headObject(aws, bucket, { key, version, how }) {
    const headers = { ...ownerHeader(bucket), 'x-amz-checksum-mode': 'ENABLED' };
    const query = version === undefined ? {} : { versionId: version };
    const head = await aws.call(version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', async (signal) => {
        const answer = await bucket.wire.ask({ method: 'HEAD', key, query, headers }, signal);
        return { ...answer, ETag: answer.headers.etag };
    }, how);
    const text = (name) => {
        const value = head.headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
    };
    return {
        size: Number(text('content-length') ?? 0),
        etag: (0,etag/* plainETag */.S)(text('etag')),
        checksumCrc32: text('x-amz-checksum-crc32'),
        checksumType: text('x-amz-checksum-type'),
        headers: storedHeaders(head.headers),
        kmsKey: text('x-amz-server-side-encryption-aws-kms-key-id'),
        replication: text('x-amz-replication-status'),
        expiration: text('x-amz-expiration'),
        isArchived: isArchive(text('x-amz-storage-class') ?? '', text('x-amz-archive-status')),
        modified: Date.parse(text('last-modified') ?? '') || 0,
        tagCount: Number(text('x-amz-tagging-count') ?? 0),
        isAws: text('server') === 'AmazonS3',
    };
}
async function listOne(aws, bucket, { prefix, key, fetchOwner = false }) {
    const before = [...key].slice(0, -1).join('');
    const after = before.length > prefix.length ? { after: before } : {};
    for await (const listed of listObjects(aws, bucket, { prefix, fetchOwner, ...after })) {
        if (listed.key === key)
            return listed;
        if (Buffer.compare(Buffer.from(listed.key), Buffer.from(key)) > 0)
            return undefined;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/objects/apply/delete.js












const KEYS_A_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
const JOB_MS = 6 * 3_600_000;
function onWhole(address, { partition }) {
    return onObjects(['s3:DeleteObject'], { name: address.split('/')[2], partition });
}
function passes({ code }) {
    return (0,retryable/* verdictOf */.Vj)({ name: code }) !== 'fatal' || code === 'ServiceUnavailable';
}
async function deleteObjects(access, deleting) {
    const { plan, begun } = deleting;
    const deleted = [];
    const kept = [];
    for (const bucket of plan.buckets.values()) {
        const own = plan.deletions.filter((one) => one.bucket === bucket.name);
        if (own.length === 0)
            continue;
        const { same, others, spared } = await lookAgain(access, bucket, deleting);
        if (others.length > 0)
            tellOfAnother(access, bucket, { others, spared });
        else
            tellGone(access, bucket, own.length - same.length);
        const odd = same.filter(({ key }) => NOT_IN_XML.test(key));
        const plain = odd.length === 0 ? same : same.filter(({ key }) => !NOT_IN_XML.test(key));
        for (const one of same)
            begun.push(one);
        await (0,parallel/* eachOf */.pQ)(batches(plain), REQUESTS_AT_ONCE, async (batch) => {
            try {
                const left = await deleteBatch(access, bucket, batch);
                kept.push(...left.filter((one) => !passes(one)));
                await (0,parallel/* eachOf */.pQ)(left.filter(passes), REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
            }
            catch (thrown) {
                if (!(thrown instanceof client/* Refused */.Lw) || (thrown.status !== 501 && thrown.status !== 405))
                    throw thrown;
                await (0,parallel/* eachOf */.pQ)(batch, REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
            }
        });
        await (0,parallel/* eachOf */.pQ)(odd, REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
        for (const one of same)
            deleted.push(one);
    }
    if (kept.length === 0)
        return deleted;
    const codes = [...new Set(kept.map(({ code }) => code))].join(', ');
    throw new base_problem/* Problem */.AF({
        what: `${(0,units/* counted */.hS)(kept.length, 'object')} could not be deleted (${codes})`,
        on: (0,units/* someOf */.yU)(kept.map(({ address }) => address)),
        why: 's3:DeleteObject is missing, or a lock holds them; everything was uploaded',
        fix: `lift the lock, or ${(0,denied/* allowing */.SL)({ needed: kept.map(({ address }) => onWhole(address, access.session)) })}`,
    });
}
async function lookAgain({ aws }, bucket, { plan, sent }) {
    const isHere = (one) => one.bucket === bucket.name;
    const doomed = new Map(plan.deletions.filter(isHere).map((one) => [one.key, one]));
    const written = new Map(sent.map(({ object, stored }) => [object, stored.etag]));
    const ours = plan.objects.filter(isHere).sort((a, b) => (a.key < b.key ? -1 : 1));
    const placeOf = placeFinder(ours, ({ key }) => key);
    const same = new Set();
    const others = new Set();
    let latest = 0;
    const otherWrote = (key, modified) => {
        others.add(key);
        latest = Math.max(latest, modified);
    };
    for (const prefix of new Set([...doomed.values()].map((one) => one.prefix))) {
        const scope = plan.scopes.find((one) => isHere(one) && one.prefix === prefix && !one.isKey);
        for await (const { key, etag, modified } of listObjects(aws, bucket, { prefix })) {
            const one = doomed.get(key);
            if (one?.etag === etag && one.modified === modified) {
                same.add(one);
                continue;
            }
            const place = placeOf(key);
            const isOthers = place === undefined
                ? one !== undefined || !scope?.leavesOut(key.slice(prefix.length))
                : (written.get(ours[place]) || etag) !== etag;
            if (isOthers)
                otherWrote(key, modified);
        }
    }
    const old = [...same].filter(({ modified }) => others.size === 0 || modified < latest - JOB_MS);
    return { same: old, others: [...others], spared: same.size - old.length };
}
function tellOfAnother({ runner }, { name }, { others, spared }) {
    runner.warning(`s3://${name}: somebody else wrote ${(0,units/* counted */.hS)(others.length, 'object')} while this step ran (${(0,units/* someOf */.yU)(others)}). ${spared === 0 ? '' : `${(0,units/* counted */.hS)(spared, 'object')} that ${spared === 1 ? 'is' : 'are'} not in LOCAL may be of that release, and ${spared === 1 ? 'was' : 'were'} not deleted. `}Two releases of one prefix at a time disturb each other: give their jobs one concurrency group. What other programs write there can be left out with a line !GLOB of s3-upload.`);
}
function tellGone({ runner }, { name }, count) {
    if (count > 0)
        runner.info(`s3://${name}: somebody else has deleted ${(0,units/* counted */.hS)(count, 'object')} that this step was to delete`);
}
async function deleteBatch({ aws }, bucket, batch) {
    const keys = batch.map(({ key }) => key);
    const objects = keys.map((key) => `<Object><Key>${(0,aws_xml/* escapeXml */.X)(key)}</Key></Object>`).join('');
    const body = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`);
    const headers = {
        ...ownerHeader(bucket),
        'content-type': 'application/xml',
        'content-md5': (0,external_node_crypto_.hash)('md5', body, 'base64'),
    };
    const answer = await aws.call('s3:DeleteObject', async (signal) => {
        const { text } = await bucket.wire.ask({ method: 'POST', query: { delete: '' }, headers, body }, signal);
        return readResult(text);
    }, { asked: { keys } });
    return answer.Errors.map(({ Key, Code }) => ({ address: `s3://${bucket.name}/${Key}`, key: Key, code: Code }));
}
async function deleteOne({ aws }, bucket, { key }) {
    await aws.call('s3:DeleteObject', async (signal) => {
        await bucket.wire.ask({ method: 'DELETE', key, headers: ownerHeader(bucket) }, signal);
        return { Deleted: [{ Key: key }] };
    }, { asked: { keys: [key] } });
}
function readResult(text) {
    const elements = [...text.matchAll(/<(Deleted|Error)>([\s\S]*?)<\/\1>/g)];
    const of = (kind) => elements.filter(([, name]) => name === kind).map(([, , inner = '']) => inner);
    return {
        Deleted: of('Deleted').map((inner) => ({ Key: (0,aws_xml/* firstText */.ou)(inner, 'Key') })),
        Errors: of('Error').map((inner) => ({ Key: (0,aws_xml/* firstText */.ou)(inner, 'Key'), Code: (0,aws_xml/* firstText */.ou)(inner, 'Code') })),
    };
}
const NOT_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
function* batches(deletions) {
    for (let at = 0; at < deletions.length; at += KEYS_A_REQUEST)
        yield deletions.slice(at, at + KEYS_A_REQUEST);
}

// EXTERNAL MODULE: ./lib/objects/rules/acl.js
var rules_acl = __webpack_require__(2564);
// EXTERNAL MODULE: ./lib/aws/s3-client.js
var s3_client = __webpack_require__(59);
;// CONCATENATED MODULE: ./lib/objects/apply/denied.js






function deniedWrite(error, { access, acl, bucket }, object) {
    const { ownership, wire } = bucket;
    const { action, code, status } = error;
    const said = error.details.why;
    const reason = ((0,s3_client/* bucketInPath */.ZT)(access.runner.env)
        ? whyUnknown({ action, code, status, said }, { sums: wire.checksums === 'always' })
        : undefined) ?? whyDenied({ action, code, said }, { acl, ownership });
    const needless = object.unproved
        ? `it may be the same already, which ${READ_STATE.join(', ')} would show`
        : undefined;
    const needed = neededFor(object, acl, { ...access.session, ...bucket });
    const policy = code === 'AccessDenied' ? (0,denied/* allowing */.SL)({ said, needed }) : undefined;
    return new base_problem/* Problem */.AF({
        what: `${error.action} was refused with ${error.code} (HTTP ${error.status})`,
        on: `s3://${object.bucket}/${object.key}`,
        why: [reason?.why ?? said, needless].filter(Boolean).join('\n') || undefined,
        fix: [reason?.fix, policy].filter(Boolean).join(' ') || undefined,
        cause: error,
    });
}
function neededFor(object, acl, { name, partition, region, accountId, }) {
    const actions = writeActions(object, acl);
    const onKey = actions.filter((action) => action.startsWith('kms:'));
    const key = object.headers['x-amz-server-side-encryption-aws-kms-key-id'] ?? '';
    const anyKey = `arn:${partition}:kms:${region}:${accountId}:key/*`;
    return [
        onObjects(actions.filter((action) => action.startsWith('s3:')), { name, partition }),
        ...(onKey.length > 0 ? [{ actions: onKey, resources: [key.startsWith('arn:') ? key : anyKey] }] : []),
    ];
}
function denialIn(thrown) {
    const cause = thrown instanceof base_problem/* Problem */.AF && !(thrown instanceof client/* Refused */.Lw) ? thrown.details.cause : thrown;
    return cause instanceof client/* Refused */.Lw ? cause : undefined;
}
function isDenied(thrown) {
    return denialIn(thrown)?.status === 403;
}
const INPUT_OF = {
    'x-amz-acl': 's3-acl: none',
    'x-amz-tagging': 'no s3-tags',
    'x-amz-storage-class': 'no s3-storage-class',
    'x-amz-server-side-encryption': 'no s3-sse and no s3-sse-kms-key-id',
    'x-amz-website-redirect-location': 'no s3-redirects',
    'x-amz-meta-': 'no s3-metadata',
    'if-none-match': 'no s3-immutable',
};
const BY_CHECKSUM = [
    'InvalidPart',
    'InvalidRequest',
    'InvalidArgument',
    'InvalidDigest',
    'BadDigest',
    'NotImplemented',
];
const CHECKSUMS_OFF = 'AWS_REQUEST_CHECKSUM_CALCULATION: when_required';
function whyUnknown({ action, code, status, said = '' }, { sums }) {
    if (status !== 400 && status !== 501)
        return undefined;
    const why = `the server at AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL does not know ${action} with all of its headers${said === '' ? '' : `: ${said}`}`;
    const input = Object.keys(INPUT_OF).find((header) => said.toLowerCase().includes(header));
    if (input)
        return { why, fix: `upload to it with ${INPUT_OF[input]}` };
    const isSummed = sums && action !== 's3:CopyObject' && (BY_CHECKSUM.includes(code) || /checksum/i.test(said));
    if (isSummed) {
        const fix = `if it does not know checksums (CRC-32), set ${CHECKSUMS_OFF} in the env of the step`;
        return { why: status === 501 ? why : said, fix };
    }
    if (status !== 501)
        return undefined;
    const resend = 's3-upload-unchanged: true sends the files again, with their headers';
    return { why, fix: action === 's3:CopyObject' ? resend : 'upload to a server that knows it' };
}
const OTHER_KEY = "enable the KMS key, or name another one of the bucket's region: by s3-sse-kms-key-id, or in the default encryption of the bucket";
const OTHER_CODES = {
    InvalidStorageClass: 'give an s3-storage-class that the bucket takes, or none',
    NoSuchBucket: 'look who deleted the bucket while the step ran',
    QuotaExceeded: 'raise the quota of the bucket or its owner, or remove what is not needed',
};
function whyDenied({ action, code, said }, { acl, ownership }) {
    if (code === 'AccessControlListNotSupported') {
        return { why: 'the bucket has its ACLs turned off (BucketOwnerEnforced)', fix: 's3-acl: auto, or none' };
    }
    const other = code.startsWith('KMS.') ? OTHER_KEY : OTHER_CODES[code];
    if (other)
        return { why: said, fix: other };
    if (code !== 'AccessDenied')
        return undefined;
    if (action === 's3:UploadPart') {
        return {
            why: 'a policy condition on the ACL or the tags also applies to UploadPart, which cannot carry them; or s3:PutObject is missing',
            fix: 'exempt multipart uploads from the condition (s3:ObjectCreationOperation), or',
        };
    }
    const { denies, lacks } = (0,denied/* readDenial */.oq)(said);
    if (lacks && !acl)
        return { why: said };
    const sides = "across accounts both sides have to allow it, the role's policy and the bucket's";
    if (acl) {
        const blind = ownership === 'unknown'
            ? ' With s3:GetBucketOwnershipControls the step could see whether the bucket needs it.'
            : '';
        const noAcls = `s3-acl: none, where the bucket has its ACLs turned off and a policy refuses them`;
        return denies
            ? { why: `${said}; ${acl} was sent.${blind}`, fix: `${noAcls}; otherwise` }
            : {
                why: `${acl} was sent, which ${(0,rules_acl/* isPublicAcl */.QB)(acl) ? 'Block Public Access of the account or the organization may refuse, and which ' : ''}needs s3:PutObjectAcl beside s3:PutObject, in the role's policy and, across accounts, in the bucket's policy too.${blind}`,
                fix: `${sides}; ${noAcls}; check also Block Public Access, Requester Pays (which this action does not agree to) and the KMS key's policy, and`,
            };
    }
    const demanded = `where a policy demands a header, give it by s3-acl: ${rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx}, s3-sse with s3-sse-kms-key-id (the bucket's default encryption does not count as one), s3-storage-class, s3-tags, or s3-immutable (If-None-Match)`;
    return denies
        ? { why: said, fix: `${demanded}; otherwise` }
        : {
            why: "the role's policy, or the bucket's policy, does not allow the upload; or a policy demands a header (ACL, encryption, tags)",
            fix: `${sides}; ${demanded}; check also the KMS key's policy, and`,
        };
}
function deniedInvalidation(refused, distribution, { partition, accountId }) {
    const resources = [`arn:${partition}:cloudfront::${accountId}:distribution/${distribution}`];
    const needed = [{ actions: [refused.action], resources }];
    const permission = isDenied(refused) ? `; or ${(0,denied/* allowing */.SL)({ said: refused.details.why, needed })}` : '';
    return new base_problem/* Problem */.AF({
        what: `the invalidation was refused with ${refused.code} (HTTP ${refused.status})`,
        on: `CloudFront distribution ${distribution}`,
        why: refused.code === 'AccessDenied'
            ? `the role lacks ${refused.action}, or the distribution is another account's, where no permission helps`
            : refused.details.why,
        fix: `fix it and run again, which makes up for this invalidation; or invalidate by hand${permission}`,
        cause: refused,
    });
}

// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
;// CONCATENATED MODULE: ./lib/objects/s3/bucket.js









async function lookAtBucket(request, access, { name, prefix }) {
    refuseOtherKinds(name);
    const { region: home } = access.session;
    const looking = lookIn(request, access, { region: home, name, prefix });
    looking.catch(() => { });
    const region = await regionOf(access, name);
    return region === home ? looking : lookIn(request, access, { region, name, prefix });
}
async function lookIn(request, access, { region, name, prefix }) {
    const s3 = (0,s3_client/* s3Client */.oD)(access, region);
    const { bucketOwner: stated, acl } = request;
    const [whose, ownership, defaultKey, publicAcls, wire] = await Promise.all([
        relationOf(access, s3, { stated, name, prefix }),
        lookAtOwnership(access, { s3, name, owner: stated }),
        allowed(defaultKeyOf(access, s3, { name, owner: stated })),
        (0,rules_acl/* isPublicAcl */.QB)(acl) ? allowed(publicAclsOf(access, s3, { name, owner: stated })) : undefined,
        openWire({
            http: access.http,
            client: s3,
            bucket: name,
            credentials: access.session.credentials,
            checksums: checksumsOf(access.runner),
        }),
    ]);
    const asked = [
        ...(ownership === undefined ? [] : ['s3:GetBucketOwnershipControls']),
        ...(publicAcls === undefined ? [] : ['s3:GetBucketPublicAccessBlock']),
    ];
    const bucket = {
        name,
        region,
        s3,
        wire,
        ...whose,
        ownership: ownership ?? 'unknown',
        publicAcls,
        defaultKey,
        asked,
    };
    const looksAtOwners = whose.mayList && bucket.ownership !== 'BucketOwnerEnforced';
    return { ...bucket, looksAtOwners: looksAtOwners && (request.fixAcl || request.verifyOwner !== 'off') };
}
function checksumsOf({ env }) {
    return env.AWS_REQUEST_CHECKSUM_CALCULATION?.toLowerCase() === 'when_required' ? 'when_required' : 'always';
}
const OTHER_KINDS = [
    [/--x-s3$/, 'a directory bucket (S3 Express One Zone)'],
    [/--xa-s3$/, 'an access point of a directory bucket'],
    [/--op-s3$/, 'an access point of S3 on Outposts'],
    [/--ol-s3$/, 'an Object Lambda Access Point'],
    [/--table-s3$/, 'a table bucket'],
    [/\.mrap$/, 'a Multi-Region Access Point'],
];
function refuseOtherKinds(name) {
    const kind = OTHER_KINDS.find(([form]) => form.test(name))?.[1];
    if (kind === undefined)
        return;
    throw new base_problem/* Problem */.AF({
        what: `this is ${kind}, which this action does not upload to`,
        on: `s3://${name}`,
        fix: 'name a general purpose bucket, or use the AWS CLI for this upload',
    });
}
async function ownCanonicalId({ aws }, { s3 }) {
    const answer = await allowed(aws.call('s3:ListAllMyBuckets', (abortSignal) => s3.send(new dist_cjs/* ListBucketsCommand */.$Lo({ MaxBuckets: 1 }), { abortSignal })));
    return answer?.Owner?.ID;
}
async function allowed(asking) {
    try {
        return await asking;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        const { status, code } = thrown;
        const passes = status === 429 || status === 408 || (0,retryable/* verdictOf */.Vj)({ name: code }) !== 'fatal';
        if (!passes && (status === 501 || (status >= 400 && status < 500)))
            return undefined;
        throw thrown;
    }
}
async function regionOf(access, name) {
    const home = access.session.region;
    const s3 = (0,s3_client/* s3Client */.oD)(access, home);
    try {
        const answer = await access.aws.call('s3:HeadBucket', (abortSignal) => s3.send(new dist_cjs/* HeadBucketCommand */.kuI({ Bucket: name }), { abortSignal }));
        return answer.BucketRegion ?? home;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (thrown.status === 404) {
            const endpoint = (0,s3_client/* s3Endpoint */.wI)(access.runner.env);
            const also = endpoint
                ? `, and the address of the server: ${(0,quote/* quote */.h)(endpoint)} must not name the bucket as well`
                : '';
            throw new base_problem/* Problem */.AF({
                what: 'there is no such bucket',
                on: `s3://${name}`,
                fix: `check the name in s3-upload${also}`,
            });
        }
        const response = thrown.details.cause.$response;
        return response?.headers?.['x-amz-bucket-region'] ?? home;
    }
}
async function relationOf({ aws, session }, s3, { stated, name, prefix }) {
    const list = (owner, mayBe) => mayIt(mayBe, aws.call('s3:ListBucket', (abortSignal) => s3.send(new dist_cjs/* ListObjectsV2Command */.u6x({
        Bucket: name,
        ...(prefix === '' ? {} : { Prefix: prefix }),
        MaxKeys: 1,
        ExpectedBucketOwner: owner,
    }), { abortSignal })));
    const expected = stated ?? session.accountId;
    const relation = (owner) => (owner === session.accountId ? 'same' : 'cross');
    if (await list(expected, ({ status }) => status === 403))
        return { relation: relation(expected), owner: expected, mayList: true };
    const mayList = await list(undefined, denied/* saysDenied */.KZ);
    if (stated !== undefined && mayList) {
        throw new base_problem/* Problem */.AF({
            what: `the bucket is not owned by account ${stated}`,
            on: `s3://${name}`,
            why: 'it may be misspelt, or somebody else took the name',
            fix: 'check the name in s3-upload and the account in s3-bucket-owner',
        });
    }
    if (stated !== undefined)
        return { relation: relation(stated), owner: stated, mayList };
    return { relation: mayList ? 'cross' : 'unknown', owner: undefined, mayList };
}
function lookAtOwnership(access, { s3, name, owner }) {
    return allowed(ownershipOf(access, s3, { name, owner }));
}
async function ownershipOf({ aws }, s3, { name, owner }) {
    try {
        const answer = await aws.call('s3:GetBucketOwnershipControls', (abortSignal) => s3.send(new dist_cjs/* GetBucketOwnershipControlsCommand */.$rC({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }));
        const mode = answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
        return mode;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'OwnershipControlsNotFoundError')
            return 'ObjectWriter';
        throw thrown;
    }
}
const MANAGED_KEY = 'alias/aws/s3';
async function defaultKeyOf({ aws }, s3, { name, owner }) {
    const answer = await aws.call('s3:GetEncryptionConfiguration', (abortSignal) => s3.send(new dist_cjs/* GetBucketEncryptionCommand */.tQT({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }));
    const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    const { SSEAlgorithm = '', KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
    return SSEAlgorithm.startsWith('aws:kms') ? (KMSMasterKeyID ?? MANAGED_KEY) : undefined;
}
async function publicAclsOf({ aws }, s3, { name, owner }) {
    try {
        const answer = await aws.call('s3:GetBucketPublicAccessBlock', (abortSignal) => s3.send(new dist_cjs/* GetPublicAccessBlockCommand */.GLk({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }));
        const { BlockPublicAcls, IgnorePublicAcls } = answer.PublicAccessBlockConfiguration ?? {};
        return BlockPublicAcls ? 'refused' : IgnorePublicAcls ? 'ignored' : 'taken';
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'NoSuchPublicAccessBlockConfiguration')
            return 'taken';
        throw thrown;
    }
}
async function mayIt(isDenial, asking) {
    try {
        await asking;
        return true;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && (thrown.status === 405 || thrown.status === 501 || isDenial(thrown)))
            return false;
        throw thrown;
    }
}

;// CONCATENATED MODULE: ./lib/objects/plan/owners.js


function tellingOwners({ ownership }) {
    const settings = ownership === 'unknown'
        ? 'allow s3:GetBucketOwnershipControls on the bucket, which shows its Object Ownership; or '
        : '';
    return `${settings}allow s3:GetBucketAcl on the bucket or s3:ListAllMyBuckets, which show who owns the objects`;
}
function keep(all, owner, { bucket, key, size }) {
    const owners = all.get(bucket) ?? new Map();
    all.set(bucket, owners);
    const same = owners.get(owner) ?? [];
    owners.set(owner, same);
    same.push({ bucket, key, size });
}
function copyOfKept(all) {
    return new Map([...all].map(([bucket, owners]) => [bucket, new Map([...owners].map(([owner, same]) => [owner, [...same]]))]));
}
async function lookAtOwners(access, bucket) {
    const { s3, name, owner } = bucket;
    const acl = allowed(access.aws.call('s3:GetBucketAcl', (abortSignal) => s3.send(new dist_cjs/* GetBucketAclCommand */.QPs({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal })));
    const [own, found] = await Promise.all([ownCanonicalId(access, bucket), acl]);
    return { own, bucketOwner: found?.Owner?.ID ?? (bucket.relation === 'same' ? own : undefined) };
}
function notOwnedOf(kept, { own, bucketOwner }, { relation }) {
    const sorted = { byUploader: [], byAnother: [], unknown: [] };
    const strangers = [...kept.keys()].filter((owner) => owner !== own && owner !== bucketOwner);
    for (const [owner, objects] of kept) {
        const kind = kindOf(owner);
        if (kind)
            for (const one of objects)
                sorted[kind].push(one);
    }
    return sorted;
    function kindOf(owner) {
        if (owner === undefined)
            return relation === 'same' ? undefined : 'unknown';
        if (owner === bucketOwner)
            return undefined;
        if (owner === own)
            return 'byUploader';
        if (bucketOwner !== undefined)
            return 'byAnother';
        if (strangers.length > 1)
            return 'unknown';
        return own === undefined && relation !== 'same' ? 'unknown' : undefined;
    }
}

// EXTERNAL MODULE: ./lib/base/retry.js
var retry = __webpack_require__(7091);
;// CONCATENATED MODULE: ./lib/objects/apply/sender.js



function writeHeaders({ bucket, acl }, { headers }) {
    return { ...headers, ...(acl ? { 'x-amz-acl': acl } : {}), ...ownerHeader(bucket) };
}
function scopePrefix({ scopes }, key) {
    const scope = scopes.find(({ prefix, isKey }) => (isKey ? key === prefix : key.startsWith(prefix)));
    return scope?.prefix ?? key;
}
const SLOWEST_BYTES_PER_MS = 50;
const WORTH_ANOTHER = new Set([
    'BadDigest',
    'XAmzContentSHA256Mismatch',
    'IncompleteBody',
    'ConditionalRequestConflict',
    'OperationAborted',
]);
function sendOptions({ limiter, signal }, bytes) {
    const extraMs = Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
    return {
        signal,
        rules: { callMs: retry/* HOUSE_RULES */.$.callMs + extraMs, budgetMs: retry/* HOUSE_RULES */.$.budgetMs + 2 * extraMs },
        classify: (error) => {
            const verdict = WORTH_ANOTHER.has((0,retryable/* shapeOf */.F5)(error).name) ? 'transient' : (0,retryable/* verdictOf */.Vj)(error);
            if (verdict === 'throttled' || (0,retryable/* shapeOf */.F5)(error).status === 503)
                limiter.throttled();
            return verdict;
        },
    };
}

;// CONCATENATED MODULE: ./lib/objects/apply/first-owner.js







async function checkOwner(sender, { key }) {
    const { access, bucket } = sender;
    const on = `s3://${bucket.name}/${key}`;
    const { outcome, by } = await ownerSeen(sender, key);
    const told = (0,rules_acl/* outcomeText */.EL)(outcome);
    if (outcome === 'owner')
        access.runner.info(`${on}: belongs to the bucket's owner`);
    else if (told === undefined)
        tellUnknown(sender, on);
    else if (bucket.verify === 'warn')
        access.runner.warning(`${on}: ${told}. To fix it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}.`);
    else {
        throw new base_problem/* Problem */.AF({
            what: 'the first object stays with the uploader, so the rest was not sent',
            on,
            why: told,
            fix: `${rules_acl/* OWNERSHIP_REMEDY */.DK}; or s3-verify-owner: warn, if the owner's own roles are the only readers. The object may be deleted by both accounts.`,
        });
    }
    return by;
}
function tellUnknown({ access, bucket }, on) {
    const what = "whether the bucket's owner owns what is sent cannot be told";
    const fix = tellingOwners(bucket);
    if (bucket.mustTellOwner) {
        const again = `${fix}; s3-verify-owner: warn goes on`;
        throw new base_problem/* Problem */.AF({
            what,
            on,
            why: 'Object Ownership is unknown, and so is the owner of the first object',
            fix: again,
        });
    }
    access.runner.warning(`${on}: ${what}. To fix it, ${fix}.`);
}
async function ownerSeen(sender, key) {
    const { access, bucket, acl } = sender;
    const answer = await allowed(access.aws.call('s3:GetObjectAcl', (abortSignal) => bucket.s3.send(new dist_cjs/* GetObjectAclCommand */.hsf({ Bucket: bucket.name, Key: key, ExpectedBucketOwner: bucket.owner }), {
        abortSignal,
    })));
    const shown = answer ? outcomeShown(answer, acl) : 'unknown';
    if (shown !== 'unknown')
        return { outcome: shown, by: ['s3:GetObjectAcl'] };
    const owner = answer?.Owner?.ID ?? (await listedOwner(sender, key));
    const ids = await lookAtOwners(access, bucket);
    const outcome = outcomeOfOwner(owner, ids, acl);
    const by = [...(answer ? ['s3:GetObjectAcl'] : []), ids.bucketOwner ? 's3:GetBucketAcl' : 's3:ListAllMyBuckets'];
    return { outcome, by: outcome === 'unknown' ? [] : by };
}
async function listedOwner(sender, key) {
    const { access, bucket } = sender;
    if (!bucket.mayList)
        return undefined;
    const listed = await listOne(access.aws, bucket, { prefix: scopePrefix(sender, key), key, fetchOwner: true });
    return listed?.owner;
}
function outcomeShown({ Owner, Grants = [] }, sent) {
    const others = Grants.filter(({ Grantee }) => Grantee?.Type === 'CanonicalUser' && Grantee.ID !== Owner?.ID);
    if (others.some(({ Permission }) => Permission === 'FULL_CONTROL' || Permission === 'READ'))
        return 'granted';
    return sent === rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx ? 'owner' : 'unknown';
}
function outcomeOfOwner(owner, { own, bucketOwner }, sent) {
    if (owner === undefined || (own === undefined && bucketOwner === undefined))
        return 'unknown';
    if (bucketOwner === undefined ? owner !== own : owner === bucketOwner)
        return 'owner';
    return sent === rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx || sent === 'bucket-owner-read' ? 'granted' : 'none';
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/base/same-file.js
var same_file = __webpack_require__(8402);
;// CONCATENATED MODULE: ./lib/objects/local/charset.js




const LOOK_AT = 16 << 20;
const LOOK_AT_ENCODED = 1 << 20;
const LOOK_AT_DECODED = 64 << 20;
const META_WITHIN = 1_024;
function isUtf8Text(bytes, { isWhole }) {
    const [first, second] = bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
        return false;
    const [, charset] = META.exec(Buffer.from(bytes.subarray(0, META_WITHIN)).toString('latin1')) ?? [];
    if (charset !== undefined && !/^utf-?8$/i.test(charset))
        return false;
    const lengths = isWhole ? [0] : [0, 1, 2, 3];
    return lengths.some((cut) => (0,external_node_buffer_.isUtf8)(bytes.subarray(0, bytes.length - cut)));
}
const META = /<meta\s[^>]*charset\s*=\s*["']?\s*([\w-]+)/i;
function isUtf8File(file) {
    return isUtf8Text(headOf(file, LOOK_AT), { isWhole: file.size <= LOOK_AT });
}
function isUtf8Encoded(file, encoding) {
    const bytes = headOf(file, LOOK_AT_ENCODED);
    const bounds = { maxOutputLength: LOOK_AT_DECODED };
    try {
        const decoded = encoding === 'gzip'
            ? (0,external_node_zlib_.gunzipSync)(bytes, { ...bounds, finishFlush: external_node_zlib_.constants.Z_SYNC_FLUSH })
            : (0,external_node_zlib_.brotliDecompressSync)(bytes, { ...bounds, finishFlush: external_node_zlib_.constants.BROTLI_OPERATION_FLUSH });
        return isUtf8Text(decoded, { isWhole: false });
    }
    catch {
        return false;
    }
}
function isPage(file) {
    return PAGE.test(headOf(file, PAGE_WITHIN).toString('latin1'));
}
const PAGE = /^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html)[\s>]/is;
const PAGE_WITHIN = 512;
function headOf(file, most) {
    const handle = (0,same_file/* openSameSync */.sb)(file);
    try {
        const bytes = Buffer.allocUnsafe(Math.min(file.size, most));
        return bytes.subarray(0, (0,external_node_fs_.readSync)(handle, bytes, 0, bytes.length, 0));
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}

;// CONCATENATED MODULE: ./lib/objects/local/digest.js





const READ_AT_ONCE = 1 << 20;
const CHUNK = 1 << 20;
async function digestsOf(file, { inParts, buffers, }) {
    if (file.size <= READ_AT_ONCE && !inParts) {
        const bytes = readSmall(file, buffers);
        const digests = { etag: (0,external_node_crypto_.hash)('md5', bytes, 'hex'), crc: (0,external_node_zlib_.crc32)(bytes) };
        buffers.give(bytes);
        return digests;
    }
    const handle = await (0,same_file/* openSame */.bY)(file);
    const chunk = Buffer.allocUnsafe(CHUNK);
    try {
        let crc = 0;
        const sums = [];
        for (const part of inParts ? partsOf(file.size) : [{ offset: 0, size: file.size }]) {
            const sum = (0,external_node_crypto_.createHash)('md5');
            for (let done = 0; done < part.size;) {
                const piece = chunk.subarray(0, Math.min(CHUNK, part.size - done));
                await readExactly(handle, file, { into: piece, offset: part.offset + done });
                sum.update(piece);
                crc = (0,external_node_zlib_.crc32)(piece, crc);
                done += piece.length;
            }
            sums.push(sum.digest());
        }
        (0,same_file/* mustBeSame */.PA)(await handle.stat(), file);
        const whole = sums[0]?.toString('hex') ?? '';
        const etag = inParts ? `${(0,external_node_crypto_.createHash)('md5').update(Buffer.concat(sums)).digest('hex')}-${sums.length}` : whole;
        return { etag, crc };
    }
    finally {
        await handle.close();
    }
}
async function readWhole(file, buffers) {
    if (file.size <= READ_AT_ONCE)
        return readSmall(file, buffers);
    const handle = await (0,same_file/* openSame */.bY)(file);
    try {
        const bytes = buffers.take(file.size);
        await readExactly(handle, file, { into: bytes, offset: 0 });
        (0,same_file/* mustBeSame */.PA)(await handle.stat(), file);
        return bytes;
    }
    finally {
        await handle.close();
    }
}
async function readExactly(handle, file, { into, offset }) {
    for (let done = 0; done < into.length;) {
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0)
            throw (0,same_file/* changedFile */.Ne)(file);
        done += bytesRead;
    }
}
function readSmall(file, buffers) {
    const handle = (0,same_file/* openSameSync */.sb)(file);
    try {
        const bytes = buffers.take(file.size);
        for (let done = 0; done < bytes.length;) {
            const read = (0,external_node_fs_.readSync)(handle, bytes, done, bytes.length - done, done);
            if (read === 0)
                throw (0,same_file/* changedFile */.Ne)(file);
            done += read;
        }
        (0,same_file/* mustBeSame */.PA)((0,external_node_fs_.fstatSync)(handle), file);
        return bytes;
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}

;// CONCATENATED MODULE: ./lib/objects/plan/kms-keys.js
function isForeignKey(kmsKey, { relation, defaultKey }, { accountId }) {
    const [, account] = /^arn:[^:]+:kms:[^:]*:(\d{12}):/.exec(kmsKey ?? '') ?? [];
    return relation === 'cross' && account === accountId && kmsKey !== defaultKey;
}
function foreignKeyText(bucket, kmsKey) {
    return `s3://${bucket}: ${kmsKey} of the uploader's account encrypts objects; the bucket's owner cannot read them unless that key's policy allows it. To fix it, let the bucket's owner name the full ARN of its key in the default encryption of the bucket, and send everything again with s3-upload-unchanged: true.`;
}

;// CONCATENATED MODULE: ./lib/objects/apply/kms-key.js


const KEY_HEADER = 'x-amz-server-side-encryption-aws-kms-key-id';
function checkKey({ access, bucket, usedKeys }, { key }, answered) {
    const kmsKey = Array.isArray(answered) ? answered[0] : answered;
    if (kmsKey === undefined)
        return;
    const isKnown = usedKeys.has(kmsKey);
    usedKeys.add(kmsKey);
    if (bucket.foreignKey === 'off' || !isForeignKey(kmsKey, bucket, access.session))
        return;
    if (bucket.foreignKey === 'warn') {
        if (!isKnown)
            access.runner.warning(foreignKeyText(bucket.name, kmsKey));
        return;
    }
    throw new base_problem/* Problem */.AF({
        what: "S3 encrypts the objects with a KMS key of the uploader's account",
        on: `s3://${bucket.name}/${key}`,
        why: `the bucket's default encryption is aws:kms without the ARN of a key, or with an alias: S3 looks for it in the uploader's account. The bucket's owner cannot decrypt what ${kmsKey} encrypts`,
        fix: "let the bucket's owner name the full ARN of its key in the default encryption of the bucket, and run again; or give s3-sse-kms-key-id: the full ARN of a key that both accounts may use; s3-verify-owner: warn goes on",
    });
}

;// CONCATENATED MODULE: ./lib/objects/apply/copy.js





async function copyInPlace(by, { key, headers, acl }, how) {
    const { access, bucket } = by;
    const { owner, name, wire } = bucket;
    const sent = {
        ...headers,
        ...(acl ? { 'x-amz-acl': acl } : {}),
        ...ownerHeader(bucket),
        ...(owner ? { 'x-amz-source-expected-bucket-owner': owner } : {}),
        ...(headers['x-amz-tagging'] ? { 'x-amz-tagging-directive': 'REPLACE' } : {}),
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-copy-source': `/${name}/${(0,rules_key/* encodeKey */.g2)(key)}`,
    };
    const answer = await access.aws.call('s3:CopyObject', async (signal) => {
        const told = await wire.ask({ method: 'PUT', key, headers: sent }, signal);
        return { ...told, CopyObjectResult: { ETag: (0,aws_xml/* firstText */.ou)(told.text, 'ETag') } };
    }, how);
    checkKey(by, { key }, answer.headers[KEY_HEADER]);
    const version = answer.headers['x-amz-version-id'];
    return { etag: (0,etag/* plainETag */.S)(answer.CopyObjectResult.ETag), version: version ? String(version) : undefined };
}

// EXTERNAL MODULE: ./lib/aws/s3-proof.js
var s3_proof = __webpack_require__(7696);
;// CONCATENATED MODULE: ./lib/objects/apply/multipart.js




















async function uploadParts(sender, object) {
    try {
        return await uploadOnce(sender, object);
    }
    catch (thrown) {
        if (!isGone(thrown) || sender.immutable)
            throw thrown;
        sender.access.runner.info(`s3://${object.bucket}/${object.key}: the upload is gone, as an answer was lost or somebody aborted it; it is sent once more`);
        return uploadOnce(sender, object);
    }
}
function isGone(thrown) {
    return thrown instanceof client/* Refused */.Lw && thrown.code === 'NoSuchUpload';
}
async function uploadOnce(sender, object) {
    const id = await create(sender, object);
    try {
        const parts = await sendParts(sender, object, id);
        return await complete(sender, object, { id, parts });
    }
    catch (thrown) {
        await abort(sender, object, id);
        throw thrown;
    }
}
async function create(sender, object) {
    const { access, bucket } = sender;
    const { key, file, headers, guessesCharset } = object;
    const isText = !guessesCharset || isUtf8File(file);
    const sent = {
        ...writeHeaders(sender, isText ? object : { headers: withoutCharset(headers) }),
        ...(bucket.wire.checksums === 'always'
            ? { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' }
            : {}),
    };
    let open = 0;
    const asking = access.aws.call('s3:CreateMultipartUpload', async (signal) => {
        open++;
        try {
            const told = await bucket.wire.ask({ method: 'POST', key, query: { uploads: '' }, headers: sent }, signal);
            const UploadId = (0,aws_xml/* firstText */.ou)(told.text, 'UploadId');
            if (UploadId !== '')
                open--;
            return { ...told, UploadId };
        }
        catch (thrown) {
            if ((0,retryable/* shapeOf */.F5)(thrown).status >= 400)
                open--;
            throw thrown;
        }
    }, sendOptions(sender, 0));
    const answer = await asking.finally(() => {
        if (open === 0)
            return;
        access.runner.warning(`${(0,units/* counted */.hS)(open, 'answer')} of S3 ${open === 1 ? 'was' : 'were'} lost as an upload of s3://${bucket.name}/${key} began: ${(0,units/* counted */.hS)(open, 'unfinished upload')} may stay; a lifecycle rule with AbortIncompleteMultipartUpload removes ${open === 1 ? 'it' : 'them'}.`);
    });
    try {
        checkKey(sender, object, answer.headers[KEY_HEADER]);
    }
    catch (thrown) {
        await abort(sender, object, answer.UploadId);
        throw thrown;
    }
    return answer.UploadId;
}
async function sendParts(sender, object, id) {
    const { limiter, signal } = sender;
    const handle = await (0,same_file/* openSame */.bY)(object.file);
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    const sent = [];
    const underWay = [];
    try {
        for (const part of partsOf(object.size)) {
            const release = await limiter.take(part.size);
            if (stopped.aborted) {
                release();
                break;
            }
            const sending = sendPart({ ...sender, signal: stopped }, { object, id, handle }, part)
                .then((done) => {
                sent[part.number - 1] = done;
            })
                .finally(release);
            sending.catch((reason) => stop.abort(reason));
            underWay.push(sending);
        }
        await Promise.allSettled(underWay);
        stopped.throwIfAborted();
        (0,same_file/* mustBeSame */.PA)(await handle.stat(), object.file);
        return sent;
    }
    finally {
        await handle.close();
    }
}
async function sendPart(sender, { object: { key, file }, id, handle, }, part) {
    const { access, bucket, limiter, buffers, progress } = sender;
    const body = buffers.take(part.size);
    try {
        await readExactly(handle, file, { into: body, offset: part.offset });
        const crc = (0,external_node_zlib_.crc32)(body);
        const query = { partNumber: String(part.number), uploadId: id };
        const answer = await access.aws.call('s3:UploadPart', (abort) => bucket.wire.put({ key, query, headers: ownerHeader(bucket), body, crc }, abort), { ...sendOptions(sender, part.size), asked: { body, crc: crcHeader(crc) } });
        limiter.succeeded();
        progress.bytes(part.size);
        return { ...part, etag: answer.etag ?? '', crc };
    }
    finally {
        buffers.give(body);
    }
}
async function complete(sender, object, { id, parts }) {
    const { access, bucket } = sender;
    const crc = parts.reduce((sum, part) => (part.number === 1 ? part.crc : combineCrc(sum, part.crc, part.size)), 0);
    const command = completeCommand(sender, object, { id, parts, crc });
    try {
        const answer = await access.aws.call('s3:CompleteMultipartUpload', (abortSignal) => bucket.s3.send(command, { abortSignal }), {
            ...sendOptions(sender, object.size / 100),
            asked: { parts: parts.map(({ etag }) => etag), crc: crcHeader(crc) },
        });
        return { etag: (0,etag/* plainETag */.S)(answer.ETag), version: answer.VersionId, crc };
    }
    catch (thrown) {
        const stored = isGone(thrown) ? await completedBefore(sender, object, { parts, crc }) : undefined;
        if (!stored)
            throw thrown;
        return stored;
    }
}
function completeCommand({ bucket, immutable }, { key, size }, { id, parts, crc }) {
    const summed = bucket.wire.checksums === 'always';
    return new dist_cjs/* CompleteMultipartUploadCommand */.Gym({
        Bucket: bucket.name,
        Key: key,
        UploadId: id,
        ExpectedBucketOwner: bucket.owner,
        ...(summed ? { ChecksumCRC32: crcHeader(crc), ChecksumType: 'FULL_OBJECT', MpuObjectSize: size } : {}),
        ...(immutable ? { IfNoneMatch: '*' } : {}),
        MultipartUpload: {
            Parts: parts.map(({ number, etag, crc: sum }) => ({
                PartNumber: number,
                ETag: etag,
                ...(summed ? { ChecksumCRC32: crcHeader(sum) } : {}),
            })),
        },
    });
}
async function completedBefore(sender, { key, size }, { parts, crc }) {
    const { access, bucket } = sender;
    const etag = (0,s3_proof/* etagOfParts */.XJ)(parts.map((part) => part.etag));
    const prefix = scopePrefix(sender, key);
    const listed = bucket.mayList ? await listOne(access.aws, bucket, { prefix, key }) : undefined;
    if (listed?.size !== size)
        return undefined;
    if (listed.etag === etag)
        return { etag, crc };
    const head = await allowed(headObject(access.aws, bucket, { key }));
    if (!head || !provesEqual(head, crc))
        return undefined;
    sender.headed.add(bucket.name);
    return { etag: head.etag, crc };
}
async function abort({ access, bucket }, { key }, id) {
    const command = new dist_cjs/* AbortMultipartUploadCommand */.tfP({
        Bucket: bucket.name,
        Key: key,
        UploadId: id,
        ExpectedBucketOwner: bucket.owner,
    });
    try {
        await access.aws.call('s3:AbortMultipartUpload', (abortSignal) => bucket.s3.send(command, { abortSignal }), {
            signal: AbortSignal.timeout(6_000),
            rules: { attempts: 4, callMs: 2_000, capMs: 500 },
        });
    }
    catch (thrown) {
        if (isGone(thrown))
            return;
        access.runner.warning(`The unfinished upload of s3://${bucket.name}/${key} could not be aborted; a lifecycle rule removes it.`);
    }
}

;// CONCATENATED MODULE: ./lib/objects/apply/upload.js



















async function uploadObject(sender, object) {
    try {
        const stored = object.action === 'headers'
            ? await changeHeaders(sender, object)
            : object.size > MULTIPART_ABOVE
                ? await uploadParts(sender, object)
                : await putObject(sender, object);
        sender.progress.object();
        return stored;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (thrown.code === 'PreconditionFailed' && sender.immutable)
            return alreadyReleased(sender, object);
        throw deniedWrite(thrown, sender, object);
    }
}
async function putObject(sender, object) {
    const { access, bucket, limiter, buffers, signal, progress } = sender;
    const release = await limiter.take(object.size);
    let body;
    try {
        signal.throwIfAborted();
        const bytes = await readWhole(object.file, buffers);
        body = bytes;
        const crc = (0,external_node_zlib_.crc32)(bytes);
        const isText = !object.guessesCharset || isUtf8Text(bytes, { isWhole: true });
        const headers = writeHeaders(sender, isText ? object : { headers: withoutCharset(object.headers) });
        if (sender.immutable)
            headers['if-none-match'] = '*';
        const answer = await access.aws.call('s3:PutObject', (abort) => bucket.wire.put({ key: object.key, headers, body: bytes, crc }, abort), { ...sendOptions(sender, bytes.length), asked: { body: bytes, crc: crcHeader(crc) } });
        limiter.succeeded();
        progress.bytes(bytes.length);
        checkKey(sender, object, answer[KEY_HEADER]);
        return { etag: (0,etag/* plainETag */.S)(answer.etag), version: one(answer['x-amz-version-id']), crc };
    }
    finally {
        if (body)
            buffers.give(body);
        release();
    }
}
async function changeHeaders(sender, { key, size, headers }) {
    const { limiter, acl, signal } = sender;
    const release = await limiter.take(0);
    try {
        signal.throwIfAborted();
        return await copyInPlace(sender, { key, headers, acl }, sendOptions(sender, size / 100));
    }
    finally {
        release();
    }
}
async function alreadyReleased(sender, object) {
    const { access, bucket, buffers, progress } = sender;
    const { key } = object;
    const { etag, crc } = await digestsOf(object.file, { inParts: object.size > MULTIPART_ABOVE, buffers });
    const listed = bucket.mayList
        ? await listOne(access.aws, bucket, { prefix: scopePrefix(sender, key), key })
        : undefined;
    const isOther = listed !== undefined && listed.size !== object.size;
    const found = isOther || listed?.etag === etag ? listed : await allowed(headObject(access.aws, bucket, { key }));
    if (found && 'headers' in found)
        sender.headed.add(bucket.name);
    const isSame = found?.size === object.size && (found.etag === etag || ('headers' in found && provesEqual(found, crc)));
    if (found && isSame) {
        progress.object();
        return { etag: found.etag, crc };
    }
    const needed = [onObjects(['s3:GetObject'], { name: bucket.name, partition: access.session.partition })];
    throw new base_problem/* Problem */.AF({
        what: `the key is released already, ${found ? 'with other content' : 'and whether it has the same content cannot be told'}`,
        on: `s3://${object.bucket}/${key}`,
        why: 'it appeared while the step ran, or the bucket may not be listed; s3-immutable never overwrites',
        fix: `release under a new prefix${found ? '' : `, or ${(0,denied/* allowing */.SL)({ needed })}`}`,
    });
}
function one(header) {
    return Array.isArray(header) ? header[0] : header;
}

;// CONCATENATED MODULE: ./lib/objects/apply/first-upload.js




async function sendFirst(sender, object) {
    const { acl, verify, foreignKey, relation } = sender.bucket;
    const { looks, probes } = (0,rules_acl/* goesFirst */.Nj)(acl, verify);
    const looksAtKey = foreignKey !== 'off' && relation === 'cross';
    if (!(looks || probes || looksAtKey))
        return { sender };
    const { stored, sender: accepted } = await tryInTurn(sender, object);
    const looked = looks && accepted.bucket.relation !== 'same' ? await checkOwner(accepted, object) : [];
    return { stored, sender: accepted, looked };
}
async function tryInTurn(sender, object) {
    const { access, bucket } = sender;
    const { triesOwn, ifRefused } = bucket.acl;
    const attempts = [sender];
    if (triesOwn) {
        const own = { ...sender, bucket: { ...bucket, owner: access.session.accountId, relation: 'same' } };
        const others = { ...sender, bucket: { ...bucket, relation: 'cross' } };
        attempts.splice(0, 1, { ...own, acl: undefined }, own, others);
    }
    if (ifRefused)
        attempts.push({ ...sender, acl: ifRefused });
    let refusal;
    for (const [at, attempt] of attempts.entries()) {
        try {
            const stored = await uploadObject(attempt, object);
            if (attempts.length > 1)
                tellAccepted(attempt, { afterRefusal: at > 0 });
            return { stored, sender: attempt };
        }
        catch (thrown) {
            if (!triesOwn || attempt.bucket.relation === 'cross')
                refusal = isOfPart(thrown) ? thrown : (refusal ?? thrown);
            if (!isDenied(thrown))
                throw thrown;
        }
    }
    throw refusal;
}
function isOfPart(thrown) {
    return denialIn(thrown)?.action === 's3:UploadPart';
}
function tellAccepted({ access, acl, bucket }, { afterRefusal }) {
    const { triesOwn } = bucket.acl;
    const on = `s3://${bucket.name}: `;
    if (triesOwn && bucket.relation === 'same')
        access.runner.info(`${on}belongs to account ${bucket.owner}, which uploads${acl ? '' : ': no ACL is sent'}`);
    if (acl && afterRefusal && bucket.relation !== 'cross')
        access.runner.info(`${on}refused without an ACL, accepted with ${acl}: it is sent with every object`);
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/edge/files.js
var files = __webpack_require__(1156);
;// CONCATENATED MODULE: ./lib/objects/apply/manifest.js





const ENTRIES_AT_ONCE = 1_000;
function openManifest({ runner }) {
    const base = runner.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
    const { path, file } = (0,files/* onFileSync */.tA)({ on: base, doing: 'written' }, () => {
        (0,external_node_fs_.mkdirSync)(base, { recursive: true });
        const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(base, 'keyless-aws-objects-'));
        runner.undoLater({ kind: 'folder', path: folder });
        const path = (0,external_node_path_.join)(folder, 'manifest.json');
        return { path, file: (0,external_node_fs_.openSync)(path, 'wx') };
    });
    let [lines, before] = [[], '[\n'];
    const flush = (after) => {
        (0,files/* onFileSync */.tA)({ on: path, doing: 'written' }, () => (0,external_node_fs_.appendFileSync)(file, `${before}${lines.join(',\n')}${after}`));
        [lines, before] = [[], lines.length > 0 ? ',\n' : before];
    };
    const add = (entry) => {
        if (lines.length === ENTRIES_AT_ONCE)
            flush('');
        lines.push(JSON.stringify(entry));
    };
    return {
        path,
        object: (object, stored) => add(entryOf(object, stored)),
        deleted: ({ bucket, key }) => add({ bucket, key, action: 'deleted' }),
        end: () => {
            flush('\n]\n');
            (0,external_node_fs_.closeSync)(file);
        },
    };
}
function entryOf(object, { etag, version, crc = object.crc } = {}) {
    const { bucket, key, action, size } = object;
    return {
        bucket,
        key,
        action,
        size,
        ...(etag ? { etag } : {}),
        ...(version ? { version } : {}),
        ...(crc === undefined ? {} : { checksum: `crc32:${crcHeader(crc)}` }),
    };
}

;// CONCATENATED MODULE: ./lib/objects/apply/mode-again.js



async function checkModeAgain(access, bucket, acl) {
    const { name, relation, ownership, verify } = bucket;
    if (relation !== 'cross' || verify === 'off' || (0,rules_acl/* outcomeOf */.sG)(acl, bucket) !== 'owner')
        return;
    const now = await lookAtOwnership(access, bucket);
    if (now === undefined || (0,rules_acl/* outcomeOf */.sG)(acl, { ...bucket, ownership: now }) === 'owner')
        return;
    const what = `the mode of Object Ownership changed from ${ownership} to ${now} while the step ran`;
    const fix = `${rules_acl/* OWNERSHIP_REMEDY */.DK}; with the latter, then run once with s3-fix-acl: true`;
    if (verify === 'fail')
        throw new base_problem/* Problem */.AF({ what, on: `s3://${name}`, why: `what was sent since then is dark: ${rules_acl/* DARK_OBJECTS */.EG}`, fix });
    access.runner.warning(`s3://${name}: ${what}. What was sent since then is dark: ${rules_acl/* DARK_OBJECTS */.EG}. To fix it, ${fix}.`);
}

;// CONCATENATED MODULE: ./lib/objects/apply/phases.js
function phasesOf(objects) {
    const sent = objects.filter(({ action }) => action !== 'unchanged');
    const lists = new Set(sent.filter(({ key }) => LISTS.test(key)));
    const largestFirst = (some) => some.sort((a, b) => b.size - a.size);
    const others = sent.filter((it) => !lists.has(it));
    const phases = [
        { name: 'new', objects: largestFirst(others.filter((it) => !it.last && it.action === 'new')) },
        { name: 'changed', objects: largestFirst(others.filter((it) => !it.last && it.action !== 'new')) },
        { name: 'last', objects: largestFirst(others.filter((it) => it.last)) },
        { name: 'lists', objects: largestFirst([...lists]) },
    ];
    return phases.filter((phase) => phase.objects.length > 0);
}
const LISTS = new RegExp([
    String.raw `([\w.-]*[-_.])?((?<!workbox-)sw|service[-_]?worker|ngsw-worker)\.m?js(\.br|\.gz)?`,
    String.raw `ngsw\.json|InRelease|Release(\.gpg)?|repomd\.xml(\.asc)?`,
    String.raw `latest(-[\w-]+)?\.(ya?ml|json)|appcast[\w.-]*\.xml`,
    String.raw `[\w.-]+\.(narinfo|m3u8|mpd)`,
]
    .map((form) => `(^|/)(${form})$`)
    .join('|'), 'i');

;// CONCATENATED MODULE: ./lib/objects/apply/progress.js

const EVERY_MS = 5_000;
function startProgress(total, say) {
    const sent = { objects: 0, bytes: 0 };
    const start = Date.now();
    const timer = setInterval(() => say(progressLine(sent, total, Date.now() - start)), EVERY_MS).unref();
    return {
        sent,
        bytes: (count) => {
            sent.bytes += count;
        },
        object: () => {
            sent.objects++;
        },
        end: () => clearInterval(timer),
    };
}
function progressLine(sent, total, ms) {
    const rate = ms > 0 ? sent.bytes / (ms / 1000) : 0;
    const share = Math.min(part(sent.bytes, total.bytes), part(sent.objects, total.objects));
    const left = share > 0 ? `${Math.ceil((ms / share - ms) / 1000)} s left` : 'just begun';
    const objects = `${(0,units/* grouped */.zD)(sent.objects)} of ${(0,units/* grouped */.zD)(total.objects)} objects`;
    return `${objects}, ${(0,units/* formatBytes */.z3)(sent.bytes)} of ${(0,units/* formatBytes */.z3)(total.bytes)}, ${(0,units/* formatBytes */.z3)(rate)}/s, ${left}`;
}
function part(some, all) {
    return all > 0 ? some / all : 1;
}

// EXTERNAL MODULE: ./lib/objects/rules/settings.js
var settings = __webpack_require__(5731);
;// CONCATENATED MODULE: ./lib/objects/plan/tags.js









const TAGS_AT_ONCE = 64;
async function planTags({ tags, uploadUnchanged, immutable }, access, { buckets, objects }) {
    const retags = [];
    const tagsRead = new Set();
    const wanted = Object.entries(tags);
    if (wanted.length === 0 || uploadUnchanged || immutable)
        return { objects, retags, tagsRead };
    const refused = new Set();
    const full = [];
    const copies = new Map();
    const kept = objects.filter(({ action }) => action === 'unchanged' || action === 'headers');
    await (0,parallel/* eachOf */.pQ)(kept, TAGS_AT_ONCE, async (object) => {
        const { bucket, key, action } = object;
        if (refused.has(bucket))
            return;
        const found = await tagsOf(access, buckets.get(bucket), key);
        (found ? tagsRead : refused).add(bucket);
        if (!found)
            return;
        const all = { ...found, ...tags };
        if (action === 'unchanged' && wanted.every(([name, value]) => found[name] === value))
            return;
        if (Object.keys(all).length > settings/* MAX_TAGS */.x)
            full.push(`s3://${bucket}/${key}`);
        else if (action === 'headers')
            copies.set(object, all);
        else
            retags.push({ bucket, key, tags: all });
    });
    if (full.length > 0)
        throw tooMany(full);
    for (const name of refused) {
        access.runner.warning(`s3://${name}: whether the objects that stay have the tags of s3-tags cannot be told. Allow s3:GetObjectTagging, or send all of them once with s3-upload-unchanged: true.`);
    }
    return {
        objects: copies.size === 0 ? objects : objects.map((one) => withTags(one, copies.get(one))),
        retags,
        tagsRead,
    };
}
async function tagsLostByCopy(access, bucket, { key, head, tags = {} }) {
    if (head.isAws || !(head.tagCount || Object.keys(tags).length > 0))
        return undefined;
    const found = await tagsOf(access, bucket, key);
    const all = found && { ...found, ...tags };
    return all && Object.keys(all).length <= settings/* MAX_TAGS */.x ? all : undefined;
}
function withTags(object, tags) {
    return tags ? object.withHeaders({ ...object.headers, 'x-amz-tagging': tagging(tags) }) : object;
}
function tooMany(addresses) {
    return new base_problem/* Problem */.AF({
        what: `${(0,units/* counted */.hS)(addresses.length, 'object')} would have more than ${settings/* MAX_TAGS */.x} tags with those of s3-tags`,
        on: (0,units/* someOf */.yU)(addresses),
        why: 'tags that s3-tags does not name stay',
        fix: 'name fewer tags, or remove some of the objects',
    });
}
function tagsOf({ aws }, bucket, key) {
    const asked = { method: 'GET', key, query: { tagging: '' }, headers: ownerHeader(bucket) };
    const call = aws.call('s3:GetObjectTagging', async (signal) => ({
        text: (await bucket.wire.ask(asked, signal)).text,
    }));
    return allowed(call.then(({ text }) => readTags(text), (thrown) => {
        if (thrown instanceof client/* Refused */.Lw && /^NoSuch(TagSet|Key)/.test(thrown.code))
            return {};
        throw thrown;
    }));
}
function readTags(text) {
    const tags = text.split('<Tag>').slice(1);
    return Object.fromEntries(tags.map((one) => [(0,aws_xml/* firstText */.ou)(one, 'Key'), (0,aws_xml/* firstText */.ou)(one, 'Value')]));
}

;// CONCATENATED MODULE: ./lib/objects/apply/tags.js










async function setTags({ aws, session }, { buckets, retags }) {
    let done = 0;
    await (0,parallel/* eachOf */.pQ)(retags, TAGS_AT_ONCE, async ({ bucket: name, key, tags }) => {
        try {
            await putTags({ aws }, { bucket: buckets.get(name), key, tags });
        }
        catch (thrown) {
            if (!(thrown instanceof client/* Refused */.Lw))
                throw thrown;
            const vanished = thrown.code === 'NoSuchKey';
            throw new base_problem/* Problem */.AF({
                what: `s3:PutObjectTagging was refused with ${thrown.code} (HTTP ${thrown.status}) after ${(0,units/* counted */.hS)(done, 'object')} of ${retags.length}`,
                on: `s3://${name}/${key}`,
                why: vanished
                    ? 'somebody else deleted the object while the step ran; nothing was deleted by this step'
                    : `${thrown.details.why ?? 'the tags of s3-tags could not be set'}; everything was uploaded, nothing was deleted`,
                fix: vanished
                    ? 'run the job again, which uploads it'
                    : (0,denied/* allowing */.SL)({ said: thrown.details.why, needed: [onObjects(['s3:PutObjectTagging'], { name, ...session })] }),
                cause: thrown,
            });
        }
        done++;
    });
}
async function putTags({ aws }, { bucket, key, tags }) {
    const body = Buffer.from(bodyOf(tags));
    const headers = {
        ...ownerHeader(bucket),
        'content-type': 'application/xml',
        'content-md5': (0,external_node_crypto_.hash)('md5', body, 'base64'),
    };
    const asked = { method: 'PUT', key, query: { tagging: '' }, headers, body };
    await aws.call('s3:PutObjectTagging', (signal) => bucket.wire.ask(asked, signal));
}
function bodyOf(tags) {
    const all = Object.entries(tags).map(([name, value]) => `<Tag><Key>${(0,aws_xml/* escapeXml */.X)(name)}</Key><Value>${(0,aws_xml/* escapeXml */.X)(value)}</Value></Tag>`);
    return `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${all.join('')}</TagSet></Tagging>`;
}

;// CONCATENATED MODULE: ./lib/objects/apply/repair.js










const REPAIRS_AT_ONCE = 32;
async function repairObjects(access, { buckets, repairs }, usedKeysOf) {
    const refused = [];
    const done = { copy: 0, grant: 0 };
    await (0,parallel/* eachOf */.pQ)(repairs, REPAIRS_AT_ONCE, async (repair) => {
        try {
            const bucket = buckets.get(repair.bucket);
            await carryOut({ access, bucket, usedKeys: usedKeysOf(bucket.name) }, repair);
            done[repair.by]++;
        }
        catch (thrown) {
            if (!isDenied(thrown))
                throw thrown;
            refused.push({ address: `s3://${repair.bucket}/${repair.key}`, cause: thrown });
        }
    });
    const objects = (count) => `${count} more ${count === 1 ? 'object' : 'objects'}`;
    if (done.grant > 0)
        access.runner.info(`s3-fix-acl: the bucket's owner has full control of ${objects(done.grant)}`);
    if (done.copy > 0)
        access.runner.info(`s3-fix-acl: the bucket's owner owns ${objects(done.copy)}`);
    if (refused.length === 0)
        return done.copy + done.grant;
    const { partition } = access.session;
    const names = new Set(refused.map(({ address }) => address.split('/')[2]));
    const needed = [...names].map((name) => onObjects(copyActions({}, rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx), { name, partition }));
    throw new base_problem/* Problem */.AF({
        what: `s3-fix-acl: ${(0,units/* counted */.hS)(refused.length, 'repair')} ${refused.length === 1 ? 'was' : 'were'} refused`,
        on: (0,units/* someOf */.yU)(refused.map(({ address }) => address)),
        why: "a grant needs s3:PutObjectAcl; a copy needs to read and to write the object and its tags, by the role's policy and by the bucket's",
        fix: `let the bucket's owner set BucketOwnerEnforced, which repairs every object at once, or ${(0,denied/* allowing */.SL)({ needed })}`,
        cause: refused[0]?.cause,
    });
}
async function carryOut(actor, { key, by, headers = {}, tags }) {
    const { access, bucket } = actor;
    if (by === 'copy') {
        const acl = bucket.relation === 'same' ? bucket.acl.send : rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx;
        await copyInPlace(actor, { key, headers, acl });
        if (tags)
            await putTags(access, { bucket, key, tags });
        return;
    }
    const command = new dist_cjs/* PutObjectAclCommand */.a8O({
        Bucket: bucket.name,
        Key: key,
        ACL: rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx,
        ExpectedBucketOwner: bucket.owner,
    });
    await access.aws.call('s3:PutObjectAcl', (abortSignal) => bucket.s3.send(command, { abortSignal }));
}

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(4743);
// EXTERNAL MODULE: ./lib/base/poll.js
var poll = __webpack_require__(5668);
;// CONCATENATED MODULE: ./lib/objects/apply/wait.js



const SAY_EVERY_MS = 30_000;
async function waitFor({ what, input, ask, pausesMs, deadlineMs, fix }, { runner, signal }, clock = base_clock/* systemClock */.m) {
    const minutes = Math.round(deadlineMs / 60_000);
    let said = Number.NEGATIVE_INFINITY;
    let state = '';
    await (0,poll/* poll */.w)({
        look: async () => {
            const now = await ask();
            if (now === undefined)
                return true;
            state = now;
            if (clock.now() - said >= SAY_EVERY_MS) {
                runner.info(`Waiting for ${what}, at most ${minutes} minutes (${input}): ${state}`);
                said = clock.now();
            }
            return undefined;
        },
        pausesMs,
        deadline: clock.now() + deadlineMs,
        timedOut: () => new base_problem/* Problem */.AF({
            on: `Input ${input}`,
            what: `${what} did not end within ${minutes} minutes${state ? ` (${state})` : ''}`,
            fix,
        }),
        onLost: () => runner.info(`No answer while waiting for ${what}; asking again`),
        clock,
        signal,
    });
}

;// CONCATENATED MODULE: ./lib/objects/apply/replication.js





const REPLICATION_MS = 60 * 60_000;
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const HEADS_AT_ONCE = 32;
async function waitForReplication(access, buckets, sent) {
    let waiting = sent;
    const bad = [];
    const ask = async () => {
        const still = [];
        await (0,parallel/* eachOf */.pQ)(waiting, HEADS_AT_ONCE, async (one) => {
            const { bucket, key } = one.object;
            const { replication } = await headObject(access.aws, buckets.get(bucket), { key, version: one.stored.version });
            const state = replicationState(replication);
            if (state === 'waiting')
                still.push(one);
            else if (state !== 'done')
                bad.push({ address: `s3://${bucket}/${key}`, state });
        });
        waiting = still;
        if (bad.length > 0)
            throw notReplicated(bad);
        return waiting.length === 0 ? undefined : `${sent.length - waiting.length} of ${sent.length} objects`;
    };
    const wait = {
        what: 'the replication of what was uploaded',
        input: 's3-wait-for-replication',
        ask,
        pausesMs: PAUSES_MS,
        deadlineMs: REPLICATION_MS,
        fix: "everything was uploaded, and S3 carries on: check the rule's metrics (RTC replicates within 15 minutes), or leave s3-wait-for-replication out",
    };
    await waitFor(wait, access);
}
function replicationState(status) {
    if (status === 'COMPLETED' || status === 'COMPLETE' || status === 'REPLICA')
        return 'done';
    if (status === 'FAILED')
        return 'failed';
    return status === 'PENDING' ? 'waiting' : 'uncovered';
}
function notReplicated(bad) {
    const failed = bad.some(({ state }) => state === 'failed');
    return new base_problem/* Problem */.AF({
        what: failed
            ? `the replication of ${(0,units/* counted */.hS)(bad.length, 'object')} failed`
            : `no replication rule covers ${(0,units/* counted */.hS)(bad.length, 'object')}`,
        on: (0,units/* someOf */.yU)(bad.map(({ address }) => address)),
        why: failed
            ? "the replication role or the destination bucket's policy lacks a permission, or the KMS key does"
            : 'without a rule S3 never replicates them: waiting would not end',
        fix: failed
            ? 'fix the permission and upload again (s3-upload-unchanged: true); S3 does not try again by itself'
            : 'check the rules of the bucket, or leave out s3-wait-for-replication',
    });
}

// EXTERNAL MODULE: ./lib/base/edge/index.js
var edge = __webpack_require__(1499);
;// CONCATENATED MODULE: ./lib/objects/plan/distribution.js


const BUCKET_DOMAIN = /^(.+?)\.s3(-website)?(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?$/;
const POLICIES_BY_QUERY = [
    '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
    '2e54312d-136d-493c-8eb9-b001f22f67d2',
];
async function lookAtDistribution({ aws, session }, distribution) {
    const { CloudFrontClient, GetDistributionCommand } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
    const cloudfront = new CloudFrontClient(aws.client(session.region));
    const answer = await allowed(aws.call('cloudfront:GetDistribution', (abortSignal) => cloudfront.send(new GetDistributionCommand({ Id: distribution }), { abortSignal })));
    if (!answer?.Distribution)
        return undefined;
    const { DomainName, DistributionConfig: config } = answer.Distribution;
    if (config?.ConnectionMode === 'tenant-only')
        throw servesTenants(distribution);
    const names = config?.Aliases?.Items ?? [];
    const pages = (config?.CustomErrorResponses?.Items ?? []).map(({ ResponsePagePath }) => ResponsePagePath ?? '');
    return {
        domain: names.find((name) => !name.startsWith('*')) ?? DomainName,
        errorPages: new Set(pages.filter((path) => path !== '')),
        rootObject: config?.DefaultRootObject || 'index.html',
        hasRootObject: (config?.DefaultRootObject ?? '') !== '',
        rewrites: [
            config?.DefaultCacheBehavior?.FunctionAssociations,
            config?.DefaultCacheBehavior?.LambdaFunctionAssociations,
        ].some((associations) => (associations?.Items ?? []).some(({ EventType }) => EventType?.endsWith('-request'))),
        origins: (config?.Origins?.Items ?? []).map(originOf),
        byQuery: [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])].some((one) => one?.ForwardedValues?.QueryString || POLICIES_BY_QUERY.includes(one?.CachePolicyId ?? '')),
    };
}
function originOf({ DomainName = '', OriginPath = '' }) {
    const [, bucket, website] = BUCKET_DOMAIN.exec(DomainName) ?? [];
    const prefix = OriginPath.replace(/^\/|\/$/g, '');
    return {
        bucket: bucket?.endsWith('-s3alias') ? undefined : bucket,
        prefix: prefix === '' ? '' : `${prefix}/`,
        isWebsite: website !== undefined,
    };
}
function servesTenants(distribution) {
    return new base_problem/* Problem */.AF({
        what: 'this is a multi-tenant distribution, which serves nothing itself',
        on: `CloudFront distribution ${distribution}`,
        why: 'its tenants do, each with a cache of its own, and this action cannot invalidate those yet; nothing was sent',
        fix: `leave it out of cloudfront-distribution, and after this step run aws cloudfront create-invalidation-for-distribution-tenant for each tenant that aws cloudfront list-distribution-tenants --association-filter DistributionId=${distribution} names`,
    });
}

;// CONCATENATED MODULE: ./lib/objects/plan/viewers.js
function viewerKeyOf({ line, facts }) {
    return ({ bucket, key }) => {
        const prefix = line.origin?.bucket === bucket ? line.origin.prefix : originPrefix(facts, { bucket, key });
        if (line.origin && line.origin.bucket !== bucket)
            return undefined;
        return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
    };
}
function originPrefix(facts, { bucket, key }) {
    const own = (facts?.origins ?? []).filter((origin) => origin.bucket === bucket).map(({ prefix }) => prefix);
    const above = own.filter((prefix) => key.startsWith(prefix)).sort((a, b) => b.length - a.length);
    return above[0] ?? own[0] ?? '';
}
function warnOfNothingServed({ line, facts }, objects, log) {
    const origins = line.origin ? [line.origin] : (facts?.origins ?? []);
    const own = new Set(origins.map(({ bucket }) => bucket));
    if (objects.length === 0 || own.size === 0 || own.has(undefined))
        return;
    const viewerKey = viewerKeyOf({ line, facts });
    if (objects.some((one) => own.has(one.bucket) && viewerKey(one) !== undefined))
        return;
    const serves = [...new Set(origins.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}`))].join(', ');
    log.warning(`CloudFront ${line.distribution} serves ${serves}, and s3-upload puts nothing there. Its viewers do not get this release, and what they would get is not invalidated: check cloudfront-distribution, and the prefixes of s3-upload.`);
}
function warnOfUnseenRedirects({ line, facts }, redirects, log) {
    const viewerKey = viewerKeyOf({ line, facts });
    const plain = redirects.find((one) => {
        const own = (facts?.origins ?? []).filter(({ bucket }) => bucket === one.bucket);
        return own.length > 0 && own.every(({ isWebsite }) => !isWebsite) && viewerKey(one) !== undefined;
    });
    if (!plain)
        return;
    log.warning(`CloudFront ${line.distribution} asks the bucket ${plain.bucket} itself, which does not redirect: its viewers get an empty page at /${viewerKey(plain)}. To redirect them, make the bucket's website endpoint the origin (s3-redirects is for that), or redirect with a CloudFront function.`);
}

;// CONCATENATED MODULE: ./lib/objects/plan/owed-invalidations.js






const REFERENCE = 'keyless-aws-';
const owed_invalidations_MAX_LOOKED_AT = 50;
const ANNOUNCES = 'deletes-';
const GIVEN = 'given-';
const REFERENCE_FORM = new RegExp(`^${REFERENCE}((?:${GIVEN})?[0-9a-f]{12})-(${ANNOUNCES})?`);
async function lookAtTold(access, { line, given, scopes }) {
    const { distribution, origin } = line;
    const served = scopes.filter(({ bucket }) => !origin || bucket === origin.bucket);
    const scope = (0,external_node_crypto_.createHash)('sha256')
        .update([distribution, ...served.map(({ bucket, prefix }) => `${bucket}/${prefix}`).sort()].join('\n'))
        .digest('hex')
        .slice(0, 12);
    const facts = await lookAtDistribution(access, distribution).catch((thrown) => {
        throw isNoDistribution(thrown) ? noSuchDistribution(distribution, access.session.accountId, thrown) : thrown;
    });
    const blind = { line, scope, facts, maySee: false, isKnown: false, earlier: [] };
    if (given)
        return blind;
    try {
        const earlier = await earlierOf(access, distribution, scope);
        return { line, scope, facts, maySee: true, isKnown: earlier.at(-1)?.isOurs ?? false, earlier };
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (isNoDistribution(thrown))
            throw noSuchDistribution(distribution, access.session.accountId, thrown);
        if (thrown.status !== 403)
            throw thrown;
        access.runner.warning(`CloudFront ${distribution}: whether an earlier run still owes an invalidation cannot be told. Allow cloudfront:ListInvalidations and cloudfront:GetInvalidation on the distribution, or give cloudfront-paths, which are invalidated in every run.`);
        return blind;
    }
}
async function earlierOf({ aws, session }, distribution, scope) {
    const { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
    const cloudfront = new CloudFrontClient(aws.client(session.region));
    const earlier = [];
    let marker;
    do {
        const page = await aws.call('cloudfront:ListInvalidations', (abortSignal) => cloudfront.send(new ListInvalidationsCommand({ DistributionId: distribution, Marker: marker }), { abortSignal }));
        for (const { Id, CreateTime } of page.InvalidationList?.Items ?? []) {
            if (earlier.length === owed_invalidations_MAX_LOOKED_AT)
                return earlier;
            const { Invalidation } = await aws.call('cloudfront:GetInvalidation', (abortSignal) => cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id }), { abortSignal }));
            const { CallerReference = '', Paths } = Invalidation?.InvalidationBatch ?? {};
            const isOurs = CallerReference.startsWith(`${REFERENCE}${scope}-`);
            const [, by, announces] = REFERENCE_FORM.exec(CallerReference) ?? [];
            const created = CreateTime?.getTime() ?? 0;
            earlier.push({ created, paths: Paths?.Items ?? [], isOurs, scope: by, announces: announces !== undefined });
            if (isOurs)
                return earlier;
        }
        marker = page.InvalidationList?.IsTruncated ? page.InvalidationList.NextMarker : undefined;
    } while (marker);
    return earlier;
}
function paidUntil({ isKnown, earlier }) {
    return isKnown ? earlier.at(-1).created : Number.POSITIVE_INFINITY;
}
function owedSince(told) {
    const seen = told.filter(({ maySee }) => maySee);
    return Math.min(...seen.map((one) => (one.isKnown ? paidUntil(one) : Number.NEGATIVE_INFINITY)));
}
function planInvalidation({ line, scope, facts, maySee, isKnown, earlier }, given, { kept, created }) {
    const { distribution } = line;
    const viewerKey = viewerKeyOf({ line, facts });
    const planned = { distribution, scope, facts, given, viewerKey, maySee };
    if (!maySee)
        return { ...planned, owed: [], announced: [] };
    const open = new Map();
    const owe = (object, modified) => {
        const key = viewerKey(object);
        if (key !== undefined)
            open.set(key, modified);
    };
    for (const { modified, ...object } of kept)
        owe(object, modified);
    for (const { created: at, paths, isOurs } of earlier) {
        const paid = isOurs ? () => true : coveredBy(paths, { byQuery: facts?.byQuery ?? false });
        const since = isOurs ? at : at - 1_000;
        for (const [key, modified] of open)
            if (modified <= since && paid(key))
                open.delete(key);
    }
    if (!isKnown)
        for (const object of created)
            owe(object, 0);
    return { ...planned, owed: [...open.keys()].sort(), announced: announcedIn(earlier) };
}
function announcedIn(earlier) {
    const closed = new Set([undefined]);
    return earlier.flatMap(({ scope, announces, paths }) => {
        const isOpen = announces && !closed.has(scope);
        closed.add(scope);
        return isOpen ? paths : [];
    });
}
function coveredBy(paths, { byQuery }) {
    const singles = new Set(byQuery ? [] : paths);
    const wildcards = paths.filter((path) => path.endsWith('*'));
    return (key) => (0,viewer_paths/* addressesOf */.sO)(key)
        .flatMap(viewer_paths/* formsOf */.XP)
        .every((path) => singles.has(path) || wildcards.some((wildcard) => (0,viewer_paths/* covers */.hU)(wildcard, path)));
}
function isNoDistribution(thrown) {
    return thrown instanceof client/* Refused */.Lw && thrown.code === 'NoSuchDistribution';
}
function noSuchDistribution(distribution, account, cause) {
    return new base_problem/* Problem */.AF({
        what: 'there is no such distribution',
        on: `CloudFront distribution ${distribution}`,
        why: `account ${account} does not have it; an invalidation cannot be made across accounts, nor of a multi-tenant distribution, whose tenants have their own`,
        fix: 'check the id in cloudfront-distribution, or sign in to the account that has it',
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/objects/apply/invalidate.js






const INVALIDATION_MS = 30 * 60_000;
const POLL_MS = 5_000;
const STEP = (0,external_node_crypto_.randomUUID)().slice(0, 8);
async function invalidate({ waitForInvalidation }, access, { planned, paths, announces }) {
    const { aws, session, runner } = access;
    const { distribution } = planned;
    try {
        const { CloudFrontClient } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
        const cloudfront = new CloudFrontClient(aws.client(session.region));
        const { id, status } = await invalidate_create(cloudfront, access, { planned, paths, announces });
        runner.info(`CloudFront ${distribution}: invalidation ${id} of ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`);
        if (waitForInvalidation && status !== 'Completed')
            await untilCompleted(cloudfront, access, { distribution, id });
        return id;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (thrown.code === 'NoSuchDistribution')
            throw noSuchDistribution(distribution, session.accountId, thrown);
        throw deniedInvalidation(thrown, distribution, session);
    }
}
async function invalidate_create(cloudfront, { aws, runner, signal }, { planned, paths, announces }) {
    const { CreateInvalidationCommand } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
    const command = new CreateInvalidationCommand({
        DistributionId: planned.distribution,
        InvalidationBatch: {
            CallerReference: referenceOf({ planned, paths, announces }, runner.env),
            Paths: { Quantity: paths.length, Items: [...paths] },
        },
    });
    const { Invalidation } = await aws.call('cloudfront:CreateInvalidation', (abortSignal) => cloudfront.send(command, { abortSignal }), {
        signal,
        classify: (error) => ((0,retryable/* shapeOf */.F5)(error).name === 'TooManyInvalidationsInProgress' ? 'throttled' : (0,retryable/* verdictOf */.Vj)(error)),
    });
    return { id: Invalidation?.Id ?? '', status: Invalidation?.Status };
}
async function untilCompleted(cloudfront, access, { distribution, id }) {
    const { GetInvalidationCommand } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
    const command = new GetInvalidationCommand({ DistributionId: distribution, Id: id });
    const wait = {
        what: `invalidation ${id} of CloudFront distribution ${distribution}`,
        input: 'cloudfront-wait',
        ask: async () => {
            const { Invalidation } = await access.aws.call('cloudfront:GetInvalidation', (abortSignal) => cloudfront.send(command, { abortSignal }));
            return Invalidation?.Status === 'Completed' ? undefined : String(Invalidation?.Status);
        },
        pausesMs: [POLL_MS],
        deadlineMs: INVALIDATION_MS,
        fix: 'everything was uploaded, and CloudFront carries on: look at it in the console, or leave cloudfront-wait out',
    };
    await waitFor(wait, access);
}
function referenceOf({ planned, paths, announces }, { GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1' }) {
    const { distribution, scope, given, maySee } = planned;
    const pays = given ? `${GIVEN}${scope}` : maySee ? scope : 'blind';
    const follows = announces ? ANNOUNCES : '';
    const digest = (0,external_node_crypto_.createHash)('sha256')
        .update([distribution, ...paths].join('\n'))
        .digest('hex')
        .slice(0, 12);
    return `${REFERENCE}${pays}-${follows}${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}-${STEP}-${digest}`;
}

;// CONCATENATED MODULE: ./lib/objects/apply/when-to-invalidate.js



async function invalidateAfterUpload(request, access, { plan, replaced }) {
    const ids = [];
    for (const planned of plan.invalidations) {
        const paths = pathsAfterUpload(planned, [...replaced, ...plan.repairs], plan.deletions);
        if (paths.length === 0)
            continue;
        tellOwed(access, planned);
        ids.push(await invalidate(request, access, { planned, paths, announces: announces(planned, plan.deletions) }));
    }
    return ids;
}
async function invalidateAfterFailure(access, { plan, replaced }) {
    if (replaced.length === 0)
        return;
    const left = AbortSignal.timeout(access.signal.aborted ? AFTER_CANCEL_MS : AFTER_FAILURE_MS);
    for (const planned of plan.invalidations) {
        const paths = pathsOf(planned, replaced);
        if (paths.length === 0)
            continue;
        try {
            await invalidate({ waitForInvalidation: false }, { ...access, signal: left }, { planned, paths, announces: false });
        }
        catch (thrown) {
            if (!(0,edge/* problemsIn */._)(thrown) && !left.aborted)
                throw thrown;
            access.runner.warning(`CloudFront ${planned.distribution}: what was replaced or deleted before the step failed could not be invalidated. The next run does it, or invalidate ${paths.length === 1 ? paths[0] : 'the prefix'} by hand.`);
        }
    }
}
const AFTER_CANCEL_MS = 4_000;
const AFTER_FAILURE_MS = 30_000;
async function invalidateAfterDeletion(request, access, { plan, deleted }) {
    const ids = [];
    for (const planned of plan.invalidations) {
        const paths = plan.deletions.length > 0 ? pathsAfterDeletion(planned, deleted) : [];
        if (paths.length > 0)
            ids.push(await invalidate(request, access, { planned, paths, announces: false }));
    }
    return ids;
}
function tellOwed({ runner }, { distribution, owed, announced }) {
    if (announced.length > 0)
        runner.info(`CloudFront ${distribution}: an earlier run was to delete objects and did not invalidate their paths, which this run makes up for`);
    if (owed.length === 0)
        return;
    const objects = owed.length === 1 ? '1 object was' : `${owed.length} objects were`;
    runner.info(`CloudFront ${distribution}: ${objects} written since the last invalidation of ${owed.length === 1 ? 'its path' : 'their paths'}, which this run makes up for`);
}

;// CONCATENATED MODULE: ./lib/objects/apply/apply.js
















const LARGE_AT_ONCE = 4;
async function applyObjects(request, access, plan) {
    const started = Date.now();
    const phases = phasesOf(plan.objects);
    const progress = startProgress(amountOf(phases), access.runner.info);
    const manifest = openManifest(access);
    for (const object of plan.objects)
        if (object.action === 'unchanged')
            manifest.object(object);
    const release = {
        manifest,
        sent: plan.deletions.length > 0 || request.waitForReplication ? [] : undefined,
        taken: { objects: 0, pages: 0 },
        begun: [],
        fallbacks: new Set(),
        looked: new Map(),
        usedKeys: new Map(),
        headed: new Set(),
    };
    const usedKeysOf = (bucket) => keysOf(release, bucket);
    let repaired = 0;
    try {
        await sendPhases(request, access, { plan, phases, progress, release });
        await checkModes(access, plan, release);
        repaired = await repairObjects(access, plan, usedKeysOf);
        await setTags(access, plan);
        if (request.waitForReplication)
            await waitForReplication(access, plan.buckets, release.sent ?? []);
    }
    catch (thrown) {
        access.runner.info(stoppedLine(amountOf(phases), release));
        await invalidateAfterFailure(access, { plan, replaced: release.begun });
        throw thrown;
    }
    finally {
        progress.end();
    }
    const invalidations = await invalidateAfterUpload(request, access, { plan, replaced: release.begun });
    const deleted = await deleteAll(access, plan, release.sent ?? []);
    invalidations.push(...(await invalidateAfterDeletion(request, access, { plan, deleted })));
    for (const one of deleted)
        manifest.deleted(one);
    manifest.end();
    return {
        deleted,
        repaired,
        bytes: progress.sent.bytes,
        invalidations,
        fallbacks: release.fallbacks,
        looked: release.looked,
        usedKeys: release.usedKeys,
        headed: release.headed,
        manifest: manifest.path,
        milliseconds: Date.now() - started,
    };
}
async function deleteAll(access, plan, sent) {
    const begun = [];
    try {
        return await deleteObjects(access, { plan, sent, begun });
    }
    catch (thrown) {
        await invalidateAfterFailure(access, { plan, replaced: begun });
        throw thrown;
    }
}
function took(release, object, stored) {
    release.manifest.object(object, stored);
    release.sent?.push({ object, stored });
    release.taken.objects++;
    if (object.last)
        release.taken.pages++;
}
function keysOf({ usedKeys }, bucket) {
    const keys = usedKeys.get(bucket) ?? new Set();
    usedKeys.set(bucket, keys);
    return keys;
}
async function checkModes(access, { buckets, objects }, { fallbacks }) {
    const written = new Set();
    for (const { bucket, action } of objects)
        if (action !== 'unchanged')
            written.add(bucket);
    for (const name of written) {
        const bucket = buckets.get(name);
        await checkModeAgain(access, bucket, fallbacks.has(name) ? bucket.acl.ifRefused : bucket.acl.send);
    }
}
async function sendPhases(request, access, queue) {
    const failure = new AbortController();
    const signal = AbortSignal.any([access.signal, failure.signal]);
    const shared = {
        limiter: makeLimiter(HOUSE_LIMITS),
        buffers: makeBuffers(HOUSE_LIMITS.bytes),
        progress: queue.progress,
        immutable: request.immutable,
        signal,
    };
    const senders = new Map();
    for (const { objects } of queue.phases) {
        const done = new Set();
        for (const [name, ahead] of firstOnes(objects)) {
            if (senders.has(name))
                continue;
            const { sender, stored } = await goAhead(senderOf(name, access, { ...queue, shared }), ahead, queue);
            senders.set(name, sender);
            if (stored)
                done.add(ahead);
        }
        const send = async (object) => {
            try {
                begin(queue, object);
                took(queue.release, object, await uploadObject(senders.get(object.bucket), object));
            }
            catch (thrown) {
                failure.abort(thrown);
                throw failure.signal.reason;
            }
        };
        const isLarge = ({ size, action }) => size > MULTIPART_ABOVE && action !== 'headers';
        const large = only(objects, (object) => isLarge(object) && !done.has(object));
        const small = only(objects, (object) => !isLarge(object) && !done.has(object));
        const outcomes = await Promise.allSettled([
            (0,parallel/* eachOf */.pQ)(large, LARGE_AT_ONCE, send),
            (0,parallel/* eachOf */.pQ)(small, HOUSE_LIMITS.most, send),
        ]);
        access.signal.throwIfAborted();
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed)
            throw failed.reason;
    }
}
function senderOf(name, access, { plan, release, shared, }) {
    const bucket = plan.buckets.get(name);
    const scopes = plan.scopes.filter((scope) => scope.bucket === name);
    const { headed } = release;
    return { ...shared, access, bucket, scopes, acl: bucket.acl.send, usedKeys: keysOf(release, name), headed };
}
async function goAhead(sender, object, queue) {
    const { fallbacks, looked } = queue.release;
    begin(queue, object);
    const first = await sendFirst(sender, object);
    const { name, acl } = first.sender.bucket;
    if (first.sender.acl !== acl.send)
        fallbacks.add(name);
    if (first.looked)
        looked.set(name, first.looked);
    if (first.stored)
        took(queue.release, object, first.stored);
    return first;
}
function begin({ plan, release }, object) {
    if (plan.invalidations.length > 0 && isDue(object))
        release.begun.push(object);
}
function firstOnes(objects) {
    const found = new Map();
    for (const object of objects) {
        if (object.action !== 'headers' || (found.get(object.bucket) ?? object).action === 'headers')
            found.set(object.bucket, object);
    }
    return found;
}
function* only(all, isWanted) {
    for (const one of all)
        if (isWanted(one))
            yield one;
}
function amountOf(phases) {
    const amount = { objects: 0, bytes: 0 };
    for (const { objects } of phases) {
        amount.objects += objects.length;
        for (const { size, action } of objects)
            amount.bytes += action === 'headers' ? 0 : size;
    }
    return amount;
}
function stoppedLine({ objects }, { taken }) {
    const touched = taken.pages > 0 ? 'some pages (s3-last) are new' : 'no page (s3-last) was touched';
    return `Stopped after ${taken.objects} of ${objects} objects; ${touched}, nothing was deleted.`;
}

;// CONCATENATED MODULE: ./lib/objects/plan/scopes.js
function groupByScope(scopes, objects) {
    const groups = new Map(scopes.map((scope) => [scope, []]));
    const known = new Map();
    for (const scope of scopes) {
        const same = known.get(placeOf(scope));
        if (same)
            same.push(scope);
        else
            known.set(placeOf(scope), [scope]);
    }
    for (const object of objects) {
        for (const place of placesOf(object))
            for (const scope of known.get(place) ?? [])
                groups.get(scope).push(object);
    }
    return groups;
}
function* placesOf({ bucket, key }) {
    yield placeOf({ bucket, prefix: key, isKey: true });
    yield placeOf({ bucket, prefix: '', isKey: false });
    for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1))
        yield placeOf({ bucket, prefix: key.slice(0, at + 1), isKey: false });
}
function placeOf({ bucket, prefix, isKey }) {
    return `${isKey ? 'key' : 'prefix'} ${bucket}/${prefix}`;
}

;// CONCATENATED MODULE: ./lib/objects/permissions.js






function objectsPermissions(request, session, planned) {
    const { plan } = planned;
    const { partition, accountId } = session;
    const sent = groupByScope(plan.scopes, dueOf(plan));
    const repairs = groupByScope(plan.scopes, plan.repairs);
    const retags = groupByScope(plan.scopes, plan.retags);
    const deletions = groupByScope(plan.scopes, plan.deletions);
    const statements = plan.scopes.flatMap((scope) => {
        const bucket = plan.buckets.get(scope.bucket);
        const here = {
            sent: sent.get(scope),
            repairs: repairs.get(scope),
            retags: retags.get(scope).length > 0,
            deletes: deletions.get(scope).length > 0,
        };
        return [
            ...(bucket.mayList ? [onListing({ name: bucket.name, partition }, scope.prefix)] : []),
            ...writing(request, { ...planned, bucket, scope, here }, session),
        ];
    });
    for (const [name, { own, bucketOwner }] of plan.owners) {
        if (bucketOwner)
            statements.push(onBucket(['s3:GetBucketAcl'], { name, partition }));
        else if (own)
            statements.push({ actions: [LIST_ALL], resources: ['*'] });
    }
    if ([...plan.owners.values()].some(({ own, bucketOwner }) => own && bucketOwner) && plan.repairs.length > 0)
        statements.push({ actions: [LIST_ALL], resources: ['*'] });
    for (const bucket of plan.buckets.values()) {
        statements.push(...lookingAtOwner(planned, bucket, partition));
        const actions = bucket.asked.filter((action) => !(action === OWNERSHIP && sameWithout(request, bucket)));
        if (actions.length > 0)
            statements.push(onBucket(actions, { name: bucket.name, partition }));
    }
    for (const one of plan.invalidations) {
        const actions = invalidating(request, planned, one);
        const resources = [`arn:${partition}:cloudfront::${accountId}:distribution/${one.distribution}`];
        if (actions.length > 0)
            statements.push({ actions, resources });
    }
    return statements;
}
const OWNERSHIP = 's3:GetBucketOwnershipControls';
function sameWithout(request, { acl, ...bucket }) {
    const blind = (0,rules_acl/* decideAcl */.$0)({ wish: request.acl, ...bucket, ownership: 'unknown' });
    const tellsSame = blind.outcome === acl.outcome || bucket.verify === 'off';
    return !request.fixAcl && blind.send === acl.send && tellsSame;
}
function lookingAtOwner({ plan, result }, { name, acl, verify }, partition) {
    const looks = (0,rules_acl/* goesFirst */.Nj)(acl, verify).looks && plan.objects.some((one) => one.bucket === name && one.action !== 'unchanged');
    const actions = !looks ? [] : (result?.looked.get(name) ?? (result ? [] : ['s3:GetBucketAcl', LIST_ALL]));
    return [
        ...(actions.includes('s3:GetBucketAcl') ? [onBucket(['s3:GetBucketAcl'], { name, partition })] : []),
        ...(actions.includes(LIST_ALL) ? [{ actions: [LIST_ALL], resources: ['*'] }] : []),
    ];
}
const LIST_ALL = 's3:ListAllMyBuckets';
function* dueOf({ objects }) {
    for (const object of objects)
        if (object.action !== 'unchanged')
            yield object;
}
function writing(request, { plan, result, bucket, scope, here }, who) {
    const { partition, accountId } = who;
    const { name, acl, verify } = bucket;
    const { prefix, isKey } = scope;
    const { sent, repairs, retags, deletes } = here;
    const fellBack = result ? result.fallbacks.has(name) : acl.ifRefused !== undefined;
    const looks = sent.length > 0 && (0,rules_acl/* goesFirst */.Nj)(acl, verify).looks && !(fellBack && acl.triesOwn);
    const shown = result?.looked.get(name) ?? [];
    const waits = request.waitForReplication && sent.length > 0;
    const sends = result?.fallbacks.has(name) && acl.triesOwn ? undefined : acl.send;
    const hasKey = bucket.defaultKey !== undefined || (result?.usedKeys.get(name)?.size ?? 0) > 0;
    const isSealed = request.kmsKey !== undefined || (request.encryption?.startsWith('aws:kms') ?? hasKey);
    const mayRead = request.immutable && sent.length > 0 && isSealed;
    const reads = plan.headed.has(name) || (result?.headed.has(name) ?? false) || mayRead;
    const wanted = [
        [repairs.some(({ by }) => by === 'grant'), 's3:PutObjectAcl'],
        [sent.length > 0 && fellBack && !acl.triesOwn, 's3:PutObjectAcl'],
        ...READ_STATE.map((action) => [reads, action]),
        [waits, 's3:GetObjectVersion'],
        [(looks && (!result || shown.includes('s3:GetObjectAcl'))) || plan.aclsRead.has(name), 's3:GetObjectAcl'],
        [plan.tagsRead.has(name), 's3:GetObjectTagging'],
        [retags, 's3:PutObjectTagging'],
        [deletes, 's3:DeleteObject'],
    ];
    const writes = new Set();
    for (const object of sent)
        for (const action of writeActions(object, sends))
            writes.add(action);
    for (const { by, headers = {} } of repairs)
        if (by === 'copy')
            for (const action of copyActions(headers, rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx))
                writes.add(action);
    const decrypts = sent.some(({ size, action }) => size > MULTIPART_ABOVE || action === 'headers') || repairs.length > 0;
    const encrypts = hasKey && !request.encryption && sent.length + repairs.length > 0;
    if (encrypts)
        for (const action of ['kms:GenerateDataKey', ...(decrypts ? ['kms:Decrypt'] : [])])
            writes.add(action);
    const all = [...new Set([...writes, ...wanted.filter(([does]) => does).map(([, action]) => action)])];
    const actions = all.filter((action) => action.startsWith('s3:'));
    const onKey = all.filter((action) => action.startsWith('kms:'));
    return [
        ...(actions.length > 0 ? [onObjects(actions, { name, partition, prefix, isKey })] : []),
        ...(onKey.length > 0 ? usingKeys(request, { bucket, result, partition, accountId }, onKey) : []),
    ];
}
function usingKeys({ kmsKey, encryption }, { bucket, result, partition, accountId }, actions) {
    const stated = kmsKey ?? (encryption ? undefined : bucket.defaultKey);
    const used = kmsKey?.startsWith('arn:') ? [] : [...(result?.usedKeys.get(bucket.name) ?? [])];
    const keys = used.length > 0 ? used : stated === undefined ? [] : [stated];
    return keys.flatMap((key) => {
        if (key.endsWith(MANAGED_KEY))
            return [];
        const alias = /(?:^|:)(alias\/.+)$/.exec(key)?.[1];
        const arn = `arn:${partition}:kms:${bucket.region}:${accountId}:key/${alias ? '*' : key}`;
        const conditions = alias && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } };
        return [
            { actions, resources: [key.startsWith('arn:') && !alias ? key : arn], ...(conditions ? { conditions } : {}) },
        ];
    });
}
function invalidating(request, { plan }, { given, owed, announced, maySee, facts, viewerKey }) {
    const touched = [...plan.objects.filter(isDue), ...plan.repairs, ...plan.deletions];
    const creates = given !== undefined || owed.length + announced.length > 0 || touched.some((one) => viewerKey(one) !== undefined);
    return [
        ...(creates ? ['cloudfront:CreateInvalidation'] : []),
        ...(maySee ? ['cloudfront:ListInvalidations', 'cloudfront:GetInvalidation'] : []),
        ...(creates && request.waitForInvalidation ? ['cloudfront:GetInvalidation'] : []),
        ...(facts ? ['cloudfront:GetDistribution'] : []),
    ];
}

;// CONCATENATED MODULE: ./lib/objects/local/exclusions.js



function exclusionsOf(globs) {
    const set = (0,rules_globs/* globSet */.xk)(globs);
    const flat = flatGlobs(globs);
    const pruned = [];
    return {
        has: (names) => globs.length > 0 && set.lastMatch(names) >= 0,
        prune: (names, path) => {
            pruned.push({ names, path });
        },
        look: (name) => flat.look(name, -1),
        missed: () => flat.missed(set.unmatched()),
        unmatched: () => {
            for (const { names, path } of pruned) {
                if (set.unmatched().length === 0)
                    break;
                for (const below of contentOf(path))
                    set.lastMatch(names.map((name) => `${name}/${below}`));
            }
            return set.unmatched().map((place) => globs[place]);
        },
    };
}
function contentOf(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
    }
    catch {
        return [];
    }
}

// EXTERNAL MODULE: ./lib/base/path-fence.js
var path_fence = __webpack_require__(7562);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/objects/local/hidden-files.js

function isHidden(name, { hiddenFiles }) {
    return (0,path_fence/* isGit */.JL)(name) || isCredentials(name) || (!hiddenFiles && name.startsWith('.'));
}
function isCredentials(name) {
    return /^(gha-creds-.*\.json|git-credentials-.*\.config)$/i.test(name);
}
function isGitFolder(entries) {
    const isFolder = (name) => entries.some((it) => it.name === name && it.isDirectory());
    return entries.some((it) => it.name === 'HEAD') && isFolder('objects') && isFolder('refs');
}

;// CONCATENATED MODULE: ./lib/objects/local/links.js




function mustBeBounded(way, { name, realRoot }) {
    if (way.kind === 'missing') {
        throw new base_problem/* Problem */.AF({
            what: 'the symbolic link leads nowhere',
            on: name,
            fix: 'remove the link, or exclude it with a line !GLOB',
        });
    }
    const isBounded = way.kind === 'inside' || (way.kind === 'named' && (0,path_fence/* isWithin */.UO)(way.real, realRoot));
    const parts = way.real.split(external_node_path_.sep);
    const what = way.kind === 'git' || parts.some(path_fence/* isGit */.JL)
        ? 'the symbolic link leads into .git'
        : !isBounded
            ? 'the symbolic link leads out of the workspace'
            : parts.some(isCredentials) && 'the symbolic link leads to the credentials of another action';
    if (what) {
        throw new base_problem/* Problem */.AF({
            what,
            on: name,
            why: 'what lies there may be secret, and is not part of what was built',
            fix: 'copy the file into the folder, or exclude the link with a line !GLOB',
        });
    }
    return way.real;
}

;// CONCATENATED MODULE: ./lib/objects/local/walked-file.js

class WalkedFile {
    folder;
    ownName;
    size;
    mtimeMs;
    dev;
    ino;
    constructor(folder, ownName, { size, mtimeMs, dev, ino }) {
        this.folder = folder;
        this.ownName = ownName;
        this.size = size;
        this.mtimeMs = mtimeMs;
        this.dev = dev;
        this.ino = ino;
    }
    get path() {
        return (0,external_node_path_.join)(this.folder.path, this.ownName);
    }
    get name() {
        return nameIn(this.folder, this.ownName);
    }
}
function nameIn({ name }, ownName) {
    return name === '' ? ownName : `${name}/${ownName}`;
}
function namesOf({ base }, { name }) {
    return base === '' ? [name] : [name, `${base}/${name}`];
}
function byName(a, b) {
    const [one, other] = a.folder === b.folder ? [a.ownName, b.ownName] : [a.name, b.name];
    return one < other ? -1 : 1;
}

;// CONCATENATED MODULE: ./lib/objects/local/walk.js









const LOCAL_ITSELF = '.';
const walk_ENTRIES_AT_ONCE = 256;
async function walkFolder(task) {
    const { kind, root, base, fence, rules, wanted } = task;
    const realRoot = (0,path_fence/* realOf */.MN)(root) ?? root;
    const filter = { ...task, realRoot, realTemp: fence.temp && (0,path_fence/* realOf */.MN)(fence.temp), gitFolders: new Set() };
    const walk = {
        ...filter,
        secrets: rules.secretFiles.map((path) => (0,external_node_path_.join)((0,path_fence/* realOf */.MN)((0,external_node_path_.dirname)(path)) ?? (0,external_node_path_.dirname)(path), (0,external_node_path_.basename)(path))),
        files: [],
        skipped: { hidden: [], links: [], special: [], folders: [] },
        unreadable: [],
    };
    const pending = [{ folder: { path: root, name: '' }, real: realRoot, above: [realRoot] }];
    for (let next = pending.pop(); next; next = pending.pop()) {
        const below = await readFolder(walk, next);
        for (const one of below.reverse())
            pending.push(one);
        await (0,promises_.setImmediate)();
    }
    const { files, skipped, unreadable } = walk;
    files.sort(byName);
    const folders = skipped.folders.filter((folder) => !wanted(`${folder}/x`) && !wanted(`${folder}/x/y`));
    const leavesOut = (name) => isLeftOut(filter, name);
    return { kind, base, files, skipped: { ...skipped, folders }, unreadable, leavesOut };
}
async function readFolder(walk, pending) {
    const { root, realRoot, fence, secrets, unreadable } = walk;
    const { folder, real } = pending;
    for (const secret of secrets) {
        if ((0,external_node_path_.dirname)(secret) === real && !isLeftOut(walk, nameIn(folder, (0,external_node_path_.basename)(secret))))
            throw holdsSecrets(secret);
    }
    const entries = entriesOf(folder, unreadable);
    if (folder.name !== '' && isGitFolder(entries)) {
        walk.skipped.hidden.push(folder.name);
        walk.gitFolders.add(folder.name);
        return [];
    }
    const below = [];
    for (const [at, entry] of entries.entries()) {
        if (at % walk_ENTRIES_AT_ONCE === walk_ENTRIES_AT_ONCE - 1)
            await (0,promises_.setImmediate)();
        const found = takeEntry(walk, pending, entry);
        if (found)
            below.push(found);
    }
    const way = (0,path_fence/* wayOf */.VO)(folder.path, fence);
    if (way.kind !== 'missing' && (folder.name === '' || way.real !== real))
        mustBeBounded(way, { name: folder.name || root, realRoot });
    return below;
}
function takeEntry(walk, pending, entry) {
    const { kind, rules, wanted, mayHold, skipped, unreadable } = walk;
    const { folder, above } = pending;
    const name = nameIn(folder, entry.name);
    const path = (0,external_node_path_.join)(folder.path, entry.name);
    if (isExcluded(walk, name)) {
        if (entry.isDirectory())
            rules.exclusions.prune(namesOf(walk, { name }), path);
        return undefined;
    }
    if (!wanted(name) && !mayHold(name))
        return undefined;
    const isPrivate = pending.real === walk.realTemp && (0,path_fence/* isPrivateOfTemp */.vK)(entry.name);
    if (isPrivate || isHidden(entry.name, rules))
        skipped.hidden.push(name);
    else if (entry.isSymbolicLink() && !rules.followSymlinks)
        skipped.links.push(name);
    else {
        const { stats, real } = look(walk, { path, name, entry });
        if (stats?.isDirectory()) {
            if (real && above.includes(real))
                throw new base_problem/* Problem */.AF({
                    what: 'the symbolic link leads to a folder above itself',
                    on: name,
                    fix: 'leave it out with a line !GLOB, or leave s3-follow-symlinks out',
                });
            if (kind === 'glob' && wanted(name))
                skipped.folders.push(name);
            if (!mayHold(name))
                return undefined;
            return {
                folder: { path, name },
                real: real ?? (0,external_node_path_.join)(pending.real, entry.name),
                above: real ? [...above, real] : above,
            };
        }
        if (!stats)
            unreadable.push(name);
        else if (!stats.isFile())
            skipped.special.push(name);
        else if (wanted(name)) {
            if (real && walk.secrets.includes(real))
                throw holdsSecrets(real);
            if (mayRead(path))
                walk.files.push(new WalkedFile(folder, entry.name, stats));
            else
                unreadable.push(name);
        }
    }
    return undefined;
}
function isLeftOut(filter, name) {
    const { rules, gitFolders, realRoot, realTemp, wanted } = filter;
    return (withFolders(name).some((it) => isExcluded(filter, it) || gitFolders.has(it)) ||
        name.split('/').some((part) => isHidden(part, rules)) ||
        (realRoot === realTemp && (0,path_fence/* isPrivateOfTemp */.vK)(name)) ||
        !wanted(name));
}
function isExcluded(filter, name) {
    return filter.rules.exclusions.has(namesOf(filter, { name }));
}
function holdsSecrets(path) {
    return new base_problem/* Problem */.AF({
        what: 'the folder has a file in it that ssm-env-file writes, and would publish it',
        on: path,
        why: 'it holds secrets in plain text',
        fix: 'write it to another folder or leave it out with a line !GLOB; to publish it, name the file itself in a line of s3-upload',
    });
}
function withFolders(name) {
    const names = [name];
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
        names.push(name.slice(0, slash));
    }
    return names;
}
function entriesOf({ path, name }, unreadable) {
    try {
        return (0,external_node_fs_.readdirSync)(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    catch {
        unreadable.push(name === '' ? LOCAL_ITSELF : `${name}/`);
        return [];
    }
}
function look({ fence, realRoot }, { path, name, entry }) {
    if (!entry.isSymbolicLink())
        return { stats: statsOf(path, external_node_fs_.lstatSync) };
    const way = (0,path_fence/* wayOf */.VO)(path, fence);
    if (way.kind === 'missing' && !maySee(path))
        return {};
    const real = mustBeBounded(way, { name, realRoot });
    return { stats: statsOf(real, external_node_fs_.statSync), real };
}
function maySee(path) {
    try {
        (0,external_node_fs_.statSync)(path);
        return true;
    }
    catch (thrown) {
        return (0,retryable/* shapeOf */.F5)(thrown).code !== 'EACCES';
    }
}
function statsOf(path, stat) {
    try {
        return stat(path);
    }
    catch {
        return undefined;
    }
}
function mayRead(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.R_OK);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./lib/objects/local/files.js








const NOTHING = {
    base: '',
    files: [],
    skipped: { hidden: [], links: [], special: [], folders: [] },
    unreadable: [],
    leavesOut: () => false,
};
async function findFiles({ local }, rules) {
    const workspace = (0,files/* onFileSync */.tA)({ on: rules.workspace, doing: 'read' }, () => (0,external_node_fs_.realpathSync)(rules.workspace));
    const fence = { workspace, temp: rules.temp };
    const found = (0,path_fence/* fenced */.OF)(local, fence);
    if (found?.stats.isFile()) {
        const { path, stats } = found;
        const file = new WalkedFile({ path: (0,external_node_path_.dirname)(path), name: '' }, (0,external_node_path_.basename)(path), stats);
        const unreadable = mayRead(path) ? [] : [LOCAL_ITSELF];
        return { ...NOTHING, kind: 'file', base: pathIn(workspace, (0,external_node_path_.join)(path, '..')), files: [file], unreadable };
    }
    const walk = (root, task) => walkFolder({ ...task, root, base: pathIn(workspace, root), fence, rules });
    if (found)
        return walk(found.path, { kind: 'folder', wanted: () => true, mayHold: () => true });
    const { base, glob, isGlob } = picomatch.scan(slashes(local));
    if (!isGlob)
        return { ...NOTHING, kind: 'missing' };
    const root = (0,path_fence/* fenced */.OF)(base === '' ? '.' : base, fence);
    if (!root?.stats.isDirectory())
        return { ...NOTHING, kind: 'glob' };
    return walk(root.path, { kind: 'glob', wanted: picomatch(glob, rules_globs/* GLOB_OPTIONS */.gu), mayHold: (0,rules_globs/* folderFinder */.tk)(glob) });
}
function pathIn(workspace, path) {
    const full = (0,external_node_path_.resolve)(workspace, path);
    return (0,path_fence/* isWithin */.UO)(full, workspace) ? slashes((0,external_node_path_.relative)(workspace, full)) : '';
}
function slashes(path) {
    return external_node_path_.sep === '\\' ? path.replaceAll('\\', '/') : path;
}

;// CONCATENATED MODULE: ./lib/objects/local/suspects.js



const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize \d+\n$/;
const POINTER_BYTES = { least: 126, most: 145 };
function lfsPointers(files) {
    return files.filter((file) => file.size >= POINTER_BYTES.least &&
        file.size <= POINTER_BYTES.most &&
        POINTER.test(headOf(file, POINTER_BYTES.most).toString('latin1')));
}
function pointersProblem(pointers, on) {
    return new base_problem/* Problem */.AF({
        what: `${pointers.length === 1 ? 'a file is' : `${pointers.length} files are`} only a pointer of Git LFS, without the content: ${(0,units/* someOf */.yU)(pointers.map(({ name }) => name))}`,
        on,
        why: 'actions/checkout does not fetch what Git LFS stores, unless it is told to, and builds copy the pointers',
        fix: 'set lfs: true on actions/checkout, or run git lfs pull before the build; to upload pointers on purpose, put them into an archive; or leave them out with a line !GLOB',
    });
}
function decomposedNames(files) {
    return files.flatMap(({ name }) => (NOT_ASCII.test(name) && name !== name.normalize('NFC') ? [name] : []));
}
function unlinkedNames(files) {
    return files.flatMap(({ name }) => (/[+\\]/.test(name) ? [name] : []));
}
const NOT_ASCII = /[^\0-\x7f]/;

;// CONCATENATED MODULE: ./lib/objects/local/targets.js










function keyOf({ kind, prefix }, { name }) {
    return kind === 'file' ? prefix : prefix + name;
}
async function findTargets(request, temp, log) {
    const problems = [];
    const targets = [];
    const exclusions = exclusionsOf(request.excludes.map(({ glob }) => glob));
    for (const target of request.targets) {
        const on = `Input s3-upload, line ${target.line}`;
        try {
            const walked = await findFiles(target, { ...request, temp, exclusions });
            const found = withPrefix(target, walked);
            targets.push(found);
            if (request.excludes.length > 0)
                for (const { name } of found.files)
                    exclusions.look(name);
            if (walked.unreadable.length > 0)
                problems.push(unreadable(target, walked.unreadable));
            else if (found.files.length === 0)
                nothingFound({ ...walked, local: target.local }, request, log);
            saySkipped(target, walked.skipped, log);
            problems.push(...problemsOfKeys(found));
            const pointers = lfsPointers(found.files);
            if (pointers.length > 0)
                problems.push(pointersProblem(pointers, on));
            warnOfDecomposed(target, found.files, log);
            if (isServed(request))
                warnOfUnlinked(target, found.files, log);
        }
        catch (thrown) {
            const found = (0,edge/* problemsIn */._)(thrown);
            if (!found)
                throw thrown;
            problems.push(...found.map(({ details }) => new base_problem/* Problem */.AF({ ...details, on: [on, details.on].filter(Boolean).join(', ') })));
        }
    }
    if (problems.length > 0)
        throw new base_problem/* Problems */.Zw(problems);
    return { targets, warnOfUnmatched: () => warnOfUnmatched(request, exclusions, log) };
}
function problemsOfKeys(target) {
    const byKind = new Map();
    for (const file of target.files) {
        const problem = (0,rules_key/* problemOfKey */.q6)(keyOf(target, file)) ??
            (file.size > MAX_OBJECT_BYTES ? { what: 'the file is larger than S3 takes' } : undefined);
        if (!problem)
            continue;
        const same = byKind.get(problem.fix ?? problem.what) ?? { problem, paths: [] };
        byKind.set(problem.fix ?? problem.what, same);
        same.paths.push(file.path);
    }
    return [...byKind.values()].map(({ problem, paths }) => new base_problem/* Problem */.AF({ ...problem, on: (0,units/* someOf */.yU)(paths) }));
}
function withPrefix(target, { kind, base, files, leavesOut }) {
    const { bucket, prefix, local, line } = target;
    const isFolder = prefix === '' || prefix.endsWith('/');
    const common = { local, bucket, line, kind, base, files, leavesOut };
    if (kind === 'file')
        return { ...common, prefix: isFolder ? prefix + (files[0]?.name ?? '') : prefix };
    return { ...common, prefix: isFolder ? prefix : `${prefix}/` };
}
function unreadable({ local, line }, names) {
    return new base_problem/* Problem */.AF({
        what: names.includes(LOCAL_ITSELF)
            ? `${local} cannot be read`
            : `what is in ${local} cannot all be read: ${(0,units/* someOf */.yU)(names)}`,
        on: `Input s3-upload, line ${line}`,
        why: "the runner's user may not read it, as when a container step wrote it as root; or it vanished while the step looked",
        fix: 'sudo chown -R "$USER" on the folder in an earlier step, or leave out what nobody needs with a line !GLOB',
    });
}
function nothingFound({ local, kind, skipped }, { ifNoFilesFound }, log) {
    const what = kind === 'missing' ? `there is no ${local} in the workspace` : `${local} has no files to upload`;
    if (ifNoFilesFound === 'error') {
        throw new base_problem/* Problem */.AF({
            what,
            why: skipped.hidden.length > 0 ? `left out as hidden: ${(0,units/* someOf */.yU)(skipped.hidden)}` : undefined,
            fix: 'check the path, the exclusions and the step that builds it; s3-if-no-files-found: warn or ignore lets it pass',
        });
    }
    if (ifNoFilesFound === 'warn')
        log.warning(`s3-upload: ${what}`);
}
function warnOfDecomposed({ local }, files, log) {
    const names = decomposedNames(files);
    if (names.length === 0)
        return;
    log.warning(`${local}: ${(0,units/* counted */.hS)(names.length, 'name')} in decomposed form (Unicode NFD, as macOS writes it): ${(0,units/* someOf */.yU)(names)}. The keys have that form too, so a link in the usual composed form gets a 404. Rename the files in the repository (convmv -f utf8 -t utf8 --nfc), unless the links are written the same way.`);
}
function isServed({ distributions, acl }) {
    return distributions.length > 0 || (0,rules_acl/* isPublicAcl */.QB)(acl);
}
function warnOfUnlinked({ local }, files, log) {
    const names = unlinkedNames(files);
    if (names.length === 0)
        return;
    log.warning(`${local}: ${(0,units/* counted */.hS)(names.length, 'name')} that a plain link does not reach: ${(0,units/* someOf */.yU)(names)}. S3 takes + in the path of a URL for a space, and browsers take a backslash for a slash. Write %2B and %5C in links, or rename the files.`);
}
function saySkipped({ local }, { hidden, links, special, folders }, log) {
    const told = (names, what, how) => names.length === 0 ? [] : [`${names.length} ${what} (${(0,units/* someOf */.yU)(names)})${how}`];
    const parts = [
        ...told(hidden, 'hidden', '; s3-include-hidden-files: true uploads them, except .git and credentials of other actions'),
        ...told(links, links.length === 1 ? 'symbolic link' : 'symbolic links', '; s3-follow-symlinks: true uploads what they lead to'),
        ...told(special, 'neither file nor folder', ''),
    ];
    const isMissed = links.length > 0 || hidden.some((name) => name.split('/').at(-1) === '.well-known');
    if (parts.length > 0)
        log[isMissed ? 'warning' : 'info'](`${local}: left out ${parts.join(', ')}${isMissed ? '. A line !GLOB leaves them out without this warning.' : ''}`);
    if (folders.length > 0) {
        log.warning(`s3-upload: ${local} matches ${(0,units/* counted */.hS)(folders.length, 'folder')} (${(0,units/* someOf */.yU)(folders)}), and none of the files in ${folders.length === 1 ? 'it' : 'them'}. Write the folder itself, or /** in place of /*.`);
    }
}
function warnOfUnmatched(request, exclusions, log) {
    for (const { glob, files } of exclusions.missed()) {
        log.warning(`s3-upload: !${glob} leaves out only what lies directly in LOCAL. In its folders it does not keep back ${files}. Write !**/${glob} for any depth, or !/${glob} if only the root is meant.`);
    }
    const unmatched = new Set(exclusions.unmatched());
    const lines = request.excludes.filter(({ glob }) => unmatched.has(glob));
    const how = 'Globs are matched with the path below LOCAL and with the path in the workspace; ** stands for any folders, **/NAME for a name at any depth.';
    if (lines.length > MAX_WARNINGS) {
        const some = (0,units/* someOf */.yU)(lines.map(({ glob, line }) => `!${glob} (line ${line})`));
        log.warning(`s3-upload: ${lines.length} exclusions left nothing out: ${some}. ${how}`);
        return;
    }
    for (const { glob, line } of lines)
        log.warning(`s3-upload, line ${line}: !${glob} left nothing out. ${how}`);
}
const MAX_WARNINGS = 10;

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./lib/objects/local/compress.js





const BROTLI_QUALITY = 9;
async function compressed(file, encoding, path) {
    if (file.size === 0 || isGzip(file))
        return undefined;
    const compressor = encoding === 'gzip'
        ? (0,external_node_zlib_.createGzip)({ level: external_node_zlib_.constants.Z_BEST_COMPRESSION })
        : (0,external_node_zlib_.createBrotliCompress)({
            params: {
                [external_node_zlib_.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
                [external_node_zlib_.constants.BROTLI_PARAM_SIZE_HINT]: file.size,
            },
        });
    const handle = await (0,same_file/* openSame */.bY)(file);
    try {
        await (0,external_node_stream_promises_.pipeline)(handle.createReadStream({ autoClose: false }), compressor, (0,external_node_fs_.createWriteStream)(path));
        (0,same_file/* mustBeSame */.PA)(await handle.stat(), file);
    }
    finally {
        await handle.close();
    }
    const made = (0,same_file/* stateOf */.L4)(path, (0,external_node_fs_.statSync)(path));
    if (made.size < file.size)
        return made;
    await (0,external_node_fs_promises_.rm)(path);
    return undefined;
}
function isGzip(file) {
    const handle = (0,same_file/* openSameSync */.sb)(file);
    try {
        const head = Buffer.alloc(2);
        return (0,external_node_fs_.readSync)(handle, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}

;// CONCATENATED MODULE: ./lib/objects/local/stored-form.js










const COMPRESSORS = 4;
const SIBLING = /^(.+\.(?!tar)[^./]+)\.(br|gz)$/;
const FOR_BROWSERS = /\.(m?js|css|html|wasm|data|symbols\.json)\.(br|gz)$/;
const ENDINGS = { gzip: /\.gz$/, br: /\.br$/ };
function storedForms(runner, book) {
    const compressors = makeLimiter({ start: COMPRESSORS, most: COMPRESSORS, bytes: 0 });
    const names = new WeakMap();
    const unencoded = [];
    let folder;
    let serial = 0;
    const originalOf = (target, file) => {
        const [, of, ending] = SIBLING.exec(file.name) ?? [];
        if (of === undefined || target.kind === 'file')
            return undefined;
        const all = names.get(target) ?? new Map(target.files.map((file) => [file.name, file]));
        names.set(target, all);
        const original = all.get(of);
        if (!original || (ending === 'gz' && !isGzip(file)))
            return undefined;
        return { original, encoding: ending === 'br' ? 'br' : 'gzip' };
    };
    return {
        unencoded,
        of: async (target, file) => {
            const own = namesOf(target, file);
            const sibling = originalOf(target, file);
            if (sibling) {
                const { original } = sibling;
                const headers = book.of(own, sibling.encoding, original.name);
                return { file, ...settled(headers, () => isUtf8File(original)) };
            }
            const encoding = book.compressionOf(own);
            const stated = book.encodingOf(own);
            const original = isNamelessPage(file) ? `${file.name}.html` : file.name;
            if (!encoding) {
                if (stated === undefined && FOR_BROWSERS.test(file.name))
                    unencoded.push(file.name);
                if (stated !== 'gzip' && stated !== 'br')
                    return { file, ...book.of(own, undefined, original) };
                const headers = book.of(own, undefined, file.name.replace(ENDINGS[stated], ''));
                return { file, ...settled(headers, () => isUtf8Encoded(file, stated)) };
            }
            if (stated !== undefined) {
                if (stated === 'gzip' && isGzip(file))
                    return { file, ...book.of(own) };
                throw twoEncodings(file, encoding, stated);
            }
            folder ??= temporaryFolder(runner);
            const release = await compressors.take(0);
            const smaller = await compressed(file, encoding, (0,external_node_path_.join)(folder, String(serial++))).finally(release);
            if (!smaller)
                return { file, ...book.of(own, undefined, original) };
            const headers = book.of(own, encoding, original);
            return { file: smaller, ...settled(headers, () => isUtf8File(file)) };
        },
    };
}
function isNamelessPage(file) {
    return /(^|\/)[^./]+$/.test(file.name) && isPage(file);
}
function settled(headers, isUtf8) {
    if (!headers.guessesCharset)
        return headers;
    return { ...headers, all: isUtf8() ? headers.all : withoutCharset(headers.all), guessesCharset: false };
}
function twoEncodings(file, encoding, stated) {
    return new base_problem/* Problem */.AF({
        what: `s3-compress makes it ${encoding}, and s3-content-encoding says that it is ${stated}`,
        on: file.path,
        why: 'viewers decode what the header says, whatever the bytes are',
        fix: 'leave the file out of one of the two: s3-content-encoding is for files that are compressed already',
    });
}
function temporaryFolder(runner) {
    const base = runner.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
    return (0,files/* onFileSync */.tA)({ on: base, doing: 'written' }, () => {
        const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(base, 'keyless-aws-compressed-'));
        runner.undoLater({ kind: 'folder', path: folder });
        return folder;
    });
}

;// CONCATENATED MODULE: ./lib/objects/plan/duplicate-keys.js

function singleKeys(targets) {
    const lines = new Map();
    for (const { bucket } of targets)
        lines.set(bucket, (lines.get(bucket) ?? 0) + 1);
    const seen = new Map();
    const problems = [];
    return {
        isFirst: (object, from) => {
            if (lines.get(object.bucket) === 1)
                return true;
            const address = `s3://${object.bucket}/${object.key}`;
            const before = seen.get(address);
            if (!before) {
                seen.set(address, { object, from });
                return true;
            }
            const why = differenceOf(before, { object, from });
            if (why) {
                problems.push(new base_problem/* Problem */.AF({
                    what: `lines ${before.from.target.line} and ${from.target.line} of s3-upload name the same key`,
                    on: address,
                    why,
                    fix: 'change a prefix, or exclude the file from one of the lines',
                }));
            }
            return false;
        },
        throwProblems: () => {
            if (problems.length > 0)
                throw new base_problem/* Problems */.Zw(problems);
        },
    };
}
function differenceOf(one, other) {
    if (one.from.file.path !== other.from.file.path)
        return `${one.from.file.path} and ${other.from.file.path} go there`;
    const same = (object) => JSON.stringify(Object.entries(object.headers).sort());
    if (one.object.action === other.object.action && same(one.object) === same(other.object))
        return undefined;
    return 'the rules for headers match the path below LOCAL, which differs from line to line';
}

;// CONCATENATED MODULE: ./lib/objects/plan/planned-file.js

class PlannedFile {
    place;
    local;
    file;
    headers;
    action;
    last;
    crc;
    unproved;
    guessesCharset;
    constructor({ place, local, file }, { headers, action, last, crc, unproved = false, guessesCharset = false }) {
        this.place = place;
        this.local = local;
        this.file = file;
        this.headers = headers;
        this.action = action;
        this.last = last;
        this.crc = crc;
        this.unproved = unproved;
        this.guessesCharset = guessesCharset;
    }
    sentAgain() {
        return new PlannedFile(this, { ...this, action: 'changed', crc: undefined });
    }
    withHeaders(headers) {
        return new PlannedFile(this, { ...this, headers });
    }
    get bucket() {
        return this.place.bucket;
    }
    get key() {
        return keyOf(this.place, this.local);
    }
    get size() {
        return this.file.size;
    }
}

;// CONCATENATED MODULE: ./lib/objects/plan/prefix.js







async function listTarget(request, access, { target, bucket, paidUntil, compare }) {
    if (!bucket.mayList)
        return { total: 0, newer: [], others: [], began: undefined };
    const { files, prefix, leavesOut, kind } = target;
    const placeOf = placeFinder(files, (file) => keyOf(target, file));
    const others = [];
    const newer = [];
    const owners = new Map();
    let total = 0;
    let began;
    const pages = listPages(access.aws, bucket, {
        prefix,
        fetchOwner: bucket.looksAtOwners,
        began: (at) => {
            began ??= at;
        },
        ahead: true,
    });
    for await (const page of told(pages, access, target)) {
        const found = [];
        for (const { key, owner: said, ...object } of page) {
            const owner = said === undefined ? undefined : (owners.get(said) ?? said);
            if (owner !== undefined)
                owners.set(owner, owner);
            const place = placeOf(key);
            if (place !== undefined)
                found.push([place, { ...object, owner }]);
            if (kind === 'file')
                continue;
            total++;
            const isWanted = request.delete || request.fixAcl || object.modified > paidUntil;
            if (place !== undefined || !isWanted || leavesOut(key.slice(prefix.length)))
                continue;
            if (object.modified > paidUntil)
                newer.push({ bucket: bucket.name, key, modified: object.modified });
            if (request.delete || request.fixAcl)
                others.push({ bucket: bucket.name, key, prefix, ...object, owner });
        }
        await compare(found);
    }
    return { total, newer, others, began };
}
async function* told(pages, { session }, { bucket: name, prefix }) {
    try {
        yield* pages;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw) || !(0,denied/* saysDenied */.KZ)(thrown))
            throw thrown;
        const said = thrown.details.why;
        throw new base_problem/* Problem */.AF({
            what: 'the prefix may not be listed',
            on: `s3://${name}/${prefix}`,
            why: said,
            fix: (0,denied/* allowing */.SL)({ said, needed: [onListing({ name, ...session }, prefix)] }),
            cause: thrown,
        });
    }
}

;// CONCATENATED MODULE: ./lib/objects/plan/tell.js




function note({ access, headed, told }, { target, bucket, file }, { compared, listed, head }) {
    if (compared.unproved)
        told.unproved++;
    if (compared.foreignKey)
        told.foreignKeys++;
    if (head && compared.action !== 'changed')
        headed.add(bucket.name);
    if (compared.action !== 'unchanged')
        return;
    if (listed?.isArchived || head?.isArchived)
        told.archived.push(keyOf(target, file));
    if (bucket.foreignKey === 'warn' && isForeignKey(head?.kmsKey, bucket, access.session))
        told.keys.set(bucket.name, head?.kmsKey);
}
function tellOf({ request, book, forms, last, told }, { runner }) {
    if (told.unproved > 0) {
        runner.info(`${(0,units/* counted */.hS)(told.unproved, 'object is', 'objects are')} sent again because S3 did not show their headers or their CRC-32 (s3:GetObject would, of what was uploaded with one)`);
    }
    if (told.carried > 0) {
        runner.info(`${(0,units/* counted */.hS)(told.carried, 'object')} whose headers change ${told.carried === 1 ? 'is' : 'are'} sent whole, because a copy by this server may lose ${told.carried === 1 ? 'its' : 'their'} tags`);
    }
    if (told.foreignKeys > 0) {
        runner.info(`${(0,units/* counted */.hS)(told.foreignKeys, 'object is', 'objects are')} sent again because a KMS key of the uploader's account encrypts them, which the bucket's owner cannot use`);
    }
    const isServed = request.distributions.length > 0 || (0,rules_acl/* isPublicAcl */.QB)(request.acl);
    if (isServed && forms.unencoded.length > 0) {
        runner.warning(`${(0,units/* counted */.hS)(forms.unencoded.length, 'file')} for browsers ${forms.unencoded.length === 1 ? 'is' : 'are'} compressed, and nothing says so: ${(0,units/* someOf */.yU)(forms.unencoded)}. Viewers get the compressed bytes as a download. Write s3-content-encoding: **/*.br => br, and **/*.gz => gzip.`);
    }
    if (told.archived.length > 0 && isServed) {
        runner.warning(`${told.archived.length} of the unchanged objects cannot be read by any viewer, because their storage class is an archive (GLACIER or DEEP_ARCHIVE): ${(0,units/* someOf */.yU)(told.archived)}. Send them once with s3-upload-unchanged: true, and take the prefix out of the bucket's lifecycle rule.`);
    }
    for (const [bucket, key] of told.keys)
        runner.warning(foreignKeyText(bucket, key));
    const rules = last.unmatched().map((place) => ({ input: 's3-last', glob: request.last[place] }));
    const given = rules.filter(({ glob }) => glob.isGiven).map(({ input, glob }) => ({ input, glob: glob.glob }));
    for (const { input, glob } of [...book.unmatched(), ...given]) {
        runner.warning(`${input}: ${glob} matches no file. Globs are matched with the path below LOCAL and with the path in the workspace.`);
    }
    for (const { input, glob, files } of book.missed()) {
        runner.warning(`${input}: ${glob} matches only what lies directly in LOCAL. In its folders it leaves out ${files}. Write **/${glob} for any depth, or /${glob} if only the root is meant.`);
    }
}

;// CONCATENATED MODULE: ./lib/objects/plan/changes.js




















const changes_HEADS_AT_ONCE = 64;
const LISTINGS_AT_ONCE = 16;
const FILES_IN_A_TURN = 128;
async function compareTargets(request, access, { targets, buckets, owedSince, paidUntil }) {
    const book = headerBook(request);
    const last = (0,rules_globs/* globSet */.xk)(request.last.map(({ glob }) => glob));
    const comparer = {
        request,
        access,
        book,
        last,
        forms: storedForms(access.runner, book),
        buffers: makeBuffers(HOUSE_LIMITS.bytes),
        headed: new Set(),
        tagged: new Set(),
        told: { unproved: 0, carried: 0, foreignKeys: 0, archived: [], keys: new Map() },
    };
    const listings = new Map();
    const objects = [];
    const kept = new Map();
    const written = [];
    const singles = singleKeys(targets);
    const waiting = targets.map((target) => ({ target, bucket: buckets.get(target.bucket) }));
    for (let from = 0; from < waiting.length; from += LISTINGS_AT_ONCE) {
        const some = waiting.slice(from, from + LISTINGS_AT_ONCE);
        const width = Math.ceil(changes_HEADS_AT_ONCE / some.length);
        const compared = await Promise.all(some.map((one) => compareTarget(comparer, { ...one, paidUntil, owedSince, width })));
        for (const [at, { target, bucket }] of some.entries()) {
            const { found, listed, listing } = compared[at];
            listings.set(target, listing);
            for (const one of listing.newer)
                written.push(one);
            for (const [index, object] of found.entries()) {
                if (!singles.isFirst(object, { target, file: target.files[index] }))
                    continue;
                objects.push(object);
                const there = listed[index];
                if (!there)
                    continue;
                if (bucket.looksAtOwners)
                    keep(kept, there.owner, object);
                const { modified } = there;
                if (modified > owedSince)
                    written.push({ bucket: object.bucket, key: object.key, modified });
            }
        }
    }
    singles.throwProblems();
    tellOf(comparer, access);
    return { objects, listings, headed: comparer.headed, tagged: comparer.tagged, kept, written };
}
async function compareTarget(comparer, { target, bucket, paidUntil, owedSince, width }) {
    const { request, access } = comparer;
    const place = { bucket: target.bucket, kind: target.kind, prefix: target.prefix };
    const found = new Array(target.files.length);
    const listed = [];
    let begun = 0;
    let turn;
    const compare = (some) => (0,parallel/* eachOf */.pQ)(some, width, async ([index, there]) => {
        if (begun++ % FILES_IN_A_TURN === 0)
            turn = (0,promises_.setImmediate)();
        await turn;
        const object = await planFile(comparer, { target, place, bucket, file: target.files[index] }, there);
        found[index] = object;
        if (object.action !== 'unchanged' || !there)
            return;
        if (bucket.looksAtOwners || there.modified > owedSince)
            listed[index] = there;
    });
    const listing = await listTarget(request, access, { target, bucket, paidUntil, compare });
    await compare(unlisted(target.files.length, found));
    return { found, listed, listing };
}
function* unlisted(files, found) {
    for (let index = 0; index < files; index++)
        if (!found[index])
            yield [index, undefined];
}
async function planFile(comparer, { target, place, bucket, file }, listed) {
    const { request, access, forms, buffers } = comparer;
    const form = await forms.of(target, file);
    let facts = {
        size: form.file.size,
        mayList: bucket.mayList,
        listed,
        always: request.uploadUnchanged,
        ruled: request.immutable ? undefined : form.ruled,
        isRuled: form.isRuled,
        isForeignKey: (kmsKey) => bucket.foreignKey === 'fail' && isForeignKey(kmsKey, bucket, access.session),
    };
    for (;;) {
        const compared = compareFile(facts);
        if (!('need' in compared)) {
            return planned(comparer, { target, place, bucket, file }, { compared, facts, listed, form });
        }
        facts =
            compared.need === 'digests'
                ? { ...facts, digests: await digestsOf(form.file, { inParts: compared.inParts, buffers }) }
                : {
                    ...facts,
                    head: (await allowed(headObject(access.aws, bucket, { key: keyOf(target, file) }))) ?? 'refused',
                };
    }
}
async function planned(comparer, { target, place, bucket, file }, { compared, facts, listed, form }) {
    const { request, access, last, tagged, told } = comparer;
    const head = typeof facts.head === 'object' ? facts.head : undefined;
    note(comparer, { target, bucket, file }, { compared, listed, head });
    const copied = compared.action === 'headers' ? head : undefined;
    const lost = copied && (await tagsLostByCopy(access, bucket, { key: keyOf(target, file), head: copied, tags: request.tags }));
    if (lost) {
        tagged.add(bucket.name);
        told.carried++;
    }
    const carried = lost ? { 'x-amz-tagging': tagging(lost) } : {};
    const action = lost ? 'changed' : compared.action;
    const anyPage = request.last.every(({ isGiven }) => !isGiven);
    return new PlannedFile({ place, local: file, file: form.file }, {
        headers: copied ? { ...copied.headers, ...form.ruled, ...carried } : form.all,
        action,
        last: last.lastMatch(namesOf(target, file)) >= 0 || (anyPage && isHtml(form.all)),
        crc: action === 'changed' ? undefined : facts.digests?.crc,
        unproved: compared.unproved ?? false,
        guessesCharset: form.guessesCharset && compared.action !== 'headers',
    });
}
function isHtml(headers) {
    return /^text\/html\b/.test(headers['content-type'] ?? '');
}

;// CONCATENATED MODULE: ./lib/objects/plan/deletion.js


const SHARE_FLOOR = 25;
function guardDeletion({ on, localFiles, remoteObjects, deletions }, limit) {
    if (deletions === 0)
        return;
    if (localFiles === 0) {
        throw new base_problem/* Problem */.AF({
            what: `s3-delete would delete ${deletions === 1 ? 'the only object' : `all ${deletions} objects`}, because LOCAL has no files`,
            on,
            why: 'an empty LOCAL usually means that the build failed, or that the path is wrong',
            fix: 'check the path and the steps before; to empty a prefix use another tool',
        });
    }
    const allowed = allowedBy(limit, remoteObjects);
    if (deletions <= allowed)
        return;
    throw new base_problem/* Problem */.AF({
        what: `s3-delete would delete ${deletions} of ${(0,units/* counted */.hS)(remoteObjects, 'object')}, more than s3-max-delete allows (${allowed})`,
        on,
        why: 'so many deletions usually mean a wrong path or prefix',
        fix: `check the plan with dry-run: true; if it is right, s3-max-delete: ${deletions}`,
    });
}
function allowedBy(limit, remoteObjects) {
    if ('count' in limit)
        return limit.count;
    return limit.share === 0 ? 0 : Math.max(SHARE_FLOOR, Math.floor(limit.share * remoteObjects));
}
function planDeletions({ maxDelete }, { targets, listings, objects }) {
    const found = targets.map((target) => {
        const { total = 0, others = [], began = Number.POSITIVE_INFINITY } = listings.get(target) ?? {};
        return { target, total, doomed: others.filter(({ modified }) => wholeSeconds(modified) <= began) };
    });
    const addresses = new Set(found.flatMap(({ doomed }) => doomed.map(addressOf)));
    if (addresses.size > 0)
        for (const object of objects)
            addresses.delete(addressOf(object));
    for (const { target, total, doomed } of found) {
        const on = `s3://${target.bucket}/${target.prefix}`;
        const deletions = doomed.filter((one) => addresses.has(addressOf(one))).length;
        guardDeletion({ on, localFiles: target.files.length, remoteObjects: total, deletions }, maxDelete);
        if ('share' in maxDelete && maxDelete.share < 1) {
            const names = target.files.map(({ name }) => name);
            const gone = doomed
                .filter((one) => addresses.has(addressOf(one)))
                .map(({ key }) => key.slice(target.prefix.length));
            guardSites(on, { names, gone }, deletions);
        }
    }
    return found.flatMap(({ doomed }) => doomed.filter((one) => addresses.delete(addressOf(one))));
}
function guardSites(on, { names, gone }, deletions) {
    if (gone.length < 2)
        return;
    const roots = new Set(names.map(firstOf));
    if (!roots.has('index.html'))
        return;
    const folders = new Map();
    for (const name of gone) {
        const folder = firstOf(name);
        if (folder === name || roots.has(folder))
            continue;
        const entries = folders.get(folder) ?? new Set();
        folders.set(folder, entries.add(firstOf(name.slice(folder.length + 1))));
    }
    const sites = [...folders].filter(([, entries]) => entries.has('index.html') && [...entries].some((one) => one !== 'index.html' && roots.has(one)));
    if (sites.length === 0)
        return;
    throw new base_problem/* Problem */.AF({
        what: `s3-delete would delete what looks like ${sites.length === 1 ? 'another site' : `${sites.length} other sites`}: ${(0,units/* someOf */.yU)(sites.map(([folder]) => `${folder}/`))}`,
        on,
        why: 'LOCAL has no such folder, and what is in it is laid out as LOCAL is: a preview, or another application',
        fix: `keep it with a line !${sites[0][0]}/**; if it is to go, write the number of deletions, s3-max-delete: ${deletions}, or 100%`,
    });
}
function wholeSeconds(milliseconds) {
    return Math.floor(milliseconds / 1_000) * 1_000;
}
function firstOf(name) {
    const slash = name.indexOf('/');
    return slash < 0 ? name : name.slice(0, slash);
}
function addressOf({ bucket, key }) {
    return `${bucket}/${key}`;
}

;// CONCATENATED MODULE: ./lib/objects/plan/long-cached.js


const LONG_S = 7 * 86_400;
function warnOfLongCached({ uploadUnchanged }, { buckets, objects }, log) {
    if (uploadUnchanged)
        return;
    const kept = objects.filter(({ bucket, key, action, headers, unproved }) => action === 'changed' &&
        !unproved &&
        buckets.get(bucket)?.mayList &&
        isLong(headers['cache-control'] ?? '') &&
        !(0,viewer_paths/* isContentNamed */.R$)(key));
    if (kept.length === 0)
        return;
    log.warning(`s3-cache-control: browsers keep ${(0,units/* counted */.hS)(kept.length, 'object')} that ${kept.length === 1 ? 'changes under its name' : 'change under their names'} for a long time (${kept[0].headers['cache-control']}), whatever is invalidated: ${(0,units/* someOf */.yU)(kept.map(({ key }) => key))}. Give a long time only to names with a hash: **/* => no-cache, then assets/** => public, max-age=31536000, immutable.`);
}
function isLong(cacheControl) {
    if (/\bno-(cache|store)\b/i.test(cacheControl))
        return false;
    const [, seconds = '0'] = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl) ?? [];
    return Number(seconds) >= LONG_S;
}

;// CONCATENATED MODULE: ./lib/objects/plan/lost-grants.js


const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const GROUPS = {
    [ALL_USERS]: 'everybody',
    [AUTHENTICATED_USERS]: 'every AWS account',
};
async function warnOfLostGrants({ acl }, access, { buckets, objects }) {
    if (acl !== 'auto')
        return;
    for (const bucket of buckets.values()) {
        if (bucket.ownership === 'BucketOwnerEnforced')
            continue;
        const looked = sampleOf(objects.filter((one) => one.bucket === bucket.name));
        if (!looked)
            continue;
        const { s3, name, owner } = bucket;
        const { key } = looked;
        const answer = await allowed(access.aws.call('s3:GetObjectAcl', (abortSignal) => s3.send(new dist_cjs/* GetObjectAclCommand */.hsf({ Bucket: name, Key: key, ExpectedBucketOwner: owner }), { abortSignal })));
        const readers = readersOf(answer?.Grants ?? []);
        if (readers === undefined)
            continue;
        const [why, what] = looked.action === 'unchanged'
            ? ['', 'what is new now cannot']
            : [', and a write keeps no ACL', 'what is replaced now can no longer'];
        access.runner.warning(`s3://${name}/${key}: its ACL lets ${readers} read it${why}: s3-acl: auto sends ${bucket.acl.send ?? 'none'}, so that ${what} be read so. To ${looked.action === 'unchanged' ? 'let readers have both' : 'keep it'}, give s3-acl: public-read, or let the bucket's policy allow s3:GetObject.`);
    }
}
function sampleOf(objects) {
    const replaced = objects.findLast(({ action }) => action === 'changed' || action === 'headers');
    if (replaced || !objects.some(({ action }) => action === 'new'))
        return replaced;
    return objects.find(({ action }) => action === 'unchanged');
}
function readersOf(grants) {
    const uri = Object.keys(GROUPS).find((group) => grants.some((it) => isReader({ uri: it.Grantee?.URI, permission: it.Permission }, group)));
    return uri && GROUPS[uri];
}
function isReader({ uri, permission }, group) {
    return uri === group && (permission === 'READ' || permission === 'FULL_CONTROL');
}

;// CONCATENATED MODULE: ./lib/objects/plan/missing-grants.js






const READERS = {
    'public-read': ALL_USERS,
    'public-read-write': ALL_USERS,
    'authenticated-read': AUTHENTICATED_USERS,
    private: undefined,
};
const ACLS_AT_ONCE = 64;
async function sendWhereGrantsLack({ acl, uploadUnchanged, immutable }, access, { buckets, objects }) {
    const isAsked = acl !== 'auto' && acl !== 'none' && acl in READERS;
    const wanted = isAsked ? READERS[acl] : undefined;
    const aclsRead = new Set();
    if (!isAsked || uploadUnchanged || immutable)
        return { objects, aclsRead };
    const refused = new Set();
    const lacking = new Set();
    const kept = objects.filter(({ action, bucket }) => action === 'unchanged' && buckets.get(bucket)?.ownership !== 'BucketOwnerEnforced');
    await (0,parallel/* eachOf */.pQ)(kept, ACLS_AT_ONCE, async (object) => {
        const bucket = buckets.get(object.bucket);
        if (refused.has(bucket.name))
            return;
        const grants = await grantsOf(access, bucket, object.key);
        (grants ? aclsRead : refused).add(bucket.name);
        if (grants && !isAsWanted(grants, wanted))
            lacking.add(object);
    });
    for (const name of refused) {
        access.runner.warning(`s3://${name}: whether the objects that stay have the ACL ${acl} cannot be told. Allow s3:GetObjectAcl, or send all of them once with s3-upload-unchanged: true.`);
    }
    if (lacking.size === 0)
        return { objects, aclsRead };
    access.runner.info(`${(0,units/* counted */.hS)(lacking.size, 'object')} sent again, because the ACL there is not ${acl}`);
    return { objects: objects.map((one) => (lacking.has(one) ? one.sentAgain() : one)), aclsRead };
}
function isAsWanted(grants, wanted) {
    const may = (group) => grants.some((grant) => isReader(grant, group));
    return wanted ? may(wanted) : ![ALL_USERS, AUTHENTICATED_USERS].some(may);
}
function grantsOf({ aws }, bucket, key) {
    const asked = { method: 'GET', key, query: { acl: '' }, headers: ownerHeader(bucket) };
    const call = aws.call('s3:GetObjectAcl', async (signal) => {
        const { text } = await bucket.wire.ask(asked, signal);
        const grants = text.split('<Grant>').slice(1);
        return {
            Owner: { ID: (0,aws_xml/* firstText */.ou)(text, 'ID') || undefined },
            grants: grants.map((one) => ({ uri: (0,aws_xml/* firstText */.ou)(one, 'URI'), permission: (0,aws_xml/* firstText */.ou)(one, 'Permission') })),
        };
    });
    return allowed(call.then(({ grants }) => grants));
}

;// CONCATENATED MODULE: ./lib/objects/plan/older-headers.js






const older_headers_MAX_LOOKED_AT = 12;
const BRIEFLY = { rules: { attempts: 2, callMs: 5_000, budgetMs: 5_000 } };
const CARELESS = ['', 'binary/octet-stream', 'application/octet-stream', 'text/plain', 'text/html'];
const SERVED = {
    'cache-control': 'Cache-Control',
    'content-disposition': 'Content-Disposition',
    'content-encoding': 'Content-Encoding',
    'content-language': 'Content-Language',
    expires: 'Expires',
    'x-amz-website-redirect-location': 'a website redirect',
};
async function warnOfOlderHeaders({ immutable, distributions, acl }, { aws, runner }, { buckets, objects }) {
    const looked = await Promise.all(samplesOf(objects).map(async (object) => {
        const { bucket, key } = object;
        try {
            return [{ object, head: await headObject(aws, buckets.get(bucket), { key, how: BRIEFLY }) }];
        }
        catch (thrown) {
            if (!(0,edge/* problemsIn */._)(thrown))
                throw thrown;
            return [];
        }
    }));
    const samples = looked.flat();
    if (immutable) {
        const other = samples.flatMap(othersOf);
        if (other.length > 0)
            runner.warning(`s3-immutable leaves what is released as it is, with other headers than the rules name now: ${(0,units/* someOf */.yU)(other)}. To have them, release under a new prefix.`);
        return;
    }
    const only = 'Only one object of each extension was looked at';
    const again = 'send all of them once with s3-upload-unchanged: true';
    const types = samples.flatMap(wrongTypeOf);
    if (types.length > 0)
        runner.warning(`objects that stay have the Content-Type that an older tool gave them: ${(0,units/* someOf */.yU)(types)}. ${only}: ${again}.`);
    const strays = samples.flatMap(straysOf);
    if (strays.length > 0)
        runner.notice(`objects that stay have headers that no rule of this step names, from a rule that was removed or from another tool: ${(0,units/* someOf */.yU)(strays)}. They keep them, and what is sent now has none. ${only}: if that is not meant, write a rule, or ${again}.`);
    const archived = distributions.length > 0 || (0,rules_acl/* isPublicAcl */.QB)(acl) ? samples.flatMap(archivedOf) : [];
    if (archived.length > 0)
        runner.warning(`objects that stay cannot be read by any viewer, because Intelligent-Tiering has archived them: ${(0,units/* someOf */.yU)(archived)}. ${only}: ${again}, and take the archive tiers out of the bucket's configuration of Intelligent-Tiering.`);
    const expiring = samples.flatMap(expiryOf);
    if (expiring.length > 0)
        runner.warning(`a lifecycle rule of the bucket deletes objects that are still in use: ${(0,units/* someOf */.yU)(expiring)}. What is unchanged is not written again, so its age goes on. Take its prefix out of the rule, or ${again} before that.`);
}
function othersOf({ object: { key, headers }, head }) {
    const wanted = Object.entries(headers).filter(([header]) => header !== 'content-type');
    return wanted
        .filter(([header, value]) => !headersEqual(comparable({ [header]: value }), head.headers))
        .map(([header]) => `${SERVED[header] ?? header} of ${key}`);
}
function archivedOf({ object: { key }, head }) {
    return head.isArchived && head.headers['x-amz-storage-class'] === 'INTELLIGENT_TIERING' ? [key] : [];
}
function samplesOf(objects) {
    const samples = new Map();
    for (const object of objects) {
        if (samples.size === older_headers_MAX_LOOKED_AT)
            break;
        if (object.action !== 'unchanged')
            continue;
        const { bucket, key } = object;
        const kind = `${bucket}${/\.[^./]+$/.exec(key)?.[0] ?? ''}`;
        if (!samples.has(kind))
            samples.set(kind, object);
    }
    return [...samples.values()];
}
function wrongTypeOf({ object: { key, headers }, head }) {
    const stored = baseOf(head.headers['content-type']);
    const meant = baseOf(headers['content-type'] ?? contentTypeOf(key));
    const isWrong = meant !== stored && meant !== 'application/octet-stream' && CARELESS.includes(stored);
    return isWrong ? [`${key} (${stored || 'none'} in place of ${meant})`] : [];
}
function straysOf({ object: { key, headers }, head }) {
    return Object.entries(SERVED)
        .filter(([header]) => head.headers[header] !== undefined && headers[header] === undefined)
        .map(([header, name]) => `${name} ${head.headers[header]} of ${key}`);
}
function expiryOf({ object: { key }, head: { expiration = '' } }) {
    const date = /expiry-date="([^"]*)"/.exec(expiration)?.[1];
    const rule = /rule-id="([^"]*)"/.exec(expiration)?.[1];
    return date === undefined ? [] : [`${key} on ${date}${rule ? ` (${decodeURIComponent(rule)})` : ''}`];
}
function baseOf(type) {
    return (type ?? '').split(';')[0].trim().toLowerCase();
}

;// CONCATENATED MODULE: ./lib/objects/plan/redirects.js











const redirects_HEADS_AT_ONCE = 32;
async function planRedirects(request, { aws, runner }, { buckets, files, }) {
    const { redirects } = request;
    if (redirects.length === 0)
        return [];
    const fixed = fixedHeaders(request);
    const file = emptyFile(runner);
    const wanted = new Map(redirects.map((redirect) => [`${redirect.bucket}/${redirect.key}`, redirect]));
    for (const { bucket, key } of files) {
        const same = wanted.get(`${bucket}/${key}`);
        if (!same)
            continue;
        throw new base_problem/* Problem */.AF({
            what: 'a file of s3-upload has the key of this redirect',
            on: `Input s3-redirects, line ${same.line}`,
            why: `s3://${bucket}/${key} can be only one of them`,
            fix: 'remove the redirect, or exclude the file',
        });
    }
    const planned = [];
    await (0,parallel/* eachOf */.pQ)(redirects.entries(), redirects_HEADS_AT_ONCE, async ([at, { bucket: name, key, location }]) => {
        const bucket = buckets.get(name);
        const head = await headObject(aws, bucket, { key }).catch(unseen);
        const there = typeof head === 'object' && head.headers['x-amz-website-redirect-location'] === location;
        const isSame = there && head.size === 0;
        const listed = isSame && bucket.looksAtOwners ? await listOne(aws, bucket, { prefix: key, key, fetchOwner: true }) : undefined;
        const object = new PlannedFile({ place: { bucket: name, kind: 'file', prefix: key }, local: { ...file, name: key }, file }, {
            headers: { ...fixed, 'content-type': 'text/html', 'x-amz-website-redirect-location': location },
            action: isSame ? 'unchanged' : head === 'missing' ? 'new' : 'changed',
            last: true,
        });
        planned[at] = { object, modified: typeof head === 'object' ? head.modified : 0, owner: listed?.owner };
    });
    return planned;
}
function unseen(thrown) {
    if (!(thrown instanceof client/* Refused */.Lw) || thrown.status >= 500)
        throw thrown;
    return thrown.status === 404 ? 'missing' : 'refused';
}
function emptyFile(runner) {
    const base = runner.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
    return (0,files/* onFileSync */.tA)({ on: base, doing: 'written' }, () => {
        const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(base, 'keyless-aws-redirects-'));
        runner.undoLater({ kind: 'folder', path: folder });
        const path = (0,external_node_path_.join)(folder, 'empty');
        (0,external_node_fs_.writeFileSync)(path, '');
        return (0,same_file/* stateOf */.L4)(path, (0,external_node_fs_.statSync)(path));
    });
}

;// CONCATENATED MODULE: ./lib/objects/plan/repairs.js











const repairs_HEADS_AT_ONCE = 32;
async function planRepairs(request, access, { buckets, kept }) {
    const repairs = [];
    const owners = new Map();
    const headed = new Set();
    for (const bucket of buckets.values()) {
        if (request.fixAcl && !bucket.mayList)
            throw cannotRepair(access, bucket, { what: 'the bucket may not be listed', action: 's3:ListBucket' });
        const objects = kept.get(bucket.name);
        if (!objects)
            continue;
        const ids = await lookAtOwners(access, bucket);
        const found = notOwnedOf(objects, ids, bucket);
        const isOfUse = bucket.relation !== 'same' || found.byAnother.length + found.byUploader.length > 0;
        if (isOfUse && (ids.own ?? ids.bucketOwner))
            owners.set(bucket.name, ids);
        if (!request.fixAcl)
            judge(access, { bucket, found });
        else {
            const planned = await repairsOf(access, bucket, found);
            for (const repair of planned)
                repairs.push(repair);
            if (planned.some(({ by }) => by === 'copy'))
                headed.add(bucket.name);
        }
    }
    return { repairs, owners, headed };
}
function judge({ runner }, { bucket, found }) {
    const dark = [...found.byUploader, ...found.byAnother];
    const says = (objects, what) => `${(0,units/* counted */.hS)(objects.length, 'unchanged object')} ${what}: ${(0,units/* someOf */.yU)(objects.map(({ key }) => key))}`;
    if (dark.length > 0 && bucket.verify !== 'off') {
        const what = says(dark, `${dark.length === 1 ? 'is' : 'are'} not owned by the bucket's owner`);
        const fix = remedyOf(bucket, found);
        if (bucket.verify === 'fail') {
            throw new base_problem/* Problem */.AF({
                what,
                on: `s3://${bucket.name}`,
                why: rules_acl/* DARK_OBJECTS */.EG,
                fix: `${fix}; s3-verify-owner: warn goes on`,
            });
        }
        runner.warning(`s3://${bucket.name}: ${what}; ${rules_acl/* DARK_OBJECTS */.EG}. To fix it, ${fix}.`);
    }
    if (found.unknown.length > 0 && bucket.verify !== 'off') {
        const what = says(found.unknown, "may not be owned by the bucket's owner");
        const fix = `${tellingOwners(bucket)}; or repair with s3-fix-acl: true, or send everything again with s3-upload-unchanged: true`;
        if (bucket.mustTellOwner)
            throw new base_problem/* Problem */.AF({ what, on: `s3://${bucket.name}`, why: 'their owner cannot be told', fix });
        runner.warning(`s3://${bucket.name}: ${what}; their owner cannot be told. To fix it, ${fix}.`);
    }
}
function remedyOf({ ownership }, { byUploader }) {
    const again = `run once with s3-fix-acl: true, or send everything again with s3-upload-unchanged: true`;
    if (ownership === 'BucketOwnerPreferred' && byUploader.length > 0)
        return again;
    return `${rules_acl/* OWNERSHIP_REMEDY */.DK}; with the latter, then ${again}`;
}
async function repairsOf(access, bucket, found) {
    if (found.unknown.length > 0) {
        const what = `whose ${(0,units/* counted */.hS)(found.unknown.length, 'object')} are cannot be told: ${(0,units/* someOf */.yU)(found.unknown.map(({ key }) => key))}`;
        throw cannotRepair(access, bucket, { what, action: 's3:GetBucketAcl' });
    }
    if (bucket.relation === 'same')
        return adopt(access, bucket, found.byAnother);
    warnOfOthers(access, bucket, found.byAnother);
    const grants = bucket.ownership === 'ObjectWriter';
    const planned = [];
    let unread = false;
    let archived = false;
    await (0,parallel/* eachOf */.pQ)(found.byUploader, repairs_HEADS_AT_ONCE, async (object) => {
        const { key, size } = object;
        const copies = !grants && size <= MAX_COPY_BYTES;
        const head = copies ? await allowed(headObject(access.aws, bucket, { key })) : undefined;
        unread ||= copies && !head;
        archived ||= head?.isArchived ?? false;
        const address = { bucket: bucket.name, key };
        if (head && !head.isArchived)
            planned.push(await copyOf(access, bucket, { key, head }));
        else
            planned.push({ ...address, by: 'grant' });
    });
    tellOfGrants(access, bucket, { planned, unread, archived });
    return planned;
}
function tellOfGrants({ runner, session: { partition } }, bucket, { planned, unread, archived, }) {
    const keys = planned.filter(({ by }) => by === 'grant').map(({ key }) => key);
    if (keys.length === 0 || bucket.verify === 'off')
        return;
    const what = `s3-fix-acl can give the bucket's owner full control of ${(0,units/* counted */.hS)(keys.length, 'object')}, but not make them its own: ${(0,units/* someOf */.yU)(keys)}`;
    const restored = archived
        ? 'restore first what lies in an archive (GLACIER, DEEP_ARCHIVE), and run this again; or '
        : '';
    if (bucket.verify === 'fail') {
        const copying = onObjects(copyActions({}, rules_acl/* BUCKET_OWNER_FULL_CONTROL */.Fx), { name: bucket.name, partition });
        const read = unread ? `; or, to copy them, ${(0,denied/* allowing */.SL)({ needed: [copying] })}` : '';
        const fix = `${restored}${rules_acl/* OWNERSHIP_REMEDY */.DK}, then run this again; or s3-verify-owner: warn, if the owner's own roles are the only readers${read}`;
        throw new base_problem/* Problem */.AF({ what, on: `s3://${bucket.name}`, why: rules_acl/* DARK_OBJECTS */.EG, fix });
    }
    runner.warning(`s3://${bucket.name}: ${what}; ${rules_acl/* DARK_OBJECTS */.EG}. To fix it, ${restored}${unread ? 'allow s3:GetObject and s3:GetObjectTagging, or ' : ''}${rules_acl/* OWNERSHIP_REMEDY */.DK}.`);
}
async function copyOf(access, bucket, { key, head }) {
    const tags = await tagsLostByCopy(access, bucket, { key, head });
    return { bucket: bucket.name, key, by: 'copy', headers: head.headers, tags };
}
async function adopt(access, bucket, objects) {
    const planned = [];
    const unreadable = [];
    await (0,parallel/* eachOf */.pQ)(objects, repairs_HEADS_AT_ONCE, async ({ key, size }) => {
        const head = size > MAX_COPY_BYTES ? undefined : await allowed(headObject(access.aws, bucket, { key }));
        if (head && !head.isArchived)
            planned.push(await copyOf(access, bucket, { key, head }));
        else
            unreadable.push(key);
    });
    if (unreadable.length === 0)
        return planned;
    throw new base_problem/* Problem */.AF({
        what: `s3-fix-acl cannot repair ${(0,units/* counted */.hS)(unreadable.length, 'object')} of another account: ${(0,units/* someOf */.yU)(unreadable)}`,
        on: `s3://${bucket.name}`,
        why: "the bucket's owner may not read them, or they lie in an archive and were not restored, so it cannot copy them",
        fix: 'set Object Ownership of the bucket to BucketOwnerEnforced: every object then belongs to its owner at once; or let their writer run this with s3-fix-acl: true',
    });
}
function cannotRepair({ session: { partition } }, { name }, { what, action }) {
    return new base_problem/* Problem */.AF({
        what: `s3-fix-acl cannot be carried out: ${what}`,
        on: `s3://${name}`,
        why: 'without that the step does not know which objects lack their owner',
        fix: `let the bucket's owner set BucketOwnerEnforced, which repairs every object at once; or ${(0,denied/* allowing */.SL)({ needed: [onBucket([action], { name, partition })] })}`,
    });
}
function warnOfOthers({ runner }, { name }, objects) {
    if (objects.length === 0)
        return;
    const some = (0,units/* someOf */.yU)(objects.map(({ key }) => `s3://${name}/${key}`), 10);
    runner.warning(`s3-fix-acl: of another account, and not for this step to change: ${(0,units/* counted */.hS)(objects.length, 'object')}, ${some}. To fix it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}; with the latter, upload again with s3-upload-unchanged: true.`);
}

// EXTERNAL MODULE: ./lib/aws/partition.js
var partition = __webpack_require__(915);
;// CONCATENATED MODULE: ./lib/objects/plan/url.js




function publishedUrl({ runner }, { buckets, targets, viewers, }) {
    const [target] = targets;
    const bucket = target && buckets.get(target.bucket);
    if (!target || !bucket)
        return undefined;
    for (const viewed of viewers) {
        const path = viewerKeyOf(viewed)({ bucket: target.bucket, key: target.prefix });
        if (path === undefined)
            continue;
        if (viewed.facts?.domain)
            return { url: `https://${viewed.facts.domain}/${pathOf(target, path, viewed.facts)}` };
        break;
    }
    if ((0,s3_client/* bucketInPath */.ZT)(runner.env)) {
        return { url: `${(0,s3_client/* s3Endpoint */.wI)(runner.env).replace(/\/$/, '')}/${target.bucket}/${pageOf(target)}` };
    }
    const { domain } = (0,partition/* partitionOf */.iQ)(bucket.region);
    const [host, path] = /[^a-z0-9-]/.test(target.bucket) ? ['', `${target.bucket}/`] : [`${target.bucket}.`, ''];
    return { url: `https://${host}s3.${bucket.region}.${domain}/${path}${pageOf(target)}` };
}
function pathOf(target, path, { origins, hasRootObject, rewrites }) {
    const isWebsite = origins.some((origin) => origin.bucket === target.bucket && origin.isWebsite);
    const isFound = isWebsite || rewrites || (path === '' && hasRootObject);
    return isFound ? (0,rules_key/* encodeKey */.g2)(path) : pageOf({ files: target.files, prefix: path });
}
function pageOf({ prefix, files }) {
    const hasIndex = files.some(({ name }) => name === 'index.html') && (prefix === '' || prefix.endsWith('/'));
    return (0,rules_key/* encodeKey */.g2)(hasIndex ? `${prefix}index.html` : prefix);
}

;// CONCATENATED MODULE: ./lib/objects/plan/planner.js






















async function planObjects(request, access) {
    const { targets, warnOfUnmatched } = await findTargets(request, access.runner.env.RUNNER_TEMP, access.runner);
    const buckets = await lookAtBuckets(request, access, targets);
    await (0,parallel/* together */.bs)([...buckets.values()].map(async (bucket) => refuseWhatCannotWork(request, bucket, access.session)));
    const scopes = scopesOf(request, targets);
    const given = request.invalidationPaths;
    const told = await (0,parallel/* together */.bs)(request.distributions.map((line) => lookAtTold(access, { line, given, scopes })));
    const compared = await compareTargets(request, access, {
        targets,
        buckets,
        owedSince: owedSince(told),
        paidUntil: Math.min(...told.map(paidUntil)),
    });
    warnOfUnmatched();
    const redirects = await planRedirects(request, access, { buckets, files: compared.objects });
    const found = redirects.length > 0 ? [...compared.objects, ...redirects.map(({ object }) => object)] : compared.objects;
    const { objects: due, aclsRead } = await sendWhereGrantsLack(request, access, { buckets, objects: found });
    const { objects, retags, tagsRead } = await planTags(request, access, { buckets, objects: due });
    for (const one of told) {
        warnOfNothingServed(one, objects, access.runner);
        warnOfUnseenRedirects(one, request.redirects, access.runner);
    }
    const looking = warnOfOlderHeaders(request, access, { buckets, objects });
    looking.catch(() => { });
    warnOfLongCached(request, { buckets, objects }, access.runner);
    for (const bucket of buckets.values())
        checkOwnership(bucket, objects, access);
    for (const bucket of buckets.values())
        warnOfManagedKey(request, bucket, access);
    await warnOfLostGrants(request, access, { buckets, objects });
    if (request.immutable)
        refuseOverwrites(objects, buckets);
    if (request.delete && targets.every(({ kind }) => kind === 'file'))
        access.runner.warning(NOTHING_TO_DELETE);
    const deletions = request.delete ? planDeletions(request, { targets, listings: compared.listings, objects }) : [];
    const staying = withRedirects(compared.kept, redirects, buckets);
    const kept = request.fixAcl ? withOthers({ ...compared, kept: staying }, deletions) : staying;
    const { repairs, owners, headed } = await planRepairs(request, access, { buckets, kept });
    const invalidations = planInvalidations(told, given, { compared, redirects, objects });
    await looking;
    warnOfUnseenErrorPages(invalidations, objects, access.runner);
    return {
        buckets,
        scopes,
        objects,
        deletions,
        repairs,
        retags,
        headed: new Set([...compared.headed, ...headed, ...redirects.map(({ object }) => object.bucket)]),
        aclsRead,
        tagsRead: new Set([...tagsRead, ...compared.tagged]),
        owners,
        invalidations,
        url: publishedUrl(access, { buckets, targets, viewers: told }),
    };
}
const NOTHING_TO_DELETE = 's3-delete deletes what LOCAL does not have below the prefix of a folder or a glob. Every line of s3-upload names a file, so nothing can be deleted.';
function scopesOf({ redirects }, targets) {
    return [
        ...targets.map(({ bucket, prefix, kind, leavesOut }) => ({ bucket, prefix, isKey: kind === 'file', leavesOut })),
        ...redirects.map(({ bucket, key }) => ({ bucket, prefix: key, isKey: true, leavesOut: () => false })),
    ];
}
async function lookAtBuckets(request, access, targets) {
    const names = [...new Set([...targets, ...request.redirects].map(({ bucket }) => bucket))];
    const isServed = request.distributions.length > 0;
    const verify = request.verifyOwner === 'auto' ? (isServed ? 'fail' : 'warn') : request.verifyOwner;
    const namesKey = request.kmsKey?.startsWith('arn:') || request.encryption === 'AES256';
    const foreignKey = namesKey ? 'off' : request.verifyOwner === 'auto' ? 'fail' : request.verifyOwner;
    const looked = await (0,parallel/* together */.bs)(names.map(async (name) => {
        const { prefix = '' } = targets.find((target) => target.bucket === name) ?? {};
        const bucket = await lookAtBucket(request, access, { name, prefix });
        const acl = (0,rules_acl/* decideAcl */.$0)({ wish: request.acl, ...bucket });
        access.runner.info(`s3://${name} (${bucket.region}): ${acl.line}`);
        if (acl.warning)
            access.runner.warning(`s3://${name}: ${acl.warning}.`);
        return { ...bucket, acl, verify, foreignKey, mustTellOwner: request.verifyOwner === 'fail' };
    }));
    return new Map(looked.map((bucket) => [bucket.name, bucket]));
}
const REQUESTER_PAYS = "if it is another account's bucket whose requesters pay (Requester Pays), it refuses every call of this action, which never agrees to pay";
function refuseWhatCannotWork(request, { name, acl, relation, mayList }, { partition }) {
    const on = `s3://${name}`;
    if (acl.refusal)
        throw new base_problem/* Problem */.AF({ ...acl.refusal, on });
    const usesKms = request.kmsKey !== undefined || (request.encryption ?? '').startsWith('aws:kms');
    if (usesKms && relation === 'cross' && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(request.kmsKey ?? '')) {
        throw new base_problem/* Problem */.AF({
            what: request.kmsKey ? 's3-sse-kms-key-id is not the ARN of a key' : 's3-sse: aws:kms names no key',
            on,
            why: "the bucket is another account's: S3 looks for a key id or an alias in the uploader's account, and without a key it takes the uploader's aws/s3, which nobody else can ever use",
            fix: "leave s3-sse out (the bucket's default encryption then acts), or give the full ARN of a key that both accounts may use",
        });
    }
    if (!mayList && (request.delete || !request.uploadUnchanged)) {
        throw new base_problem/* Problem */.AF({
            what: 'the bucket may not be listed',
            on,
            why: `only a listing shows ${request.delete ? 'what is to be deleted' : request.immutable ? 'what is released already' : 'what has changed'}${relation === 'same' ? '' : `; ${REQUESTER_PAYS}`}`,
            fix: `${request.delete || request.immutable ? '' : 'send every file each time with s3-upload-unchanged: true, or '}${(0,denied/* allowing */.SL)({ needed: [onBucket(['s3:ListBucket'], { name, partition })] })}`,
        });
    }
}
function warnOfManagedKey({ distributions, encryption, kmsKey }, { name, defaultKey }, { runner }) {
    const managed = encryption?.startsWith('aws:kms') ? MANAGED_KEY : undefined;
    const key = kmsKey ?? (encryption ? managed : defaultKey);
    if (distributions.length === 0 || !key?.endsWith(MANAGED_KEY))
        return;
    runner.warning(`s3://${name}: the objects are encrypted with the managed key aws/s3, which CloudFront can never use: viewers get 403. To mend it, set the bucket's default encryption to AES256, or to a key of your own whose policy lets the distribution decrypt, and send everything again with s3-upload-unchanged: true.`);
}
function checkOwnership({ name, acl, verify }, objects, { runner }) {
    const text = (0,rules_acl/* outcomeText */.EL)(acl.outcome);
    const sends = objects.some(({ bucket, action }) => bucket === name && action !== 'unchanged');
    if (!text || verify === 'off' || !sends)
        return;
    if (verify === 'warn') {
        runner.warning(`s3://${name}: ${text}. To fix it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}.`);
        return;
    }
    throw new base_problem/* Problem */.AF({
        what: 'the bucket would keep the uploader as the owner of the objects',
        on: `s3://${name}`,
        why: text,
        fix: `${rules_acl/* OWNERSHIP_REMEDY */.DK}; or s3-verify-owner: warn, if the owner's own roles are the only readers`,
    });
}
function refuseOverwrites(objects, buckets) {
    const changed = objects.filter(({ bucket, action }) => action === 'changed' && buckets.get(bucket)?.mayList);
    if (changed.length === 0)
        return;
    const unproved = changed.filter((one) => one.unproved).length;
    const than = unproved === 0 ? '' : `, or ${unproved} of them with the same: S3 does not show their CRC-32`;
    throw new base_problem/* Problem */.AF({
        what: `${(0,units/* counted */.hS)(changed.length, 'key is', 'keys are')} released already, with other content${than}`,
        on: (0,units/* someOf */.yU)(changed.map(({ bucket, key }) => `s3://${bucket}/${key}`)),
        why: 's3-immutable never overwrites what is released',
        fix: 'release under a new prefix',
    });
}
function withOthers({ kept, listings }, deletions) {
    const doomed = new Set(deletions.map(({ bucket, key }) => `${bucket}/${key}`));
    const files = new Set();
    for (const { bucket, kind, prefix, files: own } of listings.keys()) {
        for (const file of own)
            files.add(`${bucket}/${keyOf({ kind, prefix }, file)}`);
    }
    for (const owners of kept.values()) {
        for (const same of owners.values())
            for (const { bucket, key } of same)
                files.add(`${bucket}/${key}`);
    }
    const all = copyOfKept(kept);
    for (const { others } of listings.values()) {
        for (const { bucket, key, size, owner } of others) {
            const address = `${bucket}/${key}`;
            if (doomed.has(address) || files.has(address))
                continue;
            files.add(address);
            keep(all, owner, { bucket, key, size });
        }
    }
    return all;
}
function withRedirects(kept, redirects, buckets) {
    const staying = redirects.filter(({ object }) => object.action === 'unchanged' && buckets.get(object.bucket)?.looksAtOwners);
    if (staying.length === 0)
        return kept;
    const all = copyOfKept(kept);
    for (const { object, owner } of staying)
        keep(all, owner, object);
    return all;
}
function planInvalidations(told, given, { compared, redirects, objects }) {
    const staying = redirects.filter(({ object }) => object.action === 'unchanged');
    const kept = [
        ...compared.written,
        ...staying.map(({ object: { bucket, key }, modified }) => ({ bucket, key, modified })),
    ];
    const created = objects.filter(({ action }) => action === 'new');
    return told.map((one) => planInvalidation(one, given, { kept, created }));
}

// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
;// CONCATENATED MODULE: ./lib/objects/report.js




const ROWS = 50;
const ENTRIES = 200;
const KINDS = {
    deleted: 'deleted',
    changed: 'changed',
    headers: 'headers only',
    new: 'new',
    unchanged: 'unchanged',
};
const REPAIRS = {
    copy: "made the bucket owner's, by a copy in place",
    grant: 'opened to the bucket owner, by the ACL',
};
function reportObjects(plan, result) {
    const counts = countActions(plan, result);
    const told = Object.entries(KINDS)
        .filter(([kind]) => counts[kind] > 0)
        .map(([kind, title]) => `${(0,units/* grouped */.zD)(counts[kind])} ${title}`);
    const numbers = told.join(', ') || 'nothing to do';
    const paths = allPaths(plan);
    const took = result
        ? `; ${(0,units/* formatBytes */.z3)(result.bytes)} in ${(0,units/* formatSeconds */.Xo)(result.milliseconds)}${rate(result)}`
        : ' (not carried out)';
    return {
        headline: `${numbers}${result && result.bytes > 0 ? `, ${(0,units/* formatBytes */.z3)(result.bytes)}` : ''}${paths.length > 0 ? `; CloudFront: ${(0,units/* counted */.hS)(paths.length, 'path')} ${result ? 'invalidated' : 'to invalidate'}` : ''}`,
        changes: counts.deleted +
            counts.changed +
            counts.headers +
            counts.new +
            plan.repairs.length +
            plan.retags.length +
            paths.length >
            0,
        lines: [`Objects: ${numbers}${took}`, ...repairLines(plan, result), ...tagLines(plan, result)],
        outputs: result
            ? {
                's3-uploaded': String(counts.new + counts.changed + counts.headers),
                's3-unchanged': String(counts.unchanged),
                's3-deleted': String(counts.deleted),
                's3-bytes': String(result.bytes),
                's3-manifest': result.manifest,
                'cloudfront-invalidation-id': result.invalidations.join(','),
                ...(plan.url ? { url: plan.url.url } : {}),
            }
            : {},
        summary: summaryOf(plan, result),
    };
}
function describeObjects(plan) {
    const touched = plan.objects.filter(({ action }) => action !== 'unchanged');
    return {
        counts: countActions(plan),
        buckets: [...plan.buckets.values()].map(({ name, region, ownership, relation, acl }) => ({
            name,
            region,
            ownership,
            relation,
            acl: acl.send ?? null,
        })),
        objects: touched
            .slice(0, ENTRIES)
            .map(({ bucket, key, size, action, headers }) => ({ bucket, key, size, action, headers })),
        repairs: plan.repairs.slice(0, ENTRIES).map(({ bucket, key, by }) => ({ bucket, key, by })),
        tags: plan.retags.slice(0, ENTRIES),
        deletions: plan.deletions.slice(0, ENTRIES).map(({ bucket, key }) => ({ bucket, key })),
        notShown: notShown(touched) + notShown(plan.repairs) + notShown(plan.retags) + notShown(plan.deletions),
        invalidations: plannedPaths(plan),
        ...(plan.url ? { url: plan.url.url } : {}),
    };
}
function notShown({ length }) {
    return Math.max(0, length - ENTRIES);
}
function repairLines({ repairs }, result) {
    if (repairs.length === 0)
        return [];
    const told = Object.keys(REPAIRS)
        .map((how) => ({ how, amount: repairs.filter(({ by }) => by === how).length }))
        .filter(({ amount }) => amount > 0)
        .map(({ how, amount }) => `${(0,units/* grouped */.zD)(amount)} ${REPAIRS[how]}`);
    return [`Repairs (s3-fix-acl): ${told.join(', ')}${result ? '' : ' (not carried out)'}`];
}
function tagLines({ retags }, result) {
    if (retags.length === 0)
        return [];
    return [`Tags (s3-tags): set on ${(0,units/* counted */.hS)(retags.length, 'unchanged object')}${result ? '' : ' (not carried out)'}`];
}
function allPaths(plan) {
    return plannedPaths(plan).flatMap(({ afterUpload, afterDeletion }) => [...afterUpload, ...afterDeletion]);
}
function countActions(plan, result) {
    const deleted = (result?.deleted ?? plan.deletions).length;
    const counts = { new: 0, changed: 0, headers: 0, unchanged: 0, deleted };
    for (const { action } of plan.objects)
        counts[action]++;
    return counts;
}
function summaryOf(plan, result) {
    const counts = countActions(plan);
    const total = counts.deleted + counts.changed + counts.headers + counts.new + plan.repairs.length + plan.retags.length;
    const rows = [
        ...plan.deletions.slice(0, ROWS).map((one) => rowOf(one, KINDS.deleted)),
        ...['changed', 'headers', 'new'].flatMap((action) => report_firstOf(plan.objects, (one) => one.action === action).map((one) => rowOf(one, KINDS[action], one.size))),
        ...Object.keys(REPAIRS).flatMap((by) => report_firstOf(plan.repairs, (one) => one.by === by).map((one) => rowOf(one, REPAIRS[by]))),
        ...plan.retags.slice(0, ROWS).map((one) => rowOf(one, 'tags')),
    ];
    return [
        '### Objects (S3)',
        ...[...plan.buckets.values()].map(({ name, region, acl }) => `${bucketLink(name, region)}: ${acl.line}`),
        ...invalidationLines(plan, result),
        ...(rows.length > 0
            ? [(0,markdown/* longTable */.V4)({ heads: ['object', 'what', 'size:'], rows }, { most: ROWS, what: 'objects', total })]
            : ['Everything is there already.']),
    ].join('\n\n');
}
function report_firstOf(all, isWanted) {
    return all.filter(isWanted).slice(0, ROWS);
}
function rowOf({ bucket, key }, what, size) {
    return [(0,markdown/* inCode */.pN)(`s3://${bucket}/${key}`), what, size === undefined ? '' : (0,units/* formatBytes */.z3)(size)];
}
function bucketLink(name, region) {
    const page = (0,partition/* consoleUrl */.B9)({ region }, `s3/buckets/${encodeURIComponent(name)}?region=${region}`);
    return page ? (0,markdown/* link */.nf)((0,markdown/* inCode */.pN)(`s3://${name}`), page) : (0,markdown/* inCode */.pN)(`s3://${name}`);
}
const PATHS = 5;
function invalidationLines(plan, result) {
    const paths = allPaths(plan);
    if (paths.length === 0)
        return [];
    const shown = paths.slice(0, PATHS).map(markdown/* inCode */.pN).join(', ');
    const rest = paths.length > PATHS ? ` and ${(0,units/* grouped */.zD)(paths.length - PATHS)} more` : '';
    const ids = result?.invalidations.length ? ` (${result.invalidations.map(markdown/* inCode */.pN).join(', ')})` : '';
    return [`CloudFront: ${result ? 'invalidated' : 'to be invalidated'}${ids}: ${shown}${rest}`];
}
function rate({ bytes, milliseconds }) {
    return milliseconds > 1_000 && bytes > 0 ? `, ${(0,units/* formatBytes */.z3)(bytes / (milliseconds / 1000))}/s` : '';
}

;// CONCATENATED MODULE: ./lib/objects/index.js





function objectsJob(request, access) {
    boundHeap();
    return {
        name: 'objects',
        plan: () => planObjects(request, access),
        permissions: (plan, result) => objectsPermissions(request, access.session, { plan, result }),
        apply: (plan) => applyObjects(request, access, plan),
        report: reportObjects,
        describe: describeObjects,
    };
}


/***/ })

};
