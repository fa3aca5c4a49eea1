export const id = 361;
export const ids = [361];
export const modules = {

/***/ 4020:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ consolePage)
/* harmony export */ });
/* harmony import */ var _partition_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(915);

/** Where a partition's console is; those that are not here have no public one. */
const DOMAINS = {
    aws: 'console.aws.amazon.com',
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
};
/**
 * The page of AWS's console, for whoever is signed in there.
 * @param path with everything in it percent-encoded
 */
function consolePage(region, path) {
    const domain = DOMAINS[(0,_partition_js__WEBPACK_IMPORTED_MODULE_0__/* .partitionOf */ .iQ)(region).name];
    return domain && `https://${region}.${domain}/${path}`;
}


/***/ }),

/***/ 5361:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  objectsJob: () => (/* binding */ objectsJob)
});

// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
;// CONCATENATED MODULE: ./lib/objects/local/buffers.js
const SMALLEST = 4 << 10;
/** In sizes of powers of two, so that bodies of nearly the same size share. @param most bytes that are kept for later */
function makeBuffers(most) {
    const idle = new Map();
    let kept = 0;
    return {
        take: (size) => {
            const whole = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size)));
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

;// CONCATENATED MODULE: ./lib/objects/rules/parts.js
const MIB = 1 << 20;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const SMALLEST_PART = 8 * MIB;
/** Larger files go in parts, which are sent side by side. */
const MULTIPART_ABOVE = 16 * MIB;
/** 50 TB as S3 counts it: 10,000 parts of 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_OBJECT_BYTES = MAX_PARTS * 5 * 1024 * MIB;
/**
 * Bytes of a part: fixed by the file's size alone, so that the ETag of a multipart upload can be computed from the file.
 * The same as aws-cli's for files up to 80 GB.
 */
function partSizeOf(size) {
    return Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}
function* partsOf(size) {
    const step = partSizeOf(size);
    for (let number = 1, offset = 0; offset < size; number++, offset += step) {
        yield { number, offset, size: Math.min(step, size - offset) };
    }
}

;// CONCATENATED MODULE: ./lib/objects/s3/limiter.js
/**
 * 48 MiB of bodies and 96 requests keep the process below 200 MB; more requests bring nothing to one prefix, which S3 lets
 * have 3,500 a second. https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
const HOUSE_LIMITS = { start: 32, most: 96, bytes: 48 << 20 };
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
            // Requests that were under way together are refused together: that is one sign, not many.
            if (sinceThrottle >= limit / 2)
                limit = Math.max(1, limit / 2);
            sinceThrottle = 0;
        },
    };
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var dist_cjs = __webpack_require__(3711);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
;// CONCATENATED MODULE: ./lib/objects/apply/delete.js



/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const KEYS_A_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
/** Deletes by the thousand. With versioning they are hidden only. @throws Problem with the keys that S3 kept */
async function deleteObjects(access, buckets, deletions) {
    const kept = [];
    for (const { name, s3, owner } of buckets.values()) {
        const keys = deletions.filter(({ bucket }) => bucket === name).map(({ key }) => key);
        await (0,parallel/* eachOf */.pQ)(batches(keys), REQUESTS_AT_ONCE, async (batch) => {
            const command = new dist_cjs/* DeleteObjectsCommand */.xvx({
                Bucket: name,
                ExpectedBucketOwner: owner,
                Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: false },
            });
            const answer = await access.aws.call('s3:DeleteObject', (abortSignal) => s3.send(command, { abortSignal }), {
                asked: { keys: batch },
            });
            // "200" with an error for each key that was not deleted.
            for (const { Key = '', Code = '' } of answer.Errors ?? [])
                kept.push({ address: `s3://${name}/${Key}`, code: Code });
        });
    }
    if (kept.length === 0)
        return;
    const codes = [...new Set(kept.map(({ code }) => code))].join(', ');
    throw new problem/* Problem */.AF({
        what: `${kept.length} objects could not be deleted (${codes})`,
        on: kept
            .slice(0, 3)
            .map(({ address }) => address)
            .join(', '),
        why: 's3:DeleteObject is missing, or a lock holds them; everything was uploaded',
        fix: 'allow s3:DeleteObject under the prefix and run again',
    });
}
function* batches(keys) {
    for (let at = 0; at < keys.length; at += KEYS_A_REQUEST)
        yield keys.slice(at, at + KEYS_A_REQUEST);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aws/client.js
var client = __webpack_require__(542);
// EXTERNAL MODULE: ./lib/base/clock.js
var clock = __webpack_require__(4743);
;// CONCATENATED MODULE: ./lib/base/poll.js


const SAY_EVERY_MS = 30_000;
/** Asks again and again until it has ended, and says what it waits for. @throws Problem at the deadline */
async function poll({ what, input, ask, pauseMs, longestMs, deadlineMs, fix, say, signal, }) {
    const start = clock/* systemClock */.m.now();
    let said = Number.NEGATIVE_INFINITY;
    for (let pause = pauseMs;; pause = Math.min(pause * 2, longestMs)) {
        const state = await ask();
        if (state === undefined)
            return;
        const now = clock/* systemClock */.m.now();
        const minutes = Math.round(deadlineMs / 60_000);
        if (now + pause - start > deadlineMs) {
            throw new problem/* Problem */.AF({
                on: `Input ${input}`,
                what: `${what} did not end within ${minutes} minutes (${state})`,
                fix,
            });
        }
        if (now - said >= SAY_EVERY_MS) {
            say(`Waiting for ${what}, at most ${minutes} minutes (${input}): ${state}`);
            said = now;
        }
        await clock/* systemClock */.m.sleep(pause, signal);
    }
}

// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
// EXTERNAL MODULE: ./lib/base/verdict.js
var base_verdict = __webpack_require__(8452);
;// CONCATENATED MODULE: ./lib/objects/apply/invalidate.js






/** Invalidations of others end within minutes: so long their number is waited out. */
const BUSY_MS = 10 * 60_000;
const POLL_MS = 5_000;
/**
 * Makes CloudFront forget paths, and waits for it if asked.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html: the caller reference makes a repeated
 * request the same invalidation.
 * @param what makes the references of one run differ: `upload`, `delete`
 * @returns the invalidation's id
 */
async function invalidate({ aws, session, runner, signal }, { distribution, waitForInvalidation }, paths, what) {
    // A service of its own: CloudFront is global, and its requests are signed for us-east-1 by the SDK's endpoint rules.
    const { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } = await __webpack_require__.e(/* import() */ 169).then(__webpack_require__.t.bind(__webpack_require__, 3169, 19));
    const cloudfront = new CloudFrontClient(aws.client(session.region));
    const { GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1' } = runner.env;
    const digest = (0,external_node_crypto_.createHash)('sha256')
        .update([what, distribution, ...paths].join('\n'))
        .digest('hex')
        .slice(0, 16);
    const command = new CreateInvalidationCommand({
        DistributionId: distribution,
        InvalidationBatch: {
            CallerReference: `keyless-aws-${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}-${digest}`,
            Paths: { Quantity: paths.length, Items: [...paths] },
        },
    });
    try {
        const answer = await aws.call('cloudfront:CreateInvalidation', (abortSignal) => cloudfront.send(command, { abortSignal }), {
            rules: { attempts: 60, budgetMs: BUSY_MS },
            // HTTP 400 with no hint to retry, though it passes. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
            classify: (error) => (nameOf(error) === 'TooManyInvalidationsInProgress' ? 'throttled' : (0,base_verdict/* verdictOf */.Vj)(error)),
        });
        const id = answer.Invalidation?.Id ?? '';
        runner.info(`CloudFront ${distribution}: invalidation ${id} of ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`);
        let status = answer.Invalidation?.Status;
        const ask = async () => {
            if (status === 'Completed')
                return undefined;
            const asked = await aws.call('cloudfront:GetInvalidation', (abortSignal) => cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id: id }), { abortSignal }));
            status = asked.Invalidation?.Status;
            return status === 'Completed' ? undefined : String(status);
        };
        if (waitForInvalidation) {
            await poll({
                what: `invalidation ${id} of CloudFront distribution ${distribution}`,
                input: 'cloudfront-wait',
                ask,
                pauseMs: POLL_MS,
                longestMs: POLL_MS,
                deadlineMs: timeouts/* INVALIDATION_MS */.ad,
                fix: 'everything was uploaded, and CloudFront goes on: look at it in the console, or leave cloudfront-wait out',
                say: runner.info,
                signal,
            });
        }
        return id;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        throw new problem/* Problem */.AF({
            what: `the invalidation was refused with ${thrown.code} (HTTP ${thrown.status})`,
            on: `CloudFront distribution ${distribution}`,
            why: explain(thrown, session.accountId),
            fix: 'everything was uploaded, nothing was deleted: mend it and run again, or invalidate by hand',
            cause: thrown,
        });
    }
}
function explain({ code, details }, account) {
    if (code === 'NoSuchDistribution')
        return `account ${account} has no such distribution; an invalidation can't be made across accounts`;
    if (code === 'AccessDenied')
        return "the role lacks cloudfront:CreateInvalidation, or the distribution is another account's";
    return details.why;
}
function nameOf(error) {
    return error instanceof Error ? error.name : '';
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/objects/rules/crc.js
/** A CRC as S3 wants it: base64 of its four bytes, big-endian. */
function crcHeader(crc) {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(crc >>> 0);
    return bytes.toString('base64');
}
/**
 * CRC-32 of two pieces put together, from theirs: the first is moved along by `length` zero bytes, a multiplication by a
 * matrix over GF(2) that is squared for each bit of the length. As zlib's crc32_combine.
 */
function combineCrc(first, second, length) {
    let crc = first;
    // One bit of the length at a time: `operator` moves a CRC along by 2^n bytes.
    let operator = square(square(square(shiftByOneBit())));
    for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
        if (rest % 2 === 1)
            crc = multiply(operator, crc);
        operator = square(operator);
    }
    return (crc ^ second) >>> 0;
}
/** The matrix that appends one zero bit, as 32 columns. */
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

;// CONCATENATED MODULE: ./lib/objects/apply/manifest.js




const ENTRIES_AT_ONCE = 1_000;
/** Writes what each key is now, as JSON, below RUNNER_TEMP: it outlives the step for later ones. @returns its path */
function writeManifest({ runner }, plan, sent) {
    const base = runner.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
    (0,external_node_fs_.mkdirSync)(base, { recursive: true });
    const path = (0,external_node_path_.join)((0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(base, 'keyless-aws-objects-')), 'manifest.json');
    const file = (0,external_node_fs_.openSync)(path, 'wx');
    let [lines, before] = [[], '[\n'];
    const flush = (after) => {
        (0,external_node_fs_.appendFileSync)(file, `${before}${lines.join(',\n')}${after}`);
        [lines, before] = [[], lines.length > 0 ? ',\n' : before];
    };
    for (const entry of entriesOf(plan, sent)) {
        if (lines.length === ENTRIES_AT_ONCE)
            flush('');
        lines.push(JSON.stringify(entry));
    }
    flush('\n]\n');
    (0,external_node_fs_.closeSync)(file);
    return path;
}
function* entriesOf({ objects, deletions }, sent) {
    const bySent = new Map(sent.map((one) => [one.object, one]));
    for (const object of objects) {
        const { bucket, key, action, size } = object;
        const { etag, version, crc = object.crc } = bySent.get(object) ?? {};
        yield {
            bucket,
            key,
            action,
            size,
            ...(etag ? { etag } : {}),
            ...(version ? { version } : {}),
            ...(crc === undefined ? {} : { checksum: `crc32:${crcHeader(crc)}` }),
        };
    }
    for (const { bucket, key } of deletions)
        yield { bucket, key, action: 'deleted' };
}

;// CONCATENATED MODULE: ./lib/objects/apply/phases.js
/**
 * The order of a release: S3 has no transaction, so nothing may name what is not there yet. First what is new under new
 * names, then the rest, then the pages (`s3-last`); a failure before the pages leaves the old site whole. In each phase the
 * largest first, so that the small ones fill the gaps.
 */
