export const id = 646;
export const ids = [646];
export const modules = {

/***/ 6403:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ isBucketName)
/* harmony export */ });
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;
function isBucketName(name) {
    return BUCKET.test(name);
}


/***/ }),

/***/ 3813:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OI: () => (/* binding */ PUBLIC_HOSTS),
/* harmony export */   Xy: () => (/* binding */ formatPrivateHost),
/* harmony export */   cl: () => (/* binding */ spellings),
/* harmony export */   jp: () => (/* binding */ parsePrivateHost),
/* harmony export */   sw: () => (/* binding */ isPublicHost)
/* harmony export */ });
/* harmony import */ var _partition_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(915);

const PUBLIC_HOSTS = ['public.ecr.aws', 'ecr-public.aws.com'];
const DUAL_STACK = Object.fromEntries(_partition_js__WEBPACK_IMPORTED_MODULE_0__/* .PARTITIONS */ .S1.map(({ domain, dualStackRegistryDomain }) => [domain, dualStackRegistryDomain]));
const FIPS_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1']);
const HOST = new RegExp(String.raw `^(\d{12})\.dkr([.-])ecr(-fips)?\.(${_partition_js__WEBPACK_IMPORTED_MODULE_0__/* .REGION_FORM */ .iu})\.([a-z0-9.-]+)$`);
function parsePrivateHost(text) {
    const [, account, joint, fips, region, end] = HOST.exec(text.toLowerCase()) ?? [];
    if (!account || !region || !end)
        return undefined;
    const dualStack = joint === '-';
    const suffix = dualStack ? Object.keys(DUAL_STACK).find((it) => DUAL_STACK[it] === end) : end;
    if (!suffix || !Object.hasOwn(DUAL_STACK, suffix))
        return undefined;
    return { account, region, suffix, fips: fips !== undefined, dualStack };
}
function formatPrivateHost({ account, region, suffix, fips, dualStack }) {
    const middle = `dkr${dualStack ? '-' : '.'}ecr${fips ? '-fips' : ''}`;
    return `${account}.${middle}.${region}.${dualStack ? DUAL_STACK[suffix] : suffix}`;
}
function spellings(host) {
    const fips = FIPS_REGIONS.has(host.region) ? [false, true] : [host.fips];
    return [false, true].flatMap((dualStack) => fips.map((it) => formatPrivateHost({ ...host, dualStack, fips: it })));
}
function isPublicHost(host) {
    return PUBLIC_HOSTS.includes(host.toLowerCase());
}


/***/ }),

/***/ 5058:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ parseImageName),
/* harmony export */   n: () => (/* binding */ checkRepository)
/* harmony export */ });
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _ecr_hosts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3813);


const REPOSITORY = /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
function parseImageName(text) {
    const slash = text.indexOf('/');
    const first = slash < 0 ? '' : text.slice(0, slash);
    const host = isHost(first) ? first.toLowerCase() : undefined;
    if (host === undefined && /[.:]/.test(first)) {
        const [, tag] = /^[a-z0-9._-]+:([A-Za-z_][^:]*)/.exec(text) ?? [];
        if (/^https?:$/.test(first))
            throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ what: `"${text}" is a URL`, fix: `leave ${first}// out` });
        if (tag)
            throw notATag(tag);
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
            what: `"${first}" is not a host of an ECR registry`,
            fix: 'write ACCOUNT.dkr.ecr.REGION.amazonaws.com or public.ecr.aws, or leave the host out',
        });
    }
    const path = host === undefined ? text : text.slice(slash + 1);
    const colon = path.indexOf(':');
    const [repository, tag] = colon < 0 ? [path, ''] : [path.slice(0, colon), path.slice(colon + 1)];
    checkRepository(repository);
    if (host !== undefined && (0,_ecr_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .isPublicHost */ .sw)(host) && !repository.includes('/')) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
            what: `"${text}" names no registry of ECR Public`,
            fix: `write the alias of the registry before the repository: ${host}/ALIAS/${repository}:TAG`,
        });
    }
    if (!TAG.test(tag))
        throw tag ? notATag(tag.replace(/(?<=.):.*/s, '')) : new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ what: `"${text}" has no tag`, fix: TAG_FORM });
    return { host, repository, tag };
}
const TAG_FORM = 'write REPOSITORY:TAG; a tag has up to 128 of A-Z a-z 0-9 _ . - and does not begin with . or -';
function notATag(tag) {
    const instead = /^[\w.+/-]+$/.test(tag) ? `; for example ${tag.replaceAll(/[/+]/g, '-')}` : '';
    return new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ what: `"${tag}" is not a tag`, fix: `${TAG_FORM}${instead}` });
}
function checkRepository(repository) {
    if (REPOSITORY.test(repository))
        return;
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
        what: `"${repository}" is not a repository name`,
        fix: 'write 2 to 256 characters: words of a-z 0-9 joined by one of . _ - and segments joined by /',
    });
}
function isHost(text) {
    return (0,_ecr_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePrivateHost */ .jp)(text) !== undefined || (0,_ecr_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .isPublicHost */ .sw)(text) || /^(127\.0\.0\.1|localhost):\d+$/.test(text);
}


/***/ }),

/***/ 4339:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ MASKED_OUTPUTS)
/* harmony export */ });
const MASKED_OUTPUTS = 'Outputs that are masked are for steps of this job: GitHub leaves them out of the outputs of a job, and another job has to read them itself.';


/***/ }),

/***/ 2130:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G9: () => (/* binding */ settle),
/* harmony export */   Tu: () => (/* binding */ atMost),
/* harmony export */   bs: () => (/* binding */ together),
/* harmony export */   pQ: () => (/* binding */ eachOf)
/* harmony export */ });
/* harmony import */ var _edge_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1499);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7966);


async function eachOf(items, width, work) {
    const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    let failed = false;
    const worker = async () => {
        for (let next = await source.next(); !next.done && !failed; next = await source.next()) {
            try {
                await work(next.value);
            }
            catch (thrown) {
                failed = true;
                throw thrown;
            }
        }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: width }, worker));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure)
        throw failure.reason;
}
async function atMost(limit, items, work) {
    const results = [];
    await eachOf(items.entries(), limit, async ([at, item]) => {
        results[at] = work(item);
        await results[at].catch(() => { });
    });
    return [...(await together(results))];
}
async function settle(work) {
    const settled = await Promise.allSettled(work);
    const done = settled.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
    const failures = settled.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    return { done, failure: failures.find((it) => !(0,_edge_index_js__WEBPACK_IMPORTED_MODULE_0__/* .problemsIn */ ._)(it)) ?? joined(failures) };
}
async function together(work) {
    const { done, failure } = await settle(work);
    if (failure !== undefined)
        throw failure;
    return done;
}
function joined(failures) {
    const problems = failures.flatMap((failure) => (0,_edge_index_js__WEBPACK_IMPORTED_MODULE_0__/* .problemsIn */ ._)(failure) ?? []);
    return problems.length > 1 ? new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problems */ .Zw(problems) : problems[0];
}


/***/ }),

/***/ 8347:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ secretFiles),
/* harmony export */   z: () => (/* binding */ noteSecretFile)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _edge_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1156);
/* harmony import */ var _read_text_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9213);
/* harmony import */ var _runner_files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(241);






const NOTE = 'keyless-aws-secret-file-';
function noteSecretFile(path, { env, undoLater }) {
    const note = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(env.RUNNER_TEMP ?? '', NOTE + (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex'));
    undoLater({ kind: 'file', path: note });
    (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_3__/* .onFileSync */ .tA)({ on: note, doing: 'written' }, () => (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_5__/* .appendWhole */ .gZ)(note, Buffer.from((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(path)), { keep: true, create: true }));
}
function secretFiles({ RUNNER_TEMP }) {
    if (!RUNNER_TEMP)
        return [];
    return (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_3__/* .onFileSync */ .tA)({ on: `RUNNER_TEMP, ${RUNNER_TEMP}`, doing: 'read' }, () => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(RUNNER_TEMP)
        .filter((name) => name.startsWith(NOTE))
        .map((name) => (0,_read_text_js__WEBPACK_IMPORTED_MODULE_4__/* .readText */ .yR)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(RUNNER_TEMP, name))));
}


/***/ }),

/***/ 7937:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ny: () => (/* binding */ parseDeployLine),
/* harmony export */   Ul: () => (/* binding */ parseFirstLine),
/* harmony export */   Vb: () => (/* binding */ nameOf)
/* harmony export */ });
/* unused harmony export FORMS */
/* harmony import */ var _aws_bucket_name_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6403);
/* harmony import */ var _aws_ecr_hosts_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3813);
/* harmony import */ var _aws_image_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5058);
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7966);
/* harmony import */ var _base_quote_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6637);





const FORMS = [
    'write one of',
    'REPOSITORY:TAG => ecs:CLUSTER/SERVICE or ecs:CLUSTER/SERVICE/CONTAINER',
    'REPOSITORY:TAG => lambda:FUNCTION or lambda:FUNCTION:ALIAS',
    's3://BUCKET/KEY => lambda:FUNCTION or lambda:FUNCTION:ALIAS',
    'asg:GROUP, or template:VERSION => asg:GROUP',
    's3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
].join('\n');
const FIRST_FORM = 'write ecs:CLUSTER/SERVICE/CONTAINER => COMMAND';
const ECS_NAME = /^[\w-]{1,255}$/;
const FUNCTION = /^[\w-]{1,64}$/;
const ALIAS = /^(?!\d+$)[\w-]{1,128}$/;
const CODEDEPLOY_NAME = /^[A-Za-z0-9._+=,@-]{1,100}$/;
function parseDeployLine(text) {
    const [source, address] = sidesOf(text);
    const [kind, rest] = cut(address, ':');
    switch (kind) {
        case 'ecs': {
            const { container, ...target } = parseEcs(rest, address);
            return { source: imageSource(source, address), target, container };
        }
        case 'lambda':
            return { source: codeSource(source, address), ...parseLambda(rest) };
        case 'asg':
            return { target: parseGroup(rest, address), template: parseTemplate(source) };
        case 'codedeploy':
            return { source: bundleSource(source, address), target: parseCodeDeploy(rest, address) };
        default:
            throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(text)} does not name a target`, fix: FORMS });
    }
}
function parseFirstLine(text) {
    const arrow = text.indexOf('=>');
    const address = text.slice(0, Math.max(0, arrow)).trim();
    const command = text.slice(arrow + 2).trim();
    if (arrow < 0 || !address.startsWith('ecs:') || command === '') {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(text)} is not a task to run first`, fix: FIRST_FORM });
    }
    const { container, ...target } = parseEcs(address.slice('ecs:'.length), address);
    if (container === undefined)
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} names no container`, fix: FIRST_FORM });
    return { target, container, command };
}
function nameOf(target) {
    switch (target.kind) {
        case 'ecs':
            return `ecs:${target.cluster}/${target.service}`;
        case 'lambda':
            return `lambda:${target.name}`;
        case 'asg':
            return `asg:${target.group}`;
        case 'codedeploy':
            return `codedeploy:${target.application}/${target.group}`;
    }
}
function sidesOf(text) {
    const parts = text.split('=>').map((part) => part.trim());
    if (parts.length === 1)
        return ['', parts[0] ?? ''];
    const [source = '', address = ''] = parts;
    if (parts.length > 2 || source === '' || address === '') {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(text)} is not a rollout`, fix: FORMS });
    }
    return [source, address];
}
function parseEcs(text, address) {
    const [cluster = '', service = '', container, ...more] = text.split('/');
    const names = [cluster, service, ...(container === undefined ? [] : [container])];
    if (more.length > 0 || !names.every((name) => ECS_NAME.test(name))) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} does not name a service of ECS`,
            fix: 'write ecs:CLUSTER/SERVICE or ecs:CLUSTER/SERVICE/CONTAINER, each by its name of A-Z a-z 0-9 _ - (not by its ARN)',
        });
    }
    return { kind: 'ecs', cluster, service, container };
}
function parseLambda(text) {
    const [name, alias] = cut(text, ':');
    const isArn = text.startsWith('arn:');
    if (isArn || !FUNCTION.test(name)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(isArn ? text : name)} is not the name of a function`,
            fix: 'write lambda:FUNCTION or lambda:FUNCTION:ALIAS, by name: 1 to 64 of A-Z a-z 0-9 _ - (not by its ARN)',
        });
    }
    if (text.includes(':') && !ALIAS.test(alias)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(alias)} is not the name of an alias`,
            ...(/^\d+$/.test(alias) ? { why: 'it is a version: versions never change, an alias moves' } : {}),
            ...(alias === '$LATEST' ? { why: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(`lambda:${name}`)} without an alias is ${alias}` } : {}),
            fix: 'write lambda:FUNCTION:ALIAS; an alias has 1 to 128 of A-Z a-z 0-9 _ - and is not a number',
        });
    }
    return { target: { kind: 'lambda', name }, alias: alias || undefined };
}
function parseGroup(group, address) {
    if (/^[^:\x00-\x1f]{1,255}$/.test(group))
        return { kind: 'asg', group };
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
        what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} does not name an Auto Scaling group`,
        fix: 'write asg:GROUP, by its name (not by its ARN)',
    });
}
function parseTemplate(source) {
    if (source === '')
        return undefined;
    const [, version] = /^template:([1-9]\d{0,9})$/.exec(source) ?? [];
    if (version)
        return Number(version);
    const given = source.startsWith('template:') ? source.slice('template:'.length) : undefined;
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
        what: given === undefined
            ? `an Auto Scaling group does not take ${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(source)}`
            : `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(given)} is not the number of a version`,
        ...(/^\$(Latest|Default)$/.test(given ?? '')
            ? { why: 'what it names can change, so there would be nothing to roll back to' }
            : {}),
        fix: 'write asg:GROUP, or template:VERSION => asg:GROUP with the number of a version of its launch template, template:7',
    });
}
function parseCodeDeploy(text, address) {
    const [application = '', group = '', ...more] = text.split('/');
    if (more.length === 0 && CODEDEPLOY_NAME.test(application) && CODEDEPLOY_NAME.test(group)) {
        return { kind: 'codedeploy', application, group };
    }
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
        what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} does not name a deployment group`,
        fix: 'write codedeploy:APPLICATION/GROUP; each has 1 to 100 of A-Z a-z 0-9 . _ + = , @ -',
    });
}
function codeSource(source, address) {
    return source.startsWith('s3:') ? parseObject(source) : imageSource(source, address);
}
function bundleSource(source, address) {
    if (source.startsWith('s3:'))
        return parseObject(source);
    const what = source === '' ? `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} is given no bundle` : `CodeDeploy does not take ${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(source)} as a bundle`;
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what, fix: 'write s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP' });
}
function imageSource(source, address) {
    if (source === '' || source.includes('://') || source.startsWith('template:')) {
        const what = source === '' ? `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(address)} is given no image` : `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(source)} is not an image`;
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what, fix: `write REPOSITORY:TAG => ${address}` });
    }
    const [name, digest] = cut(source, '@');
    if (source.includes('@') && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(digest)} is not a digest`, fix: 'write sha256: and 64 of 0-9 a-f' });
    }
    const hasTag = name.lastIndexOf(':') > name.lastIndexOf('/');
    const parsed = (0,_aws_image_name_js__WEBPACK_IMPORTED_MODULE_1__/* .parseImageName */ .i)(digest && !hasTag ? `${name}:by-digest` : name);
    if (parsed.host && (0,_aws_ecr_hosts_js__WEBPACK_IMPORTED_MODULE_0__/* .isPublicHost */ .sw)(parsed.host)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(source)} is an image of ECR Public`,
            why: 'what is deployed comes from a private registry, whose tags and digests this step can look up',
            fix: 'push the image to a private repository as well, and deploy it from there',
        });
    }
    (0,_aws_image_name_js__WEBPACK_IMPORTED_MODULE_1__/* .checkRepository */ .n)(parsed.repository);
    const { host, repository, tag } = parsed;
    return { kind: 'image', host, repository, tag: digest ? undefined : tag, digest: digest || undefined };
}
function parseObject(text) {
    const [bucket, key] = cut(text.slice('s3://'.length), '/');
    if (!text.startsWith('s3://') || !(0,_aws_bucket_name_js__WEBPACK_IMPORTED_MODULE_4__/* .isBucketName */ .E)(bucket) || key === '' || key.endsWith('/')) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(text)} does not name an object`, fix: 'write s3://BUCKET/KEY' });
    }
    return { kind: 'object', bucket, key };
}
function cut(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}


/***/ }),

/***/ 634:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  h: () => (/* binding */ MAX_TIMEOUT_MINUTES),
  L: () => (/* binding */ deployRequest)
});

// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/deploy/line.js
var deploy_line = __webpack_require__(7937);
// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
;// CONCATENATED MODULE: ./lib/deploy/words.js


function splitWords(command) {
    const words = [];
    let word;
    for (let at = 0; at < command.length; at++) {
        const char = command[at] ?? '';
        if (/\s/.test(char)) {
            if (word !== undefined)
                words.push(word);
            word = undefined;
        }
        else if (char === "'") {
            const end = endOf(command, at, /'/g);
            word = (word ?? '') + command.slice(at + 1, end);
            at = end;
        }
        else if (char === '"') {
            const end = endOf(command, at, /(?<!\\)(?:\\\\)*"/g);
            const inside = command.slice(at + 1, end);
            if (/(?<!\\)(?:\\\\)*[$`]/.test(inside))
                throw needsShell(command, 'variables and substitutions');
            word = (word ?? '') + inside.replaceAll(/\\([$`"\\])/g, '$1');
            at = end;
        }
        else if (char === '\\') {
            word = (word ?? '') + (command[at + 1] ?? '');
            at++;
        }
        else if (/[$`]/.test(char))
            throw needsShell(command, 'variables and substitutions');
        else if (/[|&;<>()]/.test(char))
            throw needsShell(command, `"${char}"`);
        else
            word = (word ?? '') + char;
    }
    return word === undefined ? words : [...words, word];
}
function endOf(command, from, close) {
    close.lastIndex = from + 1;
    const found = close.exec(command);
    if (found)
        return found.index + found[0].length - 1;
    throw new problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(command)} has a quote without an end`, fix: 'close the quote' });
}
function needsShell(command, what) {
    return new problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(command)} needs a shell for ${what}`,
        why: 'the command is split into words and run without a shell',
        fix: `bring one: sh -c '…'`,
    });
}

;// CONCATENATED MODULE: ./lib/deploy/request.js



const MAX_TIMEOUT_MINUTES = 720;
function deployRequest(inputs, published) {
    const lines = parsedLines(inputs, 'deploy', deploy_line/* parseDeployLine */.Ny);
    const firsts = parsedLines(inputs, 'deploy-first', (text) => {
        const { command, ...first } = (0,deploy_line/* parseFirstLine */.Ul)(text);
        return { ...first, command: splitWords(command) };
    });
    const settings = {
        wait: inputs.boolean('deploy-wait', true),
        timeoutMinutes: inputs.integer('deploy-timeout-minutes', { min: 1, max: MAX_TIMEOUT_MINUTES }) ?? 30,
        onFailure: inputs.oneOf('deploy-on-failure', ['rollback', 'leave'], 'rollback'),
        busy: inputs.oneOf('deploy-busy', ['fail', 'wait', 'replace'], 'fail'),
    };
    if (inputs.lines('deploy').length === 0) {
        for (const { line } of firsts) {
            inputs.wrong('deploy-first', line, {
                what: 'nothing is rolled out',
                fix: 'give the service an image in deploy, or leave deploy-first out',
            });
        }
        return undefined;
    }
    checkTargetsOnce(lines, inputs);
    const ecs = servicesOf(lines, firsts);
    for (const { line, target } of firsts) {
        if (ecs.some((it) => (0,deploy_line/* nameOf */.Vb)(it.target) === (0,deploy_line/* nameOf */.Vb)(target)))
            continue;
        inputs.wrong('deploy-first', line, {
            what: `${(0,deploy_line/* nameOf */.Vb)(target)} is given no image`,
            why: 'the task runs the new revision of a service that is rolled out',
            fix: `add a line REPOSITORY:TAG => ${(0,deploy_line/* nameOf */.Vb)(target)} to deploy`,
        });
    }
    return {
        ...settings,
        ecs,
        lambda: functionsOf(lines),
        groups: unique(ofKind(lines, 'asg')),
        codeDeploy: unique(ofKind(lines, 'codedeploy')),
        published,
    };
}
function parsedLines(inputs, name, parse) {
    return inputs.lines(name).flatMap(({ text, line }) => {
        try {
            return [{ ...parse(text), line }];
        }
        catch (thrown) {
            if (!(thrown instanceof problem/* Problem */.AF))
                throw thrown;
            const { what, why, fix } = thrown.details;
            inputs.wrong(name, line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
            return [];
        }
    });
}
function checkTargetsOnce(lines, inputs) {
    const given = new Map();
    for (const it of lines) {
        const isContainer = it.target.kind === 'ecs' && 'container' in it && it.container !== undefined;
        const name = isContainer ? `${(0,deploy_line/* nameOf */.Vb)(it.target)}/${it.container}` : (0,deploy_line/* nameOf */.Vb)(it.target);
        const content = JSON.stringify('source' in it ? it.source : it.template);
        const before = given.get(name) ?? { line: it.line, content };
        given.set(name, before);
        if (before.content === content)
            continue;
        inputs.wrong('deploy', it.line, {
            what: `${name} is given something else in line ${before.line}`,
            fix: 'keep one of the two lines',
        });
    }
}
function ofKind(lines, kind) {
    return lines.filter((it) => it.target.kind === kind);
}
function unique(lines) {
    return [...new Map(lines.map((it) => [(0,deploy_line/* nameOf */.Vb)(it.target), it])).values()];
}
function servicesOf(lines, firsts) {
    const services = Map.groupBy(ofKind(lines, 'ecs'), ({ target }) => (0,deploy_line/* nameOf */.Vb)(target));
    return [...services].map(([name, images]) => ({
        target: images[0].target,
        images: images.map(({ source, container }) => ({ source, container })),
        first: firsts.filter(({ target }) => (0,deploy_line/* nameOf */.Vb)(target) === name),
    }));
}
function functionsOf(lines) {
    const functions = Map.groupBy(ofKind(lines, 'lambda'), ({ target }) => (0,deploy_line/* nameOf */.Vb)(target));
    return [...functions.values()].map((all) => ({
        target: all[0].target,
        source: all[0].source,
        aliases: [...new Set(all.flatMap(({ alias }) => alias ?? []))],
    }));
}


/***/ }),

/***/ 2582:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ev: () => (/* binding */ daemonName),
/* harmony export */   hu: () => (/* binding */ parseTarget),
/* harmony export */   tz: () => (/* binding */ parseImageLine)
/* harmony export */ });
/* unused harmony export parseSource */
/* harmony import */ var _aws_image_name_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5058);
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7966);
/* harmony import */ var _base_quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6637);



