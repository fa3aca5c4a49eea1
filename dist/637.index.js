export const id = 637;
export const ids = [637];
export const modules = {

/***/ 5861:
/***/ ((__unused_webpack_module, exports, __webpack_require__) => {

const { ENV_KEY, ENV_SECRET, fromEnv } = __webpack_require__(5606);
const { chain, CredentialsProviderError, ENV_PROFILE } = __webpack_require__(7291);

const ENV_IMDS_DISABLED = "AWS_EC2_METADATA_DISABLED";
const remoteProvider = async (init) => {
    const { ENV_CMDS_FULL_URI, ENV_CMDS_RELATIVE_URI, fromContainerMetadata, fromInstanceMetadata } = __webpack_require__(566);
    if (process.env[ENV_CMDS_RELATIVE_URI] || process.env[ENV_CMDS_FULL_URI]) {
        init.logger?.debug("@aws-sdk/credential-provider-node - remoteProvider::fromHttp/fromContainerMetadata");
        const { fromHttp } = __webpack_require__(8605);
        return chain(fromHttp(init), fromContainerMetadata(init));
    }
    if (process.env[ENV_IMDS_DISABLED] && process.env[ENV_IMDS_DISABLED] !== "false") {
        return async () => {
            throw new CredentialsProviderError("EC2 Instance Metadata Service access disabled", { logger: init.logger });
        };
    }
    init.logger?.debug("@aws-sdk/credential-provider-node - remoteProvider::fromInstanceMetadata");
    return fromInstanceMetadata(init);
};

function memoizeChain(providers, treatAsExpired) {
    const chain = internalCreateChain(providers);
    let activeLock;
    let passiveLock;
    let credentials;
    let forceRefreshLock;
    const provider = async (options) => {
        if (options?.forceRefresh) {
            if (!forceRefreshLock) {
                forceRefreshLock = chain(options)
                    .then((c) => {
                    credentials = c;
                })
                    .finally(() => {
                    forceRefreshLock = undefined;
                });
            }
            await forceRefreshLock;
            return credentials;
        }
        if (credentials?.expiration) {
            if (credentials?.expiration?.getTime() < Date.now()) {
                credentials = undefined;
            }
        }
        if (activeLock) {
            await activeLock;
        }
        else if (!credentials || treatAsExpired?.(credentials)) {
            if (credentials) {
                if (!passiveLock) {
                    passiveLock = chain(options)
                        .then((c) => {
                        credentials = c;
                    })
                        .catch(() => {
                    })
                        .finally(() => {
                        passiveLock = undefined;
                    });
                }
            }
            else {
                activeLock = chain(options)
                    .then((c) => {
                    credentials = c;
                })
                    .finally(() => {
                    activeLock = undefined;
                });
                return provider(options);
            }
        }
        return credentials;
    };
    return provider;
}
const internalCreateChain = (providers) => async (awsIdentityProperties) => {
    let lastProviderError;
    for (const provider of providers) {
        try {
            return await provider(awsIdentityProperties);
        }
        catch (err) {
            lastProviderError = err;
            if (err?.tryNextLink) {
                continue;
            }
            throw err;
        }
    }
    throw lastProviderError;
};

let multipleCredentialSourceWarningEmitted = false;
const defaultProvider = (init = {}) => memoizeChain([
    async () => {
        const profile = init.profile ?? process.env[ENV_PROFILE];
        if (profile) {
            const envStaticCredentialsAreSet = process.env[ENV_KEY] && process.env[ENV_SECRET];
            if (envStaticCredentialsAreSet) {
                if (!multipleCredentialSourceWarningEmitted) {
                    const warnFn = init.logger?.warn && init.logger?.constructor?.name !== "NoOpLogger"
                        ? init.logger.warn.bind(init.logger)
                        : console.warn;
                    warnFn(`@aws-sdk/credential-provider-node - defaultProvider::fromEnv WARNING:
    Multiple credential sources detected: 
    Both AWS_PROFILE and the pair AWS_ACCESS_KEY_ID/AWS_SECRET_ACCESS_KEY static credentials are set.
    This SDK will proceed with the AWS_PROFILE value.
    
    However, a future version may change this behavior to prefer the ENV static credentials.
    Please ensure that your environment only sets either the AWS_PROFILE or the
    AWS_ACCESS_KEY_ID/AWS_SECRET_ACCESS_KEY pair.
`);
                    multipleCredentialSourceWarningEmitted = true;
                }
            }
            throw new CredentialsProviderError("AWS_PROFILE is set, skipping fromEnv provider.", {
                logger: init.logger,
                tryNextLink: true,
            });
        }
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::fromEnv");
        return fromEnv(init)();
    },
    async (awsIdentityProperties) => {
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::fromSSO");
        const { ssoStartUrl, ssoAccountId, ssoRegion, ssoRoleName, ssoSession } = init;
        if (!ssoStartUrl && !ssoAccountId && !ssoRegion && !ssoRoleName && !ssoSession) {
            throw new CredentialsProviderError("Skipping SSO provider in default chain (inputs do not include SSO fields).", { logger: init.logger });
        }
        const { fromSSO } = __webpack_require__(998);
        return fromSSO(init)(awsIdentityProperties);
    },
    async (awsIdentityProperties) => {
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::fromIni");
        const { fromIni } = __webpack_require__(5869);
        return fromIni(init)(awsIdentityProperties);
    },
    async (awsIdentityProperties) => {
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::fromProcess");
        const { fromProcess } = __webpack_require__(5360);
        return fromProcess(init)(awsIdentityProperties);
    },
    async (awsIdentityProperties) => {
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::fromTokenFile");
        const { fromTokenFile } = __webpack_require__(9956);
        return fromTokenFile(init)(awsIdentityProperties);
    },
    async () => {
        init.logger?.debug("@aws-sdk/credential-provider-node - defaultProvider::remoteProvider");
        return (await remoteProvider(init))();
    },
    async () => {
        throw new CredentialsProviderError("Could not load credentials from any providers", {
            tryNextLink: false,
            logger: init.logger,
        });
    },
], credentialsTreatedAsExpired);
const credentialsWillNeedRefresh = (credentials) => credentials?.expiration !== undefined;
const credentialsTreatedAsExpired = (credentials) => credentials?.expiration !== undefined && credentials.expiration.getTime() - Date.now() < 300000;

exports.credentialsTreatedAsExpired = credentialsTreatedAsExpired;
exports.credentialsWillNeedRefresh = credentialsWillNeedRefresh;
exports.defaultProvider = defaultProvider;


/***/ }),

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

/***/ 8402:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L4: () => (/* binding */ stateOf),
/* harmony export */   Ne: () => (/* binding */ changedFile),
/* harmony export */   PA: () => (/* binding */ mustBeSame),
/* harmony export */   bY: () => (/* binding */ openSame),
/* harmony export */   sb: () => (/* binding */ openSameSync)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7966);
/* harmony import */ var _read_text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9213);




function stateOf(path, { size, mtimeMs, dev, ino }) {
    return { path, size, mtimeMs, dev, ino };
}
function openSameSync(file) {
    const handle = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(file.path, _read_text_js__WEBPACK_IMPORTED_MODULE_3__/* .AT_ONCE */ .Qd);
    try {
        mustBeSame((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(handle), file);
        return handle;
    }
    catch (thrown) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(handle);
        throw thrown;
    }
}
async function openSame(file) {
    const handle = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(file.path, _read_text_js__WEBPACK_IMPORTED_MODULE_3__/* .AT_ONCE */ .Qd);
    try {
        mustBeSame(await handle.stat(), file);
        return handle;
    }
    catch (thrown) {
        await handle.close();
        throw thrown;
    }
}
function mustBeSame({ size, mtimeMs, dev, ino }, file) {
    if (size === file.size && mtimeMs === file.mtimeMs && dev === file.dev && ino === file.ino)
        return;
    throw changedFile(file);
}
function changedFile({ path }) {
    return new _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF({
        what: 'the file changed while the step ran',
        on: path,
        why: 'something still writes to it, or put another in its place: what is published would be neither the old nor the new file',
        fix: 'let the step that writes it end before this one begins',
    });
}


/***/ }),

/***/ 8705:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  imagesJob: () => (/* binding */ imagesJob)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./lib/base/problem.js
var base_problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/same-file.js
var same_file = __webpack_require__(8402);
;// CONCATENATED MODULE: ./lib/images/model/content.js




function isFile(content) {
    return 'file' in content;
}
const READ_SIZE = 512 << 10;
function openContent(content, from = 0, to = content.size) {
    if (to <= from)
        return external_node_stream_.Readable.from([]);
    if (isFile(content))
        return external_node_stream_.Readable.from(chunksOf(content.file, content.start + from, content.start + to));
    return external_node_stream_.Readable.from(remoteChunks(content, from, to));
}
async function* remoteChunks(content, from, to) {
    const { digest, size, registry, repository } = content;
    const [algorithm = ''] = digest.split(':');
    const hash = (0,external_node_crypto_.createHash)(algorithm);
    let length = 0;
    for await (const chunk of await content.open(from, to)) {
        hash.update(chunk);
        length += chunk.length;
        if (from + length === size && from === 0 && `${algorithm}:${hash.digest('hex')}` !== digest)
            break;
        yield chunk;
        if (length === to - from)
            return;
    }
    throw new base_problem/* Problem */.AF({
        what: `the registry holds something else under ${digest}`,
        on: `${registry}/${repository}`,
        fix: 'push the image to it again',
    });
}
async function* chunksOf(of, start, end) {
    const file = await (0,same_file/* openSame */.bY)(of);
    const buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(Math.min(READ_SIZE, end - start)));
    try {
        for (let at = start, turn = 0; at < end; turn++) {
            const chunk = buffers[turn % 3].subarray(0, Math.min(READ_SIZE, end - at));
            await readFully(file, chunk, at);
            yield chunk;
            at += chunk.length;
        }
    }
    finally {
        await file.close();
    }
}
async function readContent(content, length = content.size) {
    if (!isFile(content))
        return Buffer.concat(await openContent(content, 0, length).toArray());
    const { start, size } = content;
    const bytes = Buffer.allocUnsafe(Math.min(size, length));
    const file = await (0,same_file/* openSame */.bY)(content.file);
    try {
        await readFully(file, bytes, start);
        (0,same_file/* mustBeSame */.PA)(await file.stat(), content.file);
        return bytes;
    }
    finally {
        await file.close();
    }
}
async function readFully(file, into, position) {
    for (let done = 0; done < into.length;) {
        const { bytesRead } = await file.read(into, done, into.length - done, position + done);
        if (bytesRead === 0)
            throw new base_problem/* Problem */.AF({
                what: 'a layer became shorter while it was read',
                fix: 'see that no other step or program writes to the archive while this step runs',
            });
        done += bytesRead;
    }
}

;// CONCATENATED MODULE: ./lib/images/model/descriptor.js

function digestOf(bytes, algorithm = 'sha256') {
    return `${algorithm}:${(0,external_node_crypto_.createHash)(algorithm).update(bytes).digest('hex')}`;
}
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;
function isDescriptor(value) {
    const it = (value ?? {});
    return (typeof it.mediaType === 'string' &&
        MEDIA_TYPE.test(it.mediaType) &&
        typeof it.digest === 'string' &&
        /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(it.digest) &&
        typeof it.size === 'number' &&
        Number.isSafeInteger(it.size) &&
        it.size >= 0 &&
        isMap(it.annotations) &&
        isMap(it.platform) &&
        (it.urls === undefined || it.urls === null || Array.isArray(it.urls)));
}
function isMap(value) {
    return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

;// CONCATENATED MODULE: ./lib/images/model/media-types.js
const OCI = {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar',
};
const DOCKER = {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar',
    gzipLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};
function compressedLayerType(manifest, compression) {
    if (manifest === OCI.manifest)
        return `${OCI.layer}+${compression}`;
    return manifest === DOCKER.manifest && compression === 'gzip' ? DOCKER.gzipLayer : undefined;
}
const ACCEPTED_MANIFESTS = [OCI.index, OCI.manifest, DOCKER.index, DOCKER.manifest].join(', ');
function isIndex(mediaType) {
    return mediaType === OCI.index || mediaType === DOCKER.index;
}
function isImageConfig(mediaType) {
    return mediaType === OCI.config || mediaType === DOCKER.config;
}
const BUILD_CACHE = 'application/vnd.buildkit.cacheconfig.v0';
function isUncompressed(mediaType) {
    return mediaType === OCI.layer || mediaType === DOCKER.layer;
}
function isRestricted(mediaType) {
    return mediaType.includes('nondistributable') || mediaType.includes('.foreign.');
}
function isForeign({ mediaType, urls }) {
    return isRestricted(mediaType) || (urls?.length ?? 0) > 0;
}

;// CONCATENATED MODULE: ./lib/images/plan/finish.js



function plainLayers(node) {
    return node.manifest.layers.filter((_, at) => isPlainLayer(node, at));
}
const PLAIN_ANNOTATION = /^(org\.opencontainers\.image\.|org\.label-schema\.|buildkit\/|containerd\.io\/(uncompressed$|distribution\.source\.))/;
function isPlainLayer({ manifest, diffIds, asBuilt }, at) {
    const { mediaType, digest, annotations } = manifest.layers[at];
    return (!asBuilt &&
        isUncompressed(mediaType) &&
        manifest.artifactType === undefined &&
        isImageConfig(manifest.config.mediaType) &&
        diffIds?.[at] === digest &&
        Object.keys(annotations ?? {}).every((key) => PLAIN_ANNOTATION.test(key)));
}
function finish(node, compressed, adopt = () => undefined) {
    return node.kind === 'image' ? (adopt(node) ?? finishImage(node, compressed)) : finishIndex(node, compressed, adopt);
}
function finishImage(node, compressed) {
    const { manifest, descriptor } = node;
    if (plainLayers(node).length === 0) {
        return { descriptor, bytes: node.bytes, children: [], blobs: [manifest.config, ...manifest.layers] };
    }
    const layers = manifest.layers.map((layer, at) => {
        if (!isPlainLayer(node, at))
            return layer;
        const made = compressed.get(layer.digest);
        if (!made)
            throw new base_problem/* Problem */.AF({ what: `the layer ${layer.digest} was not compressed` });
        return { ...layer, mediaType: made.mediaType, digest: made.digest, size: made.size };
    });
    const isDocker = descriptor.mediaType === DOCKER.manifest;
    const toOci = isDocker && layers.some(({ mediaType }) => mediaType.startsWith(OCI.layer));
    const mediaType = isDocker && !toOci ? DOCKER.manifest : OCI.manifest;
    const config = toOci ? { ...manifest.config, mediaType: OCI.config } : manifest.config;
    const renamed = layers.map((layer) => ({
        ...layer,
        mediaType: layerType(layer.mediaType, isDocker && !toOci ? 'docker' : 'oci'),
    }));
    const made = { ...manifest, schemaVersion: 2, mediaType, config, layers: renamed };
    return { ...written(descriptor, mediaType, made), children: [], blobs: [config, ...renamed] };
}
function layerType(mediaType, vocabulary) {
    if (vocabulary === 'docker')
        return mediaType === `${OCI.layer}+gzip` ? DOCKER.gzipLayer : mediaType;
    return mediaType === DOCKER.gzipLayer ? `${OCI.layer}+gzip` : mediaType;
}
function finishIndex(node, compressed, adopt) {
    const children = node.children.map((child) => finish(child, compressed, adopt));
    const listed = node.index.manifests;
    const same = children.every((child, at) => child.descriptor.digest === listed[at]?.digest);
    if (same && listed.length === children.length) {
        return { descriptor: node.descriptor, bytes: node.bytes, children, blobs: [] };
    }
    const renamed = new Map(node.children.map((child, at) => [child.descriptor.digest, children[at].descriptor.digest]));
    const manifests = children.map((child, at) => {
        const before = node.children[at].descriptor;
        const { mediaType, digest, size } = child.descriptor;
        const subject = before.annotations?.['vnd.docker.reference.digest'];
        const moved = subject === undefined ? undefined : renamed.get(subject);
        const annotations = moved ? { ...before.annotations, 'vnd.docker.reference.digest': moved } : before.annotations;
        return { ...before, mediaType, digest, size, ...(annotations ? { annotations } : {}) };
    });
    const isOci = manifests.some(({ mediaType }) => mediaType === OCI.manifest || mediaType === OCI.index);
    const mediaType = node.descriptor.mediaType === DOCKER.index && !isOci ? DOCKER.index : OCI.index;
    const made = { ...node.index, schemaVersion: 2, mediaType, manifests };
    return { ...written(node.descriptor, mediaType, made), children, blobs: [] };
}
function written(before, mediaType, manifest) {
    const bytes = Buffer.from(JSON.stringify(manifest));
    return { descriptor: { ...before, mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}
function finishWith(node, known) {
    return finish(node, known.layers, (image) => known.images.get(image.descriptor.digest));
}
function inOrder(finished) {
    const all = [...finished.children.flatMap(inOrder), finished];
    return [...new Map(all.map((it) => [it.descriptor.digest, it])).values()];
}

;// CONCATENATED MODULE: ./lib/images/plan/plan.js
function isDone({ tags, blobs, missing }) {
    return tags.every(({ action }) => action !== 'put') && missing.length === 0 && !blobs.some(isSent);
}
function isSent({ action }) {
    return action === 'upload' || action === 'compress' || action === 'mount';
}

// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
;// CONCATENATED MODULE: ./lib/images/progress.js

const LARGE = 32 << 20;
const EVERY_MS = 15_000;
function makeProgress(say) {
    let [sent, said, open] = [0, 0, 0];
    const timer = setInterval(() => {
        if (sent === said)
            return;
        said = sent;
        say(`${(0,units/* formatBytes */.z3)(sent)} sent, ${(0,units/* counted */.hS)(open, 'blob')} under way`);
    }, EVERY_MS).unref();
    return {
        begin: ({ digest, size }) => {
            const start = Date.now();
            open++;
            return (result) => {
                open--;
                if (size < LARGE)
                    return;
                say(`${result} ${digest.slice(0, 19)}… ${(0,units/* formatBytes */.z3)(size)} in ${(0,units/* formatSeconds */.Xo)(Date.now() - start)}`);
            };
        },
        sent: (bytes) => {
            sent += bytes;
        },
        end: () => clearInterval(timer),
    };
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ecr/dist-cjs/index.js
var dist_cjs = __webpack_require__(8249);
// EXTERNAL MODULE: ./lib/aws/client.js + 1 modules
var client = __webpack_require__(1009);
// EXTERNAL MODULE: ./lib/aws/ecr-hosts.js
var ecr_hosts = __webpack_require__(3813);
// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
;// CONCATENATED MODULE: ./lib/images/registry/token.js
function maskToken(mask, token) {
    mask(token);
    mask(passwordOf(token));
}
function passwordOf(token) {
    const text = Buffer.from(token, 'base64').toString('utf8');
    return text.slice(text.indexOf(':') + 1);
}

;// CONCATENATED MODULE: ./lib/images/registry/ecr-public.js




const PUBLIC_REGION = 'us-east-1';
async function publicRegistry({ aws, http, runner, session }) {
    const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await __webpack_require__.e(/* import() */ 821).then(__webpack_require__.t.bind(__webpack_require__, 9821, 19));
    const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
    const answer = await aws.call('ecr-public:GetAuthorizationToken', (abortSignal) => ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal }));
    const token = answer.authorizationData?.authorizationToken ?? '';
    maskToken(runner.mask, token);
    const base = new URL(`https://${ecr_hosts/* PUBLIC_HOSTS */.OI[0]}`);
    let bearer;
    const exchange = async () => {
        const url = new URL('/token/?service=public.ecr.aws&scope=aws', base);
        const { token: given = '' } = await aws.call('public.ecr.aws/token', async (signal) => {
            const answer = await http.request({ method: 'GET', url, headers: { authorization: `Basic ${token}` }, signal });
            const body = await (0,base_http/* readBody */.x8)(answer);
            if (answer.status !== 200)
                throw new NotExchanged(answer.status, url.origin);
            return { token: tokenIn(body) };
        });
        runner.mask(given);
        return `Bearer ${given}`;
    };
    return {
        host: ecr_hosts/* PUBLIC_HOSTS */.OI[0],
        hosts: ecr_hosts/* PUBLIC_HOSTS */.OI,
        base,
        account: session.accountId,
        region: PUBLIC_REGION,
        partition: session.partition,
        isPublic: true,
        password: passwordOf(token),
        authorization: () => {
            bearer ??= exchange();
            return bearer;
        },
        renew: async () => {
            bearer = undefined;
        },
    };
}
class NotExchanged extends base_problem/* Problem */.AF {
    status;
    constructor(status, on) {
        super({
            what: `ECR Public did not accept the login (HTTP ${status})`,
            on,
            ...(status < 500 && status !== 429
                ? { fix: 'check whether the role may call ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken' }
                : {}),
        });
        this.status = status;
    }
}
function tokenIn(body) {
    try {
        const { token } = JSON.parse(body.toString('utf8'));
        return typeof token === 'string' && token !== '' ? token : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/images/registry/registry.js
const USERNAME = 'AWS';
function repositoryArn({ host, partition, region, account, isPublic }, repository) {
    if (account === '')
        return `${host}/${repository}`;
    if (isPublic)
        return `arn:aws:ecr-public::${account}:repository/${repositoryInRegistry(repository)}`;
    return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
function aliasOf(repository) {
    return repository.slice(0, repository.indexOf('/'));
}
function repositoryInRegistry(repository) {
    return repository.slice(repository.indexOf('/') + 1);
}

;// CONCATENATED MODULE: ./lib/images/registry/create-repository.js





async function createRepository(wanted, settings, access) {
    try {
        await (wanted.registry.isPublic ? createPublic(wanted, settings, access) : createPrivate(wanted, settings, access));
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw && thrown.code === 'RepositoryAlreadyExistsException'))
            throw thrown;
    }
}
async function createPrivate({ registry, repository }, { mutability, exclusions, scanOnPush, encryption, tags }, { aws }) {
    const ecr = new dist_cjs/* ECRClient */.S70(aws.client(registry.region));
    const command = new dist_cjs/* CreateRepositoryCommand */.WTe({
        registryId: registry.account,
        repositoryName: repository,
        imageTagMutability: exclusions.length > 0 ? `${mutability}_WITH_EXCLUSION` : mutability,
        ...(exclusions.length > 0
            ? { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })) }
            : {}),
        imageScanningConfiguration: { scanOnPush },
        ...(encryption.type === 'KMS'
            ? { encryptionConfiguration: { encryptionType: 'KMS', ...(encryption.key ? { kmsKey: encryption.key } : {}) } }
            : {}),
        ...(tags.length > 0 ? { tags: [...tags] } : {}),
    });
    await aws.call('ecr:CreateRepository', (abortSignal) => ecr.send(command, { abortSignal }), {
        asked: { repository },
    });
}
async function createPublic({ repository }, { tags }, { aws }) {
    const { CreateRepositoryCommand: Create, ECRPUBLICClient } = await __webpack_require__.e(/* import() */ 821).then(__webpack_require__.t.bind(__webpack_require__, 9821, 19));
    const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
    const name = repositoryInRegistry(repository);
    const command = new Create({ repositoryName: name, ...(tags.length > 0 ? { tags: [...tags] } : {}) });
    await aws.call('ecr-public:CreateRepository', (abortSignal) => ecr.send(command, { abortSignal }), {
        asked: { repository: name },
    });
}
async function checkAlias(repository, settings, { aws, session }) {
    const [setting] = settings.privateOnly;
    if (setting) {
        throw new base_problem/* Problem */.AF({
            what: `a repository of ECR Public has no such setting: ${setting}`,
            on: `public.ecr.aws/${repository}`,
            fix: 'leave the input out, or push to the private registry in a step of its own',
        });
    }
    const { DescribeRegistriesCommand, ECRPUBLICClient } = await __webpack_require__.e(/* import() */ 821).then(__webpack_require__.t.bind(__webpack_require__, 9821, 19));
    const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
    const answer = await aws.call('ecr-public:DescribeRegistries', (abortSignal) => ecr.send(new DescribeRegistriesCommand({}), { abortSignal }));
    const own = (answer.registries ?? []).flatMap(({ aliases = [] }) => aliases.flatMap(({ name }) => name ?? []));
    if (own.includes(aliasOf(repository)))
        return;
    throw new base_problem/* Problem */.AF({
        what: `the repository does not exist, and ${aliasOf(repository)} is not an alias of account ${session.accountId}`,
        on: `public.ecr.aws/${repository}`,
        fix: own.length > 0 ? `write public.ecr.aws/${own[0]}/…` : 'create a public registry of the account first',
    });
}

// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
;// CONCATENATED MODULE: ./lib/images/registry/denied.js


class RegistryRefused extends base_problem/* Problem */.AF {
    status;
    code;
    isExpired;
    isOfUpstream;
    constructor(answer) {
        super(denied_denied(answer));
        this.status = answer.status;
        this.code = answer.code;
        this.isExpired = answer.status === 401 || (answer.status === 403 && /token has expired/i.test(answer.message));
        this.isOfUpstream = isOfUpstream(answer);
    }
}
function isOfUpstream({ on, message }) {
    return on.startsWith('arn:') && /upstream ?(registry|image)|pull[- ]through cache/i.test(message);
}
function readErrorBody(body) {
    try {
        const { errors } = JSON.parse(body.toString('utf8'));
        const { code, message } = errors?.[0] ?? {};
        return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
    }
    catch {
        return { code: '', message: '' };
    }
}
function denied_denied(answered) {
    const { action, on, status, code, message } = answered;
    const why = message || undefined;
    const answer = `${code || 'no reason'}, HTTP ${status}`;
    if (!on.startsWith('arn:') && status >= 400)
        return deniedElsewhere(answered);
    if (code === 'TAG_INVALID') {
        return {
            what: 'the tag exists and is immutable',
            on,
            why,
            fix: 'push another tag, or set image-tag-exists: skip, or let the repository exclude this tag from immutability',
        };
    }
    if (isOfUpstream(answered) && !/not authorized to perform/.test(message)) {
        return {
            what: 'the pull-through cache did not get the image from its upstream registry',
            on,
            why,
            fix: cacheFix(on),
        };
    }
    if (code === 'NAME_UNKNOWN')
        return missingRepository(on);
    if (/token has expired/i.test(message)) {
        return {
            what: 'the login to the registry has expired, and a new one was not accepted',
            on,
            why,
            fix: 'run the job again',
        };
    }
    if (status === 401) {
        const fix = 'a login opens the registries of one region: check whether the host and its region are right';
        return { what: NO_LOGIN, on, why, fix };
    }
    if (status === 403) {
        const fix = permissionFix(action, on, why);
        return { what: `${action} was refused (${answer})`, on, why: why ?? 'the registry gives no reason', fix };
    }
    if (status === 405 && action === 'ecr:PutImage') {
        return {
            what: 'ECR does not accept this manifest',
            on,
            why,
            fix: 'ECR says "Invalid JSON syntax" also for a media type that it does not know, an artifact type, an image without layers, or one with more than 500',
        };
    }
    if (status === 429)
        return { what: `${action}: too many requests`, on, why, fix: 'run fewer jobs at once, or raise the quota' };
    if (status < 400) {
        return {
            what: `${action} was answered with HTTP ${status}, which is not what a registry answers`,
            on,
            why: 'something between this step and the registry answers in its place: a proxy, a firewall, another server',
            fix: "check the runner's proxy; whether the call was carried out is not known",
        };
    }
    return { what: `${action} was refused (${answer})`, on, why };
}
const NO_LOGIN = 'the registry did not accept the login';
function deniedElsewhere({ action, on, status, code, message }) {
    const why = message || undefined;
    const login = 'log in to it in an earlier step (docker/login-action, podman login)';
    const ghcr = on.startsWith('ghcr.io')
        ? '; for ghcr.io the job needs packages: read, and the settings of the package have to give this repository access'
        : '';
    const byUser = `${login}, with a user who may pull${ghcr}`;
    if (/expired/i.test(message)) {
        const fix = `log in to it again in an earlier step, or log out: docker logout ${on.split('/')[0]} (a public image needs no login)`;
        return { what: "the job's login to the registry has expired", on, why, fix };
    }
    if (status === 401)
        return { what: `${NO_LOGIN}, or wants one`, on, why, fix: byUser };
    if (status === 429)
        return {
            what: 'the registry takes no more requests for now',
            on,
            why,
            fix: `${login}, which raises the limit, or wait`,
        };
    const what = `${READS[action] ?? action} was refused (${code || 'no reason'}, HTTP ${status})`;
    if (status !== 403)
        return { what, on, why };
    return {
        what,
        on,
        why: why ?? 'the registry gives no reason',
        fix: `check the name; if the image is private, ${byUser}`,
    };
}
const READS = {
    'ecr:BatchGetImage': 'reading the image',
    'ecr:BatchCheckLayerAvailability': 'looking for a blob of the image',
    'ecr:GetDownloadUrlForLayer': 'reading a blob of the image',
    'registry:Token': 'a token for reading the image',
};
function cacheFix(on) {
    const [, , , region = '', , path = ''] = on.split(':');
    const [prefix] = path.replace('repository/', '').split('/');
    return [
        `see what is wrong with its rule: aws ecr validate-pull-through-cache-rule --ecr-repository-prefix ${prefix} --region ${region}`,
        '(aws ecr describe-pull-through-cache-rules lists the prefixes);',
        "its secret must lie in the registry's account and region, have a name that begins with ecr-pullthroughcache/, and hold username and accessToken that the upstream registry accepts",
    ].join('\n');
}
function permissionFix(action, on, said) {
    const maybe = said?.includes('not authorized to perform') ? '' : FULL;
    const actions = PUSHING.slice(1).includes(action) ? PUSHING : [action];
    return `${maybe}${(0,denied/* allowing */.SL)({ said, needed: [{ actions, resources: [on] }] })}`;
}
const PUSHING = [
    'ecr:BatchGetImage',
    'ecr:BatchCheckLayerAvailability',
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
];
const FULL = 'if it is allowed: the repository may be full (images per repository), its KMS key may not be usable by the role, or a policy of the organization forbids it; else ';
function archivedFix(on, reference) {
    const [, , , region = '', account, path = ''] = on.split(':');
    const id = reference.startsWith('sha256:') ? `imageDigest=${reference}` : `imageTag=${reference}`;
    return `or, if the image is in the archive, restore it: aws ecr update-image-storage-class --target-storage-class STANDARD --repository-name ${path.replace('repository/', '')} --image-id ${id} --region ${region} (account ${account})`;
}
function missingRepository(on) {
    const [, , service = 'ecr', region, account, path = ''] = on.split(':');
    const name = path.replace('repository/', '');
    return {
        what: 'the repository does not exist',
        on,
        fix: [
            `create it: aws ${service} create-repository --repository-name ${name} --region ${region || 'us-east-1'} (account ${account});`,
            'or let the step create it: ecr-create-repository: true;',
            region
                ? 'or check whether account, region and name are right: it may exist in another one'
                : 'or check whether alias and name are right: public.ecr.aws/ALIAS/REPOSITORY:TAG',
        ].join('\n'),
    };
}
function noRegistry(on, why) {
    return new base_problem/* Unproven */.kw({
        what: 'the answer is not that of a registry',
        on,
        why,
        fix: 'check which proxy answers in its place',
    });
}

;// CONCATENATED MODULE: ./lib/images/apply/put.js




async function putManifests(push, finished, { repository, warn }) {
    const manifests = inOrder(finished);
    const { digest } = finished.descriptor;
    const isTagged = push.tags.every(({ action }) => action !== 'put');
    for (const { descriptor, bytes } of manifests.slice(0, -1)) {
        if (isTagged && !push.missing.includes(descriptor.digest))
            continue;
        await repository.putManifest(descriptor.digest, descriptor.mediaType, bytes);
    }
    const outcome = await (0,parallel/* settle */.G9)(push.tags.map(async (it) => it.action === 'put' && it.before !== digest ? putUnlessTaken(it, push, { finished, repository }) : it));
    if (outcome.failure === undefined)
        return outcome.done;
    const done = outcome.done.filter(({ action }) => action === 'put').map(({ tag = digest }) => tag);
    if (done.length > 0) {
        const name = `${push.registry.host}/${push.repository} (${done.join(', ')})`;
        warn(`${name} is now ${digest}, before another tag of it failed`);
    }
    throw outcome.failure;
}
async function putUnlessTaken(it, push, { finished, repository }) {
    const { tag = finished.descriptor.digest } = it;
    const isGuarded = push.tagExists !== 'overwrite' && it.tag !== undefined;
    const held = isGuarded ? await repository.manifest(tag) : undefined;
    const taken = held ?? (await putTag(tag, finished, { repository, isGuarded }));
    if (taken === undefined || taken.digest === finished.descriptor.digest)
        return it;
    if (push.tagExists === 'skip') {
        return { tag, before: taken.digest, beforeType: taken.mediaType, action: 'keep' };
    }
    throw new base_problem/* Problem */.AF({
        what: `${push.registry.host}/${push.repository}:${tag} is another image`,
        why: `image-tag-exists is fail; another job put ${taken.digest} while this one was under way, and this would be ${finished.descriptor.digest}`,
        fix: 'push another tag, or let one job alone push this one (concurrency)',
    });
}
async function putTag(tag, { descriptor, bytes }, { repository, isGuarded }) {
    try {
        await repository.putManifest(tag, descriptor.mediaType, bytes);
        return undefined;
    }
    catch (thrown) {
        if (!(thrown instanceof RegistryRefused) || thrown.code !== 'TAG_INVALID')
            throw thrown;
        const held = await repository.manifest(tag);
        if (held?.digest === descriptor.digest || (held && isGuarded))
            return held;
        const fix = `${thrown.details.fix};\n${archivedFix(repository.arn, tag)}`;
        throw held ? thrown : new base_problem/* Problem */.AF({ ...thrown.details, fix });
    }
}

;// CONCATENATED MODULE: ./lib/images/apply/index.js







const UPLOADS = 6;
async function applyPushes(pushes, deps) {
    const { runner } = deps.access;
    const progress = makeProgress(runner.info);
    try {
        const all = { ...deps, progress, sent: new Map() };
        const { done, failure } = await (0,parallel/* settle */.G9)(pushes.map((push) => applyPush(push, all)));
        if (failure === undefined)
            return done;
        for (const result of done.filter(({ push }) => !isDone(push))) {
            runner.warning(`${deps.told(result)}; another image failed after that`);
        }
        throw failure;
    }
    finally {
        progress.end();
    }
}
async function applyPush(push, deps) {
    const start = Date.now();
    const bytes = { uploaded: 0, mounted: 0, reused: 0 };
    if (isDone(push))
        return { push, ...thereAlready(push), bytes, milliseconds: 0 };
    const repository = deps.open(push);
    if (push.create && push.create !== 'on push')
        await createRepository(push, push.create, deps.access);
    const made = new Map(push.known);
    await (0,parallel/* eachOf */.pQ)(inSendingOrder(push.blobs), UPLOADS, async (blob) => {
        const { descriptor, result } = await sendBlob(blob, { push, repository }, deps);
        if (blob.action === 'compress')
            made.set(blob.descriptor.digest, descriptor);
        bytes[result] += descriptor.size;
    });
    const finished = push.finished ?? finishWith(push.image, { layers: made, images: push.adopted });
    const tags = await putManifests(push, finished, { repository, warn: deps.access.runner.warning });
    const done = { push: { ...push, tags }, bytes, milliseconds: Date.now() - start };
    if (tags.every(({ action }) => action === 'keep')) {
        const kept = { ...done.push, blobs: [], missing: [] };
        return { ...done, push: kept, ...thereAlready(kept) };
    }
    const { digest, mediaType } = finished.descriptor;
    return { ...done, digest, mediaType };
}
function thereAlready({ tags }) {
    const { before = '', beforeType = '' } = tags.find(({ action }) => action === 'same') ?? tags[0] ?? {};
    return { digest: before, mediaType: beforeType };
}
function inSendingOrder(blobs) {
    return [
        ...blobs.filter(({ action }) => action !== 'compress'),
        ...blobs.filter(({ action }) => action === 'compress'),
    ];
}
async function sendBlob(blob, { push, repository }, { compressor, progress, sent }) {
    const { action, content, descriptor, mountFrom } = blob;
    if (action === 'present' || action === 'reused' || !content)
        return { descriptor, result: 'reused' };
    const layer = action === 'compress' && isFile(content)
        ? await compressor.compress({ descriptor, content })
        : { descriptor, content };
    const key = `${push.registry.host}/${push.repository}@${layer.descriptor.digest}`;
    const send = async () => {
        const isDamaged = push.damaged.has(layer.descriptor.digest);
        if (action === 'compress' && !push.create && !isDamaged && (await repository.hasBlob(layer.descriptor)))
            return 'reused';
        const done = progress.begin(layer.descriptor);
        const result = await repository.push({ ...layer, mountFrom, sent: progress.sent });
        done(result);
        return result;
    };
    const before = sent.get(key);
    const result = before ?? send();
    sent.set(key, result);
    const outcome = await result;
    return { descriptor: layer.descriptor, result: before ? 'reused' : outcome };
}

;// CONCATENATED MODULE: ./lib/images/model/compression.js
const BLOCK_SIZE = 2 << 20;
const MAX_COMPRESSED_BLOCK = BLOCK_SIZE + 2 ** 15;
function compressSync({ constants, gzipSync, zstdCompressSync }, block, to) {
    const chunkSize = 2 ** 21 + 2 ** 15;
    if (to === 'zstd') {
        const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
        return zstdCompressSync(block, { params, chunkSize });
    }
    const member = gzipSync(block, { level: 1, memLevel: 9, chunkSize });
    member[9] = 255;
    return member;
}

;// CONCATENATED MODULE: ./lib/images/model/disk-full.js


function diskFull(thrown, path) {
    const { code } = (thrown ?? {});
    if (code !== 'ENOSPC' && code !== 'EDQUOT')
        return thrown;
    return new base_problem/* Problem */.AF({
        what: 'the disk is full',
        on: (0,external_node_path_.dirname)(path),
        why: 'layers that are compressed, archives that are unpacked and images of the Docker daemon are kept there for a while',
        fix: 'free disk space before this step, or name a source whose layers are compressed already',
        cause: thrown,
    });
}

;// CONCATENATED MODULE: ./lib/images/compress/layers.js







function makeCompressor({ to, temp, ...deps }) {
    const made = new Map();
    let turn = Promise.resolve();
    return {
        compress: (layer) => {
            const { digest } = layer.descriptor;
            const before = made.get(digest);
            if (before)
                return before;
            const path = (0,external_node_path_.join)(temp, `${digest.slice(7)}.${to}`);
            const mine = turn.then(() => compressLayer(layer, { to, path, ...deps }));
            turn = mine.catch(() => { });
            made.set(digest, mine);
            return mine;
        },
    };
}
async function compressLayer({ descriptor, content }, { to, path, threads, signal }) {
    const file = await (0,promises_.open)(path, 'w', 0o600);
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let size = 0;
    let made;
    const write = async (compressed) => {
        hash.update(compressed);
        size += compressed.length;
        await file.write(compressed);
    };
    try {
        await eachBlock(content, to, { threads, signal, write });
        made = (0,same_file/* stateOf */.L4)(path, await file.stat());
    }
    catch (thrown) {
        throw diskFull(thrown, path);
    }
    finally {
        await file.close();
    }
    const isDocker = descriptor.mediaType === DOCKER.layer && to === 'gzip';
    const mediaType = isDocker ? DOCKER.gzipLayer : `${OCI.layer}+${to}`;
    const digest = `sha256:${hash.digest('hex')}`;
    return { descriptor: { mediaType, digest, size }, content: { file: made, start: 0, size } };
}
async function eachBlock({ file, start, size }, to, { threads, signal, write, }) {
    const free = [];
    const pending = [];
    const finishOldest = async () => {
        const { into, length } = pending[0];
        await write(new Uint8Array(into, 0, Number(await length)));
        pending.shift();
        free.push(into);
    };
    try {
        for (let at = 0; at < size; at += BLOCK_SIZE) {
            signal.throwIfAborted();
            const into = free.pop() ?? new SharedArrayBuffer(MAX_COMPRESSED_BLOCK);
            const block = { file, start: start + at, size: Math.min(BLOCK_SIZE, size - at) };
            const length = threads.run(block, { work: 'compress', to, into });
            length.catch(() => { });
            pending.push({ into, length });
            if (pending.length > threads.count)
                await finishOldest();
        }
        while (pending.length > 0)
            await finishOldest();
    }
    finally {
        await Promise.allSettled(pending.map(({ length }) => length));
    }
}

;// CONCATENATED MODULE: ./lib/images/model/image.js
function imagesOf(node) {
    return node.kind === 'image' ? [node] : [...new Set(node.children.flatMap(imagesOf))];
}
function platformName({ platform }) {
    if (!platform)
        return 'no platform';
    const name = [platform.os, platform.architecture, platform.variant].filter((part) => part).join('/');
    return platform['os.version'] ? `${name} ${platform['os.version']}` : name;
}
function isBeside(descriptor) {
    return isAttestation(descriptor) || descriptor.artifactType !== undefined;
}
function subjectOf({ annotations }) {
    return annotations?.['vnd.docker.reference.digest'] ?? annotations?.['com.amazon.soci.image-manifest-digest'];
}
function isAttestation({ annotations }) {
    return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}

;// CONCATENATED MODULE: ./lib/images/describe.js

