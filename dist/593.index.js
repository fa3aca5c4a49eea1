export const id = 593;
export const ids = [593];
export const modules = {

/***/ 5527:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Eo: () => (/* binding */ cutSection),
/* harmony export */   Kh: () => (/* binding */ plainSettings),
/* harmony export */   Nf: () => (/* binding */ gapAfter),
/* harmony export */   QN: () => (/* binding */ sectionNames),
/* harmony export */   ZE: () => (/* binding */ sectionOf),
/* harmony export */   iG: () => (/* binding */ withSection),
/* harmony export */   rO: () => (/* binding */ sectionText)
/* harmony export */ });
function sectionText(section, settings, { comment = '', more = '' } = {}) {
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
    return [`[${section}]`, ...(comment ? [`# ${comment}`] : []), ...lines, ...(more ? [more] : [])].join('\n');
}
function withSection(text, section, { replacement, gap = gapAfter(text) }) {
    const [first, ...others] = rangesOf(text, section);
    if (!first)
        return `${text}${gap}${replacement}\n`;
    const rest = others.reduceRight((it, { start, end }) => it.slice(0, start) + it.slice(end), text);
    return rest.slice(0, first.start) + replacement + rest.slice(first.end);
}
function cutSection(text, section, gap) {
    const [first] = rangesOf(text, section);
    if (!first)
        return text;
    const end = text[first.end] === '\n' ? first.end + 1 : first.end;
    return text.slice(0, Math.max(0, first.start - gap)) + text.slice(end);
}
function gapAfter(text) {
    if (text === '' || text.endsWith('\n\n'))
        return '';
    return text.endsWith('\n') ? '\n' : '\n\n';
}
function sectionOf(text, section) {
    return rangesOf(text, section)
        .map(({ start, end }) => text.slice(start, end))
        .join('\n');
}
const OF_CREDENTIALS = /^(aws_(access_key_id|secret_access_key|session_token|account_id|credential_scope)|role_\w+|source_profile|credential_(source|process)|web_identity_token_file|external_id|mfa_serial|duration_seconds|sso_\w+|login_session|region)\s*=/i;
function plainSettings(text, section) {
    const lines = sectionOf(text, section).split('\n').slice(1);
    return lines
        .filter((line) => line.trim() !== '' && headOf(line) === undefined && !OF_CREDENTIALS.test(line))
        .join('\n');
}
function sectionNames(text) {
    return text.split('\n').flatMap((line) => headOf(line) ?? []);
}
function rangesOf(text, section) {
    const ranges = [];
    let inside = false;
    let at = 0;
    for (const line of text.split(/(?<=\n)/)) {
        const head = headOf(line);
        if (head !== undefined)
            inside = head === section;
        if (inside && head !== undefined)
            ranges.push({ start: at, end: at });
        if (inside && line.trim() !== '')
            ranges.at(-1).end = at + line.replace(/\r?\n$/, '').length;
        at += line.length;
    }
    return ranges;
}
function headOf(line) {
    const head = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
    return head?.replace(/^profile (["'])(.*)\1$/, 'profile $2');
}


/***/ }),

/***/ 6683:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fy: () => (/* binding */ endpointVariables),
/* harmony export */   LJ: () => (/* binding */ onShared),
/* harmony export */   Nt: () => (/* binding */ sharedFiles),
/* harmony export */   bB: () => (/* binding */ defaultFiles),
/* harmony export */   c_: () => (/* binding */ configSection),
/* harmony export */   h6: () => (/* binding */ endpointSettings),
/* harmony export */   pR: () => (/* binding */ namedProfile),
/* harmony export */   q8: () => (/* binding */ profileInUse),
/* harmony export */   qA: () => (/* binding */ readShared),
/* harmony export */   qf: () => (/* binding */ profileRegion),
/* harmony export */   tY: () => (/* binding */ readSharedToChange)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4573);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var _base_edge_files_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1156);
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7966);
/* harmony import */ var _base_read_text_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9213);
/* harmony import */ var _ini_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5527);