const PATH_KINDS = ['oci', 'oci-archive', 'docker-archive'];
function parseImageLine(line, exists) {
    const parts = line.split('=>').map((part) => part.trim());
    const [text, targets] = parts;
    if (/^(- |["'])/.test(line) && !exists(text ?? '')) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(line)} begins with a mark of YAML, which is part of the text here`,
            fix: 'write images: |, and below it one line per image, without dashes and quotes',
        });
    }
    if (parts.length !== 2 || !text || !targets) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(line)} is not an image line`,
            fix: 'write SOURCE => REPOSITORY:TAG, with more REPOSITORY:TAG after commas; SOURCE + SOURCE => … joins platforms',
        });
    }
    const names = targets.split(',').map((target) => target.trim());
    if (names.includes('')) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(line)} has a comma with nothing before or after it`,
            fix: 'leave the comma out, or see what the expression gives that stands there',
        });
    }
    return {
        sources: splitSources(text, exists).map((source) => parseSource(source.trim(), exists)),
        text,
        targets: names.map(parseTarget),
    };
}
const JOINED = /\s\+\s/;
function splitSources(text, exists) {
    const { name } = locate(text.replace(/^(oci|oci-archive|docker-archive):/, ''), ['#', ':'], exists);
    return JOINED.test(name) && exists(name) ? [text] : text.split(JOINED);
}
function parseTarget(text) {
    if (/:[^/]*$/.test(text))
        return (0,_aws_image_name_js__WEBPACK_IMPORTED_MODULE_0__/* .parseImageName */ .i)(text);
    return { ...(0,_aws_image_name_js__WEBPACK_IMPORTED_MODULE_0__/* .parseImageName */ .i)(`${text}:untagged`), tag: undefined };
}
const AS_REGISTRY = 'registry:HOST/REPOSITORY:TAG for an image in a registry';
const OTHER_PREFIXES = {
    'docker://': AS_REGISTRY,
    'https://': AS_REGISTRY,
    'http://': AS_REGISTRY,
    'docker-daemon:': 'docker:NAME:TAG for an image of the Docker daemon',
    'containers-storage:': 'oci-archive:FILE, after podman save --format oci-archive -o FILE NAME',
    'oci-dir:': 'oci:DIR',
    'oci-layout:': 'oci:DIR',
    'ocidir://': 'oci:DIR',
};
function parseSource(text, exists) {
    const other = Object.keys(OTHER_PREFIXES).find((prefix) => text.startsWith(prefix));
    if (other && !exists(text)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} begins with ${other}, which is not a prefix of this action`,
            fix: `write ${OTHER_PREFIXES[other]}`,
        });
    }
    if (text.startsWith('dir:') && exists(text.slice('dir:'.length))) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} is in a format of skopeo's own, which is not read`,
            fix: 'write it with skopeo copy … oci:DIR, and name oci:DIR',
        });
    }
    if (text.startsWith('docker:'))
        return parseDaemonName(text);
    if (text.startsWith('registry:'))
        return parseRegistrySource(text);
    const kind = PATH_KINDS.find((prefix) => text.startsWith(`${prefix}:`)) ?? 'auto';
    const rest = kind === 'auto' ? text : text.slice(kind.length + 1);
    const { name, pick } = locate(rest, kind === 'auto' ? ['#'] : ['#', ':'], exists);
    if (name === '')
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({ what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} names no image`, fix: `write a path after ${kind}:` });
    return { kind, name, pick };
}
function locate(rest, marks, exists) {
    if (exists(rest))
        return { name: rest, pick: undefined };
    for (let at = rest.length - 1; at > 0; at--) {
        if (marks.includes(rest[at]) && exists(rest.slice(0, at))) {
            return { name: rest.slice(0, at), pick: rest.slice(at + 1) || undefined };
        }
    }
    const hash = rest.indexOf('#');
    return hash < 0
        ? { name: rest, pick: undefined }
        : { name: rest.slice(0, hash), pick: rest.slice(hash + 1) || undefined };
}
function parseDaemonName(text) {
    const name = text.slice('docker:'.length);
    if (name === '' || /[\s#]/.test(name)) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} names no image`,
            fix: 'write docker:NAME:TAG, as docker images lists it',
        });
    }
    return { kind: 'docker', name: daemonName(name) };
}
function daemonName(name) {
    return /:[^/]*$|@/.test(name) || /^[0-9a-f]{12,64}$/.test(name) ? name : `${name}:latest`;
}
const REMOTE = /^(?<host>[a-zA-Z0-9.-]+(?::\d+)?|\[[0-9a-fA-F:]+\]:\d+)\/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;
const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
function parseRegistrySource(text) {
    const { host = '', repository = '', tag, digest } = REMOTE.exec(text.slice('registry:'.length))?.groups ?? {};
    const reference = digest ?? tag;
    if (!/[.:]|^localhost$/.test(host) || !reference) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({
            what: `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} names no image in a registry`,
            ...(/[A-Z]/.test(repository || text.slice(text.indexOf('/')))
                ? { why: 'the name of a repository is in lower case' }
                : {}),
            fix: 'write registry:HOST/REPOSITORY:TAG or registry:HOST/REPOSITORY@sha256:…, with the whole host',
        });
    }
    const known = HUB.includes(host.toLowerCase()) ? 'docker.io' : host.toLowerCase();
    const official = known === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
    return { kind: 'registry', host: known, repository: official, reference };
}


/***/ }),

/***/ 1646:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
// EXTERNAL MODULE: ./lib/base/problem.js
var base_problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/runner.js
var base_runner = __webpack_require__(7575);
// EXTERNAL MODULE: ./lib/base/stop.js
var base_stop = __webpack_require__(5505);
// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
// EXTERNAL MODULE: ./lib/base/read-text.js
var read_text = __webpack_require__(9213);
;// CONCATENATED MODULE: ./lib/report/pull-request.js

function pullRequestOf(env) {
    try {
        const { number, head, base } = JSON.parse((0,read_text/* readText */.yR)(env.GITHUB_EVENT_PATH ?? '')).pull_request ?? {};
        if (!Number.isSafeInteger(number))
            return undefined;
        return { number, fork: head?.repo?.full_name !== base?.repo?.full_name };
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/report/step.js
var report_step = __webpack_require__(1390);
// EXTERNAL MODULE: ./lib/report.js + 2 modules
var report = __webpack_require__(5900);
// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
;// CONCATENATED MODULE: ./lib/base/inputs.js


const BOOLEANS = {
    true: true,
    True: true,
    TRUE: true,
    false: false,
    False: false,
    FALSE: false,
};
function inputReader(runner) {
    const problems = [];
    const reader = {
        text: (name) => runner.input(name).trim() || undefined,
        lines: (name) => (reader.text(name) === undefined ? '' : runner.input(name))
            .split('\n')
            .map((line, index) => ({ text: line.trim(), line: index + 1 }))
            .filter((line) => line.text !== '' && !line.text.startsWith('#')),
        wrong: (name, line, { on, ...problem }) => {
            const kind = /^[A-Z0-9_]+$/.test(name) ? 'Variable' : 'Input';
            const place = [`${kind} ${name}`, ...(line === undefined ? [] : [`line ${line}`]), ...(on ? [on] : [])];
            problems.push(new base_problem/* Problem */.AF({ on: place.join(', '), input: { name, line }, ...problem }));
        },
    };
    return {
        env: runner.env,
        ...reader,
        ...valuesOf(reader),
        parsed: (name, parse) => parsedLines(reader, name, parse),
        throwProblems: () => {
            if (problems.length > 0)
                throw new base_problem/* Problems */.Zw(problems);
        },
    };
}
function valuesOf({ text, wrong }) {
    return {
        boolean: (name, absent) => {
            const given = text(name);
            if (given === undefined)
                return absent;
            const value = BOOLEANS[given];
            if (value === undefined)
                wrong(name, undefined, { what: `${(0,quote/* quote */.h)(given)} is not a boolean`, fix: 'write true or false' });
            return value ?? absent;
        },
        integer: (name, { min, max }) => {
            const given = text(name);
            if (given === undefined)
                return undefined;
            const value = Number(given);
            if (/^\d{1,15}$/.test(given) && value >= min && value <= max)
                return value;
            wrong(name, undefined, {
                what: `${(0,quote/* quote */.h)(given)} is not accepted`,
                fix: `write a whole number from ${min} to ${max}`,
            });
            return undefined;
        },
        oneOf: (name, accepted, absent) => {
            const given = text(name);
            if (given === undefined)
                return absent;
            const value = accepted.find((it) => it === given);
            if (value === undefined) {
                wrong(name, undefined, { what: `${(0,quote/* quote */.h)(given)} is not accepted`, fix: `write one of ${accepted.join(', ')}` });
            }
            return value ?? absent;
        },
    };
}
function parsedLines({ lines, wrong }, name, parse) {
    const values = [];
    for (const { text, line } of lines(name)) {
        try {
            values.push(parse(text));
        }
        catch (thrown) {
            if (!(thrown instanceof base_problem/* Problem */.AF))
                throw thrown;
            const { on, what, why, fix } = thrown.details;
            wrong(name, line, { what, ...(on ? { on } : {}), ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
        }
    }
    return values;
}

// EXTERNAL MODULE: ./lib/base/secret-files.js
var secret_files = __webpack_require__(8347);
// EXTERNAL MODULE: ./lib/deploy/request.js + 1 modules
var deploy_request = __webpack_require__(634);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/aws/ecr-hosts.js
var ecr_hosts = __webpack_require__(3813);
// EXTERNAL MODULE: ./lib/base/edge/files.js
var files = __webpack_require__(1156);
// EXTERNAL MODULE: ./lib/images/line.js
var images_line = __webpack_require__(2582);
;// CONCATENATED MODULE: ./lib/images/new-repository.js


const SETTINGS = [
    'ecr-repository-mutability',
    'ecr-repository-mutability-exclusions',
    'ecr-repository-scan-on-push',
    'ecr-repository-encryption',
];
const MAX_EXCLUSIONS = 5;
const EXCLUSION = /^[\w.*-]{1,128}$/;
const KMS_KEY = /^(arn:[\w-]+:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+|alias\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/;
function newRepositoryRequest(inputs) {
    const exclusions = inputs.parsed('ecr-repository-mutability-exclusions', parseExclusion);
    if (exclusions.length > MAX_EXCLUSIONS) {
        inputs.wrong('ecr-repository-mutability-exclusions', undefined, {
            what: `${exclusions.length} filters are too many`,
            fix: `write up to ${MAX_EXCLUSIONS}, one per line`,
        });
    }
    const made = {
        mutability: inputs.oneOf('ecr-repository-mutability', ['IMMUTABLE', 'MUTABLE'], 'IMMUTABLE'),
        exclusions,
        scanOnPush: inputs.boolean('ecr-repository-scan-on-push', true),
        encryption: readEncryption(inputs),
        tags: inputs.parsed('ecr-repository-tags', parseTag),
        privateOnly: SETTINGS.filter((name) => inputs.text(name) !== undefined),
    };
    if (inputs.boolean('ecr-create-repository', false))
        return made;
    for (const name of [...SETTINGS, 'ecr-repository-tags'].filter((it) => inputs.text(it) !== undefined)) {
        inputs.wrong(name, undefined, {
            what: 'it applies to repositories that the step creates, and this step creates none',
            fix: 'set ecr-create-repository: true, or leave this input out',
        });
    }
    return undefined;
}
function parseExclusion(text) {
    if (EXCLUSION.test(text) && text.split('*').length <= 3)
        return text;
    throw new base_problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(text)} is not a filter for tags`,
        fix: 'write a tag, with up to two * for any characters: latest, dev-*',
    });
}
function parseTag(text) {
    const [key = '', value, ...more] = text.split('=>').map((part) => part.trim());
    if (value !== undefined &&
        more.length === 0 &&
        /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u.test(key) &&
        value.length <= 256) {
        return { Key: key, Value: value };
    }
    throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not a tag`, fix: 'write KEY => VALUE, one per line' });
}
function readEncryption(inputs) {
    const given = inputs.text('ecr-repository-encryption') ?? 'AES256';
    if (given === 'KMS')
        return { type: 'KMS', key: undefined };
    if (KMS_KEY.test(given))
        return { type: 'KMS', key: given };
    if (given !== 'AES256') {
        inputs.wrong('ecr-repository-encryption', undefined, {
            what: `${(0,quote/* quote */.h)(given)} is not accepted`,
            fix: 'write AES256, KMS (the key of AWS), or the ARN, id or alias of a KMS key',
        });
    }
    return { type: 'AES256' };
}

;// CONCATENATED MODULE: ./lib/images/request.js








function imagesRequest(inputs) {
    const workspace = (0,external_node_path_.resolve)(inputs.env.GITHUB_WORKSPACE || '.');
    const images = withTagsBelow(inputs.lines('images')).flatMap(({ text, line }) => {
        try {
            const image = (0,images_line/* parseImageLine */.tz)(text, (path) => (0,external_node_fs_.existsSync)((0,external_node_path_.resolve)(workspace, path)));
            for (const source of image.sources)
                checkSource(source, workspace);
            return [{ ...image, line }];
        }
        catch (thrown) {
            if (!(thrown instanceof base_problem/* Problem */.AF))
                throw thrown;
            const { what, why, fix } = thrown.details;
            inputs.wrong('images', line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
            return [];
        }
    });
    checkTagsOnce(images, inputs);
    const login = inputs.boolean('ecr-login', inputs.lines('images').length > 0);
    const request = {
        login,
        skipLogout: inputs.boolean('ecr-skip-logout', false),
        registries: inputs.parsed('ecr-registries', parseRegistry),
        images,
        tagExists: inputs.oneOf('image-tag-exists', ['overwrite', 'fail', 'skip'], 'overwrite'),
        attestations: inputs.oneOf('image-attestations', ['keep', 'strip'], 'keep'),
        compression: inputs.oneOf('image-compression', ['gzip', 'zstd'], 'gzip'),
        reuseFrom: inputs.parsed('image-reuse-from', parseReuse),
        newRepository: newRepositoryRequest(inputs),
        workspace,
    };
    return login || images.length > 0 ? request : undefined;
}
function withTagsBelow(lines) {
    const joined = [];
    for (const line of lines) {
        const above = joined.at(-1);
        if (above && /^[^\s=>]+:[\w.-]+,?$/.test(line.text)) {
            joined[joined.length - 1] = { ...above, text: `${above.text.replace(/,$/, '')}, ${line.text.replace(/,$/, '')}` };
        }
        else
            joined.push(line);
    }
    return joined;
}
function checkTagsOnce(images, inputs) {
    const given = new Map();
    for (const { targets, line } of images) {
        for (const { host = '', repository, tag } of targets) {
            if (tag === undefined)
                continue;
            const name = `${host}/${repository}:${tag}`;
            const before = given.get(name) ?? line;
            if (before !== line) {
                const what = `${repository}:${tag} is given to another image in line ${before}`;
                inputs.wrong('images', line, { what, fix: 'give each image tags of its own' });
            }
            given.set(name, before);
        }
    }
}
function parseRegistry(text) {
    if (text === 'public' || (0,ecr_hosts/* isPublicHost */.sw)(text))
        return { kind: 'public' };
    if (/^\d{12}$/.test(text))
        return { kind: 'account', account: text };
    const host = text
        .toLowerCase()
        .replace(/^https:\/\//, '')
        .replace(/\/$/, '');
    if ((0,ecr_hosts/* parsePrivateHost */.jp)(host))
        return { kind: 'host', host };
    throw new base_problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(text)} is not a registry`,
        ...(/^\d{1,11}$/.test(text) ? { why: 'YAML drops the leading zeros of a number without quotes' } : {}),
        fix: 'write an account id of 12 digits (in quotes), a host ACCOUNT.dkr.ecr.REGION.amazonaws.com, or public; one per line',
    });
}
function parseReuse(text) {
    return (0,images_line/* parseTarget */.hu)(text);
}
function checkSource(source, workspace) {
    if (source.kind === 'docker' || source.kind === 'registry')
        return;
    const { kind, name } = source;
    const path = (0,external_node_path_.resolve)(workspace, name);
    if (!(0,external_node_fs_.existsSync)(path)) {
        if (kind === 'auto' && !/^[./]|\.tar(\.\w+)?$/.test(name))
            return;
        throw new base_problem/* Problem */.AF({ what: `there is no ${(0,quote/* quote */.h)(name)}`, fix: `write a path that exists below ${workspace}` });
    }
    if (!(0,external_node_fs_.statSync)(path).isDirectory()) {
        if (kind === 'oci' || (0,external_node_path_.basename)(path) === 'index.json')
            throw new base_problem/* Problem */.AF({
                what: `${(0,quote/* quote */.h)(name)} is not a folder`,
                fix: 'write oci-archive: for a file, or oci: and the folder that holds index.json',
            });
        return;
    }
    const isLayout = (0,external_node_fs_.existsSync)((0,external_node_path_.join)(path, 'index.json'));
    const names = isLayout ? [] : (0,files/* onFileSync */.tA)({ on: name, doing: 'read' }, () => (0,external_node_fs_.readdirSync)(path));
    const archives = names.filter((it) => /\.tar(\.\w+)?$/.test(it));
    if (archives.length === 1) {
        const fix = `write ${kind === 'oci' || kind === 'auto' ? '' : `${kind}:`}${(0,external_node_path_.join)(name, archives[0])}`;
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(name)} is a folder that holds ${archives[0]}`, fix });
    }
    if (kind === 'oci-archive' || kind === 'docker-archive') {
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(name)} is a folder`, fix: 'write oci: for a folder' });
    }
    if (!isLayout) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(name)} is not an OCI layout: it has no index.json`,
            fix: (0,external_node_fs_.existsSync)((0,external_node_path_.join)(path, 'version'))
                ? "it is in skopeo's own format (dir:): write it with skopeo copy … oci:DIR, and name oci:DIR"
                : 'give the folder that holds oci-layout, index.json and blobs/',
        });
    }
}

// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
// EXTERNAL MODULE: ./lib/objects/rules/globs.js
var globs = __webpack_require__(7787);
// EXTERNAL MODULE: ./lib/objects/rules/settings.js
var settings = __webpack_require__(5731);
;// CONCATENATED MODULE: ./lib/objects/request-headers.js





