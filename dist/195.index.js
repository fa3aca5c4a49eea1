export const id = 195;
export const ids = [195];
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


/***/ })

};