function phasesOf(objects) {
    const sent = objects.filter(({ action }) => action !== 'unchanged');
    const largestFirst = (some) => some.sort((a, b) => b.size - a.size);
    const phases = [
        { name: 'new', objects: largestFirst(sent.filter((it) => !it.last && it.action === 'new')) },
        { name: 'changed', objects: largestFirst(sent.filter((it) => !it.last && it.action !== 'new')) },
        { name: 'last', objects: largestFirst(sent.filter((it) => it.last)) },
    ];
    return phases.filter((phase) => phase.objects.length > 0);
}

// EXTERNAL MODULE: ./lib/objects/rules/acl.js
var rules_acl = __webpack_require__(2564);
// EXTERNAL MODULE: ./node_modules/@smithy/core/dist-cjs/submodules/endpoints/index.js
var endpoints = __webpack_require__(2085);
// EXTERNAL MODULE: ./lib/aws/sigv4.js
var sigv4 = __webpack_require__(8998);
// EXTERNAL MODULE: ./lib/aws/xml.js
var aws_xml = __webpack_require__(2256);
// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
;// CONCATENATED MODULE: ./lib/objects/rules/key.js
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;
/** What is wrong with a key, if anything: S3 takes any UTF-8, but clients normalize some keys to others. */
function problemOfKey(key) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) {
        return {
            what: `the key has ${bytes} bytes, S3 takes at most ${MAX_KEY_BYTES}`,
            fix: 'shorten the path or the prefix',
        };
    }
    if (key.split('/').some((segment) => segment === '.' || segment === '..')) {
        return {
            what: 'a key with . or .. as a segment would be taken for another one by most clients',
            fix: 'change the prefix',
        };
    }
    if (/[\x00-\x1f\x7f]/.test(key)) {
        return { what: 'the name has a control character, which a listing of S3 cannot show', fix: 'rename the file' };
    }
    // A name of a file that is not UTF-8 is read with replacement characters, and two such names may become one.
    if (key.includes('\ufffd'))
        return { what: 'the name is not UTF-8', fix: 'rename the file' };
    return undefined;
}
/**
 * A key as the path of a request: every byte of each segment is percent-encoded but `A-Z a-z 0-9 - . _ ~`, as SigV4 wants it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function encodeKey(key) {
    return key.split('/').map(encodeUri).join('/');
}
/** Percent-encodes all but `A-Z a-z 0-9 - . _ ~`. */
function encodeUri(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
/** A key out of a listing with `encoding-type=url`, where a space is `+`. */
function decodeListed(key) {
    return decodeURIComponent(key.replaceAll('+', ' '));
}

;// CONCATENATED MODULE: ./lib/objects/s3/wire.js









const NO_BYTES = (0,external_node_crypto_.hash)('sha256', '', 'hex');
/** An error that S3 answered, in the shape of the SDK's errors. */
class WireError extends Error {
    $metadata;
    constructor(code, message, status) {
        super(message);
        this.name = code;
        this.$metadata = { httpStatusCode: status };
    }
}
async function openWire({ http, client, bucket, credentials }) {
    const endpoint = await (0,endpoints.getEndpointFromInstructions)({ Bucket: bucket, Key: 'k' }, dist_cjs/* PutObjectCommand */.wKZ, {
        ...client.config,
    });
    const [scheme] = (endpoint.properties?.authSchemes ?? []);
    const region = scheme?.signingRegion ?? (await client.config.region());
    const sign = (0,sigv4/* makeSigner */.z)({ region, service: 's3', credentials });
    const { protocol, hostname, port, pathname } = endpoint.url;
    const base = pathname.replace(/\/$/, '');
    const host = port ? `${hostname}:${port}` : hostname;
    const isSecure = protocol === 'https:';
    const request = async (method, path, query, headers, body, signal) => {
        const at = new Date(Date.now() + client.config.systemClockOffset);
        const signed = await sign({ method, path, query, headers: { ...headers, host } }, at);
        const url = new URL(`${protocol}//${host}${path}${query === '' ? '' : `?${query}`}`);
        const answer = await http.request({ method, url, headers: signed, body, signal, idleMs: timeouts/* IDLE_MS */.GS });
        if (answer.status === 200)
            return answer;
        throw errorOf(answer.status, (await (0,base_http/* readBody */.x8)(answer, 64 << 10)).toString());
    };
    return {
        put: async ({ key, query = {}, headers, body, crc }, signal) => {
            const sealed = {
                ...headers,
                'content-length': String(body.length),
                'x-amz-checksum-crc32': crcHeader(crc),
                // TLS and the checksum keep the body whole; without TLS the signature has to.
                'x-amz-content-sha256': isSecure ? 'UNSIGNED-PAYLOAD' : (0,external_node_crypto_.hash)('sha256', body, 'hex'),
            };
            const answer = await request('PUT', `${base}/${encodeKey(key)}`, queryOf(query), sealed, body, signal);
            if (answer.headers['content-length'] === '0')
                answer.body.resume();
            // Else it is read within the call's deadline: a body may have no end.
            else
                await (0,base_http/* readBody */.x8)(answer, 64 << 10);
            return answer.headers;
        },
        get: (query, headers, signal) => {
            const sealed = { ...headers, 'x-amz-content-sha256': NO_BYTES };
            return request('GET', base === '' ? '/' : base, queryOf(query), sealed, undefined, signal);
        },
    };
}
/** Every request says whose bucket it expects, if that is known. */
function ownerHeader({ owner }) {
    return owner ? { 'x-amz-expected-bucket-owner': owner } : {};
}
/** As it is sent and as it is signed: encoded, sorted by name. */
function queryOf(query) {
    const names = Object.keys(query).sort();
    return names.map((name) => `${encodeUri(name)}=${encodeUri(query[name])}`).join('&');
}
/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; a proxy's answer is no XML. */
function errorOf(status, xml) {
    return new WireError((0,aws_xml/* firstText */.ou)(xml, 'Code') || `HTTP${status}`, (0,aws_xml/* firstText */.ou)(xml, 'Message'), status);
}

;// CONCATENATED MODULE: ./lib/objects/s3/bucket.js





/**
 * Finds out where a bucket is, whose it is and how it treats ACLs, by reads only. What the caller may not ask stays unknown.
 * @param prefix one of the step's prefixes in the bucket: a policy may allow to list nothing else
 * @throws Problem when the bucket does not exist, or is not the one that `s3-bucket-owner` says
 */
async function lookAtBucket(access, request, name, prefix) {
    const region = await regionOf(access, name);
    const s3 = s3Client(access, region);
    const whose = await relationOf(access, s3, request.bucketOwner, name, prefix);
    const asked = [];
    let ownership = 'unknown';
    if (whose.relation !== 'same' || !['auto', 'none', 'bucket-owner-full-control'].includes(request.acl)) {
        const found = await allowed(ownershipOf(access, s3, name, whose.owner));
        if (found !== undefined)
            asked.push('s3:GetBucketOwnershipControls');
        ownership = found ?? 'unknown';
    }
    let blocksPublicAcls;
    if ((0,rules_acl/* isPublicAcl */.QB)(request.acl)) {
        blocksPublicAcls = await allowed(blocksPublic(access, s3, name, whose.owner));
        if (blocksPublicAcls !== undefined)
            asked.push('s3:GetBucketPublicAccessBlock');
    }
    const wire = await openWire({
        http: access.http,
        client: s3,
        bucket: name,
        credentials: access.session.credentials,
    });
    return { name, region, s3, wire, ...whose, ownership, blocksPublicAcls, asked };
}
/**
 * One client for a region. A server of one's own (`AWS_ENDPOINT_URL`) mostly has no host name for each bucket, and may not know
 * the checksums that the SDK sends by default.
 */
function s3Client({ aws, runner }, region) {
    return new dist_cjs/* S3Client */.YxF({
        ...aws.client(region),
        forcePathStyle: Boolean(runner.env.AWS_ENDPOINT_URL_S3 || runner.env.AWS_ENDPOINT_URL),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
    });
}
/** The caller's canonical id, if it may ask. */
async function ownCanonicalId({ aws }, { s3 }) {
    const answer = await allowed(aws.call('s3:ListAllMyBuckets', (abortSignal) => s3.send(new dist_cjs/* ListBucketsCommand */.$Lo({ MaxBuckets: 1 }), { abortSignal })));
    return answer?.Owner?.ID;
}
/** `undefined` when the caller may not, or the server does not know the call. */
async function allowed(asking) {
    try {
        return await asking;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.status >= 400 && thrown.status < 500)
            return undefined;
        throw thrown;
    }
}
/**
 * `x-amz-bucket-region` is in the answer of HeadBucket whether it is allowed or not.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function regionOf(access, name) {
    const home = access.session.region;
    const s3 = s3Client(access, home);
    try {
        const answer = await access.aws.call('s3:HeadBucket', (abortSignal) => s3.send(new dist_cjs/* HeadBucketCommand */.kuI({ Bucket: name }), { abortSignal }));
        return answer.BucketRegion ?? home;
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (thrown.status === 404) {
            throw new problem/* Problem */.AF({ what: 'there is no such bucket', on: `s3://${name}`, fix: 'look at the name in s3-upload' });
        }
        const response = thrown.details.cause.$response;
        return response?.headers?.['x-amz-bucket-region'] ?? home;
    }
}
/**
 * Whose the bucket is: a listing that says whom it expects as the owner is refused when that is wrong.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
async function relationOf({ aws, session }, s3, stated, name, prefix) {
    const list = (owner) => mayIt(aws.call('s3:ListBucket', (abortSignal) => s3.send(new dist_cjs/* ListObjectsV2Command */.u6x({
        Bucket: name,
        ...(prefix === '' ? {} : { Prefix: prefix }),
        MaxKeys: 1,
        ExpectedBucketOwner: owner,
    }), { abortSignal })));
    const expected = stated ?? session.accountId;
    const relation = (owner) => (owner === session.accountId ? 'same' : 'cross');
    if (await list(expected))
        return { relation: relation(expected), owner: expected, mayList: true };
    const mayList = await list(undefined);
    if (stated !== undefined && mayList) {
        throw new problem/* Problem */.AF({
            what: `the bucket is not owned by account ${stated}`,
            on: `s3://${name}`,
            why: 'it may be misspelt, or somebody else took the name',
            fix: 'look at the name in s3-upload and the account in s3-bucket-owner',
        });
    }
    if (stated !== undefined)
        return { relation: relation(stated), owner: stated, mayList };
    return { relation: mayList ? 'cross' : 'unknown', owner: undefined, mayList };
}
async function ownershipOf({ aws }, s3, name, owner) {
    try {
        const answer = await aws.call('s3:GetBucketOwnershipControls', (abortSignal) => s3.send(new dist_cjs/* GetBucketOwnershipControlsCommand */.$rC({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }));
        const mode = answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
        // radosgw takes the question for another one and answers 200 without rules.
        return mode;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'OwnershipControlsNotFoundError')
            return 'ObjectWriter';
        throw thrown;
    }
}
async function blocksPublic({ aws }, s3, name, owner) {
    try {
        const answer = await aws.call('s3:GetBucketPublicAccessBlock', (abortSignal) => s3.send(new dist_cjs/* GetPublicAccessBlockCommand */.GLk({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }));
        return answer.PublicAccessBlockConfiguration?.BlockPublicAcls ?? false;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'NoSuchPublicAccessBlockConfiguration')
            return false;
        throw thrown;
    }
}
async function mayIt(asking) {
    try {
        await asking;
        return true;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.status === 403)
            return false;
        throw thrown;
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./lib/objects/local/digest.js






/** Smaller files are read at once and without a thread: that is a third of the cost. */
const READ_AT_ONCE = 1 << 20;
const CHUNK = 1 << 20;
/**
 * MD5 and CRC-32 of a file, in one pass.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag): MD5 of the content; of a multipart upload MD5 of the
 * parts' MD5s, and their number.
 * @param inParts whether the ETag is to be that of a multipart upload
 * @throws Problem when the file is not what it was
 */
async function digestsOf(file, inParts, buffers) {
    if (file.size <= READ_AT_ONCE && !inParts) {
        const bytes = readSmall(file, buffers);
        const digests = { etag: (0,external_node_crypto_.hash)('md5', bytes, 'hex'), crc: (0,external_node_zlib_.crc32)(bytes) };
        buffers.give(bytes);
        return digests;
    }
    const handle = await (0,promises_.open)(file.path);
    const chunk = Buffer.allocUnsafe(CHUNK);
    try {
        let crc = 0;
        const sums = [];
        for (const part of inParts ? partsOf(file.size) : [{ offset: 0, size: file.size }]) {
            const sum = (0,external_node_crypto_.createHash)('md5');
            for (let done = 0; done < part.size;) {
                const piece = chunk.subarray(0, Math.min(CHUNK, part.size - done));
                await readExactly(handle, file, piece, part.offset + done);
                sum.update(piece);
                crc = (0,external_node_zlib_.crc32)(piece, crc);
                done += piece.length;
            }
            sums.push(sum.digest());
        }
        await unchanged(handle, file);
        const whole = sums[0]?.toString('hex') ?? '';
        const etag = inParts ? `${(0,external_node_crypto_.createHash)('md5').update(Buffer.concat(sums)).digest('hex')}-${sums.length}` : whole;
        return { etag, crc };
    }
    finally {
        await handle.close();
    }
}
/** The whole of a file, in one of `buffers`. @throws Problem when it is not what it was */
async function readWhole(file, buffers) {
    if (file.size <= READ_AT_ONCE)
        return readSmall(file, buffers);
    const handle = await (0,promises_.open)(file.path);
    try {
        const bytes = buffers.take(file.size);
        await readExactly(handle, file, bytes, 0);
        await unchanged(handle, file);
        return bytes;
    }
    finally {
        await handle.close();
    }
}
/** Fills the buffer from the file at an offset. @throws Problem when the file ends before */
async function readExactly(handle, file, into, offset) {
    for (let done = 0; done < into.length;) {
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0)
            throw changed(file);
        done += bytesRead;
    }
}
/** @throws Problem when size or time of the open file are not those of the plan: its bytes may be a mixture */
async function unchanged(handle, file) {
    const { size, mtimeMs } = await handle.stat();
    if (size !== file.size || mtimeMs !== file.mtimeMs)
        throw changed(file);
}
function readSmall(file, buffers) {
    const handle = (0,external_node_fs_.openSync)(file.path, 'r');
    try {
        const bytes = buffers.take(file.size);
        for (let done = 0; done < bytes.length;) {
            const read = (0,external_node_fs_.readSync)(handle, bytes, done, bytes.length - done, done);
            if (read === 0)
                throw changed(file);
            done += read;
        }
        const { size, mtimeMs } = (0,external_node_fs_.fstatSync)(handle);
        if (size !== file.size || mtimeMs !== file.mtimeMs)
            throw changed(file);
        return bytes;
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}
function changed({ path }) {
    return new problem/* Problem */.AF({
        what: 'the file changed while it was uploaded',
        on: path,
        why: 'something still writes to it: what is in S3 would be neither the old nor the new file',
        fix: 'let the step that writes it end before this one begins',
    });
}

;// CONCATENATED MODULE: ./lib/objects/plan/actions.js

/**
 * What the look at an object's checksum and headers takes; the last two only where it is encrypted with a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
const READ_STATE = ['s3:GetObject', 'kms:Decrypt', 'kms:GenerateDataKey'];
/**
 * What writing one object takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, and for keys
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: parts are decrypted to be put together.
 */
function writeActions({ headers, size, action }, acl) {
    const copies = action === 'headers';
    const inParts = size > MULTIPART_ABOVE && !copies;
    const tagged = headers['x-amz-tagging'] !== undefined;
    const encrypts = headers['x-amz-server-side-encryption']?.startsWith('aws:kms') ?? false;
    const wanted = [
        [true, 's3:PutObject'],
        [acl !== undefined, 's3:PutObjectAcl'],
        // A copy keeps the tags, for which it reads and writes them.
        [tagged || copies, 's3:PutObjectTagging'],
        [copies && !tagged, 's3:GetObjectTagging'],
        [copies, 's3:GetObject'],
        [inParts, 's3:AbortMultipartUpload'],
        [encrypts, 'kms:GenerateDataKey'],
        [encrypts && (inParts || copies), 'kms:Decrypt'],
    ];
    return wanted.filter(([does]) => does).map(([, name]) => name);
}

// EXTERNAL MODULE: ./node_modules/mime-types/index.js
var mime_types = __webpack_require__(4096);
// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
;// CONCATENATED MODULE: ./lib/objects/rules/globs.js
/** Globs see a name with a leading dot as any other name: whether it is looked at is `s3-include-hidden-files`' business. */
const GLOB_OPTIONS = { dot: true };

;// CONCATENATED MODULE: ./lib/objects/rules/headers.js



function headerBook(settings) {
    const shared = new Map();
    const fixed = fixedHeaders(settings);
    const ruled = [
        ['cache-control', lastMatch(settings.cacheControl)],
        ['content-type', lastMatch(settings.contentType)],
        ['content-encoding', lastMatch(settings.contentEncoding)],
        ['content-disposition', lastMatch(settings.contentDisposition)],
        ...metadataLookups(settings),
    ];
    const compress = lastMatch(settings.compress);
    return {
        compressionOf: compress,
        isRuled: (name) => compress(name) !== undefined || ruled.some(([, lookup]) => lookup(name) !== undefined),
        of: (name, encoding) => {
            const headers = { ...fixed, 'content-type': contentTypeOf(name) };
            if (encoding)
                headers['content-encoding'] = encoding;
            for (const [header, lookup] of ruled) {
                const value = lookup(name);
                if (value !== undefined)
                    headers[header] = value;
            }
            const key = JSON.stringify(headers);
            const known = shared.get(key) ?? headers;
            shared.set(key, known);
            return known;
        },
    };
}
/**
 * The media type of a name, with `charset=utf-8` for text, as mime-db has it. Without a type S3 stores
 * `binary/octet-stream`, which browsers download.
 */
function contentTypeOf(name) {
    const extension = /\.[^./]+$/.exec(name)?.[0] ?? '';
    return mime_types.contentType(extension) || 'application/octet-stream';
}
/** Those of the headers that HEAD shows and that a copy in place can change; tags and encryption are not among them. */
function comparable(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => COMPARED.test(name)));
}
const COMPARED = /^(cache-control|content-type|content-encoding|content-disposition|x-amz-meta-.+|x-amz-storage-class)$/;
/** Headers of a PutObject as fields of the SDK's commands. */
function inputOf(headers) {
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    const fields = Object.entries(FIELDS).map(([name, field]) => [field, headers[name]]);
    return {
        ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
        Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
    };
}
const FIELDS = {
    'cache-control': 'CacheControl',
    'content-type': 'ContentType',
    'content-encoding': 'ContentEncoding',
    'content-disposition': 'ContentDisposition',
    'content-language': 'ContentLanguage',
    'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
    'x-amz-storage-class': 'StorageClass',
    'x-amz-tagging': 'Tagging',
    'x-amz-server-side-encryption': 'ServerSideEncryption',
    'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
};
function fixedHeaders({ tags, storageClass, encryption, kmsKey }) {
    const headers = {};
    const pairs = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
    if (pairs.length > 0)
        headers['x-amz-tagging'] = pairs.join('&');
    if (storageClass)
        headers['x-amz-storage-class'] = storageClass;
    if (encryption || kmsKey)
        headers['x-amz-server-side-encryption'] = encryption ?? 'aws:kms';
    if (kmsKey)
        headers['x-amz-server-side-encryption-aws-kms-key-id'] = kmsKey;
    return headers;
}
function metadataLookups({ metadata }) {
    const names = [...new Set(metadata.map(({ name }) => name))];
    return names.map((name) => [`x-amz-meta-${name}`, lastMatch(metadata.filter((rule) => rule.name === name))]);
}
function lastMatch(rules) {
    const compiled = rules.map(({ glob, value }) => ({ matches: picomatch(glob, GLOB_OPTIONS), value })).reverse();
    return (name) => compiled.find(({ matches }) => matches(name))?.value;
}