const MAX_METADATA_BYTES = 2_048;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
function parseGlob(text) {
    const problem = problemOfGlob(text);
    if (problem)
        throw new base_problem/* Problem */.AF(problem);
    try {
        picomatch((0,globs/* meantGlob */.yX)(text));
    }
    catch {
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not a glob`, fix: 'write a glob, assets/**/*.js' });
    }
    return text;
}
function request_headers_parseExclusion(text, workspace) {
    if (text.includes(' => ')) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(text)} has an address, and an exclusion has none`,
            fix: 'write !GLOB alone, which holds for all lines; for a LOCAL that begins with ! write ./!NAME => s3://BUCKET/PREFIX',
        });
    }
    if (text.startsWith('!')) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(`!${text}`)} would leave out everything else`,
            fix: 'write one !; what is excluded cannot be taken back by a later line: exclude less',
        });
    }
    const root = (workspace ?? '').replaceAll('\\', '/').replace(/\/*$/, '/');
    const slashed = process.platform === 'win32' ? text.replaceAll('\\', '/') : text;
    return parseGlob(root.length > 1 && slashed.startsWith(root) ? slashed.slice(root.length) : text);
}
function problemOfGlob(text) {
    if ((0,globs/* meantGlob */.yX)(text) === '')
        return { what: 'there is no glob', fix: 'write a glob, assets/**/*.js' };
    if (/^(["'`]).*\1$/.test(text)) {
        return {
            what: `${(0,quote/* quote */.h)(text)} is in quotes, which would be part of the name`,
            fix: 'write the glob without quotes',
        };
    }
    if (/\s#/.test(text)) {
        return {
            what: `${(0,quote/* quote */.h)(text)} has a note behind it, which would be part of the name`,
            fix: 'write the note on a line of its own that begins with #; for a name with # in it write [#]',
        };
    }
    return undefined;
}
function parseRule(text) {
    const arrow = text.indexOf('=>');
    const glob = text.slice(0, Math.max(0, arrow)).trim();
    const value = text.slice(arrow + 2).trim();
    if (arrow < 0 || glob === '' || value === '') {
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not a rule`, fix: 'write GLOB => VALUE; **/* means every file' });
    }
    if (!/^[\x20-\x7e]*$/.test(value)) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(value)} has characters that a header cannot carry`,
            fix: 'write printable ASCII',
        });
    }
    return { glob: parseGlob(glob), value };
}
const SECONDS = /^(max-age|s-maxage|stale-while-revalidate|stale-if-error)(=|$)/i;
const NEARLY = /^(max_?age|smax-?age|s_maxage|s-max[-_]age)(=|$)/i;
const DIRECTIVE = /^[\w-]+(=("[^"]*"|[^\s"=;:,]+))?$/;
function parseCacheControl(text) {
    const rule = parseRule(text);
    const directives = rule.value.match(/([^,"]|"[^"]*")+/g) ?? [];
    const wrong = directives
        .map((one) => one.trim())
        .find((one) => !DIRECTIVE.test(one) || NEARLY.test(one) || (SECONDS.test(one) && !/=\d+$/.test(one)));
    if (wrong === undefined)
        return rule;
    throw new base_problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(wrong)} is not a directive of Cache-Control`,
        fix: 'write directives with commas between them, and seconds in digits: public, max-age=31536000, immutable',
    });
}
function parseContentType(text) {
    const rule = parseRule(text);
    if (/^[\w.+!#$&^-]+\/[\w.+!#$&^-]+\s*(;|$)/.test(rule.value))
        return rule;
    throw new base_problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(rule.value)} is not a content type`,
        fix: 'write TYPE/SUBTYPE, and parameters after a semicolon: text/html; charset=utf-8',
    });
}
function parseContentEncoding(text) {
    const rule = parseRule(text);
    if (!/\b(utf-?\d+|iso-8859-\d+|ascii|base64)\b/i.test(rule.value))
        return rule;
    throw new base_problem/* Problem */.AF({
        what: `${(0,quote/* quote */.h)(rule.value)} is not an encoding of HTTP`,
        fix: 'write gzip or br, for files that are compressed; a charset belongs in s3-content-type: text/html; charset=utf-8',
    });
}
function parseExpires(text) {
    const { glob, value } = parseRule(text);
    const time = Date.parse(value);
    if (Number.isNaN(time) || !/(GMT|UTC|Z|[+-]\d\d:?\d\d)$/.test(value)) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(value)} is not a date of HTTP`,
            fix: 'write Wed, 21 Oct 2026 07:28:00 GMT, or 2026-10-21T07:28:00Z',
        });
    }
    return { glob, value: new Date(time).toUTCString() };
}
function parseLanguage(text) {
    const rule = parseRule(text);
    if (/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(\s*,\s*[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)*$/.test(rule.value))
        return rule;
    throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(rule.value)} is not a language`, fix: 'write a language tag, en or de-CH' });
}
function parseMetadata(text) {
    const { glob, value: pair } = parseRule(text);
    const [, name = '', value = ''] = /^([\w.-]+)\s*=\s*(.+)$/.exec(pair) ?? [];
    if (name === '')
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(pair)} is not metadata`, fix: 'write GLOB => NAME=VALUE' });
    if (name.length + value.length > MAX_METADATA_BYTES) {
        throw new base_problem/* Problem */.AF({
            what: `the metadata ${(0,quote/* quote */.h)(name)} is too long`,
            fix: `S3 takes ${MAX_METADATA_BYTES} bytes in all`,
        });
    }
    return { glob, name: name.toLowerCase(), value };
}
function parseTags(lines, inputs) {
    const tags = {};
    for (const { text, line } of lines) {
        const equals = text.indexOf('=');
        const key = text.slice(0, Math.max(0, equals)).trim();
        const value = text.slice(equals + 1).trim();
        const fits = key.length <= 128 && value.length <= 256 && TAG_TEXT.test(key) && TAG_TEXT.test(value);
        if (key === '' || !fits) {
            inputs.wrong('s3-tags', line, {
                what: `${(0,quote/* quote */.h)(text)} is not a tag`,
                fix: 'write KEY=VALUE; letters, digits, spaces and _ . : / = + - @, the key at most 128, the value at most 256',
            });
        }
        else
            tags[key] = value;
    }
    if (Object.keys(tags).length > settings/* MAX_TAGS */.x) {
        inputs.wrong('s3-tags', undefined, { what: 'there are too many tags', fix: `S3 takes ${settings/* MAX_TAGS */.x} tags an object` });
    }
    return tags;
}

// EXTERNAL MODULE: ./lib/aws/bucket-name.js
var bucket_name = __webpack_require__(6403);
// EXTERNAL MODULE: ./lib/objects/rules/key.js
var key = __webpack_require__(1999);
;// CONCATENATED MODULE: ./lib/objects/request-lines.js




const UNSET = 'an expression of the workflow that is not set, ${{ vars.NAME }}, leaves nothing behind';
function parseTarget(text) {
    const fix = 'write LOCAL => s3://BUCKET/PREFIX, or !GLOB to exclude';
    const arrow = text.lastIndexOf(' => ');
    const local = text.slice(0, Math.max(0, arrow)).trim();
    const address = text.slice(arrow + 4).trim();
    if (arrow < 0 || local === '' || !address.startsWith('s3://'))
        return { what: `${(0,quote/* quote */.h)(text)} is not an upload`, fix };
    const parsed = parseAddress(address);
    return 'what' in parsed ? parsed : { local, ...parsed };
}
function parseAddress(address) {
    const [bucket = '', ...rest] = address.slice('s3://'.length).split('/');
    const [, named] = /^arn:[\w-]+:s3:::(.+)$/.exec(bucket) ?? [];
    if (named)
        return {
            what: `${(0,quote/* quote */.h)(bucket)} is the ARN of a bucket`,
            fix: `write its name, s3://${[named, ...rest].join('/')}`,
        };
    if (/^arn:/.test(bucket)) {
        return {
            what: `${(0,quote/* quote */.h)(bucket)} is an ARN, and not of a bucket for general purposes`,
            fix: 'write the name of a bucket, or the alias of an access point (…-s3alias)',
        };
    }
    if (bucket === '')
        return { what: `${(0,quote/* quote */.h)(address)} names no bucket`, fix: `write s3://BUCKET/PREFIX; ${UNSET}` };
    if (!(0,bucket_name/* isBucketName */.E)(bucket)) {
        return {
            what: `${(0,quote/* quote */.h)(bucket)} is not the name of a bucket`,
            fix: 'write s3://BUCKET/PREFIX; 3 to 63 of a-z 0-9 . -',
        };
    }
    const prefix = rest.join('/');
    if (prefix.startsWith('/') || prefix.includes('//')) {
        const fix = `write one slash between segments; ${UNSET}`;
        return { what: `the prefix ${(0,quote/* quote */.h)(prefix)} has an empty segment`, fix };
    }
    const problem = (0,key/* problemOfKey */.q6)(prefix);
    return problem
        ? { what: `the prefix ${(0,quote/* quote */.h)(prefix)}: ${problem.what}`, fix: problem.fix ?? 'change the prefix' }
        : { bucket, prefix };
}
function parseDistribution(text) {
    const [, distribution = '', , address] = /^([A-Z0-9]{8,32})(\s*=>\s*(\S+))?$/.exec(text) ?? [];
    if (distribution === '') {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(text)} is not a distribution`,
            fix: 'write the id of a distribution, E2EXAMPLE123, or E2EXAMPLE123 => s3://BUCKET/ORIGIN-PATH; one per line',
        });
    }
    if (address === undefined)
        return { distribution };
    const parsed = address.startsWith('s3://') ? parseAddress(address) : { what: '', fix: '' };
    if ('what' in parsed) {
        throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(address)} is not an origin`, fix: 'write s3://BUCKET/ORIGIN-PATH' });
    }
    const { bucket, prefix } = parsed;
    return { distribution, origin: { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` } };
}
const MAX_LOCATION = 2_048;
function readRedirects(inputs, targets) {
    const buckets = [...new Set(targets.map(({ bucket }) => bucket))];
    const redirects = [];
    for (const { text, line } of inputs.lines('s3-redirects')) {
        const parsed = parseRedirect(text, buckets);
        if ('what' in parsed)
            inputs.wrong('s3-redirects', line, parsed);
        else if (redirects.some(({ bucket, key }) => bucket === parsed.bucket && key === parsed.key)) {
            inputs.wrong('s3-redirects', line, {
                what: `${(0,quote/* quote */.h)(text)} is a second redirect of one page`,
                fix: 'remove one',
            });
        }
        else
            redirects.push({ ...parsed, line });
    }
    return redirects;
}
function decodedPath(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return undefined;
    }
}
function parseRedirect(text, buckets) {
    const fix = 'write /old => /new, or s3://BUCKET/old => https://example.com/new';
    const [, from = '', location = ''] = /^(\S+)\s*=>\s*(\S+)$/.exec(text) ?? [];
    if (!/^(\/|https?:\/\/[^/])/.test(location) || !/^[\x21-\x7e]+$/.test(location) || location.length > MAX_LOCATION) {
        return { what: `${(0,quote/* quote */.h)(text)} is not a redirect`, fix };
    }
    if (from.startsWith('/') && /[?#]/.test(from)) {
        return { what: `${(0,quote/* quote */.h)(from)} has a query or a fragment, which S3 does not look at`, fix };
    }
    const path = from.startsWith('/') ? decodedPath(from) : from;
    if (path === undefined)
        return { what: `${(0,quote/* quote */.h)(from)} is not percent-encoded as a path is`, fix };
    const address = path.startsWith('/') && buckets.length === 1 ? `s3://${buckets[0]}${path}` : path;
    if (!address.startsWith('s3://')) {
        return {
            what: buckets.length > 1
                ? `${(0,quote/* quote */.h)(from)} may be in any of ${buckets.length} buckets`
                : `${(0,quote/* quote */.h)(text)} is not a redirect`,
            fix,
        };
    }
    const parsed = parseAddress(address);
    if ('what' in parsed)
        return parsed;
    const { bucket, prefix } = parsed;
    if (!buckets.includes(bucket))
        return { what: `no line of s3-upload is for the bucket ${(0,quote/* quote */.h)(bucket)}`, fix };
    return { bucket, key: prefix === '' || prefix.endsWith('/') ? `${prefix}index.html` : prefix, location };
}

// EXTERNAL MODULE: ./lib/objects/rules/acl.js
var acl = __webpack_require__(2564);
// EXTERNAL MODULE: ./lib/objects/rules/viewer-paths.js
var viewer_paths = __webpack_require__(2953);
;// CONCATENATED MODULE: ./lib/objects/request.js









function objectsRequest(inputs, { secretFiles }) {
    const { targets, excludes } = readTargets(inputs);
    if (inputs.lines('s3-upload').length === 0)
        return undefined;
    if (targets.length === 0 && excludes.length === inputs.lines('s3-upload').length) {
        inputs.wrong('s3-upload', undefined, {
            what: 'there are only exclusions',
            fix: 'add a line LOCAL => s3://BUCKET/PREFIX',
        });
    }
    const paths = inputs.parsed('cloudfront-paths', parseViewerPath);
    const request = {
        targets,
        excludes,
        workspace: inputs.env.GITHUB_WORKSPACE ?? '.',
        acl: inputs.oneOf('s3-acl', ['auto', 'none', ...acl/* CANNED_ACLS */.m2], 'auto'),
        verifyOwner: inputs.oneOf('s3-verify-owner', ['auto', 'fail', 'warn', 'off'], 'auto'),
        bucketOwner: matching(inputs, 's3-bucket-owner', {
            form: /^\d{12}$/,
            fix: 'write the 12 digits of an account id, in quotes where the first is 0: YAML takes it away',
        }),
        fixAcl: inputs.boolean('s3-fix-acl', false),
        uploadUnchanged: inputs.boolean('s3-upload-unchanged', false),
        delete: inputs.boolean('s3-delete', false),
        maxDelete: readLimit(inputs),
        immutable: inputs.boolean('s3-immutable', false),
        last: readLast(inputs),
        hiddenFiles: inputs.boolean('s3-include-hidden-files', false),
        followSymlinks: inputs.boolean('s3-follow-symlinks', false),
        secretFiles,
        ifNoFilesFound: inputs.oneOf('s3-if-no-files-found', ['error', 'warn', 'ignore'], 'error'),
        waitForReplication: inputs.boolean('s3-wait-for-replication', false),
        distributions: inputs.parsed('cloudfront-distribution', parseDistribution),
        redirects: readRedirects(inputs, targets),
        invalidationPaths: paths.length > 0 ? paths : undefined,
        waitForInvalidation: inputs.boolean('cloudfront-wait', false),
        ...readSettings(inputs),
    };
    checkLocals(inputs, request);
    checkTogether(inputs, request);
    return request;
}
function readLast(inputs) {
    const globs = inputs.parsed('s3-last', parseGlob);
    const isGiven = globs.length > 1 || globs[0] !== ANY_PAGE;
    return (globs.length > 0 ? globs : [ANY_PAGE]).map((glob) => ({ glob, isGiven: isGiven && globs.length > 0 }));
}
const ANY_PAGE = '**/*.html';
function readTargets(inputs) {
    const targets = [];
    const excludes = [];
    for (const { text, line } of inputs.lines('s3-upload')) {
        if (text.startsWith('!')) {
            try {
                excludes.push({ glob: request_headers_parseExclusion(text.slice(1).trim(), inputs.env.GITHUB_WORKSPACE), line });
            }
            catch (thrown) {
                if (!(thrown instanceof base_problem/* Problem */.AF))
                    throw thrown;
                const { what, fix = '' } = thrown.details;
                inputs.wrong('s3-upload', line, { what: `!GLOB: ${what}`, fix });
            }
            continue;
        }
        const parsed = parseTarget(text);
        if ('what' in parsed)
            inputs.wrong('s3-upload', line, parsed);
        else
            targets.push({ ...parsed, line });
    }
    return { targets, excludes };
}
function readLimit(inputs) {
    const given = inputs.text('s3-max-delete') ?? '25%';
    const parsed = /^(\d{1,9})(%?)$/.exec(given);
    if (parsed && !parsed[2])
        return { count: Number(parsed[1]) };
    if (parsed && Number(parsed[1]) <= 100)
        return { share: Number(parsed[1]) / 100 };
    inputs.wrong('s3-max-delete', undefined, {
        what: `${(0,quote/* quote */.h)(given)} is not accepted`,
        fix: 'write a number of objects, 100, or a share of those under the prefix, 25%',
    });
    return { count: 0 };
}
function readSettings(inputs) {
    const rules = (name) => inputs.parsed(name, parseRule);
    const encodings = rules('s3-compress').map((rule) => {
        if (rule.value !== 'gzip' && rule.value !== 'br') {
            inputs.wrong('s3-compress', undefined, {
                what: `${(0,quote/* quote */.h)(rule.value)} is not accepted`,
                fix: 'write GLOB => gzip or GLOB => br',
            });
        }
        return { glob: rule.glob, value: rule.value === 'br' ? 'br' : 'gzip' };
    });
    return {
        cacheControl: inputs.parsed('s3-cache-control', parseCacheControl),
        contentType: inputs.parsed('s3-content-type', parseContentType),
        contentEncoding: inputs.parsed('s3-content-encoding', parseContentEncoding),
        contentDisposition: rules('s3-content-disposition'),
        contentLanguage: inputs.parsed('s3-content-language', parseLanguage),
        expires: inputs.parsed('s3-expires', parseExpires),
        metadata: inputs.parsed('s3-metadata', parseMetadata),
        compress: encodings,
        tags: parseTags(inputs.lines('s3-tags'), inputs),
        storageClass: matching(inputs, 's3-storage-class', {
            form: /^[A-Z_]{3,32}$/,
            fix: 'write a storage class, STANDARD_IA',
        }),
        encryption: inputs.text('s3-sse') && inputs.oneOf('s3-sse', ['AES256', 'aws:kms', 'aws:kms:dsse'], 'AES256'),
        kmsKey: matching(inputs, 's3-sse-kms-key-id', {
            form: /^[\w:/.-]{1,2048}$/,
            fix: "write the key's ARN, arn:aws:kms:…:key/…",
        }),
    };
}
function checkLocals(inputs, { targets, workspace, ifNoFilesFound }) {
    if (ifNoFilesFound !== 'error')
        return;
    for (const { local, line } of targets) {
        if (picomatch.scan(local).isGlob || !isMissing((0,external_node_path_.resolve)(workspace, local)))
            continue;
        inputs.wrong('s3-upload', line, {
            what: `there is no ${(0,quote/* quote */.h)(local)} in the workspace`,
            fix: `${local.includes('\\') ? 'write slashes in place of backslashes; or ' : ''}check the path (from the root of the workspace: working-directory counts for run steps only) and the step that builds it; s3-if-no-files-found: warn or ignore lets it pass`,
        });
    }
}
function isMissing(path) {
    try {
        return (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false }) === undefined;
    }
    catch {
        return false;
    }
}
function checkTogether(inputs, request) {
    if (request.kmsKey && request.encryption === 'AES256') {
        inputs.wrong('s3-sse-kms-key-id', undefined, { what: 'a KMS key with s3-sse: AES256', fix: 's3-sse: aws:kms' });
    }
    if (request.distributions.length === 0 && (request.invalidationPaths || request.waitForInvalidation)) {
        inputs.wrong('cloudfront-distribution', undefined, {
            what: 'paths to invalidate, or a wait, without a distribution',
            fix: 'give cloudfront-distribution',
        });
    }
    const ids = request.distributions.map(({ distribution }) => distribution);
    if (new Set(ids).size < ids.length) {
        inputs.wrong('cloudfront-distribution', undefined, {
            what: 'one distribution is named twice',
            fix: 'remove a line',
        });
    }
    const wildcards = (request.invalidationPaths ?? []).filter((path) => path.endsWith('*')).length;
    const singles = (request.invalidationPaths ?? []).length - wildcards;
    if (wildcards > viewer_paths/* MAX_WILDCARDS_IN_PROGRESS */.b$ || singles > viewer_paths/* MAX_PATHS_IN_PROGRESS */.qZ) {
        inputs.wrong('cloudfront-paths', undefined, {
            what: `${wildcards} paths with * and ${singles} without are too many`,
            why: `CloudFront works on ${viewer_paths/* MAX_WILDCARDS_IN_PROGRESS */.b$} and ${viewer_paths/* MAX_PATHS_IN_PROGRESS */.qZ} at a time`,
            fix: 'give fewer, wider paths: /*',
        });
    }
    if (request.immutable && (request.delete || request.uploadUnchanged)) {
        inputs.wrong('s3-immutable', undefined, {
            what: 'what is released can neither be deleted nor sent again',
            fix: 'leave out s3-delete and s3-upload-unchanged',
        });
    }
}
function matching(inputs, name, { form, fix }) {
    const given = inputs.text(name);
    if (given !== undefined && !form.test(given))
        inputs.wrong(name, undefined, { what: `${(0,quote/* quote */.h)(given)} is not accepted`, fix });
    return given;
}
function parseViewerPath(text) {
    if (/%7E/i.test(text)) {
        throw new base_problem/* Problem */.AF({
            what: `${(0,quote/* quote */.h)(text)} has a tilde, for which CloudFront knows no path: %7E matches no ~`,
            fix: `end before it with *: ${text.slice(0, text.search(/%7E/i))}*`,
        });
    }
    if (text.length <= 4_000 && viewer_paths/* VIEWER_PATH */.NT.test(text) && !/,\s*\//.test(text))
        return text;
    const fix = /,\s*\//.test(text)
        ? 'write one path a line'
        : 'begin with /, use * only as the last character, and write other characters percent-encoded: /a%20b';
    throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not a path to invalidate`, fix });
}

// EXTERNAL MODULE: ./lib/parameters/deliver/check.js + 1 modules
var check = __webpack_require__(8749);
// EXTERNAL MODULE: ./lib/parameters/deliver/check-names.js + 1 modules
var check_names = __webpack_require__(4507);
// EXTERNAL MODULE: ./lib/parameters/deliver/write-dotenv.js
var write_dotenv = __webpack_require__(2988);
// EXTERNAL MODULE: ./lib/parameters/line.js
var line = __webpack_require__(7120);
// EXTERNAL MODULE: ./lib/parameters/variable-names.js
var variable_names = __webpack_require__(1171);
;// CONCATENATED MODULE: ./lib/parameters/request.js








function parametersRequest(inputs) {
    const allowedNames = inputs.parsed('ssm-allow-names', readAllowedName);
    const nameCase = inputs.oneOf('ssm-name-case', variable_names/* NAME_CASES */.Ah, 'upper');
    const lines = inputs.parsed('ssm-parameters', (text) => checkedLine((0,line/* parseLine */.A)(text, nameCase), allowedNames));
    const exportTo = inputs.oneOf('ssm-export', ['env', 'outputs', 'none'], 'env');
    const mask = readMask(inputs);
    const dialect = inputs.oneOf('ssm-env-file-format', write_dotenv/* DIALECTS */.O9, 'portable');
    const keep = inputs.boolean('ssm-env-file-keep', false);
    const path = inputs.text('ssm-env-file');
    if (inputs.text('ssm-parameters') === undefined)
        return undefined;
    if (exportTo === 'none' && !path) {
        const what = 'the values would go nowhere';
        inputs.wrong('ssm-export', undefined, { what, fix: 'give ssm-env-file, or write env or outputs' });
    }
    const file = path && { path: absolute(path, inputs.env), dialect, keep };
    if (file)
        checkPath(inputs, path, file.path);
    return { lines, nameCase, exportTo, mask, allowedNames, ...(file ? { file } : {}) };
}
function readMask(inputs) {
    const lines = inputs.parsed('ssm-mask', (text) => {
        if (text === 'all' || text === 'secure')
            return text;
        const name = /^(\S+)\s*=>\s*always$/.exec(text)?.[1];
        if (name === undefined) {
            throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not accepted`, fix: 'write all, secure, or NAME => always' });
        }
        return { always: readAllowedName(name) };
    });
    const which = lines.filter((it) => typeof it === 'string');
    if (which.length > 1)
        inputs.wrong('ssm-mask', undefined, { what: 'all or secure is given twice', fix: 'write one of them' });
    return { which: which[0] ?? 'all', always: lines.flatMap((it) => (typeof it === 'string' ? [] : [it.always])) };
}
function checkPath(inputs, given, path) {
    const ofRunner = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
    if (ofRunner.some((name) => inputs.env[name] === path)) {
        inputs.wrong('ssm-env-file', undefined, {
            what: "it is the runner's own file",
            fix: 'leave it out: ssm-export: env makes variables, ssm-export: outputs makes outputs',
        });
    }
    if (external_node_path_.sep === '/' && given.includes('\\')) {
        inputs.wrong('ssm-env-file', undefined, {
            what: `${(0,quote/* quote */.h)(given)} has a backslash, which is a part of a name on this machine`,
            fix: 'write / between folders, which Windows takes as well',
        });
    }
}
function absolute(path, { GITHUB_WORKSPACE, HOME, USERPROFILE }) {
    const home = HOME || USERPROFILE;
    return (0,external_node_path_.resolve)(GITHUB_WORKSPACE ?? '', home ? path.replace(/^~(?=[\\/]|$)/, () => home) : path);
}
function checkedLine(line, allowedNames) {
    const name = 'name' in line.target ? line.target.name : undefined;
    const why = name && (0,check_names/* powerOf */.f)(name, { spelled: true, allowed: allowedNames });
    if (why)
        throw (0,check/* refusedName */.yy)(undefined, why, name);
    return line;
}
function readAllowedName(text) {
    if (/^\w+\*?$|^\*\w+$/.test(text))
        return text;
    throw new base_problem/* Problem */.AF({ what: `${(0,quote/* quote */.h)(text)} is not the name of a variable`, fix: 'write a name, or its start and *' });
}

// EXTERNAL MODULE: ./lib/request/workflow-file.js
var workflow_file = __webpack_require__(4531);
;// CONCATENATED MODULE: ./lib/request/given-empty.js

const LEAVES = {
    'role-to-assume': 'no role is assumed, and the step is what the machine or its environment is',
    'allowed-account-ids': 'every account is accepted',
    'inline-session-policy': 'it narrows nothing',
    'managed-session-policies': 'they narrow nothing',
    images: 'no image is pushed',
    's3-upload': 'nothing is uploaded',
    's3-bucket-owner': 'the bucket may belong to anybody',
    'ssm-parameters': 'no parameter is read',
    deploy: 'nothing is rolled out',
};
function checkGivenEmpty(inputs, { env, warning }) {
    const empty = Object.entries(LEAVES).filter(([name]) => inputs.text(name) === undefined);
    const steps = (0,workflow_file/* readWorkflowFile */.A)(env)?.steps ?? [];
    if (steps.length === 0)
        return;
    for (const [name, left] of empty.filter(([name]) => steps.every((step) => step.has(name))))
        warning(`Input ${name} is in the workflow, but gets an empty value: ${left}. Is its variable or secret there?`);
}

;// CONCATENATED MODULE: ./lib/request/input-names.js
const INPUT_NAMES = [
    'aws-region',
    'role-to-assume',
    'credentials-source',
    'web-identity-token-file',
    'audience',
    'role-session-name',
    'role-duration-seconds',
    'role-external-id',
    'inline-session-policy',
    'managed-session-policies',
    'role-skip-session-tagging',
    'transitive-tag-keys',
    'custom-tags',
    'allowed-account-ids',
    'output-env-credentials',
    'output-credentials',
    'aws-profile',
    'overwrite-aws-profile',
    'refresh-credentials',
    'mask-aws-account-id',
    'unset-current-credentials',
    'use-existing-credentials',
    'retry-max-attempts',
    'disable-retry',
    'special-characters-workaround',
    'http-proxy',
    'no-proxy',
    'action-timeout-s',
    'sts-endpoint',
    'role-chaining',
    'force-skip-oidc',
    'ecr-login',
    'ecr-registries',
    'images',
    'image-tag-exists',
    'image-attestations',
    'image-compression',
    'image-reuse-from',
    'ecr-create-repository',
    'ecr-repository-mutability',
    'ecr-repository-mutability-exclusions',
    'ecr-repository-scan-on-push',
    'ecr-repository-encryption',
    'ecr-repository-tags',
    'ecr-skip-logout',
    's3-upload',
    's3-acl',
    's3-verify-owner',
    's3-bucket-owner',
    's3-fix-acl',
    's3-upload-unchanged',
    's3-delete',
    's3-max-delete',
    's3-immutable',
    's3-cache-control',
    's3-content-type',
    's3-content-encoding',
    's3-content-disposition',
    's3-content-language',
    's3-expires',
    's3-metadata',
    's3-compress',
    's3-last',
    's3-redirects',
    's3-tags',
    's3-storage-class',
    's3-sse',
    's3-sse-kms-key-id',
    's3-include-hidden-files',
    's3-follow-symlinks',
    's3-if-no-files-found',
    's3-wait-for-replication',
    'cloudfront-distribution',
    'cloudfront-paths',
    'cloudfront-wait',
    'ssm-parameters',
    'ssm-export',
    'ssm-env-file',
    'ssm-env-file-format',
    'ssm-env-file-keep',
    'ssm-name-case',
    'ssm-mask',
    'ssm-allow-names',
    'deploy',
    'deploy-first',
    'deploy-wait',
    'deploy-timeout-minutes',
    'deploy-on-failure',
    'deploy-busy',
    'plain-http-hosts',
    'dry-run',
    'summary',
    'pull-request-comment',
    'pull-request-comment-name',
    'github-token',
];
const INPUT_DEFAULTS = {
    'credentials-source': 'auto',
    'role-skip-session-tagging': 'false',
    'output-credentials': 'false',
    'overwrite-aws-profile': 'false',
    'refresh-credentials': 'false',
    'mask-aws-account-id': 'false',
    'unset-current-credentials': 'false',
    'use-existing-credentials': 'false',
    'disable-retry': 'false',
    'special-characters-workaround': 'false',
    'action-timeout-s': '0',
    'role-chaining': 'false',
    'force-skip-oidc': 'false',
    's3-acl': 'auto',
    's3-verify-owner': 'auto',
    's3-fix-acl': 'false',
    's3-upload-unchanged': 'false',
    's3-delete': 'false',
    's3-max-delete': '25%',
    's3-immutable': 'false',
    's3-last': '**/*.html',
    's3-include-hidden-files': 'false',
    's3-follow-symlinks': 'false',
    's3-if-no-files-found': 'error',
    's3-wait-for-replication': 'false',
    'cloudfront-wait': 'false',
    'ssm-export': 'env',
    'ssm-env-file-format': 'portable',
    'ssm-env-file-keep': 'false',
    'ssm-name-case': 'upper',
    'ssm-mask': 'all',
    'deploy-wait': 'true',
    'deploy-timeout-minutes': '30',
    'deploy-on-failure': 'rollback',
    'deploy-busy': 'fail',
    'dry-run': 'false',
    summary: 'true',
    'pull-request-comment': 'false',
};

;// CONCATENATED MODULE: ./lib/request/unexpanded.js