function sharedFiles(env) {
    const { config, credentials } = defaultFiles(env);
    return {
        config: inHome(env.AWS_CONFIG_FILE, env) || config,
        credentials: inHome(env.AWS_SHARED_CREDENTIALS_FILE, env) || credentials,
    };
}
function defaultFiles(env) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(home(env), '.aws');
    return { config: (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(folder, 'config'), credentials: (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(folder, 'credentials') };
}
function home(env) {
    return env.HOME || env.USERPROFILE || homeOfUser();
}
function homeOfUser() {
    try {
        return (0,node_os__WEBPACK_IMPORTED_MODULE_2__.homedir)();
    }
    catch {
        return node_path__WEBPACK_IMPORTED_MODULE_3__.sep;
    }
}
function inHome(path, env) {
    return path?.replace(/^~(?=$|[/\\])/, () => home(env));
}
function namedProfile({ AWS_PROFILE, AWS_DEFAULT_PROFILE }) {
    if (AWS_PROFILE)
        return { name: AWS_PROFILE, by: 'AWS_PROFILE' };
    return AWS_DEFAULT_PROFILE ? { name: AWS_DEFAULT_PROFILE, by: 'AWS_DEFAULT_PROFILE' } : undefined;
}
function profileInUse(env) {
    return namedProfile(env)?.name ?? 'default';
}
function configSection(profile) {
    return profile === 'default' ? profile : `profile ${profile}`;
}
function readShared(file) {
    const bytes = sharedBytes(file);
    const [first, second] = bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
        throw notUtf8(file, 'UTF-16');
    return bytes.toString('utf8');
}
function readSharedToChange(file) {
    if (isNothing(file)) {
        const fix = 'give the variable that names it a file, or leave aws-profile out: the variables are enough';
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .Problem */ .AF({ on: file, what: 'no profile can be written there', fix });
    }
    const text = readShared(file);
    if (!(0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(sharedBytes(file)))
        throw notUtf8(file, 'another encoding');
    return text;
}
function sharedBytes(file) {
    const isThere = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(file) && !isNothing(file);
    return onShared(file, 'read', () => (isThere ? (0,_base_read_text_js__WEBPACK_IMPORTED_MODULE_6__/* .readBytes */ .io)(file) : Buffer.alloc(0)));
}
function isNothing(file) {
    try {
        return file === node_os__WEBPACK_IMPORTED_MODULE_2__.devNull || (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)(file) === node_os__WEBPACK_IMPORTED_MODULE_2__.devNull;
    }
    catch {
        return false;
    }
}
function notUtf8(file, encoding) {
    return new _base_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .Problem */ .AF({
        on: `The file of AWS profiles ${file}`,
        what: `it is not in UTF-8 but in ${encoding}`,
        fix: 'save it as UTF-8; PowerShell does with Set-Content -Encoding ascii',
    });
}
const FIX = 'check HOME, its folder .aws and the disk; or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE';
function onShared(file, done, act) {
    try {
        return act();
    }
    catch (thrown) {
        throw (0,_base_edge_files_js__WEBPACK_IMPORTED_MODULE_4__/* .fileProblem */ .Wj)(thrown, { on: `The file of AWS profiles ${file}`, doing: done, fix: FIX });
    }
}
function endpointSettings(service, env) {
    const text = configText(env);
    const profile = settingsIn((0,_ini_js__WEBPACK_IMPORTED_MODULE_7__/* .sectionOf */ .ZE)(text, configSection(profileInUse(env))));
    const services = profile.get('services');
    const own = services === undefined ? undefined : settingsIn((0,_ini_js__WEBPACK_IMPORTED_MODULE_7__/* .sectionOf */ .ZE)(text, `services ${services}`));
    return {
        endpoint: own?.get(`${service}.endpoint_url`) ?? profile.get('endpoint_url'),
        fips: profile.get('use_fips_endpoint'),
        dualStack: profile.get('use_dualstack_endpoint'),
        ignoreConfigured: profile.get('ignore_configured_endpoint_urls'),
    };
}
function endpointVariables(env) {
    const text = configText(env);
    const profile = settingsIn((0,_ini_js__WEBPACK_IMPORTED_MODULE_7__/* .sectionOf */ .ZE)(text, configSection(profileInUse(env))));
    if (env.AWS_ENDPOINT_URL || profile.get('ignore_configured_endpoint_urls') === 'true')
        return {};
    const services = profile.get('services');
    const own = services === undefined ? [] : [...settingsIn((0,_ini_js__WEBPACK_IMPORTED_MODULE_7__/* .sectionOf */ .ZE)(text, `services ${services}`))];
    const named = own.flatMap(([key, value]) => {
        const service = /^(.+)\.endpoint_url$/.exec(key)?.[1];
        return service ? [[`AWS_ENDPOINT_URL_${service.toUpperCase()}`, value]] : [];
    });
    const all = profile.get('endpoint_url');
    return { ...(all ? { AWS_ENDPOINT_URL: all } : {}), ...Object.fromEntries(named) };
}
function profileRegion(env) {
    return settingsIn((0,_ini_js__WEBPACK_IMPORTED_MODULE_7__/* .sectionOf */ .ZE)(configText(env), configSection(profileInUse(env)))).get('region');
}
function configText(env) {
    const { config } = sharedFiles(env);
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(config) ? (0,_base_read_text_js__WEBPACK_IMPORTED_MODULE_6__/* .readText */ .yR)(config) : '';
    }
    catch {
        return '';
    }
}
function settingsIn(section) {
    const found = new Map();
    let above = '';
    for (const line of section.split(/\r?\n/).slice(1)) {
        const [, indent = '', name = '', value = ''] = /^(\s*)([^\s=#;]+)\s*=\s*(.*?)\s*$/.exec(line.split(/(?:^|\s)[;#]/)[0] ?? '') ?? [];
        if (name === '')
            continue;
        if (indent === '')
            above = value === '' ? name : '';
        const key = indent !== '' && above !== '' ? `${above}.${name}` : name;
        if (value !== '')
            found.set(key, value);
    }
    return found;
}


/***/ }),

/***/ 1156:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F$: () => (/* binding */ fileProblemOf),
/* harmony export */   Wj: () => (/* binding */ fileProblem),
/* harmony export */   l$: () => (/* binding */ isOfFiles),
/* harmony export */   tA: () => (/* binding */ onFileSync)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2619);