;// CONCATENATED MODULE: ./lib/objects/s3/list-page.js



const END = '</Contents>';
/** More than an object's entry ever takes: a key has at most 1,024 bytes, three times that when it is encoded. */
const LONGEST_ENTRY = 64 << 10;
/**
 * Reads a page of ListObjectsV2 as it comes in: a tree of all its elements would cost more memory than everything else of an
 * upload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @param answer its body, in pieces
 * @throws Problem when it is no listing, as a proxy's page; an error that is worth another attempt when it ends too early
 */
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
    const next = (0,aws_xml/* firstText */.ou)(outside, 'NextContinuationToken');
    return { objects, next: (0,aws_xml/* firstText */.ou)(outside, 'IsTruncated') === 'true' && next !== '' ? next : undefined };
}
/** Whether they are encoded a server may say after them. */
function decodeKeys(objects) {
    try {
        for (const object of objects)
            object.key = decodeListed(object.key);
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
        etag: (0,aws_xml/* firstText */.ou)(entry, 'ETag').replaceAll('"', ''),
        owner: owner === '' ? undefined : owner,
    };
}
function noListing() {
    return new problem/* Problem */.AF({
        what: 's3:ListBucket was answered with something that is no listing',
        why: 'a proxy, or a server that is no S3, answered in its place',
        fix: 'look at the proxy of the runner and at AWS_ENDPOINT_URL_S3',
    });
}

;// CONCATENATED MODULE: ./lib/objects/s3/listing.js




/**
 * Every object whose key begins with the prefix, a page of 1,000 at a time.
 * @throws Problem when a page names itself as the next one: the listing would have no end
 */
async function* listObjects(aws, bucket, prefix, fetchOwner) {
    // XML can't hold every character that a key may have.
    const query = { 'list-type': '2', 'encoding-type': 'url', ...(prefix === '' ? {} : { prefix }) };
    const asked = { ...query, ...(fetchOwner ? { 'fetch-owner': 'true' } : {}) };
    let next;
    do {
        const token = next === undefined ? {} : { 'continuation-token': next };
        const page = await aws.call('s3:ListBucket', async (signal) => {
            const answer = await bucket.wire.get({ ...asked, ...token }, ownerHeader(bucket), signal);
            return readPage(answer.body);
        });
        if (next !== undefined && page.next === next) {
            throw new problem/* Problem */.AF({
                what: 's3:ListBucket was answered with a page that has itself as the next one',
                on: `s3://${bucket.name}`,
                fix: 'run the job again; look at AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL if it stays',
            });
        }
        yield* page.objects;
        next = page.next;
    } while (next !== undefined);
}
/** HEAD in checksum mode. @param version of the object, the latest when left out */
async function headObject(aws, { s3, name, owner }, key, version) {
    // There is no action s3:HeadObject: reading needs one of these.
    const head = await aws.call(version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', (abortSignal) => s3.send(new dist_cjs/* HeadObjectCommand */.l81({
        Bucket: name,
        Key: key,
        ExpectedBucketOwner: owner,
        ChecksumMode: 'ENABLED',
        VersionId: version,
    }), { abortSignal }));
    return {
        checksumCrc32: head.ChecksumCRC32,
        checksumType: head.ChecksumType,
        etag: (head.ETag ?? '').replaceAll('"', ''),
        headers: headersOf(head),
        replication: head.ReplicationStatus,
    };
}
function headersOf(head) {
    const found = {
        'cache-control': head.CacheControl,
        'content-type': head.ContentType,
        'content-encoding': head.ContentEncoding,
        'content-disposition': head.ContentDisposition,
        // S3 names the class only when it is not STANDARD.
        'x-amz-storage-class': head.StorageClass ?? 'STANDARD',
    };
    for (const [name, value] of Object.entries(head.Metadata ?? {}))
        found[`x-amz-meta-${name}`] = value;
    return Object.fromEntries(Object.entries(found).filter((entry) => entry[1] !== undefined));
}

// EXTERNAL MODULE: ./lib/aws/proof.js
var proof = __webpack_require__(6407);
// EXTERNAL MODULE: ./lib/base/retry.js
var retry = __webpack_require__(7091);
;// CONCATENATED MODULE: ./lib/objects/apply/sender.js