function describePlan({ registries, login, pushes }) {
    return {
        registries: registries.map(({ host }) => host),
        login,
        images: pushes.map(describePush),
    };
}
function describePush({ source, registry, repository, create, tags, image, finished, blobs }) {
    const absent = image.kind === 'index' ? image.absent.map(platformName) : [];
    return {
        source,
        name: `${registry.host}/${repository}`,
        ...(create ? { create: true, createdBy: create === 'on push' ? 'ECR, on push' : 'this step' } : {}),
        tags: tags.map(({ tag, before, action }) => ({ tag, action, ...(before ? { before } : {}) })),
        ...(finished ? { digest: finished.descriptor.digest, mediaType: finished.descriptor.mediaType } : {}),
        platforms: imagesOf(image).map(({ descriptor }) => platformName(descriptor)),
        ...(absent.length > 0 ? { leftOut: absent } : {}),
        blobs: blobs.map(({ descriptor: { digest, size }, action, mountFrom }) => ({
            digest,
            size,
            action,
            ...(mountFrom ? { mountFrom } : {}),
        })),
    };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/base/edge/files.js
var files = __webpack_require__(1156);
// EXTERNAL MODULE: ./lib/base/read-text.js
var read_text = __webpack_require__(9213);
;// CONCATENATED MODULE: ./lib/images/login/config.js
function asDockerConfig(value) {
    if (!isObject(value))
        return undefined;
    const config = Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
    const { auths = {}, credHelpers = {}, credsStore = '' } = config;
    const auth = isObject(auths) && Object.values(auths).every((login) => login === null || isObject(login));
    const helpers = isObject(credHelpers) && Object.values(credHelpers).every((name) => typeof name === 'string');
    return auth && helpers && typeof credsStore === 'string' ? config : undefined;
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function withLogins(config, logins) {
    const { credsStore, credHelpers = {}, auths = {}, ...others } = config;
    const none = credsStore ? logins.map(({ host }) => [host, '']) : [];
    const helpers = Object.fromEntries([...withoutOurs(credHelpers, logins), ...none]);
    return {
        ...others,
        ...(credsStore ? { credsStore } : {}),
        auths: { ...auths, ...authsOf(logins) },
        ...(Object.keys(helpers).length > 0 ? { credHelpers: helpers } : {}),
    };
}
function containersAuth(docker, containers, logins) {
    const isOurs = (key) => logins.some(({ host }) => key.startsWith(`${host}/`));
    const given = Object.entries({ ...docker.auths, ...containers.auths }).filter(([key]) => !isOurs(key));
    const auths = Object.fromEntries(given);
    const { credsStore = '' } = docker;
    const stored = credsStore ? Object.fromEntries(Object.keys(auths).map((host) => [host, credsStore])) : {};
    const all = withoutOurs({ ...stored, ...docker.credHelpers, ...containers.credHelpers }, logins);
    const named = all.filter(([, helper]) => helper !== '');
    return {
        auths: { ...auths, ...authsOf(logins) },
        ...(named.length > 0 ? { credHelpers: Object.fromEntries(named) } : {}),
    };
}
function authsOf(logins) {
    return Object.fromEntries(logins.map(({ host, auth }) => [host, { auth }]));
}
function withoutOurs(helpers, logins) {
    return Object.entries(helpers).filter(([host]) => !logins.some((it) => it.host === host));
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
;// CONCATENATED MODULE: ./lib/images/login/credentials.js




const HUB = 'https://index.docker.io/v1/';
async function credentialsIn(config, { host, repository }, run = askHelper) {
    const keys = host === 'docker.io'
        ? [HUB, 'docker.io', 'index.docker.io', 'registry-1.docker.io']
        : [host, `https://${host}`, `https://${host}/`];
    const [key = host] = keys.filter((it) => config.credHelpers?.[it] !== undefined);
    const helper = config.credHelpers?.[key] ?? config.credsStore;
    if (helper) {
        const found = await run(helper, config.credHelpers?.[key] === undefined ? keys[0] : key);
        if (found)
            return found;
    }
    const all = Object.keys(config.auths ?? {});
    const above = all.filter((it) => it.includes('/') && `${host}/${repository}/`.startsWith(`${it}/`));
    above.sort((a, b) => b.length - a.length);
    const alike = all.filter((it) => host !== 'docker.io' && hostOf(it) === host && !isOfPart(it));
    for (const it of [...above, ...keys, ...alike]) {
        const { auth, username, password, identitytoken } = config.auths?.[it] ?? {};
        if (identitytoken)
            return { identityToken: identitytoken };
        const text = auth ? Buffer.from(auth, 'base64').toString('utf8') : username ? `${username}:${password ?? ''}` : '';
        const colon = text.indexOf(':');
        if (colon > 0)
            return { username: text.slice(0, colon), password: text.slice(colon + 1) };
    }
    return undefined;
}
function isOfPart(key) {
    return /^[^/:]+(:\d+)?\/(?!v\d\/?$)./.test(key);
}
function hostOf(key) {
    return key.replace(/^https?:\/\//, '').split('/')[0];
}
async function askHelper(helper, server) {
    if (!/^[\w.-]+$/.test(helper))
        return undefined;
    const said = await run(`docker-credential-${helper}`, server);
    try {
        const { Username, Secret } = JSON.parse(said);
        if (typeof Username !== 'string' || typeof Secret !== 'string')
            return undefined;
        return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
    }
    catch {
        return undefined;
    }
}
const BOUNDS = { timeout: timeouts/* PROGRAM_MS */.ID, killSignal: 'SIGKILL', maxBuffer: 1 << 20 };
async function run(program, input) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const child = (0,external_node_child_process_.execFile)(program, ['get'], BOUNDS, (cause, printed) => {
        if (!cause?.killed && typeof cause?.code !== 'string')
            return resolve(cause ? '' : printed);
        const what = cause.killed
            ? `gave no login within ${timeouts/* PROGRAM_MS */.ID / 1000} s`
            : cause.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
                ? `printed more than ${(0,units/* formatBytes */.z3)(BOUNDS.maxBuffer)}`
                : `cannot be started (${cause.code})`;
        reject(new base_problem/* Problem */.AF({
            what: `the credential helper of the docker config ${what}`,
            on: program,
            cause,
            fix: 'run it by hand on this machine, or take it out of credHelpers and credsStore in the docker config',
        }));
    });
    child.stdin?.on('error', () => { });
    child.stdin?.end(input);
    return promise;
}

;// CONCATENATED MODULE: ./lib/images/login/index.js










async function readExisting(runner) {
    const { env } = runner;
    const home = env.HOME || env.USERPROFILE || (0,external_node_os_.homedir)();
    const dockerFolder = (0,external_node_path_.resolve)(env.GITHUB_WORKSPACE || '.', env.DOCKER_CONFIG || (0,external_node_path_.join)(home, '.docker'));
    const runtime = env.XDG_RUNTIME_DIR ? [(0,external_node_path_.join)(env.XDG_RUNTIME_DIR, 'containers/auth.json')] : [];
    const places = [env.REGISTRY_AUTH_FILE ?? '', ...runtime, (0,external_node_path_.join)(home, '.config/containers/auth.json')];
    const containersFile = places.find((path) => path !== '' && (0,external_node_fs_.existsSync)(path));
    return {
        dockerFolder,
        docker: readConfig((0,external_node_path_.join)(dockerFolder, 'config.json'), runner),
        containers: containersFile ? readConfig(containersFile, runner) : {},
        variable: authsIn(env.DOCKER_AUTH_CONFIG),
    };
}
function authsIn(text = '') {
    try {
        return asDockerConfig(JSON.parse(text))?.auths ?? {};
    }
    catch {
        return {};
    }
}
function readConfig(path, runner) {
    if (!(0,external_node_fs_.existsSync)(path))
        return {};
    const text = ifAllowed(path, runner, () => (0,read_text/* readText */.yR)(path))?.trim() ?? '';
    if (text === '')
        return {};
    try {
        const config = asDockerConfig(JSON.parse(text));
        if (config)
            return config;
    }
    catch {
    }
    throw new base_problem/* Problem */.AF({
        what: 'the file is not a JSON object as Docker writes it',
        on: path,
        fix: 'fix or remove it; Docker cannot read it either',
    });
}
function ifAllowed(path, { warning }, read) {
    return (0,files/* onFileSync */.tA)({ on: path, doing: 'read' }, () => {
        try {
            return read();
        }
        catch (thrown) {
            if (thrown.code !== 'EACCES')
                throw thrown;
            warning(`${path} may not be read by the runner's user: later steps do not get the logins and settings in it`);
            return undefined;
        }
    });
}
async function leaveLogin(registries, { dockerFolder, docker, containers, variable }, { runner, skipLogout: keep, }) {
    const logins = registries.flatMap(({ hosts, password }) => {
        const auth = Buffer.from(`${USERNAME}:${password}`).toString('base64');
        return hosts.map((host) => ({ host, auth }));
    });
    const hidden = logins.find(({ host }) => Object.keys(variable).some((key) => hostOf(key) === host));
    if (hidden) {
        runner.warning(`DOCKER_AUTH_CONFIG has a login for ${hidden.host}, which docker takes before the one of this step: take it out of that variable`);
    }
    const { credsStore } = docker;
    if (credsStore) {
        runner.info(`The docker config keeps logins in ${credsStore}: docker finds those of this step nevertheless, helm and oras with --registry-config "$REGISTRY_AUTH_FILE"`);
    }
    const temp = runner.env.RUNNER_TEMP || (0,external_node_os_.tmpdir)();
    await (0,promises_.mkdir)(temp, { recursive: true });
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(temp, 'keyless-docker-'));
    if (!keep)
        runner.undoLater({ kind: 'folder', path: folder });
    const write = (name, config) => (0,promises_.writeFile)((0,external_node_path_.join)(folder, name), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await write('config.json', withLogins(docker, logins));
    await write('auth.json', containersAuth(docker, containers, logins));
    const beside = (0,external_node_fs_.existsSync)(dockerFolder) ? ifAllowed(dockerFolder, runner, () => (0,external_node_fs_.readdirSync)(dockerFolder)) : [];
    for (const name of beside ?? []) {
        if (name !== 'config.json' && name !== 'auth.json')
            await (0,promises_.symlink)((0,external_node_path_.join)(dockerFolder, name), (0,external_node_path_.join)(folder, name), 'junction');
    }
    runner.exportVariables({
        ...(runner.env.BUILDX_CONFIG ? {} : { BUILDX_CONFIG: (0,external_node_path_.join)(dockerFolder, 'buildx') }),
        DOCKER_CONFIG: folder,
        REGISTRY_AUTH_FILE: (0,external_node_path_.join)(folder, 'auth.json'),
    }, { keep });
}

;// CONCATENATED MODULE: ./lib/images/login/pull.js





const ADDRESSES = { 'docker.io': 'registry-1.docker.io' };
function pullsFrom(access) {
    return (host) => pullRegistry(host, access, async (repository) => {
        const { docker, containers, variable } = await readExisting(access.runner);
        for (const config of [{ auths: variable }, docker, containers]) {
            const found = await credentialsIn(config, { host, repository });
            if (found)
                return found;
        }
        return undefined;
    });
}
function pullRegistry(host, access, credentials) {
    const base = new URL(`${mayBePlain(host, access.http) ? 'http' : 'https'}://${ADDRESSES[host] ?? host}`);
    const logins = new Map();
    let refusal;
    return {
        host,
        hosts: [host],
        base,
        account: '',
        region: '',
        partition: '',
        isPublic: false,
        password: '',
        authorization: (repository) => {
            const before = logins.get(repository) ?? naming(host, login({ host, base, repository, credentials, refusal }, access));
            logins.set(repository, before);
            return before;
        },
        renew: async (challenge) => {
            logins.clear();
            refusal = challenge ?? refusal;
        },
    };
}
async function naming(host, asked) {
    try {
        return await asked;
    }
    catch (thrown) {
        if (!(thrown instanceof base_problem/* Problem */.AF) || thrown.details.on !== undefined)
            throw thrown;
        throw new base_problem/* Problem */.AF({ ...thrown.details, on: host });
    }
}
async function login({ host, base, repository, credentials, refusal }, { aws, http, runner }) {
    const ping = async (signal) => {
        const answer = await http.request({ method: 'GET', url: new URL('/v2/', base), signal });
        await (0,base_http/* readBody */.x8)(answer);
        if (answer.status >= 500 || answer.status === 429)
            throw refused('registry:Ping', host, { status: answer.status });
        return { status: answer.status, challenge: answer.headers['www-authenticate'] };
    };
    const asked = refusal ?? (await aws.call('registry:Ping', ping)).challenge;
    if (!asked)
        return undefined;
    const has = await credentials(repository);
    if (has)
        for (const secret of Object.values(has).slice(-1))
            runner.mask(secret);
    const challenge = pickChallenge(asked, has);
    if (challenge === 'basic')
        return has && 'password' in has ? basicOf(has) : undefined;
    if (!challenge) {
        throw new base_problem/* Problem */.AF({
            what: 'the registry asks for a login in a way that is not understood',
            on: host,
            fix: 'this action answers Basic and Bearer: copy the image with another tool (skopeo copy) to a folder, and name that as oci:FOLDER',
        });
    }
    const question = tokenRequest({ ...challenge, scope: `repository:${repository}:pull`, has });
    const { token = '' } = await aws.call('registry:Token', async (signal) => {
        const answer = await http.request({ ...question, signal });
        const body = await (0,base_http/* readBody */.x8)(answer);
        if (answer.status !== 200)
            throw refused('registry:Token', host, { status: answer.status, body });
        return { token: pull_tokenIn(body) };
    });
    runner.mask(token);
    return `Bearer ${token}`;
}
function tokenRequest({ url, service, scope, has }) {
    const form = new URLSearchParams({ ...(service ? { service } : {}), scope });
    if (has && 'identityToken' in has) {
        form.set('grant_type', 'refresh_token');
        form.set('refresh_token', has.identityToken);
        form.set('client_id', 'keyless-aws');
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        return { method: 'POST', url, headers, body: Buffer.from(form.toString()) };
    }
    const to = new URL(url);
    for (const [name, value] of form)
        to.searchParams.set(name, value);
    return { method: 'GET', url: to, headers: has ? { authorization: basicOf(has) } : {} };
}
function mayBePlain(host, { check }) {
    try {
        check(new URL(`http://${host}`));
        return true;
    }
    catch {
        return false;
    }
}
function basicOf({ username, password }) {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
function pickChallenge(asked, has) {
    const offered = asked.split(/,\s*(?=[a-z][\w-]*\s+[\w-]+\s*=)/i).flatMap((text) => {
        if (/^basic\b/i.test(text))
            return ['basic'];
        const fields = [...text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g)];
        const { realm = '', service } = Object.fromEntries(fields.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
        const url = /^bearer\b/i.test(text) ? URL.parse(realm) : null;
        return url && /^https?:$/.test(url.protocol) ? [{ url, service }] : [];
    });
    return offered.find((it) => it !== 'basic' || (has && 'password' in has)) ?? offered[0];
}
function pull_tokenIn(body) {
    try {
        const { token, access_token } = JSON.parse(body.toString('utf8'));
        return [token, access_token].find((it) => typeof it === 'string' && it !== '');
    }
    catch {
        return undefined;
    }
}
function refused(action, on, { status, body }) {
    return new RegistryRefused({ action, on, status, ...readErrorBody(body ?? Buffer.alloc(0)) });
}

;// CONCATENATED MODULE: ./lib/images/model/hash.js



const WORTH_A_THREAD = 64 << 20;
function makeHasher(threads) {
    const hashThere = async (content, algorithm) => `${algorithm}:${await threads.run(content, { work: 'hash', algorithm })}`;
    let here = 0;
    let turn = Promise.resolve();
    const hashHere = async (content, algorithm) => {
        here += content.size;
        const hashed = turn.then(() => hashOf(content, algorithm));
        turn = hashed.catch(() => { });
        try {
            return await hashed;
        }
        finally {
            here -= content.size;
        }
    };
    const known = new Map();
    const keyOf = ({ file, start, size }, algorithm) => JSON.stringify([file.path, start, size, algorithm]);
    return {
        hash: (content, algorithm = 'sha256') => {
            const key = keyOf(content, algorithm);
            const hash = here + content.size > WORTH_A_THREAD ? hashThere : hashHere;
            const digest = known.get(key) ?? hash(content, algorithm);
            known.set(key, digest);
            return digest;
        },
        learn: (content, digest) => known.set(keyOf(content, digest.split(':')[0]), Promise.resolve(digest)),
    };
}
async function hashOf(content, algorithm) {
    const hash = (0,external_node_crypto_.createHash)(algorithm);
    for await (const chunk of openContent(content))
        hash.update(chunk);
    await (await (0,same_file/* openSame */.bY)(content.file)).close();
    return `${algorithm}:${hash.digest('hex')}`;
}

// EXTERNAL MODULE: external "node:worker_threads"
var external_node_worker_threads_ = __webpack_require__(5919);
;// CONCATENATED MODULE: ./lib/images/model/threads.js




const MAX_THREADS = 8;
function makeThreads(count = Math.min(MAX_THREADS, (0,external_node_os_.availableParallelism)())) {
    const idle = [];
    const waiting = [];
    let started = 0;
    const take = () => {
        const worker = idle.pop();
        if (worker)
            return Promise.resolve(worker);
        if (started >= count)
            return new Promise((ready) => waiting.push(ready));
        started++;
        return Promise.resolve(new external_node_worker_threads_.Worker(`(${workOnThread})(${compressSync})`, { eval: true }));
    };
    return {
        count,
        run: async (content, task) => {
            const worker = await take();
            try {
                const { result, code, isChanged } = await ask(worker, { ...content, ...task });
                if (isChanged)
                    throw (0,same_file/* changedFile */.Ne)(content.file);
                if (result === undefined)
                    throw Object.assign(new Error('the file cannot be read'), { code });
                return result;
            }
            finally {
                const next = waiting.shift();
                if (next)
                    next(worker);
                else
                    idle.push(worker);
            }
        },
        close: () => {
            for (const worker of idle.splice(0))
                void worker.terminate();
        },
    };
}
async function ask(worker, question) {
    const given = Promise.withResolvers();
    worker.ref();
    worker.once('message', given.resolve).once('error', given.reject);
    worker.postMessage(question);
    try {
        return await given.promise;
    }
    finally {
        worker.removeAllListeners('message').removeAllListeners('error').unref();
    }
}
function workOnThread(compress) {
    const { parentPort } = process.getBuiltinModule('node:worker_threads');
    const { createHash } = process.getBuiltinModule('node:crypto');
    const zlib = process.getBuiltinModule('node:zlib');
    const fs = process.getBuiltinModule('node:fs');
    let buffer = Buffer.allocUnsafeSlow(1 << 20);
    parentPort?.on('message', ({ file: of, start, size, ...task }) => {
        let file;
        const isSame = (handle) => {
            const found = fs.fstatSync(handle);
            return ['size', 'mtimeMs', 'dev', 'ino'].every((field) => found[field] === of[field]);
        };
        const hashed = (handle, algorithm) => {
            const hash = createHash(algorithm);
            for (let at = 0; at < size;) {
                const length = fs.readSync(handle, buffer, 0, Math.min(buffer.length, size - at), start + at);
                if (length === 0)
                    break;
                at += length;
                hash.update(buffer.subarray(0, length));
            }
            return hash.digest('hex');
        };
        const compressed = (handle, to, into) => {
            if (buffer.length < size)
                buffer = Buffer.allocUnsafeSlow(size);
            for (let at = 0; at < size;) {
                const length = fs.readSync(handle, buffer, at, size - at, start + at);
                if (length === 0)
                    break;
                at += length;
            }
            const bytes = compress(zlib, buffer.subarray(0, size), to);
            const { length } = bytes;
            new Uint8Array(into).set(bytes);
            if (bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === into.byteLength)
                bytes.buffer.transfer(0);
            return length;
        };
        try {
            file = fs.openSync(of.path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
            if (!isSame(file))
                return parentPort.postMessage({ isChanged: true });
            const result = task.work === 'hash' ? hashed(file, task.algorithm) : compressed(file, task.to, task.into);
            parentPort.postMessage(isSame(file) ? { result } : { isChanged: true });
        }
        catch (error) {
            parentPort.postMessage({ code: error.code ?? 'ERROR' });
        }
        finally {
            if (file !== undefined)
                fs.closeSync(file);
        }
    });
}

;// CONCATENATED MODULE: ./lib/images/permissions.js

const UPLOAD = ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'];
function permissionsOf({ registries, pushes, pulled }) {
    const anyPublic = registries.some(({ isPublic }) => isPublic);
    const anyPrivate = registries.some(({ isPublic }) => !isPublic);
    return [
        ...(anyPrivate ? [{ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }] : []),
        ...(anyPublic
            ? [{ actions: ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'], resources: ['*'] }]
            : []),
        ...pushes.flatMap(statementsOf),
        ...pulled
            .filter(({ registry }) => !registry.isPublic)
            .map(({ registry, repository }) => ({
            actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            resources: [repositoryArn(registry, repository)],
        })),
    ];
}
function statementsOf(push) {
    const { registry, repository, create, blobs, asked } = push;
    const service = registry.isPublic ? 'ecr-public' : 'ecr';
    const named = (names) => names.map((name) => `${service}:${name}`);
    const has = (...actions) => blobs.some(({ action }) => actions.includes(action));
    const puts = push.missing.length > 0 || push.tags.some(({ action }) => action === 'put');
    const actions = [
        ...(registry.isPublic ? [] : ['BatchGetImage']),
        ...(asked.settings && !registry.isPublic ? ['DescribeRepositories'] : []),
        ...(create && create !== 'on push' ? ['CreateRepository', ...(create.tags.length > 0 ? ['TagResource'] : [])] : []),
        ...(asked.blobs ? ['BatchCheckLayerAvailability'] : []),
        ...(has('upload', 'compress') ? UPLOAD : []),
        ...(has('mount') ? UPLOAD : []),
        ...(puts ? ['PutImage'] : []),
    ];
    const sources = [...new Set(blobs.flatMap(({ mountFrom }) => mountFrom ?? []))];
    const onAll = [
        ...(asked.templates ? ['ecr:DescribeRepositoryCreationTemplates'] : []),
        ...(asked.aliases ? ['ecr-public:DescribeRegistries'] : []),
    ];
    return [
        ...(onAll.length > 0 ? [{ actions: onAll, resources: ['*'] }] : []),
        { actions: named(actions), resources: [repositoryArn(registry, repository)] },
        ...(registry.isPublic ? [] : asked.configsOf).map((name) => ({
            actions: named(['GetDownloadUrlForLayer']),
            resources: [repositoryArn(registry, name)],
        })),
        ...sources.map((name) => ({
            actions: named(['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer']),
            resources: [repositoryArn(registry, name)],
        })),
    ];
}

;// CONCATENATED MODULE: ./lib/images/model/platform.js

const MAX_CONFIG = 8 << 20;
async function platformOf(node) {
    return node.descriptor.platform ?? (node.kind === 'image' ? platformIn(node) : undefined);
}
async function platformIn({ config: { content } }) {
    if (!content || content.size > MAX_CONFIG)
        return undefined;
    try {
        const config = JSON.parse((await readContent(content)).toString('utf8'));
        const { os, architecture, variant, 'os.version': version, 'os.features': features } = config ?? {};
        if (!isText(os) || !isText(architecture))
            return undefined;
        return {
            architecture,
            os,
            ...(isText(variant) ? { variant } : {}),
            ...(isText(version) ? { 'os.version': version } : {}),
            ...(Array.isArray(features) && features.every(isText) && features.length > 0 ? { 'os.features': features } : {}),
        };
    }
    catch (thrown) {
        if (thrown instanceof SyntaxError)
            return undefined;
        throw thrown;
    }
}
function isText(value) {
    return typeof value === 'string' && value !== '';
}
const ARCHITECTURES = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };
const VARIANTS = { amd64: 'v1', arm64: 'v8', arm: 'v7' };
function normalized({ os = '', architecture = '', variant = '', ...others }) {
    const name = ARCHITECTURES[architecture] ?? architecture;
    const given = others['os.features'];
    const features = Array.isArray(given) ? [...given].sort() : [];
    return JSON.stringify([os, name, variant || VARIANTS[name], others['os.version'] ?? '', features]);
}

;// CONCATENATED MODULE: ./lib/images/plan/coming.js



async function comingImages({ pushes }, digests = []) {
    return Promise.all(pushes.map(async (push, at) => {
        const coming = await comingImage(push);
        return { ...coming, digest: digests[at] ?? coming.digest };
    }));
}
async function comingImage({ registry, repository, tags, image, finished }) {
    const images = imagesOf(image).filter(({ descriptor }) => !isBeside(descriptor));
    const platforms = await Promise.all(images.map(platformOf));
    return {
        repository: repositoryArn(registry, repository),
        tags: tags.filter(({ action }) => action !== 'keep').flatMap(({ tag }) => tag ?? []),
        digest: finished?.descriptor.digest,
        isIndex: image.kind === 'index',
        platforms: platforms.flatMap((it) => (it?.os && it.architecture ? `${it.os}/${it.architecture}` : [])),
    };
}

// EXTERNAL MODULE: ./lib/aws/partition.js
var aws_partition = __webpack_require__(915);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./lib/base/deadline.js
var deadline = __webpack_require__(4361);
;// CONCATENATED MODULE: ./lib/base/edge/json.js

function parseJson(text, problem) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw new base_problem/* Problem */.AF(problem);
    }
}

;// CONCATENATED MODULE: ./lib/images/archive/daemon-address.js








function daemonAddress(env, platform = process.platform) {
    const home = env.HOME || env.USERPROFILE || (0,external_node_os_.homedir)();
    const folder = env.DOCKER_CONFIG || (0,external_node_path_.join)(home, '.docker');
    const context = env.DOCKER_HOST ? 'default' : env.DOCKER_CONTEXT || currentContext(folder) || 'default';
    if (context !== 'default')
        return addressOfContext(context, folder);
    const host = env.DOCKER_HOST || (platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock');
    const verifies = Boolean(env.DOCKER_TLS_VERIFY);
    const tls = verifies || env.DOCKER_TLS ? tlsIn(env.DOCKER_CERT_PATH || folder, { rejectUnauthorized: verifies }) : undefined;
    return parseHost(host, tls, 'DOCKER_HOST');
}
function currentContext(folder) {
    const path = (0,external_node_path_.join)(folder, 'config.json');
    if (!(0,external_node_fs_.existsSync)(path))
        return undefined;
    const text = readDocker(path).trim();
    if (text === '')
        return undefined;
    const { currentContext: name } = (parseJson(text, { on: path, what: 'the docker config is not JSON' }) ?? {});
    return typeof name === 'string' && name !== '' ? name : undefined;
}
function addressOfContext(name, folder) {
    const id = (0,external_node_crypto_.createHash)('sha256').update(name).digest('hex');
    const path = (0,external_node_path_.join)(folder, 'contexts/meta', id, 'meta.json');
    if (!(0,external_node_fs_.existsSync)(path)) {
        throw new base_problem/* Problem */.AF({
            what: `there is no Docker context "${name}"`,
            on: path,
            fix: 'look at docker context ls, and at DOCKER_CONTEXT and DOCKER_CONFIG',
        });
    }
    const meta = parseJson(readDocker(path), { on: path, what: 'the Docker context is not JSON' });
    const { Host, SkipTLSVerify } = meta?.Endpoints?.docker ?? {};
    const certificates = (0,external_node_path_.join)(folder, 'contexts/tls', id, 'docker');
    const tls = (0,external_node_fs_.existsSync)(certificates)
        ? tlsIn(certificates, { rejectUnauthorized: SkipTLSVerify !== true })
        : undefined;
    return parseHost(typeof Host === 'string' ? Host : '', tls, `the Docker context "${name}"`);
}
function tlsIn(folder, { rejectUnauthorized }) {
    const read = (name) => {
        const path = (0,external_node_path_.join)(folder, name);
        return (0,external_node_fs_.existsSync)(path) ? (0,files/* onFileSync */.tA)({ on: path, doing: 'read' }, () => (0,read_text/* readBytes */.io)(path)) : undefined;
    };
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(read);
    return { rejectUnauthorized, ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}
function readDocker(path) {
    return (0,files/* onFileSync */.tA)({ on: path, doing: 'read' }, () => (0,read_text/* readText */.yR)(path));
}
function parseHost(text, tls, named) {
    const [, kind, rest = ''] = /^(unix|npipe|tcp):\/\/(.*)$/.exec(text) ?? [];
    if ((kind === 'unix' || kind === 'npipe') && rest !== '')
        return { socketPath: rest };
    const url = kind === 'tcp' ? URL.parse(`http://${rest}`) : null;
    if (url?.hostname) {
        const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
        return { host, port: Number(url.port || (tls ? 2376 : 2375)), tls };
    }
    throw new base_problem/* Problem */.AF({
        what: `${named} names a daemon in a way that is not understood`,
        fix: 'use unix://, npipe:// or tcp://HOST:PORT, or save the image to a file (docker save) and write docker-archive:FILE',
    });
}

;// CONCATENATED MODULE: ./lib/images/model/parsed-json.js
const MAX_JSON_DEPTH = 100;
const MAX_JSON_PARTS = 100_000;
function parsedJson(bytes) {
    if (isExcessive(bytes))
        return undefined;
    try {
        const value = JSON.parse(bytes.toString('utf8'));
        return typeof value === 'object' && value !== null ? value : undefined;
    }
    catch {
        return undefined;
    }
}
function isExcessive(bytes) {
    let [depth, parts, inString] = [0, 0, false];
    for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at];
        if (inString) {
            if (byte === 0x5c)
                at++;
            else if (byte === 0x22)
                inString = false;
        }
        else if (byte === 0x22)
            inString = true;
        else if (byte === 0x5b || byte === 0x7b) {
            if (++depth > MAX_JSON_DEPTH || ++parts > MAX_JSON_PARTS)
                return true;
        }
        else if (byte === 0x5d || byte === 0x7d)
            depth--;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/images/archive/stale.js



const MARGIN_MS = 10 * 60_000;
function taggedBefore(inspected, began) {
    const { Metadata } = (parsedJson(inspected) ?? {});
    const time = Date.parse(String(Metadata?.LastTagTime ?? ''));
    return began !== undefined && time > 0 && time < began - MARGIN_MS
        ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
        : undefined;
}
function jobBegan({ GITHUB_ENV }) {
    if (!GITHUB_ENV)
        return undefined;
    const stats = (0,external_node_fs_.statSync)((0,external_node_path_.dirname)(GITHUB_ENV), { throwIfNoEntry: false });
    return stats && stats.birthtimeMs > 0 ? stats.birthtimeMs : undefined;
}

;// CONCATENATED MODULE: ./lib/images/archive/daemon.js













const DAEMON_MS = 10_000;
const DAEMON_WHOLE_MS = 60 * 60_000;
const DAEMON_SAVE_MS = 10 * 60_000;
async function saveFromDaemon(name, { runner, signal }, { temp }) {
    const daemon = { address: daemonAddress(runner.env), signal, name };
    const path = (0,external_node_path_.join)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(temp, 'daemon-')), 'image.tar');
    const api = await apiVersion(daemon);
    const tagged = taggedBefore(await inspected(daemon, api), jobBegan(runner.env));
    if (tagged) {
        runner.warning(`docker:${name} has had its tag since ${tagged}, before this job began: it is not what this job built. Builds with a builder of their own (docker/setup-buildx-action) leave an image in the daemon only with --load, and with load: true of docker/build-push-action`);
    }
    const whole = (0,deadline/* deadlineOf */.G)(DAEMON_WHOLE_MS, signal);
    const waiting = setInterval(() => runner.info(`The Docker daemon is preparing ${name}`), 30_000).unref();
    try {
        const answer = await daemon_ask(daemon, `${api}/images/${encodeURIComponent(name)}/get`, DAEMON_SAVE_MS);
        answer.socket.setTimeout(timeouts/* UPLOAD_IDLE_MS */.K, () => answer.destroy(new Error('nothing came for a minute')));
        if (answer.statusCode !== 200)
            throw notGiven(name, answer.statusCode ?? 0, await bodyOf(answer));
        await (0,external_node_stream_promises_.pipeline)(answer, (0,external_node_fs_.createWriteStream)(path, { mode: 0o600 }), { signal: whole.signal });
        return path;
    }
    catch (thrown) {
        if (signal.aborted)
            throw signal.reason;
        const full = diskFull(thrown, path);
        if (full instanceof base_problem/* Problem */.AF)
            throw full;
        throw new base_problem/* Problem */.AF({
            what: `the Docker daemon stopped while saving ${name}`,
            on: shown(daemon.address),
            fix: 'check whether the daemon still runs and has disk space; run the job again if it was an outage',
            cause: thrown,
        });
    }
    finally {
        whole.end();
        clearInterval(waiting);
    }
}
async function apiVersion(daemon) {
    const answer = await daemon_ask(daemon, '/_ping', DAEMON_MS);
    answer.on('error', () => { }).destroy();
    const version = String(answer.headers['api-version'] ?? '');
    return /^\d+\.\d+$/.test(version) ? `/v${version}` : '';
}
async function inspected(daemon, api) {
    try {
        return await bodyOf(await daemon_ask(daemon, `${api}/images/${encodeURIComponent(daemon.name)}/json`, DAEMON_MS), 4 << 20);
    }
    catch {
        daemon.signal.throwIfAborted();
        return Buffer.alloc(0);
    }
}
function bodyOf(answer, limit = 64 << 10) {
    return (0,base_http/* readBody */.x8)({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }, limit);
}
function daemon_ask({ address, signal, name }, path, withinMs) {
    return new Promise((resolve, reject) => {
        const isTls = 'tls' in address && address.tls !== undefined;
        const { tls, ...where } = 'tls' in address ? address : { ...address, tls: undefined };
        const headers = 'socketPath' in where ? { host: 'docker' } : {};
        const options = { ...where, ...tls, path, signal, headers };
        const request = isTls ? external_node_https_.get(options) : external_node_http_.get(options);
        const timer = setTimeout(() => request.destroy(new Error(`no answer in ${withinMs / 1000} s`)), withinMs);
        request.once('response', (answer) => {
            clearTimeout(timer);
            request.on('error', () => { });
            resolve(answer);
        });
        request.once('error', (cause) => {
            clearTimeout(timer);
            if (signal.aborted)
                return reject(signal.reason);
            if (cause.code === 'EACCES')
                return reject(forbidden(address, cause));
            reject(new base_problem/* Problem */.AF({
                what: `no Docker daemon answers at ${shown(address)}`,
                why: `${name} is not a path in the workspace, so the daemon was asked for it: ${cause.code ?? cause.message}`,
                fix: `write a path that exists, or start the daemon, or set DOCKER_HOST or DOCKER_CONTEXT${fromRegistry(name)}`,
                cause,
            }));
        });
    });
}
function forbidden(address, cause) {
    return new base_problem/* Problem */.AF({
        what: `the runner's user may not talk to the Docker daemon at ${shown(address)}`,
        fix: 'add the user to the group docker and start the runner again, or save the image to a file and write docker-archive:FILE',
        cause,
    });
}
function notGiven(name, status, body) {
    return new base_problem/* Problem */.AF({
        what: status === 404
            ? `the Docker daemon has no image ${name}`
            : `the Docker daemon did not give the image ${name} (HTTP ${status})`,
        why: messageIn(body),
        fix: `build it with --load, look at docker images, or write a path with oci: or docker-archive:${fromRegistry(name)}`,
    });
}
function fromRegistry(name) {
    return /^[^/]+[.:][^/]*\//.test(name) ? `; if it is in a registry, write registry:${name}` : '';
}
function shown(address) {
    return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}
function messageIn(body) {
    try {
        const { message } = JSON.parse(body.toString('utf8'));
        return typeof message === 'string' ? message : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/images/model/zstd-frames.js
async function* zstdFrames(chunks) {
    const { more, take, need, held, flush } = reader(chunks);
    while (await more()) {
        const magic = (await need(4)).readUInt32LE(0);
        if (magic >>> 4 === 0x184d2a5) {
            let skip = (await need(4)).readUInt32LE(0);
            flush();
            while (skip > 0) {
                skip -= (await take(skip)).length;
                flush();
            }
            continue;
        }
        if (magic !== 0xfd2fb528)
            throw broken();
        const flags = (await need(1))[0];
        const isSingleSegment = (flags >> 5) & 1;
        await need(1 - isSingleSegment + [0, 1, 2, 4][flags & 3] + [isSingleSegment, 2, 4, 8][flags >> 6]);
        for (let isLast = false; !isLast;) {
            const block = (await need(3)).readUIntLE(0, 3);
            const type = (block >> 1) & 3;
            if (type === 3)
                throw broken();
            isLast = (block & 1) === 1;
            let left = (type === 1 ? 1 : block >> 3) + (isLast && flags & 4 ? 4 : 0);
            while (left > 0)
                left -= (await take(left)).length;
            if (held() > 1 << 20 && !isLast)
                yield flush();
        }
        yield flush();
    }
}
function broken() {
    return Object.assign(new Error('this is not zstd, or it is cut off'), { code: 'Z_DATA_ERROR' });
}
function reader(chunks) {
    const source = chunks[Symbol.asyncIterator]();
    let rest = Buffer.alloc(0);
    let taken = [];
    let size = 0;
    const more = async () => {
        while (rest.length === 0) {
            const next = await source.next();
            if (next.done)
                return false;
            rest = next.value;
        }
        return true;
    };
    const take = async (length) => {
        if (!(await more()))
            throw broken();
        const part = rest.subarray(0, length);
        rest = rest.subarray(part.length);
        taken.push(part);
        size += part.length;
        return part;
    };
    const need = async (length) => {
        let got = Buffer.alloc(0);
        while (got.length < length)
            got = Buffer.concat([got, await take(length - got.length)]);
        return got;
    };
    const flush = () => {
        const joined = Buffer.concat(taken, size);
        taken = [];
        size = 0;
        return joined;
    };
    return { more, take, need, held: () => size, flush };
}

;// CONCATENATED MODULE: ./lib/images/model/unpack.js




const UNPACKED_AT_ONCE = 4;
const CHUNK_SIZE = 512 << 10;
async function unpack(chunks, { compression, maxPlain }) {
    const [packed, plain] = [(0,external_node_crypto_.createHash)('sha256'), (0,external_node_crypto_.createHash)('sha256')];
    const source = chunks[Symbol.asyncIterator]();
    let [size, plainSize, isLost] = [0, 0, false];
    const next = async () => {
        try {
            const result = await source.next();
            if (result.done)
                return undefined;
            packed.update(result.value);
            size += result.value.length;
            return result.value;
        }
        catch (thrown) {
            isLost = true;
            throw thrown;
        }
    };
    async function* read() {
        for (let chunk = await next(); chunk !== undefined; chunk = await next())
            yield chunk;
    }
    const isGzip = compression === 'gzip';
    const inflate = isGzip ? (0,external_node_zlib_.createGunzip)({ chunkSize: CHUNK_SIZE }) : (0,external_node_zlib_.createZstdDecompress)({ chunkSize: CHUNK_SIZE });
    let isWhole = false;
    try {
        await (0,external_node_stream_promises_.pipeline)(isGzip ? read() : zstdFrames(read()), inflate, async (pieces) => {
            for await (const piece of pieces) {
                plain.update(piece);
                plainSize += piece.length;
                giveBack(piece);
                if (plainSize > maxPlain)
                    throw new Error('too large');
            }
        });
        isWhole = !isGzip || inflate.bytesWritten === size;
    }
    catch (thrown) {
        if (isLost)
            throw thrown;
        while ((await next()) !== undefined)
            ;
    }
    return {
        digest: `sha256:${packed.digest('hex')}`,
        size,
        diffId: isWhole ? `sha256:${plain.digest('hex')}` : undefined,
        isTooLarge: plainSize > maxPlain,
    };
}
function giveBack({ buffer, byteOffset, byteLength }) {
    if (buffer instanceof ArrayBuffer && byteOffset + byteLength === buffer.byteLength)
        buffer.transfer(0);
}

;// CONCATENATED MODULE: ./lib/images/archive/tar-header.js
const BLOCK = 512;
function readTarHeader(block) {
    let sum = 8 * 0x20;
    for (let at = 0; at < BLOCK; at++)
        if (at < 148 || at >= 156)
            sum += block[at];
    if (sum !== number(block, 148, 8))
        return undefined;
    const magic = block.toString('latin1', 257, 263);
    const prefix = magic === 'ustar\0' ? tar_header_text(block, 345, 155) : '';
    const name = tar_header_text(block, 0, 100);
    return {
        name: prefix ? `${prefix}/${name}` : name,
        type: block[156] === 0 ? '0' : String.fromCharCode(block[156]),
        size: number(block, 124, 12),
        link: tar_header_text(block, 157, 100),
    };
}
function readPaxRecords(bytes) {
    const records = new Map();
    for (let at = 0; at < bytes.length;) {
        const space = bytes.indexOf(0x20, at);
        const length = space < 0 ? 0 : Number(bytes.toString('latin1', at, space));
        if (!Number.isInteger(length) || length <= 0 || at + length > bytes.length)
            break;
        const record = bytes.toString('utf8', space + 1, at + length - 1);
        const equals = record.indexOf('=');
        if (equals > 0)
            records.set(record.slice(0, equals), record.slice(equals + 1));
        at += length;
    }
    return records;
}
function tar_header_text(block, at, length) {
    const end = block.indexOf(0, at);
    return block.toString('utf8', at, end < 0 || end > at + length ? at + length : end);
}
function number(block, at, length) {
    if (block[at] === 0x80) {
        let value = 0;
        for (let i = at + 1; i < at + length; i++)
            value = value * 256 + block[i];
        return Number.isSafeInteger(value) ? value : -1;
    }
    const digits = tar_header_text(block, at, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : digits === '' ? 0 : -1;
}

;// CONCATENATED MODULE: ./lib/images/archive/format.js



const UNREAD = {
    xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    bzip2: [0x42, 0x5a, 0x68],
    lz4: [0x04, 0x22, 0x4d, 0x18],
    zip: [0x50, 0x4b, 0x03, 0x04],
};
const OTHERS = [
    {
        bytes: [...Buffer.from('version https://git-lfs')],
        what: 'it is a pointer of Git LFS, and not the archive',
        fix: 'check the repository out with its large files: lfs: true of actions/checkout',
    },
    {
        bytes: [...Buffer.from('#!')],
        what: 'it is a script, and not the archive that it writes',
        fix: 'run it before this step, and name what it writes: ./result > image.tar for streamLayeredImage of nix',
    },
    {
        bytes: [...Buffer.from('<')],
        what: 'it is a web page, and not the archive',
        fix: 'see what the address gives that it was downloaded from: curl --fail ends on an error',
    },
    {
        bytes: [...Buffer.from('{')],
        what: 'it is JSON, and not an archive',
        fix: 'name the archive, or the folder that holds index.json; an image of nix2container is copied to one: nix run .#IMAGE.copyTo -- oci:DIR',
    },
    ...[
        [0xff, 0xfe],
        [0x1f, 0xef, 0xbf, 0xbd],
    ].map((bytes) => ({
        bytes,
        what: 'it was written as text by PowerShell: its bytes are not those of the archive',
        fix: 'let the program write the file, without >: docker save -o image.tar NAME',
    })),
];
async function compressionOf(of, at = 0) {
    const first = await firstOf(of, at);
    if (first[0] === 0x1f && first[1] === 0x8b)
        return 'gzip';
    const magic = first.readUInt32LE(0);
    if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5)
        return 'zstd';
    if (readTarHeader(first))
        return undefined;
    return Object.keys(UNREAD).find((name) => beginsWith(first, UNREAD[name]));
}
async function mustBeArchive(of, on) {
    if (of.size === 0) {
        throw new base_problem/* Problem */.AF({ what: 'the file is empty', on, fix: 'see whether the step that writes it has failed' });
    }
    const first = await firstOf(of, 0);
    const other = readTarHeader(first) ? undefined : OTHERS.find(({ bytes }) => beginsWith(first, bytes));
    if (other)
        throw new base_problem/* Problem */.AF({ what: other.what, on, fix: other.fix });
}
function unreadCompression(on, compression) {
    return new base_problem/* Problem */.AF({
        what: `it is compressed with ${compression}, which this action does not read`,
        on,
        fix: 'decompress it before this step, or use gzip or zstd',
    });
}
async function firstOf(of, at) {
    const file = await (0,same_file/* openSame */.bY)(of);
    try {
        return (await file.read(Buffer.alloc(BLOCK), 0, BLOCK, at)).buffer;
    }
    finally {
        await file.close();
    }
}
function beginsWith(first, bytes) {
    return bytes.every((byte, at) => first[at] === byte);
}

;// CONCATENATED MODULE: ./lib/images/archive/limits.js
const MAX_ENTRIES = 200_000;
const MAX_META = 1 << 20;
const MAX_META_OF_ENTRY = 16;
const MAX_HOPS = 32;
const MAX_UNPACKED = 2 ** 30;
const MAX_RATIO = 100;
const MAX_JSON = 8 << 20;
const MAX_MANIFEST = 4 << 20;
const MAX_DEPTH = 6;
const MAX_MANIFESTS = 1000;
const MAX_TOTAL = 64 << 20;

;// CONCATENATED MODULE: ./lib/images/archive/json.js





async function readJson(archive, name) {
    const content = archive.find(name);
    if (!content)
        throw invalid(archive, `it has no ${name}`);
    if (content.size > MAX_JSON)
        throw invalid(archive, `${name} is larger than ${MAX_JSON} bytes`);
    return json_parseJson(archive, name, await readContent(content));
}
function json_parseJson(archive, name, bytes) {
    const value = parsedJson(bytes);
    if (value)
        return value;
    const limits = `is nested more than ${MAX_JSON_DEPTH} deep, or has more than ${MAX_JSON_PARTS} objects and lists`;
    throw invalid(archive, `${name} is not JSON, ${limits}`);
}
function parseDiffIds(config) {
    const { rootfs } = (parsedJson(config) ?? {});
    const ids = rootfs?.diff_ids;
    return Array.isArray(ids) && ids.every((id) => typeof id === 'string' && /^sha256:[0-9a-f]{64}$/.test(id))
        ? ids
        : undefined;
}
async function readDescribed(archive, descriptor, limit = MAX_JSON) {
    const content = archive.findBlob(descriptor.digest);
    if (!content)
        return undefined;
    if (content.size !== descriptor.size) {
        throw invalid(archive, `${descriptor.digest} has ${content.size} bytes and should have ${descriptor.size}`);
    }
    if (content.size > limit)
        throw invalid(archive, `${descriptor.digest} is ${content.size} bytes long: ${limit} are taken`);
    const bytes = await readContent(content);
    const digest = digestOf(bytes, descriptor.digest.startsWith('sha512:') ? 'sha512' : 'sha256');
    if (digest !== descriptor.digest)
        throw invalid(archive, `${descriptor.digest} has different content: ${digest}`);
    return bytes;
}
function checkDescriptors(archive, name, value) {
    if (Array.isArray(value) && value.every(isDescriptor))
        return value;
    throw invalid(archive, `${name} holds something other than descriptors (mediaType, digest, size)`);
}
function invalid(archive, why, hint) {
    const fix = `build or save the image again${hint ? `; ${hint}` : ''}`;
    return new base_problem/* Problem */.AF({ what: 'the image cannot be read', on: archive.path, why, fix });
}

;// CONCATENATED MODULE: ./lib/images/archive/layout.js







async function readLayout(archive, pick) {
    const { manifests } = (await readJson(archive, 'index.json'));
    if (!Array.isArray(manifests) || manifests.length === 0)
        return undefined;
    const all = checkDescriptors(archive, 'index.json', manifests);
    const chosen = pickDescriptor(archive, all, pick);
    if (chosen) {
        const node = await readNode(archive, chosen, newWalk());
        if (node)
            return node;
        throw invalid(archive, `it does not hold ${chosen.digest}, which its index.json names`);
    }
    const bytes = await readContent(archive.find('index.json'));
    const descriptor = { mediaType: OCI.index, digest: digestOf(bytes), size: bytes.length };
    return readIndex(archive, { descriptor, bytes }, newWalk());
}
function pickDescriptor(archive, all, pick) {
    if (pick !== undefined) {
        const found = all.filter((it) => isDigest(it.digest, pick) || namesOf(it).some((name) => isNamed(name, pick)));
        if (found.length > 0 && found.every((it) => it.digest === found[0].digest))
            return found[0];
        throw choose(archive, all, `${found.length === 0 ? 'no' : 'more than one'} image is called "${pick}"`);
    }
    const images = all.filter((it) => !isAttestation(it));
    if (new Set(all.map(({ digest }) => digest)).size === 1)
        return all[0];
    const names = new Set(images.flatMap(namesOf));
    const platforms = new Set(images.map(platformName));
    if (names.size <= 1 && images.every((it) => it.platform) && platforms.size === images.length)
        return undefined;
    throw choose(archive, all, 'it holds several images');
}
function namesOf({ annotations }) {
    const keys = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
    return keys.map((key) => annotations?.[key]).filter((name) => typeof name === 'string');
}
function isNamed(name, pick) {
    return (name === pick ||
        name.endsWith(`:${pick}`) ||
        [pick, `${pick}:latest`].some((it) => name === it || name.endsWith(`/${it}`)));
}
function isDigest(digest, pick) {
    return /^sha\d+:[0-9a-f]{6,}$/.test(pick) && digest.startsWith(pick);
}
function choose(archive, all, why) {
    const names = all.map((it) => namesOf(it)[0]);
    const lines = all.map((it, at) => {
        const name = names[at];
        return name && names.indexOf(name) === names.lastIndexOf(name) ? `#${name}` : `#${it.digest} (${kindOf(it)})`;
    });
    return new base_problem/* Problem */.AF({
        what: 'which image to push is not clear',
        on: archive.path,
        why,
        fix: `write one of these after the path:\n${lines.slice(0, 20).join('\n')}`,
    });
}
function kindOf(descriptor) {
    const { platform, artifactType, annotations } = descriptor;
    return platform ? platformName(descriptor) : (artifactType ?? annotations?.kind ?? platformName(descriptor));
}
const newWalk = () => ({ depth: 0, read: { count: 0, total: 0 }, seen: new Map() });
async function readNode(archive, descriptor, walk) {
    walk.read.count++;
    if (walk.read.count > MAX_MANIFESTS)
        throw tooMany(archive);
    if (walk.depth > MAX_DEPTH)
        throw invalid(archive, `its indexes are nested more than ${MAX_DEPTH} deep`);
    const key = `${descriptor.mediaType} ${descriptor.digest}`;
    const before = walk.seen.get(key);
    if (before) {
        walk.read.count += before.count;
        if (walk.read.count > MAX_MANIFESTS)
            throw tooMany(archive);
        return before.node && { ...before.node, descriptor };
    }
    const counted = walk.read.count;
    const node = await readUnseen(archive, descriptor, walk);
    walk.seen.set(key, { node, count: walk.read.count - counted });
    return node;
}
function tooMany(archive) {
    return invalid(archive, `it names more than ${MAX_MANIFESTS} manifests`);
}
async function readUnseen(archive, descriptor, walk) {
    const bytes = await readDescribed(archive, descriptor, MAX_MANIFEST);
    if (!bytes)
        return undefined;
    walk.read.total += bytes.length;
    if (walk.read.total > MAX_TOTAL)
        throw invalid(archive, `its manifests are more than ${MAX_TOTAL} bytes together`);
    if (isIndex(descriptor.mediaType))
        return readIndex(archive, { descriptor, bytes }, walk);
    const manifest = json_parseJson(archive, descriptor.digest, bytes);
    if (!isDescriptor(manifest.config))
        throw invalid(archive, `${descriptor.digest} is not the manifest of an image`);
    if (manifest.config.mediaType === BUILD_CACHE)
        throw buildCache(archive);
    const layers = checkDescriptors(archive, descriptor.digest, manifest.layers ?? []);
    const mediaType = [OCI.manifest, DOCKER.manifest].find((it) => it === manifest.mediaType) ?? descriptor.mediaType;
    return {
        kind: 'image',
        descriptor: { ...descriptor, mediaType },
        bytes,
        manifest: { ...manifest, layers },
        config: blobOf(archive, manifest.config),
        layers: layers.map((layer) => blobOf(archive, layer)),
        diffIds: layers.some(({ mediaType }) => isUncompressed(mediaType))
            ? await diffIdsIn(archive, manifest.config)
            : undefined,
    };
}
async function diffIdsIn(archive, config) {
    if (!isImageConfig(config.mediaType))
        return undefined;
    const bytes = await readDescribed(archive, config);
    return bytes && parseDiffIds(bytes);
}
async function readIndex(archive, { descriptor, bytes }, walk) {
    const index = json_parseJson(archive, descriptor.digest, bytes);
    const manifests = checkDescriptors(archive, descriptor.digest, index.manifests);
    if (manifests.some(({ mediaType }) => mediaType === BUILD_CACHE))
        throw buildCache(archive);
    const children = [];
    const absent = [];
    for (const child of manifests) {
        const node = await readNode(archive, child, { ...walk, depth: walk.depth + 1 });
        if (node)
            children.push(node);
        else
            absent.push(child);
    }
    if (children.length === 0)
        throw invalid(archive, `it holds none of the images that ${descriptor.digest} names`);
    return { kind: 'index', descriptor, bytes, index, children, absent };
}
function buildCache({ path }) {
    return new base_problem/* Problem */.AF({
        what: 'this is a build cache (cache-to of buildx), and not an image',
        on: path,
        fix: 'let the build write the image as well (docker buildx build --output type=oci,dest=image.tar), and name that',
    });
}
function blobOf(archive, descriptor) {
    const content = archive.findBlob(descriptor.digest);
    if (!content && isForeign(descriptor))
        return { descriptor, content: undefined };
    if (!content) {
        const hint = 'pack build --sparse leaves the layers of the run image out';
        throw invalid(archive, `it does not hold the blob ${descriptor.digest}`, hint);
    }
    if (content.size !== descriptor.size) {
        throw invalid(archive, `${descriptor.digest} has ${content.size} bytes and should have ${descriptor.size}`);
    }
    return { descriptor, content };
}

;// CONCATENATED MODULE: ./lib/images/archive/docker.js









async function readDockerArchive(archive, pick, hasher) {
    const entry = await pickEntry(archive, pick);
    const names = entry.Layers ?? [];
    const configContent = archive.find(entry.Config);
    if (!configContent)
        throw invalid(archive, `it does not hold the config ${entry.Config}`);
    if (configContent.size > 8 << 20)
        throw invalid(archive, `its config is ${configContent.size} bytes long`);
    const configBytes = await readContent(configContent);
    const diffIds = parseDiffIds(configBytes) ?? (names.length === 0 ? [] : undefined);
    if (!diffIds)
        throw invalid(archive, 'its config names no layers (rootfs.diff_ids)');
    if (diffIds.length !== names.length) {
        throw invalid(archive, `it has ${names.length} layers, and its config names ${diffIds.length}`);
    }
    const found = [];
    for (const name of names) {
        const content = archive.find(name);
        if (!content)
            throw invalid(archive, `it does not hold the layer ${name}`);
        const format = await compressionOf(content.file, content.start);
        if (format !== undefined && format !== 'gzip' && format !== 'zstd')
            throw unreadCompression(`${archive.path}: ${name}`, format);
        found.push({ name, content, compression: format });
    }
    const types = found.some(({ compression }) => compression === 'zstd') ? OCI : DOCKER;
    const digests = await (0,parallel/* atMost */.Tu)(UNPACKED_AT_ONCE, [...found.entries()], async ([at, { name, content, compression }]) => {
        const diffId = diffIds[at];
        return compression ? checkedDigest({ archive, name, hasher }, { content, compression, diffId }) : diffId;
    });
    const layers = found.map(({ content, compression }, at) => {
        const descriptor = { mediaType: docker_layerType(types, compression), digest: digests[at], size: content.size };
        return { descriptor, content };
    });
    const config = { mediaType: types.config, digest: digestOf(configBytes), size: configBytes.length };
    return imageOf(types.manifest, { descriptor: config, content: configContent }, { layers, diffIds });
}
const maxPlainOf = (size) => Math.max(8 * 2 ** 30, 100 * size);
async function checkedDigest({ archive, name, hasher }, { content, compression, diffId }) {
    const unpacked = await unpackContent(content, compression);
    hasher.learn(content, unpacked.digest);
    if (unpacked.diffId === diffId)
        return unpacked.digest;
    if (unpacked.isTooLarge)
        throw invalid(archive, `its layer ${name} becomes more than a hundred times larger`);
    if (!unpacked.diffId)
        throw invalid(archive, `its layer ${name} cannot be decompressed: it is damaged or cut off`);
    const what = `its layer ${name} is ${unpacked.diffId} and should be ${diffId}`;
    throw invalid(archive, `${what}: it is another layer, or damaged`);
}
async function unpackContent({ file, start, size }, compression) {
    const handle = await (0,same_file/* openSame */.bY)(file);
    try {
        const end = start + size - 1;
        const chunks = handle.createReadStream({ start, end, highWaterMark: READ_SIZE, autoClose: false });
        return await unpack(chunks, { compression, maxPlain: maxPlainOf(size) });
    }
    finally {
        await handle.close();
    }
}
function docker_layerType(types, compression) {
    if (!compression)
        return types.layer;
    return types === DOCKER ? DOCKER.gzipLayer : `${OCI.layer}+${compression}`;
}
function imageOf(mediaType, config, { layers, diffIds }) {
    const manifest = {
        schemaVersion: 2,
        mediaType,
        config: config.descriptor,
        layers: layers.map(({ descriptor }) => descriptor),
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    return { kind: 'image', descriptor, bytes, manifest, config, layers, diffIds };
}
async function pickEntry(archive, pick) {
    const listed = archive.find('manifest.json');
    const isNull = listed.size < 16 && (await readContent(listed)).toString().trim() === 'null';
    const entries = isNull ? [] : await readJson(archive, 'manifest.json');
    if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isEntry)) {
        throw invalid(archive, 'manifest.json lists no images', 'kaniko writes it so where --destination is missing');
    }
    const all = entries;
    const named = all.filter((it) => pick === undefined ||
        isDigest(idOf(it), pick) ||
        idOf(it) === pick ||
        it.RepoTags?.some((tag) => isNamed(tag, pick)));
    const found = [...new Map(named.map((it) => [JSON.stringify([it.Config, it.Layers]), it])).values()];
    if (found.length === 1)
        return found[0];
    const names = all.map((it) => ({
        mediaType: '',
        size: 0,
        digest: idOf(it),
        annotations: { 'io.containerd.image.name': it.RepoTags?.[0] ?? idOf(it) },
    }));
    throw choose(archive, names, pick === undefined ? 'it holds several images' : `${found.length} images are called "${pick}"`);
}
function idOf({ Config }) {
    const [hex] = /[0-9a-f]{64}/.exec(Config) ?? [];
    return hex ? `sha256:${hex}` : Config;
}
function isEntry(value) {
    const it = (value ?? {});
    return (typeof it.Config === 'string' &&
        (it.Layers === null || isStrings(it.Layers)) &&
        (it.RepoTags === undefined || it.RepoTags === null || isStrings(it.RepoTags)));
}
function isStrings(value) {
    return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

// EXTERNAL MODULE: ./lib/base/path-fence.js
var path_fence = __webpack_require__(7562);
;// CONCATENATED MODULE: ./lib/images/archive/archive.js





function folderArchive(path, fence) {
    return {
        path,
        find: (name) => {
            const given = (0,external_node_path_.join)(path, name);
            if (!(0,path_fence/* isWithin */.UO)(given, path))
                throw leaves(path, name);
            try {
                const found = (0,path_fence/* fenced */.OF)(given, fence);
                return found?.stats.isFile() ? wholeOf(found.path, found.stats) : undefined;
            }
            catch (thrown) {
                if (!(thrown instanceof base_problem/* Problem */.AF))
                    throw thrown;
                throw new base_problem/* Problem */.AF({ ...thrown.details, on: `${path}: ${name}` });
            }
        },
        findBlob: (digest) => {
            const given = (0,external_node_path_.join)(path, blobPath(digest));
            try {
                const real = (0,external_node_fs_.realpathSync)(given);
                const stat = (0,external_node_fs_.statSync)(real);
                return stat.isFile() ? wholeOf(real, stat) : undefined;
            }
            catch (thrown) {
                const { code } = thrown;
                if (code === 'ENOENT' && (0,external_node_fs_.lstatSync)(given, { throwIfNoEntry: false }))
                    throw leadsNowhere(digest, path);
                if (code === 'ENOENT' || code === 'ENOTDIR')
                    return undefined;
                if (code === 'ELOOP')
                    throw new base_problem/* Problem */.AF({
                        what: `the link of ${digest} leads back to itself`,
                        on: path,
                        fix: 'save the image again; a blob may be a link, but to a file',
                    });
                throw thrown;
            }
        },
    };
}
function leadsNowhere(digest, on) {
    return new base_problem/* Problem */.AF({
        what: `the link of ${digest} leads to a file that is not there`,
        on,
        why: 'its build made it elsewhere and did not bring it here, as bazel does with a remote cache',
        fix: 'build it with all its outputs: bazel build --remote_download_outputs=all',
    });
}
function wholeOf(path, stats) {
    return { file: (0,same_file/* stateOf */.L4)(path, stats), start: 0, size: stats.size };
}
const STORES = ['/nix/store', '/gnu/store'];
function buildOutputs(path) {
    try {
        const [, base] = /^(.+)\/execroot\/[^/]+\/bazel-out\//.exec(`${(0,external_node_fs_.realpathSync)(path)}/`) ?? [];
        return base ? [...STORES, base] : STORES;
    }
    catch {
        return STORES;
    }
}
function blobPath(digest) {
    return `blobs/${digest.replace(':', '/')}`;
}
function leaves(path, name) {
    return new base_problem/* Problem */.AF({ what: `${name} leaves the folder`, on: path, fix: 'build or save the image again' });
}

;// CONCATENATED MODULE: ./lib/images/archive/tar.js






const WINDOW = 64 << 10;
async function indexTar(of, shown = of.path) {
    const file = await (0,same_file/* openSame */.bY)(of);
    try {
        const entries = await readEntries(shown, of.size, windowed(file));
        const find = (name) => follow({ file: of, shown }, entries, name);
        const findBlob = (digest) => find(blobPath(digest)) ?? findFlat(digest, find);
        return { path: shown, names: [...entries.keys()], find, findBlob };
    }
    finally {
        await file.close();
    }
}
function findFlat(digest, find) {
    return find(digest) ?? find(`${digest.replace(/^\w+:/, '')}.tar.gz`);
}
async function readEntries(path, end, read) {
    const entries = new Map();
    const meta = new Map();
    let metaHeaders = 0;
    for (let at = 0, count = 0;; count++) {
        if (count > MAX_ENTRIES)
            throw tar_broken(path, `it has more than ${MAX_ENTRIES} entries`);
        if (at + BLOCK > end)
            throw truncated(path, end);
        const block = await read(at, BLOCK);
        if (block.every((byte) => byte === 0))
            return entries;
        const header = readTarHeader(block);
        if (!header)
            throw tar_broken(path, at === 0 ? 'it is not a tar' : `the header at byte ${at} has a wrong checksum`);
        const size = contentSize(header, meta, path);
        const start = at + BLOCK;
        if (start + size > end)
            throw truncated(path, end, meta.get('path') ?? header.name);
        if ('xgLK'.includes(header.type)) {
            if (size > MAX_META)
                throw tar_broken(path, `the header at byte ${at} is ${size} bytes long`);
            if (++metaHeaders > MAX_META_OF_ENTRY)
                throw tar_broken(path, `an entry at byte ${at} has more than ${MAX_META_OF_ENTRY} headers`);
            if (header.type !== 'g')
                for (const [key, value] of await metaOf(header, () => read(start, size)))
                    meta.set(key, value);
        }
        else {
            addEntry(entries, { header, meta }, { start, size, path });
            meta.clear();
            metaHeaders = 0;
        }
        at = start + Math.ceil(size / BLOCK) * BLOCK;
    }
}
function contentSize(header, meta, path) {
    if ('12345'.includes(header.type))
        return 0;
    const isMeta = 'xgLK'.includes(header.type);
    const size = isMeta || !meta.has('size') ? header.size : Number(meta.get('size'));
    if (!Number.isSafeInteger(size) || size < 0)
        throw tar_broken(path, `the size of ${tar_shown(header.name)} is not a number`);
    return size;
}
async function metaOf(header, read) {
    const bytes = await read();
    if (header.type === 'x')
        return readPaxRecords(bytes);
    const end = bytes.indexOf(0);
    return new Map([
        [header.type === 'L' ? 'path' : 'linkpath', bytes.toString('utf8', 0, end < 0 ? bytes.length : end)],
    ]);
}
function addEntry(entries, { header, meta }, { start, size, path }) {
    const given = meta.get('path') ?? header.name;
    const name = inside(given);
    if (name === undefined)
        throw tar_broken(path, `the entry ${tar_shown(given)} leaves the archive`);
    const link = meta.get('linkpath') ?? header.link;
    if (header.type === '0' || header.type === '7') {
        if ([...meta.keys()].some((key) => key.startsWith('GNU.sparse')))
            throw tar_broken(path, `${tar_shown(name)} is sparse`);
        entries.set(name, { kind: 'file', start, size });
    }
    else if (header.type === '1' || header.type === '2') {
        const to = inside(header.type === '2' ? external_node_path_.posix.join(external_node_path_.posix.dirname(name), link) : link);
        if (to === undefined || (header.type === '2' && link.startsWith('/'))) {
            throw tar_broken(path, `the link ${tar_shown(name)} leaves the archive`);
        }
        entries.set(name, { kind: 'link', to });
    }
    else if (header.type === 'S')
        throw tar_broken(path, `${tar_shown(name)} is sparse`);
}
function follow({ file, shown: on }, entries, name) {
    let at = inside(name);
    for (let hop = 0; hop < MAX_HOPS && at !== undefined; hop++) {
        const entry = entries.get(at);
        if (!entry)
            return undefined;
        if (entry.kind === 'file')
            return { file, start: entry.start, size: entry.size };
        at = entry.to;
    }
    throw tar_broken(on, `the link ${tar_shown(name)} leads back to itself`);
}
function inside(name) {
    if (name.startsWith('/') || name.includes('\0'))
        return undefined;
    const normal = external_node_path_.posix.normalize(name).replace(/\/$/, '');
    return normal === '..' || normal.startsWith('../') ? undefined : normal;
}
function windowed(file) {
    let window = Buffer.alloc(0);
    let from = 0;
    return async (at, length) => {
        if (at < from || at + length > from + window.length) {
            const buffer = Buffer.allocUnsafe(Math.max(length, WINDOW));
            const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
            window = buffer.subarray(0, bytesRead);
            from = at;
        }
        return window.subarray(at - from, at - from + length);
    };
}
function tar_shown(name) {
    return `"${name.slice(0, 100).replaceAll(/[\x00-\x1f\x7f]/g, '?')}"`;
}
function tar_broken(path, why) {
    return new base_problem/* Problem */.AF({ what: 'the archive cannot be read', on: path, why, fix: 'make the archive again' });
}
function truncated(path, end, entry) {
    const where = entry === undefined ? '' : ` inside ${tar_shown(entry)}`;
    return new base_problem/* Problem */.AF({
        what: `the archive is cut off${where}, after ${end} bytes`,
        on: path,
        fix: 'check whether the disk was full or a download broke off, and make the archive again',
    });
}

;// CONCATENATED MODULE: ./lib/images/archive/open.js















async function openArchive(located, places) {
    const { path, shown } = located;
    const fence = { workspace: places.workspace, temp: places.runnerTemp, also: buildOutputs(path) };
    const found = located.isOwn ? undefined : (0,path_fence/* fenced */.OF)(path, fence);
    if (!located.isOwn && !found)
        throw new base_problem/* Problem */.AF({
            what: 'there is no such file or folder',
            on: shown,
            fix: 'look at the step that should have made it; paths are relative to the workspace',
        });
    if (found?.stats.isDirectory())
        return { ...folderArchive(path, fence), path: shown };
    const file = (0,same_file/* stateOf */.L4)(path, found?.stats ?? (0,external_node_fs_.statSync)(path));
    await mustBeArchive(file, shown);
    const outer = await compressionOf(file);
    if (outer === undefined)
        return indexTar(file, shown);
    if (outer !== 'gzip' && outer !== 'zstd')
        throw unreadCompression(shown, outer);
    return indexTar(await open_unpack({ file, shown }, outer, places), shown);
}
async function open_unpack({ file, shown }, outer, { temp, signal }) {
    const unpacked = (0,external_node_path_.join)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(temp, 'archive-')), 'image.tar');
    const handle = await (0,same_file/* openSame */.bY)(file);
    const source = handle.createReadStream({ highWaterMark: 256 << 10, autoClose: false });
    const bounded = async function* (chunks) {
        let size = 0;
        for await (const chunk of chunks) {
            size += chunk.length;
            if (size > MAX_UNPACKED && size > MAX_RATIO * source.bytesRead)
                throw bomb(shown, size, source.bytesRead);
            yield chunk;
        }
    };
    const target = (0,external_node_fs_.createWriteStream)(unpacked, { mode: 0o600 });
    try {
        if (outer === 'gzip')
            await (0,external_node_stream_promises_.pipeline)(source, (0,external_node_zlib_.createGunzip)(), bounded, target, { signal });
        else
            await (0,external_node_stream_promises_.pipeline)(source, zstdFrames, (0,external_node_zlib_.createZstdDecompress)(), bounded, target, { signal });
        (0,same_file/* mustBeSame */.PA)(await handle.stat(), file);
        return (0,same_file/* stateOf */.L4)(unpacked, (0,external_node_fs_.statSync)(unpacked));
    }
    catch (thrown) {
        signal.throwIfAborted();
        if (thrown instanceof base_problem/* Problem */.AF)
            throw thrown;
        const full = diskFull(thrown, unpacked);
        if (full instanceof base_problem/* Problem */.AF)
            throw full;
        throw new base_problem/* Problem */.AF({
            what: 'the archive cannot be decompressed',
            on: shown,
            why: `it is ${outer}-compressed, and broken or cut off`,
            fix: 'make the archive again',
            cause: thrown,
        });
    }
    finally {
        await handle.close();
    }
}
function bomb(on, size, read) {
    return new base_problem/* Problem */.AF({
        what: 'the archive is refused: it becomes too large',
        on,
        why: `${(0,units/* formatBytes */.z3)(read)} of it became ${(0,units/* formatBytes */.z3)(size)}, and an archive may become ${(0,units/* formatBytes */.z3)(MAX_UNPACKED)}, or ${MAX_RATIO} times as large`,
        fix: 'if it is what you built, decompress it before this step',
    });
}

;// CONCATENATED MODULE: ./lib/images/archive/index.js




async function readImage(located, pick, places) {
    const archive = await openArchive(located, places);
    const hasDocker = archive.find('manifest.json') !== undefined;
    const isNamedThere = pick !== undefined && hasDocker && !archive.find('oci-layout');
    if (archive.find('index.json') && !isNamedThere) {
        const node = await readLayout(archive, pick);
        if (node && !(hasDocker && isHollow(node)))
            return node;
    }
    if (hasDocker)
        return readDockerArchive(archive, pick, places.hasher);
    throw new base_problem/* Problem */.AF({
        what: 'the image cannot be read',
        on: archive.path,
        why: 'it has neither the index.json of an OCI layout with an image, nor the manifest.json of a docker-archive',
        fix: deeper(archive.names ?? []) ?? NOT_AN_IMAGE,
    });
}
const NOT_AN_IMAGE = 'build or save the image again: docker save and buildx --output type=oci or type=docker write images; docker export, and type=tar or type=local, only its files';
function deeper(names) {
    const layout = names.find((name) => name.endsWith('/oci-layout'));
    if (layout) {
        const folder = layout.slice(0, -'/oci-layout'.length);
        return `its image is in the folder ${folder}: make the archive from within it (tar -C ${folder} -cf image.tar .)`;
    }
    const [only, ...others] = names;
    return others.length === 0 && only && /\.tar(\.\w+)?$/.test(only)
        ? `it holds ${only}: unpack it, and name that`
        : undefined;
}
function isHollow(node) {
    return node.kind === 'image' && node.layers.length === 0;
}

// EXTERNAL MODULE: ./lib/images/line.js
var line = __webpack_require__(2582);
// EXTERNAL MODULE: ./lib/base/quote.js
var quote = __webpack_require__(6637);
;// CONCATENATED MODULE: ./lib/images/registry/registries.js







async function openRegistries(names, hosts, access) {
    const { accountId, region } = access.session;
    const own = { kind: 'account', account: accountId };
    const listed = names.length > 0 ? names : [own];
    const further = hosts.filter((host) => host !== undefined).map(nameOfHost);
    const wanted = [...listed, ...further].map((name) => wantedOf(name, region));
    mustBeOfPartition(wanted, access.session);
    const regions = [...new Set(wanted.flatMap((it) => (it === 'public' ? [] : [it.region])))];
    const tokens = new Map();
    const work = regions.map(async (at) => {
        const accounts = wanted.flatMap((it) => (it !== 'public' && it.region === at ? [it.account] : []));
        tokens.set(at, await tokenOf(at, [...new Set(accounts)], access));
    });
    const ecrPublic = wanted.includes('public') ? publicRegistry(access) : undefined;
    await Promise.all([...work, ecrPublic]);
    const all = [];
    for (const it of wanted) {
        const registry = it === 'public' ? await ecrPublic : registryOf(it, tokens.get(it.region), access);
        if (!all.some(({ host }) => host === registry.host))
            all.push(registry);
    }
    return { all, find: (host) => find(all, host), known: (host) => known(all, host) };
}
function mustBeOfPartition(wanted, { partition }) {
    for (const it of wanted) {
        const other = it === 'public' ? 'aws' : (0,aws_partition/* partitionOf */.iQ)(it.region).name;
        if (other === partition)
            continue;
        throw new base_problem/* Problem */.AF({
            what: `${it === 'public' ? 'ECR Public' : `the registry ${it.host ?? `of ${it.account} in ${it.region}`}`} is in the partition ${other}, and the role is in ${partition}`,
            fix: `push to it in a step of its own that assumes a role of ${other}; that step can read images of ${partition} with the login that this one leaves (ecr-login: true)`,
        });
    }
}
function nameOfHost(host) {
    return (0,ecr_hosts/* isPublicHost */.sw)(host) ? { kind: 'public' } : { kind: 'host', host };
}
function wantedOf(name, region) {
    if (name.kind === 'public')
        return 'public';
    if (name.kind === 'account')
        return { account: name.account, region, host: undefined };
    const parsed = (0,ecr_hosts/* parsePrivateHost */.jp)(name.host);
    return { account: parsed?.account ?? '', region: parsed?.region ?? region, host: name.host };
}
async function tokenOf(region, accounts, { aws, http, runner, session }) {
    const ecr = new dist_cjs/* ECRClient */.S70(aws.client(region));
    const ask = async (registryIds) => {
        const command = new dist_cjs/* GetAuthorizationTokenCommand */.Eu6({ registryIds });
        const answer = await aws.call('ecr:GetAuthorizationToken', (abortSignal) => ecr.send(command, { abortSignal }));
        const data = answer.authorizationData ?? [];
        for (const { authorizationToken } of data)
            maskToken(runner.mask, authorizationToken ?? '');
        return data;
    };
    const [first] = await ask();
    if (!first?.authorizationToken || !first.proxyEndpoint)
        throw new base_problem/* Problem */.AF({ what: 'ECR gave no login', on: region, fix: base_problem/* CHECK_ENDPOINTS */.EY });
    const endpoint = checkedEndpoint(first.proxyEndpoint, http);
    const endpoints = new Map([[session.accountId, endpoint]]);
    const others = accounts.filter((account) => account !== session.accountId && account !== '');
    const form = (0,ecr_hosts/* parsePrivateHost */.jp)(endpoint.host);
    for (const account of form ? others : []) {
        endpoints.set(account, new URL(`https://${(0,ecr_hosts/* formatPrivateHost */.Xy)({ ...form, account })}`));
    }
    const answers = form || others.length === 0 ? [] : await ask([...others]);
    for (const [at, { proxyEndpoint }] of answers.entries()) {
        if (proxyEndpoint)
            endpoints.set(others[at], checkedEndpoint(proxyEndpoint, http));
    }
    const token = {
        secret: first.authorizationToken,
        endpoints,
        renew: async () => {
            const [again] = await ask();
            if (again?.authorizationToken)
                token.secret = again.authorizationToken;
        },
    };
    return token;
}
function checkedEndpoint(text, { check }) {
    if (!/^https?:/.test(text) || !URL.canParse(text)) {
        throw new base_problem/* Problem */.AF({
            what: `ECR gave an address of the registry that is not a URL: ${(0,quote/* quote */.h)(text)}`,
            fix: base_problem/* CHECK_ENDPOINTS */.EY,
        });
    }
    const url = new URL(text);
    check(url);
    return url;
}
function registryOf({ account, region, host }, token, { session }) {
    const endpoint = token.endpoints.get(account || session.accountId) ?? [...token.endpoints.values()][0];
    const given = host === undefined ? undefined : (0,ecr_hosts/* parsePrivateHost */.jp)(host);
    const parsed = given && (0,ecr_hosts/* parsePrivateHost */.jp)(endpoint.host) ? given : (0,ecr_hosts/* parsePrivateHost */.jp)(endpoint.host);
    const name = parsed ? (0,ecr_hosts/* formatPrivateHost */.Xy)(parsed) : endpoint.host;
    return {
        host: name,
        hosts: parsed ? (0,ecr_hosts/* spellings */.cl)(parsed) : [name, ...(given ? (0,ecr_hosts/* spellings */.cl)(given) : [])],
        base: parsed ? new URL(`https://${name}`) : endpoint,
        account: account || session.accountId,
        region,
        partition: session.partition,
        isPublic: false,
        password: passwordOf(token.secret),
        authorization: async () => `Basic ${token.secret}`,
        renew: () => token.renew(),
    };
}
function known(all, host) {
    const wanted = (0,ecr_hosts/* isPublicHost */.sw)(host) ? ecr_hosts/* PUBLIC_HOSTS */.OI[0] : host;
    return all.find((it) => it.host === wanted) ?? all.find((it) => it.hosts.includes(wanted));
}
function find(all, host) {
    if (host === undefined)
        return all[0];
    const found = known(all, host);
    if (found)
        return found;
    throw new base_problem/* Problem */.AF({
        what: `${host} is not one of the step's registries`,
        fix: `write one of ${all.map((it) => it.host).join(', ')}, or add it to ecr-registries`,
    });
}

;// CONCATENATED MODULE: ./lib/images/registry/remote.js





const remote_MAX_DEPTH = 6;
const remote_MAX_MANIFESTS = 1000;
const AT_ONCE = 32;
async function readRemoteImage(image) {
    const remote = await manifestOf(image);
    if (!remote) {
        throw new base_problem/* Problem */.AF({
            what: 'the registry does not hold this image',
            on: nameOf(image),
            fix: missingFix(image),
        });
    }
    const { digest, mediaType, bytes } = remote;
    if (!ACCEPTED_MANIFESTS.split(', ').includes(mediaType)) {
        throw new base_problem/* Problem */.AF({
            what: `a manifest of the type ${mediaType} is not copied`,
            on: nameOf(image),
            ...(mediaType.includes('manifest.v1') ? { why: "it is Docker's first format, from before 2017" } : {}),
            fix: 'pull the image, and push it again with a current tool',
        });
    }
    return remote_readNode({ ...image, read: { count: 0 } }, remote, {
        depth: 0,
        descriptor: { mediaType, digest, size: bytes.length },
    });
}
function missingFix({ repository: { arn }, reference }) {
    const check = 'check the name, and whether the job that pushes it has succeeded';
    if (!/^arn:[^:]+:ecr:/.test(arn))
        return check;
    return `${check};
${archivedFix(arn, reference)};
or, if a pull-through cache is to bring it, whether its upstream registry holds it, and whether the role may ecr:BatchImportUpstreamImage (and ecr:CreateRepository, for a new repository) on ${arn}`;
}
async function manifestOf({ repository, reference }) {
    try {
        return await repository.manifest(reference);
    }
    catch (thrown) {
        if (thrown instanceof RegistryRefused && thrown.code === 'NAME_UNKNOWN' && !thrown.isOfUpstream)
            return undefined;
        throw thrown;
    }
}
async function remote_readNode(reading, { bytes }, { depth, descriptor }) {
    if (++reading.read.count > remote_MAX_MANIFESTS || depth > remote_MAX_DEPTH)
        throw remote_tooMany(reading);
    const parsed = JSON.parse(bytes.toString('utf8'));
    if (isIndex(descriptor.mediaType)) {
        const listed = descriptorsOf(reading, parsed.manifests);
        if (reading.read.count + listed.length > remote_MAX_MANIFESTS)
            throw remote_tooMany(reading);
        if (listed.some(({ mediaType }) => mediaType === BUILD_CACHE)) {
            const fix = 'name an image; buildx itself can write the cache to another repository';
            throw new base_problem/* Problem */.AF({ what: 'this is a build cache of buildx, and not an image', on: nameOf(reading), fix });
        }
        const nodes = [];
        await (0,parallel/* eachOf */.pQ)(listed.entries(), AT_ONCE, async ([at, child]) => {
            const remote = await reading.repository.manifest(child.digest);
            nodes[at] = remote && (await remote_readNode(reading, remote, { depth: depth + 1, descriptor: child }));
        });
        const children = nodes.filter((it) => it !== undefined);
        const absent = listed.filter((_, at) => nodes[at] === undefined);
        if (absent.length > 0)
            throw incomplete(reading, absent);
        return { kind: 'index', descriptor, bytes, index: parsed, children, absent };
    }
    const [config] = descriptorsOf(reading, [parsed.config]);
    const layers = descriptorsOf(reading, parsed.layers ?? []);
    const node = {
        kind: 'image',
        descriptor,
        bytes,
        manifest: { ...parsed, layers },
        config: remote_blobOf(reading, config),
        layers: layers.map((layer) => remote_blobOf(reading, layer)),
        diffIds: undefined,
        asBuilt: true,
    };
    return node;
}
function remote_tooMany(image) {
    return new base_problem/* Problem */.AF({
        what: 'the image has too many manifests, or they are nested too deep',
        on: nameOf(image),
        fix: 'name one image of the index by its digest',
    });
}
function incomplete(image, absent) {
    const names = absent.map(({ digest }) => digest);
    const { arn } = image.repository;
    const isEcr = /^arn:[^:]+:ecr:/.test(arn);
    return new base_problem/* Problem */.AF({
        what: `the registry does not hold all that the index names: ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} gone`,
        on: nameOf(image),
        fix: `push the image to it again, and see that what cleans the registry keeps the images of an index; or name one image of it by its digest${isEcr ? `;\n${archivedFix(arn, names[0])}` : ''}`,
    });
}
function remote_blobOf({ repository, host }, descriptor) {
    if (isForeign(descriptor))
        return { descriptor, content: undefined };
    const content = {
        digest: descriptor.digest,
        size: descriptor.size,
        registry: host,
        repository: repository.name,
        open: (from, to) => repository.open(descriptor, from, to),
        exists: () => repository.hasBlob(descriptor),
        probe: () => repository.probe(descriptor),
    };
    return { descriptor, content };
}
function descriptorsOf(image, value) {
    if (Array.isArray(value) && value.every(isDescriptor))
        return value;
    throw new base_problem/* Problem */.AF({
        what: 'a manifest of the image holds something other than descriptors',
        on: nameOf(image),
        fix: 'push the image to that registry again; what is there now no client can pull',
    });
}
function nameOf({ host, repository, reference }) {
    return `${host}/${repository.name}${reference.includes(':') ? '@' : ':'}${reference}`;
}

;// CONCATENATED MODULE: ./lib/images/plan/attestations.js

function stripAttestations(node) {
    if (node.kind === 'image')
        return node;
    const gone = node.children.filter((child) => isAttestation(child.descriptor));
    const children = node.children.filter((child) => !isAttestation(child.descriptor)).map(stripAttestations);
    if (children.length === 1)
        return children[0];
    return { ...node, children, absent: [...node.absent, ...gone.map(({ descriptor }) => descriptor)] };
}
function dropOrphans(node) {
    if (node.kind === 'image')
        return node;
    const kept = new Set(node.children.map(({ descriptor }) => descriptor.digest));
    const orphans = node.children.filter((child) => {
        const subject = subjectOf(child.descriptor);
        return isBeside(child.descriptor) && subject !== undefined && !kept.has(subject);
    });
    const children = node.children.filter((child) => !orphans.includes(child)).map(dropOrphans);
    return { ...node, children, absent: [...node.absent, ...orphans.map(({ descriptor }) => descriptor)] };
}
function keepAttested(node) {
    if (node.kind === 'image')
        return node;
    const attested = new Set(node.children.flatMap((child) => [
        isBeside(child.descriptor) ? subjectOf(child.descriptor) : undefined,
        child.kind === 'image' ? child.manifest.subject?.digest : undefined,
    ]));
    const children = node.children.map((child) => child.kind === 'image' && attested.has(child.descriptor.digest) ? { ...child, asBuilt: true } : keepAttested(child));
    return { ...node, children };
}

;// CONCATENATED MODULE: ./lib/images/registry/creation-templates.js


async function createsOnPush({ region }, repository, { aws }) {
    const ecr = new dist_cjs/* ECRClient */.S70(aws.client(region));
    const templates = [];
    try {
        for (let nextToken;;) {
            const command = new dist_cjs/* DescribeRepositoryCreationTemplatesCommand */.v18({ nextToken });
            const answer = await aws.call('ecr:DescribeRepositoryCreationTemplates', (abortSignal) => ecr.send(command, { abortSignal }));
            templates.push(...(answer.repositoryCreationTemplates ?? []));
            nextToken = answer.nextToken;
            if (!nextToken)
                break;
        }
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'AccessDeniedException')
            return undefined;
        throw thrown;
    }
    const fits = ({ prefix = '' }) => prefix === 'ROOT' || repository.startsWith(`${prefix.replace(/\/$/, '')}/`);
    const length = ({ prefix = '' }) => (prefix === 'ROOT' ? -1 : prefix.length);
    const [template] = templates.filter(fits).sort((one, other) => length(other) - length(one));
    return template?.appliedFor?.includes('CREATE_ON_PUSH') ?? false;
}

;// CONCATENATED MODULE: ./lib/images/registry/immutable-tags.js


async function readMutability({ account, region, isPublic }, repository, { aws }) {
    if (isPublic)
        return { rule: 'MUTABLE', exclusions: [] };
    const ecr = new dist_cjs/* ECRClient */.S70(aws.client(region));
    const command = new dist_cjs/* DescribeRepositoriesCommand */.pE_({ registryId: account, repositoryNames: [repository] });
    try {
        const answer = await aws.call('ecr:DescribeRepositories', (abortSignal) => ecr.send(command, { abortSignal }), {
            asked: { repository },
        });
        const found = answer.repositories?.[0];
        return {
            rule: found?.imageTagMutability ?? 'MUTABLE',
            exclusions: (found?.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => (filter ? [filter] : [])),
        };
    }
    catch (thrown) {
        if (thrown instanceof client/* Refused */.Lw && thrown.code === 'AccessDeniedException')
            return undefined;
        throw thrown;
    }
}
function isImmutable(tag, { rule, exclusions }) {
    const excluded = exclusions.some((filter) => wildcard(filter).test(tag));
    if (rule.endsWith('_WITH_EXCLUSION'))
        return rule.startsWith('IMMUTABLE') !== excluded;
    return rule === 'IMMUTABLE';
}
function wildcard(filter) {
    const parts = filter.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
}

;// CONCATENATED MODULE: ./lib/images/plan/blobs.js








const QUESTIONS = 32;
async function planBlobs(node, known, deps) {
    const asIs = new Map();
    const plain = new Map();
    const planned = [];
    for (const image of imagesOf(node)) {
        for (const [at, blob] of [...image.layers, image.config].entries()) {
            const { descriptor, content } = blob;
            if (content === undefined ? isForeign(descriptor) : isRestricted(descriptor.mediaType))
                continue;
            const isPlain = at < image.layers.length && isPlainLayer(image, at);
            (isPlain ? plain : asIs).set(descriptor.digest, blob);
        }
    }
    for (const { descriptor, content } of plain.values()) {
        const reused = known.layers.get(descriptor.digest);
        planned.push({ descriptor: reused ?? descriptor, content, action: reused ? 'reused' : 'compress' });
    }
    await (0,parallel/* eachOf */.pQ)(asIs.values(), QUESTIONS, async (blob) => {
        planned.push(await planAsIs(blob, known.damaged, deps));
    });
    return planned.sort((a, b) => b.descriptor.size - a.descriptor.size);
}
async function planAsIs({ descriptor, content }, damaged, { opened, registry, isNew, mountable }) {
    if (damaged.has(descriptor.digest))
        return { descriptor, content, action: 'upload' };
    if (!isNew && (await opened.hasBlob(descriptor)))
        return { descriptor, content, action: 'present' };
    const origin = content && !isFile(content) && content.registry === registry ? content.repository : undefined;
    const mountFrom = origin !== undefined && origin !== opened.name ? origin : await holderOf(descriptor, mountable);
    return { descriptor, content, action: mountFrom ? 'mount' : 'upload', mountFrom };
}
async function holderOf(descriptor, repositories) {
    const answers = await Promise.all(repositories.map(async (it) => {
        try {
            return await it.hasBlob(descriptor);
        }
        catch (thrown) {
            if (thrown instanceof RegistryRefused)
                return false;
            throw thrown;
        }
    }));
    return repositories[answers.indexOf(true)]?.name;
}
async function verifyBlobs(blobs, on, verifier) {
    const problems = [];
    await (0,parallel/* eachOf */.pQ)(blobs.filter(isSent), QUESTIONS, async ({ descriptor, content, action }) => {
        try {
            if (isFile(content))
                await verifier.verify(descriptor, content, on);
            else if (action === 'upload')
                await content.probe();
            else if (!(await content.exists()))
                throw gone(descriptor, on);
        }
        catch (thrown) {
            if (!(thrown instanceof base_problem/* Problem */.AF))
                throw thrown;
            problems.push(thrown);
        }
    });
    if (problems.length > 0)
        throw new base_problem/* Problems */.Zw(problems);
}
function gone({ digest }, on) {
    return new base_problem/* Problem */.AF({
        what: `the registry names the blob ${digest} and does not hold it`,
        on,
        fix: 'push the image to it again',
    });
}

;// CONCATENATED MODULE: ./lib/images/plan/lost-platforms.js




async function lostPlatforms(tagged, image) {
    if (!isIndex(tagged.mediaType))
        return [];
    const { manifests } = (parsedJson(tagged.bytes) ?? {});
    if (!Array.isArray(manifests))
        return [];
    const images = imagesOf(image).filter(({ descriptor }) => !isAttestation(descriptor));
    const platforms = await Promise.all(images.map(platformOf));
    if (!platforms.every((it) => it !== undefined))
        return [];
    const kept = new Set(platforms.map(normalized));
    return manifests.flatMap((it) => {
        const { platform } = (it ?? {});
        const isReal = typeof platform?.os === 'string' && platform.os !== 'unknown' && !isBeside(it);
        return isReal && !kept.has(normalized(platform)) ? [platformName(it)] : [];
    });
}

;// CONCATENATED MODULE: ./lib/images/plan/quotas.js




const MAX_LAYERS = 500;
const MAX_LAYER = { private: 52_000 * 2 ** 20, public: 10_000 * 2 ** 20 };
const MAX_DOCKER_LAYERS = 125;
function manyLayers(node) {
    const images = imagesOf(node).filter(({ config }) => isImageConfig(config.descriptor.mediaType));
    const most = Math.max(0, ...images.map(({ layers }) => layers.length));
    return most > MAX_DOCKER_LAYERS
        ? `the image has ${most} layers: Docker pulls up to ${MAX_DOCKER_LAYERS} ("max depth exceeded"), unless it keeps images in containerd's store; merge layers`
        : undefined;
}
function checkQuotas(node, { on, isPublic }) {
    return [
        ...manifestsOf(node).flatMap((it) => checkManifest(it, on)),
        ...imagesOf(node).flatMap((image) => [...checkImage(image, on, isPublic ? MAX_LAYER.public : MAX_LAYER.private)]),
    ];
}
function manifestsOf(node) {
    return node.kind === 'image' ? [node] : [...node.children.flatMap(manifestsOf), node];
}
function checkManifest(node, on) {
    const { bytes, descriptor } = node;
    if ((node.kind === 'image' ? node.manifest : node.index).schemaVersion !== 2) {
        const what = `the manifest ${descriptor.digest} does not say "schemaVersion": 2: ECR refuses it`;
        return [new base_problem/* Problem */.AF({ what, on, fix: 'build the image with a current version of the tool' })];
    }
    if (bytes.length <= MAX_MANIFEST)
        return [];
    const what = `the manifest ${descriptor.digest} has ${bytes.length} bytes: ECR takes ${MAX_MANIFEST}`;
    return [new base_problem/* Problem */.AF({ what, on, fix: 'build the image with fewer annotations or layers' })];
}
function* checkImage({ layers, config, descriptor }, on, maxLayer) {
    if (layers.length === 0) {
        yield new base_problem/* Problem */.AF({
            what: `the image ${descriptor.digest} has no layers: ECR refuses it`,
            on,
            fix: 'build it with at least one file',
        });
    }
    if (layers.length > MAX_LAYERS) {
        yield new base_problem/* Problem */.AF({
            what: `the image has ${layers.length} layers: ECR takes ${MAX_LAYERS}`,
            on,
            fix: 'merge layers',
        });
    }
    const other = [descriptor, config.descriptor, ...layers.map((layer) => layer.descriptor)].find(({ digest }) => !digest.startsWith('sha256:'));
    if (other) {
        yield new base_problem/* Problem */.AF({
            what: `the image names ${other.digest.slice(0, 27)}…: ECR knows only SHA-256 digests`,
            on,
            fix: 'build the image with sha256 digests',
        });
    }
    for (const { descriptor: blob } of [config, ...layers]) {
        if (isForeign(blob))
            continue;
        if (blob.size === 0) {
            yield new base_problem/* Problem */.AF({
                what: `the blob ${blob.digest} is empty: ECR refuses it`,
                on,
                fix: 'build the image without it',
            });
        }
        if (blob.size > maxLayer) {
            const gib = (blob.size / 2 ** 30).toFixed(1);
            yield new base_problem/* Problem */.AF({
                what: `a layer of ${gib} GiB is too large for ECR`,
                on,
                why: `it takes ${maxLayer / 2 ** 20} MiB`,
                fix: 'split the layer',
            });
        }
    }
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./lib/images/plan/reuse.js










const MAX_CHILDREN = 32;
async function learn(images, references, deps) {
    const wanted = images.filter((image) => plainLayers(image).length > 0);
    const plain = new Map(wanted.flatMap((image) => image.layers.filter((_, at) => isPlainLayer(image, at)).map(byDigest)));
    const known = {
        layers: new Map(),
        images: new Map(),
        damaged: new Set(),
        blobsRead: false,
    };
    if (wanted.length === 0)
        return known;
    const held = await reuse_manifestsOf(references, deps.opened);
    const imageOf = ({ manifest }) => wanted.find((it) => it.config.descriptor.digest === manifest.config.digest);
    const proven = new Set();
    const prove = async (pairs, how) => {
        if (pairs.length > 0)
            known.blobsRead = true;
        await (0,parallel/* eachOf */.pQ)(pairs, UNPACKED_AT_ONCE, async (pair) => {
            const { layer, plain } = pair;
            const proof = await proofOf(pair, how, deps);
            if (proof === 'damaged')
                known.damaged.add(layer.digest);
            if (proof !== 'proven')
                return;
            proven.add(keyOf(layer, plain.descriptor));
            if (!known.layers.has(plain.descriptor.digest))
                known.layers.set(plain.descriptor.digest, layer);
        });
    };
    const same = held.filter((it) => imageOf(it) !== undefined);
    const pairs = unique(same.flatMap((it) => pairsOf(it, imageOf(it).diffIds ?? [], { plain, compression: deps.compression })));
    const configs = new Map(pairs.length > 0 ? same.map(({ manifest: { config } }) => [config.digest, config]) : []);
    await Promise.all([
        prove(pairs, { repeat: true }),
        ...[...configs.values()].map(async (config) => {
            if (await isDamaged(config, deps.opened))
                known.damaged.add(config.digest);
        }),
    ]);
    for (const image of wanted) {
        const adopted = same.find((it) => isSameImage(it, image, { proven, compression: deps.compression }));
        if (adopted)
            known.images.set(image.descriptor.digest, adoptedFrom(adopted));
    }
    if (wanted.every(({ descriptor }) => known.images.has(descriptor.digest)))
        return known;
    for (const it of held) {
        if (imageOf(it))
            continue;
        known.blobsRead = true;
        const pairs = pairsOf(it, await readDiffIds(it.manifest, deps.opened), { plain, compression: deps.compression });
        await prove(pairs.filter(({ plain }) => !known.layers.has(plain.descriptor.digest)), { repeat: false });
    }
    return known;
}
function byDigest(blob) {
    return [blob.descriptor.digest, blob];
}
function keyOf(layer, plain) {
    return `${plain.digest} ${layer.digest} ${layer.size}`;
}
async function proofOf({ layer, plain, trusted }, { repeat }, { opened, prover }) {
    if (!(await opened.hasBlob(layer)))
        return 'unknown';
    if (trusted)
        return 'proven';
    const proof = await prover.read(layer, plain, opened);
    return proof === 'unknown' && repeat ? prover.repeat(layer, plain) : proof;
}
function pairsOf({ manifest: { layers }, trusted }, diffIds, { plain, compression }) {
    if (diffIds.length !== layers.length)
        return [];
    const types = [OCI, DOCKER].map((it) => compressedLayerType(it.manifest, compression));
    return layers.flatMap((layer, at) => {
        const blob = plain.get(diffIds[at]);
        return blob && types.includes(layer.mediaType) && !isForeign(layer) ? [{ layer, plain: blob, trusted }] : [];
    });
}
function unique(pairs) {
    return [...new Map(pairs.map((pair) => [keyOf(pair.layer, pair.plain.descriptor), pair])).values()];
}
async function isDamaged(config, repository) {
    try {
        const found = await repository.read(config, async (chunks) => {
            const [algorithm = ''] = config.digest.split(':');
            const hash = (0,external_node_crypto_.createHash)(algorithm);
            for await (const chunk of chunks)
                hash.update(chunk);
            return `${algorithm}:${hash.digest('hex')}`;
        });
        return found !== config.digest;
    }
    catch (thrown) {
        if (thrown instanceof base_problem/* Problem */.AF)
            return false;
        throw thrown;
    }
}
async function readDiffIds({ config }, repository) {
    try {
        return parseDiffIds(await repository.config(config)) ?? [];
    }
    catch (thrown) {
        if (thrown instanceof base_problem/* Problem */.AF)
            return [];
        throw thrown;
    }
}
async function reuse_manifestsOf(references, repository) {
    const found = [];
    for (const { remote, trusted } of references) {
        if (!isIndex(remote.mediaType)) {
            found.push({ remote, trusted });
            continue;
        }
        const listed = parsed(remote)?.manifests;
        const children = (Array.isArray(listed) ? listed : []).filter((it) => isDescriptor(it) && !isAttestation(it));
        const read = await Promise.all(children.slice(0, MAX_CHILDREN).map(({ digest }) => repository.manifest(digest)));
        found.push(...read.flatMap((child) => (child ? [{ remote: child, trusted }] : [])));
    }
    return found.flatMap((reference) => {
        const manifest = parsed(reference.remote);
        const { config, layers } = manifest ?? {};
        return manifest && isDescriptor(config) && Array.isArray(layers) && layers.every(isDescriptor)
            ? [{ ...reference, manifest }]
            : [];
    });
}
function parsed({ bytes }) {
    try {
        return JSON.parse(bytes.toString('utf8'));
    }
    catch {
        return undefined;
    }
}
function isSameImage({ remote, manifest }, image, { proven, compression }) {
    const { layers, config } = manifest;
    const wanted = image.config.descriptor;
    return (manifest.schemaVersion === 2 &&
        (manifest.mediaType ?? OCI.manifest) === remote.mediaType &&
        config.digest === wanted.digest &&
        config.size === wanted.size &&
        config.mediaType === (remote.mediaType === DOCKER.manifest ? DOCKER.config : OCI.config) &&
        layers.length === image.layers.length &&
        image.layers.every(({ descriptor }, at) => {
            const layer = layers[at];
            if (isPlainLayer(image, at)) {
                const type = compressedLayerType(remote.mediaType, compression);
                return layer.mediaType === type && proven.has(keyOf(layer, descriptor));
            }
            const { digest, size, mediaType } = descriptor;
            return digest === layer.digest && size === layer.size && mediaType === layer.mediaType;
        }) &&
        (0,external_node_util_.isDeepStrictEqual)(besidesBytes(manifest), besidesBytes(image.manifest)));
}
function besidesBytes({ schemaVersion: _, mediaType: __, config, layers, ...others }) {
    const rest = ({ mediaType: _, digest: __, size: ___, annotations, ...more }) => ({
        ...more,
        annotations: annotations ?? {},
    });
    const { annotations, ...more } = others;
    return { ...more, annotations: annotations ?? {}, config: rest(config), layers: layers.map(rest) };
}
function adoptedFrom({ remote: { digest, mediaType, bytes }, manifest }) {
    const descriptor = { mediaType, digest, size: bytes.length };
    return { descriptor, bytes, children: [], blobs: [manifest.config, ...manifest.layers] };
}

;// CONCATENATED MODULE: ./lib/images/plan/destination.js













async function planPush(destination, deps) {
    const { line, node, registry, repository } = destination;
    const on = `Input images, line ${line.line}`;
    const limits = checkQuotas(node, { on, isPublic: registry.isPublic });
    if (limits.length > 0)
        throw new base_problem/* Problems */.Zw(limits);
    const opened = withoutUpstream(deps.open(registry, repository));
    const { remotes, create, asked } = await askTags(opened, destination, deps);
    const { compression } = deps.request;
    const known = await learn(imagesOf(node), await references(opened, remotes, destination.reuseFrom), {
        ...deps,
        opened,
        compression,
    });
    const finished = isComplete(node, known) ? finishWith(node, known) : undefined;
    const { planned, settings } = await planTags({ ...destination, on }, { remotes, create, finished, opened }, deps);
    await warnOfPlatforms(planned, { ...destination, remotes }, deps);
    const push = {
        source: line.text,
        registry,
        repository,
        create,
        tags: planned,
        tagExists: deps.request.tagExists,
        image: node,
        known: known.layers,
        adopted: known.images,
        damaged: known.damaged,
        finished,
        asked: { ...asked, settings, configsOf: known.blobsRead ? [repository] : [], blobs: !create },
    };
    if (planned.every(({ action }) => action === 'keep'))
        return { ...push, ...NOTHING, asked: { ...push.asked, blobs: false } };
    const mountable = destination.reuseFrom.filter((it) => it.repository !== repository);
    const blobsDeps = {
        opened,
        registry: registry.host,
        isNew: create !== undefined,
        mountable: mountable.map((it) => deps.open(registry, it.repository)),
    };
    const isThere = finished !== undefined && planned.every(({ action }) => action !== 'put');
    try {
        const blobs = await planBlobs(node, known, blobsDeps);
        await verifyBlobs(blobs, on, deps.verifier);
        const missing = isThere ? await missingChildren(finished, opened) : [];
        const isAdopted = isThere && !known.blobsRead && missing.length === 0 && !blobs.some(isSent);
        return { ...push, blobs, missing, asked: { ...push.asked, blobs: push.asked.blobs && !isAdopted } };
    }
    catch (thrown) {
        if (!isThere || !(thrown instanceof RegistryRefused) || thrown.status !== 403)
            throw thrown;
        deps.access.runner.warning(`${registry.host}/${repository}: the tags are this image already, but whether the registry still holds its layers could not be checked: ${thrown.details.what}`);
        return { ...push, ...NOTHING };
    }
}
async function warnOfPlatforms(planned, { registry, repository, node, remotes }, { access }) {
    for (const { tag = '', action } of planned) {
        const tagged = action === 'put' ? remotes.get(tag) : undefined;
        const lost = tagged ? await lostPlatforms(tagged, node) : [];
        if (lost.length === 0)
            continue;
        access.runner.warning(`${registry.host}/${repository}:${tag} was for ${lost.join(', ')} too, and the image that takes its place is not: jobs of a matrix that push to one tag replace each other's images (docs/images.md, "Several platforms from a matrix")`);
    }
}
const NOTHING = { blobs: [], missing: [] };
async function missingChildren(finished, opened) {
    const missing = [];
    await (0,parallel/* eachOf */.pQ)(inOrder(finished).slice(0, -1), QUESTIONS, async ({ descriptor: { digest } }) => {
        if (!(await opened.manifest(digest)))
            missing.push(digest);
    });
    return missing;
}
function withoutUpstream(opened) {
    return {
        ...opened,
        manifest: async (reference) => {
            try {
                return await opened.manifest(reference);
            }
            catch (thrown) {
                if (thrown instanceof RegistryRefused && thrown.isOfUpstream)
                    return undefined;
                throw thrown;
            }
        },
    };
}
async function askTags(opened, { tags, node, registry, repository }, { request, access }) {
    const remotes = new Map();
    const nothing = { templates: false, aliases: false };
    try {
        await (0,parallel/* eachOf */.pQ)(tags, QUESTIONS, async (tag) => {
            const remote = await opened.manifest(tag ?? node.descriptor.digest);
            if (tag !== undefined)
                remotes.set(tag, remote);
        });
        return { remotes, create: undefined, asked: nothing };
    }
    catch (thrown) {
        if (!(thrown instanceof RegistryRefused) || thrown.code !== 'NAME_UNKNOWN')
            throw thrown;
    }
    const { newRepository } = request;
    if (newRepository) {
        if (registry.isPublic)
            await checkAlias(repository, newRepository, access);
        return { remotes: new Map(), create: newRepository, asked: { ...nothing, aliases: registry.isPublic } };
    }
    if (registry.isPublic)
        throw new base_problem/* Problem */.AF(missingRepository(opened.arn));
    const isOwn = registry.account === access.session.accountId;
    const byItself = isOwn ? await createsOnPush(registry, repository, access) : undefined;
    if (byItself === false)
        throw new base_problem/* Problem */.AF(missingRepository(opened.arn));
    const name = `${registry.host}/${repository}`;
    if (byItself)
        access.runner.info(`${name} does not exist; ECR creates it when the image is pushed, as a template of the registry says`);
    else {
        access.runner.warning(`${name} does not exist. ECR creates it when the image is pushed if the registry has a repository creation template for it, which the role may not see (ecr:DescribeRepositoryCreationTemplates): the push is tried`);
    }
    return { remotes: new Map(), create: 'on push', asked: { ...nothing, templates: isOwn } };
}
async function references(opened, remotes, reuseFrom) {
    const further = reuseFrom.flatMap(({ repository, tag }) => (repository === opened.name && tag ? [tag] : []));
    const asked = await Promise.all(further.map((tag) => opened.manifest(tag)));
    const there = (remotes) => [...remotes].filter((remote) => remote !== undefined);
    return [
        ...there(asked).map((remote) => ({ remote, trusted: true })),
        ...there(remotes.values()).map((remote) => ({ remote, trusted: false })),
    ];
}
function isComplete(node, known) {
    return imagesOf(node).every((image) => known.images.has(image.descriptor.digest) || plainLayers(image).every(({ digest }) => known.layers.has(digest)));
}
async function planTags({ tags, node, registry, repository, on }, { remotes, create, finished, opened, }, { request, access }) {
    const now = finished?.descriptor.digest;
    const byDigest = tags.includes(undefined) && now !== undefined && create === undefined;
    const isHeld = byDigest && (await opened.manifest(now)) !== undefined;
    const planned = tags.map((tag) => {
        if (tag === undefined)
            return {
                tag,
                before: isHeld ? now : undefined,
                beforeType: finished?.descriptor.mediaType,
                action: isHeld ? 'same' : 'put',
            };
        const remote = remotes.get(tag);
        const [before, beforeType] = [remote?.digest, remote?.mediaType];
        if (before === undefined)
            return { tag, before, action: 'put' };
        if (before === now)
            return { tag, before, beforeType, action: 'same' };
        return { tag, before, beforeType, action: request.tagExists === 'skip' ? 'keep' : 'put' };
    });
    const moved = planned.filter(({ before, action }) => before !== undefined && action === 'put');
    if (moved.length === 0)
        return { planned, settings: false };
    const made = now ?? `an image with the config ${imagesOf(node)[0].config.descriptor.digest}`;
    const conflict = (tag, before, why) => new base_problem/* Problem */.AF({
        what: `${registry.host}/${repository}:${tag} is another image`,
        on,
        why: `${why}; it is ${before}, and this would be ${made}`,
        fix: 'push another tag, or set image-tag-exists: skip to leave the tag as it is',
    });
    if (request.tagExists === 'fail') {
        throw new base_problem/* Problems */.Zw(moved.map(({ tag, before }) => conflict(tag, before, 'image-tag-exists is fail')));
    }
    const mutability = await readMutability(registry, repository, access);
    const immutable = mutability ? moved.filter(({ tag }) => tag !== undefined && isImmutable(tag, mutability)) : [];
    if (immutable.length > 0) {
        throw new base_problem/* Problems */.Zw(immutable.map(({ tag, before }) => conflict(tag, before, 'the tag is immutable')));
    }
    return { planned, settings: true };
}

;// CONCATENATED MODULE: ./lib/images/plan/destinations.js

function destinationsOf(request, registries, nodes) {
    const destinations = [];
    const given = new Map();
    const problems = [];
    for (const line of request.images) {
        const found = new Map();
        for (const { host, repository, tag } of line.targets) {
            const registry = registries.find(host);
            const name = `${registry.host}/${repository}`;
            const before = tag === undefined ? line : (given.get(`${name}:${tag}`) ?? line);
            given.set(`${name}:${tag}`, before);
            if (before !== line)
                problems.push(givenTwice(`${name}:${tag}`, line, before));
            const reuseFrom = request.reuseFrom.filter((it) => it.host === undefined || registries.known(it.host) === registry);
            const destination = found.get(name) ?? {
                line,
                node: nodes.get(line),
                registry,
                repository,
                tags: [],
                reuseFrom,
            };
            if (!destination.tags.includes(tag))
                destination.tags.push(tag);
            found.set(name, destination);
        }
        destinations.push(...found.values());
    }
    const useless = request.reuseFrom.filter(({ host }) => host !== undefined && !destinations.some(({ registry }) => registries.known(host) === registry));
    problems.push(...useless.map(({ host, repository }) => unreachable(`${host}/${repository}`)));
    if (problems.length > 0)
        throw new base_problem/* Problems */.Zw(problems);
    return destinations;
}
function checkReadsBeforePushes({ images }, registries) {
    const pushed = new Map();
    for (const line of images) {
        for (const source of line.sources) {
            if (source.kind !== 'registry')
                continue;
            const { host, repository, reference } = source;
            const name = `${registries.known(host)?.host ?? host}/${repository}:${reference}`;
            const before = pushed.get(name);
            if (before)
                throw readsWhatIsPushed(name, line, before);
        }
        for (const { host, repository, tag } of line.targets) {
            pushed.set(`${registries.find(host).host}/${repository}:${tag}`, line);
        }
    }
}
function readsWhatIsPushed(name, { line }, before) {
    return new base_problem/* Problem */.AF({
        on: `Input images, line ${line}`,
        what: `${name} is read before line ${before.line} of this step pushes it: it would be the image from before`,
        fix: `write all tags in line ${before.line}, after commas; or copy it in a step of its own, after this one`,
    });
}
function givenTwice(name, { line }, before) {
    return new base_problem/* Problem */.AF({
        on: `Input images, line ${line}`,
        what: `${name} is given to another image in line ${before.line}`,
        fix: 'give each image tags of its own',
    });
}
function unreachable(name) {
    return new base_problem/* Problem */.AF({
        on: 'Input image-reuse-from',
        what: `${name} is not in a registry that an image is pushed to`,
        why: 'layers are mounted and reused within one registry',
        fix: 'leave the line out, or write a repository of a registry that images goes to',
    });
}

;// CONCATENATED MODULE: ./lib/images/plan/join.js





async function joinNodes(nodes) {
    const parts = nodes.flatMap(partsOf);
    const children = await Promise.all(parts.map(withPlatform));
    const images = children.filter((child) => !isBeside(child.descriptor));
    const platforms = images.map(({ descriptor }) => normalized(descriptor.platform));
    const twice = images.find((_, at) => platforms.indexOf(platforms[at]) !== at);
    if (twice) {
        throw new base_problem/* Problem */.AF({
            what: `two of the joined images are for ${platformName(twice.descriptor)}`,
            why: 'a client chooses from an index by platform, and would always get the first of them',
            fix: 'join images that were built for different platforms',
        });
    }
    const isDocker = children.every(({ descriptor }) => descriptor.mediaType === DOCKER.manifest);
    const mediaType = isDocker ? DOCKER.index : OCI.index;
    const index = { schemaVersion: 2, mediaType, manifests: children.map(({ descriptor }) => descriptor) };
    const bytes = Buffer.from(JSON.stringify(index));
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    return { kind: 'index', descriptor, bytes, index, children, absent: [] };
}
function partsOf(node) {
    return node.kind === 'index' ? node.children.flatMap(partsOf) : [node];
}
async function withPlatform(node) {
    const { mediaType, digest, size, annotations, artifactType } = node.descriptor;
    const platform = await platformOf(node);
    if (!platform) {
        throw new base_problem/* Problem */.AF({
            what: `the image ${digest} does not say which platform it is for`,
            fix: 'build it with --platform',
        });
    }
    const kept = annotations && isBeside(node.descriptor) ? { annotations } : {};
    const descriptor = {
        mediaType,
        digest,
        size,
        platform,
        ...kept,
        ...(artifactType ? { artifactType } : {}),
    };
    return { ...node, descriptor };
}

;// CONCATENATED MODULE: ./lib/images/plan/own-or-job.js


async function readAsOwnOrJob({ own, job, repository, read }) {
    if (!own)
        return read(job());
    try {
        return await read(own);
    }
    catch (refusal) {
        if (!(refusal instanceof RegistryRefused) || refusal.status !== 403 || refusal.isExpired)
            throw refusal;
        const other = job();
        const { details } = refusal;
        const fix = `${details.fix ?? ''};\nor log in to ${other.host} in an earlier step, as a role that may read it`;
        if (!(await hasLogin(other, repository)))
            throw new base_problem/* Problem */.AF({ ...details, fix });
        try {
            return await read(other);
        }
        catch (thrown) {
            throw thrown instanceof RegistryRefused ? new base_problem/* Problem */.AF({ ...details, fix }) : thrown;
        }
    }
}
async function hasLogin(registry, repository) {
    try {
        return (await registry.authorization(repository)) !== undefined;
    }
    catch (thrown) {
        if (thrown instanceof base_problem/* Problem */.AF)
            return false;
        throw thrown;
    }
}

;// CONCATENATED MODULE: ./lib/images/plan/verify.js

function makeVerifier(hasher) {
    return {
        verify: async ({ digest }, content, on) => {
            const found = await hasher.hash(content, digest.startsWith('sha512:') ? 'sha512' : 'sha256');
            if (found === digest)
                return;
            throw new base_problem/* Problem */.AF({
                what: `${digest} has different content: ${found}`,
                on,
                why: 'the file was changed or damaged after the build',
                fix: 'build or save the image again',
            });
        },
    };
}

;// CONCATENATED MODULE: ./lib/images/plan/planner.js




















async function planImages(request, access, deps) {
    const sources = request.images.flatMap((line) => line.sources);
    const hosts = [
        ...request.images.flatMap(({ targets }) => targets.map(({ host }) => host)),
        ...sources.flatMap((it) => (it.kind === 'registry' && isOfPartition(it.host, access.session) ? [it.host] : [])),
    ];
    const opening = openRegistries(request.registries, hosts, access).then((opened) => {
        checkReadsBeforePushes(request, opened);
        return opened;
    });
    const pulled = [];
    const reading = readLines(request, access, { ...deps, registries: opening, pulled });
    const [registries, nodes] = (await (0,parallel/* together */.bs)([opening, reading]));
    const more = { request, access, ...deps, verifier: makeVerifier(deps.places.hasher) };
    const pushes = await (0,parallel/* together */.bs)(destinationsOf(request, registries, nodes).map((destination) => planPush(destination, more)));
    return { registries: registries.all, login: request.login, pushes, pulled };
}
function isOfPartition(host, { partition }) {
    const parsed = (0,ecr_hosts/* parsePrivateHost */.jp)(host);
    return parsed !== undefined && (0,aws_partition/* partitionOf */.iQ)(parsed.region).name === partition;
}
async function readLines(request, access, deps) {
    const read = new Map();
    const readOnce = (source) => {
        const key = JSON.stringify(source);
        const node = read.get(key) ?? readSource(source, access, deps);
        read.set(key, node);
        return node;
    };
    const nodes = new Map();
    await (0,parallel/* together */.bs)(request.images.map(async (line) => {
        const parts = await (0,parallel/* together */.bs)(line.sources.map((source) => onLine(line, () => readOnce(source))));
        const leftOut = [...new Set(parts.flatMap(absentImages))];
        if (leftOut.length > 0) {
            access.runner.warning(`Input images, line ${line.line}: the source does not hold all the images that its index names; these are left out: ${leftOut.join(', ')}`);
        }
        const isStripped = request.attestations === 'strip';
        const each = parts.map(dropOrphans).map((it) => (isStripped ? stripAttestations(it) : it));
        const whole = keepAttested(each.length === 1 ? each[0] : await onLine(line, () => joinNodes(each)));
        const many = manyLayers(whole);
        if (many)
            access.runner.warning(`Input images, line ${line.line}: ${many}`);
        if (isAttestedPlain(whole)) {
            access.runner.info(`${line.text}: layers stay uncompressed, because attestations name the digest of the image; image-attestations: strip lets them be compressed`);
        }
        nodes.set(line, whole);
    }));
    return nodes;
}
function absentImages(node) {
    if (node.kind === 'image')
        return [];
    const here = node.absent.filter((it) => !isBeside(it)).map(platformName);
    return [...here, ...node.children.flatMap(absentImages)];
}
function isAttestedPlain(node) {
    return imagesOf(node).some(({ asBuilt, diffIds, manifest }) => asBuilt && diffIds !== undefined && manifest.layers.some(({ mediaType }) => isUncompressed(mediaType)));
}
async function onLine({ line }, work) {
    try {
        return await work();
    }
    catch (thrown) {
        if (!(thrown instanceof base_problem/* Problem */.AF))
            throw thrown;
        const { on, ...details } = thrown.details;
        throw new base_problem/* Problem */.AF({ ...details, on: `Input images, line ${line}${on ? `: ${on}` : ''}` });
    }
}
async function readSource(source, access, { places, registries, open, pullFrom, pulled }) {
    if (source.kind === 'registry') {
        const { host, repository, reference } = source;
        const own = (await registries).known(host);
        const read = async (registry) => {
            const node = await readRemoteImage({ repository: open(registry, repository), host: registry.host, reference });
            if (registry === own)
                pulled.push({ registry, repository });
            return node;
        };
        return readAsOwnOrJob({ own, job: () => pullFrom(own?.host ?? host), repository, read });
    }
    const path = (0,external_node_path_.resolve)(places.workspace, source.name);
    if (source.kind === 'docker' || (source.kind === 'auto' && !(0,external_node_fs_.existsSync)(path))) {
        const name = (0,line/* daemonName */.ev)(source.name);
        const saved = await saveFromDaemon(name, access, places);
        return readImage({ path: saved, shown: `docker:${name}`, isOwn: true }, undefined, places);
    }
    return readImage({ path, shown: source.name }, source.pick, places);
}

;// CONCATENATED MODULE: ./lib/images/plan/prove.js




function makeProver({ compressor, compression, signal, warn }) {
    let isUnreachable = false;
    const known = new Map();
    const readOnce = async (layer, plain, repository) => {
        try {
            const found = await repository.read(layer, (chunks) => unpack(chunks, { compression, maxPlain: plain.size }));
            if (found.digest !== layer.digest || found.size !== layer.size)
                return 'damaged';
            return found.diffId === plain.digest ? 'proven' : 'another';
        }
        catch (thrown) {
            if (thrown instanceof RegistryRefused)
                return 'unknown';
            signal.throwIfAborted();
            if (!(thrown instanceof base_problem/* Problem */.AF))
                throw thrown;
            if (!isUnreachable) {
                warn(`what ${repository.arn} holds cannot be read, so layers are compressed again: ${thrown.details.what}`);
            }
            isUnreachable = true;
            return 'unknown';
        }
    };
    return {
        read: async (layer, plain, repository) => {
            if (layer.size > plain.descriptor.size * 1.01 + (64 << 10))
                return 'another';
            const key = `${layer.digest} ${layer.size} ${plain.descriptor.digest}`;
            const before = known.get(key);
            if (before && (await before) !== 'unknown')
                return before;
            if (isUnreachable)
                return 'unknown';
            const proof = readOnce(layer, plain.descriptor, repository);
            known.set(key, proof);
            return proof;
        },
        repeat: async (layer, { descriptor, content }) => {
            if (!content || !isFile(content))
                return 'unknown';
            const made = await compressor.compress({ descriptor, content });
            const isSame = made.descriptor.digest === layer.digest && made.descriptor.size === layer.size;
            return isSame ? 'proven' : 'another';
        },
    };
}

// EXTERNAL MODULE: ./lib/base/retryable.js
var retryable = __webpack_require__(2619);
;// CONCATENATED MODULE: ./lib/images/registry/retryable.js


const DAY = 24 * 3600 * 1000;
const BLOB_RULES = { attempts: 6, callMs: DAY, budgetMs: DAY };
const SOON = new Set(['NAME_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']);
const LOST_UPLOAD = new Set([
    'BLOB_UPLOAD_UNKNOWN',
    'BLOB_UPLOAD_INVALID',
    'DIGEST_INVALID',
    'SIZE_INVALID',
    'NAME_UNKNOWN',
]);
function verdictOfRegistry(error) {
    return error instanceof RegistryRefused && error.isExpired ? 'grace' : (0,retryable/* verdictOf */.Vj)(error);
}
function verdictOfUpload(error) {
    const isLost = error instanceof RegistryRefused && error.status < 500 && LOST_UPLOAD.has(error.code);
    return isLost ? 'transient' : verdictOfRegistry(error);
}
function verdictOfPut(error) {
    return error instanceof RegistryRefused && SOON.has(error.code) ? 'grace' : verdictOfRegistry(error);
}

// EXTERNAL MODULE: ./lib/base/plain-http.js
var plain_http = __webpack_require__(1694);
;// CONCATENATED MODULE: ./lib/images/registry/send.js







const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
function sender(registry, name, http) {
    return async ({ action, method, path, headers, body, expect }, signal) => {
        const url = URL.parse(path, rootOf(registry, name));
        if (!url || !isOwn(registry, url)) {
            throw noRegistry(repositoryArn(registry, name), 'an upload is to go to another host');
        }
        const authorization = await registry.authorization(name);
        const answer = await http.request({
            method,
            url,
            headers: { ...(authorization ? { authorization } : {}), ...headers },
            ...(body === undefined ? {} : { body }),
            signal,
        });
        if (expect.includes(answer.status))
            return answer;
        const refused = await notExpected(answer, { action, on: repositoryArn(registry, name) });
        if (refused.isExpired)
            await registry.renew(answer.headers['www-authenticate']);
        throw refused;
    };
}
function getter(registry, name, { http, send }) {
    const on = repositoryArn(registry, name);
    return async ({ action, path, headers = {} }, signal) => {
        const isFollowed = registry.account === '' || action === 'ecr:GetDownloadUrlForLayer';
        const expect = [200, 206, ...(isFollowed ? REDIRECTS : [])];
        let url = new URL(path, rootOf(registry, name));
        for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            const answer = isOwn(registry, url)
                ? await send({ action, method: 'GET', path: url.href, headers, expect }, signal)
                : await elsewhere(url, http.request({ method: 'GET', url, headers, signal, idleMs: timeouts/* UPLOAD_IDLE_MS */.K }));
            if (answer.status < 300)
                return answer;
            if (!REDIRECTS.includes(answer.status))
                throw await notExpected(answer, { action, on });
            await (0,base_http/* readBody */.x8)(answer);
            url = redirected(answer.headers.location, { from: url, on, http });
        }
        throw noRegistry(on, `it redirects more than ${MAX_REDIRECTS} times`);
    };
}
async function elsewhere(url, answer) {
    try {
        return await answer;
    }
    catch (thrown) {
        throw typeof thrown === 'object' ? Object.assign(thrown, { redirectedTo: url.host }) : thrown;
    }
}
function redirected(location, { from, on, http }) {
    const url = location ? URL.parse(location, from.href) : null;
    if (url?.protocol === 'https:')
        return url;
    if (url?.protocol !== 'http:' || ((0,plain_http/* isLoopback */.U9)(url.hostname) && !(0,plain_http/* isLoopback */.U9)(from.hostname))) {
        throw noRegistry(on, `it redirects to ${(0,quote/* quote */.h)(location ?? '')}`);
    }
    try {
        http.check(url);
    }
    catch (thrown) {
        if (!(thrown instanceof base_problem/* Problem */.AF))
            throw thrown;
        throw new base_problem/* Problem */.AF({ ...thrown.details, on, why: `the registry redirects to ${url.host}` });
    }
    return url;
}
async function notExpected(answer, { action, on }) {
    const said = readErrorBody(await (0,base_http/* readBody */.x8)(answer, 64 << 10));
    const isPage = /^text\/html\b/.test(answer.headers['content-type'] ?? '');
    if (isPage && on.startsWith('arn:') && answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw noRegistry(on, `it is a web page (HTTP ${answer.status})`);
    return new RegistryRefused({ action, on, status: answer.status, ...said });
}
function rootOf({ base }, name) {
    return new URL(`/v2/${name}/`, base).href;
}
function isOwn({ base, hosts }, { origin, protocol, host }) {
    return origin === base.origin || (protocol === 'https:' && hosts.includes(host));
}

;// CONCATENATED MODULE: ./lib/images/registry/stall.js
async function unlessStalled(signal, stallMs, work) {
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), stallMs);
    try {
        return await work(AbortSignal.any([signal, stalled.signal]), () => timer.refresh());
    }
    catch (thrown) {
        throw stalled.signal.aborted ? lost() : thrown;
    }
    finally {
        clearTimeout(timer);
    }
}
function lost() {
    return Object.assign(new Error('nothing moved'), { code: 'ETIMEDOUT' });
}

;// CONCATENATED MODULE: ./lib/images/registry/blobs.js





const blobs_MAX_CONFIG = 8 << 20;
const READ_RULES = { ...BLOB_RULES, attempts: 3 };
async function hasBlob({ digest, size }, { call, send }) {
    const action = 'ecr:BatchCheckLayerAvailability';
    const head = async (signal) => {
        const request = { action, method: 'HEAD', path: `blobs/${digest}` };
        const answer = await send({ ...request, expect: [200, ...REDIRECTS, 404] }, signal);
        await (0,base_http/* readBody */.x8)(answer);
        return answer;
    };
    const { status, headers } = await call(action, head, { asked: { digest }, classify: verdictOfRegistry });
    const length = status === 200 ? headers['content-length'] : undefined;
    return status !== 404 && (length === undefined || Number(length) === size);
}
async function readBlob({ digest, size }, use, wire) {
    const read = (signal) => unlessStalled(signal, wire.rules.stallMs, async (watched, moved) => {
        const answer = await getBlob(digest, wire, { signal: watched });
        return { digest, value: await use(sliced(answer, { from: 0, to: size + 1, moved })) };
    });
    const how = { rules: READ_RULES, asked: { digest }, classify: verdictOfRegistry };
    return (await wire.call('ecr:GetDownloadUrlForLayer', read, how)).value;
}
async function probeBlob({ digest, size }, wire) {
    if (size === 0)
        return;
    const probe = async (signal) => {
        const answer = await getBlob(digest, wire, { signal, range: [0, 1] });
        for await (const _ of sliced(answer, { from: 0, to: 1 }))
            ;
        return { digest };
    };
    await wire.call('ecr:GetDownloadUrlForLayer', probe, { asked: { digest }, classify: verdictOfRegistry });
}
async function openBlob({ digest, size }, { from, to }, wire) {
    const { signal } = new AbortController();
    const isPart = from > 0 || to < size;
    return sliced(await getBlob(digest, wire, { signal, ...(isPart ? { range: [from, to] } : {}) }), { from, to });
}
async function blobs_readConfig({ digest }, wire) {
    const read = async (signal) => {
        const bytes = await (0,base_http/* readBody */.x8)(await getBlob(digest, wire, { signal }), blobs_MAX_CONFIG);
        return { bytes, digest: digestOf(bytes) };
    };
    return (await wire.call('ecr:GetDownloadUrlForLayer', read, { asked: { digest }, classify: verdictOfRegistry })).bytes;
}
function getBlob(digest, { get }, { signal, range }) {
    const headers = range ? { range: `bytes=${range[0]}-${range[1] - 1}` } : {};
    return get({ action: 'ecr:GetDownloadUrlForLayer', path: `blobs/${digest}`, headers }, signal);
}
async function* sliced({ status, body }, { from, to, moved }) {
    let skip = status === 206 ? 0 : from;
    let left = to - from;
    for await (const chunk of body) {
        moved?.();
        const part = chunk.subarray(skip, skip + left);
        skip = Math.max(0, skip - chunk.length);
        left -= part.length;
        if (part.length > 0)
            yield part;
        if (left <= 0)
            break;
    }
}

;// CONCATENATED MODULE: ./lib/images/registry/manifests.js






const manifests_MAX_MANIFEST = 16 << 20;
async function readManifest(reference, wire) {
    const how = { asked: { digest: /^sha256:/.test(reference) ? reference : undefined }, classify: verdictOfRegistry };
    try {
        return await wire.call('ecr:BatchGetImage', (signal) => getManifest(reference, wire, signal), how);
    }
    catch (thrown) {
        const isMissing = thrown instanceof RegistryRefused && thrown.status === 404 && !thrown.isOfUpstream;
        if (isMissing && thrown.code !== 'NAME_UNKNOWN')
            return undefined;
        throw thrown;
    }
}
async function getManifest(reference, { get, arn }, signal) {
    const request = {
        action: 'ecr:BatchGetImage',
        path: `manifests/${reference}`,
        headers: { accept: ACCEPTED_MANIFESTS },
    };
    const answer = await get(request, signal);
    const bytes = await (0,base_http/* readBody */.x8)(answer, manifests_MAX_MANIFEST);
    const mediaType = mediaTypeOf(answer.headers, bytes);
    if (!mediaType.startsWith('application/'))
        throw noRegistry(arn, `a manifest is of the type "${mediaType}"`);
    if (!isManifest(bytes))
        throw noRegistry(arn, 'what it gives as a manifest is not one');
    return { digest: digestOf(bytes), mediaType, bytes };
}
async function putManifest(reference, { mediaType, bytes }, wire) {
    const headers = { 'content-type': mediaType, 'content-length': `${bytes.length}` };
    const request = { action: 'ecr:PutImage', method: 'PUT', path: `manifests/${reference}`, headers, body: bytes };
    const put = async (signal) => {
        await wire.pace();
        const answer = await wire.send({ ...request, expect: [200, 201] }, signal);
        await (0,base_http/* readBody */.x8)(answer);
        const said = answer.headers['docker-content-digest'];
        return { digest: said ? String(said) : (await getManifest(reference, wire, signal)).digest };
    };
    const how = { rules: { callMs: wire.rules.stallMs }, asked: { digest: digestOf(bytes) }, classify: verdictOfPut };
    await wire.call('ecr:PutImage', put, how);
}
function isManifest(bytes) {
    const { schemaVersion } = (parsedJson(bytes) ?? {});
    return typeof schemaVersion === 'number';
}
const UNKNOWN_TYPES = ['', 'application/json', 'application/octet-stream', 'text/plain'];
function mediaTypeOf(headers, bytes) {
    const said = (headers['content-type'] ?? '').split(';')[0].trim();
    if (!UNKNOWN_TYPES.includes(said))
        return said;
    const { mediaType, config, manifests } = (parsedJson(bytes) ?? {});
    const own = mediaType ?? (manifests ? OCI.index : config ? OCI.manifest : undefined);
    return ACCEPTED_MANIFESTS.split(', ').find((it) => it === own) ?? said;
}

// EXTERNAL MODULE: ./lib/base/edge/network.js
var network = __webpack_require__(3545);
;// CONCATENATED MODULE: ./lib/images/registry/upload.js











const UPLOAD_RULES = { stallMs: timeouts/* UPLOAD_IDLE_MS */.K, partsOver: 2 ** 30, partSize: 64 << 20 };
const BEGIN_TRIES = 4;
const PART_TRIES = 4;
async function uploadBlob(blob, wire) {
    const { digest } = blob.descriptor;
    const sent = await wire.call('ecr:CompleteLayerUpload', (signal) => counted(blob, wire, signal), {
        rules: BLOB_RULES,
        asked: { digest },
        classify: verdictOfUpload,
    });
    return sent.how;
}
async function counted(blob, wire, signal) {
    let sum = 0;
    const sent = (bytes) => {
        sum += bytes;
        blob.sent?.(bytes);
    };
    try {
        return await attempt({ ...blob, sent }, wire, signal);
    }
    catch (thrown) {
        sent(-sum);
        throw thrown;
    }
}
async function attempt(blob, wire, signal) {
    const { rules } = wire;
    const { size } = blob.descriptor;
    const begun = await beginOrMount(blob, wire);
    if (begun.status === 201 && blob.mountFrom)
        return { how: 'mounted', digest: await heldBy(wire, begun, blob.descriptor) };
    let location = begun.headers.location ?? '';
    let from = 0;
    if (size > rules.partsOver) {
        while (size - from > rules.partSize) {
            const to = from + rules.partSize;
            location = await sendPart({ blob, wire }, { location, from, to }, signal);
            from = to;
        }
    }
    const completed = await complete({ blob, wire }, { location, from }, signal);
    return { how: 'uploaded', digest: await heldBy(wire, completed, blob.descriptor) };
}
async function beginOrMount({ mountFrom, descriptor }, wire) {
    if (!mountFrom)
        return begin('', wire);
    try {
        return await begin(`?mount=${encodeURIComponent(descriptor.digest)}&from=${encodeURIComponent(mountFrom)}`, wire);
    }
    catch (thrown) {
        if (!(thrown instanceof RegistryRefused) || thrown.status === 429)
            throw thrown;
        return begin('', wire);
    }
}
async function heldBy(wire, { headers }, descriptor) {
    const said = headers['docker-content-digest'];
    if (said)
        return String(said);
    return (await hasBlob(descriptor, wire)) ? descriptor.digest : undefined;
}
async function begin(query, { send, call, arn, rules }) {
    const action = 'ecr:InitiateLayerUpload';
    const headers = { 'content-length': '0' };
    const request = { action, method: 'POST', path: `blobs/uploads/${query}`, headers, expect: [201, 202] };
    let closed = 0;
    const classify = (error) => {
        if ((0,retryable/* shapeOf */.F5)(error).code !== 'ECONNRESET')
            return verdictOfRegistry(error);
        closed++;
        return closed < BEGIN_TRIES ? 'transient' : 'fatal';
    };
    const post = async (signal) => {
        const answer = await send(request, signal);
        await (0,base_http/* readBody */.x8)(answer);
        return answer;
    };
    try {
        return await call(action, post, { classify, isPart: true, rules: { callMs: rules.stallMs } });
    }
    catch (thrown) {
        const problem = closed === 0 ? undefined : ((0,network/* networkProblem */.W)(thrown, { what: action }) ?? thrown);
        if (!(problem instanceof base_problem/* Problem */.AF))
            throw thrown;
        const closedProblem = new base_problem/* Problem */.AF(closedAtBegin(problem, arn));
        throw closed < BEGIN_TRIES ? Object.assign(closedProblem, { code: 'ECONNRESET' }) : closedProblem;
    }
}
function closedAtBegin({ details }, arn) {
    return {
        ...details,
        on: arn,
        why: `${details.why ? `${details.why}; ` : ''}ECR closes the connection where ecr:InitiateLayerUpload is not allowed, or the repository is missing`,
        fix: `see that the repository exists, and ${details.fix}; or ${(0,denied/* allowing */.SL)({ needed: [{ actions: PUSHING, resources: [arn] }] })}`,
    };
}
async function complete({ blob, wire }, at, signal) {
    const { digest, size } = blob.descriptor;
    const path = `${at.location}${at.location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
    return sendRange({ blob, wire, from: at.from, to: size }, signal, async (body, watched) => {
        const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size - at.from}` };
        const action = 'ecr:CompleteLayerUpload';
        const answer = await wire.send({ action, method: 'PUT', path, headers, body, expect: [201, 204] }, watched);
        await (0,base_http/* readBody */.x8)(answer);
        return answer;
    });
}
async function sendPart({ blob, wire }, part, signal) {
    let { location, from } = part;
    const { send, call } = wire;
    const attempt = (within) => sendRange({ blob, wire, from, to: part.to }, within, async (body, watched) => {
        const headers = {
            'content-type': 'application/octet-stream',
            'content-length': `${part.to - from}`,
            'content-range': `${from}-${part.to - 1}`,
        };
        const request = { action: 'ecr:UploadLayerPart', method: 'PATCH', path: location, headers, body };
        const answer = await send({ ...request, expect: [201, 202, 204, 416] }, watched);
        await (0,base_http/* readBody */.x8)(answer);
        if (answer.status !== 416)
            return { location: answer.headers.location ?? location };
        const stored = Number(/^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '')?.[1] ?? Number.NaN) + 1;
        if (stored === part.to)
            return { location };
        if (!(stored > from && stored < part.to))
            throw stale();
        from = stored;
        throw lost();
    });
    const classify = (error) => (error instanceof RegistryRefused ? 'fatal' : 'transient');
    const how = { signal, classify, isPart: true, rules: { ...BLOB_RULES, attempts: PART_TRIES } };
    try {
        ({ location } = await call('ecr:UploadLayerPart', attempt, how));
        return location;
    }
    catch (thrown) {
        signal.throwIfAborted();
        throw (thrown instanceof base_problem/* Problem */.AF && thrown.details.cause) || thrown;
    }
}
async function sendRange({ blob, wire, from, to }, signal, use) {
    const { content, sent = () => { } } = blob;
    let counted = 0;
    const body = openContent(content, from, to);
    try {
        return await unlessStalled(signal, wire.rules.stallMs, async (watched, moved) => {
            body.on('data', (chunk) => {
                moved();
                counted += chunk.length;
                sent(chunk.length);
            });
            body.pause();
            return await use(body, watched);
        });
    }
    catch (thrown) {
        sent(-counted);
        throw thrown;
    }
    finally {
        body.destroy();
    }
}
function stale() {
    return Object.assign(new Error('the registry holds another part'), { code: 'ECONNRESET' });
}

