export const id = 338;
export const ids = [338];
export const modules = {

/***/ 4338:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   credentialProcess: () => (/* binding */ credentialProcess)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _base_proxy_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5309);
/* harmony import */ var _base_runner_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7575);
/* harmony import */ var _base_stop_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5505);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5900);
/* harmony import */ var _signin_index_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8223);






/**
 * The door `credential-process`: signs in and prints the credentials as the SDKs read them; everything else goes to stderr.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
async function credentialProcess(settings) {
    const runner = quietRunner();
    try {
        const request = JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(settings, 'utf8'));
        // The profile itself must not be where the identity comes from.
        runner.unset('AWS_PROFILE');
        const { session, http } = await (0,_signin_index_js__WEBPACK_IMPORTED_MODULE_4__/* .signIn */ .J)({ ...request, proxy: (0,_base_proxy_js__WEBPACK_IMPORTED_MODULE_5__/* .proxyFrom */ .bg)(runner.env), useExisting: false }, runner, (0,_base_stop_js__WEBPACK_IMPORTED_MODULE_2__/* .stopSignal */ .Z)(60));
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = await session.credentials();
        http.close();
        process.stdout.write(JSON.stringify({
            Version: 1,
            AccessKeyId: accessKeyId,
            SecretAccessKey: secretAccessKey,
            SessionToken: sessionToken,
            Expiration: expiration?.toISOString(),
        }));
    }
    catch (thrown) {
        (0,_report_js__WEBPACK_IMPORTED_MODULE_3__/* .reportFailure */ .xV)(runner, thrown, { stage: 'sign-in' });
        process.exitCode = 1;
    }
}
/** A runner for a program that is no step: it may print nothing but its answer, and has nothing to leave behind. */
function quietRunner() {
    const say = (text) => {
        process.stderr.write(`${(0,_base_runner_js__WEBPACK_IMPORTED_MODULE_1__/* .inert */ .tJ)(text)}\n`);
    };
    const nothing = () => { };
    return {
        env: process.env,
        input: () => '',
        mask: nothing,
        info: nothing,
        debug: nothing,
        notice: nothing,
        warning: nothing,
        group: nothing,
        error: say,
        exportVariables: nothing,
        unset: (name) => {
            delete process.env[name];
        },
        outputs: nothing,
        undoLater: nothing,
        summary: nothing,
    };
}


/***/ })

};