/** What goes with each write of an object beside its own headers. */
function writeHeaders({ bucket, acl }, { headers }) {
    return { ...headers, ...(acl ? { 'x-amz-acl': acl } : {}), ...ownerHeader(bucket) };
}
/** Beyond the wait for an answer a body may take its time on a slow line, 50 kB/s, as long as something moves. */
const SLOWEST_BYTES_PER_MS = 50;
/** A body that was damaged on its way, or that met another write, is worth another attempt. */
const WORTH_ANOTHER = new Set([
    'BadDigest',
    'XAmzContentSHA256Mismatch',
    'IncompleteBody',
    'ConditionalRequestConflict',
]);
/** How a request with a body of so many bytes is tried; what the server throttles makes the limiter careful. */
function tried({ limiter, signal }, bytes) {
    const extraMs = Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
    return {
        signal,
        rules: { callMs: retry/* HOUSE_RULES */.$.callMs + extraMs, budgetMs: retry/* HOUSE_RULES */.$.budgetMs + 2 * extraMs },
        classify: (error) => {
            const verdict = WORTH_ANOTHER.has((0,base_verdict/* shapeOf */.F5)(error).name) ? 'transient' : (0,base_verdict/* verdictOf */.Vj)(error);
            if (verdict === 'throttled' || (0,base_verdict/* shapeOf */.F5)(error).status === 503)
                limiter.throttled();
            return verdict;
        },
    };
}

;// CONCATENATED MODULE: ./lib/objects/apply/multipart.js












/**
 * Sends a file in parts, side by side; S3 verifies each part by its CRC-32, and the whole by theirs combined. An upload that
 * fails is aborted: its parts would cost money until somebody finds them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
async function uploadParts(sender, object) {
    const id = await create(sender, object);
    try {
        const parts = await sendParts(sender, object, id);
        return await complete(sender, object, id, parts);
    }
    catch (thrown) {
        await abort(sender, object, id);
        throw thrown;
    }
}
async function create(sender, object) {
    const { access, bucket, acl } = sender;
    const command = new dist_cjs/* CreateMultipartUploadCommand */.nG4({
        Bucket: bucket.name,
        Key: object.key,
        ExpectedBucketOwner: bucket.owner,
        ACL: acl,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
        ...inputOf(object.headers),
    });
    const answer = await access.aws.call('s3:CreateMultipartUpload', (abortSignal) => bucket.s3.send(command, { abortSignal }), tried(sender, 0));
    return answer.UploadId ?? '';
}
/** Waits for every part that was begun, also after a failure: an upload is aborted when nothing of it is under way. */
async function sendParts(sender, object, id) {
    const { limiter, signal } = sender;
    const handle = await (0,promises_.open)(object.file.path);
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
            const sending = sendPart({ ...sender, signal: stopped }, object, id, part, handle)
                .then((done) => {
                sent[part.number - 1] = done;
            })
                .finally(release);
            // The others stop at once; who waits for all of them below sees the failure.
            sending.catch((reason) => stop.abort(reason));
            underWay.push(sending);
        }
        await Promise.allSettled(underWay);
        stopped.throwIfAborted();
        await unchanged(handle, object.file);
        return sent;
    }
    finally {
        await handle.close();
    }
}
async function sendPart(sender, { key, file }, id, part, handle) {
    const { access, bucket, limiter, buffers, progress } = sender;
    const body = buffers.take(part.size);
    try {
        await readExactly(handle, file, body, part.offset);
        const crc = (0,external_node_zlib_.crc32)(body);
        const query = { partNumber: String(part.number), uploadId: id };
        const answer = await access.aws.call('s3:UploadPart', (abort) => bucket.wire.put({ key, query, headers: ownerHeader(bucket), body, crc }, abort), { ...tried(sender, part.size), asked: { body, crc: crcHeader(crc) } });
        limiter.succeeded();
        progress.bytes(part.size);
        return { ...part, etag: answer.etag ?? '', crc };
    }
    finally {
        buffers.give(body);
    }
}
async function complete(sender, object, id, parts) {
    const { access, bucket, immutable } = sender;
    const crc = parts.reduce((sum, part) => (part.number === 1 ? part.crc : combineCrc(sum, part.crc, part.size)), 0);
    const command = new dist_cjs/* CompleteMultipartUploadCommand */.Gym({
        Bucket: bucket.name,
        Key: object.key,
        UploadId: id,
        ExpectedBucketOwner: bucket.owner,
        ChecksumCRC32: crcHeader(crc),
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: object.size,
        ...(immutable ? { IfNoneMatch: '*' } : {}),
        MultipartUpload: {
            Parts: parts.map(({ number, etag, crc: sum }) => ({
                PartNumber: number,
                ETag: etag,
                ChecksumCRC32: crcHeader(sum),
            })),
        },
    });
    try {
        const answer = await access.aws.call('s3:CompleteMultipartUpload', (abortSignal) => bucket.s3.send(command, { abortSignal }), 
        // S3 puts the parts together before it answers: minutes for a very large object.
        { ...tried(sender, object.size / 100), asked: { parts: parts.map(({ etag }) => etag), crc: crcHeader(crc) } });
        return { etag: (answer.ETag ?? '').replaceAll('"', ''), version: answer.VersionId, crc };
    }
    catch (thrown) {
        // The answer of an attempt that succeeded was lost: the upload is gone because the object is there.
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'NoSuchUpload') {
            const etag = (0,proof/* etagOfParts */.X)(parts.map((part) => part.etag));
            for await (const listed of listObjects(access.aws, bucket, object.key, false)) {
                if (listed.key === object.key && listed.etag === etag && listed.size === object.size)
                    return { etag, crc };
                break;
            }
        }
        throw thrown;
    }
}
/** Beyond the step's own signal, which may be what stopped it; the runner leaves ten seconds after a cancel. */
async function abort({ access, bucket }, { key }, id) {
    const command = new dist_cjs/* AbortMultipartUploadCommand */.tfP({
        Bucket: bucket.name,
        Key: key,
        UploadId: id,
        ExpectedBucketOwner: bucket.owner,
    });
    for (let attempt = 1; attempt <= 3; attempt++) {
        try {
            await bucket.s3.send(command, { abortSignal: AbortSignal.timeout(2_000) });
            return;
        }
        catch (thrown) {
            // Gone already: completed, or aborted by the attempt before.
            if (thrown instanceof Error && thrown.name === 'NoSuchUpload')
                return;
        }
    }
    access.runner.warning(`The unfinished upload of s3://${bucket.name}/${key} could not be aborted; a lifecycle rule removes it.`);
}

;// CONCATENATED MODULE: ./lib/objects/apply/upload.js














/** Carries out one object of the plan. @throws Problem, with what a refusal means */
async function uploadObject(sender, object) {
    try {
        const stored = object.action === 'headers'
            ? await copyInPlace(sender, object)
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
        throw refusal(thrown, sender, object);
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
        const headers = writeHeaders(sender, object);
        if (sender.immutable)
            headers['if-none-match'] = '*';
        const answer = await access.aws.call('s3:PutObject', (abort) => bucket.wire.put({ key: object.key, headers, body: bytes, crc }, abort), { ...tried(sender, bytes.length), asked: { body: bytes, crc: crcHeader(crc) } });
        limiter.succeeded();
        progress.bytes(bytes.length);
        return { etag: (answer.etag ?? '').replaceAll('"', ''), version: one(answer['x-amz-version-id']), crc };
    }
    finally {
        if (body)
            buffers.give(body);
        release();
    }
}
/**
 * Changes headers without sending the content: a copy onto itself with REPLACE; its tags stay unless the step has some.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
async function copyInPlace(sender, object) {
    const { access, limiter, bucket, acl, signal } = sender;
    const release = await limiter.take(0);
    try {
        signal.throwIfAborted();
        const command = new dist_cjs/* CopyObjectCommand */.s9Z({
            Bucket: bucket.name,
            Key: object.key,
            CopySource: `${bucket.name}/${encodeKey(object.key)}`,
            MetadataDirective: 'REPLACE',
            ...(object.headers['x-amz-tagging'] ? { TaggingDirective: 'REPLACE' } : {}),
            ACL: acl,
            ExpectedBucketOwner: bucket.owner,
            ExpectedSourceBucketOwner: bucket.owner,
            ...inputOf(object.headers),
        });
        const answer = await access.aws.call('s3:CopyObject', (abortSignal) => bucket.s3.send(command, { abortSignal }), tried(sender, object.size / 100));
        return { etag: (answer.CopyObjectResult?.ETag ?? '').replaceAll('"', ''), version: answer.VersionId };
    }
    finally {
        release();
    }
}
/** A key that is there although the plan did not see it: our own attempt whose answer was lost, or another release. */
async function alreadyReleased({ access, bucket, buffers, progress }, object) {
    for await (const listed of bucket.mayList ? listObjects(access.aws, bucket, object.key, false) : []) {
        if (listed.key !== object.key)
            break;
        const { etag, crc } = await digestsOf(object.file, object.size > MULTIPART_ABOVE, buffers);
        if (listed.size !== object.size || listed.etag !== etag)
            break;
        progress.object();
        return { etag, crc };
    }
    throw new problem/* Problem */.AF({
        what: 'the key is released already, with other content',
        on: `s3://${object.bucket}/${object.key}`,
        why: 'it appeared while the step ran; s3-immutable never overwrites',
        fix: 'release under a new prefix',
    });
}
function refusal(error, { acl, bucket }, object) {
    const { name, ownership } = bucket;
    const explained = (0,rules_acl/* explainRefusal */.GC)(error, { acl, ownership, bucket: name, actions: writeActions(object, acl) });
    const needless = object.unproved
        ? `it may be the same already, which ${READ_STATE.join(', ')} would show`
        : undefined;
    return new problem/* Problem */.AF({
        what: `${error.action} was refused with ${error.code} (HTTP ${error.status})`,
        on: `s3://${object.bucket}/${object.key}`,
        why: [explained?.why ?? error.details.why, needless].filter(Boolean).join('\n') || undefined,
        fix: explained?.fix,
        cause: error,
    });
}
function one(header) {
    return Array.isArray(header) ? header[0] : header;
}

;// CONCATENATED MODULE: ./lib/objects/apply/probe.js






/**
 * Sends the smallest object alone, and looks whose it is: one object that its bucket's owner can't serve instead of ten
 * thousand. `undefined` when that is not needed.
 * @throws Problem when the bucket's owner does not own it and `s3-verify-owner` says fail
 */
async function sendFirst(sender, objects) {
    const { acl, verify } = sender.bucket;
    const { looks, probes } = (0,rules_acl/* goesFirst */.Nj)(acl, verify);
    const object = objects.filter(({ action }) => action !== 'headers').at(-1);
    if (!object || !(looks || probes))
        return undefined;
    const stored = await uploadObject(sender, object).catch(async (thrown) => {
        if (!probes || !isDenied(thrown))
            throw thrown;
        return sendAgainWithAcl(sender, object, thrown);
    });
    if (looks)
        await lookAtOwner(sender, object, verify);
    return { object, ...stored };
}
/** A bucket's policy may refuse every upload without the ACL, of its own account too; with it nobody else can become owner. */
async function sendAgainWithAcl(sender, object, refusal) {
    const acl = sender.bucket.acl.ifRefused;
    sender.acl = acl;
    try {
        const stored = await uploadObject(sender, object);
        sender.access.runner.info(`s3://${sender.bucket.name}: refused without an ACL, accepted with ${acl}: it is sent with every object`);
        return stored;
    }
    catch {
        // The ACL was not what was missing: the first refusal is what the reader has to mend.
        throw refusal;
    }
}
async function lookAtOwner({ access, bucket, acl }, { key }, verify) {
    const answer = await allowed(access.aws.call('s3:GetObjectAcl', (abortSignal) => bucket.s3.send(new dist_cjs/* GetObjectAclCommand */.hsf({ Bucket: bucket.name, Key: key, ExpectedBucketOwner: bucket.owner }), {
        abortSignal,
    })));
    const on = `s3://${bucket.name}/${key}`;
    if (!answer) {
        return access.runner.info(`${on}: its owner can't be seen (s3:GetObjectAcl), as it is when the bucket's owner has it`);
    }
    const own = acl === 'bucket-owner-full-control' ? undefined : await ownCanonicalId(access, bucket);
    const outcome = outcomeSeen(answer, acl, own);
    if (outcome === 'owner')
        return access.runner.info(`${on}: belongs to the bucket's owner`);
    const text = (0,rules_acl/* outcomeText */.EL)(outcome);
    if (!text)
        return access.runner.info(`${on}: whether the bucket's owner owns it can't be seen (s3:ListAllMyBuckets)`);
    if (verify === 'warn')
        return access.runner.warning(`${on}: ${text}. To mend it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}.`);
    throw new problem/* Problem */.AF({
        what: 'the first object stays with the uploader, so the rest was not sent',
        on,
        why: text,
        fix: `${rules_acl/* OWNERSHIP_REMEDY */.DK}; or s3-verify-owner: warn, if the owner's own roles are the only readers. The object may be deleted by both accounts.`,
    });
}
/**
 * Who can serve an object, from its ACL. Its owner may always do all. With `bucket-owner-full-control` sent, somebody else's grant
 * is the bucket's owner's, who then does not own; without it only one's own canonical id tells whether one owns the object.
 */