const AS_IT_IS = ['deploy-first', 'http-proxy'];
const VARIABLE = /\$(?:env:)?(?:\{([A-Z][A-Z0-9_]+)\}|([A-Z][A-Z0-9_]+))|%([A-Z][A-Z0-9_]+)%/g;
function checkUnexpanded(inputs) {
    for (const name of INPUT_NAMES.filter((it) => !AS_IT_IS.includes(it))) {
        const lines = inputs.lines(name);
        for (const { text, line } of lines) {
            for (const { written, variable } of variablesIn(text, inputs.env)) {
                inputs.wrong(name, lines.length > 1 ? line : undefined, {
                    what: `${written} is not filled in: no shell reads an input`,
                    fix: `write ${expressionFor(variable)}`,
                });
            }
        }
    }
}
function variablesIn(text, env) {
    const found = [...text.matchAll(VARIABLE)].map(([written, ...names]) => ({
        written,
        variable: names.find((it) => it !== undefined) ?? '',
    }));
    const there = found.filter(({ variable }) => env[variable] !== undefined);
    return there.filter(({ written }, at) => there.findIndex((it) => it.written === written) === at);
}
function expressionFor(variable) {
    const [, context, property] = /^(GITHUB|RUNNER)_(\w+)$/.exec(variable) ?? [];
    if (context)
        return `\${{ ${context.toLowerCase()}.${property?.toLowerCase()} }}`;
    if (variable === 'HOME' || variable === 'USERPROFILE')
        return 'the path itself; ssm-env-file takes ~ for the home folder';
    return `\${{ env.${variable} }}, or \${{ vars.… }} or \${{ inputs.… }}, where it comes from`;
}

// EXTERNAL MODULE: ./lib/base/environment.js
var environment = __webpack_require__(4464);
// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
;// CONCATENATED MODULE: ./lib/signin/role-input.js

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/;
const BARE_NAME = /^[\w+=,.@-]{1,64}$/;
function readRoles(inputs, source, partition) {
    return inputs.lines('role-to-assume').map(({ text, line }) => {
        const problem = roleProblem(text, source, partition);
        if (problem)
            inputs.wrong('role-to-assume', line, problem);
        return text;
    });
}
function roleProblem(text, source, partition) {
    const found = ROLE_ARN.exec(text);
    if (found) {
        if (found[1] === partition)
            return ofAws(text);
        return {
            what: `${(0,quote/* quote */.h)(text)} is in partition ${found[1]}, but the region is in ${partition}`,
            why: 'each partition has accounts, roles and regions of its own',
            fix: `correct aws-region, or the ARN: in this region it begins with arn:${partition}:`,
        };
    }
    if (/:instance-profile\//.test(text)) {
        return {
            what: `${(0,quote/* quote */.h)(text)} is an instance profile, which cannot be assumed`,
            why: 'an instance profile only passes a role to an EC2 instance; the role itself can be assumed, and may have another name',
            fix: `write the ARN of the role: aws iam get-instance-profile --instance-profile-name ${text.split('/').at(-1)} --query InstanceProfile.Roles[0].Arn`,
        };
    }
    const [, account, session] = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)/.exec(text) ?? [];
    if (session) {
        return {
            what: `${(0,quote/* quote */.h)(text)} is the ARN of a session of a role`,
            fix: `write the ARN of the role: arn:${partition}:iam::${account}:role/${session}, with the role's path, if it has one`,
        };
    }
    const other = /:(user|policy|group|oidc-provider)\//.exec(text)?.[1];
    if (other)
        return { what: `${(0,quote/* quote */.h)(text)} is the ARN of ${other === 'oidc-provider' ? 'an' : 'a'} ${other}`, fix: ROLE_FORM };
    if (/\barn:.*[\s,]+arn:/.test(text))
        return { what: `${(0,quote/* quote */.h)(text)} is more than one role`, fix: 'write one role a line' };
    if (BARE_NAME.test(text) && source === 'ambient')
        return undefined;
    return { what: `${(0,quote/* quote */.h)(text)} is not the ARN of a role`, ...misspelled(text) };
}
function ofAws(arn) {
    const name = arn.split('/').at(-1) ?? '';
    const fix = 'make a role of your own with the policies that the job needs, and let it trust GitHub: setup/ does both';
    if (name.startsWith('AWSReservedSSO_')) {
        const why = 'people sign in to it; its trust policy cannot be changed';
        return { what: `${(0,quote/* quote */.h)(arn)} is a role of IAM Identity Center (a permission set)`, why, fix };
    }
    if (!arn.includes(':role/aws-service-role/'))
        return undefined;
    return { what: `${(0,quote/* quote */.h)(arn)} is a service-linked role`, why: 'its service alone can assume it', fix };
}
function misspelled(text) {
    const [, hidden] = INVISIBLE.exec(text) ?? [];
    const inside = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/.exec(text)?.[0];
    const [, region, account] = /^arn:[\w-]+:iam:([^:]*):([^:]*):role\//.exec(text) ?? [];
    if (BARE_NAME.test(text)) {
        const why = 'a name does not say which account the role is in; only with an ambient identity is the account known';
        return { why, fix: ROLE_FORM };
    }
    if (hidden) {
        const code = hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
        return {
            why: `it has a character that is not to be seen (U+${code}), as copied text may have`,
            fix: 'type it anew',
        };
    }
    if (inside && inside !== text)
        return {
            why: 'there is more than the ARN, as quotes that a secret or variable was stored with',
            fix: `write ${inside}`,
        };
    if (region)
        return { why: `IAM has no regions: nothing stands where ${(0,quote/* quote */.h)(region)} is`, fix: ROLE_FORM };
    if (account === '')
        return {
            why: 'the account id is missing: a secret or variable that is not there is an empty string',
            fix: ROLE_FORM,
        };
    if (account !== undefined && !/^\d{12}$/.test(account)) {
        const why = `the account id ${(0,quote/* quote */.h)(account)} is not 12 digits without dashes; YAML takes a 0 at the beginning away from a number`;
        return { why, fix: ROLE_FORM };
    }
    return { fix: ROLE_FORM };
}
const INVISIBLE = /([\u00ad\u200b-\u200f\u2060-\u2064\ufeff])/;
const ROLE_FORM = 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME';

// EXTERNAL MODULE: ./lib/signin/session-tags.js
var session_tags = __webpack_require__(8542);
;// CONCATENATED MODULE: ./lib/signin/request-parts.js




const KEY_INPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
function checkNoKeys(inputs) {
    const given = KEY_INPUTS.filter((name) => inputs.text(name));
    if (given.length === 0)
        return;
    inputs.wrong(given[0], undefined, {
        what: 'there are no inputs for access keys',
        why: 'the job has an identity of its own and does not need a stored key',
        fix: [
            'leave out aws-access-key-id, aws-secret-access-key and aws-session-token, and write:',
            'permissions:',
            '  id-token: write',
            'with:',
            '  role-to-assume: arn:aws:iam::ACCOUNT:role/NAME',
            'setup/ makes provider and role in one command. Keys in the environment work with credentials-source: ambient.',
        ].join('\n'),
    });
}
function readAccountIds(inputs, roles) {
    const items = inputs
        .lines('allowed-account-ids')
        .flatMap(({ text, line }) => text.split(',').map((id) => ({ id: id.trim(), line })));
    const ids = items.filter(({ id }) => id !== '');
    if (items.length > 0 && ids.length === 0) {
        inputs.wrong('allowed-account-ids', undefined, {
            what: 'there is no account id in it',
            why: 'a secret or variable that is not there is an empty string',
            fix: 'give the ids, or leave the input out: then every account is accepted',
        });
    }
    const wrong = ids.filter(({ id }) => !/^\d{12}$/.test(id));
    for (const { id, line } of wrong) {
        inputs.wrong('allowed-account-ids', line, {
            what: `${(0,quote/* quote */.h)(id)} is not an account id`,
            fix: 'write 12 digits, in quotes where the first is 0: YAML takes it away',
        });
    }
    const last = ROLE_ARN.exec(roles.at(-1) ?? '')?.[2];
    if (last && ids.length > 0 && wrong.length === 0 && !ids.some(({ id }) => id === last)) {
        inputs.wrong('role-to-assume', undefined, {
            what: `the role is in account ${last}, which allowed-account-ids does not list`,
            fix: 'correct the role, or add the account',
        });
    }
    return ids.map(({ id }) => id);
}
function sessionNames(inputs, roles) {
    const names = linesForRoles(inputs, roles, {
        input: 'role-session-name',
        form: /^[\w+=,.@-]{2,64}$/,
        wrong: (text) => ({
            what: `${(0,quote/* quote */.h)(text)} is not a session name`,
            fix: 'write 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -',
        }),
    });
    return names.length > 0 ? names : [sessionName(inputs.env)];
}
function externalIds(inputs, roles) {
    return linesForRoles(inputs, roles, {
        input: 'role-external-id',
        form: /^[\w+=,.@:/-]{2,1224}$/,
        wrong: () => ({
            what: 'it is not an external id',
            fix: 'write 2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -',
        }),
    });
}
function linesForRoles(inputs, roles, { input, form, wrong }) {
    const lines = inputs.lines(input);
    for (const { text, line } of lines)
        if (!form.test(text))
            inputs.wrong(input, line, wrong(text));
    if (lines.length > 1 && lines.length !== roles.length) {
        inputs.wrong(input, undefined, {
            what: `there are ${lines.length} lines for ${(0,units/* counted */.hS)(roles.length, 'role')}`,
            fix: 'write one line for all roles, or one line for each role',
        });
    }
    return lines.map(({ text }) => text);
}
function sessionName(env) {
    const repository = (env.GITHUB_REPOSITORY ?? '').split('/').pop() ?? '';
    const name = `gha-${env.GITHUB_RUN_ID ?? '0'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}-${repository}`;
    return name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}
function readSessionPolicies(inputs) {
    const arns = inputs.lines('managed-session-policies');
    for (const { text, line } of arns) {
        if (!/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(text)) {
            inputs.wrong('managed-session-policies', line, {
                what: `${(0,quote/* quote */.h)(text)} is not the ARN of a policy`,
                fix: 'write arn:aws:iam::111122223333:policy/NAME',
            });
        }
    }
    if (arns.length > 10)
        inputs.wrong('managed-session-policies', undefined, {
            what: `there are ${arns.length} policies`,
            fix: 'write at most 10, the limit of AWS',
        });
    const sessionPolicy = minified(inputs, 'inline-session-policy', {
        fits: isPolicy,
        form: 'a JSON policy with a Statement',
    });
    const size = (sessionPolicy ?? '').length + arns.map(({ text }) => text).join('').length;
    if (size > 2048) {
        inputs.wrong(sessionPolicy ? 'inline-session-policy' : 'managed-session-policies', undefined, {
            what: `the session policies have ${size} characters, not counting white space`,
            fix: 'shorten the policy to the limit of AWS, 2048 characters, or narrow the role itself',
        });
    }
    return { sessionPolicy, sessionPolicyArns: arns.map(({ text }) => text) };
}
function readTags(inputs) {
    const json = minified(inputs, 'custom-tags', {
        fits: isTags,
        form: 'a JSON object whose values are texts, numbers or booleans, such as {"team": "shop"}',
    });
    const custom = json ? textsOf(JSON.parse(json)) : {};
    const wrong = (what, fix) => inputs.wrong('custom-tags', undefined, { what, fix });
    const seen = new Set(session_tags/* OWN_TAG_KEYS */.tI.map((key) => key.toLowerCase()));
    for (const [key, value] of Object.entries(custom)) {
        if (seen.has(key.toLowerCase()))
            wrong(`the tag ${(0,quote/* quote */.h)(key)} is given twice, or is one that this action sets`, `use a different key: ${session_tags/* OWN_TAG_KEYS */.tI.join(', ')} are set by this action, and upper and lower case count as the same`);
        seen.add(key.toLowerCase());
        if (key.length < 1 ||
            key.length > 128 ||
            value.length > 256 ||
            !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value) ||
            /^aws:/i.test(key)) {
            wrong(`AWS does not accept the tag ${(0,quote/* quote */.h)(key)}`, 'write keys of 1 to 128 and values of at most 256 letters, digits, spaces and _ . : / = + - @, and no key that starts with aws:');
        }
    }
    if (Object.keys(custom).length > 50 - session_tags/* OWN_TAG_KEYS */.tI.length)
        wrong('there are too many tags', `write at most ${50 - session_tags/* OWN_TAG_KEYS */.tI.length}: AWS allows 50, and this action sets ${session_tags/* OWN_TAG_KEYS */.tI.length} of them`);
    return {
        skip: inputs.boolean('role-skip-session-tagging', false),
        custom,
        transitiveKeys: inputs.lines('transitive-tag-keys').map(({ text }) => text),
    };
}
function minified(inputs, name, { fits, form }) {
    const text = inputs.text(name);
    if (!text)
        return undefined;
    try {
        const value = JSON.parse(text);
        if (fits(value))
            return JSON.stringify(value);
    }
    catch {
    }
    inputs.wrong(name, undefined, { what: 'it is not in the accepted form', fix: `write ${form}` });
    return undefined;
}
function isPolicy(value) {
    return typeof value === 'object' && value !== null && 'Statement' in value;
}
function isTags(value) {
    return (typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((it) => ['string', 'number', 'boolean'].includes(typeof it)));
}
function textsOf(tags) {
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

;// CONCATENATED MODULE: ./lib/request/peer-inputs.js
const PEER_INPUTS = {
    ...of('other sign-in actions', {
        'role-arn': 'role-to-assume',
        'aws-role': 'role-to-assume',
        'session-name': 'role-session-name',
    }),
    ...of('other sign-in actions', { role: 'role-to-assume', region: 'aws-region' }, { common: true }),
    ...of('amazon-ecr-login', {
        registries: 'ecr-registries, one per line, and ecr-login: true',
        'registry-type': 'ecr-registries: public',
        'skip-logout': 'ecr-skip-logout',
        'mask-password': 'nothing: the password is always masked, and an output only with output-credentials: true',
    }),
    ...of('docker/login-action', {
        registry: 'ecr-login: true (and ecr-registries for other accounts and regions)',
        username: 'role-to-assume: the job signs in with its own identity',
        password: 'role-to-assume: the job signs in with its own identity',
        ecr: 'ecr-login: true',
        logout: 'ecr-skip-logout',
    }, { common: true }),
    ...of('docker/build-push-action', {
        push: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
        tags: 'the right-hand side of a line of images: SOURCE => REPOSITORY:TAG',
        context: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
        platforms: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
        load: 'images: docker:NAME => REPOSITORY:TAG, after a step that builds',
        file: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
    }, { common: true }),
    ...of('s3-sync-action', {
        args: 's3-delete: true for --delete, a line !GLOB of s3-upload for --exclude; leave --acl out',
        source_dir: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
        aws_s3_bucket: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
        dest_dir: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
    }),
    ...of('other S3 actions', {
        aws_key_id: 'role-to-assume: the job signs in with its own identity',
        aws_access_key_id: 'role-to-assume: the job signs in with its own identity',
        aws_secret_access_key: 'role-to-assume: the job signs in with its own identity',
        aws_session_token: 'role-to-assume: the job signs in with its own identity',
        aws_bucket: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
        destination_dir: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
    }),
    ...of('other S3 actions', {
        source: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
        destination: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
        invalidation: 'cloudfront-paths, or leave it out: what changed is invalidated',
    }, { common: true }),
    ...of('s3-deploy', {
        'bucket-region': 'nothing: the region of a bucket is looked up',
        'dist-id': 'cloudfront-distribution',
        'delete-removed': 's3-delete: true',
        'no-cache': 's3-cache-control: ** => no-cache',
        'cache-control': 's3-cache-control: GLOB => VALUE',
        'files-to-include': 's3-upload, with a glob as LOCAL',
    }),
    ...of('s3-deploy', { bucket: 's3-upload: FOLDER => s3://BUCKET/', folder: 's3-upload: FOLDER => s3://BUCKET/' }, { common: true }),
    ...of('aws-ssm-getparameters-action', {
        parameterpairs: 'ssm-parameters: NAME=/path/of/parameter, one per line',
        withdecryption: 'nothing: values are always decrypted',
    }),
    ...of('the SSM actions', {
        'ssm-paths': 'ssm-parameters, one path a line: /path/ for all parameters below it',
        ssm_parameter: 'ssm-parameters: NAME=/path/of/parameter',
        env_variable_name: 'ssm-parameters: NAME=/path/of/parameter',
        'ssm-path': 'ssm-parameters: /path/ for all parameters below it, or NAME=/path',
        'parameter-name': 'ssm-parameters: NAME=/path/of/parameter',
        'parameter-names': 'ssm-parameters, one per line',
        'env-variable-name': 'ssm-parameters: NAME=/path/of/parameter',
        'with-decryption': 'nothing: values are always decrypted',
    }),
    ...of('the SSM actions', {
        decryption: 'nothing: values are always decrypted',
        prefix: 'ssm-parameters: PREFIX_*=/path/',
        output: 'ssm-env-file',
        path: 'ssm-parameters: /path/ for all parameters below it',
        recursive: 'nothing: /path/ is read with all that is below it',
    }, { common: true }),
    ...of('aws-secretsmanager-get-secrets', {
        'secret-ids': 'ssm-parameters: NAME=secretsmanager:ID, one per line',
        'parse-json-secrets': 'ssm-parameters: NAME=secretsmanager:ID as json',
        'name-transformation': 'ssm-name-case',
    }),
    ...of('amazon-ecs-deploy-task-definition', {
        'task-definition': 'deploy: IMAGE => ecs:CLUSTER/SERVICE; the service keeps its own task definition',
        'container-name': 'deploy: IMAGE => ecs:CLUSTER/SERVICE/CONTAINER',
        'wait-for-service-stability': 'deploy-wait',
        'wait-for-minutes': 'deploy-timeout-minutes',
        'codedeploy-application': 'deploy: s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
        'codedeploy-deployment-group': 'deploy: s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
    }),
    ...of('amazon-ecs-deploy-task-definition', { cluster: 'deploy: IMAGE => ecs:CLUSTER/SERVICE', service: 'deploy: IMAGE => ecs:CLUSTER/SERVICE' }, { common: true }),
    ...of('aws-lambda-deploy', {
        'function-name': 'deploy: IMAGE => lambda:FUNCTION, or s3://BUCKET/KEY => lambda:FUNCTION',
        'code-artifacts-dir': 's3-upload for the zip, and deploy: s3://BUCKET/KEY => lambda:FUNCTION',
    }),
};
function of(action, inputs, how = {}) {
    return Object.fromEntries(Object.entries(inputs).map(([name, here]) => [name, { of: action, here, ...how }]));
}

;// CONCATENATED MODULE: ./lib/request/unknown-inputs.js





function checkUnknownInputs(inputs, runner) {
    const given = Object.keys(runner.env).flatMap((variable) => {
        const name = /^INPUT_([^a-z]+)$/.exec(variable)?.[1]?.toLowerCase();
        const known = name === undefined || INPUT_NAMES.includes(name) || KEY_INPUTS.includes(name);
        return known || !runner.env[variable]?.trim() ? [] : [name];
    });
    if (given.length === 0)
        return;
    const file = (0,workflow_file/* readWorkflowFile */.A)(runner.env);
    for (const name of given) {
        const verdict = judge(name, {
            seen: seenIn(file, name),
            leaks: (0,environment/* actLike */.G)(runner.env) !== undefined,
            isGiven: (known) => inputs.text(known) !== undefined,
        });
        if (verdict.kind === 'error')
            inputs.wrong(name, undefined, verdict);
        else
            runner.warning(verdict.text);
    }
}
function seenIn(file, name) {
    return file?.steps.some((step) => step.has(name));
}
function judge(name, { seen, leaks = false, isGiven }) {
    const what = 'there is no such input';
    const peer = PEER_INPUTS[name];
    const near = peer ? undefined : nearest(name);
    const sure = seen === true || (name.includes('-') && !leaks);
    const likely = !leaks && seen !== false && (peer ? !peer.common : near !== undefined && !isGiven(near));
    if (peer && (sure || likely))
        return { kind: 'error', what, fix: `${peer.of} has an input of that name; here, write ${peer.here}` };
    if (near && (sure || likely))
        return { kind: 'error', what, fix: `write ${near}` };
    if (sure)
        return { kind: 'error', what, fix: 'correct its name, or leave it out; docs/inputs.md lists all inputs' };
    const hint = peer ? ` ${peer.of} has an input of that name; here, write ${peer.here}.` : '';
    return {
        kind: 'warning',
        text: `${name} is not an input of this action and has no effect (a variable INPUT_${name.toUpperCase()} of ${leaks ? 'a composite action' : 'the job itself'} looks the same).${hint}`,
    };
}
function nearest(name) {
    const plain = (text) => text.replaceAll(/[-_. ]/g, '');
    const written = plain(name);
    const allowed = written.length >= 8 ? 2 : written.length >= 5 ? 1 : 0;
    const ranked = INPUT_NAMES.map((known) => ({ known, far: distance(written, plain(known)) })).sort((a, b) => a.far - b.far);
    return ranked[0] && ranked[0].far <= allowed ? ranked[0].known : undefined;
}
function distance(a, b) {
    let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            row[j] = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
            const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            if (swapped)
                row[j] = Math.min(row[j] ?? 0, (before[j - 2] ?? 0) + 1);
        }
        [before, last] = [last, row];
    }
    return last[b.length] ?? 0;
}

;// CONCATENATED MODULE: ./lib/request/without-effect.js

const GOES_WITH = [
    [/^(s3|cloudfront)-/, 's3-upload'],
    [/^(image-|ecr-(create-)?repository)/, 'images'],
    [/^ssm-/, 'ssm-parameters'],
    [/^deploy-/, 'deploy'],
];
const ASKS = {
    'cloudfront-distribution': 'nothing is invalidated',
    's3-redirects': 'no redirect is written',
    'deploy-first': 'no task is run',
    'ssm-env-file': 'there is nothing to write',
};
function checkWithoutEffect(inputs, { warning }) {
    const why = (main) => `${main} is not given, or gets an empty value`;
    for (const name of INPUT_NAMES) {
        const [, main] = GOES_WITH.find(([form]) => form.test(name)) ?? [];
        const given = inputs.text(name);
        if (!main || name === main || inputs.text(main) !== undefined)
            continue;
        if (given === undefined || given === INPUT_DEFAULTS[name] || given.toLowerCase() === INPUT_DEFAULTS[name])
            continue;
        const what = ASKS[name];
        if (what)
            inputs.wrong(name, undefined, { what, why: why(main), fix: `give ${main}, or leave ${name} out` });
        else
            warning(`Input ${name} has no effect: ${why(main)}`);
    }
}

// EXTERNAL MODULE: ./lib/signin/mask-accounts.js
var mask_accounts = __webpack_require__(1805);
// EXTERNAL MODULE: ./lib/aws/partition.js
var partition = __webpack_require__(915);
// EXTERNAL MODULE: ./lib/base/plain-http.js
var plain_http = __webpack_require__(1694);
// EXTERNAL MODULE: ./lib/base/proxy.js
var base_proxy = __webpack_require__(5309);
;// CONCATENATED MODULE: ./lib/signin/request.js






