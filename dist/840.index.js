export const id = 840;
export const ids = [840];
export const modules = {

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

/***/ 840:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  parametersJob: () => (/* binding */ parametersJob)
});

// EXTERNAL MODULE: ./lib/base/secret-files.js
var secret_files = __webpack_require__(8347);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/path-fence.js
var path_fence = __webpack_require__(7562);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/read-text.js
var read_text = __webpack_require__(9213);
// EXTERNAL MODULE: ./lib/base/undo.js
var undo = __webpack_require__(7859);
;// CONCATENATED MODULE: ./lib/parameters/deliver/dotenv-file.js







function checkEnvFile(path, { GITHUB_WORKSPACE, RUNNER_TEMP }) {
    const on = `Input ssm-env-file: ${path}`;
    const folder = (0,external_node_path_.dirname)(path);
    const trusted = [GITHUB_WORKSPACE, RUNNER_TEMP].filter((root) => root !== undefined);
    let step = trusted.find((root) => path !== root && (0,path_fence/* isWithin */.UO)(path, root)) ?? (0,external_node_path_.parse)(path).root;
    for (const name of (0,external_node_path_.relative)(step, path).split(external_node_path_.sep)) {
        step = (0,external_node_path_.join)(step, name);
        const found = (0,external_node_fs_.lstatSync)(step, { throwIfNoEntry: false });
        if (found?.isSymbolicLink()) {
            throw new problem/* Problem */.AF({ on, what: `${step} is a symlink, which is not followed`, fix: 'write to the real path' });
        }
        if (step === path && found && !found.isFile()) {
            throw new problem/* Problem */.AF({ on, what: 'something that is not a file is there already', fix: 'choose another name' });
        }
        if (step !== path && !found?.isDirectory()) {
            throw new problem/* Problem */.AF({
                on,
                what: `${step} is not a folder`,
                fix: 'create it in an earlier step, or choose another one',
            });
        }
    }
    try {
        (0,external_node_fs_.accessSync)(folder, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
    }
    catch {
        throw new problem/* Problem */.AF({ on, what: `${folder} cannot be written to`, fix: 'choose another folder' });
    }
}
function namesLost(path, names) {
    const found = (0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false });
    if (!found?.isFile() || found.size > MAX_LOOKED_AT)
        return [];
    const there = (0,read_text/* readText */.yR)(path).matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:]/gm);
    return [...new Set([...there].map(([, name = '']) => name))].filter((name) => !names.includes(name));
}
const MAX_LOOKED_AT = 1 << 20;
function writeEnvFile({ path, keep }, content, { env, undoLater }) {
    checkEnvFile(path, env);
    const beside = (0,external_node_path_.join)((0,external_node_path_.dirname)(path), `.${(0,external_node_path_.basename)(path)}.${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`);
    undoLater({ kind: 'file', path: beside });
    if (!keep)
        undoLater({ kind: 'file', path, before: (0,undo/* fileBefore */.ct)(path) });
    try {
        const file = (0,external_node_fs_.openSync)(beside, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_CREAT | external_node_fs_.constants.O_EXCL | (external_node_fs_.constants.O_NOFOLLOW ?? 0), 0o600);
        try {
            checkEnvFile(path, env);
            (0,external_node_fs_.lstatSync)(beside);
            (0,external_node_fs_.writeFileSync)(file, content);
            (0,external_node_fs_.fsyncSync)(file);
        }
        finally {
            (0,external_node_fs_.closeSync)(file);
        }
        (0,external_node_fs_.renameSync)(beside, path);
    }
    catch (thrown) {
        (0,external_node_fs_.rmSync)(beside, { force: true });
        if (thrown instanceof problem/* Problem */.AF)
            throw thrown;
        const { code = 'unknown error' } = thrown;
        throw new problem/* Problem */.AF({
            on: path,
            what: `the file could not be written (${code})`,
            fix: 'check the disk and the folder',
        });
    }
}

// EXTERNAL MODULE: ./lib/parameters/deliver/write-dotenv.js
var write_dotenv = __webpack_require__(2988);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ssm/dist-cjs/index.js
var dist_cjs = __webpack_require__(4736);
// EXTERNAL MODULE: ./lib/parameters/deliver/check.js + 1 modules
var check = __webpack_require__(8749);
;// CONCATENATED MODULE: ./lib/parameters/deliver/git-ignore.js