function outcomeSeen({ Owner, Grants = [] }, sent, own) {
    const others = Grants.filter(({ Grantee }) => Grantee?.Type === 'CanonicalUser' && Grantee.ID !== Owner?.ID);
    if (others.some(({ Permission }) => Permission === 'FULL_CONTROL' || Permission === 'READ'))
        return 'granted';
    if (sent === 'bucket-owner-full-control')
        return 'owner';
    if (own === undefined)
        return 'unknown';
    return Owner?.ID === own ? 'none' : 'owner';
}
function isDenied(thrown) {
    const cause = thrown instanceof problem/* Problem */.AF ? thrown.details.cause : undefined;
    return cause instanceof client/* Refused */.Lw && cause.status === 403;
}

// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
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
/** `1,200 of 4,000 objects, 1.2 of 3.4 GB, 45.1 MB/s, 48 s left` */
function progressLine(sent, total, ms) {
    const rate = ms > 0 ? sent.bytes / (ms / 1000) : 0;
    // Small objects take their time whatever their size: what is further along says less about the rest.
    const share = Math.min(part(sent.bytes, total.bytes), part(sent.objects, total.objects));
    const left = share > 0 ? `${Math.ceil((ms / share - ms) / 1000)} s left` : 'just begun';
    const objects = `${count(sent.objects)} of ${count(total.objects)} objects`;
    return `${objects}, ${(0,units/* formatBytes */.z3)(sent.bytes)} of ${(0,units/* formatBytes */.z3)(total.bytes)}, ${(0,units/* formatBytes */.z3)(rate)}/s, ${left}`;
}
function count(number) {
    return number.toLocaleString('en-US');
}
function part(some, all) {
    return all > 0 ? some / all : 1;
}

;// CONCATENATED MODULE: ./lib/objects/plan/owners.js




/** Whether objects of a bucket can be orphans at all: not in the own account, nor where the bucket's owner owns everything. */
function mayHaveOrphans({ relation, ownership }) {
    return relation !== 'same' && ownership !== 'BucketOwnerEnforced';
}
async function lookAtOwners(access, bucket) {
    const { s3, name, owner } = bucket;
    const acl = allowed(access.aws.call('s3:GetBucketAcl', (abortSignal) => s3.send(new dist_cjs/* GetBucketAclCommand */.QPs({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal })));
    return { own: await ownCanonicalId(access, bucket), bucketOwner: (await acl)?.Owner?.ID };
}
/**
 * What to do about an object's owner, as a listing with `fetch-owner` shows it: `mine` the caller may repair, `foreign` only its
 * writer or the bucket's owner can; nothing where it is the bucket's owner, or can't be told.
 */
function orphanKind(owner, { own, bucketOwner }) {
    if (owner === undefined || owner === bucketOwner)
        return undefined;
    if (owner === own)
        return 'mine';
    if (bucketOwner === undefined)
        return undefined;
    return own === undefined ? 'mine' : 'foreign';
}
/** Objects that only somebody else can mend. */
function warnOfForeign({ runner }, orphans) {
    if (orphans.length === 0)
        return;
    const some = (0,units/* someOf */.yU)(orphans.map(({ bucket, key }) => `s3://${bucket}/${key}`), 10);
    runner.warning(`s3-fix-acl: of another account, and not for this step to change: ${(0,units/* counted */.hS)(orphans.length, 'object')}, ${some}. To mend it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}; with the latter, upload again with s3-upload-unchanged: true.`);
}

;// CONCATENATED MODULE: ./lib/objects/apply/repair.js




/** Repairs at a time. */
const WIDTH = 32;
/**
 * Gives the bucket's owner full control by the ACL; the writer stays the owner, which no ACL changes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
async function repairAcls(access, buckets, orphans) {
    const kept = [];
    await (0,parallel/* eachOf */.pQ)(orphans, WIDTH, async (orphan) => {
        const { s3, name, owner } = buckets.get(orphan.bucket);
        const command = new dist_cjs/* PutObjectAclCommand */.a8O({
            Bucket: name,
            Key: orphan.key,
            ACL: 'bucket-owner-full-control',
            ExpectedBucketOwner: owner,
        });
        try {
            await access.aws.call('s3:PutObjectAcl', (abortSignal) => s3.send(command, { abortSignal }));
        }
        catch (thrown) {
            if (!(thrown instanceof client/* Refused */.Lw) || thrown.status !== 403)
                throw thrown;
            kept.push(orphan);
        }
    });
    if (orphans.length > kept.length) {
        access.runner.info(`s3-fix-acl: the bucket's owner has full control of ${orphans.length - kept.length} more objects`);
    }
    warnOfForeign(access, kept);
}

;// CONCATENATED MODULE: ./lib/objects/apply/replication.js