const REGION = new RegExp(`^${partition/* REGION_FORM */.iu}$`);
const SOURCES = ['auto', 'github-oidc', 'token-file', 'ambient'];
function signInRequest(inputs, { otherJobs }) {
    checkNoKeys(inputs);
    const regionName = readRegion(inputs);
    const { region } = (0,partition/* regionOf */.AP)(regionName);
    const source = readSource(inputs);
    const roles = readRoles(inputs, source, (0,partition/* partitionOf */.iQ)(region).name);
    const allowedAccountIds = readAccountIds(inputs, roles);
    const endpoint = inputs.text('sts-endpoint');
    if (endpoint && !(isHttpUrl(endpoint) && new URL(endpoint).pathname === '/')) {
        inputs.wrong('sts-endpoint', undefined, {
            what: `${(0,quote/* quote */.h)(endpoint)} is not an endpoint`,
            fix: 'write a URL such as https://sts.eu-west-1.amazonaws.com',
        });
    }
    const plainHttpHosts = inputs.parsed('plain-http-hosts', plain_http/* parsePlainHost */.cY);
    if (endpoint)
        checkPlainEndpoint(inputs, { name: 'sts-endpoint', url: endpoint }, plainHttpHosts);
    checkEndpointVariables(inputs, plainHttpHosts);
    const attempts = inputs.integer('retry-max-attempts', { min: 0, max: 100 }) || undefined;
    return {
        region,
        regionName,
        source,
        roles,
        tokenFile: inputs.text('web-identity-token-file'),
        audience: inputs.text('audience'),
        sessionNames: sessionNames(inputs, roles),
        externalIds: externalIds(inputs, roles),
        durationSeconds: readDuration(inputs, roles),
        ...readSessionPolicies(inputs),
        tags: readTags(inputs),
        allowedAccountIds,
        maskAccountId: inputs.boolean('mask-aws-account-id', false),
        endpoint,
        proxy: readProxy(inputs),
        plainHttpHosts,
        attempts: inputs.boolean('disable-retry', false) ? 1 : attempts,
        timeoutSeconds: inputs.integer('action-timeout-s', { min: 0, max: 86_400 }) ?? 0,
        unsetCurrent: inputs.boolean('unset-current-credentials', false),
        useExisting: inputs.boolean('use-existing-credentials', false),
        specialCharactersWorkaround: inputs.boolean('special-characters-workaround', false),
        exports: readExports(inputs, { otherJobs }),
    };
}
function readRegion(inputs) {
    const region = inputs.text('aws-region') ?? (inputs.env.AWS_REGION || inputs.env.AWS_DEFAULT_REGION || '');
    if (!REGION.test((0,partition/* regionOf */.AP)(region).region)) {
        const meant = region
            .toLowerCase()
            .replace(/^["'\s]+|["'\s]+$/g, '')
            .replace(/(?<=\d)[a-z]$/, '');
        inputs.wrong('aws-region', undefined, {
            what: region ? `${(0,quote/* quote */.h)(region)} is not a region` : 'no region is given',
            fix: REGION.test(meant) ? `write ${meant}` : 'write a region such as eu-west-1, or set AWS_REGION',
        });
    }
    return region;
}
const ENDPOINT_VARIABLE = /^AWS_ENDPOINT_URL(_(STS|ECR|ECR_PUBLIC|S3|SSM|SECRETS_MANAGER|CLOUDFRONT|ECS|LAMBDA|AUTO_SCALING|CODEDEPLOY|SSO|SSO_OIDC))?$/;
function checkEndpointVariables(inputs, plainHttpHosts) {
    const { env, wrong } = inputs;
    if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true')
        return;
    for (const name of Object.keys(env).filter((it) => ENDPOINT_VARIABLE.test(it))) {
        const url = env[name];
        if (!url)
            continue;
        if (isHttpUrl(url))
            checkPlainEndpoint(inputs, { name, url }, plainHttpHosts);
        else
            wrong(name, undefined, { what: `${(0,quote/* quote */.h)(url)} is not a URL`, fix: 'write https://HOST, or unset it' });
    }
}
function checkPlainEndpoint({ wrong }, { name, url }, hosts) {
    if (!isHttpUrl(url) || (0,plain_http/* isPlainAllowed */.P$)(new URL(url), 'named', hosts))
        return;
    const { what, ...rest } = (0,plain_http/* plainProblem */.W$)(new URL(url), 'named');
    wrong(name, undefined, { what: `${(0,quote/* quote */.h)(url)}: ${what}`, ...rest });
}
function isHttpUrl(text) {
    return /^https?:\/\//.test(text) && URL.canParse(text);
}
function readSource(inputs) {
    const source = inputs.oneOf('credentials-source', SOURCES, 'auto');
    const older = ['role-chaining', 'force-skip-oidc'].filter((name) => inputs.boolean(name, false));
    if (older[0] && source !== 'auto' && source !== 'ambient') {
        inputs.wrong(older[0], undefined, {
            what: `it means credentials-source: ambient, but credentials-source is ${source}`,
            fix: 'leave one of the two out',
        });
    }
    return older.length > 0 && !inputs.text('web-identity-token-file') ? 'ambient' : source;
}
function readDuration(inputs, roles) {
    const seconds = inputs.integer('role-duration-seconds', { min: 900, max: 43_200 }) ?? 3_600;
    if (roles.length > 1 && seconds > 3_600) {
        inputs.wrong('role-duration-seconds', undefined, {
            what: `${seconds} is too long for a chain of roles`,
            why: "a session that is assumed with another role's credentials lasts an hour at most",
            fix: 'write 900 to 3600; if this step takes longer, it signs in again by itself',
        });
    }
    return seconds;
}
function readProxy(inputs) {
    const given = inputs.text('http-proxy');
    const proxy = (0,base_proxy/* proxyFrom */.bg)(inputs.env, given, inputs.text('no-proxy'));
    if ([proxy.httpProxy, proxy.httpsProxy].some((url) => url && !(0,base_proxy/* isProxyUrl */.IZ)(url))) {
        inputs.wrong('http-proxy', undefined, {
            what: `${given ? 'it' : 'HTTP_PROXY, HTTPS_PROXY or ALL_PROXY'} is not the URL of an HTTP proxy`,
            fix: 'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, and special characters in the password as %XX',
        });
    }
    return proxy;
}
function readExports(inputs, { otherJobs }) {
    const home = inputs.env.HOME || inputs.env.USERPROFILE;
    const refresh = inputs.boolean('refresh-credentials', false);
    const overwrite = inputs.boolean('overwrite-aws-profile', false);
    const name = inputs.text('aws-profile');
    if (name && !/^[\w.@+-]{1,128}$/.test(name)) {
        inputs.wrong('aws-profile', undefined, {
            what: `${(0,quote/* quote */.h)(name)} is not the name of a profile`,
            fix: 'write letters, digits and _ . @ + - only',
        });
    }
    if (name && !home && !(inputs.env.AWS_CONFIG_FILE && inputs.env.AWS_SHARED_CREDENTIALS_FILE)) {
        inputs.wrong('aws-profile', undefined, {
            what: 'there is no home folder to write the profile to',
            fix: 'set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE',
        });
    }
    const toEnv = inputs.boolean('output-env-credentials', refresh || (!otherJobs && !name));
    if (refresh && !toEnv && !name) {
        inputs.wrong('refresh-credentials', undefined, {
            what: 'output-env-credentials is false and aws-profile is not given, so no later step could find the profile',
            fix: 'give aws-profile: NAME, or leave output-env-credentials out',
        });
    }
    return {
        toEnv,
        keysToEnv: toEnv && inputs.text('output-env-credentials') !== undefined,
        toOutputs: inputs.boolean('output-credentials', false),
        profile: name ? { name, overwrite } : undefined,
        refresh,
    };
}

;// CONCATENATED MODULE: ./lib/request.js












function readRequest(runner) {
    (0,mask_accounts/* maskNamedAccounts */.af)(runner);
    const inputs = inputReader(runner);
    const parameters = parametersRequest(inputs);
    const envFile = parameters?.file ? [parameters.file.path] : [];
    const objects = objectsRequest(inputs, { secretFiles: [...(0,secret_files/* secretFiles */.s)(inputs.env), ...envFile] });
    const images = imagesRequest(inputs);
    const deploy = (0,deploy_request/* deployRequest */.L)(inputs, {
        firstRegistry: nameOf((images?.registries ?? inputs.parsed('ecr-registries', parseRegistry))[0]),
        pushes: images?.images.flatMap(({ targets }) => targets) ?? [],
        uploads: objects?.targets ?? [],
        isAsItIs: objects?.excludes.length === 0 && objects.compress.length === 0,
        workspace: inputs.env.GITHUB_WORKSPACE || '.',
    });
    const jobs = {
        ...(images ? { images } : {}),
        ...(objects ? { objects } : {}),
        ...(parameters ? { parameters } : {}),
        ...(deploy ? { deploy } : {}),
    };
    const request = {
        dryRun: inputs.boolean('dry-run', false),
        summary: inputs.boolean('summary', true),
        ...(inputs.boolean('pull-request-comment', false)
            ? { comment: { token: inputs.text('github-token') ?? '', name: inputs.text('pull-request-comment-name') ?? '' } }
            : {}),
        signIn: signInRequest(inputs, { otherJobs: Object.keys(jobs).length > 0 }),
        ...jobs,
    };
    checkUnexpanded(inputs);
    checkUnknownInputs(inputs, runner);
    checkWithoutEffect(inputs, runner);
    checkGivenEmpty(inputs, runner);
    inputs.throwProblems();
    return request;
}
function nameOf(registry) {
    if (registry?.kind === 'account')
        return registry.account;
    return registry?.kind === 'host' ? registry.host : registry?.kind;
}

// EXTERNAL MODULE: ./lib/aws/shared-config.js
var shared_config = __webpack_require__(6683);
// EXTERNAL MODULE: ./lib/signin/export/held-sign-in.js
var held_sign_in = __webpack_require__(9752);
// EXTERNAL MODULE: ./lib/signin/export/own-files.js
var own_files = __webpack_require__(8411);
// EXTERNAL MODULE: ./lib/aws/ini.js
var ini = __webpack_require__(5527);
// EXTERNAL MODULE: ./lib/aws/session.js
var aws_session = __webpack_require__(7733);
// EXTERNAL MODULE: ./lib/signin/export/profile.js + 2 modules
var export_profile = __webpack_require__(5228);
;// CONCATENATED MODULE: ./lib/signin/export/plan.js






const OWN_PROFILE = 'keyless-aws';
const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
const FILE_VARIABLES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
const PROFILE_VARIABLES = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const CREDENTIAL_OUTPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
const TOKEN_FILE_VARIABLE = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const ELSEWHERE = [...aws_session/* CREDENTIAL_VARIABLES */.e, ...aws_session/* MORE_CREDENTIAL_VARIABLES */.c, TOKEN_FILE_VARIABLE];
function planExport(request, access) {
    const plan = chooseExport(request, access);
    return { ...plan, replaced: replacedBy(plan, access.runner.env) };
}
function replacedBy({ variables }, env) {
    const told = (name) => [...PROFILE_VARIABLES, ...FILE_VARIABLES].includes(name) ? `${name} (it was ${env[name]})` : name;
    return setIn(env, variables.filter((name) => !REGION_VARIABLES.includes(name))).map(told);
}
function chooseExport(request, { runner, session }) {
    const { env } = runner;
    const { toEnv, toOutputs, profile, refresh, keysToEnv } = request.exports;
    const outputs = toOutputs ? CREDENTIAL_OUTPUTS : [];
    const unset = request.unsetCurrent ? [...aws_session/* CREDENTIAL_VARIABLES */.e] : [];
    const none = { variables: [], emptied: unset, outputs, profile: undefined, own: undefined, found: false };
    if (refresh)
        checkLaterStepsCan(session);
    if (profile && !profile.overwrite)
        (0,export_profile/* checkProfileIsFree */.Cf)(profile.name, (0,export_profile/* profileParts */.OA)(profile.name, env), Date.now());
    if (profile && !(refresh && toEnv)) {
        const { config, credentials } = (0,shared_config/* sharedFiles */.Nt)(env);
        const written = { name: profile.name, files: refresh ? [config] : [config, credentials], renews: refresh };
        const inForce = env.AWS_PROFILE === profile.name;
        if (!toEnv)
            return {
                ...none,
                profile: written,
                emptied: inForce ? [...new Set([...unset, ...setIn(env, ELSEWHERE)])] : unset,
            };
        const own = { name: profile.name, files: (0,own_files/* ownFiles */.aJ)(env), holds: 'keys' };
        const variables = [...aws_session/* CREDENTIAL_VARIABLES */.e, ...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env, 'AWS_PROFILE')];
        return { ...none, variables, emptied: setIn(env, aws_session/* MORE_CREDENTIAL_VARIABLES */.c), profile: written, own };
    }
    if (!toEnv)
        return none;
    if (refresh) {
        const name = profile?.name ?? OWN_PROFILE;
        const own = { name, files: (0,own_files/* ownFiles */.aJ)(env), holds: 'process' };
        const variables = [...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env)];
        return { ...none, variables, own, emptied: setIn(env, ELSEWHERE) };
    }
    if (isFound(request, session) && !(keysToEnv && !session.existing)) {
        const found = planFound(session, env);
        return { ...none, ...found, emptied: [...new Set([...unset, ...found.emptied])] };
    }
    const taken = namesOf(env);
    const own = taken.length > 0 ? { name: OWN_PROFILE, files: (0,own_files/* ownFiles */.aJ)(env), holds: 'keys' } : undefined;
    const variables = [...aws_session/* CREDENTIAL_VARIABLES */.e, ...REGION_VARIABLES, ...(own ? FILE_VARIABLES : []), ...taken];
    return { ...none, variables, own, emptied: setIn(env, aws_session/* MORE_CREDENTIAL_VARIABLES */.c) };
}
function namesOf(env, always) {
    return PROFILE_VARIABLES.filter((name) => name === always || env[name] !== undefined);
}
function setIn(env, names) {
    return names.filter((name) => env[name]);
}
function isFound(request, { existing, source }) {
    const { roles, sessionPolicy, sessionPolicyArns, tokenFile, unsetCurrent } = request;
    if (existing)
        return true;
    if (roles.length > 0 || sessionPolicy !== undefined || sessionPolicyArns.length > 0 || unsetCurrent)
        return false;
    return source === 'ambient' || (source === 'token-file' && tokenFile === undefined);
}
function planFound({ identity }, env) {
    const isProfile = identity.kind === 'profile';
    const halves = identity.kind === 'keys' ? [] : [...aws_session/* CREDENTIAL_VARIABLES */.e, ...aws_session/* MORE_CREDENTIAL_VARIABLES */.c];
    const emptied = setIn(env, isProfile ? ELSEWHERE : halves);
    const leadsNowhere = !isProfile && namesOf(env).some((name) => !isInFiles(env[name] ?? '', env));
    const named = isProfile ? namesInUse(env) : [];
    if (!leadsNowhere)
        return { variables: [...REGION_VARIABLES, ...named], emptied, own: undefined, found: true };
    const own = { name: OWN_PROFILE, files: (0,own_files/* ownFiles */.aJ)(env), holds: 'nothing' };
    return { variables: [...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env)], emptied, own, found: true };
}
function namesInUse(env) {
    const { name } = (0,shared_config/* namedProfile */.pR)(env) ?? {};
    return name === undefined ? [] : namesOf(env, 'AWS_PROFILE').filter((it) => env[it] !== name);
}
function isInFiles(name, env) {
    const { config, credentials } = (0,shared_config/* sharedFiles */.Nt)(env);
    return (0,ini/* sectionOf */.ZE)((0,shared_config/* readShared */.qA)(config), (0,shared_config/* configSection */.c_)(name)) !== '' || (0,ini/* sectionOf */.ZE)((0,shared_config/* readShared */.qA)(credentials), name) !== '';
}
function checkLaterStepsCan({ identity }) {
    if (identity.kind !== 'keys' && identity.kind !== 'profile')
        return;
    throw new base_problem/* Problem */.AF({
        on: 'Input refresh-credentials',
        what: `a later step cannot sign in again with ${identity.described}`,
        why: 'in later steps the new profile would take their place',
        fix: 'sign in with GitHub OIDC, a token file or the role of the machine; or leave refresh-credentials out',
    });
}
function afterJob(name, env, region) {
    const { config, credentials } = (0,shared_config/* defaultFiles */.bB)(env);
    if (name === 'AWS_CONFIG_FILE')
        return config;
    if (REGION_VARIABLES.includes(name))
        return env.AWS_REGION || env.AWS_DEFAULT_REGION || (0,shared_config/* profileRegion */.qf)(env) || region;
    return name === 'AWS_SHARED_CREDENTIALS_FILE' ? credentials : '';
}

// EXTERNAL MODULE: ./lib/aws/masked-outputs.js
var masked_outputs = __webpack_require__(4339);
;// CONCATENATED MODULE: ./lib/signin/export/report.js



function reportExport(plan, facts) {
    const { variables, profile } = plan;
    const exported = variables.length > 0
        ? `${(0,units/* counted */.hS)(variables.length, 'variable')} for later steps`
        : 'no credentials for later steps';
    return {
        headline: profile ? `profile ${profile.name}` : exported,
        lines: toldExports(plan, facts),
        outputs: identityOutputs(facts),
        summary: '',
    };
}
function toldExports(plan, { request, session }) {
    const { variables, emptied, profile, outputs, own, found } = plan;
    const lines = [];
    if (found) {
        lines.push(session.identity.kind === 'keys'
            ? 'Later steps have the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY already; nothing renews them.'
            : `Later steps find ${session.identity.described} themselves, and renew it: no credentials are exported (output-env-credentials: true exports them as they are now).`);
    }
    if (profile)
        lines.push(`Profile ${profile.name}: written to ${profile.files.join(' and ')}.`);
    if (own?.holds === 'process') {
        lines.push(`Later steps sign in again whenever they need credentials, as the same identity: by the profile ${own.name}, which is the default one, in ${own.files.config}.`);
    }
    if (own?.holds === 'process' || profile?.renews)
        lines.push(...toldRenewal(request));
    if (variables.length > 0)
        lines.push(`Exported for later steps: ${variables.join(', ')}.`);
    else if (!profile)
        lines.push('Credentials stay in this step: nothing is exported (output-env-credentials).');
    lines.push(...toldReplaced(plan));
    if (emptied.length > 0)
        lines.push(`Emptied for later steps: ${emptied.join(', ')}.`);
    if (outputs.length > 0)
        lines.push(`Credentials are outputs of this step: ${outputs.join(', ')}. ${masked_outputs/* MASKED_OUTPUTS */.L}`);
    if (request.maskAccountId)
        lines.push('mask-aws-account-id: GitHub leaves outputs with the account id in them (ARNs, registries) out of the outputs of a job.');
    if (own && own.holds !== 'process')
        lines.push('Docker container actions do not see the files of this profile, and fail on its name: use them in a job without it.');
    return lines;
}
function toldRenewal({ durationSeconds }) {
    const where = 'That works in run: steps and JavaScript actions of this job. A Docker container action, or a step of another job, has neither this action nor the right to a token.';
    if (durationSeconds >= held_sign_in/* LEAST_SECONDS */.QP)
        return [where];
    return [
        where,
        `Its sessions last ${held_sign_in/* LEAST_SECONDS */.QP} seconds, not ${durationSeconds}: boto3 renews 15 minutes before the end, and would sign in at each of its calls.`,
    ];
}
function toldReplaced({ replaced }) {
    if (replaced.length === 0)
        return [];
    return [`Replaced for later steps, so that all SDKs agree on who this job is: ${replaced.join(', ')}.`];
}
function identityOutputs({ request, session, expiration }) {
    const { accountId, arn, partition, region } = session;
    const [, role] = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn) ?? [];
    const asked = session.existing ? undefined : request.roles.at(-1);
    const roleArn = asked?.startsWith('arn:') ? asked : `arn:${partition}:iam::${accountId}:role/${role}`;
    return {
        'aws-account-id': accountId,
        'authenticated-arn': arn,
        'aws-partition': partition,
        'aws-region': region,
        ...(role ? { 'role-arn': roleArn } : {}),
        ...(expiration ? { 'aws-expiration': expiration.toISOString() } : {}),
    };
}

;// CONCATENATED MODULE: ./lib/signin/export/index.js






function makeExportJob(request, access) {
    const { session } = access;
    return {
        name: 'sign-in',
        plan: async () => planExport(request, access),
        permissions: () => [],
        apply: (plan) => applyExport(plan, request, access),
        report: (plan, expiration) => reportExport(plan, { request, session, expiration }),
        describe: ({ own, ...plan }) => ({
            ...plan,
            ...(own ? { ownProfile: own.name, renews: own.holds === 'process' } : {}),
            arn: request.maskAccountId ? '***' : session.arn,
            source: session.source,
            region: session.region,
        }),
    };
}
async function applyExport(plan, request, access) {
    const { runner, session } = access;
    const credentials = await session.credentials();
    const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = credentials;
    if (plan.profile)
        exportProfile(plan.profile, credentials, { request, access });
    if (plan.own)
        exportOwnFiles(plan.own, credentials, { request, access });
    const name = plan.own?.name ?? plan.profile?.name ?? (0,shared_config/* profileInUse */.q8)(runner.env);
    const values = {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: request.regionName,
        AWS_DEFAULT_REGION: request.regionName,
        AWS_PROFILE: name,
        AWS_DEFAULT_PROFILE: name,
        AWS_CONFIG_FILE: plan.own?.files.config ?? '',
        AWS_SHARED_CREDENTIALS_FILE: plan.own?.files.credentials ?? '',
    };
    exportAll(plan, values, runner);
    runner.outputs(Object.fromEntries(plan.outputs.map((name) => [name, values[name.toUpperCase().replaceAll('-', '_')] ?? ''])));
    return expiration;
}
function exportProfile({ name, renews }, credentials, { request, access }) {
    const { runner } = access;
    const parts = (0,export_profile/* profileParts */.OA)(name, runner.env);
    const region = { region: request.regionName };
    const until = renews ? undefined : credentials.expiration;
    const writer = { by: writerOf(runner.env), until, undoLater: runner.undoLater };
    if (renews) {
        const files = (0,own_files/* ownFiles */.aJ)(runner.env);
        runner.undoLater({ kind: 'folder', path: files.folder });
        writeHeld(files, request, access);
        (0,export_profile/* writeProfile */.Z8)(parts.config, { ...region, ...processOf(files) }, writer);
    }
    else {
        (0,export_profile/* writeProfile */.Z8)(parts.credentials, keysOf(credentials), writer);
        (0,export_profile/* writeProfile */.Z8)(parts.config, region, writer);
    }
}
function exportOwnFiles({ name, files, holds }, credentials, { request, access }) {
    const { runner } = access;
    runner.undoLater({ kind: 'folder', path: files.folder });
    if (holds === 'process')
        writeHeld(files, request, access);
    const settings = { process: processOf(files), keys: keysOf(credentials), nothing: {} }[holds];
    const written = { region: request.regionName, ...settings };
    (0,own_files/* writeOwnFiles */.HO)(files, { name, isDefault: holds === 'process', settings: written }, runner.env);
}
function keysOf({ accessKeyId, secretAccessKey, sessionToken }) {
    return {
        aws_access_key_id: accessKeyId,
        aws_secret_access_key: secretAccessKey,
        ...(sessionToken ? { aws_session_token: sessionToken } : {}),
    };
}
function processOf({ settings }) {
    return { credential_process: (0,held_sign_in/* processCommand */.tv)(settings) };
}
function writeHeld({ folder, settings }, request, { session, runner }) {
    (0,own_files/* makeFolder */.fc)(folder);
    (0,own_files/* writeOwn */.ys)(settings, JSON.stringify((0,held_sign_in/* hold */._2)(request, session, runner.env)));
}
function exportAll({ variables, emptied }, values, runner) {
    const { env } = runner;
    const unset = Object.fromEntries(variables.map((name) => [name, afterJob(name, env, values.AWS_REGION ?? '')]));
    const all = [...variables.map((name) => [name, values[name] ?? '']), ...emptied.map((name) => [name, ''])];
    if (all.length > 0)
        runner.exportVariables(Object.fromEntries(all), { unset });
}
function writerOf(env) {
    return `run ${env.GITHUB_RUN_ID ?? '0'} of ${env.GITHUB_REPOSITORY ?? 'a repository'}, job ${env.GITHUB_JOB ?? 'unknown'}`;
}

// EXTERNAL MODULE: ./lib/signin/index.js + 24 modules
var signin = __webpack_require__(9892);
;// CONCATENATED MODULE: ./lib/main.js











