export const id = 338;
export const ids = [338,195];
export const modules = {

/***/ 195:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   trustBundles: () => (/* binding */ trustBundles)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1692);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7966);
/* harmony import */ var _read_text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9213);




const BUNDLES = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];
function trustBundles(env, started = env) {
    const files = BUNDLES.flatMap((name) => {
        const file = env[name];
        return file && (name === 'AWS_CA_BUNDLE' || file !== started[name]) ? [{ name, file }] : [];
    });
    const withSystem = env.NODE_USE_SYSTEM_CA === '1' && started.NODE_USE_SYSTEM_CA !== '1';
    if ((files.length === 0 && !withSystem) || !node_tls__WEBPACK_IMPORTED_MODULE_1__.setDefaultCACertificates)
        return;
    const added = files.flatMap(({ name, file }) => {
        const on = `Variable ${name}`;
        let text;
        try {
            text = (0,_read_text_js__WEBPACK_IMPORTED_MODULE_3__/* .readText */ .yR)(file);
        }
        catch (cause) {
            const fix = `correct its path, or unset ${name}`;
            throw new _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ on, what: `the file ${file} cannot be read`, fix, cause });
        }
        const certificates = text.match(CERTIFICATE) ?? [];
        if (certificates.length > 0 && certificates.every(isReadable))
            return certificates;
        const fix = 'give a file of certificates that begin with -----BEGIN CERTIFICATE-----';
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({ on, what: `the file ${file} holds no certificate in PEM, or a damaged one`, fix });
    });
    const system = withSystem ? node_tls__WEBPACK_IMPORTED_MODULE_1__.getCACertificates('system') : [];
    node_tls__WEBPACK_IMPORTED_MODULE_1__.setDefaultCACertificates([...node_tls__WEBPACK_IMPORTED_MODULE_1__.getCACertificates('default'), ...system, ...added]);
}
function isReadable(certificate) {
    try {
        new node_crypto__WEBPACK_IMPORTED_MODULE_0__.X509Certificate(certificate);
        return true;
    }
    catch {
        return false;
    }
}
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;


/***/ }),

/***/ 4338:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   credentialProcess: () => (/* binding */ credentialProcess)
/* harmony export */ });
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _base_read_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9213);
/* harmony import */ var _base_runner_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7575);
/* harmony import */ var _base_stop_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5505);
/* harmony import */ var _base_trust_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(195);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5900);
/* harmony import */ var _signin_export_held_sign_in_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9752);
/* harmony import */ var _signin_index_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9892);








async function credentialProcess(settings) {
    try {
        const held = readHeld(settings);
        const env = (0,_signin_export_held_sign_in_js__WEBPACK_IMPORTED_MODULE_6__/* .heldEnvironment */ .Fd)(held, process.env);
        (0,_base_trust_js__WEBPACK_IMPORTED_MODULE_4__.trustBundles)(env, process.env);
        const credentials = await (0,_signin_index_js__WEBPACK_IMPORTED_MODULE_7__/* .signInAgain */ .t)(held, quietRunner(env), (0,_base_stop_js__WEBPACK_IMPORTED_MODULE_3__/* .stopSignal */ .Zm)(60));
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
        process.stdout.write(JSON.stringify({
            Version: 1,
            AccessKeyId: accessKeyId,
            SecretAccessKey: secretAccessKey,
            SessionToken: sessionToken,
            Expiration: expiration?.toISOString(),
        }));
    }
    catch (thrown) {
        (0,_report_js__WEBPACK_IMPORTED_MODULE_5__/* .reportFailure */ .xV)(quietRunner(process.env), thrown, { stage: 'sign-in' });
        process.exitCode = 1;
    }
}
function readHeld(settings) {
    try {
        return JSON.parse((0,_base_read_text_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR)(settings));
    }
    catch (cause) {
        throw new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
            on: settings,
            what: 'what this profile signs in with cannot be read',
            why: 'the file goes with the job whose step wrote it (refresh-credentials), and is for the user of that step alone',
            fix: 'sign in in this job, or use the profile in steps that run as the same user on the same machine',
            cause,
        });
    }
}
function quietRunner(env) {
    const nothing = () => { };
    return {
        env,
        input: () => '',
        mask: nothing,
        info: nothing,
        debug: nothing,
        notice: nothing,
        warning: nothing,
        group: nothing,
        error: (text) => {
            process.stderr.write(`${(0,_base_runner_js__WEBPACK_IMPORTED_MODULE_2__/* .inert */ .tJ)(text)}\n`);
        },
        exportVariables: nothing,
        here: nothing,
        unset: nothing,
        outputs: nothing,
        undoLater: nothing,
        summary: nothing,
    };
}


/***/ })

};
