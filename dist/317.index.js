export const id = 317;
export const ids = [317];
export const modules = {

/***/ 7698:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _base_runner_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7575);
/* harmony import */ var _base_runner_files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(241);
/* harmony import */ var _base_undo_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7859);
/* harmony import */ var _signin_export_profile_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8623);





/** Undoes what main left in its list, the latest first. Never fails the job: what cannot be undone is a warning. */
async function post() {
    const { env } = process;
    const { warning } = (0,_base_runner_js__WEBPACK_IMPORTED_MODULE_1__/* .logTo */ .kX)(env);
    const { undos, unreadable } = (0,_base_undo_js__WEBPACK_IMPORTED_MODULE_3__/* .takeUndos */ .Pr)(env);
    if (unreadable > 0)
        warning(`Could not undo everything: ${unreadable} of the entries that this step saved cannot be read`);
    const attempt = (subject, act) => {
        try {
            act();
        }
        catch {
            warning(`Could not undo: ${subject}`);
        }
    };
    const variables = {};
    for (const undo of undos) {
        if (undo.kind === 'variable')
            variables[undo.name] = undo.before ?? '';
        else
            attempt(subjectOf(undo), () => undoOnDisk(undo, env));
    }
    attempt(`the variables ${Object.keys(variables).join(', ')}`, () => (0,_base_runner_files_js__WEBPACK_IMPORTED_MODULE_2__/* .writeValues */ .w4)('GITHUB_ENV', variables, env));
}
function undoOnDisk(undo, env) {
    switch (undo.kind) {
        case 'file':
            (0,_base_undo_js__WEBPACK_IMPORTED_MODULE_3__/* .putBack */ .pK)(undo.path, undo.before);
            break;
        case 'folder':
            if (!(0,_base_undo_js__WEBPACK_IMPORTED_MODULE_3__/* .isOwnFolder */ .Zn)(undo.path, env))
                throw new Error('not a folder of this action');
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(undo.path, { recursive: true, force: true });
            break;
        case 'profile':
            (0,_signin_export_profile_js__WEBPACK_IMPORTED_MODULE_4__/* .undoProfile */ .MF)(undo);
            break;
    }
}
function subjectOf(undo) {
    return undo.kind === 'profile' ? `section [${undo.section}] of ${undo.file}` : `${undo.kind} ${undo.path}`;
}


/***/ }),

/***/ 8623:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Cf: () => (/* binding */ checkProfileIsFree),
  OA: () => (/* binding */ profileParts),
  MF: () => (/* binding */ undoProfile),
  Z8: () => (/* binding */ writeProfile)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
;// CONCATENATED MODULE: ./lib/signin/export/ini.js
/** The text with a section put at its end, in the place of one of the same name. The rest stays, comments and all. */
function withSection(text, section, settings) {
    const rest = withoutSection(text, section);
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
    const gap = rest === '' ? '' : rest.endsWith('\n\n') ? '' : rest.endsWith('\n') ? '\n' : '\n\n';
    return `${rest}${gap}[${section}]\n${lines.join('')}`;
}
/** The text without a section: its head, and everything up to the next one. */
function withoutSection(text, section) {
    return linesOf(text, section)
        .filter(({ inside }) => !inside)
        .map(({ line }) => line)
        .join('');
}
/** The section alone, head included; empty when there is none. */
function sectionOf(text, section) {
    return linesOf(text, section)
        .filter(({ inside }) => inside)
        .map(({ line }) => line)
        .join('');
}
function linesOf(text, section) {
    let inside = false;
    return text.split(/(?<=\n)/).map((line) => {
        const head = headOf(line);
        if (head !== undefined)
            inside = head === section;
        return { line, inside };
    });
}
function headOf(line) {
    return /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
}

;// CONCATENATED MODULE: ./lib/signin/export/profile.js




/** https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
function profileParts(name, env) {
    const folder = (0,external_node_path_.join)(env.HOME || env.USERPROFILE || '', '.aws');
    return {
        config: {
            file: env.AWS_CONFIG_FILE || (0,external_node_path_.join)(folder, 'config'),
            section: name === 'default' ? name : `profile ${name}`,
        },
        credentials: { file: env.AWS_SHARED_CREDENTIALS_FILE || (0,external_node_path_.join)(folder, 'credentials'), section: name },
    };
}
/** @throws Problem when the profile is there and may not be replaced */
function checkProfileIsFree(name, parts) {
    const taken = parts.find(({ file, section }) => sectionOf(read(file), section) !== '');
    if (!taken)
        return;
    throw new problem/* Problem */.AF({
        on: 'Input aws-profile',
        what: `the profile ${name} is in ${taken.file} already`,
        fix: 'choose another name, or set overwrite-aws-profile: true; what was there is then put back when the job ends',
    });
}
/**
 * Writes a section, for the user alone (0600 in 0700), the whole file at once. The undo is saved first: it puts back the section
 * that was there, from a copy beside the file.
 */
function writeProfile({ file, section }, settings, undoLater) {
    const before = read(file);
    const previous = sectionOf(before, section);
    const copy = previous === '' ? undefined : `${file}.keyless-${process.pid}`;
    if (copy)
        (0,external_node_fs_.writeFileSync)(copy, previous, { mode: 0o600 });
    undoLater({ kind: 'profile', file, section, ...(copy ? { copy } : {}) });
    replace(file, withSection(before, section, settings));
}
/** Takes a section out, or puts back what was there. A file that is then empty goes as well. */
function undoProfile({ file, section, copy }) {
    const rest = withoutSection(read(file), section);
    const previous = copy ? read(copy) : '';
    if (copy)
        (0,external_node_fs_.rmSync)(copy, { force: true });
    if (`${rest}${previous}`.trim() === '')
        (0,external_node_fs_.rmSync)(file, { force: true });
    else
        replace(file, rest + previous);
}
function read(file) {
    return onDisk(file, 'read', () => ((0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.readFileSync)(file, 'utf8') : ''));
}
/** Through a symlink, as dotfiles are kept; a reader sees the old file or the new one, never half of it. */
function replace(file, text) {
    onDisk(file, 'written', () => {
        const folder = (0,external_node_path_.dirname)(file);
        if (!(0,external_node_fs_.existsSync)(folder))
            (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        const target = (0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.realpathSync)(file) : file;
        const temporary = `${target}.${process.pid}.tmp`;
        (0,external_node_fs_.writeFileSync)(temporary, text, { mode: 0o600 });
        (0,external_node_fs_.chmodSync)(temporary, 0o600);
        (0,external_node_fs_.renameSync)(temporary, target);
    });
}
function onDisk(file, done, act) {
    try {
        return act();
    }
    catch (thrown) {
        const { code = 'unknown error' } = thrown;
        throw new problem/* Problem */.AF({
            on: file,
            what: `the file of AWS profiles can't be ${done} (${code})`,
            fix: 'look at HOME, its folder .aws and the disk; or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE',
        });
    }
}


/***/ })

};