const FILE_ERRORS = {
    ENOENT: ['it does not exist, or a folder above it does not', 'check the path, and that an earlier step made it'],
    ENOTDIR: ['a part of its path is a file, not a folder', 'check the path'],
    EISDIR: ['it is a folder, not a file', 'check the path'],
    EEXIST: ['something is there already', 'remove it, or choose another path'],
    ENOTEMPTY: ['the folder is not empty', 'choose another path'],
    EACCES: ["the runner's user is not allowed to", 'check the permissions of the file and of the folders above it'],
    EPERM: ["the runner's user is not allowed to", 'check the permissions of the file and of the folders above it'],
    EROFS: ['the file system is read-only', 'mount it for writing, or choose a path that is writable'],
    ENOSPC: [
        'the disk is full',
        'free space on the runner, for example by removing images and caches that the job does not need',
    ],
    EDQUOT: ["the user's quota is used up", 'free space on the runner'],
    EFBIG: [
        'the file would be larger than the file system or the limit of the process allows',
        'check ulimit -f and the file system',
    ],
    EMFILE: ['this process has too many files open', 'raise the limit of open files on the runner (ulimit -n)'],
    ENFILE: ['the machine has too many files open', 'raise the limit of open files on the runner'],
    ELOOP: ['its symbolic links lead in a circle', 'check the links'],
    ENAMETOOLONG: ['its name is too long for the file system', 'choose a shorter name'],
    EIO: ['the disk failed', 'use another runner'],
    EBUSY: ['another program is using it', 'end the other program first'],
    ETXTBSY: ['another program is using it', 'end the other program first'],
    EXDEV: ['source and target are on different file systems', 'choose a path on the same file system'],
    ENXIO: ['it is a pipe, a socket or a device, not a file', 'give a regular file'],
    ENODEV: ['the device is gone', 'check what is mounted there'],
    ESTALE: ['the network file system has lost it', 'check what is mounted there'],
    ENOMEM: ['the machine has no memory left', 'use a larger runner'],
    EINVAL: ['the file system does not support this', 'choose another path'],
    ENOSYS: ['the file system does not support this', 'choose another path'],
    ENOTSUP: ['the file system does not support this', 'choose another path'],
    ERR_FS_FILE_TOO_LARGE: ['it is larger than this action reads', 'give a smaller file'],
    ERR_FS_EISDIR: ['it is a folder, not a file', 'check the path'],
};
function isOfFiles(thrown) {
    const { syscall, errno, path } = (thrown ?? {});
    return ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .shapeOf */ .F5)(thrown).code in FILE_ERRORS ||
        (typeof syscall === 'string' && (typeof errno === 'number' || typeof path === 'string')));
}
function fileProblem(thrown, act) {
    return isOfFiles(thrown) && !(thrown instanceof _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF) ? fileProblemOf(thrown, act) : thrown;
}
function fileProblemOf(thrown, { on, doing, fix }) {
    const { code } = (0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .shapeOf */ .F5)(thrown);
    const { path } = thrown;
    const [why, usual] = FILE_ERRORS[code] ?? ['the file system refused', 'check the path and the disk'];
    return new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
        on: on ?? (typeof path === 'string' ? path : undefined),
        what: (on ?? path) ? `it cannot be ${doing}` : `a file cannot be ${doing}`,
        why: `${why} (${code})`,
        fix: fix ?? usual,
        cause: thrown,
    });
}
function onFileSync(act, work) {
    try {
        return work();
    }
    catch (thrown) {
        throw fileProblem(thrown, act);
    }
}