const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
const HEADS_AT_ONCE = 32;
/** Waits until every object that was written is replicated. @throws Problem for those that failed, or that no rule covers */
async function waitForReplication(access, buckets, sent) {
    let waiting = sent;
    const bad = [];
    const ask = async () => {
        const still = [];
        await (0,parallel/* eachOf */.pQ)(waiting, HEADS_AT_ONCE, async (one) => {
            const { bucket, key } = one.object;
            // A later write of the same key has a status of its own.
            const { replication } = await headObject(access.aws, buckets.get(bucket), key, one.version);
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
    await poll({
        what: 'the replication of what was uploaded',
        input: 's3-wait-for-replication',
        ask,
        pauseMs: FIRST_WAIT_MS,
        longestMs: LONGEST_WAIT_MS,
        deadlineMs: timeouts/* REPLICATION_MS */.Qg,
        fix: "everything was uploaded, and S3 goes on: look at the rule's metrics (RTC replicates within 15 minutes), or leave s3-wait-for-replication out",
        say: access.runner.info,
        signal: access.signal,
    });
}
/** The SDK's enumeration knows `COMPLETE` too: both are taken as done. A `REPLICA` came from elsewhere. */
function replicationState(status) {
    if (status === 'COMPLETED' || status === 'COMPLETE' || status === 'REPLICA')
        return 'done';
    if (status === 'FAILED')
        return 'failed';
    return status === 'PENDING' ? 'waiting' : 'uncovered';
}
function notReplicated(bad) {
    const failed = bad.some(({ state }) => state === 'failed');
    return new problem/* Problem */.AF({
        what: failed
            ? `the replication of ${bad.length} objects failed`
            : `no replication rule covers ${bad.length} objects`,
        on: bad
            .slice(0, 3)
            .map(({ address }) => address)
            .join(', '),
        why: failed
            ? "the replication role or the destination bucket's policy lacks a permission, or the KMS key does"
            : 'without a rule S3 never replicates them: waiting would not end',
        fix: failed
            ? 'mend the permission and upload again (s3-upload-unchanged: true); S3 does not try again by itself'
            : 'look at the rules of the bucket, or leave out s3-wait-for-replication',
    });
}

;// CONCATENATED MODULE: ./lib/objects/apply/apply.js













/** Files in parts have their own requests side by side: few at a time are enough. */
const LARGE_AT_ONCE = 4;
/** Uploads in the order of a release, then invalidates, then deletes. */
async function applyObjects(access, request, plan) {
    const started = Date.now();
    const phases = phasesOf(plan.objects);
    const planned = phases.flatMap(({ objects }) => objects);
    const bytes = planned.reduce((sum, { size, action }) => sum + (action === 'headers' ? 0 : size), 0);
    const progress = startProgress({ objects: planned.length, bytes }, access.runner.info);
    const sent = [];
    try {
        await sendPhases(access, request, plan, phases, progress, sent);
    }
    catch (thrown) {
        access.runner.info(stoppedLine(phases, sent));
        throw thrown;
    }
    finally {
        progress.end();
    }
    if (plan.orphans.length > 0)
        await repairAcls(access, plan.buckets, plan.orphans);
    const invalidations = [];
    const forget = async (paths, what) => {
        if (request.distribution && paths.length > 0) {
            invalidations.push(await invalidate(access, { ...request, distribution: request.distribution }, paths, what));
        }
    };
    if (sent.length > 0)
        await forget(plan.invalidation.afterUpload, 'upload');
    await deleteObjects(access, plan.buckets, plan.deletions);
    await forget(plan.invalidation.afterDeletion, 'delete');
    if (request.waitForReplication)
        await waitForReplication(access, plan.buckets, sent);
    const manifest = writeManifest(access, plan, sent);
    return {
        sent,
        deleted: plan.deletions,
        bytes: progress.sent.bytes,
        invalidations,
        manifest,
        milliseconds: Date.now() - started,
    };
}
async function sendPhases(access, request, { buckets }, phases, progress, sent) {
    const limiter = makeLimiter(HOUSE_LIMITS);
    const buffers = makeBuffers(HOUSE_LIMITS.bytes);
    const failure = new AbortController();
    const signal = AbortSignal.any([access.signal, failure.signal]);
    const senders = new Map();
    const done = new Set();
    for (const { objects } of phases) {
        for (const name of new Set(objects.map(({ bucket }) => bucket))) {
            if (senders.has(name))
                continue;
            const bucket = buckets.get(name);
            const sender = {
                access,
                bucket,
                limiter,
                buffers,
                progress,
                immutable: request.immutable,
                acl: bucket.acl.send,
                signal,
            };
            senders.set(name, sender);
            const first = await sendFirst(sender, objects.filter((object) => object.bucket === name));
            if (!first)
                continue;
            sent.push(first);
            done.add(first.object);
        }
        const send = async (object) => {
            try {
                sent.push({ object, ...(await uploadObject(senders.get(object.bucket), object)) });
            }
            catch (thrown) {
                failure.abort(thrown);
                throw failure.signal.reason;
            }
        };
        const rest = objects.filter((object) => !done.has(object));
        const isLarge = ({ size, action }) => size > MULTIPART_ABOVE && action !== 'headers';
        const large = rest.filter(isLarge);
        const small = rest.filter((object) => !isLarge(object));
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
/** What a reader must know after a failure: whether the site is whole. */
function stoppedLine(phases, sent) {
    const total = phases.reduce((sum, { objects }) => sum + objects.length, 0);
    const touched = sent.some(({ object }) => object.last)
        ? 'some pages (s3-last) are new'
        : 'no page (s3-last) was touched';
    return `Stopped after ${sent.length} of ${total} objects; ${touched}, nothing was deleted.`;
}

;// CONCATENATED MODULE: ./lib/objects/permissions.js


/**
 * The least permissions for this very plan: actions that it calls, on the prefixes that it touches. What the caller may not ask
 * (Object Ownership) the step does without, so it is no part.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
function objectsPermissions(plan, request, { partition, accountId }) {
    const statements = plan.scopes.flatMap((scope) => {
        const bucket = plan.buckets.get(scope.bucket);
        return [...listing(bucket, scope, partition), ...writing(plan, request, bucket, scope, partition)];
    });
    for (const [name, { own, bucketOwner }] of plan.owners) {
        if (own)
            statements.push({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] });
        if (bucketOwner)
            statements.push({ actions: ['s3:GetBucketAcl'], resources: [`arn:${partition}:s3:::${name}`] });
    }
    for (const bucket of plan.buckets.values()) {
        const actions = bucket.asked.filter((action) => !(action === OWNERSHIP && sameWithout(bucket, request)));
        if (actions.length > 0)
            statements.push({ actions, resources: [`arn:${partition}:s3:::${bucket.name}`] });
    }
    if (plan.invalidation.afterUpload.length + plan.invalidation.afterDeletion.length > 0 && request.distribution) {
        const actions = ['cloudfront:CreateInvalidation'];
        if (request.waitForInvalidation)
            actions.push('cloudfront:GetInvalidation');
        statements.push({
            actions,
            resources: [`arn:${partition}:cloudfront::${accountId}:distribution/${request.distribution}`],
        });
    }
    return statements;
}
const OWNERSHIP = 's3:GetBucketOwnershipControls';
/** Whether the step would send the same ACL if it could not see the bucket's Object Ownership. */
function sameWithout({ acl, ...bucket }, request) {
    return (0,rules_acl/* decideAcl */.$0)({ wish: request.acl, ...bucket, ownership: 'unknown' }).send === acl.send;
}
/** `s3:prefix` is what a listing asks for; one without a prefix has no such key. */
function listing({ name, mayList }, { prefix }, partition) {
    if (!mayList)
        return [];
    const statement = { actions: ['s3:ListBucket'], resources: [`arn:${partition}:s3:::${name}`] };
    return [prefix === '' ? statement : { ...statement, conditions: { StringEquals: { 's3:prefix': prefix } } }];
}
function writing({ objects, deletions, headed, orphans }, request, { name, acl, verify }, { prefix, isKey }, partition) {
    const own = objects.filter(({ bucket, key }) => bucket === name && (isKey ? key === prefix : key.startsWith(prefix)));
    const sent = own.filter(({ action }) => action !== 'unchanged');
    const waits = request.waitForReplication && sent.length > 0;
    const wanted = [
        [orphans.some(({ bucket }) => bucket === name), 's3:PutObjectAcl'],
        ...READ_STATE.map((action) => [headed.has(name), action]),
        // Only buckets with versions replicate, and each written version is asked for by itself.
        [waits, 's3:GetObjectVersion'],
        [sent.length > 0 && (0,rules_acl/* goesFirst */.Nj)(acl, verify).looks, 's3:GetObjectAcl'],
        [deletions.some(({ bucket, key }) => bucket === name && key.startsWith(prefix)), 's3:DeleteObject'],
    ];
    const writes = sent.flatMap((object) => writeActions(object, acl.send));
    const all = [...new Set([...writes, ...wanted.filter(([does]) => does).map(([, action]) => action)])];
    const actions = all.filter((action) => action.startsWith('s3:'));
    const onKey = all.filter((action) => action.startsWith('kms:'));
    const key = request.kmsKey?.startsWith('arn:') && onKey.length > 0 ? request.kmsKey : undefined;
    return [
        ...(actions.length > 0
            ? [{ actions, resources: [`arn:${partition}:s3:::${name}/${prefix}${isKey ? '' : '*'}`] }]
            : []),
        ...(key ? [{ actions: onKey, resources: [key] }] : []),
    ];
}

// EXTERNAL MODULE: ./lib/base/edge.js
var edge = __webpack_require__(868);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/objects/local/files.js






/**
 * Finds the files of one LOCAL: an existing path is a file or a folder, also if its name looks like a glob.
 * `.git` is never walked into: its configuration may hold a token.
 * @throws Problem for a symbolic link that leads nowhere, in a circle, or out of the workspace
 */
async function findFiles({ local }, rules) {
    const workspace = (0,external_node_fs_.realpathSync)(rules.workspace);
    const path = (0,external_node_path_.resolve)(workspace, local);
    const stats = (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false });
    if (stats?.isFile()) {
        const file = localFile(path, (0,external_node_path_.basename)(path), stats);
        return { kind: 'file', files: [file], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
    }
    if (stats?.isDirectory())
        return walk('folder', path, workspace, rules, () => true);
    const { base, glob, isGlob } = picomatch.scan(slashes(local));
    if (!isGlob)
        return { kind: 'missing', files: [], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
    const root = (0,external_node_path_.resolve)(workspace, base);
    if (!(0,external_node_fs_.statSync)(root, { throwIfNoEntry: false })?.isDirectory()) {
        return { kind: 'glob', files: [], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
    }
    return walk('glob', root, workspace, rules, picomatch(glob, GLOB_OPTIONS));
}
async function walk(kind, root, workspace, rules, wanted) {
    const files = [];
    const skipped = { hidden: 0, links: 0, special: 0 };
    const inWorkspace = slashes((0,external_node_path_.relative)(workspace, root));
    const excluded = picomatch([...rules.excludes], GLOB_OPTIONS);
    const isExcluded = (name) => rules.excludes.length > 0 && (excluded(name) || excluded(inWorkspace === '' ? name : `${inWorkspace}/${name}`));
    const isHidden = (name) => name.split('/').some((part) => part === '.git' || (!rules.hiddenFiles && part.startsWith('.')));
    const bounds = [workspace, (0,external_node_fs_.realpathSync)(root)];
    const pending = [
        { folder: root, name: '', above: [(0,external_node_fs_.realpathSync)(root)] },
    ];
    for (let next = pending.pop(); next; next = pending.pop()) {
        const { folder, name: prefix, above } = next;
        for (const entry of (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true })) {
            const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
            const path = (0,external_node_path_.join)(folder, entry.name);
            if (isExcluded(name))
                continue;
            if (isHidden(entry.name))
                skipped.hidden++;
            else if (entry.isSymbolicLink() && !rules.followSymlinks)
                skipped.links++;
            else {
                const { stats, real } = look(path, name, entry, bounds);
                if (stats.isDirectory()) {
                    if (real && above.includes(real))
                        throw new problem/* Problem */.AF({ what: 'the symbolic link leads to a folder above itself', on: name });
                    pending.push({ folder: path, name, above: real ? [...above, real] : above });
                }
                else if (!stats.isFile())
                    skipped.special++;
                else if (wanted(name))
                    files.push(localFile(path, name, stats));
            }
        }
        // Thousands of folders must not keep the other jobs of the step from their network.
        await (0,external_node_timers_promises_.setImmediate)();
    }
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { kind, files, skipped, leavesOut: (name) => isExcluded(name) || isHidden(name) || !wanted(name) };
}
/** `real` only for what a link leads to. */
function look(path, name, entry, bounds) {
    if (!entry.isSymbolicLink())
        return { stats: (0,external_node_fs_.statSync)(path) };
    let real;
    try {
        real = (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        throw new problem/* Problem */.AF({
            what: 'the symbolic link leads nowhere',
            on: name,
            fix: 'remove the link, or exclude it with a line !GLOB',
        });
    }
    if (!bounds.some((bound) => isWithin(real, bound))) {
        throw new problem/* Problem */.AF({
            what: 'the symbolic link leads out of the workspace',
            on: name,
            why: 'what lies outside may be secret, and is not part of what was built',
            fix: 'copy the file into the folder, or exclude the link with a line !GLOB',
        });
    }
    return { stats: (0,external_node_fs_.statSync)(real), real };
}
function isWithin(path, folder) {
    const way = (0,external_node_path_.relative)(folder, path);
    return way === '' || (way !== '..' && !way.startsWith(`..${external_node_path_.sep}`) && !(0,external_node_path_.isAbsolute)(way));
}
function localFile(path, name, { size, mtimeMs }) {
    return { path, name, size, mtimeMs };
}
function slashes(path) {
    return external_node_path_.sep === '\\' ? path.replaceAll('\\', '/') : path;
}

;// CONCATENATED MODULE: ./lib/objects/local/targets.js





/**
 * Finds the files of every line, and gives each its key.
 * @throws Problems: every missing LOCAL, key that can't be, link that leads out, and two files for one key
 */
async function findTargets(request, say) {
    const problems = [];
    const targets = [];
    const taken = new Map();
    for (const target of request.targets) {
        const on = `Input s3-upload, line ${target.line}`;
        try {
            const walked = await findFiles(target, request);
            const found = withKeys(target, walked);
            targets.push(found);
            if (found.files.length === 0)
                nothingFound(target, walked, request, say);
            saySkipped(target, walked, say);
            const keys = taken.get(target.bucket) ?? new Map();
            taken.set(target.bucket, keys);
            for (const { key, path, size } of found.files) {
                const wrong = problemOfKey(key) ?? (size > MAX_OBJECT_BYTES ? { what: 'the file is larger than S3 takes' } : undefined);
                if (wrong)
                    problems.push(new problem/* Problem */.AF({ ...wrong, on: path }));
                const other = keys.get(key);
                if (other !== undefined && other !== path) {
                    problems.push(new problem/* Problem */.AF({
                        what: `${other} and ${path} have the same key`,
                        on: `s3://${target.bucket}/${key}`,
                        fix: 'change a prefix, or exclude one',
                    }));
                }
                keys.set(key, path);
            }
        }
        catch (thrown) {
            const found = (0,edge/* problemsIn */._n)(thrown);
            if (!found)
                throw thrown;
            problems.push(...found.map(({ details }) => new problem/* Problem */.AF({ ...details, on: [on, details.on].filter(Boolean).join(', ') })));
        }
    }
    if (problems.length > 0)
        throw new problem/* Problems */.Zw(problems);
    return targets;
}
function withKeys(target, { kind, files, leavesOut }) {
    const { bucket, prefix, local } = target;
    const isFolder = prefix === '' || prefix.endsWith('/');
    if (kind === 'file') {
        const keyed = files.map((file) => ({ ...file, key: isFolder ? prefix + file.name : prefix }));
        return { local, bucket, kind, prefix: keyed[0]?.key ?? prefix, files: keyed, leavesOut };
    }
    const folder = isFolder ? prefix : `${prefix}/`;
    const keyed = files.map((file) => ({ ...file, key: folder + file.name }));
    return { local, bucket, kind, prefix: folder, files: keyed, leavesOut };
}
/** @throws Problem when `s3-if-no-files-found` is error, or LOCAL itself is not there */
function nothingFound({ local }, { kind }, { ifNoFilesFound }, say) {
    const what = kind === 'missing' ? `there is no ${local} in the workspace` : `${local} has no files to upload`;
    if (ifNoFilesFound === 'error') {
        throw new problem/* Problem */.AF({
            what,
            fix: 'look at the path and at the step that builds it; s3-if-no-files-found: warn or ignore lets it pass',
        });
    }
    if (ifNoFilesFound === 'warn')
        say.warning(`s3-upload: ${what}`);
}
function saySkipped({ local }, { skipped }, say) {
    const parts = [
        skipped.hidden > 0 ? `${skipped.hidden} hidden (s3-include-hidden-files)` : '',
        skipped.links > 0 ? `${skipped.links} symbolic links (s3-follow-symlinks)` : '',
        skipped.special > 0 ? `${skipped.special} that are no files` : '',
    ].filter(Boolean);
    if (parts.length > 0)
        say.info(`${local}: left out ${parts.join(', ')}`);
}

;// CONCATENATED MODULE: ./lib/objects/rules/viewer-paths.js
/** Above so many single paths folders are invalidated whole: a path costs money, and 3,000 may be in progress at a time. */
const MAX_SINGLE_PATHS = 50;
/** 15 wildcards may be in progress for a distribution at a time: leave room for another job. */
const MAX_WILDCARDS = 10;
/**
 * The paths that make CloudFront forget these keys: every address under which a page is known (`/a/index.html`, `/a/` and
 * `/a`), or, when they are many, the folders that hold them. None when there are no keys.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
function pathsToInvalidate(keys) {
    const single = [...new Set(keys.flatMap(addressesOf))];
    if (single.length <= MAX_SINGLE_PATHS)
        return single.map(encodePath).sort();
    const prefix = commonFolder(keys);
    const below = new Set();
    for (const key of keys) {
        const rest = key.slice(prefix.length);
        const slash = rest.indexOf('/');
        if (slash < 0)
            for (const address of addressesOf(key))
                below.add(address);
        else
            below.add(`/${prefix}${rest.slice(0, slash)}/*`);
    }
    const wildcards = [...below].filter((path) => path.endsWith('*'));
    const few = wildcards.length <= MAX_WILDCARDS && below.size - wildcards.length <= MAX_SINGLE_PATHS;
    // `/a/*` does not cover `/a`, which a rewrite at the edge may serve as a page.
    const bare = wildcards
        .map((path) => path.slice(0, -2))
        .filter((path) => keys.includes(`${path.slice(1)}/index.html`));
    return (few ? [...below, ...bare] : [`/${prefix}*`]).map(encodePath).sort();
}
/**
 * Percent-encodes non-ASCII and unsafe characters (RFC 1738) and nothing else: an encoded safe character would name another
 * entry of the cache, a raw unsafe one is refused. https://www.rfc-editor.org/rfc/rfc1738 section 2.2
 */
function encodePath(path) {
    const star = path.endsWith('*') ? '*' : '';
    const body = star ? path.slice(0, -1) : path;
    return body.replace(/[^A-Za-z0-9$\-_.+!'(),;:@&=/]/gu, (char) => (char === '*' ? '%2A' : percent(char))) + star;
}
function percent(char) {
    return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
/** `index.html` is served for its folder, with and without the slash; `about.html` mostly as `about` too, but only by a rewrite. */
function addressesOf(key) {
    if (key === 'index.html')
        return ['/index.html', '/'];
    if (!key.endsWith('/index.html'))
        return [`/${key}`];
    const folder = key.slice(0, -'/index.html'.length);
    return [`/${key}`, `/${folder}/`, `/${folder}`];
}
function commonFolder(keys) {
    const folderOf = (key) => key.slice(0, key.lastIndexOf('/') + 1);
    let common = folderOf(keys[0] ?? '');
    for (const key of keys)
        while (!key.startsWith(common))
            common = folderOf(common.slice(0, -1));
    return common;
}

// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./lib/objects/local/compress.js





/** Brotli's best quality costs a second a megabyte; 9 is within some percent of it at a tenth of the time. */
const BROTLI_QUALITY = 9;
/**
 * Compresses a file into `folder`; `undefined` when that does not make it smaller, or it is compressed already. The bytes
 * depend on the content alone (gzip's time field is 0), so that an unchanged file is known again.
 */
async function compressed(file, encoding, folder, serial) {
    if (file.size === 0 || isGzip(file.path))
        return undefined;
    const path = (0,external_node_path_.join)(folder, String(serial));
    const compressor = encoding === 'gzip'
        ? (0,external_node_zlib_.createGzip)({ level: external_node_zlib_.constants.Z_BEST_COMPRESSION })
        : (0,external_node_zlib_.createBrotliCompress)({
            params: {
                [external_node_zlib_.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
                [external_node_zlib_.constants.BROTLI_PARAM_SIZE_HINT]: file.size,
            },
        });
    await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(file.path), compressor, (0,external_node_fs_.createWriteStream)(path));
    const { size, mtimeMs } = (0,external_node_fs_.statSync)(path);
    if (size < file.size)
        return { path, size, mtimeMs };
    await (0,promises_.rm)(path);
    return undefined;
}
function isGzip(path) {
    const handle = (0,external_node_fs_.openSync)(path, 'r');
    try {
        const head = Buffer.alloc(2);
        return (0,external_node_fs_.readSync)(handle, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}

;// CONCATENATED MODULE: ./lib/objects/rules/compare.js


function clueOf(size, listed) {
    if (!listed)
        return 'new';
    if (listed.size !== size)
        return 'changed';
    if (/^[0-9a-f]{32}$/.test(listed.etag))
        return 'etag';
    const parts = /^[0-9a-f]{32}-(\d+)$/.exec(listed.etag)?.[1];
    return parts !== undefined && size > 0 && Number(parts) === Math.ceil(size / partSizeOf(size))
        ? 'etag-of-parts'
        : 'ask';
}
/** Whether the checksum that S3 keeps proves that the content is equal. */
function provesEqual({ checksumCrc32, checksumType, etag }, crc) {
    const whole = checksumType === 'FULL_OBJECT' || (checksumType === undefined && !etag.includes('-'));
    return whole && checksumCrc32 === crcHeader(crc);
}
/** Whether each header is what it shall be. What S3 shows beyond that is not ours to take away. */
function headersEqual(wanted, headed) {
    return Object.entries(wanted).every(([name, value]) => headed[name] === value);
}

;// CONCATENATED MODULE: ./lib/objects/plan/changes.js
















/** More HEADs at a time than this bring nothing from one runner. */
const changes_HEADS_AT_ONCE = 64;
/** A compressor holds tens of megabytes; there are mostly no more cores. */
const COMPRESSORS = 4;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: 5 GiB a copy. */
const MAX_COPY_BYTES = 5 * 2 ** 30;
/** What each file is to its object: by content, from one listing of each prefix where that suffices. */
async function compareTargets(access, request, targets, buckets) {
    const objects = [];
    const counted = new Map();
    const comparer = makeComparer(access, request);
    const strays = new Map();
    for (const target of targets) {
        const bucket = buckets.get(target.bucket);
        const { listed, owned, ...count } = await listTarget(access, request, target, bucket);
        counted.set(target, count);
        for (const one of owned)
            strays.set(`${one.bucket}/${one.key}`, one);
        if (request.fixAcl && mayHaveOrphans(bucket) && !comparer.owners.has(bucket.name)) {
            comparer.owners.set(bucket.name, await lookAtOwners(access, bucket));
        }
        const found = [];
        let done = 0;
        await (0,parallel/* eachOf */.pQ)(target.files.entries(), changes_HEADS_AT_ONCE, async ([index, file]) => {
            // Small files are hashed without a pause: let others have their turn.
            if (++done % 256 === 0)
                await (0,external_node_timers_promises_.setImmediate)();
            found[index] = await comparer.compare(file, bucket, listed[index]);
            listed[index] = undefined;
        });
        objects.push(...found);
    }
    if (comparer.unproved > 0) {
        access.runner.info(`${comparer.unproved} objects are sent again because S3 did not show their headers or checksum (s3:GetObject would)`);
    }
    for (const { bucket, files } of targets)
        for (const { key } of files)
            strays.delete(`${bucket}/${key}`);
    const { headed, orphans, foreign, owners } = comparer;
    for (const { owner, ...orphan } of strays.values()) {
        const known = owners.get(orphan.bucket);
        const kind = known && orphanKind(owner, known);
        if (kind !== undefined)
            (kind === 'mine' ? orphans : foreign).push(orphan);
    }
    return { objects, counted, headed, orphans, foreign, owners };
}
/**
 * Only what the comparison needs is kept: a bucket may hold far more than the step has files.
 * @returns `listed` in the order of the files
 */
async function listTarget({ aws }, request, { files, prefix, leavesOut, kind }, bucket) {
    if (!bucket.mayList)
        return { total: 0, others: [], listed: [], owned: [] };
    const places = new Map(files.map(({ key }, place) => [key, place]));
    const listed = [];
    const others = [];
    const owned = [];
    let total = 0;
    for await (const { key, size, etag, owner } of listObjects(aws, bucket, prefix, request.fixAcl)) {
        const place = places.get(key);
        if (place !== undefined)
            listed[place] = { size, etag, owner };
        if (kind === 'file')
            continue;
        total++;
        if (place !== undefined || leavesOut(key.slice(prefix.length)))
            continue;
        if (request.delete)
            others.push(key);
        else if (request.fixAcl)
            owned.push({ bucket: bucket.name, key, owner });
    }
    return { total, others, listed, owned };
}
function makeComparer(access, request) {
    const { aws, runner } = access;
    const book = headerBook(request);
    const isLast = picomatch([...request.last], GLOB_OPTIONS);
    const headed = new Set();
    const orphans = [];
    const foreign = [];
    const owners = new Map();
    const state = { unproved: 0 };
    const buffers = makeBuffers(HOUSE_LIMITS.bytes);
    let folder;
    let serial = 0;
    const compressors = makeLimiter({ start: COMPRESSORS, most: COMPRESSORS, bytes: 0 });
    const stored = async (file) => {
        const encoding = book.compressionOf(file.name);
        if (!encoding)
            return { file, encoding: undefined };
        folder ??= temporaryFolder(runner);
        const release = await compressors.take(0);
        const smaller = await compressed(file, encoding, folder, serial++).finally(release);
        return smaller ? { file: smaller, encoding } : { file, encoding: undefined };
    };
    const compare = async (local, bucket, listed) => {
        const { file, encoding } = await stored(local);
        const headers = book.of(local.name, encoding);
        const { size } = file;
        const planned = {
            bucket: bucket.name,
            key: local.key,
            file,
            size,
            headers,
            last: isLast(local.name),
        };
        const clue = clueOf(size, listed);
        // Without a listing nothing is known: it counts as changed, so that it is invalidated too.
        if (clue === 'new')
            return { ...planned, action: bucket.mayList ? 'new' : 'changed' };
        if (clue === 'changed' || request.uploadUnchanged)
            return { ...planned, action: 'changed' };
        const digests = await digestsOf(planned.file, clue === 'etag-of-parts', buffers);
        const isSame = clue !== 'ask' && digests.etag === listed?.etag;
        const wantsHeaders = book.isRuled(local.name) && !request.immutable;
        const { crc } = digests;
        if (isSame && !wantsHeaders)
            return { ...planned, action: 'unchanged', crc };
        const head = await allowed(headObject(aws, bucket, local.key));
        if (!head) {
            state.unproved++;
            return { ...planned, action: 'changed', unproved: true };
        }
        if (!isSame && !provesEqual(head, crc))
            return { ...planned, action: 'changed' };
        // Only now was it of use: who may not ask sends the object as a changed one.
        headed.add(bucket.name);
        if (!wantsHeaders || headersEqual(comparable(headers), head.headers))
            return { ...planned, action: 'unchanged', crc };
        if (size > MAX_COPY_BYTES)
            return { ...planned, action: 'changed' };
        // A copy with REPLACE drops every header that is not sent again.
        return { ...planned, headers: { ...head.headers, ...headers }, action: 'headers', crc };
    };
    const compareAndRepair = async (local, bucket, listed) => {
        const object = await compare(local, bucket, listed);
        const known = owners.get(bucket.name);
        const kind = known && object.action === 'unchanged' ? orphanKind(listed?.owner, known) : undefined;
        if (kind === undefined)
            return object;
        const { key, size } = object;
        // With BucketOwnerPreferred a copy with the ACL makes the bucket's owner the owner; it must carry every header again.
        const moves = bucket.ownership === 'BucketOwnerPreferred' && kind === 'mine' && size <= MAX_COPY_BYTES;
        const head = moves ? await allowed(headObject(aws, bucket, key)) : undefined;
        if (head) {
            headed.add(bucket.name);
            return { ...object, headers: { ...head.headers, ...object.headers }, action: 'headers' };
        }
        (kind === 'mine' ? orphans : foreign).push({ bucket: bucket.name, key });
        return object;
    };
    return {
        compare: compareAndRepair,
        headed,
        orphans,
        foreign,
        owners,
        get unproved() {
            return state.unproved;
        },
    };
}
function temporaryFolder(runner) {
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(runner.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)(), 'keyless-aws-compressed-'));
    runner.undoLater({ kind: 'folder', path: folder });
    return folder;
}

;// CONCATENATED MODULE: ./lib/objects/plan/deletion.js

/** @throws Problem when the deletion looks like a mistake: an empty LOCAL, or more than the limit */
function guardDeletion({ on, localFiles, remoteObjects, deletions }, limit) {
    if (deletions === 0)
        return;
    if (localFiles === 0) {
        throw new problem/* Problem */.AF({
            what: `s3-delete would delete all ${deletions} objects, because LOCAL has no files`,
            on,
            why: 'an empty LOCAL is mostly a build that failed, or a wrong path',
            fix: 'look at the path and at the steps before; to empty a prefix use another tool',
        });
    }
    const allowed = 'count' in limit ? limit.count : Math.floor(limit.share * remoteObjects);
    if (deletions <= allowed)
        return;
    throw new problem/* Problem */.AF({
        what: `s3-delete would delete ${deletions} of ${remoteObjects} objects, more than s3-max-delete allows (${allowed})`,
        on,
        why: 'so many deletions are mostly a wrong path or prefix',
        fix: `look at the plan with dry-run: true; if it is right, s3-max-delete: ${deletions}`,
    });
}

;// CONCATENATED MODULE: ./lib/objects/plan/planner.js










/**
 * Reads what is on both sides, and decides everything.
 * @throws Problem, Problems: all that would make the upload fail, or be of no use to the bucket's owner
 */
async function planObjects(access, request) {
    const targets = await findTargets(request, access.runner);
    const buckets = await lookAtBuckets(access, request, targets);
    await (0,parallel/* together */.bs)([...buckets.values()].map(async (bucket) => refuseWhatCannotWork(bucket, request)));
    const compared = await compareTargets(access, request, targets, buckets);
    const { objects, counted } = compared;
    warnOfForeign(access, compared.foreign);
    for (const bucket of buckets.values())
        checkOwnership(bucket, objects, access);
    if (request.immutable)
        refuseOverwrites(objects, buckets);
    const deletions = request.delete ? deletionsOf(targets, counted, buckets, request) : [];
    const changed = objects.filter(({ action }) => action === 'changed' || action === 'headers').map(({ key }) => key);
    const invalidated = (keys) => request.distribution ? (request.invalidationPaths ?? pathsToInvalidate(keys)) : [];
    return {
        buckets,
        scopes: targets.map(({ bucket, prefix, kind }) => ({ bucket, prefix, isKey: kind === 'file' })),
        objects,
        deletions,
        headed: compared.headed,
        orphans: compared.orphans,
        owners: compared.owners,
        invalidation: {
            afterUpload: invalidated(changed),
            // A cache may have asked again for what was not deleted yet: the paths that are given are due once more.
            afterDeletion: deletions.length > 0 ? invalidated(deletions.map(({ key }) => key)) : [],
        },
    };
}
async function lookAtBuckets(access, request, targets) {
    const names = [...new Set(targets.map(({ bucket }) => bucket))];
    const verify = request.verifyOwner === 'auto' ? (request.distribution ? 'fail' : 'warn') : request.verifyOwner;
    const looked = await (0,parallel/* together */.bs)(names.map(async (name) => {
        const { prefix = '' } = targets.find((target) => target.bucket === name) ?? {};
        const bucket = await lookAtBucket(access, request, name, prefix);
        const acl = (0,rules_acl/* decideAcl */.$0)({ wish: request.acl, ...bucket });
        access.runner.info(`s3://${name} (${bucket.region}): ${acl.line}`);
        return { ...bucket, acl, verify };
    }));
    return new Map(looked.map((bucket) => [bucket.name, bucket]));
}
/** @throws Problem */
function refuseWhatCannotWork({ name, acl, relation, mayList }, request) {
    const on = `s3://${name}`;
    if (acl.refusal)
        throw new problem/* Problem */.AF({ ...acl.refusal, on });
    const usesKms = request.kmsKey !== undefined || (request.encryption ?? '').startsWith('aws:kms');
    if (usesKms && relation === 'cross' && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(request.kmsKey ?? '')) {
        throw new problem/* Problem */.AF({
            what: request.kmsKey ? 's3-sse-kms-key-id is no key ARN' : 's3-sse: aws:kms names no key',
            on,
            why: "the bucket is another account's: S3 looks for a key id or an alias in the uploader's account, and without a key it takes the uploader's aws/s3, which nobody else can ever use",
            fix: "leave s3-sse out (the bucket's default encryption then acts), or give the full ARN of a key that both accounts may use",
        });
    }
    if (!mayList && (request.delete || !request.uploadUnchanged)) {
        throw new problem/* Problem */.AF({
            what: 'the bucket may not be listed',
            on,
            why: `only so does the step see what ${request.delete ? 'it is to delete' : request.immutable ? 'is released already' : 'has changed'}`,
            fix: `allow s3:ListBucket on the bucket${request.delete || request.immutable ? '' : ', or send every file each time with s3-upload-unchanged: true'}`,
        });
    }
}
/** @throws Problem when what is sent would be of no use behind CloudFront, and that matters */
function checkOwnership({ name, acl, verify }, objects, { runner }) {
    const text = (0,rules_acl/* outcomeText */.EL)(acl.outcome);
    const sends = objects.some(({ bucket, action }) => bucket === name && action !== 'unchanged');
    if (!text || verify === 'off' || !sends)
        return;
    if (verify === 'warn') {
        runner.warning(`s3://${name}: ${text}. To mend it, ${rules_acl/* OWNERSHIP_REMEDY */.DK}.`);
        return;
    }
    throw new problem/* Problem */.AF({
        what: 'the bucket would keep the uploader as the owner of the objects',
        on: `s3://${name}`,
        why: text,
        fix: `${rules_acl/* OWNERSHIP_REMEDY */.DK}; or s3-verify-owner: warn, if the owner's own roles are the only readers`,
    });
}
/** @throws Problem; where the bucket can't be listed, S3 itself refuses to overwrite (`If-None-Match`) */
function refuseOverwrites(objects, buckets) {
    const changed = objects.filter(({ bucket, action }) => action === 'changed' && buckets.get(bucket)?.mayList);
    if (changed.length === 0)
        return;
    throw new problem/* Problem */.AF({
        what: `${changed.length} keys are released already, with other content`,
        on: (0,units/* someOf */.yU)(changed.map(({ bucket, key }) => `s3://${bucket}/${key}`)),
        why: 's3-immutable never overwrites what is released',
        fix: 'release under a new prefix',
    });
}
/** What is under a folder's or glob's prefix and not in LOCAL, and not left out by the step's rules. @throws Problem */
function deletionsOf(targets, counted, buckets, { maxDelete }) {
    const kept = new Set(targets.flatMap(({ bucket, files }) => files.map(({ key }) => `${bucket}/${key}`)));
    const deletions = new Map();
    for (const target of targets) {
        const { total, others } = counted.get(target) ?? { total: 0, others: [] };
        const doomed = others.filter((key) => !kept.has(`${target.bucket}/${key}`));
        const on = `s3://${buckets.get(target.bucket)?.name}/${target.prefix}`;
        guardDeletion({ on, localFiles: target.files.length, remoteObjects: total, deletions: doomed.length }, maxDelete);
        for (const key of doomed)
            deletions.set(`${target.bucket}/${key}`, { bucket: target.bucket, key });
    }
    return [...deletions.values()];
}

// EXTERNAL MODULE: ./lib/aws/console.js
var console = __webpack_require__(4020);
// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
;// CONCATENATED MODULE: ./lib/objects/report.js




/** A summary of a thousand rows helps nobody; GitHub takes 1 MiB. */
const ROWS = 50;
const ENTRIES = 200;
/** In the order in which they matter to a reader: what is gone, what is another, what is new. */
const KINDS = {
    deleted: 'deleted',
    changed: 'changed',
    headers: 'headers only',
    new: 'new',
    unchanged: 'unchanged',
};
function reportObjects(plan, result) {
    const counts = countActions(plan);
    const told = Object.entries(KINDS)
        .filter(([kind]) => counts[kind] > 0)
        .map(([kind, title]) => `${count(counts[kind])} ${title}`);
    const numbers = told.join(', ') || 'nothing to do';
    const paths = [...plan.invalidation.afterUpload, ...plan.invalidation.afterDeletion];
    const took = result
        ? `; ${(0,units/* formatBytes */.z3)(result.bytes)} in ${(0,units/* formatSeconds */.Xo)(result.milliseconds)}${rate(result)}`
        : ' (not carried out)';
    return {
        headline: `${numbers}${result && result.bytes > 0 ? `, ${(0,units/* formatBytes */.z3)(result.bytes)}` : ''}${paths.length > 0 ? `; CloudFront: ${(0,units/* counted */.hS)(paths.length, 'path')} ${result ? 'invalidated' : 'to invalidate'}` : ''}`,
        changes: counts.deleted + counts.changed + counts.headers + counts.new + plan.orphans.length + paths.length > 0,
        lines: [`Objects: ${numbers}${took}`],
        outputs: result
            ? {
                's3-uploaded': String(counts.new + counts.changed + counts.headers),
                's3-unchanged': String(counts.unchanged),
                's3-deleted': String(counts.deleted),
                's3-bytes': String(result.bytes),
                's3-manifest': result.manifest,
                'cloudfront-invalidation-id': result.invalidations.join(','),
            }
            : {},
        summary: summaryOf(plan, result),
    };
}
/** The plan as data: counts in full, objects as far as an output can hold them. */
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
        deletions: plan.deletions.slice(0, ENTRIES),
        notShown: Math.max(0, touched.length - ENTRIES) + Math.max(0, plan.deletions.length - ENTRIES),
        invalidation: plan.invalidation,
    };
}
function countActions(plan) {
    const counts = { new: 0, changed: 0, headers: 0, unchanged: 0, deleted: plan.deletions.length };
    for (const { action } of plan.objects)
        counts[action]++;
    return counts;
}
function summaryOf(plan, result) {
    const all = [
        ...plan.deletions.map((deletion) => ({ ...deletion, action: 'deleted', size: undefined })),
        ...plan.objects.filter(({ action }) => action !== 'unchanged'),
    ];
    const order = Object.keys(KINDS);
    const rows = all
        .toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action))
        .map(({ bucket, key, action, size }) => [
        (0,markdown/* inCode */.pN)(`s3://${bucket}/${key}`),
        KINDS[action],
        size === undefined ? '' : (0,units/* formatBytes */.z3)(size),
    ]);
    return [
        '### Objects (S3)',
        ...[...plan.buckets.values()].map(({ name, region, acl }) => `${bucketLink(name, region)}: ${acl.line}`),
        ...invalidationLines(plan, result),
        ...(rows.length > 0
            ? [(0,markdown/* longTable */.V4)({ heads: ['object', 'what', 'size:'], rows }, { most: ROWS, what: 'objects' })]
            : ['Everything is there already.']),
    ].join('\n\n');
}
function bucketLink(name, region) {
    const page = (0,console/* consolePage */.F)(region, `s3/buckets/${encodeURIComponent(name)}?region=${region}`);
    return page ? (0,markdown/* link */.nf)((0,markdown/* inCode */.pN)(`s3://${name}`), page) : (0,markdown/* inCode */.pN)(`s3://${name}`);
}
/** Paths of an invalidation that a summary shows. */
const PATHS = 5;
function invalidationLines({ invalidation }, result) {
    const paths = [...invalidation.afterUpload, ...invalidation.afterDeletion];
    if (paths.length === 0)
        return [];
    const shown = paths.slice(0, PATHS).map(markdown/* inCode */.pN).join(', ');
    const rest = paths.length > PATHS ? ` and ${count(paths.length - PATHS)} more` : '';
    const ids = result?.invalidations.length ? ` (${result.invalidations.map(markdown/* inCode */.pN).join(', ')})` : '';
    return [`CloudFront: ${result ? 'invalidated' : 'to be invalidated'}${ids}: ${shown}${rest}`];
}
function rate({ bytes, milliseconds }) {
    return milliseconds > 1_000 && bytes > 0 ? `, ${(0,units/* formatBytes */.z3)(bytes / (milliseconds / 1000))}/s` : '';
}

;// CONCATENATED MODULE: ./lib/objects/index.js





/**
 * V8 doubles the space of its new objects when many of them stay, as the files of a large tree do: 60 MB more for no gain in time
 * (docs/performance.md). It reads this flag each time that it would.
 */
const KEEP_YOUNG_SPACE = '--semi-space-growth-factor=1';
/** Uploads files to S3 so that the bucket's owner can serve them. */
function objectsJob(request, access) {
    (0,external_node_v8_.setFlagsFromString)(KEEP_YOUNG_SPACE);
    return {
        name: 'objects',
        plan: () => planObjects(access, request),
        permissions: (plan) => objectsPermissions(plan, request, access.session),
        apply: (plan) => applyObjects(access, request, plan),
        report: reportObjects,
        describe: describeObjects,
    };
}


/***/ })

};