async function main() {
    const log = { ...(0,base_runner/* logTo */.kX)(process.env), env: process.env };
    const step = (0,report_step/* startStep */.b)();
    const fail = (thrown) => {
        (0,report/* reportFailure */.xV)(log, thrown, step);
        (0,report/* reportSummary */.hm)(log, step, thrown);
    };
    let ended = false;
    process.once('uncaughtException', (thrown) => {
        (0,report/* reportFailure */.xV)(log, thrown, step);
        process.exit(1);
    });
    try {
        await run(step, (stop) => {
            (0,base_stop/* endAtLast */.FD)(stop, () => {
                if (!ended)
                    fail(stop.reason);
            });
        });
    }
    catch (thrown) {
        fail(thrown);
        process.exitCode = 1;
    }
    await (0,parallel/* settle */.G9)(step.jobs.map((job) => job.end?.() ?? Promise.resolve()));
    ended = true;
    setTimeout(() => (0,base_stop/* endNow */.C7)(), timeouts/* LINGER_MS */.RX).unref();
}
async function run(step, watch) {
    const runner = (0,base_runner/* githubRunner */.OA)();
    step.summary = runner.input('summary') !== 'false';
    const request = readRequest(runner);
    if (runner.env.AWS_CA_BUNDLE)
        (await __webpack_require__.e(/* import() */ 195).then(__webpack_require__.bind(__webpack_require__, 195))).trustBundles(runner.env);
    const stop = (0,base_stop/* stopSignal */.Zm)(request.signIn.timeoutSeconds);
    watch(stop);
    step.dryRun = request.dryRun;
    step.hidesAccount = request.signIn.maskAccountId;
    step.stage = 'sign-in';
    const signingIn = (0,signin/* signIn */.J)(request.signIn, runner, stop);
    const [access, makers] = await Promise.all([signingIn, loadJobs(request)]);
    step.session = access.session;
    step.jobs = makers.map((make) => make(access));
    step.stage = 'plan';
    const plans = step.jobs.map((job) => noting(step, job, async () => ({ job, plan: await job.plan() })));
    step.planned = await (0,parallel/* together */.bs)(plans);
    await checkAll(step);
    (0,report/* reportPlan */._S)(runner, step);
    step.stage = 'apply';
    const { done, failure } = step.dryRun ? { done: step.planned, failure: undefined } : await applyAll(step, runner);
    step.done = done;
    (0,report/* reportDone */.zc)(runner, step);
    if (failure !== undefined)
        throw failure;
    (0,report/* reportSummary */.hm)(runner, step);
    if (request.comment)
        await comment(request.comment, step, access);
}
async function checkAll(step) {
    const checks = step.planned.filter(({ job }) => job.check);
    if (checks.length === 0)
        return;
    const coming = await comingFrom(step.planned);
    await (0,parallel/* together */.bs)(checks.map(({ job, plan }) => noting(step, job, async () => job.check?.(plan, coming))));
}
async function comingFrom(planned) {
    const coming = planned.map(async ({ job, plan, result }) => (await job.coming?.(plan, result)) ?? []);
    return (await (0,parallel/* together */.bs)(coming)).flat();
}
async function applyAll(step, runner) {
    const [last = [], first = []] = [true, false].map((isLast) => step.planned.filter(({ job }) => (job.after === 'others') === isLast));
    const before = await applySome(step, first);
    if (last.length === 0)
        return before;
    if (before.failure !== undefined) {
        runner.info(`Not begun, because another part of the step failed: ${last.map(({ job }) => job.name).join(', ')}`);
        return { ...before, done: [...before.done, ...last] };
    }
    const after = await applySome(step, last, await comingFrom(before.done));
    return { done: [...before.done, ...after.done], failure: after.failure };
}
async function applySome(step, planned, pushed = []) {
    const { done, failure } = await (0,parallel/* settle */.G9)(planned.map(({ job, plan }) => noting(step, job, async () => ({ job, plan, result: await job.apply(plan, pushed) }))));
    const problems = done.flatMap(({ job, result }) => {
        const found = job.problems?.(result) ?? [];
        if (found.length > 0)
            step.failed.add(job.name);
        return found;
    });
    return { done, failure: failure ?? (problems.length > 0 ? new base_problem/* Problems */.Zw(problems) : undefined) };
}
async function comment({ token, name }, step, { runner, http, signal, session }) {
    if (!step.dryRun)
        return runner.notice('pull-request-comment has no effect without dry-run: true');
    const { commentOnPullRequest } = await Promise.all(/* import() */[__webpack_require__.e(413), __webpack_require__.e(853)]).then(__webpack_require__.bind(__webpack_require__, 7023));
    const text = (0,report/* planMarkdown */.Xg)(step);
    const scope = [session.accountId, session.region, name === 'null' ? '' : name].join(' ').trim();
    await commentOnPullRequest({ token, text, scope }, { runner, http, signal, pullRequest: pullRequestOf(runner.env) });
}
async function noting({ failed }, { name }, work) {
    try {
        return await work();
    }
    catch (thrown) {
        failed.add(name);
        throw thrown;
    }
}
async function loadJobs({ signIn: exporting, images, objects, parameters, deploy }) {
    const jobs = [(access) => makeExportJob(exporting, access)];
    if (parameters) {
        const { parametersJob } = await Promise.all(/* import() */[__webpack_require__.e(279), __webpack_require__.e(869), __webpack_require__.e(736), __webpack_require__.e(840)]).then(__webpack_require__.bind(__webpack_require__, 840));
        jobs.push((access) => parametersJob(parameters, access));
    }
    if (objects) {
        const { objectsJob } = await Promise.all(/* import() */[__webpack_require__.e(279), __webpack_require__.e(869), __webpack_require__.e(711), __webpack_require__.e(96), __webpack_require__.e(932)]).then(__webpack_require__.bind(__webpack_require__, 7932));
        jobs.push((access) => objectsJob(objects, access));
    }
    if (images) {
        const { imagesJob } = await Promise.all(/* import() */[__webpack_require__.e(279), __webpack_require__.e(869), __webpack_require__.e(249), __webpack_require__.e(637)]).then(__webpack_require__.bind(__webpack_require__, 8705));
        const outputCredentials = exporting.exports.toOutputs;
        jobs.push((access) => imagesJob(images, access, { outputCredentials }));
    }
    if (deploy) {
        const { deployJob } = await Promise.all(/* import() */[__webpack_require__.e(279), __webpack_require__.e(869), __webpack_require__.e(711), __webpack_require__.e(249), __webpack_require__.e(395)]).then(__webpack_require__.bind(__webpack_require__, 2395));
        jobs.push((access) => deployJob(deploy, access));
    }
    return jobs;
}


/***/ }),

/***/ 2564:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $0: () => (/* binding */ decideAcl),
/* harmony export */   DK: () => (/* binding */ OWNERSHIP_REMEDY),
/* harmony export */   EG: () => (/* binding */ DARK_OBJECTS),
/* harmony export */   EL: () => (/* binding */ outcomeText),
/* harmony export */   Fx: () => (/* binding */ BUCKET_OWNER_FULL_CONTROL),
/* harmony export */   Nj: () => (/* binding */ goesFirst),
/* harmony export */   QB: () => (/* binding */ isPublicAcl),
/* harmony export */   m2: () => (/* binding */ CANNED_ACLS),
/* harmony export */   sG: () => (/* binding */ outcomeOf)
/* harmony export */ });
const BUCKET_OWNER_FULL_CONTROL = 'bucket-owner-full-control';
const CANNED_ACLS = [
    'private',
    'bucket-owner-read',
    BUCKET_OWNER_FULL_CONTROL,
    'public-read',
    'public-read-write',
    'authenticated-read',
    'aws-exec-read',
];
const ACLS_OFF = 'Object Ownership of the bucket is BucketOwnerEnforced: its ACLs are off, and S3 refuses this one (400 AccessControlListNotSupported)';
const IGNORED = "is sent and has no effect, because Block Public Access of the bucket ignores public ACLs (IgnorePublicAcls): nobody can read the objects by it. To fix it, turn that setting off, or leave out s3-acl and let the bucket's policy, or CloudFront, serve them";
const DARK_OBJECTS = "the uploader's account stays the owner of these objects: the bucket's policy, public access, and CloudFront's OAI or OAC will not reach them";
const OWNERSHIP_REMEDY = "let the bucket's owner set Object Ownership to BucketOwnerEnforced (it then owns every object at once) or BucketOwnerPreferred";
function decideAcl(facts) {
    const { wish, relation, ownership } = facts;
    const found = `${ownershipText(ownership)}, ${relationText(relation)}`;
    if (wish === 'auto')
        return decideAuto(facts, found);
    if (wish === 'none') {
        return { outcome: outcomeOf(undefined, facts), line: `${found}: no ACL is sent (s3-acl: none)` };
    }
    if (ownership === 'BucketOwnerEnforced' && wish === 'private') {
        const line = `${found}: no ACL is sent; private means the same here, and S3 refuses it across accounts`;
        return { outcome: 'owner', line };
    }
    if (ownership === 'BucketOwnerEnforced' && wish !== BUCKET_OWNER_FULL_CONTROL)
        return refused(found, wish, ACLS_OFF);
    if (wish === 'private' && ownership === 'unknown' && relation !== 'same') {
        const line = `${found}: no ACL is sent; private is the default, and a bucket without ACLs refuses it`;
        return { outcome: outcomeOf(undefined, facts), line };
    }
    if (isPublicAcl(wish) && facts.publicAcls === 'refused') {
        return refused(found, wish, "the bucket's Block Public Access setting refuses public ACLs (403)");
    }
    const ignored = isPublicAcl(wish) && facts.publicAcls === 'ignored';
    return {
        send: wish,
        outcome: outcomeOf(wish, facts),
        line: `${found}: ${wish} is sent (s3-acl)`,
        ...(ignored ? { warning: `${wish} ${IGNORED}` } : {}),
    };
}
function isPublicAcl(wish) {
    return wish === 'public-read' || wish === 'public-read-write' || wish === 'authenticated-read';
}
function decideAuto(facts, found) {
    const { relation, ownership } = facts;
    if (ownership === 'BucketOwnerEnforced') {
        return {
            outcome: 'owner',
            line: `${found}: no ACL is sent; the bucket's owner owns every object`,
            ifRefused: BUCKET_OWNER_FULL_CONTROL,
        };
    }
    if (relation === 'same') {
        return {
            outcome: 'owner',
            line: `${found}: no ACL is sent; the uploader's account owns the bucket`,
            ifRefused: BUCKET_OWNER_FULL_CONTROL,
        };
    }
    const why = {
        BucketOwnerPreferred: "it makes the bucket's owner the owner of each object that is sent",
        ObjectWriter: "it gives the bucket's owner full control, though not ownership",
        unknown: "it is accepted in every mode, and needed where the bucket's owner would not own the objects",
    }[ownership];
    return {
        send: BUCKET_OWNER_FULL_CONTROL,
        ...(relation === 'unknown' ? { triesOwn: true } : {}),
        outcome: outcomeOf(BUCKET_OWNER_FULL_CONTROL, facts),
        line: `${found}: ${BUCKET_OWNER_FULL_CONTROL} is sent; ${why}`,
    };
}
function outcomeOf(acl, { relation, ownership }) {
    if (relation === 'same' || ownership === 'BucketOwnerEnforced')
        return 'owner';
    if (relation === 'unknown' || ownership === 'unknown')
        return 'unknown';
    if (acl === BUCKET_OWNER_FULL_CONTROL)
        return ownership === 'BucketOwnerPreferred' ? 'owner' : 'granted';
    return acl === 'bucket-owner-read' ? 'granted' : 'none';
}
function outcomeText(outcome) {
    if (outcome === 'granted')
        return `the bucket's owner may read the objects but does not own them: ${DARK_OBJECTS}`;
    if (outcome === 'none')
        return `the bucket's owner cannot read the objects, and ${DARK_OBJECTS}`;
    return undefined;
}
function refused(found, wish, why) {
    const details = { what: `s3-acl: ${wish} would be refused for every object`, why, fix: 's3-acl: auto' };
    return { outcome: 'unknown', line: `${found}: ${wish} cannot be sent`, refusal: details };
}
function ownershipText(ownership) {
    return ownership === 'unknown' ? 'Object Ownership unknown (no s3:GetBucketOwnershipControls)' : ownership;
}
function relationText(relation) {
    if (relation === 'unknown')
        return 'owner unknown';
    return relation === 'same' ? 'a bucket of your own account' : "another account's bucket";
}
function goesFirst(acl, verify) {
    return {
        looks: acl.outcome === 'unknown' && verify !== 'off',
        probes: acl.ifRefused !== undefined || acl.triesOwn === true,
    };
}


/***/ }),

/***/ 7787:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gu: () => (/* binding */ GLOB_OPTIONS),
/* harmony export */   tk: () => (/* binding */ folderFinder),
/* harmony export */   xk: () => (/* binding */ globSet),
/* harmony export */   yX: () => (/* binding */ meantGlob)
/* harmony export */ });
/* harmony import */ var picomatch__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4006);

const GLOB_OPTIONS = { dot: true };
const INDEX_FROM = 16;
function meantGlob(glob) {
    const forward = process.platform === 'win32' ? glob.replaceAll('\\', '/') : glob.replace(/\\(?=[\w.]|\*\*)/g, '/');
    const rooted = forward.replace(/^(?:\.?\/+)+/, '');
    return rooted.endsWith('/') ? `${rooted}**` : rooted;
}
function folderFinder(glob) {
    if (/[({]/.test(glob))
        return () => true;
    const segments = glob
        .split('/')
        .map((segment) => (segment.includes('**') ? undefined : picomatch__WEBPACK_IMPORTED_MODULE_0__(segment, GLOB_OPTIONS)));
    const open = segments.indexOf(undefined);
    const certain = open < 0 ? segments : segments.slice(0, open);
    return (folder) => {
        const names = folder.split('/');
        if (open < 0 && names.length >= segments.length)
            return false;
        return names.every((name, depth) => certain[depth]?.(name) ?? true);
    };
}
function globSet(globs) {
    const matchers = globs.map((glob) => picomatch__WEBPACK_IMPORTED_MODULE_0__(meantGlob(glob), GLOB_OPTIONS));
    const matched = new Uint8Array(globs.length);
    const { always, bySegment, byExtension } = indexOf(globs);
    const find = (name, before) => {
        let best = before;
        const look = (places) => {
            for (const place of places) {
                if (place <= best && matched[place])
                    continue;
                if (!matchers[place](name))
                    continue;
                matched[place] = 1;
                best = Math.max(best, place);
            }
        };
        look(always);
        if (bySegment.size > 0)
            for (const segment of name.split('/'))
                look(bySegment.get(segment) ?? []);
        if (byExtension.size > 0)
            look(byExtension.get(extensionOf(name)) ?? []);
        return best;
    };
    return {
        lastMatch: (names) => names.reduce((best, name) => find(name, best), -1),
        unmatched: () => globs.map((_, place) => place).filter((place) => !matched[place]),
    };
}
function indexOf(globs) {
    const always = [];
    const bySegment = new Map();
    const byExtension = new Map();
    for (const [place, glob] of globs.entries()) {
        const [index, part] = literalOf(meantGlob(glob), { bySegment, byExtension });
        if (globs.length < INDEX_FROM || !index)
            always.push(place);
        else
            index.set(part, [...(index.get(part) ?? []), place]);
    }
    return { always, bySegment, byExtension };
}
function literalOf(glob, { bySegment, byExtension }) {
    if (/[{}()[\]!\\+@|]/.test(glob))
        return [undefined, ''];
    const segments = glob.split('/');
    const literal = segments.find((segment) => segment !== '' && !/[*?]/.test(segment));
    if (literal !== undefined)
        return [bySegment, literal];
    const [, extension] = /^\*\.([^.*?]+)$/.exec(segments.at(-1) ?? '') ?? [];
    return extension === undefined ? [undefined, ''] : [byExtension, extension];
}
function extensionOf(name) {
    return name.slice(name.lastIndexOf('.') + 1);
}


/***/ }),

/***/ 1999:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RR: () => (/* binding */ encodeUri),
/* harmony export */   Y: () => (/* binding */ decodeListed),
/* harmony export */   g2: () => (/* binding */ encodeKey),
/* harmony export */   q6: () => (/* binding */ problemOfKey)
/* harmony export */ });
const MAX_KEY_BYTES = 1_024;
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
    if (key.includes('\ufffd'))
        return { what: 'the name is not UTF-8', fix: 'rename the file' };
    return undefined;
}
function encodeKey(key) {
    return key.split('/').map(encodeUri).join('/');
}
function encodeUri(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
function decodeListed(key) {
    return decodeURIComponent(key.replaceAll('+', ' '));
}


/***/ }),

/***/ 5731:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ MAX_TAGS)
/* harmony export */ });
const MAX_TAGS = 10;


/***/ }),

/***/ 2953:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HS: () => (/* binding */ joinPaths),
/* harmony export */   NT: () => (/* binding */ VIEWER_PATH),
/* harmony export */   R$: () => (/* binding */ isContentNamed),
/* harmony export */   VB: () => (/* binding */ pathsToInvalidate),
/* harmony export */   XP: () => (/* binding */ formsOf),
/* harmony export */   b$: () => (/* binding */ MAX_WILDCARDS_IN_PROGRESS),
/* harmony export */   hU: () => (/* binding */ covers),
/* harmony export */   jQ: () => (/* binding */ withQueries),
/* harmony export */   qZ: () => (/* binding */ MAX_PATHS_IN_PROGRESS),
/* harmony export */   sO: () => (/* binding */ addressesOf)
/* harmony export */ });
const MAX_SINGLE_PATHS = 50;
const MAX_WILDCARDS = 10;
const MAX_WILDCARDS_IN_PROGRESS = 15;
const MAX_PATHS_IN_PROGRESS = 3_000;
function pathsToInvalidate(keys) {
    const unique = new Set(keys);
    const single = unique.size > MAX_SINGLE_PATHS ? undefined : formsOfAll([...unique].flatMap(addressesOf));
    if (single && single.length <= MAX_SINGLE_PATHS && wildcardsAmong(single) <= MAX_WILDCARDS)
        return single;
    const prefix = commonFolder(unique);
    const below = new Set();
    for (const key of unique) {
        const rest = key.slice(prefix.length);
        const slash = rest.indexOf('/');
        if (slash < 0)
            for (const address of addressesOf(key))
                below.add(address);
        else
            below.add(`/${prefix}${rest.slice(0, slash)}/*`);
        if (below.size > MAX_SINGLE_PATHS + MAX_WILDCARDS)
            return formsOf(`/${prefix}*`);
    }
    const bare = [...below]
        .filter((path) => path.endsWith('*'))
        .map((path) => path.slice(0, -2))
        .filter((path) => unique.has(`${path.slice(1)}/index.html`));
    const forms = formsOfAll([...below, ...bare]);
    const wildcards = wildcardsAmong(forms);
    const few = wildcards <= MAX_WILDCARDS && forms.length - wildcards <= MAX_SINGLE_PATHS + MAX_WILDCARDS;
    return few ? forms : formsOf(`/${prefix}*`);
}
function formsOfAll(paths) {
    const forms = new Set();
    for (const path of paths)
        for (const form of formsOf(path))
            forms.add(form);
    return [...forms].sort();
}
function wildcardsAmong(paths) {
    return paths.filter((path) => path.endsWith('*')).length;
}
const UNMATCHED = /[~[\]|\\^*]/;
const EITHER = /[+@&,;=$:]/g;
const SEVERAL = /[+@&,;=$: ]/;
function formsOf(path) {
    const isWildcard = path.endsWith('*');
    const body = isWildcard ? path.slice(0, -1) : path;
    if (isWildcard || UNMATCHED.test(body)) {
        const cuts = [body.search(UNMATCHED), body.search(SEVERAL)].filter((at) => at >= 0);
        return [encodePath(`${body.slice(0, Math.min(body.length, ...cuts))}*`)];
    }
    const encoded = encodePath(path);
    const forms = [encoded, encoded.replace(EITHER, percent)];
    return [...new Set([...forms, ...forms.map((form) => form.replaceAll('%20', '+'))])];
}
function encodePath(path) {
    const star = path.endsWith('*') ? '*' : '';
    const body = star ? path.slice(0, -1) : path;
    return body.replace(/[^A-Za-z0-9$\-_.+!'(),;:@&=/]/gu, percent) + star;
}
const VIEWER_PATH = /^\/(?:[A-Za-z0-9$\-_.+!'(),;:@&=/?]|%[0-9A-Fa-f]{2})*\*?$/;
function covers(wildcard, path) {
    return path.startsWith(wildcard.slice(0, -1));
}
function percent(char) {
    return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
function addressesOf(key) {
    if (key === 'index.html')
        return ['/index.html', '/'];
    if (!key.endsWith('/index.html'))
        return key.endsWith('.html') ? [`/${key}`, `/${key.slice(0, -5)}`] : [`/${key}`];
    const folder = key.slice(0, -'/index.html'.length);
    return [`/${key}`, `/${folder}/`, `/${folder}`];
}
function isContentNamed(key) {
    const name = key.slice(key.lastIndexOf('/') + 1);
    return [...name.matchAll(/(?<=[-._~])[A-Za-z0-9_-]{6,}(?=\.)/g)].some(([text]) => {
        const isHex = /^[0-9a-f]+$/.test(text) && /\d/.test(text) && /[a-f]/.test(text);
        return isHex || (text.length >= 8 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text));
    });
}
function joinPaths(...lists) {
    const all = [...new Set(lists.flat())].sort();
    return all.filter((path) => path.endsWith('*')).length > MAX_WILDCARDS ? ['/*'] : all;
}
function withQueries(paths) {
    const all = joinPaths(paths.map((path) => (path.endsWith('*') ? path : `${path}*`)));
    return all.includes('/*') ? ['/*'] : all;
}
function commonFolder(keys) {
    let common;
    for (const key of keys) {
        common ??= key.slice(0, key.lastIndexOf('/') + 1);
        while (!key.startsWith(common))
            common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
    }
    return common ?? '';
}


/***/ }),

/***/ 4507:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ collisions),
  f: () => (/* binding */ powerOf)
});