/***/ }),

/***/ 7966:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AF: () => (/* binding */ Problem),
/* harmony export */   EY: () => (/* binding */ CHECK_ENDPOINTS),
/* harmony export */   Zw: () => (/* binding */ Problems),
/* harmony export */   kw: () => (/* binding */ Unproven)
/* harmony export */ });
class Problem extends Error {
    details;
    constructor(details) {
        super(formatProblem(details), { cause: details.cause });
        this.name = 'Problem';
        this.details = details;
    }
}
class Unproven extends Problem {
}
const CHECK_ENDPOINTS = 'check the proxy of the runner, and AWS_ENDPOINT_URL and the variables like it';
class Problems extends Error {
    all;
    constructor(found) {
        const all = [...new Map(found.map((problem) => [problem.message, problem])).values()];
        super(all.map(({ message }) => message).join('\n'));
        this.name = 'Problems';
        this.all = all;
    }
}
function formatProblem({ what, on, why, fix }) {
    const lines = [on ? `${on}: ${what}.` : `${what}.`];
    if (why)
        lines.push(`  Why: ${indent(why)}`);
    if (fix)
        lines.push(`  Fix: ${indent(fix)}`);
    return lines.join('\n');
}
function indent(text) {
    return text.replaceAll('\n', '\n       ');
}


/***/ }),

/***/ 9213:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qd: () => (/* binding */ AT_ONCE),
/* harmony export */   io: () => (/* binding */ readBytes),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);

const AT_ONCE = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | (node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK ?? 0);
const MAX_BYTES = 64 << 20;
function readBytes(path) {
    const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(path, AT_ONCE);
    try {
        mustBeFile(path, (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(file));
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file);
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(file);
    }
}
function readText(path) {
    return readBytes(path).toString('utf8');
}
function mustBeFile(path, found) {
    if (found.isFile() && found.size <= MAX_BYTES)
        return;
    const code = found.isFile() ? 'ERR_FS_FILE_TOO_LARGE' : found.isDirectory() ? 'EISDIR' : 'ENXIO';
    throw Object.assign(new Error('not a small regular file'), { code, syscall: 'read', path });
}


/***/ }),

/***/ 2619:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F5: () => (/* binding */ shapeOf),
/* harmony export */   Hi: () => (/* binding */ isLostConnection),
/* harmony export */   OP: () => (/* binding */ isGarbled),
/* harmony export */   Vj: () => (/* binding */ verdictOf),
/* harmony export */   _d: () => (/* binding */ isExpired),
/* harmony export */   a6: () => (/* binding */ isNoTunnel),
/* harmony export */   fb: () => (/* binding */ isUntrusted)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);