;// CONCATENATED MODULE: ./lib/images/registry/client.js





function openRepository(registry, name, { http, call, pace, upload = UPLOAD_RULES }) {
    const send = sender(registry, name, http);
    const get = getter(registry, name, { http, send });
    const wire = { arn: repositoryArn(registry, name), send, get, call, pace, rules: upload };
    return {
        name,
        arn: wire.arn,
        manifest: (reference) => readManifest(reference, wire),
        putManifest: (reference, mediaType, bytes) => putManifest(reference, { mediaType, bytes }, wire),
        hasBlob: (blob) => hasBlob(blob, wire),
        read: (blob, use) => readBlob(blob, use, wire),
        probe: (blob) => probeBlob(blob, wire),
        open: (blob, from, to) => openBlob(blob, { from, to }, wire),
        config: (blob) => blobs_readConfig(blob, wire),
        push: (blob) => uploadBlob(blob, wire),
    };
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/images/registry/pace.js

const PER_SECOND = 9;
const BURST = 10;
function makePace() {
    const full = new Map();
    const each = 1000 / PER_SECOND;
    return async (host, signal) => {
        const now = Date.now();
        const at = Math.max(now, full.get(host) ?? 0) + each;
        full.set(host, at);
        const wait = at - now - BURST * each;
        if (wait > 0)
            await (0,external_node_timers_promises_.setTimeout)(wait, undefined, { signal });
    };
}

// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
;// CONCATENATED MODULE: ./lib/images/report.js






function reportImages(plan, results, { credentials }) {
    const { registries, login, pushes } = plan;
    const [first] = registries;
    const images = results?.map(described) ?? [];
    return {
        headline: headline(plan, results),
        changes: pushes.some((push) => !isDone(push)),
        lines: [
            ...(login && results
                ? [`Later steps can pull from and push to ${registries.map(({ host }) => host).join(', ')}`]
                : []),
            ...(results ?? []).map(pushLine),
        ],
        outputs: {
            registry: first?.host ?? '',
            registries: JSON.stringify(registries.map(({ host }) => host)),
            ...(images[0]
                ? {
                    images: JSON.stringify(images),
                    'image-digest': images[0].digest,
                    'image-reference': images[0].reference,
                    'image-name': images[0].name,
                }
                : {}),
            ...(credentials && first ? credentialOutputs(registries, first) : {}),
        },
        summary: pushes.length === 0 ? '' : results ? summary(results) : plannedSummary(pushes),
    };
}
function credentialOutputs(registries, first) {
    const outputs = { 'docker-username': USERNAME, 'docker-password': first.password };
    for (const { host, password } of registries) {
        const name = host.replaceAll(/[^a-zA-Z0-9_]/g, '_');
        outputs[`docker_username_${name}`] = USERNAME;
        outputs[`docker_password_${name}`] = password;
    }
    return outputs;
}
function described({ push, digest, mediaType, bytes, milliseconds }) {
    const name = report_nameOf(push);
    return {
        source: push.source,
        name,
        repository: push.repository,
        tags: tagsOn(push, digest).flatMap(({ tag }) => tag ?? []),
        digest,
        reference: `${name}@${digest}`,
        mediaType,
        bytes,
        pushed: !isDone(push),
        milliseconds,
    };
}
function report_nameOf({ registry, repository }) {
    return `${registry.host}/${repository}`;
}
function tagsOn({ tags }, digest) {
    return tags.filter(({ action, before }) => action !== 'keep' || before === digest);
}
function pushLine({ push, digest, bytes, milliseconds }) {
    const on = tagsOn(push, digest);
    const tags = on.map(({ tag }) => tag ?? 'by digest').join(', ');
    const kept = push.tags.filter((it) => !on.includes(it));
    const left = kept.map(({ tag, before }) => `; ${tag} stays ${before}`).join('');
    if (on.every(({ action }) => action === 'keep'))
        return `${report_nameOf(push)} (${tags}) stays ${digest}${left}`;
    if (isDone(push))
        return `${report_nameOf(push)} (${tags}) is ${digest} already${left}`;
    const parts = [
        `${(0,units/* formatBytes */.z3)(bytes.uploaded)} uploaded`,
        ...(bytes.mounted ? [`${(0,units/* formatBytes */.z3)(bytes.mounted)} mounted`] : []),
        ...(bytes.reused ? [`${(0,units/* formatBytes */.z3)(bytes.reused)} there already`] : []),
    ];
    return `${report_nameOf(push)} (${tags}) is now ${digest}: ${parts.join(', ')} in ${(0,units/* formatSeconds */.Xo)(milliseconds)}${left}`;
}
const ROWS = 200;
const PULLS = 10;
function summary(results) {
    const kinds = ['mounted', 'reused'].filter((kind) => results.some(({ bytes }) => bytes[kind] > 0));
    const rows = results.map(({ push, digest, bytes, milliseconds }) => [
        imageLink(push),
        tagsOf(push),
        (0,markdown/* inCode */.pN)(`${digest.slice(0, 19)}…`),
        ...['uploaded', ...kinds].map((kind) => (0,units/* formatBytes */.z3)(bytes[kind])),
        (0,units/* formatSeconds */.Xo)(milliseconds),
    ]);
    const heads = ['image', 'tags', 'digest', 'sent:', ...kinds.map((kind) => `${TITLES[kind]}:`), 'time:'];
    const pulls = results.slice(0, PULLS).map(({ push, digest }) => `docker pull ${report_nameOf(push)}@${digest}`);
    return section({ heads, rows }, [(0,markdown/* folded */.TM)('Pull by digest', (0,markdown/* block */.om)([...new Set(pulls)].join('\n'), 'sh'))]);
}
function plannedSummary(pushes) {
    const rows = pushes.map((push) => [imageLink(push), tagsOf(push), (0,units/* formatBytes */.z3)(bytesToSend(push))]);
    return section({ heads: ['image', 'tags', 'to send:'], rows }, []);
}
function section(rows, more) {
    return ['### Images (ECR)', (0,markdown/* longTable */.V4)(rows, { most: ROWS, what: 'images' }), ...more].join('\n\n');
}
function imageLink(push) {
    const { account, region } = (0,ecr_hosts/* parsePrivateHost */.jp)(push.registry.host) ?? {};
    const path = `ecr/repositories/private/${account}/${encodeURIComponent(push.repository)}?region=${region}`;
    const page = region && (0,aws_partition/* consoleUrl */.B9)({ region }, path);
    return page ? (0,markdown/* link */.nf)((0,markdown/* inCode */.pN)(report_nameOf(push)), page) : (0,markdown/* inCode */.pN)(report_nameOf(push));
}
function bytesToSend({ blobs }) {
    const sent = blobs.filter(({ action }) => action === 'upload' || action === 'compress');
    return sent.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}
function headline({ login, pushes }, results) {
    const there = pushes.filter(isDone).length;
    const sent = pushes.length - there;
    const bytes = results
        ? results.reduce((sum, it) => sum + it.bytes.uploaded, 0)
        : pushes.reduce((sum, push) => sum + bytesToSend(push), 0);
    return [
        ...(sent > 0 ? [`${(0,units/* counted */.hS)(sent, 'image')} ${results ? 'pushed' : 'to push'}, ${(0,units/* formatBytes */.z3)(bytes)}`] : []),
        ...(there > 0 ? [`${there} there already`] : []),
        ...(login ? [results ? 'logged in for later steps' : 'login for later steps'] : []),
    ].join('; ');
}
function tagsOf({ tags }) {
    return tags
        .map(({ tag, action }) => `${tag === undefined ? 'by digest' : (0,markdown/* inCode */.pN)(tag)}${OUTCOMES[action]}`)
        .join(', ');
}
const OUTCOMES = { put: '', same: ' (unchanged)', keep: ' (kept)' };
const TITLES = { mounted: 'mounted', reused: 'there already' };

;// CONCATENATED MODULE: ./lib/images/index.js

















function imagesJob(request, access, { outputCredentials }) {
    const { aws, http, runner, signal } = access;
    const pace = makePace();
    const open = (registry, name) => openRepository(registry, name, { http, call: aws.call, pace: () => pace(registry.host, signal) });
    let temp;
    const threads = makeThreads();
    const hasher = makeHasher(threads);
    let compressor;
    return {
        name: 'images',
        plan: async () => {
            const existing = request.login ? await readExisting(runner) : undefined;
            const runnerTemp = runner.env.RUNNER_TEMP;
            if (request.images.length > 0)
                temp = await makeFolder(runner);
            const { workspace, compression } = request;
            const places = { workspace, runnerTemp, temp: temp ?? (0,external_node_os_.tmpdir)(), hasher, signal };
            compressor = makeCompressor({ to: compression, temp: places.temp, threads, signal });
            const prover = makeProver({ compressor, compression, signal, warn: runner.warning });
            return {
                ...(await planImages(request, access, { places, open, prover, pullFrom: pullsFrom(access) })),
                existing,
            };
        },
        coming: (plan, results) => comingImages(plan, results?.map(({ digest }) => digest)),
        permissions: permissionsOf,
        apply: async ({ registries, pushes, existing }) => {
            if (existing)
                await leaveLogin(registries, existing, { runner, skipLogout: request.skipLogout });
            const opened = (push) => open(push.registry, push.repository);
            return applyPushes(pushes, { access, open: opened, compressor: compressor, told: pushLine });
        },
        end: async () => {
            threads.close();
            if (temp)
                await (0,promises_.rm)(temp, { recursive: true, force: true });
        },
        report: (plan, results) => reportImages(plan, results, { credentials: outputCredentials }),
        describe: describePlan,
    };
}
async function makeFolder(runner) {
    const base = runner.env.RUNNER_TEMP || (0,external_node_os_.tmpdir)();
    await (0,promises_.mkdir)(base, { recursive: true });
    const path = await (0,promises_.mkdtemp)((0,external_node_path_.join)(base, 'keyless-images-'));
    runner.undoLater({ kind: 'folder', path });
    return path;
}


/***/ })

};