function isSeenByGit(path) {
    const root = workTreeOf((0,external_node_path_.dirname)(path));
    if (root === undefined)
        return false;
    const folders = [root];
    for (const name of (0,external_node_path_.relative)(root, (0,external_node_path_.dirname)(path)).split(external_node_path_.sep).filter(Boolean))
        folders.push((0,external_node_path_.join)(folders.at(-1), name));
    const rules = [
        ...rulesIn((0,external_node_path_.join)(root, '.git', 'info', 'exclude'), root),
        ...folders.flatMap((folder) => rulesIn((0,external_node_path_.join)(folder, '.gitignore'), folder)),
    ];
    const steps = [...folders.slice(1), path];
    return !steps.some((step) => {
        const found = rules.findLast(({ fits, folder, forFolders }) => {
            const below = (0,external_node_path_.relative)(folder, step);
            return (step !== path || !forFolders) && !below.startsWith('..') && fits.test(below.split(external_node_path_.sep).join('/'));
        });
        return found !== undefined && !found.negated;
    });
}
function workTreeOf(folder) {
    if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, '.git')))
        return folder;
    return (0,external_node_path_.basename)(folder) === '' ? undefined : workTreeOf((0,external_node_path_.dirname)(folder));
}
function rulesIn(file, folder) {
    let text;
    try {
        text = (0,read_text/* readText */.yR)(file);
    }
    catch {
        return [];
    }
    const lines = text.split(/\r?\n/).map((line) => line.replace(/(?<!\\)\s+$/, ''));
    return lines.flatMap((line) => {
        if (line === '' || line.startsWith('#'))
            return [];
        const pattern = line.replace(/^!/, '').replace(/\/$/, '');
        return [{ folder, fits: regexOf(pattern), negated: line.startsWith('!'), forFolders: line.endsWith('/') }];
    });
}
function regexOf(pattern) {
    const body = pattern
        .replace(/^\//, '')
        .replace(/\\(.)|[.+^${}()|]/g, (sign, escaped) => `\\${escaped ?? sign}`)
        .replace(/\*\*\/|\*\*|\*|\?/g, (sign) => WILDCARDS[sign] ?? sign);
    try {
        return new RegExp(`^${pattern.includes('/') ? '' : '(?:.*/)?'}${body}$`);
    }
    catch {
        return /(?!)/;
    }
}
const WILDCARDS = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

;// CONCATENATED MODULE: ./lib/parameters/masks/forms.js
const FORMS = {
    likely: likelyForms,
    base64: missingStems,
    common: commonForms,
    rare: rareForms,
};
function likelyForms(text) {
    const several = /[\r\n]/.test(text);
    return [
        ...(several ? [jsonOf(text)] : []),
        goUserinfo(text),
        netJson(text),
        goHtml(text),
        text.replaceAll('$', '$$$$'),
        shlex(text),
        dashExport(text),
    ];
}
function commonForms(text) {
    return [
        ...(/[\u0085\u2028\u2029]/.test(text) ? [jsonOf(text)] : []),
        ...[encodeUri(text), formEncoded(text), encodeUri(text).replaceAll('%2F', '/'), goJson(text), asciiJson(text)],
        ...[text.replaceAll("'", "'\\''"), text.replaceAll(/["\\$`]/g, '\\$&'), ...base64Lines(text, 76)],
    ];
}
function rareForms(text) {
    const json = jsonOf(text);
    const inJson = json === text ? [] : stemsOf(json);
    const stems = [...stemsOf(text), ...inJson];
    const lower = [goUserinfo(text), encodeUri(text), formEncoded(text), strictUri(text)].map(lowerHex);
    return [
        ...[
            printfQ(text),
            ansiQuoted(text, /\p{Cc}/u),
            ansiQuoted(text, /[\p{Cc}\p{Cn}\p{Zl}\p{Zp}]/u),
            ansiQuoted(text, /[^ -~]/u),
        ],
        ...[
            json.replaceAll('/', '\\/'),
            asciiJson(text).replaceAll('/', '\\/'),
            htmlTemplate(text),
            pythonHtml(text),
            strictUri(text),
            encodeURI(text.toWellFormed()),
        ],
        ...inJson,
        ...stems.flatMap(forUrls),
        ...base64Lines(text, 64),
        ...base64Lines(text, 76).flatMap(forUrls),
        ...stemsOf(text).flatMap(stemsOf),
        ...stemsOf(Buffer.from(text, 'utf16le')),
        ...lower,
    ];
}
function stemsOf(text) {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    return [0, 1, 2].map((offset) => {
        const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
        return padded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    });
}
function missingStems(text) {
    const known = (3 - (Buffer.byteLength(text) % 3)) % 3;
    return stemsOf(text).filter((_, offset) => offset !== known);
}
function base64Lines(text, columns) {
    const [fromStart = ''] = stemsOf(text);
    if (fromStart.length <= columns)
        return [];
    return fromStart.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
}
function forUrls(base64) {
    return base64.replaceAll('+', '-').replaceAll('/', '_');
}
const hex = (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const unicode = (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
function encodeUri(text) {
    return encodeURIComponent(text.toWellFormed());
}
function strictUri(text) {
    return encodeUri(text).replaceAll(/[!'()*]/g, hex);
}
function goUserinfo(text) {
    return strictUri(text).replaceAll(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}
function formEncoded(text) {
    return new URLSearchParams([['', text]]).toString().slice(1);
}
function lowerHex(text) {
    return text.replaceAll(/%[0-9A-F]{2}/g, (it) => it.toLowerCase());
}
function jsonOf(text) {
    return JSON.stringify(text).slice(1, -1);
}
function goJson(text) {
    return jsonOf(text).replaceAll(/[<>&\u2028\u2029]/g, unicode);
}
function asciiJson(text) {
    return jsonOf(text).replaceAll(/[\u0080-\uffff]/g, unicode);
}
function netJson(text) {
    return jsonOf(text)
        .replaceAll(/\\u([0-9a-f]{4})/g, (_, code) => `\\u${code.toUpperCase()}`)
        .replaceAll('\\"', '\\u0022')
        .replaceAll(/[&'+<>`\u007f-\uffff]/g, (one) => unicode(one).toUpperCase().replace('U', 'u'));
}
const HTML = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
function goHtml(text) {
    return text.replaceAll(/[&<>"']/g, (one) => HTML[one] ?? one);
}
function htmlTemplate(text) {
    return goHtml(text).replaceAll('+', '&#43;');
}
function pythonHtml(text) {
    return goHtml(text).replaceAll('&#34;', '&quot;').replaceAll('&#39;', '&#x27;');
}
function dashExport(text) {
    return text.replaceAll(/'+/g, (run) => `'"${run}"'`);
}
function shlex(text) {
    return text.replaceAll("'", `'"'"'`);
}
function printfQ(text) {
    return text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]|^[#~]|(?<=[:=])~/g, '\\$&');
}
const ANSI_NAMES = {
    7: 'a',
    8: 'b',
    9: 't',
    10: 'n',
    11: 'v',
    12: 'f',
    13: 'r',
    27: 'E',
};
function ansiQuoted(text, unprintable) {
    const written = [...text].map((character) => {
        const name = ANSI_NAMES[character.codePointAt(0) ?? 0];
        if (name || /['\\]/.test(character))
            return `\\${name ?? character}`;
        if (!unprintable.test(character))
            return character;
        return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    });
    return written.join('');
}

// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/text.js
class Scanner {
    text;
    at = 0;
    line = 1;
    steps = 0;
    constructor(text) {
        this.text = text;
    }
    get done() {
        return this.at >= this.text.length;
    }
    peek(further = 0) {
        this.steps++;
        return this.text[this.at + further] ?? '';
    }
    next() {
        const one = this.peek();
        if (one === '\n')
            this.line++;
        this.at++;
        return one;
    }
    take(pattern) {
        pattern.lastIndex = this.at;
        const found = pattern.exec(this.text)?.[0] ?? '';
        this.steps += found.length + 1;
        this.at += found.length;
        for (const one of found)
            if (one === '\n')
                this.line++;
        return found;
    }
}
const GO_BLANK = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const GO_BLANKS = new RegExp(`${GO_BLANK.source}+`, 'y');
function skipComments(scanner, blanks) {
    while (scanner.take(blanks) !== '' || scanner.take(/#[^\n]*/y) !== '')
        ;
}
function unquoted(inside) {
    const names = { n: '\n', r: '\r', t: '\t' };
    return inside.replaceAll(/\\(.)/gs, (_, one) => names[one] ?? one);
}

;// CONCATENATED MODULE: ./lib/parameters/values/json.js



const exact = JSON;
function readJson(text) {
    const value = readExact(text);
    if (!isObject(value)) {
        throw new problem/* Problem */.AF({ what: 'the value is JSON, but not an object with fields', fix: 'leave "as json" out' });
    }
    return fields(value, []);
}
function readJsonAt(text, path) {
    let value = readExact(text);
    for (const step of path) {
        if (typeof value !== 'object' || value === null || exact.isRawJSON(value) || !Object.hasOwn(value, step))
            return undefined;
        if (typeof step === 'string' && Array.isArray(value))
            return undefined;
        value = value[step];
    }
    return textOf(value, path.map(String));
}
function jsonLeaves(text, limit) {
    if (!/^\s*[[{"]/.test(text))
        return [];
    const leaves = [];
    const waiting = [parseExact(text)];
    while (waiting.length > 0 && leaves.length < limit) {
        const value = waiting.pop();
        if (typeof value === 'string')
            leaves.push(value);
        else if (exact.isRawJSON(value))
            leaves.push(value.rawJSON);
        else if (typeof value === 'object' && value !== null)
            waiting.push(...Object.values(value).slice(0, limit).reverse());
    }
    return leaves;
}
function readExact(text) {
    const value = parseExact(text.replace(/^\uFEFF/, ''));
    if (value === undefined) {
        throw new problem/* Problem */.AF({ what: 'the value is not JSON', fix: 'store valid JSON, or leave "as json" out' });
    }
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
        throw new problem/* Problem */.AF({
            what: 'the value is JSON that was encoded twice: a text in quotes, which holds the object',
            fix: 'store the object itself: encode it once (Terraform: one jsonencode)',
        });
    }
    refuseDuplicates(text);
    return value;
}
function parseExact(text) {
    try {
        return exact.parse(text, (_key, value, { source }) => typeof value === 'number' && source !== undefined ? exact.rawJSON(source) : value);
    }
    catch {
        return undefined;
    }
}
function refuseDuplicates(json) {
    const scanner = new Scanner(json);
    const open = [];
    while (!scanner.done) {
        const one = scanner.next();
        if (one === '{')
            open.push(new Set());
        else if (one === '[')
            open.push(undefined);
        else if (one === '}' || one === ']')
            open.pop();
        else if (one === '"') {
            const text = scanner.take(/(?:[^"\\]|\\.)*"/y);
            const keys = open.at(-1);
            if (!keys || scanner.take(/\s*:/y) === '')
                continue;
            const key = JSON.parse(`"${text}`);
            if (keys.has(key)) {
                throw new problem/* Problem */.AF({
                    what: `the JSON has the field ${(0,quote/* quote */.h)(key)} twice in one object`,
                    fix: 'take one of them out of the stored value',
                });
            }
            keys.add(key);
        }
    }
}
const DEEPEST = 64;
function fields(object, path) {
    if (path.length === DEEPEST) {
        throw new problem/* Problem */.AF({ what: `the value is nested deeper than ${DEEPEST} levels`, fix: 'leave "as json" out' });
    }
    return Object.entries(object).flatMap(([key, value]) => {
        const at = [...path, key];
        if (isObject(value) && Object.keys(value).length > 0)
            return fields(value, at);
        return [[at, textOf(value, at)]];
    });
}
function textOf(value, path) {
    if (typeof value !== 'string')
        return JSON.stringify(value);
    if (value.isWellFormed())
        return value;
    throw new problem/* Problem */.AF({
        what: `the field ${(0,quote/* quote */.h)(path.join('.').toWellFormed())} holds half of a surrogate pair, which UTF-8 cannot hold`,
        fix: 'store the whole character',
    });
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !exact.isRawJSON(value);
}

;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/node.js

const LINE_END = /[\n\u2028\u2029]/;
const BLANK = /\s/;
function readNode(text) {
    const scanner = new Scanner(text.replaceAll(/\r\n?/g, '\n'));
    const entries = [];
    const faults = [];
    while (!scanner.done) {
        const { line } = scanner;
        scanner.take(/[^\S\n]+/y);
        const start = scanner.at;
        const found = (scanner.take(/export\s+/y) !== '' && readEntry(scanner)) || readEntry(backTo(scanner, start, line));
        if (found)
            entries.push({ ...found, line });
        else
            backTo(scanner, start, line);
        const rest = scanner.take(/[^\n\u2028\u2029]*/y);
        if (!found && !/^\s*(#|$)/.test(rest))
            faults.push({ line, why: 'it is neither NAME=value nor a comment' });
        scanner.take(/[\n\u2028\u2029]/y);
    }
    return { entries, faults };
}
function backTo(scanner, at, line) {
    scanner.at = at;
    scanner.line = line;
    return scanner;
}
function readEntry(scanner) {
    const name = scanner.take(/[\w.-]+/y);
    if (name === '' || (scanner.take(/\s*=/y) === '' && scanner.take(/:\s/y) === ''))
        return undefined;
    const { at, line } = scanner;
    const quoted = readQuoted(scanner);
    if (quoted === undefined)
        backTo(scanner, at, line);
    const raw = quoted ?? scanner.take(/[^#\n]*/y);
    const end = endOf(scanner, scanner.at) ?? scanner.at;
    while (scanner.at < end)
        scanner.next();
    return { name, value: unquote(raw.trim()) };
}
function readQuoted(scanner) {
    scanner.take(/\s+/y);
    const start = scanner.at;
    const quote = scanner.next();
    if (!/['"`]/.test(quote))
        return undefined;
    const escaped = [];
    while (!scanner.done) {
        const one = scanner.next();
        if (one === '\\' && scanner.peek() === quote) {
            escaped.push(scanner.at);
            scanner.next();
        }
        else if (one === quote) {
            escaped.push(scanner.at - 1);
            break;
        }
    }
    const close = escaped.findLast((at) => endOf(scanner, at + 1) !== undefined);
    if (close === undefined)
        return undefined;
    const raw = scanner.text.slice(start, close + 1);
    scanner.line -= scanner.text.slice(close + 1, scanner.at).split('\n').length - 1;
    scanner.at = close + 1;
    return raw;
}
function endOf(scanner, from) {
    const { text } = scanner;
    let at = from;
    let lineEnd;
    while (at < text.length && BLANK.test(text[at] ?? '')) {
        if (LINE_END.test(text[at] ?? ''))
            lineEnd = at;
        at++;
        scanner.steps++;
    }
    if (text[at] === '#')
        while (at < text.length && !LINE_END.test(text[at] ?? ''))
            at++;
    else if (at < text.length)
        return lineEnd;
    scanner.steps += at - from;
    return at;
}
function unquote(raw) {
    const bare = raw.replaceAll(/^(['"`])([\s\S]*)\1$/gm, '$2');
    return raw.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}

;// CONCATENATED MODULE: ./lib/parameters/masks/places.js
const SECRET_NAME = 'pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|client[-_ ]?secret|shared[-_ ]?access[-_ ]?(?:key|signature)|sig(?:nature)?|sas|authorization|auth';
const NAMED = new RegExp(`(?<![a-z])(?:${SECRET_NAME})["']?\\s*(?:[=:>]\\s*|\\s)(?:"([^"]+)"|'([^']+)'|\\{([^{}]+)\\}|(?![\\w-]+=["'])([^\\s"'<>;&]+))`, 'gi');
const SCHEME = /\b(?:bearer|basic|token|apikey|negotiate)\s+([\w.~+/=:-]{8,})/gi;
function secretsIn(text) {
    const found = userinfoIn(text);
    for (const [, double, single, braced, bare] of text.matchAll(NAMED)) {
        const value = double ?? single ?? braced ?? bare ?? '';
        found.push(value, decodedUri(value), value.replace(/[,)}\]]+$/, ''));
    }
    for (const [, token = ''] of text.matchAll(SCHEME))
        found.push(token, ...decoded(token));
    for (const [, value = ''] of text.matchAll(/[?&](?:key|code|subscription-key)=([^&#\s"'<>]+)/gi))
        found.push(value, decodedUri(value));
    for (const [, password = ''] of text.matchAll(/(?:^|[\s:"'=])\w[\w$#.]*\/([^\s/@:"']+)@/g))
        found.push(password);
    return found;
}
function userinfoIn(text) {
    const found = [];
    for (const piece of text.split('://').slice(1)) {
        const authority = /^[^\s"'<>]*/.exec(piece)?.[0] ?? '';
        const [colon, at] = [authority.indexOf(':'), authority.lastIndexOf('@')];
        const alone = /^([^\s/@:?#]+)@/.exec(authority)?.[1];
        if (alone)
            found.push(alone, decodedUri(alone));
        if (colon < 0 || at < colon)
            continue;
        const user = authority.slice(0, colon);
        const password = authority.slice(colon + 1, at);
        const first = /^[^@]*/.exec(password)?.[0] ?? '';
        found.push(...[password, first].flatMap((it) => [it, decodedUri(it), `${user}:${it}`]));
        if (isRandom(user))
            found.push(user);
    }
    return found;
}
function decodedUri(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function decoded(text) {
    if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(text))
        return [];
    const bytes = Buffer.from(text, 'base64');
    const inside = bytes.toString('utf8');
    if (!Buffer.from(inside).equals(bytes) || /[^\P{Cc}\t\r\n]/u.test(inside) || inside.includes('\ufffd'))
        return [];
    const password = /^[^\s:]*:(.+)$/.exec(inside)?.[1];
    return [inside, ...(password ? [password] : [])];
}
function likelyIn(text) {
    const quoted = [...text.matchAll(/"([^"\\]{6,200})"|'([^'\\]{6,200})'|>([^<>]{6,200})</g)].map(([, double, single, element]) => double ?? single ?? element ?? '');
    const inRow = [...text.matchAll(/(?:^|[\s;])[A-Za-z_]\w{0,100}=(?:"([^"]*)"|'([^']*)'|([^\s;]+))/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
    const pair = /^(?!arn:|sha\d)(?:[\w.-]{2,64}:|(?:[^\s:/]+:){4})([^\s:]{6,})$/.exec(text.trim())?.[1] ?? '';
    const flag = [...text.matchAll(/\s-p\s?((?!\d+:\d+\b)[^\s"'-]\S{5,})/g)].map(([, value = '']) => value);
    return [
        ...[...quoted, pair, ...flag].filter(isMixed),
        ...inRow.filter((value) => value.length >= 6),
        ...(text.length > MAX_OF_ONE ? SEPARATORS.flatMap((separator) => text.split(separator).filter(isRandom)) : []),
    ];
}
const MAX_OF_ONE = 40;
const SEPARATORS = [/[\s"'`\\:;,@&?|<>(){}[\]]+/, /[\s"'`\\:;,@&?|<>(){}[\].=/$]+/];
function isMixed(text) {
    return text.length >= 6 && !/^([A-Za-z_ ,.!?-]+|[A-Z][A-Z0-9_]*|[a-z]+(_[a-z\d]+)*|[\w.-]*(\/[\w.-]*)+)$/.test(text);
}
function isRandom(text) {
    if (text.length < 16)
        return false;
    return ((/\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)) || /^(?=.*\d)(?=.*[a-f])[\da-f]{32,}$/i.test(text));
}

;// CONCATENATED MODULE: ./lib/parameters/masks/trivial.js
const SHORTEST = 4;
const WORDS = new Set(`true false yes no on off null none nil undefined default auto enabled disabled enable disable active inactive required optional
  local localhost dev develop development test tests testing qa uat int integration stage staging live prod production sandbox demo preview canary
  main master trunk release latest stable beta alpha current previous next
  trace debug verbose info notice warn warning error errors fatal critical silent quiet
  root admin administrator user users username guest public private owner group nobody daemon system service services operator ubuntu debian ec2-user
  postgres postgresql mysql mariadb sqlite sqlite3 redis mongo mongodb mssql oracle dynamodb rabbitmq kafka nginx apache httpd node nodejs python python3
  java ruby golang rust docker podman kubernetes linux windows macos darwin alpine amazon aws amd64 arm64 x86_64 bash zsh
  app apps application web api www http https grpc tcp udp ssl tls smtp imap ldap ssh sftp ftp file files data database db cache queue worker workers
  server servers client clients host hosts port proxy gateway frontend backend site shop store blog email mail name names password secret secrets token key keys
  value values text string number boolean object array list json yaml toml xml html csv utf8 utf-8 utf8mb4 latin1 utc gmt ascii base64 plain basic bearer
  memory disk disable prefer require allow deny verify-ca verify-full strict lax same-origin
  else then done esac elif endif begin end case when while until break continue return function class import export from with

  if fi do for in eof version config configs env environment include includes settings options steps jobs runs name: users: data:`
    .split(/\s+/)
    .filter(Boolean));
const LONGEST_WORD = 60;
const SHORT_NUMBER = /^[+-]?[\d.,:]{1,5}$/;
const REGION = /^(af|ap|ca|cn|eu|eu-isoe|eusc-de|il|me|mx|sa|us|us-gov|us-iso[a-z]?)-(north|south)?(east|west|central)?-\d[a-z]?$/;
const ACCOUNT = /^\d{12}$/;
const EVERYDAY = /^(v?\d+(\.\d+){1,2}([-+]\w+)?|127\.0\.0\.1(:\d+)?|0\.0\.0\.0(:\d+)?|localhost:\d+|::1?|\/(etc|tmp|var|usr|bin|opt|dev|app|home|srv)?(\/[a-z]+)?|[a-z]+\/(json|xml|html|plain|yaml)|[HREP]S(256|384|512)|EdDSA)$/;
function isTrivial(text, { secret }) {
    const word = text.trim();
    if (word.length < SHORTEST || SHORT_NUMBER.test(word) || REGION.test(word) || ACCOUNT.test(word))
        return true;
    if (word.length > LONGEST_WORD)
        return false;
    const bare = word.replace(/^["'([{]+|["')\]},:;]+$/g, '');
    if (bare.length < SHORTEST || WORDS.has(bare.toLowerCase()) || EVERYDAY.test(bare))
        return true;
    return !secret && /^([a-z]{1,14}|[A-Z]{1,14}|[A-Z][a-z]{1,13})$/.test(word);
}
const STRUCTURE = /^(-----(BEGIN|END) .*|[\w.-]+:|\[[\w .:-]+\]|<[/?]?[\w:.-]+\s*\/?>)$/;
function isTellingLine(line) {
    const text = line.trim();
    if (isTrivial(text, { secret: true }) || STRUCTURE.test(text))
        return false;
    if (/\s/.test(text))
        return text.length >= 16;
    return text.length >= 12 || (text.length >= 6 && /\d|[a-z][A-Z]|[A-Z][a-z]*[A-Z]/.test(text));
}

;// CONCATENATED MODULE: ./lib/parameters/masks/parts.js





const MAX_PARTS = 500;
const parts_DEEPEST = 4;
const LINE_BREAK = /\r\n?|\n/;
function partsOf({ value, secret, list = false }) {
    const parts = new Set();
    const seen = new Set();
    const look = (text, depth) => {
        const part = text.trim();
        if (parts.size >= MAX_PARTS || seen.has(part) || part === '')
            return;
        seen.add(part);
        if (!isTrivial(part, { secret }))
            parts.add(part);
        if (depth === parts_DEEPEST)
            return;
        for (const inner of innerOf(part, { secret }))
            look(inner, depth + 1);
    };
    look(value, 0);
    if (list)
        for (const item of value.split(','))
            look(item, 1);
    return [...parts];
}
function innerOf(text, { secret }) {
    const leaves = jsonLeaves(text, MAX_PARTS);
    if (leaves.length > 0)
        return leaves;
    const lines = text.split(LINE_BREAK);
    const likely = secret ? lines.flatMap(likelyIn) : [];
    if (lines.length === 1) {
        const written = text.includes('\\n') ? [unquoted(text)] : [];
        return [...entryIn(text), ...secretsIn(text), ...written, ...decoded(text), ...likely];
    }
    return [
        ...quotedOverLines(text),
        ...lines.flatMap((line) => {
            const inner = [...entryIn(line), ...secretsIn(line)];
            return inner.length > 0 ? inner : isTellingLine(line) ? [line] : [];
        }),
        ...decoded(lines.join('')),
        ...likely,
    ];
}
const ENTRY = /^\s*(?:export\s+|set\s+|-\s+)?(["']?)[\w./:@[\]-]{1,200}?\1\s*(?:=|:\s|:$)\s*(.*)$/s;
function entryIn(line) {
    const value = (ENTRY.exec(line)?.[2] ?? /^\s*-\s+(.*)$/s.exec(line)?.[1])?.trim();
    if (!value || /^[a-z][\w+.-]*:\/\//i.test(line.trim()))
        return [];
    const bare = value.replace(/[,;]$/, '').trim();
    const cut = /^[^#]*/.exec(value)?.[0].trim() ?? '';
    const quoted = /^(["'`])(.*?)\1\s*(?:[,;]\s*)?(#.*)?$/s.exec(value);
    if (!quoted)
        return [value, bare, cut, value.replaceAll(/\\([:=#! ])/g, '$1')];
    const inside = quoted[2] ?? '';
    return [inside, ...(quoted[1] === '"' ? [unquoted(inside)] : [])];
}
function quotedOverLines(text) {
    return readNode(text)
        .entries.map(({ value }) => value)
        .filter((value) => value.includes('\n'));
}

;// CONCATENATED MODULE: ./lib/parameters/masks/index.js



const BUDGET = 4_000;
const MAX_TIMES = 4.5;
const MANY_PATTERNS = 20_000;
function makeHider({ mask }) {
    const masked = new Set();
    const texts = new Set();
    let own = 0;
    let patterns = 0;
    const isNew = (text) => {
        if (text.length < SHORTEST || /[\r\n]/.test(text) || masked.has(text))
            return false;
        masked.add(text);
        return true;
    };
    const take = (forms) => {
        const added = [...new Set(forms)].filter(isNew);
        patterns += sumOf(added);
        return added;
    };
    const force = (text) => {
        if (text === '' || masked.has(text))
            return;
        masked.add(text);
        mask(text);
        patterns += patternsOf(text);
        own += patternsOf(text);
    };
    return {
        hide: (values) => {
            const added = values.flatMap((value) => partsOf(value)).filter((text) => !texts.has(text));
            for (const text of added) {
                texts.add(text);
                own += patternsOf(text);
                if (!isNew(text))
                    continue;
                mask(text);
                patterns += patternsOf(text);
            }
            const forms = take(added.flatMap(FORMS.likely));
            if (forms.length > 0)
                mask(forms.join('\n'));
        },
        force,
        finish: () => {
            const limit = Math.max(BUDGET, MAX_TIMES * own);
            const later = [];
            for (const formsOf of [FORMS.base64, FORMS.common, FORMS.rare]) {
                for (const text of [...texts].sort()) {
                    const forms = new Set(formsOf(text).filter((form) => !masked.has(form)));
                    if (patterns + sumOf([...forms]) <= limit)
                        later.push(...take([...forms]));
                }
            }
            if (later.length > 0)
                mask(later.join('\n'));
            return patterns;
        },
    };
}
function sumOf(texts) {
    return texts.reduce((sum, text) => sum + patternsOf(text), 0);
}
function patternsOf(text) {
    const differs = [/"/, /'/, /["\\\x00-\x1f\u0085\u2028\u2029]/, /[^\w.~-]/, /[&<>"']/].filter((one) => one.test(text));
    return 4 + differs.length + (text.includes('&') ? 2 : 0);
}

;// CONCATENATED MODULE: ./lib/parameters/masks/ssm-mask.js



function hideRest(entries, hider, { which, always }) {
    const forced = entries.filter(({ name }) => always.some((pattern) => matches(pattern, name)));
    for (const { value } of forced)
        for (const line of value.split(/[\r\n]+/))
            hider.force(line.trim());
    const patterns = hider.finish();
    const left = entries.filter(({ value, parameter, name }) => {
        if (!parameter || value === '' || isPublic(parameter.arn) || always.some((it) => matches(it, name)))
            return false;
        return (which === 'all' || parameter.secret) && isTrivial(value, parameter);
    });
    const cut = entries.filter(({ value, parameter }) => parameter && partsOf({ value, secret: true }).length >= MAX_PARTS);
    const idle = always.filter((pattern) => !entries.some(({ name }) => matches(pattern, name)));
    return {
        notices: left.length === 0 ? [] : [leftText(left.map(({ name }) => name))],
        warnings: [
            ...(cut.length === 0
                ? []
                : [`Only the first ${MAX_PARTS} parts are masked of: ${cut.map(({ name }) => name).join(', ')}`]),
            ...(idle.length === 0 ? [] : [`Input ssm-mask: no value has the name ${idle.join(', ')}`]),
            ...(patterns <= MANY_PATTERNS ? [] : [manyText(patterns)]),
        ],
    };
}
function leftText(names) {
    return `Not masked, since their values are too short or too common to hide: ${names.join(', ')}. To mask one all the same, add a line "${names[0]} => always" to ssm-mask`;
}
function manyText(patterns) {
    return `GitHub's runner now searches each line of the log for ${patterns} texts, which takes about ${Math.round(patterns / 20_000)} ms a line: export fewer values, or set ssm-mask: secure`;
}
function isPublic(arn) {
    return arn.split(':')[4] === '' && arn.includes(':parameter/aws/service/');
}
function matches(pattern, name) {
    const [start = '', end] = pattern.split('*');
    return end === undefined ? name === start : name.startsWith(start) && name.endsWith(end);
}

// EXTERNAL MODULE: ./lib/parameters/line.js
var parameters_line = __webpack_require__(7120);
// EXTERNAL MODULE: ./lib/parameters/secret.js
var parameters_secret = __webpack_require__(8486);
;// CONCATENATED MODULE: ./lib/parameters/read/arn.js


function parameterArn(name, { partition, region, accountId }) {
    if (name.startsWith('arn:'))
        return name;
    const owner = name.startsWith(parameters_line/* PUBLIC_PATH */.OB) ? '' : accountId;
    return `arn:${partition}:ssm:${region}:${owner}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}
function nameToAsk(name) {
    return /^arn:[^:]*:ssm:[^:]*::parameter(\/.*)$/.exec(name)?.[1] ?? name;
}
function bareName(name) {
    return /^arn:.*?:parameter(\/.*)$/.exec(name)?.[1] ?? name;
}
function belowArn(path, place) {
    return `${parameterArn(path === '/' ? '' : path, place)}${path === '/' ? '' : '/'}*`;
}
function secretArn(name, { partition, region, accountId }) {
    if (!name.startsWith(parameters_secret/* SECRET_REFERENCE */.v8))
        return undefined;
    const id = name.slice(parameters_secret/* SECRET_REFERENCE */.v8.length);
    return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${id}-??????`;
}

;// CONCATENATED MODULE: ./lib/parameters/read/batches.js



const MAX_NAMES = 10;
function readsFor(lines, place) {
    const sources = [...Map.groupBy(lines, ({ source }) => requestKey(source, place)).values()].flatMap(([first]) => first ? [byName(first.source, place)] : []);
    const all = sources.filter((source) => source.kind === 'path');
    const paths = all.filter((path) => !all.some((other) => other !== path && covers(other, path)));
    const alone = sources.filter((it) => it.kind === 'parameter' && !paths.some((path) => covers(path, it)));
    const byRegion = Map.groupBy(alone, ({ region }) => region ?? place.region);
    const batches = [...byRegion].flatMap(([region, names]) => Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, nth) => ({
        region,
        names: names.slice(nth * MAX_NAMES, (nth + 1) * MAX_NAMES),
    })));
    return { paths, batches };
}
function byName(source, place) {
    if (source.kind === 'path')
        return source;
    const name = bareName(source.name);
    const own = /^\/.+\//.test(name) && parameterArn(name, place) === source.name;
    return own ? { kind: 'parameter', name, selector: source.selector } : source;
}
function covers(path, source) {
    if (path.label !== undefined)
        return false;
    const below = path.path === '/' ? '/' : `${path.path}/`;
    if (source.kind === 'path')
        return source.label === undefined && `${source.path}/`.startsWith(below);
    if (source.selector !== '' || !source.name.startsWith(below))
        return false;
    return !source.name.startsWith(parameters_secret/* SECRET_REFERENCE */.v8) && (below !== '/' || !source.name.startsWith(parameters_line/* PUBLIC_PATH */.OB));
}
function requestKey(source, place) {
    if (source.kind === 'path')
        return `${source.path} @${source.label ?? ''}`;
    const name = source.name.lastIndexOf('/') <= 0 && !source.name.startsWith('arn:') ? ` named ${source.name}` : '';
    return parameterArn(source.name, place) + source.selector + name;
}

// EXTERNAL MODULE: ./lib/aws/client.js + 1 modules
var client = __webpack_require__(1009);
// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
;// CONCATENATED MODULE: ./lib/parameters/read/answers.js




const OTHER_SERVER = 'run the job again; check AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL if it stays';
function answersTo(asked, answered, place) {
    const arns = new Set(asked.map(({ name }) => parameterArn(name, place)));
    return asked.flatMap((source) => {
        if (answered.missing.includes(nameToAsk(source.name) + source.selector))
            return [];
        const found = answerTo(source, { found: answered.found, arns }, place);
        if (found)
            return [{ source, found }];
        const names = [source.name, bareName(source.name)].flatMap((name) => [name, name + source.selector]);
        if (answered.missing.some((name) => names.includes(name)))
            return [];
        throw new problem/* Problem */.AF({
            on: (0,parameters_line/* sourceText */.rI)(source),
            what: 'AWS answered neither with its value nor that it is missing',
            why: 'something between this step and AWS answers in its place: a proxy, a firewall, another server',
            fix: OTHER_SERVER,
        });
    });
}
function answerTo(source, { found, arns }, place) {
    const arn = parameterArn(source.name, place);
    const byName = source.name.startsWith('arn:')
        ? []
        : found.filter((it) => !arns.has(it.arn) && isNamed(it, source.name));
    const exact = found.filter((it) => it.arn === arn);
    const named = exact.filter((it) => isNamed(it, source.name));
    const able = [named, exact, byName].find((some) => some.length > 0) ?? [];
    const newestFirst = [...able].sort((a, b) => b.version - a.version);
    return newestFirst.find((it) => (it.selector || selectorOf(it, source.selector)) === source.selector);
}
function isNamed({ name, reference }, asked) {
    return name === asked || (reference && parameters_secret/* SECRET_REFERENCE */.v8 + name === asked);
}
function selectorOf({ version }, asked) {
    return asked === `:${version}` ? asked : '';
}

// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
// EXTERNAL MODULE: ./lib/aws/policy.js
var policy = __webpack_require__(2959);
;// CONCATENATED MODULE: ./lib/parameters/read/permissions.js

function permissionsFor(reads, encrypted, place) {
    const { paths, batches } = reads;
    const names = batches.flatMap((batch) => batch.names.map(({ name }) => name));
    const secrets = names.map((name) => secretArn(name, place)).filter((arn) => arn !== undefined);
    const statements = [];
    if (paths.length > 0) {
        const resources = paths.map(({ path }) => parameterArn(path, place));
        statements.push({ actions: ['ssm:GetParametersByPath'], resources });
    }
    if (names.length > 0) {
        const resources = names.map((name) => parameterArn(name, place));
        statements.push({
            actions: ['ssm:GetParameters'],
            resources: namesFolders(reads) ? foldersOf(resources) : resources,
        });
    }
    if (secrets.length > 0) {
        statements.push({ actions: ['secretsmanager:GetSecretValue'], resources: secrets });
        statements.push(decryptSecretStatement(secrets, place));
    }
    for (const arns of Map.groupBy(encrypted, keyHome).values()) {
        statements.push(decryptStatement(namesFolders(reads) ? foldersOf(arns) : arns, place));
    }
    return statements;
}
const MAX_NAME_CHARACTERS = 15_000;
function namesFolders({ batches }) {
    const names = batches.flatMap((batch) => batch.names);
    return names.reduce((sum, { name }) => sum + name.length, 0) > MAX_NAME_CHARACTERS;
}
function foldersOf(arns) {
    const folders = new Set(arns.map((arn) => arn.replace(/[^/]*$/, '*')));
    if (folders.size <= MAX_FOLDERS)
        return [...folders];
    return [...new Set(arns.map((arn) => arn.replace(/:parameter\/.*$/, ':parameter/*')))];
}
const MAX_FOLDERS = 100;
function decryptStatement(arns, place, key) {
    const [, , , region = place.region, account = place.accountId] = (arns[0] ?? '').split(':');
    return {
        actions: ['kms:Decrypt'],
        resources: [key ?? anyKey({ ...place, region, accountId: account })],
        conditions: {
            StringEquals: { 'kms:ViaService': `ssm.${region}.amazonaws.com` },
            StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': arns },
        },
    };
}
function decryptSecretStatement(secrets, place, key) {
    return {
        actions: ['kms:Decrypt'],
        resources: [key ?? anyKey(place)],
        conditions: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${place.region}.amazonaws.com` },
            StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
        },
    };
}
function anyKey({ partition, region, accountId }) {
    return `arn:${partition}:kms:${region}:${accountId}:key/*`;
}
function keyHome(arn) {
    return arn.split(':').slice(3, 5).join(':');
}

;// CONCATENATED MODULE: ./lib/parameters/read/denied.js







const FIELD_BEHIND = /^(.+)(?:\.|\/(?=(?:user(?:name)?|pass(?:word)?|host|port|dbname|engine|token)$))(\w+)$/i;
function missing(source, { accountId, region }) {
    const { name, selector } = source;
    const on = (0,parameters_line/* sourceText */.rI)(source);
    const secret = name.startsWith(parameters_secret/* SECRET_REFERENCE */.v8);
    const where = source.region
        ? `there is no such parameter`
        : `account ${accountId} has no such ${secret ? 'secret' : 'parameter'} in ${region}`;
    const allowIt = 'or write NAME?= if it may be missing, ?? for a default';
    if (selector === '') {
        const path = source.region || secret || !name.startsWith('/') ? '' : `, write ${name}/ for all that is below it`;
        const create = secret ? 'create the secret' : 'create it';
        const [, id, field] = (secret && FIELD_BEHIND.exec(name.slice(parameters_secret/* SECRET_REFERENCE */.v8.length))) || [];
        const fieldOf = field ? `; the field ${field} of ${id} is written ${parameters_secret/* SECRETS */.cW}${id} as json .${field}` : '';
        return new problem/* Problem */.AF({
            on,
            what: 'it is not there',
            why: where,
            fix: `${create}, check the account, the region and the spelling (letter case counts)${path}, ${allowIt}${fieldOf}`,
        });
    }
    const chosen = selector.slice(1);
    if (secret) {
        const id = name.slice(parameters_secret/* SECRET_REFERENCE */.v8.length);
        return new problem/* Problem */.AF({
            on,
            what: `its version ${chosen} is not there`,
            why: `either account ${accountId} has no such secret in ${region}, or no version of it has that stage or id`,
            fix: `aws secretsmanager list-secret-version-ids --secret-id ${id} shows its versions; choose one, ${allowIt}; a field of JSON is written ${parameters_secret/* SECRETS */.cW}${id} as json .${chosen}`,
        });
    }
    const isVersion = /^\d+$/.test(chosen);
    return new problem/* Problem */.AF({
        on,
        what: `${isVersion ? 'version' : 'label'} ${chosen} of it is not there`,
        why: `either ${where}, or it has no ${isVersion ? 'version' : 'label'} ${chosen} (the latest 100 versions are kept)`,
        fix: `aws ssm get-parameter-history --name ${name} shows its versions and labels; choose one, ${allowIt}`,
    });
}
function deniedParameter(source, { refused, decryptionOnly, }, place) {
    const on = (0,parameters_line/* sourceText */.rI)(source);
    const arn = parameterArn(source.name, place);
    const secret = secretArn(source.name, place);
    const key = keyIn(refused);
    if (decryptionOnly || (!secret && says(refused, 'kms:')))
        return undecryptable({ on, refused }, decryptStatement([arn], place, key), place);
    if (secret && refused.code === 'ValidationException' && source.name.includes('!'))
        return managedSecret(on, refused);
    if (refused.code !== 'AccessDeniedException')
        return otherwiseRefused(on, refused);
    if (!secret)
        return denied_denied({ on, refused }, [{ actions: ['ssm:GetParameters'], resources: [arn] }], place);
    const reading = { actions: ['ssm:GetParameters'], resources: [arn] };
    const getting = { actions: ['secretsmanager:GetSecretValue'], resources: [secret] };
    if (says(refused, 'ssm:'))
        return denied_denied({ on, refused }, [reading, getting], place);
    if (says(refused, 'secretsmanager:'))
        return denied_denied({ on, refused }, [getting, reading], place);
    return undecryptable({ on, refused }, decryptSecretStatement([secret], place, key), place);
}
function deniedPath(source, { refused, encrypted, }, place) {
    const on = (0,parameters_line/* sourceText */.rI)(source);
    const arn = parameterArn(source.path, place);
    if (encrypted?.length) {
        const all = encrypted.map((name) => parameterArn(name, place));
        const statement = decryptStatement(all, place, keyIn(refused));
        return undecryptable({ on: `${on}: one of ${encrypted.join(', ')}`, refused }, statement, place);
    }
    if (refused.code !== 'AccessDeniedException')
        return otherwiseRefused(on, refused);
    return denied_denied({ on, refused }, [{ actions: ['ssm:GetParametersByPath'], resources: [arn] }], place);
}
function denied_denied({ on, refused }, needed, { caller, accountId }) {
    const [action = '', resource = ''] = [needed[0].actions[0], needed[0].resources[0]];
    const service = action.startsWith('ssm:') ? 'SSM' : 'Secrets Manager';
    const owner = resource.split(':')[4];
    const said = refused.details.why;
    const { denies, lacks } = (0,denied/* readDenial */.oq)(said);
    const unshared = owner !== '' && owner !== accountId && !denies && (!lacks || lacks === 'resource-based');
    const share = unshared ? `share it with account ${accountId} (AWS RAM), and ` : '';
    return new problem/* Problem */.AF({
        on,
        what: `${service} denies reading it`,
        why: `${caller} may not ${action} on ${resource}`,
        fix: share + (0,denied/* allowing */.SL)({ said: share ? undefined : said, needed }),
        cause: refused,
    });
}
function undecryptable({ on, refused }, needed, { caller }) {
    if (refused.code === 'InvalidKeyId') {
        return new problem/* Problem */.AF({
            on,
            what: 'KMS cannot decrypt it: its key is missing, disabled or about to be deleted',
            fix: 'enable the key, or store the value again with another one',
            cause: refused,
        });
    }
    return new problem/* Problem */.AF({
        on,
        what: 'KMS denies decrypting it; reading it is allowed',
        why: `${caller} may not kms:Decrypt on ${keyIn(refused) ?? 'the key of it'}`,
        fix: says(refused, 'kms:')
            ? (0,denied/* allowing */.SL)({ said: refused.details.why, needed: [needed] })
            : `let the role do it, and the key's own policy too:\n${policyText([needed])}`,
        cause: refused,
    });
}
function managedSecret(on, refused) {
    return new problem/* Problem */.AF({
        on,
        what: `AWS refused it with ${refused.code}`,
        why: `${refused.details.why ?? ''}\nits name has a !, as those of secrets that a service manages, and Parameter Store may not take such a reference`.trim(),
        fix: 'read it in a later step: aws secretsmanager get-secret-value, with output-env-credentials: true here',
        cause: refused,
    });
}
function otherwiseRefused(on, refused) {
    return new problem/* Problem */.AF({
        on,
        what: `AWS refused it with ${refused.code}`,
        why: refused.details.why,
        fix: 'check the name and the version or label in the line of ssm-parameters',
        cause: refused,
    });
}
function says(refused, prefix) {
    return refused.details.why?.includes(`perform: ${prefix}`) ?? false;
}
function keyIn(refused) {
    return /arn:[\w-]+:kms:[\w-]+:\d+:key\/[\w-]+/.exec(refused.details.why ?? '')?.[0];
}
function policyText(statements) {
    return JSON.stringify((0,policy/* policyOf */.U)(statements), undefined, 2);
}

;// CONCATENATED MODULE: ./lib/parameters/read/fetch.js









const AT_ONCE = 8;
async function fetchAll({ paths, batches }, deps) {
    const byPath = paths.map((path) => () => readPath(path, deps));
    const byName = batches.map((batch) => () => readBatch(batch, deps));
    const parts = await (0,parallel/* atMost */.Tu)(AT_ONCE, [...byPath, ...byName], (read) => read());
    return joined(parts);
}
const NOTHING = { named: [], below: [], refused: [] };
function joined(parts) {
    return {
        named: parts.flatMap(({ named }) => named),
        below: parts.flatMap(({ below }) => below),
        refused: parts.flatMap(({ refused }) => refused),
    };
}
async function readBatch(batch, deps) {
    try {
        return { ...NOTHING, named: await getParameters(batch, deps) };
    }
    catch (thrown) {
        if (!isOfParameters(thrown))
            throw thrown;
        const [source, ...others] = batch.names;
        if (source && others.length === 0) {
            if (NOT_THERE.has(thrown.code))
                return NOTHING;
            return { ...NOTHING, refused: [{ source, problem: await whyDenied(source, thrown, deps) }] };
        }
        const alone = batch.names.map((name) => ({ ...batch, names: [name] }));
        return joined(await (0,parallel/* atMost */.Tu)(AT_ONCE, alone, (one) => readBatch(one, deps)));
    }
}
function isOfParameters(thrown) {
    return thrown instanceof client/* Refused */.Lw && OF_PARAMETERS.has(thrown.code);
}
const NOT_THERE = new Set(['ParameterNotFound', 'ParameterVersionNotFound']);
const OF_PARAMETERS = new Set(['AccessDeniedException', 'InvalidKeyId', ...NOT_THERE, 'ValidationException']);
async function whyDenied(source, refused, deps) {
    const decryptionOnly = !source.name.startsWith(parameters_secret/* SECRET_REFERENCE */.v8) &&
        (await isAllowed(() => getParameters({ region: source.region ?? deps.place.region, names: [source] }, deps, { decrypt: false })));
    return deniedParameter(source, { refused, decryptionOnly }, deps.place);
}
const DECRYPTED = { decrypt: true };
async function getParameters({ region, names }, deps, { decrypt } = DECRYPTED) {
    const Names = names.map(({ name, selector }) => nameToAsk(name) + selector);
    const { Parameters, InvalidParameters } = await deps.call('ssm:GetParameters', (abortSignal) => deps.client(region).send(new dist_cjs/* GetParametersCommand */.AFe({ Names, WithDecryption: decrypt }), { abortSignal }), { asked: { names: Names } });
    return answersTo(names, { found: take(Parameters ?? [], deps), missing: InvalidParameters ?? [] }, deps.place);
}
async function readPath(source, deps) {
    try {
        return { ...NOTHING, below: [{ path: source, found: await getByPath(source, deps) }] };
    }
    catch (thrown) {
        if (!isOfParameters(thrown))
            throw thrown;
        let encrypted;
        await isAllowed(async () => {
            encrypted = (await getByPath(source, deps, { decrypt: false })).filter(({ secret }) => secret);
        });
        const names = encrypted?.map(({ name }) => name);
        return {
            ...NOTHING,
            refused: [{ source, problem: deniedPath(source, { refused: thrown, encrypted: names }, deps.place) }],
        };
    }
}
async function getByPath({ path, label }, deps, { decrypt } = DECRYPTED) {
    const found = [];
    let next;
    do {
        const page = new dist_cjs/* GetParametersByPathCommand */.o_y({
            Path: path,
            Recursive: true,
            WithDecryption: decrypt,
            MaxResults: MAX_NAMES,
            NextToken: next,
            ...(label ? { ParameterFilters: [{ Key: 'Label', Option: 'Equals', Values: [label] }] } : {}),
        });
        const answer = await deps.call('ssm:GetParametersByPath', (abortSignal) => deps.client(deps.place.region).send(page, { abortSignal }));
        found.push(...take(answer.Parameters ?? [], deps));
        if (next && answer.NextToken === next) {
            throw new problem/* Problem */.AF({ on: path, what: 'AWS answered a page with that page as the next one', fix: OTHER_SERVER });
        }
        next = answer.NextToken;
    } while (next);
    return found;
}
function take(parameters, { hide }) {
    const found = parameters.map(fetchedFrom);
    hide(found);
    return found;
}
function fetchedFrom({ Name: name, Value: value, ...it }) {
    if (typeof name !== 'string' || typeof value !== 'string') {
        throw new problem/* Problem */.AF({
            what: `AWS answered without the value of ${typeof name === 'string' ? name : 'a parameter'}`,
            fix: OTHER_SERVER,
        });
    }
    return {
        name,
        arn: it.ARN ?? '',
        selector: it.Selector ?? '',
        value,
        version: it.Version ?? 0,
        type: it.Type ?? 'unknown type',
        secret: !(it.Type === 'String' || it.Type === 'StringList') || it.SourceResult !== undefined,
        reference: it.SourceResult !== undefined,
    };
}
async function isAllowed(call) {
    try {
        await call();
        return true;
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw)
            return false;
        throw thrown;
    }
}

// EXTERNAL MODULE: ./lib/parameters/variable-names.js
var variable_names = __webpack_require__(1171);
;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/common.js
const ALIKE = /^[\w./:@%+,=?!^*[\]{}\p{L}\p{N}\p{So}-]*$/u;
const DIFFERENCES = [
    { found: /^['"`]/, why: 'docker keeps the quotes, and the others escape in them in ways of their own' },
    { found: /#/, why: "npm's dotenv and Node end the value at the #, Compose, docker and a shell read on" },
    { found: /[$`]/, why: 'Compose and a shell expand $ and backticks, the others do not' },
    { found: /\\/, why: 'a shell takes the backslash away, the others keep it' },
    { found: /\r/, why: 'a shell keeps the carriage return at the end of the line, the others do not' },
    { found: /^\s|\s$/, why: 'docker keeps spaces around the value, the others do not' },
    { found: /['"]/, why: 'a shell takes the quotes away, the others keep them' },
];
const SHELL = 'a shell ends the value at a space, &, ;, ( and their kind, or expands ~; the others read on';
function readCommon(text) {
    const entries = [];
    const faults = [];
    const lines = text.split('\n');
    for (let index = 0; index < lines.length; index++) {
        const line = index + 1;
        const whole = lines[index] ?? '';
        if (/^[ \t]*(#|$)/.test(whole))
            continue;
        const entry = /^([A-Za-z_]\w*)=(.*)$/s.exec(whole);
        const [, name = '', value = ''] = entry ?? [];
        const why = entry ? difference(value) : notAlike(whole);
        if (why === undefined)
            entries.push({ name, value, line });
        else
            faults.push({ line, why });
        const open = /^(['"`])[^'"`]*$/.exec(value)?.[1];
        if (open)
            index = closeOf(lines, index, open) ?? index;
    }
    return { entries, faults };
}
function closeOf(lines, from, quote) {
    for (let at = from + 1; at < lines.length; at++)
        if (lines[at]?.includes(quote))
            return at;
    return undefined;
}
function difference(value) {
    if (ALIKE.test(value))
        return undefined;
    return DIFFERENCES.find(({ found }) => found.test(value))?.why ?? SHELL;
}
function notAlike(line) {
    if (line.startsWith('\uFEFF'))
        return 'Node and a shell take the byte order mark for a part of the line, the others do not';
    if (/^\s*export\s/.test(line))
        return 'docker refuses export, the others take it';
    if (/^\s*[\w.-]+\s*=/.test(line))
        return 'a shell or docker refuses the name, or the spaces around it';
    if (/^\s*[\w.-]+:\s/.test(line))
        return "npm's dotenv and Compose read NAME: value, the others do not";
    return 'it is neither NAME=value nor a comment';
}

;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/compose.js

function readCompose(text) {
    const scanner = new Scanner(text.replace(/^\uFEFF/, ''));
    const entries = [];
    const faults = [];
    for (skipComments(scanner, GO_BLANKS); !scanner.done; skipComments(scanner, GO_BLANKS)) {
        const { line } = scanner;
        scanner.take(/export[ \t]+/y);
        const name = scanner.take(/[\w.[\]-]+/y);
        scanner.take(BLANKS);
        const sign = scanner.peek();
        const read = name === '' || !/[=:]/.test(sign)
            ? { why: name === '' || (sign !== '\n' && sign !== '') ? NO_ENTRY : ALONE }
            : readValue(scanner);
        if ('value' in read)
            entries.push({ name, value: read.value, line });
        else {
            faults.push({ line, why: read.why });
            scanner.take(/[^\n]*/y);
        }
    }
    return { entries, faults };
}
const NO_ENTRY = 'it is neither NAME=value nor a comment';
const ALONE = 'it has no =: Compose would take the value of the machine that it runs on';
const EXPANDED = 'Compose puts the value of another variable in place of $NAME: write $$ for a $, or single quotes';
const BLANKS = /[\t\v\f\r \x85\xa0]+/y;
function trimmedEnd(text) {
    let end = text.length;
    while (end > 0 && GO_BLANK.test(text.charAt(end - 1)))
        end--;
    return text.slice(0, end);
}
function readValue(scanner) {
    scanner.next();
    scanner.take(BLANKS);
    const quote = scanner.peek();
    if (quote !== '"' && quote !== "'") {
        const rest = scanner.take(/[^\n]*/y);
        return expanded(trimmedEnd(rest.split(' #', 1)[0] ?? ''));
    }
    const inside = compose_readQuoted(scanner);
    if (inside === undefined)
        return { why: 'its quote is not closed' };
    scanner.take(BLANKS);
    if (!/[\n#]/.test(scanner.peek()) && !scanner.done)
        return { why: 'something follows its closing quote' };
    return quote === '"' ? expanded(unescaped(inside)) : { value: inside };
}
function compose_readQuoted(scanner) {
    const quote = scanner.next();
    const parts = [];
    while (!scanner.done) {
        const one = scanner.next();
        if (one === quote)
            return parts.join('');
        if (one !== '\\')
            parts.push(one);
        else
            parts.push(scanner.peek() === quote ? scanner.next() : one + (scanner.done ? '' : scanner.next()));
    }
    return undefined;
}
const ESCAPES = {
    ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\', $: '$$' },
};
function unescaped(text) {
    return text.replaceAll(/\\(?:([abfnrtv"\\$])|0(\d{0,3}))/g, (_, one, digits) => {
        if (one !== undefined)
            return ESCAPES[one] ?? one;
        return /^[0-3][0-7]{2}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 8)) : `\\${digits}`;
    });
}
function expanded(text) {
    return text.replaceAll('$$', '').includes('$') ? { why: EXPANDED } : { value: text.replaceAll('$$', '$') };
}

;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/docker.js

function readDocker(text) {
    const entries = [];
    const faults = [];
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    lines.forEach((whole, index) => {
        const line = index + 1;
        const entry = whole.replace(/\r$/, '').replace(new RegExp(`^${GO_BLANKS.source}`), '');
        if (entry === '' || entry.startsWith('#'))
            return;
        const equals = entry.indexOf('=');
        const name = equals < 0 ? entry : entry.slice(0, equals);
        if (equals < 0)
            faults.push({ line, why: 'it has no =: docker would take the value of the machine that it runs on' });
        else if (name === '' || /\s/.test(name))
            faults.push({ line, why: 'docker takes no name that is empty or has spaces, nor export' });
        else
            entries.push({ name, value: entry.slice(equals + 1), line });
    });
    return { entries, faults };
}

;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/shell.js

function readShell(text) {
    const scanner = new Scanner(text);
    const entries = [];
    const faults = [];
    for (skipComments(scanner, shell_BLANKS); !scanner.done; skipComments(scanner, shell_BLANKS)) {
        const exports = scanner.take(/export[ \t]+/y) !== '';
        let why;
        const { line } = scanner;
        do {
            const start = scanner.line;
            const name = scanner.take(/[A-Za-z_]\w*=/y).slice(0, -1);
            const read = name === '' ? { why: NO_ASSIGNMENT } : readWord(scanner, { exports });
            if ('why' in read)
                why = read.why;
            else
                entries.push({ name, value: read.value, line: start });
            scanner.take(/[ \t]+/y);
        } while (why === undefined && /\w/.test(scanner.peek()));
        if (why === undefined)
            scanner.take(/;/y);
        scanner.take(/[ \t]+/y);
        if (why === undefined && !/[\n#\w]/.test(scanner.peek()) && !scanner.done)
            why = NO_ASSIGNMENT;
        if (why === undefined)
            continue;
        faults.push({ line, why });
        scanner.take(/[^\n]*/y);
    }
    return { entries, faults };
}
const shell_BLANKS = /[ \t\n]+/y;
const NO_ASSIGNMENT = 'it is neither NAME=value nor a comment: a shell would run it as a command';
const shell_EXPANDED = 'a shell expands it ($, a backtick, ~ or a pattern without quotes): put it in single quotes';
function readWord(scanner, { exports }) {
    const parts = [];
    let before = ':';
    for (;;) {
        const one = scanner.peek();
        if (one === '' || /[ \t\n;]/.test(one))
            return { value: parts.join('') };
        if (/[&|<>()]/.test(one))
            return { why: NO_ASSIGNMENT };
        if (one === '\r')
            return { why: 'it ends in a carriage return, which a shell takes for a part of the value' };
        if (one === '`' || (one === '~' && before === ':') || (exports && /[*?[{]/.test(one)))
            return { why: shell_EXPANDED };
        const piece = readPiece(scanner);
        if (piece === undefined)
            return {
                why: one === '$'
                    ? shell_EXPANDED
                    : 'it has a quote that is not closed, or something in double quotes that a shell expands',
            };
        parts.push(piece);
        before = piece;
    }
}
function readPiece(scanner) {
    const one = scanner.next();
    if (one === "'") {
        const inside = scanner.take(/[^']*/y);
        return scanner.next() === "'" ? inside : undefined;
    }
    if (one === '"')
        return readDouble(scanner);
    if (one === '\\') {
        const escaped = scanner.next();
        return escaped === '\n' ? '' : escaped;
    }
    if (one === '$' && /[\w{('"*@#?$!-]/.test(scanner.peek()))
        return undefined;
    return one;
}
function readDouble(scanner) {
    const parts = [];
    while (!scanner.done) {
        const one = scanner.next();
        if (one === '"')
            return parts.join('');
        if (one === '`' || (one === '$' && /[\w{(*@#?$!-]/.test(scanner.peek())))
            return undefined;
        if (one === '\\' && /[$`"\\]/.test(scanner.peek()))
            parts.push(scanner.next());
        else if (one === '\\' && scanner.peek() === '\n')
            scanner.next();
        else
            parts.push(one);
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/parameters/values/read-dotenv/index.js







const READ = {
    dotenv: readCommon,
    compose: readCompose,
    docker: readDocker,
    node: readNode,
    shell: readShell,
};
const MAX_TOLD = 10;
function readDotenv(text, reader) {
    const read = READ[reader](text);
    const entries = read.entries.filter((entry) => !isEncoded(entry));
    const encoded = read.entries.filter(isEncoded).map(({ line }) => ({ line, why: ENCODED }));
    const faults = [...read.faults, ...encoded].sort((a, b) => a.line - b.line);
    if (faults.length === 0)
        return withoutDuplicates(entries);
    const able = parameters_line/* READERS */.Hk.filter((other) => other !== 'dotenv' && other !== reader && READ[other](text).faults.length === 0);
    const told = faults.slice(0, MAX_TOLD).map(({ line, why }) => `line ${line}: ${why}`);
    if (faults.length > MAX_TOLD)
        told.push(`and ${faults.length - MAX_TOLD} lines more`);
    throw new problem/* Problem */.AF({
        what: reader === 'dotenv'
            ? 'the readers of .env files do not agree on what the value says'
            : `the value cannot be read as a .env file for ${reader}`,
        why: told.join('\n'),
        fix: able.length > 0
            ? `say which program reads the file: ${able.map((other) => `as ${other}`).join(', ')}`
            : 'correct the value: one NAME=value a line, and quotes that are closed',
    });
}
const ENCODED = 'it looks like a line of base64, and its text would be shown as a name';
function isEncoded({ name, value }) {
    if (!/^=?$/.test(value) || !/^[A-Za-z\d]{7,}$/.test(name) || (name.length + value.length + 1) % 4 !== 0)
        return false;
    return value === '=' || !/^([A-Z][A-Z\d]*|[a-z]+\d*|[A-Za-z][a-z]+([A-Z][a-z]+)*\d*)$/.test(name);
}
function withoutDuplicates(entries) {
    const twice = [...Map.groupBy(entries, ({ name }) => name)].find(([, group]) => group.length > 1);
    if (!twice)
        return entries;
    const [name, group] = twice;
    throw new problem/* Problem */.AF({
        what: `the value sets ${name} more than once: lines ${group.map(({ line }) => line).join(', ')}`,
        fix: 'take all but one of these lines out of the stored value',
    });
}

;// CONCATENATED MODULE: ./lib/parameters/values/expand.js




function expand(value, format, naming) {
    const { prefix, nameCase } = naming;
    if (format.kind === 'dotenv')
        return readDotenv(value, format.reader).map((it) => [prefix + it.name, it.value]);
    return readJson(value).map(([path, text]) => [prefix + (0,variable_names/* nameFrom */.Ov)(path.join('_'), nameCase), text]);
}
function pick(value, format) {
    if (format.kind === 'text')
        return value;
    if (format.kind === 'json' && format.path)
        return readJsonAt(value, format.path);
    throw new problem/* Problem */.AF({ what: 'it has several values', fix: 'name a field: as json .password' });
}

;// CONCATENATED MODULE: ./lib/parameters/values/entries.js






function entriesFor({ lines, nameCase }, answers, place) {
    const bySource = indexOf(answers, place);
    const entries = [];
    const absent = [];
    const problems = answers.refused.map(({ problem }) => problem);
    for (const line of lines.filter(({ source }) => !isRefused(source, answers, place))) {
        const found = line.source.kind === 'path'
            ? belowPath(line, answers, nameCase)
            : single(line, bySource.get(requestKey(line.source, place)), nameCase);
        entries.push(...found.filter((it) => !(it instanceof problem/* Problem */.AF)));
        problems.push(...found.filter((it) => it instanceof problem/* Problem */.AF));
        if (found.length > 0)
            continue;
        if (line.optional)
            absent.push((0,parameters_line/* sourceText */.rI)(line.source));
        else
            problems.push(nothingFor(line, bySource.get(requestKey(line.source, place)), place));
    }
    return { entries, absent, problems };
}
function isRefused(source, { refused }, place) {
    const key = requestKey(source, place);
    return refused.some((it) => requestKey(it.source, place) === key || (it.source.kind === 'path' && covers(it.source, source)));
}
function belowPath({ source, target }, answers, nameCase) {
    if (source.kind !== 'path' || !('prefix' in target))
        return [];
    const below = source.path === '/' ? '/' : `${source.path}/`;
    const read = answers.below.find(({ path }) => same(path, source) || covers(path, source));
    return (read?.found ?? [])
        .filter(({ name }) => name.startsWith(below))
        .map((it) => whole(target.prefix + (0,variable_names/* nameFrom */.Ov)(it.name.slice(below.length), nameCase), it, it.name));
}
function single({ source, target, format, fallback }, fetched, nameCase) {
    const from = (0,parameters_line/* sourceText */.rI)(source) + fieldText(format);
    try {
        if ('prefix' in target)
            return fetched && format.kind !== 'text'
                ? parts(fetched, format, { ...target, nameCase }).map((it) => ({ ...it, from }))
                : [];
        const value = fetched && pick(fetched.value, format);
        if (fetched && value !== undefined) {
            return [{ ...whole(target.name, fetched, from), value, whole: format.kind === 'text', spelled: true }];
        }
        if (fallback === undefined)
            return [];
        return [{ name: target.name, value: fallback, from: `default of ${from}`, whole: true, spelled: true }];
    }
    catch (thrown) {
        if (!(thrown instanceof problem/* Problem */.AF))
            throw thrown;
        return [new problem/* Problem */.AF({ ...thrown.details, on: from })];
    }
}
function parts(fetched, format, naming) {
    const found = expand(fetched.value, format, naming);
    const word = format.kind === 'json' ? 'json' : format.reader;
    if (found.length === 0)
        throw new problem/* Problem */.AF({
            what: `read as ${word}, it has no entries`,
            fix: `check what is stored there, or leave out "as ${word}" to take the value as it is`,
        });
    return found.map(([name, value]) => ({ ...whole(name, fetched, ''), value, whole: false }));
}
function indexOf({ named, below }, place) {
    const latest = below.filter(({ path }) => path.label === undefined).flatMap(({ found }) => found);
    return new Map([
        ...latest.map((it) => [requestKey({ kind: 'parameter', name: it.name, selector: '' }, place), it]),
        ...named.map(({ source, found }) => [requestKey(source, place), found]),
    ]);
}
function whole(name, fetched, from) {
    const { arn, version, type, secret } = fetched;
    return { name, value: fetched.value, from, parameter: { arn, version, type, secret }, whole: true, spelled: false };
}
function nothingFor({ source, format }, fetched, place) {
    if (source.kind === 'path')
        return emptyPath(source, place);
    if (!fetched)
        return missing(source, place);
    return new problem/* Problem */.AF({
        on: (0,parameters_line/* sourceText */.rI)(source),
        what: `the JSON has no ${fieldText(format).trim()}`,
        fix: 'check the spelling of the field, or write NAME?= if it may be missing, ?? for a default',
    });
}
function fieldText(format) {
    if (format.kind !== 'json' || !format.path)
        return '';
    const steps = format.path.map((it) => typeof it === 'number' ? `[${it}]` : /^[A-Za-z_][\w-]*$/.test(it) ? `.${it}` : `[${JSON.stringify(it)}]`);
    return ` ${steps.join('')}`;
}
function emptyPath(source, { accountId, region }) {
    return new problem/* Problem */.AF({
        on: (0,parameters_line/* sourceText */.rI)(source),
        what: 'there is no parameter below it',
        why: `account ${accountId}, region ${region}`,
        fix: `check the account, the region and the spelling; if it is a parameter itself, write it without the slash at its end; if it may be empty, write PRE_*?= (or *?=)`,
    });
}
function same(a, b) {
    return (0,parameters_line/* sourceText */.rI)(a) === (0,parameters_line/* sourceText */.rI)(b);
}

;// CONCATENATED MODULE: ./lib/parameters/plan.js













async function planParameters(request, access) {
    const { runner } = access;
    const place = placeOf(access);
    if (request.file)
        checkEnvFile(request.file.path, access.runner.env);
    const reads = readsFor(request.lines, place);
    const hider = makeHider(runner);
    const { answers, calls } = await read(reads, hider, { request, access });
    const { entries, absent, problems } = entriesFor(request, answers, place);
    const masks = hideRest(entries, hider, request.mask);
    const { exportTo, allowedNames, file } = request;
    const unfit = (0,check/* checkEntries */.bX)(entries, { exportTo, allowedNames, dialect: file?.dialect, env: runner.env });
    if (problems.length + unfit.length > 0)
        throw new problem/* Problems */.Zw([...problems, ...unfit]);
    for (const text of masks.notices)
        runner.notice(text);
    warnOfCompose1(entries, request, access);
    tellOfFrameworks(entries, request, access);
    warnOfEnds(entries, access);
    warnOfLost(entries, request, access);
    warnOfGit(entries, request, access);
    for (const text of masks.warnings)
        runner.warning(text);
    return {
        entries,
        absent,
        exportTo,
        reads,
        calls,
        encrypted: encryptedOf(answers, place),
        ...(file ? { file } : {}),
    };
}
function placeOf({ session }) {
    const { partition, region, accountId, arn } = session;
    return { partition, region, accountId, caller: arn };
}
async function read(reads, hider, { request, access }) {
    const { aws } = access;
    const clients = new Map();
    const isHidden = hiddenParts(request);
    let calls = 0;
    const answers = await fetchAll(reads, {
        place: placeOf(access),
        call: (what, attempt, ...how) => {
            calls++;
            return aws.call(what, attempt, ...how);
        },
        client: (region) => {
            const client = clients.get(region) ?? new dist_cjs/* SSMClient */.jBj(aws.client(region));
            clients.set(region, client);
            return client;
        },
        hide: (values) => hider.hide(values.flatMap(isHidden)),
    });
    return { answers, calls };
}
function isToHide({ mask }, { secret, arn }) {
    return !isPublic(arn) && (mask.which === 'all' || secret);
}
function hiddenParts(request) {
    const byName = Map.groupBy(request.lines, ({ source }) => (source.kind === 'path' ? '' : bareName(source.name)));
    const hasPaths = byName.has('');
    return (fetched) => {
        if (!isToHide(request, fetched))
            return [];
        const { name, value, secret, type } = fetched;
        const whole = { value, secret, list: type === 'StringList' };
        const formats = (byName.get(name) ?? []).map(({ format }) => format);
        const fields = formats.map((format) => format.kind === 'json' && format.path ? fieldOf(value, format) : undefined);
        if (hasPaths || fields.length === 0 || fields.includes(undefined))
            return [whole];
        return fields.map((field) => ({ value: field ?? '', secret }));
    };
}
function fieldOf(value, format) {
    try {
        return pick(value, format);
    }
    catch {
        return undefined;
    }
}
function warnOfCompose1(entries, { file }, { runner }) {
    const names = entries
        .filter(({ value }) => file?.dialect === 'compose' && !(0,write_dotenv/* isForCompose1 */.jc)(value))
        .map(({ name }) => name);
    if (names.length === 0)
        return;
    runner.warning(`Compose 2 reads ${names.join(', ')} right from ${file?.path}, but docker-compose 1 does not: their values have a $ beside quotes, backslashes or braces. With version 1 use variables (environment: [NAME]) for them`);
}
function warnOfEnds(entries, { runner }) {
    const stored = entries.filter(({ parameter, value }) => parameter && /\S/.test(value) && !/[\r\n]/.test(value.trim()));
    const named = (end) => stored.filter(({ value }) => end.test(value)).map(({ name }) => name);
    const [broken, spaced] = [named(/[\r\n]\s*$/), named(/^\s|[ \t]$/)];
    if (broken.length > 0)
        runner.warning(`A line break is at the end of ${broken.join(', ')}, and stays there: $(…) in a shell would take it away. If it came from a file or from echo, store the value without it.`);
    if (spaced.length > 0)
        runner.warning(`White space is at the beginning or the end of ${spaced.join(', ')}, and stays there. If it is not meant, store the value without it.`);
}
function warnOfLost(entries, { file }, { runner }) {
    if (!file)
        return;
    const names = entries.map(({ name }) => name);
    const lost = namesLost(file.path, names);
    if (lost.length === 0)
        return;
    const shown = `${lost.slice(0, 10).join(', ')}${lost.length > 10 ? ` and ${lost.length - 10} more` : ''}`;
    const until = file.keep ? '' : ' until the job ends';
    runner.warning(`${file.path} is there already, and is replaced${until}: the new one does not have ${shown}. To have both, read all in one step, or write another file and join them.`);
}
function warnOfGit(entries, { file }, { runner }) {
    if (!file || !entries.some(({ parameter }) => parameter?.secret) || !isSeenByGit(file.path))
        return;
    runner.warning(`${file.path} will hold secrets, and git does not ignore it: a later git add -A, or an action that commits what has changed, would take it along. Add it to .gitignore, or write it below the runner's own folder for temporary files: \${{ runner.temp }}`);
}
function tellOfFrameworks(entries, { file }, { runner }) {
    if (file?.dialect !== 'portable' && file?.dialect !== 'node')
        return;
    const names = entries.filter(({ value }) => !(0,write_dotenv/* isForFrameworks */.LT)(value)).map(({ name }) => name);
    if (names.length === 0)
        return;
    runner.notice(`Next, Vite, bun and python-dotenv would read ${names.join(', ')} otherwise from ${file.path}: they expand $NAME or take backslashes for escapes in any quotes. If one of them reads the file, leave these values out and hand them over as variables`);
}
function encryptedOf({ named, below }, place) {
    const secure = ({ secret, reference }) => secret && !reference;
    const byName = named.map(({ found }) => found).filter(secure);
    const paths = below.filter(({ found }) => found.some(secure)).map(({ path }) => belowArn(path.path, place));
    return [...byName.map(({ arn }) => arn), ...paths];
}

// EXTERNAL MODULE: ./lib/aws/masked-outputs.js
var masked_outputs = __webpack_require__(4339);
// EXTERNAL MODULE: ./lib/aws/partition.js
var partition = __webpack_require__(915);
// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
;// CONCATENATED MODULE: ./lib/parameters/report.js





function describeParameters({ entries, absent, exportTo, file }) {
    return {
        export: exportTo,
        ...(file ? { file: file.path, format: file.dialect, kept: file.keep } : {}),
        variables: fitting(entries),
        notShown: entries.length - fitting(entries).length,
        absent,
    };
}
function reportParameters(plan, { applied }) {
    const { entries, absent, calls, exportTo, file } = plan;
    const lines = [
        `Parameters: ${(0,units/* counted */.hS)(entries.length, 'value')} in ${(0,units/* counted */.hS)(calls, 'call')}${applied ? where(plan) : ''}`,
        ...entries.map((entry) => `  ${entry.name} = ${entry.from}${versionText(entry)}`),
        ...absent.map((from) => `  nothing for ${from}: it is not there, and may be missing`),
        ...(exportTo === 'outputs' && applied ? [`  ${masked_outputs/* MASKED_OUTPUTS */.L}`] : []),
        ...boundLines(plan),
    ];
    const missing = absent.length > 0 ? `, ${absent.length} not there` : '';
    return {
        headline: `${(0,units/* counted */.hS)(entries.length, 'value')}${applied ? where(plan) : ' to read'}${missing}`,
        lines,
        outputs: applied
            ? { 'ssm-resolved': JSON.stringify(fitting(entries)), ...(file ? { 'ssm-env-file': file.path } : {}) }
            : {},
        summary: summaryOf(plan),
    };
}
function where({ exportTo, file }) {
    const to = exportTo === 'none' ? '' : exportTo === 'env' ? ', exported to later steps' : ', set as outputs';
    const kept = file?.keep ? 'kept' : 'removed when the job ends';
    return `${to}${file ? `, written to ${file.path} (${file.dialect}, 0600, ${kept})` : ''}`;
}
const MAX_OUTPUT_CHARACTERS = 50_000;
function fitting(entries) {
    let left = MAX_OUTPUT_CHARACTERS;
    const all = entries.map(resolved);
    const end = all.findIndex((it) => {
        left -= JSON.stringify(it).length + 1;
        return left < 0;
    });
    return end < 0 ? all : all.slice(0, end);
}
function boundLines({ entries, reads }) {
    const notShown = entries.length - fitting(entries).length;
    return [
        ...(notShown > 0
            ? [`  the outputs plan and ssm-resolved have no room for the last ${notShown} of these values`]
            : []),
        ...(namesFolders(reads) ? ['  the output iam-policy names folders: this many names do not fit into a policy'] : []),
    ];
}
function resolved({ name, from, parameter }) {
    const { arn = null, version = null, type = 'default' } = parameter ?? {};
    return { name, parameter: from, version, type, arn };
}
function versionText({ parameter }) {
    if (!parameter)
        return '';
    return parameter.version > 0 ? `, version ${parameter.version} (${parameter.type})` : ` (${parameter.type})`;
}
const ROWS = 200;
function summaryOf({ entries, absent }) {
    const rows = [
        ...absent.map((from) => ['', (0,markdown/* inCode */.pN)(from), '', 'not there']),
        ...entries.map(({ name, from, parameter }) => [
            (0,markdown/* inCode */.pN)(name),
            parameterLink(from, parameter?.arn),
            String(parameter?.version ?? ''),
            parameter?.type ?? 'default',
        ]),
    ];
    const heads = ['name', 'parameter', 'version:', 'type'];
    return ['### Parameters (SSM)', (0,markdown/* longTable */.V4)({ heads, rows }, { most: ROWS, what: 'values' })].join('\n\n');
}
function parameterLink(text, arn = '') {
    const [, region, name] = /^arn:[\w-]+:ssm:([\w-]+):\d+:parameter(\/.+)$/.exec(arn) ?? [];
    const path = `systems-manager/parameters/${encodeURIComponent(encodeURIComponent(name ?? ''))}/description?region=${region}`;
    const page = region && (0,partition/* consoleUrl */.B9)({ region }, path);
    return page ? (0,markdown/* link */.nf)((0,markdown/* inCode */.pN)(text), page) : (0,markdown/* inCode */.pN)(text);
}

;// CONCATENATED MODULE: ./lib/parameters/index.js






function parametersJob(request, access) {
    return {
        name: 'parameters',
        plan: () => planParameters(request, access),
        permissions: ({ reads, encrypted }) => permissionsFor(reads, encrypted, placeOf(access)),
        apply: async (plan) => {
            deliver(plan, access);
            return true;
        },
        report: (plan, applied) => reportParameters(plan, { applied: applied === true }),
        describe: describeParameters,
    };
}
function deliver({ entries, exportTo, file }, { runner }) {
    if (file) {
        (0,secret_files/* noteSecretFile */.z)(file.path, runner);
        writeEnvFile(file, (0,write_dotenv/* writeDotenv */.eD)(entries, file.dialect), runner);
    }
    const values = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    if (exportTo === 'env')
        runner.exportVariables(values);
    if (exportTo === 'outputs')
        runner.outputs(values);
}


/***/ })

};