;// CONCATENATED MODULE: ./lib/parameters/deliver/refused-names.js
function words(text) {
    return text.trim().split(/\s+/);
}
const ALWAYS = [
    {
        what: 'every program that a later step starts obeys it',
        names: words(`
      PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_* BASH_ENV BASH_FUNC_* SHELLOPTS IFS
    `),
    },
    { what: 'every program of Node that a later step starts obeys it, actions too', names: words(`NODE_OPTIONS`) },
    { what: 'AWS tools take their endpoint, certificates and credentials from it', names: words(`AWS_*`) },
    { what: 'the runner and its actions use it', names: words(`GITHUB_* RUNNER_* ACTIONS_*`) },
    { what: 'the post step of aws-secretsmanager-get-secrets trusts it', names: words(`SECRETS_LIST_CLEAN_UP`) },
];
const FROM_VALUES = [
    {
        what: 'the loader and the shells obey it',
        names: words(`
      LD_* PATHEXT COMSPEC SHELL BASHOPTS ENV ZDOTDIR PS0 PS1 PS2 PS4 PROMPT_COMMAND CDPATH GLOBIGNORE FPATH HOME TMPDIR TMP
      TEMP PSMODULEPATH USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA XDG_* GCONV_PATH GLIBC_TUNABLES
      MALLOC_* LOCPATH NLSPATH HOSTALIASES RESOLV_* RES_OPTIONS SYSTEMROOT WINDIR INPUTRC TERMINFO* TERMCAP
    `),
    },
    {
        what: 'the runner and actions look at it',
        names: words(`
      INPUT_* STATE_ISPOST STATE_UNDO* STATE_SSHKEYPATH STATE_REPOSITORYPATH CI
    `),
    },
    {
        what: 'JavaScript obeys it',
        names: words(`
      NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_REPL_EXTERNAL_MODULE NODE_V8_COVERAGE
      NODE_REDIRECT_WARNINGS NODE_COMPILE_CACHE NODE_ICU_DATA NODE_PENDING_* NPM_CONFIG_* YARN_* PNPM_* COREPACK_* BUN_*
      DENO_* ESBUILD_* PUPPETEER_* PLAYWRIGHT_* CYPRESS_RUN_BINARY CYPRESS_INSTALL_BINARY CYPRESS_DOWNLOAD_MIRROR
      CYPRESS_CACHE_FOLDER ELECTRON_* BABEL_* TS_NODE_* TSX_* SWC_* TURBO_API TURBO_BINARY_PATH VITE_NODE_* NAPI_RS_* SASS_*
      PRISMA_*_BINARY PRISMA_*_LIBRARY PRISMA_ENGINES_MIRROR CHROME_BIN CHROME_PATH FIREFOX_BIN NVM_* VOLTA_* FNM_*
    `),
    },
    {
        what: 'Python obeys it',
        names: words(`
      PYTHON* PIP_* PIPENV_* PIPX_* UV_* POETRY_* PDM_* HATCH_* VIRTUALENV_* VIRTUAL_ENV CONDA_* MAMBA_* PYTEST_ADDOPTS
      PYTEST_PLUGINS TOX_* NOX_* COVERAGE_PROCESS_START COVERAGE_RCFILE DISTUTILS_* SETUPTOOLS_* MYPYPATH PYENV_* IPYTHONDIR
      JUPYTER_* MATPLOTLIBRC GUNICORN_CMD_ARGS CLOUDSDK_PYTHON*
    `),
    },
    {
        what: 'Ruby, Perl, PHP, Lua, R, Erlang, Haskell or Julia obeys it',
        names: words(`
      RUBY* GEM_* BUNDLE_* BUNDLER_* RAKEOPT RSPEC_* RBENV_* RVM_* IRBRC PERL* PROVE_* PHP_INI_SCAN_DIR PHPRC PHPENV_*
      COMPOSER* PEAR_* XDEBUG_CONFIG XDEBUG_TRIGGER LUA_* LUAROCKS_* R_PROFILE* R_PROFILE_USER R_ENVIRON_USER R_ENVIRON*
      R_LIBS* R_HOME RSCRIPT* ERL_* ELIXIR_* MIX_HOME MIX_ARCHIVES MIX_PATH MIX_EXS MIX_DEPS_PATH MIX_BUILD* HEX_MIRROR*
      HEX_HOME HEX_API_URL REBAR* GHC_* GHCRTS CABAL_* STACK_YAML STACK_ROOT STACK_WORK JULIA_* OCAML* OPAM* CAML*
      TCLLIBPATH TCL*_LIBRARY GUILE_* EMACSLOADPATH
    `),
    },
    {
        what: 'Java, .NET, Go, Rust or Swift obeys it',
        names: words(`
      JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_* JAVA_OPTS JAVA_HOME JRE_HOME JAVACMD MAVEN_* MVN_* MVNW_* M2_HOME GRADLE_*
      ORG_GRADLE_* CLASSPATH ANT_* SBT_* SCALA_* KOTLIN_* LEIN_* CLJ_* GROOVY_* JBANG_* SPRING_CONFIG_* LOGBACK_* LOG4J_*
      CATALINA_* DOTNET_* CORECLR_* COR_* COMPLUS_* NUGET_* MSBUILD* MONO_* ASPNETCORE_HOSTINGSTARTUPASSEMBLIES
      DIRECTORY_BUILD_* GOFLAGS GOPROXY GOSUMDB GONOSUM* GONOPROXY GOPRIVATE GOINSECURE GOVCS GOENV GOTOOLCHAIN GOROOT
      GOPATH GOBIN GOCACHE* GOMODCACHE GOTMPDIR GOWORK GOEXPERIMENT GODEBUG GOTOOLDIR GCCGO GO_EXTLINK* CGO_* RUST* CARGO_*
      CLIPPY_* BINDGEN_* SWIFT_* SWIFTPM_* TOOLCHAINS DEVELOPER_DIR XCODE_*
    `),
    },
    {
        what: 'compilers and build tools obey it',
        names: words(`
      MAKE MAKE_* MAKEFILES MAKEFLAGS MAKEOVERRIDES GNUMAKEFLAGS MFLAGS MAKESHELL CC CPP CXX FC F77 LD AR AS NM RANLIB STRIP
      OBJCOPY OBJDUMP WINDRES CFLAGS CPPFLAGS CXXFLAGS LDFLAGS LDLIBS ARFLAGS YACC LEX CPATH C_INCLUDE_PATH
      CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_* CLANG_* CCC_* CMAKE_* CTEST_* NINJA_* MESON*
      CCACHE_* SCCACHE_* DISTCC_* PKG_CONFIG* ACLOCAL_PATH AUTOCONF AUTOM4TE* LIBTOOL* M4PATH BAZEL* BUILDIFIER*
      CONFIG_SHELL CONFIG_SITE QMAKE* VCPKG_* CONAN_* EM_CONFIG EM_CACHE EMSDK*
    `),
    },
    {
        what: 'a tool of the job obeys it',
        names: words(`
      GIT_SSH* GIT_CONFIG* GIT_EXEC_PATH GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS GIT_PROXY*
      GIT_TEMPLATE_DIR GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_ALTERNATE_*
      GIT_NAMESPACE GIT_TRACE* GIT_TR2* GIT_ALLOW_* GIT_SSL* GIT_HTTP* GIT_PROTOCOL* GIT_ATTR* GIT_CEILING* GIT_DISCOVERY*
      GIT_MERGE* GIT_CURL* GIT_REDIRECT* GIT_LFS_* GH_HOST GH_CONFIG_DIR GH_PATH GH_EDITOR GH_BROWSER GH_PAGER HUB_* HG
      HGRCPATH HGMERGE HGEDITOR SVN_* SSH_ASKPASS* SSH_AUTH_SOCK SSH_AGENT* SUDO_* EDITOR VISUAL PAGER MANPAGER BROWSER LESS
      LESSOPEN LESSCLOSE LESSKEY* MORE FZF_* RIPGREP_* TAR_OPTIONS ZIPOPT UNZIP ZIP GZIP XZ_* ZSTD_* GREP_OPTIONS LS_OPTIONS
      RSYNC_* POSIXLY_CORRECT PARALLEL_* JQ_* GPG_* GNUPGHOME KRB5_* KRB5CCNAME SOPS_* VAULT_ADDR VAULT_AGENT_ADDR
      VAULT_CACERT VAULT_CAPATH VAULT_PROXY_ADDR VAULT_SKIP_VERIFY VAULT_HTTP_PROXY VAULT_CLIENT_* COSIGN_* SIGSTORE_* TUF_*
      DOCKER_HOST DOCKER_CONFIG DOCKER_CONTEXT DOCKER_CERT_PATH DOCKER_TLS* DOCKER_API_VERSION DOCKER_AUTH_CONFIG
      DOCKER_BUILDKIT DOCKER_CLI_* DOCKER_CONTENT_TRUST* DOCKER_DEFAULT_PLATFORM DOCKER_CUSTOM_HEADERS COMPOSE_FILE
      COMPOSE_ENV_FILES COMPOSE_DISABLE_ENV_FILE COMPOSE_PATH_SEPARATOR COMPOSE_CONVERT_* BUILDKIT_* BUILDX_* BUILDAH_*
      PODMAN_* CONTAINERS_* CONTAINER_HOST CONTAINERD_* NERDCTL_* REGISTRY_AUTH_FILE SKOPEO_* CRANE_* EARTHLY_* DAGGER_*
      KUBECONFIG KUBE_CONFIG* KUBE_EDITOR KUBECTL_* KUBERNETES_MASTER KUBERNETES_SERVICE_* HELM_* HELMFILE_* KUSTOMIZE_*
      SKAFFOLD_* ARGOCD_* FLUX_* ISTIO* TF_CLI_* TF_PLUGIN* TF_DATA_DIR TF_LOG* TF_REATTACH* TF_TOKEN* TF_REGISTRY*
      TERRAFORM_* TERRAGRUNT_* TOFU_* PULUMI_* SAM_CLI_* ANSIBLE_* PACKER_* VAGRANT_* CHEF_* PUPPET_* SALT_* CLOUDSDK_*
      GCLOUD_* AZURE_CONFIG_DIR AZURE_EXTENSION* MYSQL_HOME MYSQL_TEST_LOGIN_FILE LIBMYSQL_* PSQLRC PSQL_* PGSERVICEFILE
      PGSYSCONFDIR PGPASSFILE PGSSL* REDISCLI_* SQLITE_* ODBC* ORACLE_HOME TNS_ADMIN SQLPATH
      *_PAGER CVS_RSH AUTOMAKE M4 HOSTCC HOSTCXX PROTOC VIMINIT EXINIT MYVIMRC DART_VM_OPTIONS PUB_HOSTED_URL PUB_CACHE TFENV_*
      TG_* KREW_ROOT CONDARC CONDA_* MAMBA_* RUFF_CONFIG BOTO_PATH RCLONE_* RESTIC_* DIRENV_CONFIG ACKRC NODE_GYP_*
      NPM_PACKAGE_* NX_TASKS_RUNNER* QT_PLUGIN_PATH QML_* GTK_MODULES GTK_PATH GIO_EXTRA_MODULES DBUS_* VK_*
      LIBGL_DRIVERS_PATH GST_* SASL_PATH SASL_CONF_PATH P11_KIT_CONFIG LDAPCONF LDAPRC ASAN_OPTIONS XAUTHORITY
      SENTRY_PROPERTIES ZEPHYR_BASE PGSERVICE SDKROOT SONAR_SCANNER_OPTS
    `),
    },
    {
        what: 'what later steps download would come from elsewhere',
        names: words(`
      HTTP_PROXY HTTPS_PROXY ALL_PROXY FTP_PROXY RSYNC_PROXY NO_PROXY SOCKS_PROXY SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
      CURL_* REQUESTS_CA_BUNDLE OPENSSL_* SSL_* WGETRC SYSTEM_WGETRC ARIA2_* HTTPIE_* NETRC BOTO_CONFIG S3CMD_* HOMEBREW_*
      CHOCOLATEY* SCOOP* APT_CONFIG DPKG_* NIX_* ASDF_* MISE_* RTX_* SDKMAN_* PKGX_* AGENT_TOOLSDIRECTORY ANDROID_*
      FLUTTER_* FASTLANE_* COCOAPODS_* CP_HOME_DIR
    `),
    },
];
const STATE = /^STATE_\w*[a-z]/;
const HARMLESS = /(^|_)(TOKEN|PASSWORD|PASSPHRASE|SECRET)(_|$)|_(KEY|ID|USER|USERNAME|VERSION)$/i;

;// CONCATENATED MODULE: ./lib/parameters/deliver/check-names.js

function powerOf(name, { spelled, allowed }) {
    if (allowed.some((pattern) => matches(pattern, name)))
        return undefined;
    const always = ALWAYS.find(({ names }) => names.some((pattern) => matches(pattern, name)));
    if (always || spelled)
        return always?.what;
    if (STATE.test(name))
        return 'actions keep what their post step undoes in it';
    const harmless = HARMLESS.test(name);
    const isMeant = (pattern) => matches(pattern, name) && !(harmless && pattern.includes('*'));
    return FROM_VALUES.find(({ names }) => names.some(isMeant))?.what;
}
function matches(pattern, name) {
    const [start = '', end] = pattern.toUpperCase().split('*');
    const upper = name.toUpperCase();
    if (end === undefined)
        return upper === start;
    return upper.length >= start.length + end.length && upper.startsWith(start) && upper.endsWith(end);
}
function collisions(entries, { ignoreCase }) {
    const byName = Map.groupBy(entries, ({ name }) => (ignoreCase ? name.toUpperCase() : name));
    return [...byName.values()].filter((group) => group.length > 1);
}


/***/ }),

/***/ 8749:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  bX: () => (/* binding */ checkEntries),
  yy: () => (/* binding */ refusedName)
});

// UNUSED EXPORTS: OWN_OUTPUTS

// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
// EXTERNAL MODULE: ./lib/parameters/variable-names.js
var variable_names = __webpack_require__(1171);
// EXTERNAL MODULE: ./lib/parameters/deliver/check-names.js + 1 modules
var check_names = __webpack_require__(4507);
;// CONCATENATED MODULE: ./lib/parameters/deliver/limits.js
const KIB = 1024;
const BY_SYSTEM = {
    Linux: { one: 128 * KIB, all: (2048 - 128) * KIB },
    macOS: { one: 128 * KIB, all: (1024 - 128) * KIB },
    Windows: { one: 32 * KIB - 1, all: Number.POSITIVE_INFINITY },
};
const MAX_OUTPUT_BYTES = 1024 * KIB;
function environmentLimits(system) {
    return BY_SYSTEM[system ?? ''] ?? { one: 128 * KIB, all: (2048 - 128) * KIB };
}
function sizeInEnvironment(name, value) {
    return Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
}
function sizeOfEnvironment(env) {
    const POINTER = 8;
    return Object.entries(env).reduce((sum, [name, value]) => sum + sizeInEnvironment(name, value ?? '') + POINTER, 0);
}

// EXTERNAL MODULE: ./lib/parameters/deliver/write-dotenv.js
var write_dotenv = __webpack_require__(2988);
;// CONCATENATED MODULE: ./lib/parameters/deliver/check.js






function checkEntries(entries, options) {
    return [
        ...entries.flatMap((entry) => checkName(entry, options)),
        ...checkCollisions(entries, options),
        ...entries.flatMap((entry) => checkValue(entry, options)),
        ...checkTotal(entries, options),
    ];
}
function checkName({ name, from, spelled }, { allowedNames, exportTo, dialect }) {
    const on = placeOf(name, from);
    const dotted = exportTo === 'none' && dialect === 'docker';
    if (!(dotted ? variable_names/* DOTTED */.t_ : variable_names/* VARIABLE */.TZ).test(name)) {
        const fix = `rename it: letters, digits and _, no digit first${spelled ? '' : '; or give it a prefix (PRE_*=…)'}`;
        const docker = 'names with dots go into a file alone: ssm-export: none, ssm-env-file-format: docker';
        return [
            new problem/* Problem */.AF({ on, what: 'it is not the name of a variable', fix: variable_names/* DOTTED */.t_.test(name) ? `${fix}; ${docker}` : fix }),
        ];
    }
    const why = (0,check_names/* powerOf */.f)(name, { spelled, allowed: allowedNames });
    if (why)
        return [refusedName(on, why, name)];
    if (exportTo === 'env' && name.toUpperCase() === 'NODE_OPTIONS') {
        const fix = 'use ssm-export: outputs, and set it for the one step that needs it';
        return [new problem/* Problem */.AF({ on, what: "GitHub's runner takes no NODE_OPTIONS from a step", fix })];
    }
    if (exportTo === 'outputs' && OWN_OUTPUTS.has(name.toLowerCase())) {
        return [new problem/* Problem */.AF({ on, what: 'the action has an output of this name', fix: 'use another name' })];
    }
    return [];
}
function placeOf(name, from) {
    return /^[\w.-]{1,120}$/.test(name) ? `${name} (from ${from})` : `${(0,quote/* quote */.h)(name)} (from ${from})`;
}
const OWN_OUTPUTS = new Set(['plan', 'registry', 'registries', 'images', 'deployments', 'url']);
function refusedName(on, why, name) {
    return new problem/* Problem */.AF({
        on,
        what: `the name ${name} is refused`,
        why: `${why}, so a value there changes how later steps run`,
        fix: `use another name, or add ${name} to ssm-allow-names if that is what you want`,
    });
}
function checkCollisions(entries, { exportTo, env }) {
    const ignoreCase = exportTo === 'outputs' || env.RUNNER_OS === 'Windows';
    return (0,check_names/* collisions */.e)(entries, { ignoreCase }).map((group) => {
        const names = [...new Set(group.map(({ name }) => name))];
        const sources = [...new Set(group.map(({ from }) => from))];
        return new problem/* Problem */.AF({
            on: names.join(', '),
            what: `${group.length} values want the same name`,
            why: `they come from ${sources.join(' and ')}`,
            fix: sources.length > 1
                ? 'give one of them another name (NAME=…), or a path a prefix (PRE_*=…)'
                : group.every(({ whole }) => whole)
                    ? 'leave one of the lines out'
                    : 'rename one of them in the stored value, or read one field by NAME=… as json .field',
        });
    });
}
function checkValue({ name, value, from }, { exportTo, dialect, env }) {
    const on = placeOf(name, from);
    const problems = [];
    if (value.includes('\0'))
        problems.push(new problem/* Problem */.AF({
            on,
            what: 'its value has a NUL, which no variable can hold',
            fix: 'store it without the NUL, or as base64',
        }));
    if (!value.isWellFormed()) {
        const what = 'its value has half of a surrogate pair, which no variable and no file can hold';
        problems.push(new problem/* Problem */.AF({ on, what, fix: 'store the whole character' }));
    }
    const { one } = environmentLimits(env.RUNNER_OS);
    if (exportTo === 'env' && sizeInEnvironment(name, value) > one) {
        problems.push(new problem/* Problem */.AF({
            on,
            what: `its value has ${Buffer.byteLength(value)} bytes; later steps cannot start with a variable over ${one}`,
            fix: 'use ssm-export: none with ssm-env-file, or keep large values in S3',
        }));
    }
    if (dialect && !value.includes('\0') && (0,write_dotenv/* writeValue */.bD)(value, dialect) === undefined) {
        const able = (0,write_dotenv/* dialectsFor */.le)(value);
        problems.push(new problem/* Problem */.AF({
            on,
            what: `its value cannot be written in a ${dialect} file so that it reads back the same`,
            why: 'it has quotes, a backslash, a $, a line break or a carriage return that its readers treat differently',
            fix: `set ssm-env-file-format to one that can: ${able.join(', ')}`,
        }));
    }
    return problems;
}
function checkTotal(entries, { exportTo, env }) {
    const values = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    const before = sizeOfEnvironment(env);
    const added = sizeOfEnvironment(values);
    const { all } = environmentLimits(env.RUNNER_OS);
    if (exportTo === 'env' && before + added > all) {
        return [
            new problem/* Problem */.AF({
                what: `the environment would have ${before + added} bytes; later steps cannot start with more than ${all}`,
                why: `these ${entries.length} values have ${added}, the job has ${before} already`,
                fix: 'export fewer values, or use ssm-export: none with ssm-env-file',
            }),
        ];
    }
    const outputs = entries.reduce((sum, { name, value }) => sum + 2 * (name.length + value.length), 0);
    if (exportTo === 'outputs' && outputs > MAX_OUTPUT_BYTES) {
        const what = `the outputs would have ${outputs} bytes; GitHub takes ${MAX_OUTPUT_BYTES} from a job`;
        return [new problem/* Problem */.AF({ what, fix: 'use ssm-export: env, or ssm-env-file' })];
    }
    return [];
}


/***/ }),

/***/ 2988:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LT: () => (/* binding */ isForFrameworks),
/* harmony export */   O9: () => (/* binding */ DIALECTS),
/* harmony export */   bD: () => (/* binding */ writeValue),
/* harmony export */   eD: () => (/* binding */ writeDotenv),
/* harmony export */   jc: () => (/* binding */ isForCompose1),
/* harmony export */   le: () => (/* binding */ dialectsFor)
/* harmony export */ });
const DIALECTS = ['portable', 'compose', 'docker', 'node', 'shell'];
const PLAIN = /^[\w./:@%+,=-]*$/;
const SPACE_AT_AN_END = /^\s|\s$/;
const has = (value, characters) => [...characters].some((one) => value.includes(one));
const plain = (value) => (PLAIN.test(value) ? value : undefined);
const when = (fits, written) => (value) => fits(value) ? written(value) : undefined;
const inSingle = when((value) => !has(value, "'\r") && !value.endsWith('\\'), (value) => `'${value}'`);
const inDouble = when((value) => !has(value, '"\\$`\r'), (value) => `"${value}"`);
const inBackticks = when((value) => !has(value, '`\r') && !value.endsWith('\\'), (value) => `\`${value}\``);
const bare = when((value) => !has(value, '#\r\n\u2028\u2029') && !SPACE_AT_AN_END.test(value) && !/^['"`]/.test(value), (value) => value);
const COMPOSE_ESCAPES = { '\\': '\\\\', '"': '\\"', $: '\\$', '\r': '\\r' };
const inComposeDouble = (value) => `"${value.replaceAll(/[\\"$\r]/g, (one) => COMPOSE_ESCAPES[one] ?? one)}"`;
const bothSingle = when((value) => !value.includes('${') && !value.includes('\\\\') && inSingle(value) !== undefined, (value) => `'${value}'`);
const bothDouble = (value) => value.includes('$') || value.endsWith('\\') ? undefined : inComposeDouble(value);
const toTheLineEnd = when((value) => !has(value, '\n\r') && !/^(['"]).*\1$/s.test(value) && Buffer.byteLength(value) < 60_000, (value) => value);
const inShellQuotes = (value) => `'${value.replaceAll("'", "'\\''")}'`;
const WAYS = {
    portable: [plain, inSingle, inDouble],
    compose: [plain, bothSingle, bothDouble, inSingle, inComposeDouble],
    docker: [toTheLineEnd],
    node: [plain, inSingle, inDouble, inBackticks, bare],
    shell: [plain, inShellQuotes],
};
function writeValue(value, dialect) {
    if (value.includes('\0'))
        return undefined;
    for (const way of WAYS[dialect]) {
        const written = way(value);
        if (written !== undefined)
            return written;
    }
    return undefined;
}
function isForCompose1(value) {
    return [plain, bothSingle, bothDouble].some((way) => way(value) !== undefined);
}
function isForFrameworks(value) {
    return !/\$[\w{(]|\\\$|\\\\|\\'/.test(value);
}
function dialectsFor(value) {
    return DIALECTS.filter((dialect) => writeValue(value, dialect) !== undefined);
}
function writeDotenv(entries, dialect) {
    return entries.map(({ name, value }) => `${name}=${writeValue(value, dialect)}\n`).join('');
}


/***/ }),

/***/ 7398:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ wrong)
/* harmony export */ });
/* unused harmony export FORMS */
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);

const FORMS = [
    '/shop/prod/db-url                        to DB_URL',
    'NAME=/shop/prod/db-url                   to NAME; :3 after it is a version, :live a label',
    'NAME?=/shop/prod/x                       missing is fine',
    'NAME=/shop/prod/x ?? text                text if it is missing',
    '/shop/prod/   PRE_*=/shop/prod/          all below, with a prefix; @live after it: only those labelled live',
    '/shop/prod/env as dotenv                 each entry of a whole .env file',
    '  as compose, as docker, as node, as shell  the same, as that reader reads it',
    'NAME=/shop/prod/db as json               its fields: NAME_USER, NAME_PASSWORD',
    'NAME=/shop/prod/db as json .password     one field; .hosts[0].name goes deeper',
    'NAME=arn:aws:ssm:…  NAME=secretsmanager:ID[:VERSION]',
].join('\n');
function wrong(at, what, fix) {
    throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ on: `column ${at + 1}`, what, fix: fix ?? `the forms are\n${FORMS}` });
}


/***/ }),

/***/ 7120:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ parseLine),
/* harmony export */   Hk: () => (/* binding */ READERS),
/* harmony export */   OB: () => (/* binding */ PUBLIC_PATH),
/* harmony export */   rI: () => (/* binding */ sourceText)
/* harmony export */ });
/* harmony import */ var _aws_partition_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(915);
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7966);
/* harmony import */ var _base_quote_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6637);
/* harmony import */ var _line_forms_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7398);
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8486);
/* harmony import */ var _variable_names_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1171);






