export const id = 317;
export const ids = [317];
export const modules = {

/***/ 5317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6421);
/* harmony import */ var _runner_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(869);



/** Undoes what main left in its state, the latest first. Never fails the job: what can't be undone is a warning. */
async function post() {
    for (const undo of (0,_runner_js__WEBPACK_IMPORTED_MODULE_2__/* .savedUndos */ .LE)()) {
        try {
            undoOne(undo);
        }
        catch {
            _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .warning */ .$e(`Could not undo: ${subject(undo)}`);
        }
    }
}
function undoOne(undo) {
    switch (undo.kind) {
        case 'file':
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(undo.path, { force: true });
            break;
        case 'folder':
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(undo.path, { recursive: true, force: true });
            break;
        case 'variable':
            _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .exportVariable */ .dN(undo.name, undo.before ?? '');
            break;
        case 'profile':
            break;
    }
}
function subject(undo) {
    if (undo.kind === 'variable')
        return `variable ${undo.name}`;
    return undo.kind === 'profile' ? `profile ${undo.section} in ${undo.file}` : `${undo.kind} ${undo.path}`;
}


/***/ }),

/***/ 869:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LE: () => (/* binding */ savedUndos),
/* harmony export */   OA: () => (/* binding */ githubRunner)
/* harmony export */ });
/* unused harmony export inert */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6421);

const UNDO_STATE = 'undo';
/** The runner of this process. */
function githubRunner() {
    const undos = [];
    // Also says to the post step that it is the post step (index.ts), so it is there even when there is nothing to undo.
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ(UNDO_STATE, '[]');
    const undoLater = (undo) => {
        undos.push(undo);
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ(UNDO_STATE, JSON.stringify(undos));
    };
    const exported = new Set();
    return {
        env: process.env,
        input: (name) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name),
        mask: (value) => {
            if (value !== '')
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(value);
        },
        info: (line) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(inert(line)),
        debug: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz,
        notice: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm(text),
        warning: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(text),
        error: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(text),
        exportVariable: (name, value) => {
            if (!exported.has(name))
                undoLater({ kind: 'variable', name, before: process.env[name] ?? null });
            exported.add(name);
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .exportVariable */ .dN(name, value);
        },
        output: (name, value) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value),
        undoLater,
        summary: async (markdown) => {
            if (process.env.GITHUB_STEP_SUMMARY)
                await _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .summary */ .z.addRaw(markdown, true).write();
        },
    };
}
/**
 * The text with nothing in it that the runner takes for a command: what is printed may quote names that others chose.
 * The runner reads `::command::` at the start of a line, after spaces too, and `##[command]` anywhere.
 */
function inert(text) {
    return text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [');
}
/** What main left to undo, the latest first. */
function savedUndos() {
    const saved = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getState */ .Gu(UNDO_STATE);
    return saved ? JSON.parse(saved).reverse() : [];
}


/***/ })

};
