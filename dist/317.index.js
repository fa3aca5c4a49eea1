export const id = 317;
export const ids = [317];
export const modules = {

/***/ 5317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _base_runner_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7575);
/* harmony import */ var _base_runner_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(241);
/* harmony import */ var _base_undo_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7859);
/* harmony import */ var _signin_export_own_files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8411);
/* harmony import */ var _signin_export_profile_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5228);







async function post() {
    const { env } = process;
    const { info, warning } = (0,_base_runner_js__WEBPACK_IMPORTED_MODULE_2__/* .logTo */ .kX)(env);
    const { undos, unreadable } = (0,_base_undo_js__WEBPACK_IMPORTED_MODULE_4__/* .takeUndos */ .Pr)(env);
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
    if (undos.some((undo) => isKept(undo, env)))
        info('AWS_SKIP_CLEANUP_STEP is true: the credentials stay for other post steps');
    for (const undo of undos) {
        if (isKept(undo, env))
            continue;
        if (undo.kind === 'variable')
            variables[undo.name] = undo.before ?? '';
        else
            attempt(subjectOf(undo), () => undoOnDisk(undo, env));
    }
    const isNamed = env.AWS_PROFILE === 'default' && variables.AWS_PROFILE === undefined;
    if (variables.AWS_PROFILE === '' || (isNamed && variables.AWS_CONFIG_FILE !== undefined))
        attempt('the profile for other post steps', () => Object.assign(variables, (0,_signin_export_own_files_js__WEBPACK_IMPORTED_MODULE_5__/* .profileForPost */ .L4)({ ...env, ...variables })));
    attempt(`the variables ${Object.keys(variables).join(', ')}`, () => (0,_base_runner_files_js__WEBPACK_IMPORTED_MODULE_3__/* .writeValues */ .w4)('GITHUB_ENV', variables, env));
}
function isKept(undo, env) {
    if (env.AWS_SKIP_CLEANUP_STEP !== 'true')
        return false;
    if (undo.kind === 'variable')
        return undo.name.startsWith('AWS_');
    return undo.kind === 'profile' || (undo.kind === 'folder' && (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(undo.path).startsWith(_signin_export_profile_js__WEBPACK_IMPORTED_MODULE_6__/* .OWN_FOLDER */ .w5));
}
function undoOnDisk(undo, env) {
    switch (undo.kind) {
        case 'file':
            (0,_base_undo_js__WEBPACK_IMPORTED_MODULE_4__/* .putBack */ .pK)(undo.path, undo.before);
            break;
        case 'folder':
            if (!(0,_base_undo_js__WEBPACK_IMPORTED_MODULE_4__/* .isOwnFolder */ .Zn)(undo.path, env))
                throw new Error('not a folder of this action');
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(undo.path, { recursive: true, force: true });
            break;
        case 'profile':
            (0,_signin_export_profile_js__WEBPACK_IMPORTED_MODULE_6__/* .undoProfile */ .MF)(undo);
            break;
    }
}
function subjectOf(undo) {
    return undo.kind === 'profile' ? `section [${undo.section}] of ${undo.file}` : `${undo.kind} ${undo.path}`;
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