const READERS = ['dotenv', 'compose', 'docker', 'node', 'shell'];
const PUBLIC_PATH = '/aws/service/';
const STARTS_AS_SOURCE = /^(\/|arn:|secretsmanager:)/;
const NAME = /^\/?[\w.-]+(\/[\w.-]+)*$/;
const ARN = new RegExp(String.raw `^arn:aws[\w-]*:ssm:(${_aws_partition_js__WEBPACK_IMPORTED_MODULE_0__/* .REGION_FORM */ .iu}):(?:\d{12}:parameter|:parameter(?=/aws/service/))(/[\w.-]+)+$`);
const LABEL = /^(?!aws|ssm)[A-Za-z_.-][\w.-]{0,99}$/i;
const MAX_LEVELS = 15;
function parseLine(text, nameCase = 'upper') {
    try {
        return readLine(text, nameCase);
    }
    catch (thrown) {
        const [form, fix] = MISTAKES.find(([form]) => form.test(text)) ?? [];
        if (!(thrown instanceof _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF) || !form || !fix)
            throw thrown;
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({ ...thrown.details, fix: fix(form.exec(text) ?? []) });
    }
}
const MISTAKES = [
    [/^\{/, () => 'write a line NAME=/path for each, and no JSON'],
    [/resolve:secretsmanager:([^:}]+):\w*:([^:}]+)/, ([, id, field]) => `write NAME=${_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRETS */ .cW}${id} as json .${field}`],
    [
        /(?<!arn:[\w-]*:)\bssm(?:-secure)?:\/*([\w./-]+)(:\d+)?\}*$/,
        ([, name, version = '']) => `write NAME=/${name}${version}`,
    ],
    [/^((?:\w+=)?secretsmanager:[^#\s]+)#(\w+)$/, ([, source, field]) => `write ${source} as json .${field}`],
    [
        /^([A-Za-z_]\w*)\s*,\s*(\/\S+)$/,
        ([, name, source]) => `write ${name}=${source}; of a secret, ${name}=${_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRETS */ .cW}${source}`,
    ],
    [/^([A-Za-z_]\w*)\s*,\s*([\w.-]\S*)$/, ([, name, id]) => `write ${name}=${_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRETS */ .cW}${id}`],
    [/^[^,]*\/[\w./-]+,/, () => 'write one parameter a line'],
    [/^([A-Za-z_]\w*)\s*:\s*(\/\S+)$/, ([, name, source]) => `write ${name}=${source}`],
    [/^(\/\S+)\s*(?:=|>|->|\|)\s*([A-Za-z_]\w*)\s*;?$/, ([, source, name]) => `write ${name}=${source}`],
    [/^(?:\w+\s*=\s*)?["']\/[^"']*["']$/, () => 'write it without quotes'],
    [/^((?:\w+=)?\/.*\/)\*$/, ([, path]) => `write ${path}, which is all below it`],
    [/^export\s+(\w+=\S+)/, ([, line]) => `write ${line}`],
    [/^-\s+[\w/]/, () => 'leave out the dash: it is a text with lines, not a list of YAML'],
    [/\s#/, () => 'write a comment on a line of its own'],
];
function readLine(text, nameCase) {
    const { target, optional, at } = splitTarget(text);
    const word = /^\S*/.exec(text.slice(at))?.[0] ?? '';
    if (word === '')
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, 'a parameter, a path or a secret is missing here');
    const rest = splitOptions(text, at + word.length);
    const source = readSource(word, at, { label: rest.label, anyName: target?.endsWith('*') === true });
    const { format, fallback } = rest;
    if (rest.label && source.kind === 'parameter') {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(rest.labelAt, `@${rest.label} goes with a path`, `write ${word}:${rest.label}`);
    }
    if (source.kind === 'path' && format.kind !== 'text') {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `"as ${rest.word}" goes with one parameter, not with a path`);
    }
    if (fallback !== undefined && isSeveral(source, format)) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, 'a default goes with a single value', 'write ?= if it may be missing');
    }
    return {
        source,
        format,
        target: readTarget(target, { source, format, nameCase }),
        optional: optional || fallback !== undefined,
        ...(fallback === undefined ? {} : { fallback }),
    };
}
function isSeveral(source, format) {
    return source.kind === 'path' || format.kind === 'dotenv' || (format.kind === 'json' && format.path === undefined);
}
function sourceText(source) {
    if (source.kind === 'path')
        return `${source.path === '/' ? '' : source.path}/${source.label ? ` @${source.label}` : ''}`;
    const { name, selector } = source;
    return name.startsWith(_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRET_REFERENCE */ .v8)
        ? `${_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRETS */ .cW}${name.slice(_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRET_REFERENCE */ .v8.length)}${selector}`
        : name + selector;
}
function splitTarget(text) {
    const equals = STARTS_AS_SOURCE.test(text) ? -1 : text.indexOf('=');
    if (equals < 0)
        return { target: undefined, optional: false, at: 0 };
    const optional = text[equals - 1] === '?';
    const target = text.slice(0, optional ? equals - 1 : equals).trimEnd();
    if (!_variable_names_js__WEBPACK_IMPORTED_MODULE_4__/* .DOTTED */ .t_.test(target) && !/^([A-Za-z_]\w*)?\*$/.test(target)) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(0, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(target)} is not the name of a variable`, 'use letters, digits and _, no digit first; PRE_* is a prefix');
    }
    const spaces = /^\s*/.exec(text.slice(equals + 1))?.[0].length ?? 0;
    return { target, optional, at: equals + 1 + spaces };
}
function splitOptions(text, from) {
    const found = /^(\s+@(?<label>\S+))?(\s+as\s+(?<word>\S+)(\s+(?<field>[.[]((?!\s\?\?(\s|$)).)*?))?)?(\s+\?\?(?<fallback>(\s.*)?))?\s*$/s.exec(text.slice(from));
    const after = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
    const name = /^\s*=>\s*([\w.]+)\s*$/.exec(text.slice(from))?.[1];
    if (name !== undefined)
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(after, 'the name stands first', `write ${name}=${text.slice(0, from)}`);
    if (!found?.groups)
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(after, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(/^\S*/.exec(text.slice(after))?.[0] ?? '')} is not understood here`);
    const { label, word = 'text', field, fallback } = found.groups;
    const labelAt = text.indexOf('@', from);
    if (label !== undefined && !LABEL.test(label))
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(labelAt, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(label)} is not a label`);
    const format = readFormat(word, text.lastIndexOf(word));
    if (field === undefined)
        return { label, labelAt, format, word, fallback: fallback?.trim() };
    const fieldAt = text.indexOf(field, after + word.length);
    if (format.kind !== 'json')
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(fieldAt, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(field)} goes with "as json"`);
    return { label, labelAt, format: { ...format, path: readField(field, fieldAt) }, word, fallback: fallback?.trim() };
}
function readFormat(word, at) {
    const reader = READERS.find((it) => it === word);
    if (reader)
        return { kind: 'dotenv', reader };
    if (word === 'json' || word === 'text')
        return { kind: word };
    return (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `"as ${word}" is not known`, `write as json, ${READERS.map((it) => `as ${it}`).join(', ')}`);
}
function readField(field, at) {
    const step = /\.([A-Za-z_][\w-]*)|\.?\[(\d+)\]|\.?\[("(?:[^"\\]|\\.)*")\]/y;
    const path = [];
    while (step.lastIndex < field.length) {
        const here = step.lastIndex;
        const found = step.exec(field);
        if (!found)
            (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at + here, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(field.slice(here))} is not a field`, 'write .name, .list[0].name or .["odd name"]');
        const [, name, index, text] = found;
        path.push(index === undefined ? (name ?? unquoted(text ?? '', at + here)) : Number(index));
    }
    return path;
}
function unquoted(text, at) {
    try {
        return JSON.parse(text);
    }
    catch {
        return (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(text)} is not a JSON string`);
    }
}
function readSource(word, at, { label, anyName }) {
    const secret = [_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRETS */ .cW, _secret_js__WEBPACK_IMPORTED_MODULE_3__/* .SECRET_REFERENCE */ .v8].find((it) => word.startsWith(it));
    if (secret)
        return { kind: 'parameter', ...(0,_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .readSecret */ .n5)(word, secret.length, at) };
    if (/^\/+$/.test(word) && !anyName) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(word)} is every parameter of the account in this region`, 'write what is missing in the path, which may be an empty variable; *=/ if all of them are meant');
    }
    if (word.endsWith('/')) {
        const path = word.length > 1 ? word.slice(0, -1) : word;
        if (path !== '/' && (!path.startsWith('/') || !NAME.test(path)))
            (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(word)} is not a path`);
        return { kind: 'path', path, ...(label ? { label } : {}) };
    }
    if ((0,_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .isSecretArn */ .Av)(word))
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(word)} is not the ARN of a parameter`, `write ${(0,_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secretForm */ .$Q)(word)}`);
    const arn = word.startsWith('arn:');
    const slash = word.lastIndexOf('/');
    const colon = arn && slash < 0 ? -1 : word.indexOf(':', arn ? slash : 0);
    const [name, chosen] = colon < 0 ? [word, undefined] : [word.slice(0, colon), word.slice(colon + 1)];
    if (chosen !== undefined && !/^[1-9]\d{0,18}$/.test(chosen) && !LABEL.test(chosen)) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at + colon + 1, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(chosen)} is neither a version nor a label`);
    }
    const region = ARN.exec(name)?.[1];
    if (arn && !region) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(word)} is not the ARN of a parameter`, 'write arn:aws:ssm:REGION:ACCOUNT:parameter/NAME');
    }
    if (!arn)
        checkName(name, at);
    const selector = chosen === undefined ? '' : `:${chosen}`;
    return { kind: 'parameter', name, selector, ...(region ? { region } : {}) };
}
function checkName(name, at) {
    if (!NAME.test(name) || (!name.startsWith('/') && name.includes('/'))) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(name)} is not the name of a parameter`, 'a name with levels starts with /, and has letters, digits, and . - _ /');
    }
    if (name.split('/').length - 1 > MAX_LEVELS)
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(name)} has more than ${MAX_LEVELS} levels`);
}
function readTarget(target, { source, format, nameCase }) {
    const several = isSeveral(source, format);
    if (target?.endsWith('*')) {
        if (several)
            return { prefix: target.slice(0, -1) };
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(0, `${target} is a prefix, and this is one value`, 'write a name without *');
    }
    if (target !== undefined && source.kind === 'path')
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(0, `a path gives several values`, `write ${target}_*=`);
    if (target !== undefined && format.kind === 'dotenv')
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(0, `a .env file gives several values`, `write ${target}_*=`);
    if (source.kind === 'path' || format.kind === 'dotenv')
        return { prefix: '' };
    const field = format.kind === 'json' && format.path ? ['', ...format.path].join('_') : '';
    const name = target ?? (0,_variable_names_js__WEBPACK_IMPORTED_MODULE_4__/* .nameFrom */ .Ov)((source.name.split('/').pop() ?? '') + field, nameCase);
    if (target === undefined && !_variable_names_js__WEBPACK_IMPORTED_MODULE_4__/* .VARIABLE */ .TZ.test(name)) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Q)(0, `a variable cannot be named after ${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(source.name)}`, 'write NAME= before it');
    }
    return several ? { prefix: `${name}_` } : { name };
}


/***/ }),

/***/ 8486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $Q: () => (/* binding */ secretForm),
/* harmony export */   Av: () => (/* binding */ isSecretArn),
/* harmony export */   cW: () => (/* binding */ SECRETS),
/* harmony export */   n5: () => (/* binding */ readSecret),
/* harmony export */   v8: () => (/* binding */ SECRET_REFERENCE)
/* harmony export */ });
/* harmony import */ var _base_quote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6637);
/* harmony import */ var _line_forms_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7398);


const SECRET_REFERENCE = '/aws/reference/secretsmanager/';
const SECRETS = 'secretsmanager:';
const SECRET_ID = /^[\w/+=.@!-]{1,512}$/;
const SECRET_VERSION = /^[\w.-]{1,256}$/;
const SECRET_ARN = /^(?:secretsmanager:)?arn:[\w-]+:secretsmanager:[\w-]*:\d*:secret:([^:]+?)(?:-[A-Za-z0-9]{6})?(?::([^:]*))?(?::.*)?$/;
function readSecret(word, from, at) {
    const [, id = '', , version] = /^([^:]*)(:(.*))?$/.exec(word.slice(from)) ?? [];
    if (isSecretArn(word) || !SECRET_ID.test(id) || id.endsWith('/')) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .wrong */ .Q)(at, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(word)} is not a secret`, `write ${secretForm(word)}; Parameter Store takes no ARN of a secret`);
    }
    if (version !== undefined && !SECRET_VERSION.test(version)) {
        (0,_line_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .wrong */ .Q)(at + from + id.length + 1, `${(0,_base_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(version)} is neither a stage nor the id of a version of a secret`, `write ${secretForm(word)}, with :AWSPREVIOUS for the version before, or a field of it as json .NAME`);
    }
    return { name: SECRET_REFERENCE + id, selector: version === undefined ? '' : `:${version}` };
}
function secretForm(word) {
    const [, name = 'NAME', field] = SECRET_ARN.exec(word) ?? /^secretsmanager:([^:]+):([^:]+):/.exec(word) ?? [];
    return `${SECRETS}${name}${field ? ` as json .${field}` : ''}`;
}
function isSecretArn(word) {
    return SECRET_ARN.test(word);
}


/***/ }),

/***/ 1171:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ah: () => (/* binding */ NAME_CASES),
/* harmony export */   Ov: () => (/* binding */ nameFrom),
/* harmony export */   TZ: () => (/* binding */ VARIABLE),
/* harmony export */   t_: () => (/* binding */ DOTTED)
/* harmony export */ });
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DOTTED = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const NAME_CASES = ['upper', 'keep', 'lower'];
function nameFrom(relative, nameCase) {
    const name = relative.replaceAll(/[^A-Za-z0-9_]/g, '_');
    if (nameCase === 'keep')
        return name;
    return nameCase === 'upper' ? name.toUpperCase() : name.toLowerCase();
}


/***/ }),

/***/ 8411:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HO: () => (/* binding */ writeOwnFiles),
/* harmony export */   L4: () => (/* binding */ profileForPost),
/* harmony export */   aJ: () => (/* binding */ ownFiles),
/* harmony export */   fc: () => (/* binding */ makeFolder),
/* harmony export */   ys: () => (/* binding */ writeOwn)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _aws_ini_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5527);
/* harmony import */ var _aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6683);
/* harmony import */ var _base_edge_files_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1156);
/* harmony import */ var _profile_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5228);







function ownFiles(env) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(env.RUNNER_TEMP ?? '', `${_profile_js__WEBPACK_IMPORTED_MODULE_5__/* .OWN_FOLDER */ .w5}${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`);
    return {
        folder,
        config: (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'config'),
        credentials: (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'credentials'),
        settings: (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'sign-in.json'),
    };
}
function writeOwnFiles({ folder, config, credentials }, profile, env) {
    const user = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .sharedFiles */ .Nt)(env);
    let configText = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .readShared */ .qA)(user.config);
    let credentialsText = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .readShared */ .qA)(user.credentials);
    const active = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .configSection */ .c_)((0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .profileInUse */ .q8)(env));
    const copied = (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .plainSettings */ .Kh)(configText, active);
    for (const name of new Set(profile.isDefault ? ['default', profile.name] : [profile.name])) {
        const section = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .configSection */ .c_)(name);
        configText = (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .withSection */ .iG)(configText, section, {
            replacement: (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .sectionText */ .rO)(section, profile.settings, { more: copied }),
        });
        credentialsText = (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .cutSection */ .Eo)(credentialsText, name, 0);
    }
    makeFolder(folder);
    writeOwn(config, configText);
    writeOwn(credentials, credentialsText);
}
function makeFolder(folder) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)(folder, { recursive: true, mode: 0o700 });
    }
    catch (thrown) {
        throw (0,_base_edge_files_js__WEBPACK_IMPORTED_MODULE_4__/* .fileProblem */ .Wj)(thrown, { on: folder, doing: 'made', fix: FIX });
    }
}
function writeOwn(file, text) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(file, text, { mode: 0o600 });
    }
    catch (thrown) {
        throw (0,_base_edge_files_js__WEBPACK_IMPORTED_MODULE_4__/* .fileProblem */ .Wj)(thrown, { on: file, doing: 'written', fix: FIX });
    }
}
const FIX = "check the runner's folder for temporary files (RUNNER_TEMP) and its disk";
const AFTER_FOLDER = 'keyless-aws-after-';
function profileForPost(env) {
    const { config, credentials } = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .sharedFiles */ .Nt)(env);
    const text = (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .readShared */ .qA)(config);
    if ([text, (0,_aws_shared_config_js__WEBPACK_IMPORTED_MODULE_3__/* .readShared */ .qA)(credentials)].some((it) => (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .sectionOf */ .ZE)(it, 'default') !== ''))
        return { AWS_PROFILE: 'default' };
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(env.RUNNER_TEMP ?? '', `${AFTER_FOLDER}${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`, 'config');
    makeFolder((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(file));
    writeOwn(file, (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .withSection */ .iG)(text, 'default', { replacement: (0,_aws_ini_js__WEBPACK_IMPORTED_MODULE_6__/* .sectionText */ .rO)('default', {}) }));
    return { AWS_PROFILE: 'default', AWS_CONFIG_FILE: file };
}


/***/ }),

/***/ 5228:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  w5: () => (/* binding */ OWN_FOLDER),
  Cf: () => (/* binding */ checkProfileIsFree),
  OA: () => (/* binding */ profileParts),
  MF: () => (/* binding */ undoProfile),
  Z8: () => (/* binding */ writeProfile)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/aws/ini.js
var ini = __webpack_require__(5527);
// EXTERNAL MODULE: ./lib/aws/shared-config.js
var shared_config = __webpack_require__(6683);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/read-text.js
var read_text = __webpack_require__(9213);
;// CONCATENATED MODULE: ./lib/signin/export/lock.js



const STALE_MS = 10_000;
const WAIT_MS = 30_000;
function locked(file, act) {
    const lock = `${file}.keyless-aws-lock`;
    const until = Date.now() + WAIT_MS;
    while (!taken(lock)) {
        if (Date.now() > until) {
            throw new problem/* Problem */.AF({
                on: file,
                what: `another process has held the lock ${lock} for ${WAIT_MS / 1000} seconds`,
                fix: 'if no other job is running on this machine, remove the lock and run the job again',
            });
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + Math.random() * 20);
    }
    try {
        return act();
    }
    finally {
        (0,external_node_fs_.rmSync)(lock, { recursive: true, force: true });
    }
}
function taken(lock) {
    try {
        (0,external_node_fs_.mkdirSync)(lock);
        return true;
    }
    catch (thrown) {
        const { code } = thrown;
        if (code === 'ENOENT')
            (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(lock), { recursive: true, mode: 0o700 });
        else if (code === 'EEXIST')
            removeStale(lock);
        else
            throw thrown;
        return false;
    }
}
function removeStale(lock) {
    try {
        if (Date.now() - (0,external_node_fs_.statSync)(lock).mtimeMs < STALE_MS)
            return;
        const aside = `${lock}-${process.pid}`;
        (0,external_node_fs_.renameSync)(lock, aside);
        (0,external_node_fs_.rmSync)(aside, { recursive: true, force: true });
    }
    catch {
    }
}

;// CONCATENATED MODULE: ./lib/signin/export/shared-files.js




function replaceShared(file, text, mode) {
    (0,shared_config/* onShared */.LJ)(file, 'written', () => {
        const folder = (0,external_node_path_.dirname)(file);
        if (!(0,external_node_fs_.existsSync)(folder))
            (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        const target = (0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.realpathSync)(file) : file;
        const temporary = `${target}.${(0,external_node_crypto_.randomUUID)()}.tmp`;
        try {
            (0,external_node_fs_.writeFileSync)(temporary, text, { mode });
            (0,external_node_fs_.chmodSync)(temporary, mode);
            (0,external_node_fs_.renameSync)(temporary, target);
        }
        catch (thrown) {
            (0,external_node_fs_.rmSync)(temporary, { force: true });
            if (!(0,external_node_fs_.existsSync)(target) || !IN_PLACE.has(thrown.code ?? ''))
                throw thrown;
            (0,external_node_fs_.chmodSync)(target, mode);
            (0,external_node_fs_.writeFileSync)(target, text);
        }
    });
}
const IN_PLACE = new Set(['EBUSY', 'EACCES', 'EPERM', 'EROFS', 'EXDEV']);

;// CONCATENATED MODULE: ./lib/signin/export/profile.js









const OWN_FOLDER = 'keyless-aws-profile-';
function profileParts(name, env) {
    const { config, credentials } = (0,shared_config/* sharedFiles */.Nt)(env);
    return {
        config: { file: config, section: (0,shared_config/* configSection */.c_)(name) },
        credentials: { file: credentials, section: name },
    };
}
function checkProfileIsFree(name, { config, credentials }, now) {
    for (const { file, section } of [credentials, config]) {
        const there = (0,ini/* sectionOf */.ZE)((0,shared_config/* readSharedToChange */.tY)(file), section);
        const mark = readMark(there);
        if (there === '' || (mark?.until !== undefined && mark.until < now))
            continue;
        const by = mark ? `, written by ${mark.by}, which has not taken it out yet` : '';
        throw new problem/* Problem */.AF({
            on: 'Input aws-profile',
            what: `the profile ${name} already exists in ${file}${by}`,
            fix: 'choose another name, or set overwrite-aws-profile: true; the old profile is put back when the job ends',
        });
    }
}
function writeProfile({ file, section }, settings, writer) {
    const id = (0,external_node_crypto_.randomUUID)();
    writer.undoLater({ kind: 'profile', file, section, id });
    (0,shared_config/* onShared */.LJ)(file, 'written', () => {
        makeFolder((0,external_node_path_.dirname)(file));
        locked(file, () => {
            const before = (0,shared_config/* readSharedToChange */.tY)(file);
            const previous = (0,ini/* sectionOf */.ZE)(before, section);
            const earlier = readMark(previous);
            if (!earlier)
                keepOriginal(originalOf(file, section), previous);
            const gap = previous === '' ? (0,ini/* gapAfter */.Nf)(before) : '';
            const mode = marksIn(before)[0]?.mode ?? ((0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.statSync)(file).mode & 0o777 : 0o600);
            const mark = {
                id,
                by: writer.by,
                gap: earlier?.gap ?? gap.length,
                mode,
                ...(writer.until ? { until: writer.until.getTime() } : {}),
            };
            const text = (0,ini/* sectionText */.rO)(section, settings, { comment: `${MARK}${JSON.stringify(mark)}` });
            replaceShared(file, (0,ini/* withSection */.iG)(before, section, { replacement: text, gap }), 0o600);
        });
    });
}
function undoProfile({ file, section, id }) {
    if (!(0,external_node_fs_.existsSync)(file))
        return;
    locked(file, () => {
        const before = (0,shared_config/* readShared */.qA)(file);
        const mark = readMark((0,ini/* sectionOf */.ZE)(before, section));
        if (mark?.id !== id)
            return;
        const original = originalOf(file, section);
        const previous = (0,external_node_fs_.existsSync)(original) ? (0,read_text/* readText */.yR)(original) : '';
        const rest = previous === '' ? (0,ini/* cutSection */.Eo)(before, section, mark.gap) : (0,ini/* withSection */.iG)(before, section, { replacement: previous });
        if (rest.trim() === '')
            (0,external_node_fs_.rmSync)(file, { force: true });
        else
            replaceShared(file, rest, marksIn(rest).length > 0 ? 0o600 : mark.mode);
        (0,external_node_fs_.rmSync)(original, { force: true });
    });
    removeFolder((0,external_node_path_.dirname)(file));
}
const MARK = 'written by keyless-aws, and taken out by its post step ';
function readMark(section) {
    return marksIn(section)[0];
}
function marksIn(text) {
    const lines = text.split('\n').filter((line) => line.startsWith(`# ${MARK}`));
    return lines.flatMap((line) => {
        try {
            return [JSON.parse(line.slice(MARK.length + 2))];
        }
        catch {
            return [];
        }
    });
}
function originalOf(file, section) {
    return `${file}.keyless-aws-${Buffer.from(section).toString('hex')}`;
}
function keepOriginal(original, section) {
    if (section === '')
        (0,external_node_fs_.rmSync)(original, { force: true });
    else
        (0,external_node_fs_.writeFileSync)(original, section, { mode: 0o600 });
}
const MADE_HERE = '.made-by-keyless-aws';
function makeFolder(folder) {
    if ((0,external_node_fs_.existsSync)(folder))
        return;
    (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(folder, MADE_HERE), '');
}
function removeFolder(folder) {
    try {
        if ((0,external_node_fs_.readdirSync)(folder).some((name) => (0,external_node_path_.basename)(name) !== MADE_HERE))
            return;
        (0,external_node_fs_.rmSync)((0,external_node_path_.join)(folder, MADE_HERE));
        (0,external_node_fs_.rmdirSync)(folder);
    }
    catch {
    }
}


/***/ })

};