const LOST_CONNECTION = new Set([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'EADDRNOTAVAIL',
    'ERR_STREAM_DESTROYED',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_SOCKET_CLOSED',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
]);
const GARBLED = /^HPE_|^EPROTO$|^ERR_SSL_|^ERR_TLS_HANDSHAKE/;
const UNTRUSTED = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/;
const THROTTLED = new Set([
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'SlowDown',
    'TOOMANYREQUESTS',
]);
const TRANSIENT = new Set(['RequestTimeout', 'RequestTimeoutException', 'InternalError', 'InternalServerError']);
function verdictOf(error) {
    if (error instanceof _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Unproven */ .kw)
        return 'grace';
    const { code, name, status } = shapeOf(error);
    if (THROTTLED.has(name) || THROTTLED.has(code) || status === 429)
        return 'throttled';
    if (LOST_CONNECTION.has(code) || TRANSIENT.has(name) || (status >= 500 && status !== 501))
        return 'transient';
    if (isNoTunnel(error) && status === 0)
        return 'transient';
    return isGarbled(error) ? 'grace' : 'fatal';
}
function isExpired(error) {
    return ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(shapeOf(error).name);
}
function isLostConnection(error) {
    return LOST_CONNECTION.has(shapeOf(error).code);
}
function isGarbled(error) {
    return GARBLED.test(shapeOf(error).code) && !isUntrusted(error);
}
function isUntrusted(error) {
    return UNTRUSTED.test(shapeOf(error).code);
}
function isNoTunnel(error) {
    return shapeOf(error).code === 'ERR_PROXY_TUNNEL';
}
function shapeOf(error) {
    const it = (error ?? {});
    const unnamed = it.name === 'TimeoutError' ? 'ETIMEDOUT' : '';
    const code = typeof it.code === 'string' ? it.code : it.errors?.[0] ? shapeOf(it.errors[0]).code : unnamed;
    const stated = [it.status, it.$metadata?.httpStatusCode, it.statusCode].find((one) => typeof one === 'number');
    const status = stated ?? 0;
    return { name: typeof it.name === 'string' ? it.name : '', code, status };
}


/***/ }),

/***/ 241:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B$: () => (/* binding */ tryRunnerFiles),
/* harmony export */   gZ: () => (/* binding */ appendWhole),
/* harmony export */   jI: () => (/* binding */ makeOwnFile),
/* harmony export */   w4: () => (/* binding */ writeValues),
/* harmony export */   x3: () => (/* binding */ writeText)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var _edge_files_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1156);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7966);






const FILES = {
    GITHUB_ENV: 'variables for later steps',
    GITHUB_OUTPUT: 'outputs',
    GITHUB_STATE: 'what the post step needs',
    GITHUB_STEP_SUMMARY: 'the job summary',
};
const PROBE = Buffer.alloc(64 << 10, '\n');
function tryRunnerFiles(env) {
    for (const file of ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']) {
        append(file, PROBE, { env, keep: false });
    }
}
function writeValues(file, values, env) {
    const blocks = Object.entries(values).map(([name, value]) => block(name, value));
    if (blocks.length > 0)
        append(file, Buffer.from(blocks.join('')), { env, keep: true });
}
function writeText(file, text, env) {
    append(file, Buffer.from(text), { env, keep: true });
}
function block(name, value) {
    if (/[\r\n=]|<</.test(name))
        throw new Error('a name that the runner would read as something else');
    const delimiter = `ghadelimiter_${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`;
    return `${name}<<${delimiter}${node_os__WEBPACK_IMPORTED_MODULE_2__.EOL}${value}${node_os__WEBPACK_IMPORTED_MODULE_2__.EOL}${delimiter}${node_os__WEBPACK_IMPORTED_MODULE_2__.EOL}`;
}
function pathOf(file, env) {
    const path = env[file];
    if (!path)
        throw notSet(file, FILES[file]);
    return path;
}
function append(file, bytes, { env, keep }) {
    const path = pathOf(file, env);
    try {
        appendWhole(path, bytes, { keep });
    }
    catch (thrown) {
        throw (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_4__/* .fileProblem */ .Wj)(thrown, { on: `${file}, the runner's file for ${FILES[file]}`, doing: 'written to' });
    }
}
function makeOwnFile(env, name) {
    const temp = env.RUNNER_TEMP;
    if (!temp)
        throw notSet('RUNNER_TEMP', 'temporary files');
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(temp, name);
    (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_4__/* .onFileSync */ .tA)({ on: `RUNNER_TEMP, ${temp}`, doing: 'written to' }, () => appendWhole(path, PROBE, { keep: false, create: true }));
    return path;
}
function appendWhole(path, bytes, { keep, create = false }) {
    const handle = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_WRONLY | node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_APPEND | (create ? node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_CREAT : 0), 0o600);
    try {
        const before = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(handle).size;
        try {
            writeAll(handle, bytes);
        }
        catch (thrown) {
            takeBack(handle, before);
            throw thrown;
        }
        if (!keep)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.ftruncateSync)(handle, before);
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(handle);
    }
}
function takeBack(handle, size) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.ftruncateSync)(handle, size);
    }
    catch {
    }
}
function writeAll(file, bytes) {
    for (let at = 0; at < bytes.length;)
        at += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(file, bytes, at);
}
function notSet(name, purpose) {
    return new _problem_js__WEBPACK_IMPORTED_MODULE_5__/* .Problem */ .AF({
        on: `Variable ${name}`,
        what: 'it is not set',
        why: `the runner of GitHub Actions names the place for ${purpose} there`,
        fix: 'run the action as a step of a job, and do not unset the variable',
    });
}


/***/ }),

/***/ 7575:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OA: () => (/* binding */ githubRunner),
/* harmony export */   kX: () => (/* binding */ logTo),
/* harmony export */   tJ: () => (/* binding */ inert)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7264);
/* harmony import */ var _runner_files_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(241);
/* harmony import */ var _undo_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7859);



function githubRunner() {
    const { env } = process;
    (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .tryRunnerFiles */ .B$)(env);
    const log = logTo(env);
    const undos = (0,_undo_js__WEBPACK_IMPORTED_MODULE_2__/* .openUndoList */ .x$)(env, log.mask);
    const taken = new Map();
    return {
        ...log,
        env,
        input: (name) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name),
        exportVariables: exporter(env, undos, taken),
        here: (values) => {
            for (const [name, value] of Object.entries(values))
                env[name] ||= value;
        },
        unset: (name) => {
            taken.set(name, env[name]);
            delete env[name];
        },
        outputs: (values) => (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .writeValues */ .w4)('GITHUB_OUTPUT', values, env),
        undoLater: (undo) => undos.later([undo]),
    };
}
function exporter(env, undos, taken) {
    const exported = new Set();
    return (values, { keep = false, unset = {} } = {}) => {
        const names = Object.keys(values);
        if (!keep) {
            const fresh = names.filter((name) => !exported.has(name));
            undos.later(fresh.map((name) => {
                const before = env[name] ?? taken.get(name) ?? unset[name] ?? null;
                return { kind: 'variable', name, before };
            }));
        }
        (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .writeValues */ .w4)('GITHUB_ENV', values, env);
        for (const name of names)
            exported.add(name);
        Object.assign(env, values);
    };
}
function logTo(env) {
    return {
        mask: (value) => {
            if (value !== '')
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(value);
        },
        info: (line) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(inert(line)),
        debug: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz,
        notice: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm(text),
        warning: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(text),
        error: (text, { title, file, line } = {}) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(text, {
            ...(title ? { title } : {}),
            ...(file ? { file } : {}),
            ...(line ? { startLine: line } : {}),
        }),
        group: (title, lines) => {
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .startGroup */ .Oh(title);
            for (const line of lines)
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(inert(line));
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .endGroup */ .N4();
        },
        summary: (markdown) => {
            if (!env.GITHUB_STEP_SUMMARY)
                return;
            try {
                (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .writeText */ .x3)('GITHUB_STEP_SUMMARY', `${markdown}\n`, env);
            }
            catch {
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e('The job summary could not be written: check the file that GITHUB_STEP_SUMMARY names, and the space on its disk');
            }
        },
    };
}
function inert(text) {
    return text
        .replace(/\r\n?|[\v\f\x1c-\x1f\x85\u2028\u2029]/g, ' ')
        .replace(/^(\s*)::/gm, '$1: :')
        .replaceAll('##[', '## [');
}


/***/ }),

/***/ 7859:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Pr: () => (/* binding */ takeUndos),
/* harmony export */   Zn: () => (/* binding */ isOwnFolder),
/* harmony export */   ct: () => (/* binding */ fileBefore),
/* harmony export */   pK: () => (/* binding */ putBack),
/* harmony export */   x$: () => (/* binding */ openUndoList)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _edge_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1156);
/* harmony import */ var _read_text_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9213);
/* harmony import */ var _runner_files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(241);






function fileBefore(path) {
    return (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_3__/* .onFileSync */ .tA)({ on: path, doing: 'read' }, () => {
        const found = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false });
        if (!found)
            return undefined;
        if (found.isSymbolicLink())
            return { link: (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(path) };
        return { content: (0,_read_text_js__WEBPACK_IMPORTED_MODULE_4__/* .readBytes */ .io)(path).toString('base64'), mode: found.mode & 0o777 };
    });
}
function putBack(path, before) {
    if (!before) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
        return;
    }
    const beside = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), `.${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`);
    if ('link' in before)
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.symlinkSync)(before.link, beside);
    else {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(beside, Buffer.from(before.content, 'base64'), { mode: 0o600, flag: 'wx' });
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(beside, before.mode);
    }
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(beside, path);
}
const STATE = 'undo';
const COPY = 'undo_copy';
const MAX_COPY_CHARACTERS = 16 << 10;
function openUndoList(env, mask) {
    const key = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(32);
    mask(key.toString('base64'));
    const path = (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_5__/* .makeOwnFile */ .jI)(env, `keyless-aws-undo-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(16).toString('hex')}`);
    const place = JSON.stringify({ path, key: key.toString('base64') });
    (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_5__/* .writeValues */ .w4)('GITHUB_STATE', { [STATE]: place, [COPY]: '0' }, env);
    let [count, copy, isWhole] = [0, '', true];
    return {
        later: (undos) => {
            const lines = undos.map((undo, at) => seal(key, count + at, JSON.stringify(undo)));
            const text = lines.map((line) => `${line}\n`).join('');
            (0,_edge_files_js__WEBPACK_IMPORTED_MODULE_3__/* .onFileSync */ .tA)({ on: path, doing: 'written' }, () => (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_5__/* .appendWhole */ .gZ)(path, Buffer.from(text), { keep: true }));
            count += undos.length;
            for (const line of lines) {
                isWhole &&= copy.length + line.length < MAX_COPY_CHARACTERS;
                if (isWhole)
                    copy += ` ${line}`;
            }
            (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_5__/* .writeValues */ .w4)('GITHUB_STATE', { [COPY]: `${count}${copy}` }, env);
        },
    };
}
function takeUndos(env) {
    const state = stateOf(env);
    if (!state)
        return { undos: [], unreadable: 0 };
    const { count, lines: copied } = copyIn(env);
    const found = copied.length === count ? copied : linesOf(state.path);
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(state.path, { force: true });
    const lines = found ?? copied;
    const undos = lines.flatMap((line, at) => open(state.key, at, line) ?? []);
    const all = Math.max(lines.length, count ?? (found ? 0 : 1));
    return { undos: undos.reverse(), unreadable: all - undos.length };
}
function isOwnFolder(path, env) {
    const temp = env.RUNNER_TEMP;
    return Boolean(temp) && (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(path)) === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(temp ?? '') && (0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path).startsWith('keyless-');
}
function stateOf(env) {
    try {
        const { path, key } = JSON.parse(env[`STATE_${STATE}`] ?? '');
        if (typeof path !== 'string' || typeof key !== 'string' || !(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path).startsWith('keyless-aws-undo-'))
            return;
        return { path, key: Buffer.from(key, 'base64') };
    }
    catch {
        return undefined;
    }
}
function copyIn(env) {
    const [, count, text = ''] = /^(\d{1,9})((?: \S+)*)$/.exec(env[`STATE_${COPY}`] ?? '') ?? [];
    return { count: count === undefined ? undefined : Number(count), lines: text.split(' ').slice(1) };
}
function linesOf(path) {
    try {
        return (0,_read_text_js__WEBPACK_IMPORTED_MODULE_4__/* .readText */ .yR)(path)
            .split('\n')
            .filter((line) => line !== '');
    }
    catch {
        return undefined;
    }
}
function seal(key, at, text) {
    const iv = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(12);
    const cipher = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createCipheriv)('aes-256-gcm', key, iv).setAAD(Buffer.from(String(at)));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}
function open(key, at, line) {
    try {
        const bytes = Buffer.from(line, 'base64');
        const cipher = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createDecipheriv)('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(String(at)));
        cipher.setAuthTag(bytes.subarray(12, 28));
        return JSON.parse(Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('utf8'));
    }
    catch {
        return undefined;
    }
}


/***/ })

};
