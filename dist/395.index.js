export const id = 395;
export const ids = [395];
export const modules = {

/***/ 59:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ZT: () => (/* binding */ bucketInPath),
/* harmony export */   oD: () => (/* binding */ s3Client),
/* harmony export */   wI: () => (/* binding */ s3Endpoint)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3711);

const ACCELERATED = /^https:\/\/s3-accelerate(\.dualstack)?\.amazonaws\.com\/?$/;
function s3Endpoint({ AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: all }) {
    return own || all || '';
}
function bucketInPath(env) {
    const endpoint = s3Endpoint(env);
    return endpoint !== '' && !ACCELERATED.test(endpoint);
}
function s3Client({ aws, runner }, region) {
    return new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_0__/* .S3Client */ .YxF({
        ...aws.client(region),
        forcePathStyle: bucketInPath(runner.env),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
    });
}


/***/ }),

/***/ 5668:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ poll)
/* harmony export */ });
/* harmony import */ var _deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4361);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2619);
/* harmony import */ var _timeouts_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(681);



async function poll({ look, pausesMs, deadline, timedOut, onLost, clock, signal }) {
    for (let at = 0;; at++) {
        signal.throwIfAborted();
        const left = () => deadline - clock.now();
        const inTime = (0,_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineOf */ .G)(Math.max(left(), _timeouts_js__WEBPACK_IMPORTED_MODULE_2__/* .CALL_MS */ .WD), signal);
        let isLost = false;
        try {
            const found = await Promise.race([look(), inTime.passed]);
            if (found !== undefined)
                return found;
        }
        catch (thrown) {
            signal.throwIfAborted();
            if (!mayPass(thrown))
                throw thrown;
            isLost = true;
        }
        finally {
            inTime.end();
        }
        if (left() <= 0)
            throw timedOut();
        if (isLost)
            onLost();
        await clock.sleep(Math.min(pausesMs[at] ?? pausesMs.at(-1), left()), signal);
    }
}
function mayPass(thrown) {
    return [thrown, thrown.cause].some((it) => it !== undefined && (0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .verdictOf */ .Vj)(it) !== 'fatal');
}


/***/ }),

/***/ 2395:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deployJob: () => (/* binding */ deployJob)
});

// EXTERNAL MODULE: ./lib/base/clock.js
var clock = __webpack_require__(4743);
// EXTERNAL MODULE: ./lib/base/parallel.js
var parallel = __webpack_require__(2130);
// EXTERNAL MODULE: ./lib/base/problem.js
var base_problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
;// CONCATENATED MODULE: ./lib/deploy/cancelled.js


const TELL_MS = 1_000;
function lastSeconds() {
    return AbortSignal.timeout(timeouts/* STOPPING_MS */.kM - TELL_MS);
}
function hurried(signal) {
    return signal ? { signal, rules: { attempts: 2, callMs: 1_500 } } : {};
}
function whyStopped({ reason }) {
    return reason instanceof base_problem/* Problem */.AF ? reason.details.what : 'the step was cancelled';
}
function stoppedBefore(signal, { target, underWay }) {
    const others = underWay ? `, and this goes on: ${underWay}` : '';
    return new base_problem/* Problem */.AF({
        what: `${whyStopped(signal)} before this rollout began; nothing was rolled out${others}`,
        on: target,
    });
}

// EXTERNAL MODULE: ./lib/aws/client.js + 1 modules
var client = __webpack_require__(1009);
// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
;// CONCATENATED MODULE: ./lib/deploy/denied.js



function isDenied(thrown) {
    return thrown instanceof client/* Refused */.Lw && (0,denied/* saysDenied */.KZ)(thrown);
}
function denied_denied(thrown, target) {
    if (!(thrown instanceof client/* Refused */.Lw))
        return thrown;
    const { what, why, fix, cause } = thrown.details;
    const known = BY_TEXT.find(([text]) => text.test(why ?? ''))?.[1];
    return new base_problem/* Problem */.AF({ what, on: target, why, fix: known ?? fix ?? FIXES[thrown.code], cause });
}
const PULLS = {
    Sid: 'LambdaPulls',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
};
const BY_TEXT = [
    [
        /permission to access the ECR image/,
        `it is the policy of the image's repository that must let Lambda pull, whichever account it is in. Add this statement to it (the role needs no more for that):\n${JSON.stringify(PULLS, undefined, 2)}`,
    ],
    [
        /^Cannot find alias/,
        'check the name of the alias; the step does not create one (aws lambda create-alias --function-name FUNCTION --name ALIAS --function-version VERSION)',
    ],
    [
        /not authorized to use launch template/,
        'what starts a refresh with a version of a launch template must be allowed to launch from it: ec2:RunInstances, ec2:CreateTags where the template tags, and iam:PassRole for the role of its instance profile. The output iam-policy of a dry run has them',
    ],
    [
        /^Unable to describe task definition/,
        'the task definition that the service runs has been deleted: update the service to a revision that exists, and run the job again',
    ],
];
const FIXES = {
    ClusterNotFoundException: 'check the cluster, the region and the account',
    ServiceNotFoundException: 'check the cluster, the service, the region and the account',
    RepositoryNotFoundException: 'check the repository, its account and its region',
    ResourceNotFoundException: 'check the name, the region and the account',
    CodeStorageExceededException: 'delete versions of functions that nobody uses (aws lambda list-versions-by-function), or have the quota of 75 GB raised',
    CodeVerificationFailedException: 'sign the zip with a profile that the code signing configuration of the function allows',
    InvalidCodeSignatureException: 'sign the zip anew: its signature is broken, or it was changed after it was signed',
    ApplicationDoesNotExistException: 'check the application, the region and the account',
    DeploymentGroupDoesNotExistException: 'check the deployment group, the region and the account',
    InvalidRevisionException: 'check the bundle: it is a .zip, .tar or .tgz with an appspec.yml at its root',
};

;// CONCATENATED MODULE: ./lib/deploy/idle.js


async function whenIdle(name, stage, look) {
    const { settings, watch, access } = stage;
    let told;
    try {
        const { found } = await watch.until(`what is under way on ${name}`, async () => {
            const looked = await look();
            const { busy, end } = looked;
            if (!busy)
                return looked;
            if (settings.busy === 'fail')
                throw underWayOn(name, busy);
            if (settings.busy === 'replace')
                await end?.();
            if (busy !== told)
                access.runner.info(`${name}: waits, ${busy}`);
            told = busy;
            return undefined;
        });
        return found;
    }
    catch (thrown) {
        if (!access.signal.aborted || told === undefined)
            throw thrown;
        throw stoppedBefore(access.signal, { target: name, underWay: told });
    }
}
function underWayOn(target, busy) {
    return new base_problem/* Problem */.AF({
        what: `a rollout is under way: ${busy}`,
        on: target,
        fix: 'run the step again when it is over; or set deploy-busy: wait, or replace',
    });
}

// EXTERNAL MODULE: ./lib/deploy/line.js
var line = __webpack_require__(7937);
;// CONCATENATED MODULE: ./lib/deploy/plan.js




async function planTargets(rollers, settings) {
    const targets = await (0,parallel/* together */.bs)(rollers.map(async (roller) => {
        const name = (0,line/* nameOf */.Vb)(roller.target);
        try {
            const plan = await roller.plan();
            if (plan.underWay !== undefined && settings.busy === 'fail')
                throw underWayOn(plan.target, plan.underWay);
            return plan;
        }
        catch (thrown) {
            throw denied_denied(thrown, name);
        }
    }));
    return { targets, settings };
}
function isDone({ changes, underWay }) {
    return changes.length === 0 && underWay === undefined;
}

// EXTERNAL MODULE: ./lib/aws/partition.js
var aws_partition = __webpack_require__(915);
;// CONCATENATED MODULE: ./lib/deploy/target.js


function outcomeOf({ plan, after, id, page }, ending, { session }) {
    const console = page === '' ? '' : (0,aws_partition/* consoleUrl */.B9)(session, page);
    return { target: plan.target, before: plan.before, after, id, console, ...ending };
}
function unchanged({ target, before }, { permissions }) {
    return { target, before, after: before, id: '', state: 'unchanged', isChanged: false, console: '', permissions };
}
function target_short(digest) {
    return digest.startsWith('sha256:') ? `${digest.slice(0, 19)}…` : digest;
}
function isRefused(thrown, ...codes) {
    return thrown instanceof client/* Refused */.Lw && codes.includes(thrown.code);
}

;// CONCATENATED MODULE: ./lib/deploy/apply.js






async function applyTargets(rollers, { targets }, signal) {
    const pairs = rollers.map((roller, at) => ({ roller, plan: targets[at] }));
    for (const { roller, plan } of pairs) {
        if (isDone(plan) || !roller.first)
            continue;
        try {
            await roller.first(plan);
        }
        catch (thrown) {
            throw problemOf(thrown, plan, signal);
        }
    }
    const { done, failure } = await (0,parallel/* settle */.G9)(pairs.map(({ roller, plan }) => applyOne(roller, plan, signal)));
    if (failure !== undefined)
        throw failure;
    return { outcomes: done };
}
function problemOf(thrown, plan, signal) {
    return signal.aborted && thrown === signal.reason ? stoppedBefore(signal, plan) : denied_denied(thrown, plan.target);
}
async function applyOne(roller, plan, signal) {
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 100) / 10;
    try {
        const outcome = isDone(plan) ? unchanged(plan, plan) : await roller.apply(plan);
        return { ...outcome, seconds: seconds() };
    }
    catch (thrown) {
        const problem = problemOf(thrown, plan, signal);
        if (!(problem instanceof base_problem/* Problem */.AF))
            throw problem;
        const { target, before, after = '' } = plan;
        const facts = { target, before, after, id: '', console: '', isChanged: false };
        return { ...facts, state: 'failed', problem, seconds: seconds() };
    }
}

// EXTERNAL MODULE: ./lib/base/retryable.js
var retryable = __webpack_require__(2619);
// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
// EXTERNAL MODULE: ./lib/base/poll.js
var poll = __webpack_require__(5668);
;// CONCATENATED MODULE: ./lib/deploy/wait.js



const LOOKS_MS = [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000];
const NOT_SHOWN = `look at it in the console, and run the job again; if AWS shows it there, ${base_problem/* CHECK_ENDPOINTS */.EY}`;
const TWO_DEPLOYERS = 'run the job again when it is over; put all jobs that deploy to this target into one concurrency group, or set deploy-busy: wait';
class TimedOut extends base_problem/* Problem */.AF {
    constructor(what, minutes) {
        super({
            what: `waited ${minutes} minute${minutes === 1 ? '' : 's'} for ${what}`,
            fix: 'raise deploy-timeout-minutes if it only needs longer',
        });
    }
}
async function whatEnded(told, signal, look) {
    const { what, why, fix } = told instanceof base_problem/* Problem */.AF ? told.details : { what: whyStopped(signal) };
    const unseen = (failed) => failed instanceof base_problem/* Problem */.AF ? [`more could not be looked at: ${failed.details.what}`] : [];
    const held = told instanceof TimedOut ? await look().catch(unseen) : [];
    return { what, why: [...(why ? [why] : []), ...held].join('\n') || undefined, fix };
}
function makeWatch({ clock, signal, say, minutes }) {
    const deadline = clock.now() + minutes * 60_000;
    return {
        minutes,
        within: (other, otherSignal = signal) => makeWatch({ clock, signal: otherSignal, say, minutes: other }),
        until: (what, look) => (0,poll/* poll */.w)({
            look,
            pausesMs: LOOKS_MS,
            deadline,
            timedOut: () => new TimedOut(what, minutes),
            onLost: () => say(`no answer while waiting for ${what}; asking again`),
            clock,
            signal,
        }),
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
// EXTERNAL MODULE: ./lib/aws/not-aws.js
var not_aws = __webpack_require__(7360);
// EXTERNAL MODULE: ./lib/aws/shared-config.js
var shared_config = __webpack_require__(6683);
// EXTERNAL MODULE: ./lib/aws/sigv4.js
var sigv4 = __webpack_require__(8998);
// EXTERNAL MODULE: ./lib/aws/xml.js
var xml = __webpack_require__(2256);
;// CONCATENATED MODULE: ./lib/aws/api.js








const MAX_SKEW_MS = 240_000;
class ApiError extends Error {
    $metadata;
    $fault = 'client';
    constructor(code, message, status) {
        super(message);
        this.name = code;
        this.$metadata = { httpStatusCode: status };
    }
}
function openApi(service, deps) {
    const send = openConnection(service, deps);
    return {
        json: (action, input, how) => {
            const headers = { 'x-amz-target': `${service.targetPrefix}.${action}` };
            const body = Buffer.from(JSON.stringify(input));
            const request = { method: 'POST', path: '/', type: 'application/x-amz-json-1.1', headers, body };
            return send(request, { action, read: readObject }, how);
        },
        query: (action, input, how) => {
            const form = new URLSearchParams({ Action: action, Version: service.version ?? '', ...flat(input) });
            const body = Buffer.from(form.toString());
            const request = { method: 'POST', path: '/', type: 'application/x-www-form-urlencoded; charset=utf-8', body };
            return send(request, { action, read: (text) => resultOf(action, text) }, how);
        },
        rest: ({ action, method, path, query = {}, body }, how) => {
            const bytes = Buffer.from(body ? JSON.stringify(body) : '');
            const names = Object.keys(query).sort();
            const text = names
                .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent((query[name] ?? '').toWellFormed())}`)
                .join('&');
            const request = { method, path, query: text, type: 'application/json', body: bytes };
            return send(request, { action, read: readObject }, how);
        },
    };
}
function openConnection(service, { http, aws, session, env }) {
    const { region, credentials } = session;
    const endpoint = endpointOf(service, { region, fips: aws.fips }, env);
    const sign = (0,sigv4/* makeSigner */.z)({ region, service: service.name, credentials });
    let offset = 0;
    const exchange = async (request, signal) => {
        const { method, query = '', type, headers = {}, body } = request;
        const path = endpoint.pathname.replace(/\/$/, '') + request.path;
        const unsigned = {
            host: endpoint.host,
            'content-type': type,
            'user-agent': base_http/* USER_AGENT */._O,
            'x-amz-content-sha256': (0,external_node_crypto_.hash)('sha256', body, 'hex'),
            ...headers,
        };
        const signed = await sign({ method, path, query, headers: unsigned }, new Date(Date.now() + offset));
        const url = new URL(`${endpoint.origin}${path}${query === '' ? '' : `?${query}`}`);
        const sent = { ...signed, 'content-length': String(body.length) };
        const answer = await http.request({ method, url, headers: sent, body, signal });
        return { status: answer.status, headers: answer.headers, text: (await (0,base_http/* readBody */.x8)(answer, 16 << 20)).toString() };
    };
    return (request, { action, read }, how = {}) => {
        let moved = false;
        const attempt = async (signal) => {
            moved = false;
            const used = offset;
            const { status, headers, text } = await exchange(request, signal);
            if (status >= 200 && status < 300) {
                const value = read(text);
                if (value === undefined)
                    throw (0,not_aws/* notAws */.H)(`${service.name}:${action}`);
                return value;
            }
            const skew = Date.parse(String(headers.date)) - Date.now();
            moved = Math.abs(skew - used) > MAX_SKEW_MS;
            if (moved)
                offset = skew;
            throw errorOf(status, String(headers['x-amzn-errortype'] ?? ''), text);
        };
        const classify = (error) => moved && (0,retryable/* shapeOf */.F5)(error).status < 500 ? 'transient' : (how.classify ?? retryable/* verdictOf */.Vj)(error);
        const call = `${service.name}:${action}`;
        return aws.call(call, attempt, { ...how, classify });
    };
}
function endpointOf({ name, variable }, { region, fips: named = false }, env) {
    const shared = (0,shared_config/* endpointSettings */.h6)(variable.toLowerCase(), env);
    const configured = env[`AWS_ENDPOINT_URL_${variable}`] || env.AWS_ENDPOINT_URL || shared.endpoint;
    const ignored = (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? shared.ignoreConfigured) === 'true';
    if (configured && !ignored)
        return new URL(configured);
    const { domain, dualStackDomain } = (0,aws_partition/* partitionOf */.iQ)(region);
    const fips = named || (env.AWS_USE_FIPS_ENDPOINT ?? shared.fips) === 'true' ? '-fips' : '';
    const dualStack = (env.AWS_USE_DUALSTACK_ENDPOINT ?? shared.dualStack) === 'true';
    return new URL(`https://${name}${fips}.${region}.${dualStack ? dualStackDomain : domain}`);
}
function readObject(text) {
    try {
        const value = JSON.parse(text || '{}', withoutNulls);
        return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
    }
    catch {
        return undefined;
    }
}
function withoutNulls(_key, value) {
    if (Array.isArray(value))
        return value.filter((it) => it !== undefined);
    return value ?? undefined;
}
function resultOf(action, text) {
    const response = (0,xml/* nodeOf */.E7)((0,xml/* readXml */.km)(text), `${action}Response`);
    return response && ((0,xml/* nodeOf */.E7)(response, `${action}Result`) ?? response);
}
function errorOf(status, header, text) {
    const json = readObject(text);
    const typed = header || String(json?.__type ?? json?.code ?? '') || (0,xml/* firstText */.ou)(text, 'Code');
    const code = typed.split(':')[0]?.split('#').at(-1);
    const message = String(json?.message ?? json?.Message ?? '') || (0,xml/* firstText */.ou)(text, 'Message');
    return new ApiError(code || `HTTP${status}`, message, status);
}
const ITEM_LISTS = new Set(['Reference']);
function flat(input, prefix = '') {
    const fields = {};
    for (const [name, value] of Object.entries(input)) {
        if (value === undefined)
            continue;
        const key = prefix + name;
        if (Array.isArray(value)) {
            const element = ITEM_LISTS.has(name) ? 'item' : 'member';
            for (const [at, one] of value.entries())
                Object.assign(fields, flat({ [`${key}.${element}.${at + 1}`]: one }));
        }
        else if (typeof value === 'object' && value !== null)
            Object.assign(fields, flat(value, `${key}.`));
        else
            fields[key] = String(value);
    }
    return fields;
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/api.js



const ONGOING = ['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'];
const AUTO_SCALING = { name: 'autoscaling', variable: 'AUTO_SCALING', version: '2011-01-01' };
const EC2 = { name: 'ec2', variable: 'EC2', version: '2016-11-15' };
function openScaling(name, access, signal) {
    const { http, aws, session, runner } = access;
    const deps = { http, aws, session, env: runner.env };
    const api = openApi(AUTO_SCALING, deps);
    const how = hurried(signal);
    const AutoScalingGroupName = name;
    const ask = (action, input, more) => api.query(action, input, { ...how, ...more });
    return {
        group: async () => {
            const answer = await ask('DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] });
            const [group] = (0,xml/* listOf */.c3)(answer, 'AutoScalingGroups');
            return group && readGroup(group);
        },
        refreshes: async () => {
            const answer = await ask('DescribeInstanceRefreshes', { AutoScalingGroupName, MaxRecords: 20 });
            const found = (0,xml/* listOf */.c3)(answer, 'InstanceRefreshes').map(readRefresh);
            return found.sort((a, b) => (a.started < b.started ? 1 : a.started > b.started ? -1 : 0));
        },
        refresh: async (id) => {
            const answer = await ask('DescribeInstanceRefreshes', { AutoScalingGroupName, InstanceRefreshIds: [id] });
            return (0,xml/* listOf */.c3)(answer, 'InstanceRefreshes')
                .map(readRefresh)
                .find((it) => it.id === id);
        },
        start: async (input, more) => (0,xml/* textOf */.b6)(await ask('StartInstanceRefresh', { AutoScalingGroupName, ...input }, more), 'InstanceRefreshId'),
        rollback: async () => {
            await ask('RollbackInstanceRefresh', { AutoScalingGroupName });
        },
        cancel: async () => {
            await ask('CancelInstanceRefresh', { AutoScalingGroupName });
        },
        warmPool: () => wholeWarmPool((input) => ask('DescribeWarmPool', { AutoScalingGroupName, ...input })),
        failures: async () => failuresIn(await ask('DescribeScalingActivities', { AutoScalingGroupName, MaxRecords: 20 })),
        version: async ({ id, version }) => {
            const input = { LaunchTemplateId: id, 'LaunchTemplateVersion.1': version };
            const answer = await openApi(EC2, deps).query('DescribeLaunchTemplateVersions', input, how);
            return readVersion((0,xml/* listOf */.c3)(answer, 'launchTemplateVersionSet')[0]);
        },
    };
}
async function wholeWarmPool(ask) {
    const found = [];
    const seen = new Set();
    let token = '';
    do {
        seen.add(token);
        const page = await ask(token ? { NextToken: token } : {});
        found.push(...(0,xml/* listOf */.c3)(page, 'Instances').map(readInstance));
        token = (0,xml/* textOf */.b6)(page, 'NextToken');
    } while (!seen.has(token));
    return found.filter(({ state }) => !/Terminat/.test(state));
}
function failuresIn(answer) {
    const failed = (0,xml/* listOf */.c3)(answer, 'Activities').filter((it) => ['Failed', 'Cancelled'].includes((0,xml/* textOf */.b6)(it, 'StatusCode')));
    return [...new Set(failed.map((it) => (0,xml/* textOf */.b6)(it, 'StatusMessage') || (0,xml/* textOf */.b6)(it, 'Description')))];
}
function readVersion(node) {
    const data = (0,xml/* nodeOf */.E7)(node, 'launchTemplateData');
    return (node && {
        image: (0,xml/* textOf */.b6)(data, 'imageId'),
        profile: (0,xml/* nodeOf */.E7)(data, 'iamInstanceProfile') !== undefined,
        tags: data !== undefined && (0,xml/* listOf */.c3)(data, 'tagSpecificationSet').length > 0,
    });
}
const LEAVING = /^(Terminat|Detach|Quarantin)/;
function readGroup(group) {
    const mixedPolicy = (0,xml/* nodeOf */.E7)(group, 'MixedInstancesPolicy');
    const launches = (0,xml/* nodeOf */.E7)(mixedPolicy, 'LaunchTemplate');
    const mixed = (0,xml/* nodeOf */.E7)(launches, 'LaunchTemplateSpecification');
    const instances = (0,xml/* listOf */.c3)(group, 'Instances').map(readInstance);
    return {
        arn: (0,xml/* textOf */.b6)(group, 'AutoScalingGroupARN'),
        desired: Number((0,xml/* textOf */.b6)(group, 'DesiredCapacity')),
        template: readTemplate((0,xml/* nodeOf */.E7)(group, 'LaunchTemplate') ?? mixed),
        mixedPolicy,
        overrides: new Map((launches ? (0,xml/* listOf */.c3)(launches, 'Overrides') : []).flatMap((it) => {
            const { id, version = '' } = readTemplate((0,xml/* nodeOf */.E7)(it, 'LaunchTemplateSpecification')) ?? {};
            return id ? [[id, { type: (0,xml/* textOf */.b6)(it, 'InstanceType'), version }]] : [];
        })),
        instances: instances.filter(({ state }) => !LEAVING.test(state)),
        held: instances.filter(({ state }) => state.endsWith(':Wait')),
        hasWarmPool: (0,xml/* nodeOf */.E7)(group, 'WarmPoolConfiguration') !== undefined,
        isBalanced: BALANCED_BY.some((name) => Array.isArray(group[name]) && group[name].length > 0),
        healthChecks: (0,xml/* textOf */.b6)(group, 'HealthCheckType').split(','),
        protectsNew: (0,xml/* textOf */.b6)(group, 'NewInstancesProtectedFromScaleIn') === 'true',
        suspended: (0,xml/* listOf */.c3)(group, 'SuspendedProcesses').map((it) => (0,xml/* textOf */.b6)(it, 'ProcessName')),
    };
}
const BALANCED_BY = ['LoadBalancerNames', 'TargetGroupARNs', 'TrafficSources'];
function readInstance(node) {
    return {
        id: (0,xml/* textOf */.b6)(node, 'InstanceId'),
        state: (0,xml/* textOf */.b6)(node, 'LifecycleState'),
        isProtected: (0,xml/* textOf */.b6)(node, 'ProtectedFromScaleIn') === 'true',
        template: readTemplate((0,xml/* nodeOf */.E7)(node, 'LaunchTemplate')),
    };
}
function readTemplate(node) {
    return node && { id: (0,xml/* textOf */.b6)(node, 'LaunchTemplateId'), version: (0,xml/* textOf */.b6)(node, 'Version') || '$Default' };
}
function readRefresh(node) {
    return {
        id: (0,xml/* textOf */.b6)(node, 'InstanceRefreshId'),
        status: (0,xml/* textOf */.b6)(node, 'Status'),
        reason: (0,xml/* textOf */.b6)(node, 'StatusReason'),
        percent: (0,xml/* textOf */.b6)(node, 'PercentageComplete'),
        left: (0,xml/* textOf */.b6)(node, 'InstancesToUpdate'),
        started: (0,xml/* textOf */.b6)(node, 'StartTime'),
    };
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/checks.js

function checkGroup(group, on) {
    checkInstances(group, on);
    checkProcesses(group, on);
}
function checkInstances({ instances, arn, protectsNew }, on) {
    const guarded = instances.filter(({ isProtected }) => isProtected).map(({ id }) => id);
    const standby = instances.filter(({ state }) => /Standby/.test(state)).map(({ id }) => id);
    const group = nameIn(arn);
    if (guarded.length > 0) {
        const next = protectsNew
            ? `; the group protects each new instance, too: before every rollout, or for good with aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group} --no-new-instances-protected-from-scale-in`
            : '';
        throw new base_problem/* Problem */.AF({
            what: `${guarded.join(', ')} ${guarded.length === 1 ? 'is' : 'are'} protected from scale in, and would not be replaced`,
            on,
            fix: `aws autoscaling set-instance-protection --no-protected-from-scale-in --auto-scaling-group-name ${group} --instance-ids ${guarded.join(' ')}${next}`,
        });
    }
    if (standby.length > 0) {
        throw new base_problem/* Problem */.AF({
            what: `${standby.join(', ')} ${standby.length === 1 ? 'is' : 'are'} in standby, and would not be replaced`,
            on,
            fix: `aws autoscaling exit-standby --auto-scaling-group-name ${group} --instance-ids ${standby.join(' ')}`,
        });
    }
}
const NEEDED_PROCESSES = ['Launch', 'Terminate', 'InstanceRefresh'];
function checkProcesses({ suspended, isBalanced, arn }, on) {
    const stopped = NEEDED_PROCESSES.filter((it) => suspended.includes(it));
    const unreached = isBalanced && suspended.includes('AddToLoadBalancer') ? ['AddToLoadBalancer'] : [];
    const all = [...stopped, ...unreached];
    if (all.length === 0)
        return;
    const so = stopped.length > 0 ? 'no instance would be replaced' : 'no new instance would get traffic';
    throw new base_problem/* Problem */.AF({
        what: `the process${all.length === 1 ? '' : 'es'} ${all.join(', ')} of the group ${all.length === 1 ? 'is' : 'are'} suspended, so that ${so}`,
        on,
        fix: `aws autoscaling resume-processes --auto-scaling-group-name ${nameIn(arn)} --scaling-processes ${all.join(' ')}`,
    });
}
function nameIn(arn) {
    return arn.split('autoScalingGroupName/').at(-1);
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/permissions.js

function permissionsFor(group, facts) {
    const { version, isDone, settings, hasWarmPool } = facts;
    const reads = [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeInstanceRefreshes',
        ...(isDone || !settings.wait ? [] : ['autoscaling:DescribeScalingActivities']),
        ...(version !== undefined && hasWarmPool ? ['autoscaling:DescribeWarmPool'] : []),
        ...(version === undefined ? [] : ['ec2:DescribeLaunchTemplateVersions']),
    ];
    const looks = { actions: reads, resources: ['*'] };
    if (isDone)
        return [looks];
    return [looks, toRefresh(facts), ...(version === undefined ? [] : toLaunch(group, facts))];
}
function toRefresh({ session, target, isReversible, settings }) {
    const { partition, region, accountId } = session;
    const undoes = settings.onFailure === 'rollback' && settings.wait;
    const cancels = settings.busy === 'replace' || (undoes && !isReversible);
    return {
        actions: [
            'autoscaling:StartInstanceRefresh',
            ...(undoes && isReversible ? ['autoscaling:RollbackInstanceRefresh'] : []),
            ...(cancels ? ['autoscaling:CancelInstanceRefresh'] : []),
        ],
        resources: [
            `arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${target.group}`,
        ],
    };
}
function toLaunch({ template }, { session, found }) {
    const { partition, region, accountId } = session;
    const launchTemplate = `arn:${partition}:ec2:${region}:${accountId}:launch-template/${template?.id}`;
    return [
        {
            actions: ['ec2:RunInstances'],
            resources: ['*'],
            conditions: { ArnEquals: { 'ec2:LaunchTemplate': launchTemplate } },
        },
        ...(found?.tags
            ? [
                {
                    actions: ['ec2:CreateTags'],
                    resources: ['*'],
                    conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
                },
            ]
            : []),
        ...(found?.profile
            ? [
                {
                    actions: ['iam:PassRole'],
                    resources: [`arn:${partition}:iam::${accountId}:role/*`],
                    conditions: { StringEquals: { 'iam:PassedToService': `ec2.${(0,aws_partition/* partitionOf */.iQ)(region).domain}` } },
                },
            ]
            : []),
    ];
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/plan.js





async function planGroup({ target, template }, { access, settings }) {
    const name = `asg:${target.group}`;
    const scaling = openScaling(target.group, access);
    const group = await scaling.group();
    if (!group) {
        throw new base_problem/* Problem */.AF({
            what: `there is no Auto Scaling group ${target.group}`,
            on: name,
            fix: 'check the region and the account',
        });
    }
    const underWay = await refreshUnderWay(scaling);
    const version = template === undefined ? undefined : String(template);
    checkGroup(group, name);
    const found = version === undefined ? undefined : await templateVersion(scaling, { group, version, on: name });
    const waiting = version !== undefined && group.hasWarmPool ? await scaling.warmPool() : [];
    const isDone = version !== undefined && hasVersion(group, { version, waiting });
    const obstacles = version === undefined ? [] : obstaclesTo(group, { version, image: found?.image ?? '' });
    const isReversible = version !== undefined && obstacles.length === 0;
    const before = group.template ? `template:${group.template.version}` : 'its launch configuration';
    return {
        target: name,
        before,
        after: version === undefined ? before : `template:${version}`,
        changes: isDone ? [] : [changeOf(group, { before, version, waiting: waiting.length })],
        underWay,
        warnings: isDone ? [] : warningsFor(name, { group, version, obstacles }),
        notices: isDone || version !== undefined || settings.onFailure === 'leave'
            ? []
            : [`${name}: what instances read at boot is not rolled back; a failed refresh leaves new and old instances`],
        permissions: permissionsFor(group, {
            ...{ session: access.session, target, version, found, isDone, isReversible, settings },
            hasWarmPool: group.hasWarmPool,
        }),
        group,
        desired: version === undefined ? undefined : desiredFor(group, version),
        version,
        isReversible,
    };
}
async function refreshUnderWay(scaling) {
    const refresh = (await scaling.refreshes()).find(({ status }) => ONGOING.includes(status));
    return refresh && `instance refresh ${refresh.id} is ${refresh.status}`;
}
async function templateVersion(scaling, { group, version, on }) {
    if (!group.template) {
        throw new base_problem/* Problem */.AF({
            what: 'the group has a launch configuration, and no launch template',
            on,
            fix: 'give the group a launch template, or write asg:GROUP without a version',
        });
    }
    const none = (cause) => new base_problem/* Problem */.AF({
        what: `the launch template ${group.template?.id} has no version ${version}`,
        on,
        fix: `write a version that it has: aws ec2 describe-launch-template-versions --launch-template-id ${group.template?.id}`,
        cause,
    });
    try {
        const found = await scaling.version({ id: group.template.id, version });
        if (found)
            return found;
    }
    catch (thrown) {
        throw thrown.code === 'InvalidLaunchTemplateId.VersionNotFound' ? none(thrown) : thrown;
    }
    throw none();
}
function changeOf({ instances }, { before, version, waiting, }) {
    const count = `${(0,units/* counted */.hS)(instances.length, 'instance')}${waiting > 0 ? ` and ${waiting} in the warm pool` : ''}`;
    return version === undefined ? `${count} are replaced (${before})` : `${count}: ${before} → template:${version}`;
}
function hasVersion({ template, instances, overrides }, { version, waiting }) {
    const isAt = (it) => it.template?.id === template?.id ? it.template?.version === version : overrides.has(it.template?.id ?? '');
    return template?.version === version && [...instances, ...waiting].every(isAt);
}
function obstaclesTo({ template, overrides }, { version, image }) {
    const isNumber = (it) => /^\d+$/.test(it);
    const floating = [...overrides.values()].filter((it) => !isNumber(it.version));
    return [
        ...(template && !isNumber(template.version)
            ? [`the group uses the version ${template.version} of its launch template. Give the group a number`]
            : []),
        ...floating.map((it) => `the override for ${it.type} uses the version ${it.version} of its launch template. Give it a number`),
        ...(template?.version === version
            ? [
                `the group itself names version ${version} already, and has no other to go back to. Let this step bring the version, and leave it out of what sets up the group`,
            ]
            : []),
        ...(image.startsWith('resolve:ssm:')
            ? [`version ${version} takes its AMI from a parameter of SSM. Give it the id of an AMI`]
            : []),
    ];
}
function warningsFor(name, { group, version, obstacles }) {
    const { template, overrides, instances, isBalanced, healthChecks, suspended } = group;
    const cannot = `${name}: the refresh cannot be rolled back, because`;
    const floats = template !== undefined && !/^\d+$/.test(template.version);
    return [
        ...(version === undefined && floats
            ? [
                `${cannot} the group uses the version ${template.version} of its launch template. Give the group a number, and write template:VERSION => ${name}`,
            ]
            : []),
        ...obstacles.map((why) => `${cannot} ${why}`),
        ...(version !== undefined && overrides.size > 0
            ? [
                `${name}: version ${version} does not reach instances of the type ${[...overrides.values()].map(({ type }) => type).join(', ')}, because the group's overrides name a launch template of their own for it`,
            ]
            : []),
        ...(instances.length === 0 ? [`${name}: the group has no instances, so nothing proves that it works`] : []),
        ...(isBalanced && !healthChecks.some((it) => OF_BALANCERS.includes(it))
            ? [
                `${name}: a refresh counts an instance as healthy to which the load balancer sends no traffic, because the group's health checks are ${healthChecks.join(', ')} alone. Set its health check type to ELB`,
            ]
            : []),
        ...(suspended.includes('HealthCheck')
            ? [
                `${name}: a refresh counts every instance as healthy, because the process HealthCheck of the group is suspended`,
            ]
            : []),
    ];
}
const OF_BALANCERS = ['ELB', 'VPC_LATTICE'];
function desiredFor({ template, mixedPolicy }, version) {
    const own = { LaunchTemplateId: template?.id, Version: version };
    if (!mixedPolicy)
        return { LaunchTemplate: own };
    const policy = withoutNames(mixedPolicy);
    return {
        MixedInstancesPolicy: { ...policy, LaunchTemplate: { ...policy.LaunchTemplate, LaunchTemplateSpecification: own } },
    };
}
function withoutNames(value) {
    if (typeof value === 'string')
        return value === '' ? undefined : value;
    if (Array.isArray(value))
        return value.map(withoutNames);
    const node = value;
    const kept = Object.entries(node).filter(([name]) => name !== 'LaunchTemplateName' || !('LaunchTemplateId' in node));
    return Object.fromEntries(kept.map(([name, it]) => [name, withoutNames(it)]));
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/rollback.js




async function rollBack(broken, stage) {
    const { rollout, plan, isOngoing, isUndone } = broken;
    const { access, settings } = stage;
    const isCancelled = access.signal.aborted;
    const scaling = openScaling(rollout.target.group, access, isCancelled ? lastSeconds() : undefined);
    const notes = [];
    let undone = isUndone;
    let goesOn = false;
    if (isOngoing && settings.onFailure === 'rollback') {
        try {
            const begun = await begin(scaling, plan);
            notes.push(begun);
            if (isCancelled && begun === ROLLING_BACK)
                notes.push('it goes on by itself');
            if (!isCancelled && begun !== OVER)
                undone = (await ended(scaling, plan, stage)) === 'RollbackSuccessful';
        }
        catch (thrown) {
            if (access.signal.aborted && !isCancelled)
                return rollBack(broken, stage);
            const why = thrown instanceof base_problem/* Problem */.AF ? thrown.details.what : 'no answer';
            notes.push(`the rollback failed: ${why}; the refresh may go on`);
            goesOn = true;
        }
    }
    else if (isOngoing) {
        notes.push('deploy-on-failure: leave, so it goes on');
        goesOn = true;
    }
    const group = await scaling.group().catch(() => undefined);
    const serves = group ? inWords(group) : 'what serves now is not known';
    const isBack = !goesOn && group !== undefined && plan.version !== undefined && isAtBefore(group, plan);
    return { serves: [...notes, serves].join('; '), isBack, isUndone: undone };
}
const OVER = 'it was over';
const ROLLING_BACK = 'the rollback was started';
async function begin(scaling, { isReversible }) {
    try {
        if (isReversible)
            return await reverted(scaling);
        await scaling.cancel();
        return 'it cannot be rolled back and was cancelled';
    }
    catch (thrown) {
        if (isRefused(thrown, 'ActiveInstanceRefreshNotFound'))
            return OVER;
        throw thrown;
    }
}
async function reverted(scaling) {
    const [latest] = await scaling.refreshes();
    if (latest?.status !== 'RollbackInProgress')
        await scaling.rollback();
    return ROLLING_BACK;
}
async function ended(scaling, plan, { watch, settings }) {
    return watch.within(settings.timeoutMinutes).until(`${plan.target} to roll back`, async () => {
        const [latest] = await scaling.refreshes();
        return latest && !ONGOING.includes(latest.status) ? latest.status : undefined;
    });
}
function isAtBefore({ instances }, plan) {
    return instances.every(({ template }) => template?.version !== plan.version) && instances.length > 0;
}
function inWords({ instances }) {
    const versions = Map.groupBy(instances, ({ template }) => template?.version ?? 'another configuration');
    const parts = [...versions].map(([version, all]) => `${all.length} of ${/^\d/.test(version) ? `template:${version}` : version}`);
    return `the group has ${instances.length} instances: ${parts.join(', ') || 'none'}`;
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/apply.js












const TITLES = {
    'rolled back': 'the instance refresh failed and Auto Scaling rolled it back',
    failed: 'the instance refresh failed',
    stopped: 'the instance refresh was cancelled by hand',
    superseded: 'the instance refresh was superseded by another one, which is left alone',
};
const MISSES = 6;
async function applyGroup(rollout, stage, planned) {
    const { access, settings } = stage;
    const scaling = openScaling(rollout.target.group, access);
    await untilIdle(scaling, planned.target, stage);
    const plan = await planGroup(rollout, stage);
    if (plan.changes.length === 0)
        return unchanged(planned, plan);
    let id = '';
    const page = `ec2/home?region=${access.session.region}#AutoScalingGroupDetails:id=${encodeURIComponent(rollout.target.group)};view=instanceRefresh`;
    const outcome = (ending) => outcomeOf({ plan, after: plan.after ?? '', id, page }, ending, access);
    const broken = (state, problem, after) => outcome({
        state: after.isUndone && after.isBack ? 'rolled back' : state === 'succeeded' ? 'failed' : state,
        isChanged: !after.isBack,
        problem,
    });
    try {
        id = await started(scaling, plan, stage);
        access.runner.info(`${plan.target}: instance refresh ${id} began`);
        if (!settings.wait)
            return outcome({ state: 'started', isChanged: true });
        const end = await followed(scaling, { id, plan, stage });
        if (end.kind === 'succeeded')
            return outcome({ state: 'succeeded', isChanged: true });
        const after = await rollBack({ rollout, plan, isOngoing: false, isUndone: end.kind === 'rolled back' }, stage);
        const what = `${TITLES[end.kind]}; ${after.serves}`;
        return broken(end.kind, new base_problem/* Problem */.AF({ what, on: plan.target, why: end.reasons.join('\n') || undefined }), after);
    }
    catch (thrown) {
        const told = denied_denied(thrown, plan.target);
        if (id === '' && access.signal.aborted) {
            const what = `${whyStopped(access.signal)}; an instance refresh may have begun: check the group`;
            return outcome({ state: 'failed', isChanged: false, problem: new base_problem/* Problem */.AF({ what, on: plan.target }) });
        }
        if (id === '' && told instanceof base_problem/* Problem */.AF)
            return outcome({ state: 'failed', isChanged: false, problem: told });
        if (!access.signal.aborted && !(told instanceof base_problem/* Problem */.AF))
            throw told;
        const { what, why, fix } = await whatEnded(told, access.signal, () => whatHolds(scaling, id));
        const after = await rollBack({ rollout, plan, isOngoing: id !== '', isUndone: false }, stage);
        return broken('failed', new base_problem/* Problem */.AF({ what: `${what}; ${after.serves}`, on: plan.target, why, fix }), after);
    }
}
async function untilIdle(scaling, name, stage) {
    let isCancelled = false;
    const end = async () => {
        if (isCancelled)
            return;
        await scaling.cancel().catch((thrown) => {
            if (!isRefused(thrown, 'ActiveInstanceRefreshNotFound'))
                throw thrown;
        });
        isCancelled = true;
    };
    await whenIdle(name, stage, async () => ({ busy: await refreshUnderWay(scaling), found: true, end }));
}
async function started(scaling, plan, { settings }) {
    const known = new Set((await scaling.refreshes()).map((it) => it.id));
    let attempts = 0;
    const input = {
        ...(plan.desired ? { DesiredConfiguration: plan.desired } : {}),
        Preferences: { SkipMatching: false, AutoRollback: plan.isReversible && settings.onFailure === 'rollback' },
    };
    let id;
    try {
        id = await scaling.start(input, {
            classify: (error) => {
                attempts++;
                return (0,retryable/* verdictOf */.Vj)(error);
            },
        });
    }
    catch (thrown) {
        if (!isRefused(thrown, 'InstanceRefreshInProgress'))
            throw thrown;
        const [newest] = (await scaling.refreshes()).filter((it) => !known.has(it.id));
        if (!newest || attempts < 2) {
            throw new base_problem/* Problem */.AF({
                what: 'somebody else began an instance refresh at the same time',
                on: plan.target,
                fix: TWO_DEPLOYERS,
            });
        }
        id = newest.id;
    }
    if (id !== '')
        return id;
    throw new base_problem/* Problem */.AF({
        what: 'Auto Scaling did not say which instance refresh it began',
        on: plan.target,
        fix: NOT_SHOWN,
    });
}
async function followed(scaling, { id, plan, stage }) {
    let told = '';
    let misses = 0;
    return stage.watch.until(`${plan.target} to finish instance refresh ${id}`, async () => {
        const refresh = await scaling.refresh(id);
        if (!refresh?.status) {
            if (++misses < MISSES)
                return undefined;
            throw new base_problem/* Problem */.AF({ what: `Auto Scaling does not show instance refresh ${id}`, on: plan.target, fix: NOT_SHOWN });
        }
        misses = 0;
        const line = progress(refresh);
        if (line !== told)
            stage.access.runner.info(`${plan.target}: ${line}`);
        told = line;
        return ONGOING.includes(refresh.status) ? undefined : endOf(scaling, refresh, plan);
    });
}
async function endOf(scaling, refresh, plan) {
    const reasons = refresh.reason ? [refresh.reason] : [];
    switch (refresh.status) {
        case 'Successful': {
            const now = (await scaling.group())?.template?.version;
            if (plan.version === undefined || now === plan.version)
                return { kind: 'succeeded', reasons };
            return { kind: 'superseded', reasons: [`the group has template:${now} now`] };
        }
        case 'Cancelled': {
            const newer = (await scaling.refreshes()).find((it) => it.started > refresh.started);
            return newer
                ? { kind: 'superseded', reasons: [...reasons, `instance refresh ${newer.id} took its place`] }
                : { kind: 'stopped', reasons };
        }
        case 'RollbackSuccessful':
            return { kind: 'rolled back', reasons: [...reasons, ...(await failures(scaling))] };
        default:
            return { kind: 'failed', reasons: [...reasons, `it ended as ${refresh.status}`, ...(await failures(scaling))] };
    }
}
async function whatHolds(scaling, id) {
    const { reason = '' } = (await scaling.refresh(id)) ?? {};
    const { held = [], arn = '' } = (await scaling.group()) ?? {};
    const group = nameIn(arn);
    const hooks = held
        .slice(0, 5)
        .map((it) => `${it.id} is in ${it.state}: a lifecycle hook of the group holds it until something completes it: aws autoscaling complete-lifecycle-action --auto-scaling-group-name ${group} --instance-id ${it.id} --lifecycle-action-result CONTINUE --lifecycle-hook-name NAME (aws autoscaling describe-lifecycle-hooks --auto-scaling-group-name ${group} shows the names)`);
    return [...(reason ? [reason] : []), ...(await failures(scaling)), ...hooks];
}
async function failures(scaling) {
    try {
        return (await scaling.failures()).slice(0, 3);
    }
    catch (thrown) {
        if (!isDenied(thrown))
            throw thrown;
        return ['the scaling activities could not be looked at: autoscaling:DescribeScalingActivities is not allowed'];
    }
}
function progress({ status, percent, left }) {
    return `${status}${percent ? `, ${percent} %` : ''}${left && left !== '0' ? `, ${(0,units/* counted */.hS)(Number(left), 'instance')} to go` : ''}`;
}

;// CONCATENATED MODULE: ./lib/deploy/autoscaling/index.js


function groupRoller(rollout, stage) {
    return {
        target: rollout.target,
        plan: () => planGroup(rollout, stage),
        apply: (plan) => applyGroup(rollout, stage, plan),
    };
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/api.js


const api_ONGOING = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
function hasSucceeded({ status = '', instanceTerminationWaitTimeStarted: ends = false }) {
    return status === 'Succeeded' || (ends && api_ONGOING.includes(status));
}
function failedInstances({ deploymentOverview = {} }) {
    return deploymentOverview.Failed ?? 0;
}
function waitsFor({ status, deploymentId }) {
    if (status !== 'Ready')
        return undefined;
    return `the new instances are ready, and it waits for somebody to shift the traffic: aws deploy continue-deployment --deployment-id ${deploymentId} --deployment-wait-type READY_WAIT`;
}
function isOwn({ creator }) {
    return /^autoscaling|^CodeDeployAutoUpdate$/.test(creator ?? '');
}
const MAX_TARGETS = 25;
const CODEDEPLOY = { name: 'codedeploy', variable: 'CODEDEPLOY', targetPrefix: 'CodeDeploy_20141006' };
function openCodeDeploy({ application, group }, access, signal) {
    const { http, aws, session, runner } = access;
    const api = openApi(CODEDEPLOY, { http, aws, session, env: runner.env });
    const how = hurried(signal);
    const ask = (action, input, more) => api.json(action, input, { ...how, ...more });
    const names = { applicationName: application, deploymentGroupName: group };
    return {
        group: async () => (await ask('GetDeploymentGroup', names)).deploymentGroupInfo,
        deployment: async (deploymentId) => (await ask('GetDeployment', { deploymentId })).deploymentInfo,
        deployments: async () => ((await ask('ListDeployments', names)).deployments ?? []),
        create: async (input, more) => String((await ask('CreateDeployment', { ...names, ...input }, more)).deploymentId),
        stop: async (deploymentId, { rollback }) => {
            await ask('StopDeployment', { deploymentId, autoRollbackEnabled: rollback });
        },
        targets: async (deploymentId) => {
            const { targetIds } = await ask('ListDeploymentTargets', { deploymentId });
            const ids = (targetIds ?? []).slice(0, MAX_TARGETS);
            if (ids.length === 0)
                return [];
            const answer = await ask('BatchGetDeploymentTargets', { deploymentId, targetIds: ids });
            return (answer.deploymentTargets ?? []);
        },
    };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var dist_cjs = __webpack_require__(3711);
// EXTERNAL MODULE: ./lib/aws/s3-client.js
var s3_client = __webpack_require__(59);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
;// CONCATENATED MODULE: ./lib/deploy/published.js



function isPushed({ pushes }, image, registryOf) {
    return pushes.some(({ host, repository, tag }) => repository === image.repository && tag === image.tag && registryOf(host) === registryOf(image.host));
}
function ownDigest({ pushed = [] }, arn, tag) {
    return tag === undefined
        ? undefined
        : pushed.find(({ repository, tags }) => repository === arn && tags.includes(tag))?.digest;
}
function isUploaded(published, bucket, key) {
    return fileFor(published, bucket, key) !== undefined;
}
function ownFile(published, bucket, key) {
    const uploads = published.uploads.filter(({ local }) => !picomatch.scan(local).isGlob);
    const file = published.isAsItIs ? fileFor({ ...published, uploads }, bucket, key) : undefined;
    const isPlain = file !== undefined && (0,external_node_fs_.lstatSync)(file).isFile() && !/(^|\/)\./.test(key);
    return isPlain ? file : undefined;
}
function fileFor({ uploads, workspace }, bucket, key) {
    for (const upload of uploads.filter((it) => it.bucket === bucket)) {
        const { isGlob, base } = picomatch.scan(upload.local);
        const root = (0,external_node_path_.resolve)(workspace, isGlob ? base : upload.local);
        if (!(0,external_node_fs_.existsSync)(root))
            continue;
        const isFolder = upload.prefix === '' || upload.prefix.endsWith('/');
        if (!isGlob && (0,external_node_fs_.statSync)(root).isFile()) {
            if (key === (isFolder ? upload.prefix + (0,external_node_path_.basename)(root) : upload.prefix))
                return root;
            continue;
        }
        const folder = isFolder ? upload.prefix : `${upload.prefix}/`;
        const file = (0,external_node_path_.join)(root, key.slice(folder.length));
        if (key.startsWith(folder) && (0,external_node_fs_.existsSync)(file))
            return file;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/deploy/source/object.js








async function findObject({ bucket, key }, access, { published, isLater }) {
    const comes = isLater && isUploaded(published, bucket, key);
    const s3 = (0,s3_client/* s3Client */.oD)(access);
    const command = new dist_cjs/* HeadObjectCommand */.l81({ Bucket: bucket, Key: key });
    try {
        const head = await access.aws.call('s3:GetObject', (abortSignal) => s3.send(command, { abortSignal }));
        const version = head.VersionId && head.VersionId !== 'null' ? head.VersionId : undefined;
        const etag = (head.ETag ?? '').replaceAll('"', '');
        return { now: { etag, version, bytes: head.ContentLength ?? 0 }, isLater: comes };
    }
    catch (thrown) {
        if (!(thrown instanceof client/* Refused */.Lw))
            throw thrown;
        if (comes && [403, 404].includes(thrown.status))
            return { now: undefined, isLater: true };
        throw notFound(thrown, { bucket, key }, access);
    }
}
async function sha256Of({ bucket, key }, access, { version }) {
    const s3 = (0,s3_client/* s3Client */.oD)(access);
    const command = new dist_cjs/* GetObjectCommand */.jLs({ Bucket: bucket, Key: key, ...(version ? { VersionId: version } : {}) });
    const action = version ? 's3:GetObjectVersion' : 's3:GetObject';
    const { sum } = await access.aws.call(action, async (abortSignal) => {
        const answer = await s3.send(command, { abortSignal });
        const hash = (0,external_node_crypto_.createHash)('sha256');
        for await (const chunk of answer.Body)
            hash.update(chunk);
        return { ...answer, sum: hash.digest('base64') };
    }, { rules: { callMs: DOWNLOAD_MS } });
    return sum;
}
async function checkOwn(source, access, { now, sum, published }) {
    const file = ownFile(published, source.bucket, source.key);
    if (file === undefined)
        return;
    if ((0,external_node_fs_.statSync)(file).size === now.bytes) {
        if ((await hashOf(file, 'md5')).toString('hex') === now.etag)
            return;
        const there = sum ?? (await sha256Of(source, access, { version: undefined }));
        if ((await hashOf(file, 'sha256')).toString('base64') === there)
            return;
    }
    throw new base_problem/* Problem */.AF({
        what: 'the object is not what this step uploaded: somebody else has written it since',
        on: `s3://${source.bucket}/${source.key}`,
        why: 'two runs that upload to one key roll out whatever comes last',
        fix: 'run the job again; give each run a key of its own (github.sha), or a concurrency group',
    });
}
async function hashOf(file, algorithm) {
    const hash = (0,external_node_crypto_.createHash)(algorithm);
    for await (const chunk of (0,external_node_fs_.createReadStream)(file))
        hash.update(chunk);
    return hash.digest();
}
const DOWNLOAD_MS = 120_000;
function objectPermissions({ bucket, key }, { partition }, { versions = false } = {}) {
    const actions = ['s3:GetObject', ...(versions ? ['s3:GetObjectVersion'] : [])];
    return { actions, resources: [`arn:${partition}:s3:::${bucket}/${key}`] };
}
function notFound({ status, details }, source, { session }) {
    const on = `s3://${source.bucket}/${source.key}`;
    if (status === 301 || status === 400) {
        return new base_problem/* Problem */.AF({
            what: 'the bucket is in another region',
            on,
            why: 'Lambda and CodeDeploy take what they roll out from a bucket of their own region',
            fix: "put the object into a bucket of the step's region, or set aws-region",
        });
    }
    return new base_problem/* Problem */.AF({
        what: status === 404 ? 'there is no such object' : details.what,
        on,
        why: status === 403
            ? 'it may not be there: without s3:ListBucket S3 answers 403 for that, too'
            : status === 404
                ? undefined
                : details.why,
        fix: `look at the bucket and the key; to upload it in this step, give it in s3-upload${status === 403 ? `; or ${(0,denied/* allowing */.SL)({ said: details.why, needed: [objectPermissions(source, session)] })}` : ''}`,
    });
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/state.js


async function stateOf(codeDeploy, group) {
    const { lastSuccessfulDeployment: { deploymentId: id } = {}, lastAttemptedDeployment: last } = group;
    const isBusy = last?.deploymentId !== undefined && api_ONGOING.includes(last.status ?? '');
    if (isBusy && last?.deploymentId) {
        const deployment = await codeDeploy.deployment(last.deploymentId);
        if (hasSucceeded(deployment)) {
            const busy = `deployment ${last.deploymentId} serves, and waits to end the former instances`;
            const { revision: former = {} } = deployment;
            return { former, serving: former.s3Location, busy, isShifted: true, hasOwn: false };
        }
    }
    const busy = isBusy ? `deployment ${last?.deploymentId} is ${last?.status}` : undefined;
    const success = id ? await codeDeploy.deployment(id) : undefined;
    const former = success && (success.revision ?? {});
    const hasOwn = success !== undefined && isOwn(success);
    const forAll = hasOwn ? await lastForAll(codeDeploy) : success;
    const isWhole = last?.deploymentId === id && forAll?.status === 'Succeeded' && failedInstances(forAll) === 0;
    return { former, serving: isWhole ? forAll.revision?.s3Location : undefined, busy, isShifted: false, hasOwn };
}
const MAX_OWN = 20;
async function lastForAll(codeDeploy) {
    try {
        for (const id of (await codeDeploy.deployments()).slice(0, MAX_OWN)) {
            const deployment = await codeDeploy.deployment(id);
            if (!isOwn(deployment))
                return deployment;
        }
    }
    catch (thrown) {
        if (!isDenied(thrown))
            throw thrown;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/plan.js




const BUNDLES = [
    [/\.zip$/i, 'zip'],
    [/\.(tgz|tar\.gz)$/i, 'tgz'],
    [/\.tar$/i, 'tar'],
];
async function planBundle({ target, source }, { access, published, settings, refreshed }, { isLater }) {
    const name = `codedeploy:${target.application}/${target.group}`;
    const bundleType = bundleTypeOf(source, name);
    const codeDeploy = openCodeDeploy(target, access);
    const group = await codeDeploy.group();
    checkPlatform(group, name);
    checkApart(group, refreshed, name);
    const found = await findObject(source, access, { published, isLater });
    const { now } = found;
    if (now && !isLater)
        await checkOwn(source, access, { now, published });
    const location = now && !found.isLater ? locationOf(source, bundleType, now) : undefined;
    const { former, serving, busy, isShifted, hasOwn } = await stateOf(codeDeploy, group);
    const isDone = location !== undefined && isSame(serving, location);
    const underWay = isShifted && (isDone || found.isLater) ? undefined : busy;
    const before = former ? revisionInWords(former) : 'nothing';
    const facts = { name, target, group, settings, former, source, now };
    return {
        target: name,
        before,
        after: location && plan_inWords(location),
        changes: isDone ? [] : [`${before} → ${location ? plan_inWords(location) : 'what this step uploads'}`],
        underWay,
        warnings: isDone ? [] : plan_warningsFor(facts),
        notices: isDone ? taggedSince(facts, location) : noticesFor(facts),
        permissions: [
            objectPermissions(source, access.session),
            ...plan_permissionsFor({
                ...{ target, session: access.session, isDone, settings },
                hasLast: group.lastAttemptedDeployment !== undefined,
                hasOwn,
            }),
        ],
        group,
        location,
    };
}
function bundleTypeOf({ bucket, key }, on) {
    const bundleType = BUNDLES.find(([form]) => form.test(key))?.[1];
    if (bundleType)
        return bundleType;
    throw new base_problem/* Problem */.AF({
        what: `s3://${bucket}/${key} is not a bundle by its name`,
        on,
        fix: 'give it the ending .zip, .tar, .tgz or .tar.gz',
    });
}
function checkPlatform({ computePlatform = 'Server' }, on) {
    if (computePlatform === 'Server')
        return;
    throw new base_problem/* Problem */.AF({
        what: `the deployment group deploys to ${computePlatform}, and a bundle is for instances`,
        on,
        fix: computePlatform === 'Lambda'
            ? 'write lambda:FUNCTION:ALIAS as the target'
            : 'write ecs:CLUSTER/SERVICE as the target, with a service whose controller is ECS',
    });
}
function checkApart({ autoScalingGroups = [] }, refreshed, on) {
    const both = autoScalingGroups.flatMap(({ name = '' }) => (refreshed.has(name) ? [`asg:${name}`] : []));
    if (both.length === 0)
        return;
    throw new base_problem/* Problem */.AF({
        what: `this step also replaces the instances that it deploys to: ${both.join(', ')}`,
        on,
        why: 'both happen at once, so the bundle would go to instances that are being terminated',
        fix: 'roll them out in two steps: the group first, whose new instances get the bundle that succeeded last, and then the bundle',
    });
}
function plan_warningsFor({ name, target, group, settings, former, source, now }) {
    const last = former?.s3Location;
    const isKept = now?.version !== undefined && (last?.version ?? '') !== '';
    const isOverwritten = last?.bucket === source.bucket && last.key === source.key && !isKept;
    const { autoScalingGroups = [], outdatedInstancesStrategy } = group;
    return [
        ...(isOverwritten && settings.onFailure === 'rollback'
            ? [
                `${name}: a rollback would bring the new bundle again, because it lies under the key of the one before, which was not deployed by a version of that key. Turn versioning on for ${source.bucket}, or give each bundle a key of its own`,
            ]
            : []),
        ...(autoScalingGroups.length > 0 && outdatedInstancesStrategy === 'IGNORE'
            ? [
                `${name}: an instance that Auto Scaling launches while the deployment runs gets the former bundle and keeps it, because the group ignores outdated instances. Let it update them (aws deploy update-deployment-group --application-name ${target.application} --current-deployment-group-name ${target.group} --outdated-instances-strategy UPDATE)`,
            ]
            : []),
    ];
}
function taggedSince({ name, group, target }, location) {
    const { ec2TagFilters = [], ec2TagSet, onPremisesInstanceTagFilters = [], onPremisesTagSet } = group;
    const sets = [ec2TagSet?.ec2TagSetList, onPremisesTagSet?.onPremisesTagSetList].flatMap((it) => it ?? []);
    if (ec2TagFilters.length + onPremisesInstanceTagFilters.length + sets.length === 0)
        return [];
    return [
        `${name}: instances that got the group's tag after its last deployment do not have the bundle. To bring it to those: aws deploy create-deployment --application-name ${target.application} --deployment-group-name ${target.group} --s3-location ${asOption(location)} --update-outdated-instances-only`,
    ];
}
function asOption(location) {
    const parts = Object.entries({ ...location, eTag: undefined }).filter(([, value]) => value !== undefined);
    return parts.map(([name, value]) => `${name}=${value}`).join(',');
}
function noticesFor({ name, group, settings, former }) {
    const { actionOnTimeout } = group.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
    return [
        ...(former ? [] : [`${name}: nothing was deployed before, so there is nothing to roll back to`]),
        ...(actionOnTimeout === 'STOP_DEPLOYMENT' && settings.wait
            ? [
                `${name}: a deployment of the group waits for somebody to shift the traffic. This step waits for that, for ${settings.timeoutMinutes} minutes in all (deploy-timeout-minutes); deploy-wait: false does not wait`,
            ]
            : []),
    ];
}
function locationOf(source, bundleType, now) {
    const { bucket, key } = source;
    return { bucket, key, bundleType, eTag: now.etag, ...(now.version ? { version: now.version } : {}) };
}
function isSame(one, other) {
    return (one?.bucket === other.bucket &&
        one?.key === other.key &&
        bare(one?.eTag) === bare(other.eTag) &&
        (one?.version ?? '') === (other.version ?? ''));
}
function bare(etag) {
    return (etag ?? '').replaceAll('"', '');
}
function revisionInWords({ revisionType = 'unknown', s3Location }) {
    return s3Location ? plan_inWords(s3Location) : `a revision of the type ${revisionType}`;
}
function plan_inWords({ bucket, key, version, eTag }) {
    const exact = version ? `version ${version}` : eTag ? `ETag ${bare(eTag)}` : '';
    return `s3://${bucket}/${key}${exact ? ` (${exact})` : ''}`;
}
function plan_permissionsFor({ target, session, isDone, settings, hasLast, hasOwn, }) {
    const arn = (resource) => `arn:${session.partition}:codedeploy:${session.region}:${session.accountId}:${resource}`;
    const group = arn(`deploymentgroup:${target.application}/${target.group}`);
    const reads = [
        'codedeploy:GetDeploymentGroup',
        ...(hasLast || !isDone ? ['codedeploy:GetDeployment'] : []),
        ...(hasOwn ? ['codedeploy:ListDeployments'] : []),
    ];
    if (isDone)
        return [{ actions: reads, resources: [group] }];
    const stops = (settings.onFailure === 'rollback' && settings.wait) || settings.busy === 'replace';
    return [
        { actions: [...reads, 'codedeploy:CreateDeployment'], resources: [group] },
        { actions: ['codedeploy:GetDeploymentConfig'], resources: [arn('deploymentconfig:*')] },
        {
            actions: ['codedeploy:RegisterApplicationRevision', 'codedeploy:GetApplicationRevision'],
            resources: [arn(`application:${target.application}`)],
        },
        ...(settings.wait || stops
            ? [
                {
                    actions: [
                        ...(settings.wait ? ['codedeploy:ListDeploymentTargets', 'codedeploy:BatchGetDeploymentTargets'] : []),
                        ...(stops ? ['codedeploy:StopDeployment'] : []),
                    ],
                    resources: ['*'],
                },
            ]
            : []),
    ];
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/rollback.js





const NAMED_MINUTES = 1;
async function rollback_rollBack(broken, stage) {
    const { rollout, plan, deployment, kind, id } = broken;
    const { access, settings } = stage;
    const isCancelled = access.signal.aborted;
    const codeDeploy = openCodeDeploy(rollout.target, access, isCancelled ? lastSeconds() : undefined);
    const unknown = { serves: `instances may have ${plan_inWords(plan.location ?? {})}`, isBack: false };
    if (kind === 'superseded')
        return { ...unknown, serves: 'the other deployment decides what serves' };
    if (settings.onFailure === 'leave') {
        const { enabled = false, events = [] } = plan.group.autoRollbackConfiguration ?? {};
        const rollsBack = enabled && kind === 'failed' && deployment !== undefined && events.includes('DEPLOYMENT_FAILURE');
        const own = rollsBack ? 'CodeDeploy rolls it back by itself, as the deployment group says' : unknown.serves;
        return { ...unknown, serves: `deploy-on-failure: leave; ${own}` };
    }
    try {
        if (!deployment)
            await stop(codeDeploy, id);
        if (isCancelled) {
            const back = hasFormer(plan) ? 'its rollback goes on by itself' : NO_FORMER;
            return { ...unknown, serves: `deployment ${id} was stopped; ${back}` };
        }
        return await waited(codeDeploy, broken, stage);
    }
    catch (thrown) {
        if (access.signal.aborted && !isCancelled)
            return rollback_rollBack(broken, stage);
        const why = thrown instanceof base_problem/* Problem */.AF ? thrown.details.what : 'no answer';
        return { ...unknown, serves: `the rollback failed: ${why}; ${unknown.serves}` };
    }
}
const NO_FORMER = 'nothing was deployed before, so there is nothing to roll back to';
function hasFormer({ group }) {
    return group.lastSuccessfulDeployment !== undefined;
}
async function stop(codeDeploy, id) {
    try {
        await codeDeploy.stop(id, { rollback: true });
    }
    catch (thrown) {
        if (!isRefused(thrown, 'DeploymentAlreadyCompletedException'))
            throw thrown;
    }
}
async function waited(codeDeploy, { plan, id }, { watch, settings, access }) {
    if (!hasFormer(plan))
        return { serves: NO_FORMER, isBack: false };
    let looks = 0;
    const named = await watch.within(NAMED_MINUTES).until(`CodeDeploy to begin the rollback of ${id}`, async () => {
        const { status = '', rollbackInfo } = await codeDeploy.deployment(id);
        if (rollbackInfo?.rollbackDeploymentId)
            return rollbackInfo.rollbackDeploymentId;
        if (api_ONGOING.includes(status) || ++looks < 8)
            return undefined;
        throw new base_problem/* Problem */.AF({ what: rollbackInfo?.rollbackMessage ?? 'CodeDeploy began none' });
    });
    access.runner.info(`${plan.target}: rollback ${named} began`);
    const end = await watch.within(settings.timeoutMinutes).until(`${plan.target} to roll back`, async () => {
        const it = await codeDeploy.deployment(named);
        return it.status && !api_ONGOING.includes(it.status) ? it : undefined;
    });
    if (end.status === 'Succeeded') {
        return { serves: `rolled back, ${revisionInWords(end.revision ?? {})} serves again`, isBack: true };
    }
    const why = end.errorInformation?.message?.replace(/\.$/, '');
    throw new base_problem/* Problem */.AF({ what: `deployment ${named} ended as ${end.status}${why ? ` (${why})` : ''}` });
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/apply.js












const apply_TITLES = {
    failed: 'the deployment failed',
    stopped: 'the deployment was stopped by hand',
    superseded: 'the deployment was superseded by another one, which is left alone',
};
async function applyBundle(rollout, stage, planned) {
    const { access, settings } = stage;
    const codeDeploy = openCodeDeploy(rollout.target, access);
    const plan = await planAgain(codeDeploy, rollout, stage);
    const { location } = plan;
    if (plan.changes.length === 0 || !location) {
        for (const text of plan.notices.filter((it) => !planned.notices.includes(it)))
            access.runner.notice(text);
        return unchanged(planned, plan);
    }
    let id = '';
    const page = () => (id ? `codesuite/codedeploy/deployments/${id}?region=${access.session.region}` : '');
    const outcome = (ending) => outcomeOf({ plan, after: plan_inWords(location), id, page: page() }, ending, access);
    const broken = (state, problem, after) => outcome({ state: after.isBack ? 'rolled back' : state, isChanged: !after.isBack, problem });
    try {
        id = await created(codeDeploy, plan, stage);
        access.runner.info(`${plan.target}: deployment ${id} began`);
        if (!settings.wait)
            return outcome({ state: 'started', isChanged: true });
        const end = await apply_followed(codeDeploy, { id, name: plan.target, stage });
        if (end.kind === 'succeeded' && failedInstances(end.deployment) > 0) {
            const problem = await toleratedFailure(codeDeploy, end.deployment, { id, on: plan.target });
            return outcome({ state: 'failed', isChanged: true, problem });
        }
        if (end.kind === 'succeeded') {
            for (const text of unprovenBy(end.deployment))
                access.runner.warning(`${plan.target}: ${text}`);
            return outcome({ state: 'succeeded', isChanged: true });
        }
        const after = await rollback_rollBack({ rollout, plan, id, deployment: end.deployment, kind: end.kind }, stage);
        const why = end.reasons.join('\n') || undefined;
        const fix = wayOut(why, { rollout, location });
        const what = `${apply_TITLES[end.kind]}; ${after.serves}`;
        return broken(end.kind, new base_problem/* Problem */.AF({ what, on: plan.target, why, fix }), after);
    }
    catch (thrown) {
        const told = denied_denied(thrown, plan.target);
        if (id === '' && access.signal.aborted) {
            const what = `${whyStopped(access.signal)}; a deployment may have begun: check the group`;
            return outcome({ state: 'failed', isChanged: false, problem: new base_problem/* Problem */.AF({ what, on: plan.target }) });
        }
        if (id === '' && told instanceof base_problem/* Problem */.AF)
            return outcome({ state: 'failed', isChanged: false, problem: told });
        if (!access.signal.aborted && !(told instanceof base_problem/* Problem */.AF))
            throw told;
        const { what, why, fix } = await whatEnded(told, access.signal, () => unfinished(codeDeploy, id));
        const after = await rollback_rollBack({ rollout, plan, id, deployment: undefined, kind: 'failed' }, stage);
        return broken('failed', new base_problem/* Problem */.AF({ what: `${what}; ${after.serves}`, on: plan.target, why, fix }), after);
    }
}
async function planAgain(codeDeploy, rollout, stage) {
    const stopped = new Set();
    return whenIdle((0,line/* nameOf */.Vb)(rollout.target), stage, async () => {
        const plan = await planBundle(rollout, stage, { isLater: false });
        const id = plan.group.lastAttemptedDeployment?.deploymentId;
        const end = async () => {
            if (!id || stopped.has(id))
                return;
            stopped.add(id);
            await codeDeploy.stop(id, { rollback: false }).catch((thrown) => {
                if (!isRefused(thrown, 'DeploymentAlreadyCompletedException'))
                    throw thrown;
            });
        };
        return { busy: plan.underWay, found: plan, end };
    });
}
async function created(codeDeploy, plan, { settings }) {
    const { location, group, target } = plan;
    let failures = 0;
    const input = {
        revision: { revisionType: 'S3', s3Location: location },
        description: 'keyless-aws',
        ...(settings.onFailure === 'rollback'
            ? { autoRollbackConfiguration: { enabled: true, events: rollbackEvents(group) } }
            : {}),
    };
    const classify = (error) => {
        failures++;
        return (0,retryable/* verdictOf */.Vj)(error);
    };
    try {
        return await codeDeploy.create(input, { classify });
    }
    catch (thrown) {
        if (!isRefused(thrown, 'DeploymentLimitExceededException'))
            throw thrown;
        const id = (await codeDeploy.group()).lastAttemptedDeployment?.deploymentId;
        const known = group.lastAttemptedDeployment?.deploymentId;
        const there = id && id !== known && failures > 1 ? (await codeDeploy.deployment(id)).revision?.s3Location : undefined;
        if (id && location && isSame(there, location))
            return id;
        throw new base_problem/* Problem */.AF({ what: 'somebody else began a deployment at the same time', on: target, fix: TWO_DEPLOYERS });
    }
}
function rollbackEvents({ alarmConfiguration }) {
    const alarm = alarmConfiguration?.enabled ? ['DEPLOYMENT_STOP_ON_ALARM'] : [];
    return ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', ...alarm];
}
async function apply_followed(codeDeploy, { id, name, stage }) {
    let told = '';
    return stage.watch.until(`${name} to finish deployment ${id}`, async () => {
        const deployment = await codeDeploy.deployment(id);
        const line = apply_progress(deployment);
        if (line !== told)
            stage.access.runner.info(`${name}: ${line}`);
        told = line;
        const { status = '' } = deployment;
        if (hasSucceeded(deployment)) {
            if (status !== 'Succeeded')
                stage.access.runner.info(`${name}: it serves; CodeDeploy ends the former instances later`);
            return { kind: 'succeeded', deployment, reasons: [] };
        }
        return status === '' || api_ONGOING.includes(status) ? undefined : apply_endOf(codeDeploy, deployment, id);
    });
}
async function apply_endOf(codeDeploy, deployment, id) {
    const { code, message } = deployment.errorInformation ?? {};
    const said = code || message ? [[code, message].filter(Boolean).join(': ')] : [];
    if (deployment.status === 'Failed' || (code !== undefined && code !== 'MANUAL_STOP')) {
        return { kind: 'failed', deployment, reasons: [...said, ...(await failedEvents(codeDeploy, id))] };
    }
    const latest = (await codeDeploy.group()).lastAttemptedDeployment?.deploymentId;
    const isOurs = latest === undefined || latest === id || latest === deployment.rollbackInfo?.rollbackDeploymentId;
    if (isOurs || isOwn(await codeDeploy.deployment(latest)))
        return { kind: 'stopped', deployment, reasons: said };
    return { kind: 'superseded', deployment, reasons: [...said, `deployment ${latest} took its place`] };
}
function unprovenBy({ deploymentOverview = {} }) {
    const { Skipped: skipped = 0 } = deploymentOverview;
    const counts = Object.values(deploymentOverview);
    return [
        ...(counts.length > 0 && counts.every((count) => count === 0)
            ? ['no instance got the bundle, because the group has none: nothing proves that it works']
            : []),
        ...(skipped > 0
            ? [`${(0,units/* counted */.hS)(skipped, 'instance')} ${skipped === 1 ? 'was' : 'were'} skipped, and may have the former bundle`]
            : []),
    ];
}
async function toleratedFailure(codeDeploy, deployment, { id, on }) {
    const failed = failedInstances(deployment);
    return new base_problem/* Problem */.AF({
        what: `the deployment failed on ${(0,units/* counted */.hS)(failed, 'instance')}, which the group's deployment configuration tolerates: CodeDeploy calls it a success and does not roll it back; ${failed === 1 ? 'that instance has' : 'those instances have'} the former bundle, or a half of this one, and the others serve this one`,
        on,
        why: (await failedEvents(codeDeploy, id)).join('\n') || undefined,
        fix: 'mend the instances, and run the job again: it deploys to all of them; a configuration with more minimum healthy hosts fails and rolls back instead',
    });
}
const OF_FORMER = ['ApplicationStop', 'BeforeBlockTraffic', 'AfterBlockTraffic'];
const FORMER_SCRIPTS = '; its scripts are those of the bundle before';
function wayOut(why = '', { rollout: { target }, location }) {
    if (why.includes(FORMER_SCRIPTS)) {
        return `to get past those scripts once: aws deploy create-deployment --application-name ${target.application} --deployment-group-name ${target.group} --s3-location ${asOption(location)} --ignore-application-stop-failures`;
    }
    return why.includes('already exists at this location')
        ? 'something else than a deployment brought the file: write file_exists_behavior: OVERWRITE (or RETAIN) in the appspec.yml of the bundle, or delete the file in a script of BeforeInstall'
        : undefined;
}
async function failedEvents(codeDeploy, id) {
    try {
        const lines = (await codeDeploy.targets(id)).flatMap(({ instanceTarget: it }) => (it?.lifecycleEvents ?? [])
            .filter(({ status }) => status === 'Failed')
            .map(({ lifecycleEventName, diagnostics: { errorCode, scriptName, message } = {} }) => `${it?.targetId?.split('/').at(-1)}: ${lifecycleEventName} failed${errorCode ? `, ${errorCode}` : ''}${scriptName ? `: ${scriptName}` : ''}${message ? ` (${message})` : ''}${OF_FORMER.includes(lifecycleEventName ?? '') ? FORMER_SCRIPTS : ''}`));
        return lines.slice(0, 5);
    }
    catch (thrown) {
        if (!isDenied(thrown))
            throw thrown;
        return [`the instances could not be looked at: ${thrown.details.what}`];
    }
}
async function unfinished(codeDeploy, id) {
    const waits = waitsFor(await codeDeploy.deployment(id));
    if (waits)
        return [waits];
    const targets = (await codeDeploy.targets(id)).flatMap(({ instanceTarget: it }) => (it ? [it] : []));
    const waiting = targets.filter(({ status = '' }) => ['Pending', 'InProgress', 'Unknown'].includes(status));
    const lines = waiting.map(({ targetId, lifecycleEvents = [] }) => {
        const event = lifecycleEvents.find(({ status }) => status === 'InProgress')?.lifecycleEventName;
        const isBegun = event || lifecycleEvents.some(({ status }) => status === 'Succeeded');
        const text = event
            ? `${event} goes on`
            : isBegun
                ? 'waits'
                : 'has begun nothing: does the CodeDeploy agent run there?';
        return `${targetId?.split('/').at(-1)}: ${text}`;
    });
    return [...(await failedEvents(codeDeploy, id)), ...lines.slice(0, 5)];
}
function apply_progress(deployment) {
    const { status, deploymentOverview = {} } = deployment;
    const counts = Object.entries(deploymentOverview).filter(([, count]) => count > 0);
    const line = [status, ...counts.map(([name, count]) => `${count} ${name.toLowerCase()}`)].join(', ');
    const waits = waitsFor(deployment);
    return waits ? `${line}; ${waits}` : line;
}

;// CONCATENATED MODULE: ./lib/deploy/codedeploy/index.js


function codeDeployRoller(rollout, stage) {
    return {
        target: rollout.target,
        plan: () => planBundle(rollout, stage, { isLater: true }),
        apply: (plan) => applyBundle(rollout, stage, plan),
    };
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/api.js



const ecs_api_ONGOING = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];
const ECS = { name: 'ecs', variable: 'ECS', targetPrefix: 'AmazonEC2ContainerServiceV20141113' };
const PASSES = /too many concurrent attempts|TaskDefinition not found/i;
function verdictOfRevision(error) {
    const passes = (0,retryable/* shapeOf */.F5)(error).name === 'ClientException' && PASSES.test(String(error.message));
    return passes ? 'throttled' : (0,retryable/* verdictOf */.Vj)(error);
}
function volumesOf({ deployments = [] }) {
    return deployments.find(({ status }) => status === 'PRIMARY')?.volumeConfigurations ?? [];
}
function readService(service) {
    const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
    return service && { ...service, ...(service.taskDefinition || !primary ? {} : { taskDefinition: primary }) };
}
function readDefinition({ taskDefinition, tags = [] }) {
    return taskDefinition ? { definition: taskDefinition, tags: tags } : undefined;
}
function openEcs({ cluster, service }, access, signal) {
    const { http, aws, session, runner } = access;
    const api = openApi(ECS, { http, aws, session, env: runner.env });
    const how = hurried(signal);
    const ask = (action, input, more) => api.json(action, input, { ...how, ...more });
    const first = (answer, name) => (answer[name] ?? [])[0];
    return {
        service: async () => readService(first(await ask('DescribeServices', { cluster, services: [service] }), 'services')),
        definition: async (taskDefinition) => readDefinition(await ask('DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] })),
        register: async (definition) => (await ask('RegisterTaskDefinition', definition, { classify: verdictOfRevision })).taskDefinition,
        update: async (change) => readService((await ask('UpdateService', { cluster, service, ...change }, { classify: verdictOfRevision })).service),
        deployments: async (filter) => allDeployments((input) => ask('ListServiceDeployments', { cluster, service, ...input }), filter),
        deployment: async (arn) => first(await ask('DescribeServiceDeployments', { serviceDeploymentArns: [arn] }), 'serviceDeployments'),
        revision: async (arn) => first(await ask('DescribeServiceRevisions', { serviceRevisionArns: [arn] }), 'serviceRevisions')
            ?.taskDefinition,
        stop: async (serviceDeploymentArn) => {
            const answer = await ask('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
            return answer.serviceDeploymentArn;
        },
        tasks: async (desiredStatus) => {
            const list = (page) => ask('ListTasks', { cluster, serviceName: service, desiredStatus, ...page });
            return allTasks(list, async (tasks) => ((await ask('DescribeTasks', { cluster, tasks })).tasks ?? []));
        },
        runTask: async (input) => {
            const answer = await ask('RunTask', { cluster, ...input });
            return { tasks: (answer.tasks ?? []), failures: (answer.failures ?? []) };
        },
        task: async (arn) => first(await ask('DescribeTasks', { cluster, tasks: [arn] }), 'tasks'),
        stopTask: async (task, reason) => {
            await ask('StopTask', { cluster, task, reason });
        },
    };
}
const MAX_PAGES = 10;
async function allTasks(list, describe) {
    const found = [];
    let page = {};
    for (let at = 0; page && at < MAX_PAGES; at++) {
        const { taskArns, nextToken } = await list(page);
        const arns = (taskArns ?? []);
        if (arns.length > 0)
            found.push(...(await describe(arns)));
        page = typeof nextToken === 'string' ? { nextToken } : undefined;
    }
    return found;
}
async function allDeployments(ask, { status, after }) {
    const found = [];
    const filter = { ...(status ? { status } : {}), ...(after === undefined ? {} : { createdAt: { after } }) };
    const seen = new Set();
    let more = {};
    do {
        const page = await ask({ ...filter, ...more });
        found.push(...(page.serviceDeployments ?? []));
        more = typeof page.nextToken === 'string' && !seen.has(page.nextToken) ? { nextToken: page.nextToken } : {};
        if (more.nextToken)
            seen.add(more.nextToken);
    } while (more.nextToken);
    return found.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/deployments.js
const TOLERANCE_S = 3_600;
async function lookBefore(ecs, { deployments = [] }) {
    const { createdAt } = deployments.find(({ status }) => status === 'PRIMARY') ?? {};
    const since = createdAt === undefined ? undefined : Math.floor(createdAt) - TOLERANCE_S;
    const found = await ecs.deployments(since === undefined ? {} : { after: since });
    return { arns: new Set(found.map((it) => it.serviceDeploymentArn)), since, latest: found[0] };
}
async function ownDeployment(ecs, definitionArn, { arns, since }) {
    const found = await ecs.deployments(since === undefined ? {} : { after: since });
    for (const { serviceDeploymentArn, targetServiceRevisionArn } of found) {
        if (!serviceDeploymentArn || !targetServiceRevisionArn || arns.has(serviceDeploymentArn))
            continue;
        if ((await ecs.revision(targetServiceRevisionArn)) === definitionArn)
            return serviceDeploymentArn;
    }
    return undefined;
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ecr/dist-cjs/index.js
var client_ecr_dist_cjs = __webpack_require__(8249);
// EXTERNAL MODULE: ./lib/aws/ecr-hosts.js
var ecr_hosts = __webpack_require__(3813);
;// CONCATENATED MODULE: ./lib/deploy/source/image.js





const MEDIA_TYPES = [
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
];
async function findImage(source, access, { published, isLater }) {
    const { account, region, host } = whereIs(source.host, access, published);
    const name = `${host}/${source.repository}`;
    const repository = repositoryOf(source, access, published);
    const known = { name, repository };
    if (isLater && isPushed(published, source, (named) => registryOf(named, access, published))) {
        return { ...known, digest: undefined, reference: undefined, manifest: undefined };
    }
    const exact = source.digest ?? ownDigest(published, repository, source.tag);
    const ecr = new client_ecr_dist_cjs/* ECRClient */.S70(access.aws.client(region));
    const command = new client_ecr_dist_cjs/* BatchGetImageCommand */.P8n({
        registryId: account,
        repositoryName: source.repository,
        imageIds: [exact ? { imageDigest: exact } : { imageTag: source.tag }],
        acceptedMediaTypes: MEDIA_TYPES,
    });
    const ask = async (abortSignal) => {
        const { images: [image] = [], failures = [] } = await ecr.send(command, { abortSignal });
        if (!image && failures[0])
            throw notGiven(failures[0], source, repository);
        return { digest: image?.imageId?.imageDigest, manifest: image?.imageManifest ?? '' };
    };
    const { digest, manifest } = await access.aws.call('ecr:BatchGetImage', ask, { asked: { digest: exact } });
    if (!/^sha256:[0-9a-f]{64}$/.test(digest ?? ''))
        throw noImage(source, repository);
    return { ...known, digest, reference: `${name}@${digest}`, manifest: readManifest(manifest) };
}
function imagePermissions({ repository }, { config = false } = {}) {
    const actions = ['ecr:BatchGetImage', ...(config ? ['ecr:GetDownloadUrlForLayer'] : [])];
    return { actions, resources: [repository] };
}
function registryOf(host, access, published) {
    const registry = whereIs(host, access, published);
    return registry.isPrivate ? `${registry.account}/${registry.region}` : registry.host;
}
function repositoryOf({ host, repository }, access, published) {
    const { account, region } = whereIs(host, access, published);
    return `arn:${access.session.partition}:ecr:${region}:${account}:repository/${repository}`;
}
function whereIs(host, { session }, { firstRegistry }) {
    const { accountId, region } = session;
    const named = host ?? firstRegistry ?? accountId;
    const parsed = (0,ecr_hosts/* parsePrivateHost */.jp)(named);
    if (parsed)
        return { account: parsed.account, region: parsed.region, host: named, isPrivate: true };
    const account = /^\d{12}$/.test(named) ? named : accountId;
    const suffix = (0,aws_partition/* partitionOf */.iQ)(region).domain;
    const canonical = (0,ecr_hosts/* formatPrivateHost */.Xy)({ account, region, suffix, fips: false, dualStack: false });
    return { account, region, host: host ?? canonical, isPrivate: host === undefined };
}
function readManifest(text) {
    let manifest = {};
    try {
        manifest = JSON.parse(text);
    }
    catch {
    }
    const { mediaType, config, manifests } = manifest ?? {};
    const entries = Array.isArray(manifests)
        ? manifests
        : undefined;
    const platforms = entries?.flatMap((entry) => {
        const { os, architecture } = entry?.platform ?? {};
        return os && architecture && os !== 'unknown' ? [`${os}/${architecture}`] : [];
    });
    return { mediaType: String(mediaType ?? ''), platforms, configDigest: config?.digest };
}
function isOfRepository(text, repository) {
    const [name = ''] = (text ?? '').split('@');
    const slash = name.indexOf('/');
    const registry = (0,ecr_hosts/* parsePrivateHost */.jp)(name.slice(0, slash));
    const path = name.slice(slash + 1).replace(/:[^:/]*$/, '');
    return (registry !== undefined && repository.endsWith(`:ecr:${registry.region}:${registry.account}:repository/${path}`));
}
function sourceOf(text) {
    const [name = '', digest] = text.split('@');
    const slash = name.indexOf('/');
    const host = name.slice(0, slash);
    if (!(0,ecr_hosts/* parsePrivateHost */.jp)(host))
        return undefined;
    const [, repository = '', tag = 'latest'] = /^([^:]+)(?::(.+))?$/.exec(name.slice(slash + 1)) ?? [];
    return { kind: 'image', host, repository, tag: digest ? undefined : tag, digest };
}
async function isGone(text, access, published) {
    const source = sourceOf(text);
    if (!source)
        return false;
    try {
        await findImage(source, access, { published, isLater: false });
        return false;
    }
    catch (thrown) {
        if (!(thrown instanceof base_problem/* Problem */.AF))
            throw thrown;
        return thrown instanceof NoImage;
    }
}
class NoImage extends base_problem/* Problem */.AF {
}
function notGiven({ failureCode, failureReason }, source, arn) {
    const what = `ECR does not give the image ${image_inWords(source)} (${failureCode})`;
    switch (failureCode) {
        case 'ImageInaccessible':
            return new NoImage({
                what,
                on: arn,
                why: failureReason,
                fix: `nothing can pull it while it is archived: aws ecr update-image-storage-class --repository-name ${source.repository} --image-id ${source.tag ? `imageTag=${source.tag}` : `imageDigest=${source.digest}`} --target-storage-class STANDARD, or push it again`,
            });
        case 'KmsError':
            return new base_problem/* Problem */.AF({
                what,
                on: arn,
                why: failureReason,
                fix: 'look at the key with which the repository is encrypted',
            });
        default:
            return failureCode?.startsWith('Upstream')
                ? new base_problem/* Problem */.AF({ what, on: arn, why: failureReason })
                : noImage(source, arn);
    }
}
function image_inWords({ repository, tag, digest }) {
    return tag ? `${repository}:${tag}` : `${repository}@${digest}`;
}
function noImage(source, arn) {
    return new NoImage({
        what: `there is no image ${image_inWords(source)}`,
        on: arn,
        fix: 'check the name and the tag; to push it in this step, give it in images under the same name',
    });
}

;// CONCATENATED MODULE: ./lib/deploy/source/built.js





async function builtOf(image, source, deps) {
    const { platforms, configDigest } = image.manifest ?? {};
    if (platforms)
        return { isIndex: true, platforms };
    if (!configDigest)
        return { isIndex: false, platforms: [] };
    const platform = await platformIn(configDigest, source, deps).catch((thrown) => {
        if (!isDenied(thrown))
            throw thrown;
        deps.access.runner.warning(`${deps.on}: the architecture of the image is not checked, because ecr:GetDownloadUrlForLayer is not allowed`);
        return undefined;
    });
    return { isIndex: false, platforms: platform ? [platform] : [] };
}
async function comingBuilt(source, coming, deps) {
    const { access, published } = deps;
    const name = repositoryOf(source, access, published);
    const found = coming.find(({ repository, tags, digest }) => repository === name && (source.tag ? tags.includes(source.tag) : digest === source.digest));
    return found ?? builtOf(await findImage(source, access, { published, isLater: false }), source, deps);
}
async function platformIn(digest, { host, repository: repositoryName }, { access, published }) {
    const { account, region } = whereIs(host, access, published);
    const ecr = new client_ecr_dist_cjs/* ECRClient */.S70(access.aws.client(region));
    const command = new client_ecr_dist_cjs/* GetDownloadUrlForLayerCommand */.pKL({ registryId: account, repositoryName, layerDigest: digest });
    const { url } = await access.aws.call('ecr:GetDownloadUrlForLayer', async (abortSignal) => {
        const { layerDigest, downloadUrl = '' } = await ecr.send(command, { abortSignal });
        return { digest: layerDigest, url: URL.parse(downloadUrl) };
    }, { asked: { digest } });
    if (!url)
        return undefined;
    const { bytes } = await access.aws.call('ecr:GetDownloadUrlForLayer', async (signal) => {
        const body = await (0,base_http/* readBody */.x8)(await access.http.request({ method: 'GET', url, signal }));
        return { digest: `sha256:${(0,external_node_crypto_.hash)('sha256', body, 'hex')}`, bytes: body };
    }, { asked: { digest } });
    return readPlatform(bytes.toString());
}
function readPlatform(config) {
    try {
        const { os, architecture } = (JSON.parse(config) ?? {});
        return typeof os === 'string' && typeof architecture === 'string' ? `${os}/${architecture}` : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/deploy/request.js + 1 modules
var request = __webpack_require__(634);
;// CONCATENATED MODULE: ./lib/deploy/ecs/feasible.js


function checkTime(service, minutes, on) {
    const least = leastMinutes(service);
    if (least < minutes)
        return;
    const raise = least < request/* MAX_TIMEOUT_MINUTES */.h ? `set deploy-timeout-minutes above ${least}, or ` : 'set ';
    throw new base_problem/* Problem */.AF({
        what: `a deployment of the service takes at least ${least} minutes (${service.deploymentConfiguration?.strategy ?? 'ROLLING'}, bake time included), and deploy-timeout-minutes is ${minutes}`,
        on,
        fix: `${raise}deploy-wait: false, or shorten the bake time of the service`,
    });
}
function checkPercentages(service, on) {
    const { desiredCount = 0, schedulingStrategy, deploymentConfiguration = {} } = service;
    const { strategy = 'ROLLING', minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration;
    if (desiredCount === 0 || strategy !== 'ROLLING')
        return;
    if (schedulingStrategy === 'DAEMON') {
        checkDaemon(deploymentConfiguration, on);
        return;
    }
    const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
    const most = Math.floor((desiredCount * maximumPercent) / 100);
    if (least < desiredCount || most > desiredCount)
        return;
    throw new base_problem/* Problem */.AF({
        what: `no deployment of the service can begin: of ${desiredCount} task${desiredCount === 1 ? '' : 's'} ECS may stop none (minimumHealthyPercent ${minimumHealthyPercent}) and start no other (maximumPercent ${maximumPercent})`,
        on,
        fix: `set maximumPercent of the service to ${Math.ceil((100 * (desiredCount + 1)) / desiredCount)} or more, or minimumHealthyPercent to ${Math.floor((100 * (desiredCount - 1)) / desiredCount)} or less`,
    });
}
function checkDaemon({ minimumHealthyPercent = 0 }, on) {
    if (minimumHealthyPercent < 100)
        return;
    throw new base_problem/* Problem */.AF({
        what: `no deployment of the service can begin: it runs one task on each instance (DAEMON), and ECS may stop none (minimumHealthyPercent ${minimumHealthyPercent})`,
        on,
        fix: 'set minimumHealthyPercent of the service to 0, or to what may be down at a time',
    });
}
function leastMinutes({ deploymentConfiguration = {} }) {
    const { strategy = 'ROLLING', bakeTimeInMinutes: bake = 0 } = deploymentConfiguration;
    const { stepPercent = 100, stepBakeTimeInMinutes = 0 } = deploymentConfiguration.linearConfiguration ?? {};
    if (strategy === 'LINEAR')
        return bake + (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes;
    const { canaryBakeTimeInMinutes = 0 } = deploymentConfiguration.canaryConfiguration ?? {};
    return strategy === 'CANARY' ? bake + canaryBakeTimeInMinutes : bake;
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/permissions.js

function permissions_permissionsFor(facts) {
    const { target, service, definition, tagged, has, settings } = facts;
    const [, partition, , region, account] = (service.serviceArn ?? '').split(':');
    const arn = (resource) => `arn:${partition}:ecs:${region}:${account}:${resource}`;
    const serviceArn = service.serviceArn ?? '*';
    const below = `${target.cluster}/${target.service}/*`;
    const family = arn(`task-definition/${definition.family}:*`);
    const cluster = { ArnEquals: { 'ecs:cluster': arn(`cluster/${target.cluster}`) } };
    const roles = [definition.taskRoleArn, definition.executionRoleArn].flatMap((role) => role ? [role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`] : []);
    const volumeRoles = [
        ...new Set(volumesOf(service).flatMap(({ managedEBSVolume }) => managedEBSVolume?.roleArn ?? [])),
    ];
    const reads = [
        { actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments'], resources: [serviceArn] },
        { actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] },
    ];
    if (!has.changes)
        return reads;
    const follows = settings.wait;
    const undoes = follows && settings.onFailure === 'rollback';
    return [
        ...reads,
        { actions: ['ecs:UpdateService'], resources: [serviceArn] },
        { actions: ['ecs:RegisterTaskDefinition', ...(tagged ? ['ecs:TagResource'] : [])], resources: [family] },
        { actions: ['ecs:DescribeServiceRevisions'], resources: [serviceArn, arn(`service-revision/${below}`)] },
        ...(roles.length > 0 ? [passRole(roles, 'ecs-tasks.amazonaws.com')] : []),
        ...(follows
            ? [
                {
                    actions: ['ecs:DescribeServiceDeployments', ...(undoes ? ['ecs:StopServiceDeployment'] : [])],
                    resources: [serviceArn, arn(`service-deployment/${below}`)],
                },
                { actions: ['ecs:ListTasks'], resources: ['*'], conditions: cluster },
            ]
            : []),
        ...(has.first ? [{ actions: ['ecs:RunTask'], resources: [family], conditions: cluster }] : []),
        ...(has.first && volumeRoles.length > 0 ? [passRole(volumeRoles, 'ecs.amazonaws.com')] : []),
        ...(follows || has.first
            ? [
                {
                    actions: ['ecs:DescribeTasks', ...(has.first ? ['ecs:StopTask'] : [])],
                    resources: [arn(`task/${target.cluster}/*`)],
                },
            ]
            : []),
    ];
}
function passRole(resources, service) {
    return { actions: ['iam:PassRole'], resources, conditions: { StringEquals: { 'iam:PassedToService': service } } };
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/platform.js

const ARCHITECTURES = { X86_64: 'amd64', ARM64: 'arm64' };
function platformOfTasks({ runtimePlatform = {} }, service) {
    const { cpuArchitecture, operatingSystemFamily: family = 'LINUX' } = runtimePlatform;
    const { launchType, capacityProviderStrategy = [] } = service;
    const isFargate = launchType === 'FARGATE' ||
        capacityProviderStrategy.some(({ capacityProvider }) => /^FARGATE/.test(String(capacityProvider)));
    const architecture = ARCHITECTURES[cpuArchitecture ?? (isFargate ? 'X86_64' : '')];
    return architecture && `${family.startsWith('WINDOWS') ? 'windows' : 'linux'}/${architecture}`;
}
function platform_checkPlatform({ isIndex, platforms }, { platform, on }) {
    if (platforms.length === 0 || platforms.includes(platform))
        return;
    throw new base_problem/* Problem */.AF({
        what: `the image is ${isIndex ? 'an index of' : 'built for'} ${platforms.join(', ')}, and the tasks of the service run on ${platform}`,
        on,
        fix: `build the image for ${platform} (docker build --platform ${platform}), or change runtimePlatform in the task definition`,
    });
}

;// CONCATENATED MODULE: ./lib/deploy/changed-keys.js
function changedKeys(one, other, { without = [] } = {}) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].filter((key) => !without.includes(key) && textOf(one[key]) !== textOf(other[key]));
}
function textOf(value) {
    if (value === undefined || value === null || value === 0 || value === false)
        return '';
    if (Array.isArray(value)) {
        const all = value.map(textOf);
        const isSet = value.every((it) => typeof it === 'object');
        return all.length === 0 ? '' : `[${(isSet ? all.sort() : all).join(',')}]`;
    }
    if (typeof value !== 'object')
        return JSON.stringify(value);
    const entries = Object.entries(value).map(([key, it]) => [key, textOf(it)]);
    const filled = entries.filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
    return filled.length === 0 ? '' : `{${filled.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/task-definition.js



const READ_ONLY = new Set([
    'taskDefinitionArn',
    'revision',
    'status',
    'requiresAttributes',
    'compatibilities',
    'registeredAt',
    'registeredBy',
    'deregisteredAt',
    'deleteRequestedAt',
]);
function withImages(definition, tags, images) {
    const kept = Object.fromEntries(Object.entries(definition).filter(([key]) => !READ_ONLY.has(key)));
    const containerDefinitions = definition.containerDefinitions?.map((container) => {
        const image = images.get(container.name ?? '');
        return image === undefined ? container : { ...container, image };
    });
    const own = ownTags(tags);
    return { ...kept, containerDefinitions, ...(own.length > 0 ? { tags: own } : {}) };
}
function ownTags(tags) {
    return tags.filter(({ key }) => !key?.toLowerCase().startsWith('aws:'));
}
function containerFor({ containerDefinitions = [] }, name) {
    const list = containerDefinitions.map((it) => it.name).join(', ');
    if (name !== undefined) {
        const found = containerDefinitions.find((it) => it.name === name);
        if (found)
            return found;
        throw new base_problem/* Problem */.AF({ what: `the task definition has no container "${name}"`, fix: `write one of ${list}` });
    }
    const essential = containerDefinitions.filter((it) => it.essential !== false);
    if (essential.length === 1 && essential[0])
        return essential[0];
    throw new base_problem/* Problem */.AF({
        what: `the task definition has ${essential.length} essential containers`,
        fix: `write ecs:CLUSTER/SERVICE/CONTAINER with one of ${list}`,
    });
}
function isSameImage(text, { reference, repository, digest, }) {
    if (reference === undefined)
        return false;
    const [, pinned] = (text ?? '').split('@');
    if (text === reference)
        return true;
    return pinned !== undefined && pinned === digest && isOfRepository(text, repository);
}
function revisionName(arn) {
    return arn?.split('task-definition/').at(-1) ?? 'unknown';
}
function newestIsThis(definitionArn) {
    const revision = revisionName(definitionArn);
    return `${revision} stays the newest revision of its family. Where scheduled tasks or other tools take the newest: aws ecs deregister-task-definition --task-definition ${revision}`;
}
function differencesOf(one, other) {
    const ofTask = changedKeys(one, other, { without: [...READ_ONLY, 'containerDefinitions'] });
    const [before, after] = [one, other].map(({ containerDefinitions = [] }) => new Map(containerDefinitions.map((it) => [it.name ?? '', it])));
    const ofContainers = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
        const [old, now] = [before.get(name), after.get(name)];
        if (!old || !now)
            return [name];
        return changedKeys(old, now, { without: ['name', 'image'] }).map((key) => `${name}.${key}`);
    });
    return [...ofTask, ...ofContainers];
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/warnings.js


function warnings_warningsFor(facts, { isChange }) {
    const { name, service, definition } = facts;
    const revision = revisionName(service.taskDefinition);
    const others = newerRevision(facts);
    if (!isChange)
        return others;
    return [
        ...others,
        ...(service.desiredCount === 0
            ? [`${name}: the desired count is 0, so no task will prove that the image works`]
            : []),
        ...(definition.status === 'INACTIVE'
            ? [
                `${name}: ${revision} is INACTIVE, so ECS may not go back to it. Whoever deregisters task definitions should leave out the one that serves`,
            ]
            : []),
        ...leftBehind(facts),
        ...noWayBack(facts),
    ];
}
function warnings_noticesFor({ name, service, settings }) {
    const { deploymentCircuitBreaker: breaker, lifecycleHooks = [] } = service.deploymentConfiguration ?? {};
    const { wait, onFailure, timeoutMinutes } = settings;
    return [
        ...(breaker?.enable !== true && onFailure === 'rollback' && wait
            ? [`${name}: the circuit breaker of the service is off; this step ends and rolls back a failing rollout itself`]
            : []),
        ...(wait && lifecycleHooks.some(({ targetType }) => targetType === 'PAUSE')
            ? [
                `${name}: a deployment of the service pauses until somebody continues it. This step waits for that, for ${timeoutMinutes} minutes in all (deploy-timeout-minutes); deploy-wait: false does not wait`,
            ]
            : []),
    ];
}
function newerRevision({ name, service, definition, newest }) {
    if (!newest || (newest.revision ?? 0) <= (definition.revision ?? 0))
        return [];
    const differences = differencesOf(definition, newest);
    if (differences.length === 0)
        return [];
    const [newer, own] = [revisionName(newest.taskDefinitionArn), revisionName(service.taskDefinition)];
    return [
        `${name}: ${newer} is newer than ${own}, which the service runs, and differs in ${differences.join(', ')}. That does not come into service: only the image of ${own} is changed. If it is to, update the service to ${newer} once, and run this step again`,
    ];
}
function leftBehind({ name, definition: { containerDefinitions = [] }, lines }) {
    return containerDefinitions.flatMap((other) => {
        if (lines.some(({ container }) => container.name === other.name))
            return [];
        const line = lines.find(({ image }) => isOfRepository(other.image, image.repository));
        if (!line || isSameImage(other.image, { ...line.image, digest: line.image.reference?.split('@')[1] }))
            return [];
        return [
            `${name}: the container ${other.name} runs an image of the same repository, ${other.image}, and keeps it. If it is to change as well, give it a line of its own with ${name}/${other.name}`,
        ];
    });
}
function noWayBack({ name, service, lines, gone, settings, isMoved }) {
    if (settings.onFailure !== 'rollback')
        return [];
    const revision = revisionName(service.taskDefinition);
    const { enable = false, rollback = false } = service.deploymentConfiguration?.deploymentCircuitBreaker ?? {};
    const moved = enable && !rollback ? lines.flatMap(({ container: { image = '' } }) => (isMoved(image) ? [image] : [])) : [];
    return [
        ...gone.map((image) => `${name}: a rollback cannot succeed, because ${image}, the image of ${revision}, can no longer be pulled from its repository. A lifecycle policy should keep what serves, and not archive it`),
        ...moved.map((image) => `${name}: a rollback would bring the new image again, because ${revision} names ${image} by a tag that this step moves, and the circuit breaker stops a deployment without rolling it back. Turn its rollback on`),
    ];
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/plan.js













async function planService(rollout, stage, { isLater }) {
    const { target, first } = rollout;
    const { access, settings } = stage;
    const name = `ecs:${target.cluster}/${target.service}`;
    const service = checked(await openEcs(target, access).service(), target, name);
    const { definition, tags, newest, found, busy } = await lookAt(service, { rollout, stage, isLater, on: name });
    const lines = await linesOf(rollout, { definition, found, on: name });
    const differing = lines.filter(({ container, image }) => !isSameImage(container.image, image));
    const read = isLater ? await checkBuilt(differing, { definition, service, stage, on: name }) : [];
    const isAgain = differing.length === 0 && !serves(service) && !busy;
    const changes = isAgain ? [tryAgain(service)] : differing.map(change);
    const isChange = changes.length > 0;
    if (isChange)
        checkPercentages(service, name);
    if (isChange && settings.wait)
        checkTime(service, settings.timeoutMinutes, name);
    const facts = {
        ...{ name, service, definition, newest, lines, settings },
        gone: isLater ? await goneOf(differing, stage) : [],
        isMoved: (image) => isMoved(image, stage),
    };
    return {
        target: name,
        ...imagesOf(lines),
        changes,
        underWay: busy,
        warnings: warnings_warningsFor(facts, { isChange }),
        notices: isChange ? warnings_noticesFor(facts) : [],
        permissions: [
            ...permissions_permissionsFor({
                ...{ region: access.session.region, target, service, definition, settings },
                tagged: ownTags(tags).length > 0,
                has: { changes: isChange, first: first.length > 0 && isChange },
            }),
            ...found.map((image) => imagePermissions(image, { config: read.includes(image) })),
        ],
        service,
        serviceArn: service.serviceArn,
        definition,
        definitionArn: service.taskDefinition,
        tags,
        images: referencesOf(differing),
        coming: lines.flatMap(({ image, source }) => (image.reference ? [] : [source])),
        isAgain,
    };
}
function referencesOf(lines) {
    return new Map(lines.flatMap(({ container, image }) => (image.reference ? [[container.name ?? '', image.reference]] : [])));
}
async function lookAt(service, { rollout, stage, isLater, on }) {
    const { access, published } = stage;
    const ecs = openEcs(rollout.target, access);
    const [known, newest, found, busy] = await Promise.all([
        ecs.definition(service.taskDefinition),
        isLater ? newestOf(ecs, service) : undefined,
        (0,parallel/* together */.bs)(rollout.images.map(async ({ source }) => findImage(source, access, { published, isLater }))),
        underWay(ecs, service),
    ]);
    if (!known?.definition.containerDefinitions) {
        throw new base_problem/* Problem */.AF({ what: `ECS does not show the task definition ${service.taskDefinition}`, on, fix: NOT_SHOWN });
    }
    return { ...known, newest, found, busy };
}
async function newestOf(ecs, { taskDefinition }) {
    const [family = ''] = revisionName(taskDefinition).split(':');
    try {
        return (await ecs.definition(family))?.definition;
    }
    catch (thrown) {
        if (!isRefused(thrown, 'ClientException'))
            throw thrown;
        return undefined;
    }
}
async function linesOf({ images, first }, { definition, found, on }) {
    const containers = await (0,parallel/* together */.bs)([...images, ...first].map(async ({ container }) => resolve(definition, container, on)));
    const lines = found.map((image, at) => ({ container: containers[at], image, source: images[at].source }));
    checkOnce(lines, on);
    return lines;
}
async function checkBuilt(lines, { definition, service, stage, on }) {
    const platform = platformOfTasks(definition, service);
    const read = platform ? lines.filter(({ image }) => image.manifest) : [];
    await (0,parallel/* together */.bs)(read.map(async ({ image, source }) => {
        platform_checkPlatform(await builtOf(image, source, { ...stage, on }), { platform: platform, on });
    }));
    return read.flatMap(({ image }) => (image.manifest?.configDigest === undefined ? [] : [image]));
}
async function goneOf(lines, { access, published }) {
    const own = lines.flatMap(({ container: { image }, image: { repository } }) => image !== undefined && isOfRepository(image, repository) ? [image] : []);
    const gone = await Promise.all(own.map(async (image) => isGone(image, access, published)));
    return own.filter((_, at) => gone[at]);
}
function isMoved(image, { access, published }) {
    const source = sourceOf(image);
    return source?.tag !== undefined && isPushed(published, source, (host) => registryOf(host, access, published));
}
function checked(service, { cluster, service: name }, on) {
    const { status, taskDefinition, serviceArn, deploymentController } = service ?? {};
    if (!service || status === 'INACTIVE' || status === 'DRAINING') {
        throw new base_problem/* Problem */.AF({
            what: service ? `the service is ${status}` : `the cluster ${cluster} has no service ${name}`,
            on,
            fix: 'check the names of the cluster and the service, the region and the account',
        });
    }
    const controller = deploymentController?.type ?? 'ECS';
    if (controller !== 'ECS') {
        throw new base_problem/* Problem */.AF({
            what: `the service is deployed by ${controller === 'CODE_DEPLOY' ? 'CodeDeploy' : 'an external controller'} (${controller})`,
            on,
            why: 'ECS takes no new task definition for such a service except from its controller',
            fix: 'change the service to the controller ECS, which has blue/green deployments of its own (strategy BLUE_GREEN), or leave the line out',
        });
    }
    if (!taskDefinition || !serviceArn) {
        throw new base_problem/* Problem */.AF({ what: 'ECS does not say which task definition the service runs', on, fix: NOT_SHOWN });
    }
    return { ...service, taskDefinition, serviceArn };
}
async function underWay(ecs, service) {
    const [ongoing] = await ecs.deployments({ status: ecs_api_ONGOING });
    if (ongoing)
        return `deployment ${idOf(ongoing.serviceDeploymentArn)} is ${ongoing.status}`;
    const active = service.deployments?.find(({ rolloutState }) => rolloutState === 'IN_PROGRESS');
    return active && `the rollout of ${revisionName(active.taskDefinition)} is IN_PROGRESS`;
}
function idOf(arn) {
    return arn?.split('/').at(-1) ?? '';
}
function serves({ taskDefinition, deployments = [], desiredCount = 0 }) {
    const primary = deployments.find(({ status }) => status === 'PRIMARY');
    return (primary?.taskDefinition === taskDefinition &&
        (primary?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
        (desiredCount === 0 || (primary?.runningCount ?? 0) > 0));
}
function resolve(definition, container, on) {
    try {
        return containerFor(definition, container);
    }
    catch (thrown) {
        throw thrown instanceof base_problem/* Problem */.AF ? new base_problem/* Problem */.AF({ ...thrown.details, on }) : thrown;
    }
}
function checkOnce(lines, on) {
    for (const [at, { container, image }] of lines.entries()) {
        const other = lines.slice(0, at).find((it) => it.container.name === container.name);
        if (!other || (other.image.name === image.name && other.image.digest === image.digest))
            continue;
        throw new base_problem/* Problem */.AF({ what: `two images are given to the container ${container.name}`, on, fix: 'keep one line' });
    }
}
function imagesOf(lines) {
    const references = lines.map(({ image }) => image.reference);
    return {
        before: lines.map(({ container }) => container.image ?? '').join(', '),
        after: references.includes(undefined) ? undefined : references.join(', '),
    };
}
function tryAgain({ taskDefinition }) {
    return `${revisionName(taskDefinition)} has these images already, but its last rollout did not succeed`;
}
function change({ container: { name, image: before = '' }, image: { digest: after } }) {
    const [, digest] = before.split('@');
    return `${name}: ${digest ? target_short(digest) : before || 'nothing'} → ${after ? target_short(after) : 'what this step pushes'}`;
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/reasons.js
const EXIT_CODES = {
    125: 'the container could not be started',
    126: 'the command cannot be executed',
    127: 'the command was not found',
    137: 'killed, often because it ran out of memory',
    139: 'segmentation fault',
    143: 'stopped by SIGTERM',
    255: 'often an image that is built for another architecture',
};
const OF_STOPPING = [137, 143];
const EVENTS = 3;
function failedTasks(tasks, definition) {
    return tasks.filter(({ taskDefinitionArn, stopCode, stoppedReason = '' }) => taskDefinitionArn === definition &&
        (stopCode === 'EssentialContainerExited' ||
            stopCode === 'TaskFailedToStart' ||
            /health check|CannotPull|failed to start|unhealthy/i.test(stoppedReason)));
}
function reasonsOf(deployment, { service, tasks }) {
    const { statusReason, rollback, deploymentCircuitBreaker: breaker, alarms, createdAt = 0 } = deployment;
    const alarmed = alarms?.triggeredAlarmNames ?? [];
    return unique([
        statusReason,
        rollback?.reason,
        breaker?.status === 'TRIGGERED'
            ? `the circuit breaker fired after ${breaker.failureCount} failed tasks (threshold ${breaker.threshold})`
            : undefined,
        ...hooksThatFailed(deployment),
        ...reasons_waitsFor(deployment),
        alarmed.length > 0 ? `alarms: ${alarmed.join(', ')}` : undefined,
        ...tasksInWords(tasks),
        ...lastEvents(service, createdAt),
    ]);
}
function reasons_waitsFor({ serviceDeploymentArn, lifecycleHookDetails = [] }) {
    return lifecycleHookDetails
        .filter(({ status }) => status === 'AWAITING_ACTION')
        .map(({ hookId }) => `it pauses until somebody continues it: aws ecs continue-service-deployment --service-deployment-arn ${serviceDeploymentArn} --hook-id ${hookId}`);
}
function hooksThatFailed({ lifecycleHookDetails = [] }) {
    const words = { FAILED: 'failed', TIMED_OUT: 'timed out' };
    return lifecycleHookDetails.flatMap(({ status = '', targetArn, hookId }) => words[status] ? [`the lifecycle hook ${targetArn ?? hookId} ${words[status]}`] : []);
}
function tasksInWords(tasks) {
    const counts = new Map();
    for (const task of tasks) {
        const text = [task.stoppedReason ?? task.stopCode ?? 'no reason', ...containersInWords(task)].join('; ');
        counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return [...counts].map(([text, count]) => `${count} task${count === 1 ? '' : 's'} stopped: ${text}`);
}
function notYetInWords(tasks, definition) {
    const own = tasks.filter(({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === definition && lastStatus !== 'RUNNING');
    const states = Map.groupBy(own, ({ lastStatus = 'an unknown state' }) => lastStatus);
    return [...states].map(([state, all]) => `${all.length} task${all.length === 1 ? ' is' : 's are'} in ${state}${MEANINGS[state] ?? ''}`);
}
const MEANINGS = {
    PROVISIONING: ': the capacity provider has no instance for it yet (look at the activity of its Auto Scaling group), or its network interface is not made',
};
function containersInWords({ containers = [] }) {
    const isOwnFault = containers.some(({ exitCode = 0 }) => exitCode !== 0 && !OF_STOPPING.includes(exitCode));
    return containers.flatMap(({ name, exitCode, reason }) => {
        if (exitCode === undefined && !reason)
            return [];
        if (isOwnFault && !reason && exitCode !== undefined && OF_STOPPING.includes(exitCode))
            return [];
        const meaning = exitCode === undefined ? undefined : EXIT_CODES[exitCode];
        const exit = exitCode === undefined ? '' : ` exited with code ${exitCode}${meaning ? ` (${meaning})` : ''}`;
        return [`container ${name}${exit}${reason ? `${exit ? ',' : ''} ${reason}` : ''}`];
    });
}
function lastEvents(service, since) {
    const events = (service?.events ?? [])
        .filter(({ createdAt = 0 }) => createdAt >= since)
        .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
        .map(({ message = '' }) => message.replace(/^\(service \S+?\)\s*/, '').replaceAll(/\b[0-9a-f]{32}\b/g, '…'));
    return unique(events)
        .slice(0, EVENTS)
        .map((message) => `event: ${message}`);
}
function logOf({ name, logConfiguration }, taskArn) {
    const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix, 'awslogs-region': region, } = logConfiguration?.options ?? {};
    if (logConfiguration?.logDriver !== 'awslogs' || !group)
        return undefined;
    const stream = prefix ? ` --log-stream-names ${prefix}/${name}/${taskArn?.split('/').at(-1)}` : '';
    return `its output: aws logs tail ${group}${stream}${region ? ` --region ${region}` : ''}`;
}
function outputOf(tasks, definitions = []) {
    for (const { taskArn, containers = [] } of tasks) {
        const ended = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
        const definition = definitions.find(({ name }) => name === ended?.name);
        const log = ended && definition && logOf(definition, taskArn);
        if (log)
            return log;
    }
    return undefined;
}
function unique(texts) {
    return [...new Set(texts.filter((text) => text !== undefined && text !== ''))];
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/follow.js





const REPEATED = 2;
const follow_MISSES = 6;
async function follow(ecs, { ours, watch, say }) {
    let told = '';
    let misses = 0;
    return watch.until(`${ours.name} to finish deployment ${idOf(ours.arn)}`, async () => {
        const deployment = await ecs.deployment(ours.arn);
        if (!deployment?.status) {
            if (++misses < follow_MISSES)
                return undefined;
            throw new base_problem/* Problem */.AF({ what: `ECS does not show deployment ${idOf(ours.arn)}`, on: ours.name, fix: NOT_SHOWN });
        }
        misses = 0;
        const line = follow_progress(deployment);
        if (line !== told)
            say(`${ours.name}: ${line}`);
        told = line;
        const newer = deployment.status === 'STOPPED' ? await newerThan(ecs, deployment) : undefined;
        if (newer?.serviceDeploymentArn && (await hasRevision(ecs, newer, ours))) {
            ours.arn = newer.serviceDeploymentArn;
            say(`${ours.name}: deployment ${idOf(ours.arn)} of the same revision took its place, and is followed`);
            return undefined;
        }
        return follow_endOf(ecs, ours, { ...deployment, newer: newer && idOf(newer.serviceDeploymentArn) });
    });
}
async function hasRevision(ecs, { targetServiceRevisionArn: arn }, ours) {
    return arn !== undefined && (await ecs.revision(arn)) === ours.definitionArn;
}
async function follow_endOf(ecs, ours, deployment) {
    const ended = async (kind, { more = [], fix, isOngoing = false } = {}) => {
        const facts = await lookFor(ecs, ours, deployment);
        const reasons = [...more, ...reasonsOf(deployment, facts), ...facts.unseen];
        return { kind, reasons, fix: fix ?? outputOf(facts.tasks, ours.containers), isOngoing };
    };
    switch (deployment.status) {
        case 'SUCCESSFUL':
            return { kind: 'succeeded', reasons: unwatched(deployment), isOngoing: false };
        case 'STOPPED': {
            const { newer } = deployment;
            if (newer)
                return { kind: 'superseded', reasons: [`deployment ${newer} took its place`], isOngoing: false };
            if (deployment.deploymentCircuitBreaker?.status === 'TRIGGERED')
                return ended('failed');
            return ended('stopped');
        }
        case 'ROLLBACK_SUCCESSFUL':
            return ended('rolled back');
        case 'ROLLBACK_FAILED':
            return ended('failed', { more: ['ECS could not roll it back'] });
        case 'PENDING':
        case 'IN_PROGRESS': {
            const service = await ecs.service();
            if (service && cannotGoOn(service, deployment))
                return ended('failed', { fix: OTHER_PERCENTAGES, isOngoing: true });
            const fails = service && (await failsAgain(ecs, { ours, deployment, service }));
            return fails ? ended('failed', { isOngoing: true }) : undefined;
        }
        default:
            return undefined;
    }
}
function unwatched({ deploymentConfiguration, alarms }) {
    if (deploymentConfiguration?.alarms?.enable !== true || alarms?.status !== 'DISABLED')
        return [];
    return [
        `ECS did not watch the alarms of the service (${(alarms.alarmNames ?? []).join(', ')}), as one of them was in alarm when the deployment began`,
    ];
}
async function follow_whatHolds(ecs, ours) {
    const deployment = await ecs.deployment(ours.arn);
    if (!deployment)
        return [];
    const facts = await lookFor(ecs, ours, deployment);
    const tasks = await ecs.tasks('RUNNING').catch(() => []);
    return [...notYetInWords(tasks, ours.definitionArn), ...reasonsOf(deployment, facts), ...facts.unseen];
}
const OTHER_PERCENTAGES = 'give the service another minimumHealthyPercent or maximumPercent: it must be able to stop a task, or to start one more';
function cannotGoOn({ events = [] }, { createdAt: since = 0 }) {
    return events.some(({ createdAt = 0, message = '' }) => createdAt >= since && /unable to stop or start tasks during a deployment/.test(message));
}
async function failsAgain(ecs, { ours, deployment, service }) {
    if (service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true)
        return false;
    const own = service.deployments?.find(({ taskDefinition, status }) => taskDefinition === ours.definitionArn && status === 'PRIMARY');
    if ((own?.failedTasks ?? 0) >= REPEATED)
        return true;
    return (await lookFor(ecs, ours, deployment)).tasks.length >= REPEATED;
}
async function lookFor(ecs, ours, { createdAt = 0 }) {
    const unseen = [];
    const orNothing = async (work) => {
        try {
            return await work;
        }
        catch (thrown) {
            if (!isDenied(thrown))
                throw thrown;
            unseen.push(`more could not be looked at: ${thrown.details.what}`);
            return undefined;
        }
    };
    const [service, tasks = []] = await Promise.all([orNothing(ecs.service()), orNothing(ecs.tasks('STOPPED'))]);
    const own = failedTasks(tasks, ours.definitionArn).filter((task) => (task.createdAt ?? createdAt) >= createdAt);
    return { service, tasks: own, unseen };
}
async function newerThan(ecs, { serviceDeploymentArn, createdAt }) {
    const later = await ecs.deployments(createdAt === undefined ? {} : { after: createdAt });
    return later.find((it) => it.serviceDeploymentArn !== serviceDeploymentArn);
}
function follow_progress(deployment) {
    const { status, lifecycleStage, targetServiceRevision: target } = deployment;
    const { requestedTaskCount, runningTaskCount = 0, pendingTaskCount = 0 } = target ?? {};
    const counts = requestedTaskCount === undefined
        ? ''
        : `, ${runningTaskCount} of ${requestedTaskCount} running${pendingTaskCount ? `, ${pendingTaskCount} pending` : ''}`;
    const waits = reasons_waitsFor(deployment).map((text) => `; ${text}`);
    return `${status}${lifecycleStage ? ` (${lifecycleStage})` : ''}${counts}${waits.join('')}`;
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/proven.js




const LOOKS = 6;
const MINUTES = 2;
async function proven(ecs, succeeded, watch) {
    const { ours, end } = succeeded;
    let looks = 0;
    try {
        return await watch.within(MINUTES).until(`${ours.name} to show what runs`, async () => {
            const service = await ecs.service();
            if (service?.taskDefinition !== ours.definitionArn) {
                const reasons = ['the service was given another task definition since'];
                return { kind: 'superseded', reasons, isOngoing: false };
            }
            if (!someRun(service, ours) && ++looks < LOOKS)
                return undefined;
            return await judged(ecs, succeeded, service);
        });
    }
    catch (thrown) {
        if (!(thrown instanceof base_problem/* Problem */.AF))
            throw thrown;
        return { ...end, reasons: [...end.reasons, `what runs could not be looked at: ${thrown.details.what}`] };
    }
}
async function judged(ecs, { ours, changed, end, desired }, service) {
    const failed = (title, tasks, reasons) => {
        const fix = outputOf(tasks, ours.containers);
        return {
            kind: 'failed',
            title: `ECS calls the deployment a success, but ${title}`,
            reasons,
            fix,
            isOngoing: false,
        };
    };
    const { tasks } = await lookFor(ecs, ours, (await ecs.deployment(ours.arn)) ?? {});
    const stopped = tasksInWords(tasks);
    if (!someRun(service, ours))
        return failed('none of its tasks runs', tasks, stopped);
    const { idle, unseen } = await notRunning(ecs, ours, changed);
    if (idle.length > 0) {
        const names = [...new Set(idle.flatMap(({ containers = [] }) => containers.map(({ name }) => name)))].join(', ');
        return failed(`the container ${names}, which is not essential, does not run`, idle, [
            ...new Set(idle.flatMap(containersInWords)),
        ]);
    }
    const flaky = stopped.map((text) => `ECS calls the deployment a success, although ${text}`);
    const scaledIn = service.desiredCount === 0 && desired !== 0
        ? ['the desired count has become 0, so no task proves that the image works']
        : [];
    return { ...end, reasons: [...end.reasons, ...flaky, ...unseen, ...scaledIn] };
}
function someRun({ desiredCount, deployments }, { definitionArn }) {
    const primary = deployments?.find(({ status }) => status === 'PRIMARY');
    return desiredCount === 0 || primary?.taskDefinition !== definitionArn || primary.runningCount !== 0;
}
async function notRunning(ecs, { definitionArn }, changed) {
    const names = changed.filter(({ essential }) => essential === false).map(({ name }) => name);
    if (names.length === 0)
        return { idle: [], unseen: [] };
    let tasks;
    try {
        tasks = (await ecs.tasks('RUNNING')).filter(({ taskDefinitionArn }) => taskDefinitionArn === definitionArn);
    }
    catch (thrown) {
        if (!isDenied(thrown))
            throw thrown;
        const why = thrown.details.what;
        return { idle: [], unseen: [`whether the container ${names.join(', ')} runs could not be looked at: ${why}`] };
    }
    const idle = tasks.flatMap(({ containers = [], ...task }) => {
        const ended = containers.filter(({ name, lastStatus, exitCode }) => names.includes(name) && lastStatus === 'STOPPED' && exitCode !== 0);
        return ended.length > 0 ? [{ ...task, containers: ended }] : [];
    });
    return { idle, unseen: [] };
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/rollback.js








async function ecs_rollback_rollBack(broken, stage) {
    const { rollout, plan, ours, end, definitionArn } = broken;
    const { settings, access } = stage;
    const ecs = openEcs(rollout.target, access);
    const notes = [];
    let isUndone = end.kind === 'rolled back';
    if (settings.onFailure === 'rollback' && end.kind === 'failed') {
        try {
            isUndone = await undo(ecs, { ...broken, isOngoing: end.isOngoing }, stage);
        }
        catch (thrown) {
            if (access.signal.aborted) {
                notes.push(`${whyStopped(access.signal)}; ${(await startRollBack(broken, stage)).says}`);
            }
            else if (thrown instanceof base_problem/* Problem */.AF)
                notes.push(`the rollback failed: ${thrown.details.what}`);
            else
                throw thrown;
        }
    }
    else if (settings.onFailure === 'leave' && end.isOngoing && ours) {
        notes.push(`deploy-on-failure: leave, so deployment ${idOf(ours.arn)} goes on`);
    }
    const looks = access.signal.aborted ? openEcs(rollout.target, access, lastSeconds()) : ecs;
    const service = await looks.service().catch(() => undefined);
    const now = service?.taskDefinition;
    const isBack = now === plan.definitionArn && !plan.isAgain;
    const before = plan.before.split('@').at(-1) ?? '';
    const serves = isBack
        ? `${target_short(before)} (${revisionName(now)}) ${isUndone ? 'serves again' : 'still serves'}`
        : now === definitionArn
            ? `the service still has ${revisionName(now)}, the new revision`
            : now
                ? `the service has ${revisionName(now)} now`
                : 'what serves now is not known: check the service';
    return { serves: [...notes, serves].join('; '), isBack, isUndone };
}
async function undo(ecs, broken, stage) {
    const { plan, ours, known, definitionArn, isOngoing } = broken;
    const say = (line) => stage.access.runner.info(line);
    const watch = stage.watch.within(stage.settings.timeoutMinutes);
    const arn = ours?.arn ?? (await ownDeployment(ecs, definitionArn, known).catch(() => undefined));
    if (!arn && (await ecs.service())?.taskDefinition !== definitionArn)
        return false;
    if (arn && isOngoing && (await stopped(ecs, arn))) {
        say(`${plan.target}: rolling deployment ${idOf(arn)} back`);
        const status = await watch.until(`${plan.target} to roll back`, async () => {
            const now = (await ecs.deployment(arn))?.status;
            return now === undefined || ecs_api_ONGOING.includes(now) ? undefined : now;
        });
        if (status === 'ROLLBACK_SUCCESSFUL')
            return true;
        say(`${plan.target}: deployment ${idOf(arn)} ended as ${status}`);
    }
    if (plan.isAgain)
        return false;
    const before = { ...known, arns: new Set([...known.arns, arn]) };
    const service = await ecs.service();
    if (service?.taskDefinition !== definitionArn)
        return true;
    say(`${plan.target}: rolling ${revisionName(plan.definitionArn)} out again`);
    await ecs.update({ taskDefinition: plan.definitionArn });
    const back = await watch.until(`ECS to show the deployment of ${revisionName(plan.definitionArn)}`, () => ownDeployment(ecs, plan.definitionArn, before));
    const again = { name: plan.target, arn: back, definitionArn: plan.definitionArn };
    const { kind, reasons } = await follow(ecs, { ours: again, watch, say });
    if (kind === 'succeeded')
        return true;
    const why = reasons[0] ?? kind;
    throw new base_problem/* Problem */.AF({ what: `${revisionName(plan.definitionArn)} did not become stable either: ${why}` });
}
async function stopped(ecs, arn) {
    try {
        return (await ecs.stop(arn)) === arn;
    }
    catch (thrown) {
        if (!isRefused(thrown, 'ConflictException', 'ServiceDeploymentNotFoundException', 'InvalidParameterException')) {
            throw thrown;
        }
        return /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test((await ecs.deployment(arn))?.status ?? '');
    }
}
async function startRollBack(broken, { access, settings }) {
    const { rollout, plan, ours, definitionArn, known } = broken;
    const ecs = openEcs(rollout.target, access, lastSeconds());
    try {
        const arn = ours?.arn ?? (await ownDeployment(ecs, definitionArn, known));
        const isBegun = arn !== undefined || (!plan.isAgain && (await ecs.service())?.taskDefinition === definitionArn);
        if (!isBegun)
            return { says: 'nothing was rolled out', isBack: true };
        const name = arn ? `deployment ${idOf(arn)}` : `the deployment of ${revisionName(definitionArn)}`;
        if (!settings.wait)
            return { says: `${name} goes on, because deploy-wait is false`, isBack: false };
        if (settings.onFailure === 'leave') {
            return { says: `${name} goes on, as deploy-on-failure: leave says`, isBack: false };
        }
        if (arn && (await stopped(ecs, arn))) {
            return { says: `the rollback of ${name} was started and goes on by itself`, isBack: true };
        }
        await ecs.update({ taskDefinition: plan.definitionArn });
        return { says: `${revisionName(plan.definitionArn)} is being rolled out again`, isBack: true };
    }
    catch (thrown) {
        const why = thrown instanceof base_problem/* Problem */.AF ? ` (${thrown.details.what})` : '';
        const where = ours ? `deployment ${idOf(ours.arn)}` : 'the deployments of the service';
        return { says: `its rollback could not be started${why}: look at ${where} yourself`, isBack: false };
    }
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/apply.js













const IDENTIFY_MINUTES = 2;
async function prepare(rollout, stage) {
    const ecs = openEcs(rollout.target, stage.access);
    if (stage.settings.busy !== 'replace')
        await apply_untilIdle(ecs, rollout, stage);
    let plan = await planService(rollout, stage, { isLater: false });
    while (plan.changes.length === 0 && plan.underWay !== undefined) {
        await apply_untilIdle(ecs, rollout, stage);
        plan = await planService(rollout, stage, { isLater: false });
    }
    if (plan.changes.length === 0)
        return { plan, definitionArn: undefined };
    if (plan.isAgain)
        return { plan, definitionArn: plan.definitionArn };
    const made = await ecs.register(withImages(plan.definition, plan.tags, plan.images));
    const images = new Map(made?.containerDefinitions?.map(({ name, image }) => [name, image]));
    const isProven = [...plan.images].every(([container, image]) => images.get(container) === image);
    if (!made?.taskDefinitionArn || !isProven) {
        throw new base_problem/* Problem */.AF({
            what: 'ECS did not show the new revision that it registered',
            on: plan.target,
            fix: NOT_SHOWN,
        });
    }
    stage.access.runner.info(`${plan.target}: registered ${revisionName(made.taskDefinitionArn)}`);
    return { plan, definitionArn: made.taskDefinitionArn };
}
async function apply_untilIdle(ecs, { target }, stage) {
    await whenIdle(`ecs:${target.cluster}/${target.service}`, stage, async () => {
        const service = await ecs.service();
        return { busy: service && (await underWay(ecs, service)), found: service };
    });
}
async function rollOut(rollout, stage, prepared) {
    const { access, settings, watch } = stage;
    const { plan, definitionArn } = await stillValid(rollout, stage, prepared);
    if (definitionArn === undefined)
        return unchanged(prepared.plan, plan);
    const ecs = openEcs(rollout.target, access);
    const say = (line) => access.runner.info(line);
    const known = await mayFollow(ecs, plan, settings);
    let ours;
    const page = `ecs/v2/clusters/${rollout.target.cluster}/services/${rollout.target.service}/deployments?region=${access.session.region}`;
    const outcome = (ending) => outcomeOf({ plan, after: plan.after ?? '', id: ours?.arn ?? '', page }, ending, access);
    let end;
    try {
        await update(ecs, plan, definitionArn);
        ours = await identified(ecs, { plan, definitionArn, known, stage });
        say(`${plan.target}: deployment ${idOf(ours.arn)} of ${revisionName(definitionArn)} began`);
        if (!settings.wait)
            return outcome({ state: 'started', isChanged: true });
        end = await follow(ecs, { ours, watch, say });
        if (end.kind === 'succeeded')
            end = await proven(ecs, { ours, changed: changedBy(plan), end, desired: plan.service.desiredCount }, watch);
    }
    catch (thrown) {
        if (access.signal.aborted) {
            const { says, isBack } = await startRollBack({ rollout, plan, ours, definitionArn, known }, stage);
            const fix = isBack && !plan.isAgain ? newestIsThis(definitionArn) : undefined;
            const problem = new base_problem/* Problem */.AF({ what: `${whyStopped(access.signal)}; ${says}`, on: plan.target, fix });
            return outcome({ state: 'failed', isChanged: !isBack, problem });
        }
        const told = denied_denied(thrown, plan.target);
        if (!(told instanceof base_problem/* Problem */.AF))
            throw told;
        const { what, why, fix } = await whatEnded(told, access.signal, async () => (ours ? follow_whatHolds(ecs, ours) : []));
        end = { kind: 'failed', title: what, reasons: why ? [why] : [], fix, isOngoing: true };
    }
    if (end.kind === 'succeeded') {
        for (const text of end.reasons)
            access.runner.warning(`${plan.target}: ${text}`);
        return outcome({ state: 'succeeded', isChanged: !plan.isAgain });
    }
    const after = await ecs_rollback_rollBack({ rollout, plan, ours, definitionArn, known, end }, stage);
    const problem = new base_problem/* Problem */.AF({
        what: `${end.title ?? ecs_apply_TITLES[end.kind]}; ${after.serves}`,
        on: plan.target,
        why: [...new Set(end.reasons)].join('\n') || undefined,
        fix: [end.fix, after.isBack ? newestIsThis(definitionArn) : undefined].filter(Boolean).join('\n') || undefined,
    });
    const state = after.isBack && after.isUndone ? 'rolled back' : end.kind;
    return outcome({ state, isChanged: !after.isBack, problem });
}
async function update(ecs, { target, isAgain }, taskDefinition) {
    const updated = await ecs.update({ taskDefinition, ...(isAgain ? { forceNewDeployment: true } : {}) });
    if (updated?.taskDefinition === taskDefinition)
        return;
    const what = 'ECS did not show the service with its new task definition';
    throw new base_problem/* Problem */.AF({ what, on: target, fix: NOT_SHOWN });
}
function changedBy({ definition: { containerDefinitions = [] }, images }) {
    return containerDefinitions.filter(({ name = '' }) => images.has(name));
}
const ecs_apply_TITLES = {
    'rolled back': 'the rollout failed and ECS rolled it back',
    failed: 'the rollout failed',
    stopped: 'the deployment was stopped by hand',
    superseded: 'the deployment was superseded by another one, which is left alone',
};
async function mayFollow(ecs, { service }, { wait }) {
    const { latest, ...before } = await lookBefore(ecs, service);
    if (latest?.targetServiceRevisionArn)
        await ecs.revision(latest.targetServiceRevisionArn);
    if (wait && latest?.serviceDeploymentArn)
        await ecs.deployment(latest.serviceDeploymentArn);
    return before;
}
async function stillValid(rollout, stage, prepared) {
    const { plan } = prepared;
    const service = await openEcs(rollout.target, stage.access).service();
    if (service?.taskDefinition === plan.definitionArn)
        return prepared;
    const now = revisionName(service?.taskDefinition);
    stage.access.runner.info(`${plan.target}: ${now} serves since the plan; only the images of it are changed`);
    return prepare(rollout, stage);
}
async function identified(ecs, { plan, definitionArn, known, stage }) {
    const what = `ECS to show the deployment of ${revisionName(definitionArn)}`;
    return stage.watch.within(IDENTIFY_MINUTES).until(what, async () => {
        const arn = await ownDeployment(ecs, definitionArn, known);
        const { containerDefinitions: containers = [] } = plan.definition;
        return arn ? { name: plan.target, arn, definitionArn, containers } : undefined;
    });
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/coming.js



async function checkComing(plan, coming, { access, published }) {
    const { definition, service, target: on } = plan;
    const platform = platformOfTasks(definition, service);
    if (!platform)
        return;
    await (0,parallel/* together */.bs)(plan.coming.map(async (source) => {
        platform_checkPlatform(await comingBuilt(source, coming, { access, published, on }), { platform, on });
    }));
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/run-first.js








const run_first_MISSES = 6;
async function runFirst(rollout, stage, prepared) {
    try {
        for (const { container, command } of rollout.first) {
            await runTask(rollout, stage, { ...prepared, container, command });
        }
    }
    catch (thrown) {
        const told = denied_denied(thrown, prepared.plan.target);
        if (!(told instanceof base_problem/* Problem */.AF) || prepared.plan.isAgain)
            throw told;
        const fix = [told.details.fix, newestIsThis(prepared.definitionArn)].filter(Boolean).join('\n');
        throw new base_problem/* Problem */.AF({ ...told.details, fix });
    }
}
async function runTask(rollout, stage, one) {
    const { plan, container, command } = one;
    const { runner, signal } = stage.access;
    const ecs = openEcs(rollout.target, stage.access);
    const on = `${plan.target}/${container}`;
    const arn = await run_first_started(ecs, one, on).catch((thrown) => {
        if (!signal.aborted)
            throw thrown;
        const what = `${whyStopped(signal)}; the task that runs first may have been started, and nothing was rolled out`;
        throw new base_problem/* Problem */.AF({ what, on });
    });
    runner.info(`${on}: runs ${command[0]} first, task ${arn.split('/').at(-1)}`);
    const log = logOf(plan.definition.containerDefinitions?.find(({ name }) => name === container) ?? {}, arn);
    let ended;
    try {
        ended = await end(ecs, arn, { container, stage, on });
    }
    catch (thrown) {
        if (!signal.aborted && !(thrown instanceof base_problem/* Problem */.AF))
            throw thrown;
        const stop = signal.aborted ? openEcs(rollout.target, stage.access, lastSeconds()) : ecs;
        const now = signal.aborted ? undefined : await stop.task(arn).catch(() => undefined);
        const held = now ? notYetInWords([now], one.definitionArn) : [];
        const stopped = await stoppedInWords(stop, arn);
        const { what, why, fix } = signal.aborted ? { what: whyStopped(signal) } : thrown.details;
        throw new base_problem/* Problem */.AF({
            what: `${what}; the task was ${stopped}, and nothing was rolled out`,
            on,
            why: [why, ...held].filter(Boolean).join('\n') || undefined,
            fix: [log, fix].filter(Boolean).join('\n') || undefined,
        });
    }
    const own = ended.containers?.find(({ name }) => name === container);
    const left = ended.lastStatus === 'STOPPED' ? STOPPED : await stoppedInWords(ecs, arn);
    if (own?.exitCode === 0) {
        if (left !== STOPPED)
            runner.warning(`${on}: the task's other containers run on, because it was ${left}`);
        runner.info(`${on}: ${command[0]} ended with exit code 0`);
        return;
    }
    const code = own?.exitCode === undefined ? 'did not run to its end' : `ended with exit code ${own.exitCode}`;
    throw new base_problem/* Problem */.AF({
        what: `the task that runs first ${code}, so nothing was rolled out${left === STOPPED ? '' : `; it was ${left}`}`,
        on,
        why: [ended.stoppedReason, ...containersInWords(ended)].filter(Boolean).join('\n') || undefined,
        ...(log ? { fix: log } : {}),
    });
}
const STOPPED = 'stopped';
async function stoppedInWords(ecs, arn) {
    return ecs.stopTask(arn, 'deploy-first has ended').then(() => STOPPED, (thrown) => `not stopped${thrown instanceof base_problem/* Problem */.AF ? ` (${thrown.details.what})` : ''}: stop it yourself`);
}
async function run_first_started(ecs, { plan, container, command, definitionArn }, on) {
    const { capacityProviderStrategy = [], launchType, platformVersion, networkConfiguration } = plan.service;
    const { placementConstraints = [], placementStrategy = [] } = plan.service;
    const volumes = volumesOf(plan.service);
    const { tasks, failures } = await ecs.runTask({
        taskDefinition: definitionArn,
        count: 1,
        startedBy: 'keyless-aws/deploy-first',
        clientToken: (0,external_node_crypto_.randomUUID)(),
        overrides: { containerOverrides: [{ name: container, command }] },
        ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : launchType ? { launchType } : {}),
        ...(platformVersion ? { platformVersion } : {}),
        ...(networkConfiguration ? { networkConfiguration } : {}),
        ...(placementConstraints.length > 0 ? { placementConstraints } : {}),
        ...(placementStrategy.length > 0 ? { placementStrategy } : {}),
        ...(volumes.length > 0 ? { volumeConfigurations: volumes } : {}),
    });
    const arn = tasks[0]?.taskArn;
    if (arn)
        return arn;
    const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': ')).join('\n');
    throw new base_problem/* Problem */.AF({
        what: 'ECS did not start the task that runs first, so nothing was rolled out',
        on,
        why: why || undefined,
        fix: "it runs where the service's tasks run: see that there is room, and that the service itself can start one",
    });
}
function end(ecs, arn, { container, stage, on }) {
    let misses = 0;
    return stage.watch.until(`the task that runs first on ${on}`, async () => {
        const task = await ecs.task(arn);
        if (!task?.lastStatus && ++misses === run_first_MISSES)
            throw new base_problem/* Problem */.AF({ what: 'ECS does not show the task', on, fix: NOT_SHOWN });
        const own = task?.containers?.find(({ name }) => name === container);
        const isOver = own?.lastStatus === 'STOPPED' && own.exitCode !== undefined;
        return task && (task.lastStatus === 'STOPPED' || isOver) ? task : undefined;
    });
}

;// CONCATENATED MODULE: ./lib/deploy/ecs/index.js





function ecsRoller(rollout, stage) {
    let prepared;
    return {
        target: rollout.target,
        plan: () => planService(rollout, stage, { isLater: true }),
        check: (plan, coming) => checkComing(plan, coming, stage),
        first: async () => {
            if (rollout.first.length === 0)
                return;
            prepared = await prepare(rollout, stage);
            if (prepared.definitionArn !== undefined)
                await runFirst(rollout, stage, prepared);
        },
        apply: async (plan) => {
            prepared ??= await prepare(rollout, stage);
            return prepared.definitionArn === undefined ? unchanged(plan, prepared.plan) : rollOut(rollout, stage, prepared);
        },
    };
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/api.js


function sharesOf(routing) {
    return Object.entries(routing?.AdditionalVersionWeights ?? {}).filter(([, share]) => share > 0);
}
const LAMBDA = { name: 'lambda', variable: 'LAMBDA' };
function openLambda(name, access, signal) {
    const { http, aws, session, runner } = access;
    const api = openApi(LAMBDA, { http, aws, session, env: runner.env });
    const how = hurried(signal);
    const base = `/2015-03-31/functions/${name}`;
    const get = (action, path, qualifier) => api.rest({ action, method: 'GET', path, ...(qualifier ? { query: { Qualifier: qualifier } } : {}) }, how);
    return {
        function: (qualifier) => get('GetFunction', base, qualifier),
        configuration: (qualifier) => get('GetFunctionConfiguration', `${base}/configuration`, qualifier),
        updateCode: (change) => api.rest({ action: 'UpdateFunctionCode', method: 'PUT', path: `${base}/code`, body: { ...change } }, how),
        publish: (expected) => api.rest({ action: 'PublishVersion', method: 'POST', path: `${base}/versions`, body: { ...expected } }, how),
        alias: (alias) => get('GetAlias', `${base}/aliases/${alias}`),
        moveAlias: (alias, change) => api.rest({ action: 'UpdateAlias', method: 'PUT', path: `${base}/aliases/${alias}`, body: change }, how),
    };
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/platform.js

const PLATFORMS = { x86_64: 'linux/amd64', arm64: 'linux/arm64' };
function lambda_platform_checkPlatform({ isIndex, platforms }, { architecture, on }) {
    const wanted = PLATFORMS[architecture] ?? architecture;
    if (isIndex) {
        throw new base_problem/* Problem */.AF({
            what: `the image is an index (${platforms.join(', ')}), and Lambda takes a single manifest`,
            on,
            fix: platforms.length === 1
                ? 'push it without its attestations: image-attestations: strip, or build with --provenance=false --sbom=false'
                : `push an image for ${wanted} alone`,
        });
    }
    const [built] = platforms;
    if (!built || built === wanted)
        return;
    throw new base_problem/* Problem */.AF({
        what: `the image is built for ${built}, and the function runs on ${architecture}`,
        on,
        fix: `build the image for ${wanted}`,
    });
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/warnings.js

function lambda_warnings_warningsFor({ rollout, facts, done, isDone, isReversible, gone }) {
    const { target, source } = rollout;
    const name = `lambda:${target.name}`;
    const { Configuration: latest = {}, Concurrency } = facts;
    return [
        ...(Concurrency?.ReservedConcurrentExecutions === 0
            ? [`${name}: its reserved concurrency is 0, so nothing runs it, the new code neither`]
            : []),
        ...done.flatMap(({ name: alias, version, published }) => {
            const changed = changedKeys(settingsOf(latest), settingsOf(published));
            return changed.length === 0 ? [] : [keptSettings(name, { alias, version, changed })];
        }),
        ...(!isDone && isReversible === false
            ? [
                `${name}: this zip cannot be rolled back: its former code is not known as a version of s3://${source.kind === 'object' ? `${source.bucket}/${source.key}` : ''}. Write ${name}:ALIAS, or upload under one key of a versioned bucket`,
            ]
            : []),
        ...(!isDone && gone !== undefined
            ? [
                `${name}: it cannot be rolled back, because ${gone}, the image that it has, can no longer be pulled from its repository. A lifecycle policy should keep what serves, and not archive it`,
            ]
            : []),
    ];
}
function keptSettings(name, { alias, version, changed, }) {
    const publish = `aws lambda publish-version --function-name ${name.slice('lambda:'.length)}`;
    return `${name}: ${alias} has the code already, and keeps version ${version} with the settings of that version. The function's own differ in ${changed.join(', ')}: to bring them into service, publish a version (${publish}) and move the alias to it`;
}
const SETTINGS = [
    ...['Environment', 'Layers', 'MemorySize', 'Timeout', 'Handler', 'Role', 'Runtime', 'VpcConfig', 'EphemeralStorage'],
    ...['ImageConfigResponse', 'FileSystemConfigs', 'KMSKeyArn', 'TracingConfig', 'DeadLetterConfig', 'LoggingConfig'],
];
function settingsOf(configuration) {
    return Object.fromEntries(SETTINGS.map((key) => [key, configuration[key]]));
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/plan.js








async function planFunction(rollout, stage, { isLater }) {
    const { target, source } = rollout;
    const { access } = stage;
    const name = `lambda:${target.name}`;
    const lambda = openLambda(target.name, access);
    const facts = await lambda.function();
    const { Configuration: configuration = {} } = facts;
    checkPackage(configuration, source, name);
    const architectures = configuration.Architectures ?? ['x86_64'];
    const found = source.kind === 'image'
        ? await imageCode(source, stage, { isLater, architecture: architectures[0] ?? 'x86_64', on: name })
        : await zipCode(source, stage, { isLater, current: configuration.CodeSha256 });
    const isSame = (it) => runsCode(it, found.code);
    const isLatestDone = isSame(facts) && configuration.LastUpdateStatus !== 'Failed';
    const aliases = await Promise.all(rollout.aliases.map(async (alias) => planAlias(lambda, alias, isSame)));
    const before = digestOf(facts) ?? configuration.CodeSha256 ?? '';
    const former = formerCode(facts) ?? found.former;
    const wantsBack = servesLatest({ aliases }) && stage.settings.onFailure === 'rollback';
    const isDone = aliases.length > 0 ? aliases.every((alias) => alias.isDone) : isLatestDone;
    return {
        target: name,
        before: aliases.length > 0 ? aliases.map((it) => `${it.name}: version ${it.version}`).join(', ') : before,
        after: found.code?.name,
        changes: isDone ? [] : changesOf(aliases, before, found.code),
        underWay: plan_underWay(configuration, aliases),
        warnings: lambda_warnings_warningsFor({
            ...{ rollout, facts, isDone },
            done: aliases.filter((it) => it.isDone),
            isReversible: wantsBack ? former !== undefined : undefined,
            gone: wantsBack && isLater ? await plan_goneOf(facts, found, stage) : undefined,
        }),
        notices: isDone ? [] : plan_noticesFor(name, aliases),
        permissions: [...found.permissions, ...lambda_plan_permissionsFor(configuration, { isDone, isLatestDone, aliases })],
        configuration,
        architectures,
        code: found.code,
        former,
        isLatestDone,
        aliases,
    };
}
function runsCode(facts, code) {
    const { State, CodeSha256 } = facts.Configuration ?? {};
    if (code === undefined || State === 'Failed')
        return false;
    return CodeSha256 === code.sha256 || digestOf(facts) === `sha256:${code.sha256}`;
}
function plan_noticesFor(name, aliases) {
    const floating = aliases.filter(({ version }) => version === LATEST);
    return floating.map((it) => `${name}: the alias ${it.name} names ${LATEST}, so it serves the new code before a version of it is ready`);
}
async function planAlias(lambda, name, isSame) {
    const { FunctionVersion: version = '', RevisionId: revisionId, RoutingConfig } = await lambda.alias(name);
    const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
    const facts = await lambda.function(version);
    const isDone = isSame(facts) && sharesOf(RoutingConfig).length === 0;
    return {
        name,
        version,
        revisionId,
        weights,
        shares: sharesOf(RoutingConfig),
        isDone,
        published: facts.Configuration ?? {},
    };
}
async function plan_goneOf({ Code }, { repository }, { access, published }) {
    const image = Code?.ResolvedImageUri;
    if (image === undefined || repository === undefined || !isOfRepository(image, repository))
        return undefined;
    return (await isGone(image, access, published)) ? image : undefined;
}
const LATEST = '$LATEST';
function servesLatest({ aliases }) {
    return aliases.length === 0 || aliases.some(({ version }) => version === LATEST);
}
async function imageCode(source, { access, published }, { isLater, architecture, on }) {
    checkRegion(source, { access, published, on });
    const image = await findImage(source, access, { published, isLater });
    const permissions = [imagePermissions(image, { config: true })];
    const { repository } = image;
    if (!image.reference || !image.digest)
        return { code: undefined, repository, permissions };
    lambda_platform_checkPlatform(await builtOf(image, source, { access, published, on }), { architecture, on });
    const sha256 = image.digest.replace('sha256:', '');
    const code = { location: { ImageUri: image.reference }, sha256, name: image.reference };
    return { code, repository, permissions };
}
function checkRegion({ host, repository }, { access, published, on }) {
    const { region } = whereIs(host, access, published);
    if (region === access.session.region)
        return;
    throw new base_problem/* Problem */.AF({
        what: `the image is in ${region}, and the function in ${access.session.region}`,
        on,
        why: 'Lambda takes an image from a registry of its own region',
        fix: `push it to ${repository} in ${access.session.region} as well (another target of its line in images, or replication of the registry), and deploy it from there`,
    });
}
async function plan_checkComing({ target, source }, { access, published }, { plan, coming }) {
    if (source.kind !== 'image' || plan.code)
        return;
    const on = `lambda:${target.name}`;
    const built = await comingBuilt(source, coming, { access, published, on });
    lambda_platform_checkPlatform(built, { architecture: plan.architectures[0] ?? 'x86_64', on });
}
async function zipCode(source, { access, published }, { isLater, current }) {
    const found = await findObject(source, access, { published, isLater });
    const { now } = found;
    const versions = found.isLater || now?.version !== undefined;
    const permissions = [objectPermissions(source, access.session, { versions })];
    if (!now)
        return { code: undefined, permissions };
    const sha256 = await sha256Of(source, access, now);
    const location = {
        S3Bucket: source.bucket,
        S3Key: source.key,
        ...(now.version ? { S3ObjectVersion: now.version } : {}),
    };
    if (found.isLater) {
        return { code: undefined, former: now.version && sha256 === current ? location : undefined, permissions };
    }
    if (!isLater)
        await checkOwn(source, access, { now, sum: sha256, published });
    return { code: { location, sha256, name: `s3://${source.bucket}/${source.key}` }, permissions };
}
function checkPackage({ PackageType = 'Zip' }, source, on) {
    const wanted = source.kind === 'image' ? 'Image' : 'Zip';
    if (PackageType === wanted)
        return;
    throw new base_problem/* Problem */.AF({
        what: `the function takes ${PackageType === 'Image' ? 'an image' : 'a zip'}, and is given ${wanted === 'Image' ? 'an image' : 'a zip'}`,
        on,
        why: 'the package type of a function never changes',
        fix: 'give it what it takes, or create another function',
    });
}
function plan_underWay(configuration, aliases) {
    const { LastUpdateStatus, State } = configuration;
    if (LastUpdateStatus === 'InProgress' || State === 'Pending')
        return 'an update of the function is in progress';
    const shared = aliases.find(({ shares }) => shares.length > 0);
    if (!shared)
        return undefined;
    const shares = shared.shares.map(([version, share]) => `${Number((share * 100).toPrecision(4))} % to version ${version}`);
    return `the alias ${shared.name} sends ${shares.join(', ')}`;
}
function digestOf({ Code }) {
    return Code?.ResolvedImageUri?.split('@')[1];
}
function formerCode({ Code }) {
    return Code?.ResolvedImageUri ? { ImageUri: Code.ResolvedImageUri } : undefined;
}
function changesOf(aliases, before, code) {
    const after = code ? target_short(code.name.split('@').at(-1) ?? '') : 'what this step publishes';
    if (aliases.length === 0)
        return [`${target_short(before)} → ${after}`];
    return aliases.filter((it) => !it.isDone).map((it) => `${it.name}: version ${it.version} → a version of ${after}`);
}
function lambda_plan_permissionsFor({ FunctionArn = '*' }, facts) {
    const { isDone, isLatestDone, aliases } = facts;
    const hasAliases = aliases.length > 0;
    const actions = [
        'GetFunction',
        ...(hasAliases ? ['GetAlias'] : []),
        ...(isDone ? [] : ['GetFunctionConfiguration']),
        ...(isDone || isLatestDone ? [] : ['UpdateFunctionCode']),
        ...(isDone || !hasAliases ? [] : ['PublishVersion', 'UpdateAlias']),
    ];
    return [{ actions: actions.map((action) => `lambda:${action}`), resources: [FunctionArn] }];
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/reasons.js
const CODES = {
    DisabledKMSKey: 'the KMS key is disabled',
    EFSMountFailure: 'the file system could not be mounted',
    EniLimitExceeded: 'the VPC has no network interfaces left',
    FunctionError: 'the function failed while it started',
    'FunctionError.InitTimeout': 'the function took too long to start',
    'FunctionError.InvalidEntryPoint': 'the entry point of the image was not found',
    'FunctionError.InvalidWorkingDirectory': 'the working directory of the image was not found',
    'FunctionError.PermissionDenied': 'the entry point of the image may not be executed',
    'FunctionError.RuntimeInitError': 'the runtime failed while it started',
    ImageAccessDenied: 'Lambda may not pull the image: the policy of its repository must allow lambda.amazonaws.com ecr:BatchGetImage and ecr:GetDownloadUrlForLayer',
    ImageDeleted: 'the image was deleted from its repository',
    InsufficientRolePermissions: "the function's role lacks permissions",
    InvalidImage: 'Lambda cannot read the image',
    InvalidSecurityGroup: 'the security group does not exist',
    InvalidSubnet: 'the subnet does not exist',
    InvalidZipFileException: 'Lambda cannot read the zip',
    KMSKeyAccessDenied: 'Lambda may not use the KMS key',
    KMSKeyNotFound: 'the KMS key does not exist',
    SubnetOutOfIPAddresses: 'the subnet has no addresses left',
};
function reasons_reasonsOf(configuration) {
    const code = configuration.LastUpdateStatusReasonCode ?? configuration.StateReasonCode;
    const said = configuration.LastUpdateStatusReason ?? configuration.StateReason;
    const words = code ? CODES[code] : undefined;
    return [...(code ? [words ? `${words} (${code})` : code] : []), ...(said ? [said] : [])];
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/rollback.js




async function lambda_rollback_rollBack(broken, stage) {
    const { access, settings } = stage;
    const isCancelled = access.signal.aborted;
    const lambda = openLambda(broken.rollout.target.name, access, isCancelled ? lastSeconds() : undefined);
    const notes = [];
    let isUndone = false;
    if (settings.onFailure === 'rollback' && broken.kind === 'failed') {
        try {
            isUndone = await rollback_undo(lambda, broken, { stage, notes });
        }
        catch (thrown) {
            if (access.signal.aborted && !isCancelled)
                return lambda_rollback_rollBack(broken, stage);
            notes.push(`the rollback failed: ${thrown instanceof Error ? firstLine(thrown) : 'no answer'}`);
        }
    }
    const told = await whatServes(lambda, broken).catch(() => ({
        serves: 'what serves now is not known',
        isBack: false,
    }));
    return { serves: [...notes, told.serves].join('; '), isBack: told.isBack, isUndone: isUndone && told.isBack };
}
async function rollback_undo(lambda, { plan, done }, { stage, notes }) {
    const isMoved = await moveAliasesBack(lambda, done);
    if (!done.isCodeSent || !servesLatest(plan))
        return isMoved;
    const now = await lambda.configuration();
    if (now.CodeSha256 === plan.configuration.CodeSha256 && now.LastUpdateStatus !== 'InProgress')
        return false;
    if (!plan.former) {
        notes.push('its former code is not known, so it cannot be given back');
        return false;
    }
    const former = plan.former;
    const send = () => lambda.updateCode({ ...former, Architectures: plan.architectures });
    if (stage.access.signal.aborted) {
        if (now.CodeSha256 === plan.configuration.CodeSha256) {
            notes.push('the rollback was started and goes on by itself');
            return true;
        }
        if (now.LastUpdateStatus === 'InProgress') {
            notes.push('an update cannot be stopped, so nothing was rolled back');
            return false;
        }
        await send();
        notes.push('the rollback was started and goes on by itself');
        return true;
    }
    const watch = stage.watch.within(stage.settings.timeoutMinutes);
    const idle = (what) => watch.until(what, async () => {
        const it = await lambda.configuration();
        return it.LastUpdateStatus === 'InProgress' ? undefined : it;
    });
    await idle(`${plan.target} to take another update`);
    await send();
    await idle(`${plan.target} to get its former code back`);
    return true;
}
async function moveAliasesBack(lambda, done) {
    let isMoved = false;
    for (const { name, version, weights } of done.moved) {
        const { FunctionVersion, RevisionId } = await lambda.alias(name);
        if (FunctionVersion !== done.version || FunctionVersion === version)
            continue;
        await lambda.moveAlias(name, {
            FunctionVersion: version,
            RoutingConfig: { AdditionalVersionWeights: weights },
            ...(RevisionId ? { RevisionId } : {}),
        });
        isMoved = true;
    }
    return isMoved;
}
async function whatServes(lambda, { plan, done }) {
    if (plan.aliases.length > 0) {
        const now = await Promise.all(plan.aliases.map(async ({ name }) => (await lambda.alias(name)).FunctionVersion));
        const isHere = plan.aliases.every(({ version }, at) => now[at] === version);
        const isBack = isHere && (!servesLatest(plan) || (await lambda.configuration()).CodeSha256 === plan.configuration.CodeSha256);
        const list = plan.aliases.map(({ name }, at) => `${name} serves version ${now[at]}`).join(', ');
        const latest = done.isCodeSent && isBack ? '; $LATEST may have the new code' : '';
        return { serves: `${list}${isBack && done.moved.length > 0 ? ' again' : ''}${latest}`, isBack };
    }
    const facts = await lambda.function();
    const { CodeSha256, LastUpdateStatus } = facts.Configuration ?? {};
    const isBack = CodeSha256 === plan.configuration.CodeSha256;
    if (!isBack && LastUpdateStatus === 'InProgress') {
        const then = 'serves until the update that is in progress ends, and the new code after it';
        return { serves: `${target_short(plan.before)} ${then}`, isBack };
    }
    if (!isBack && LastUpdateStatus !== 'Successful')
        return { serves: `${target_short(plan.before)} still serves`, isBack: true };
    return { serves: `${target_short(digestOf(facts) ?? CodeSha256 ?? '')} serves`, isBack };
}
function firstLine({ message }) {
    return message.split('\n')[0]?.replace(/\.$/, '') ?? '';
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/apply.js









const STALE_LOOKS = 6;
class Ended extends base_problem/* Problem */.AF {
    kind;
    constructor(kind, what, { reasons = [], fix } = {}) {
        super({ what, why: reasons.join('\n') || undefined, fix });
        this.kind = kind;
    }
}
async function applyFunction(rollout, stage, planned) {
    const { access, settings } = stage;
    const fresh = await apply_planAgain(rollout, stage);
    const isSame = fresh.configuration.CodeSha256 === planned.configuration.CodeSha256;
    const plan = { ...fresh, former: fresh.former ?? (isSame ? planned.former : undefined) };
    const { code } = plan;
    if (plan.changes.length === 0 || !code) {
        for (const text of plan.warnings.filter((it) => !planned.warnings.includes(it)))
            access.runner.warning(text);
        return unchanged(planned, plan);
    }
    const lambda = openLambda(rollout.target.name, access);
    const done = {
        isCodeSent: false,
        moved: [],
        version: undefined,
    };
    const page = `lambda/home?region=${access.session.region}#/functions/${rollout.target.name}`;
    const outcome = (ending) => {
        const { version: id = '' } = done;
        const after = plan.aliases.length > 0 && id ? `${code.name} (version ${id})` : code.name;
        return outcomeOf({ plan, after, id, page }, ending, access);
    };
    try {
        if (!plan.isLatestDone)
            await sendCode(lambda, { plan, code, done });
        if (!settings.wait && plan.aliases.length === 0)
            return outcome({ state: 'started', isChanged: true });
        const settled = await updated(lambda, { plan, code, stage });
        if (plan.aliases.length === 0)
            return outcome({ state: 'succeeded', isChanged: true });
        done.version = await published(lambda, { plan, code, stage, settled });
        if (!settings.wait)
            access.runner.info(`${plan.target}: an alias moves only to a version that is ready, so it is waited for`);
        for (const alias of plan.aliases.filter((it) => !it.isDone)) {
            done.moved = [...done.moved, alias];
            await moveAlias(lambda, { plan, alias, version: done.version, stage });
            access.runner.info(`${plan.target}:${alias.name}: version ${alias.version} → ${done.version}`);
        }
        return outcome({ state: 'succeeded', isChanged: true });
    }
    catch (thrown) {
        const told = denied_denied(thrown, plan.target);
        if (!access.signal.aborted && !(told instanceof base_problem/* Problem */.AF))
            throw told;
        const kind = thrown instanceof Ended ? thrown.kind : 'failed';
        const { what, why, fix } = await whatEnded(told, access.signal, () => apply_whatHolds(lambda, { plan, done }));
        const after = await lambda_rollback_rollBack({ plan, rollout, done, kind }, stage);
        const problem = new base_problem/* Problem */.AF({ what: `${what}; ${after.serves}`, on: plan.target, why, fix });
        return outcome({ state: after.isUndone ? 'rolled back' : kind, isChanged: !after.isBack, problem });
    }
}
async function apply_planAgain(rollout, stage) {
    return whenIdle(`lambda:${rollout.target.name}`, stage, async () => {
        const plan = await planFunction(rollout, stage, { isLater: false });
        const updates = plan.configuration.LastUpdateStatus === 'InProgress' || plan.configuration.State === 'Pending';
        const gives = stage.settings.busy === 'replace' && !updates;
        return { busy: gives ? undefined : plan.underWay, found: plan };
    });
}
const MAX_TRIES = 3;
async function sendCode(lambda, { plan, code, done, tries = MAX_TRIES }) {
    const { architectures: Architectures, configuration } = plan;
    const { RevisionId } = configuration;
    done.isCodeSent = true;
    try {
        await lambda.updateCode({ ...code.location, Architectures, ...(RevisionId ? { RevisionId } : {}) });
    }
    catch (thrown) {
        if (!isRefused(thrown, 'PreconditionFailedException', 'ResourceConflictException')) {
            if (isRefused(thrown, 'AccessDeniedException'))
                done.isCodeSent = false;
            throw thrown;
        }
        const now = await lambda.configuration();
        if (now.CodeSha256 === code.sha256 && now.State !== 'Failed')
            return;
        done.isCodeSent = false;
        if (isRefused(thrown, 'PreconditionFailedException') && tries > 1 && isStill(now, configuration.CodeSha256)) {
            return sendCode(lambda, { plan: { ...plan, configuration: now }, code, done, tries: tries - 1 });
        }
        const isOther = now.RevisionId !== RevisionId || now.LastUpdateStatus === 'InProgress';
        if (isRefused(thrown, 'ResourceConflictException') && !isOther)
            throw thrown;
        throw new Ended('superseded', 'somebody else changed the function since it was looked at', {
            reasons: [thrown.details.why ?? ''],
        });
    }
}
function isStill(now, code) {
    return now.CodeSha256 === code && now.LastUpdateStatus !== 'InProgress';
}
async function updated(lambda, { plan, code, stage }) {
    const { target, configuration: before } = plan;
    let stale = 0;
    const settled = await stage.watch.until(`${target} to finish its update`, async () => {
        const now = await lambda.configuration();
        if (now.LastUpdateStatus === 'InProgress')
            return undefined;
        if (now.LastUpdateStatus === 'Failed') {
            throw new Ended('failed', 'the update of the function failed', { reasons: reasons_reasonsOf(now) });
        }
        if (now.CodeSha256 === code.sha256)
            return now;
        if (now.CodeSha256 === before.CodeSha256 && ++stale < STALE_LOOKS)
            return undefined;
        return digestOf(await lambda.function()) === `sha256:${code.sha256}` ? now : 'other';
    });
    if (settled !== 'other')
        return settled;
    throw new Ended('superseded', 'the function got other code from somebody else');
}
async function published(lambda, { plan, code, stage, settled }) {
    const { CodeSha256 = code.sha256 } = settled;
    const version = await publishedNow(lambda, { CodeSha256, settled });
    if (!version || !/^\d+$/.test(version)) {
        throw new base_problem/* Problem */.AF({ what: 'Lambda did not say which version it published', on: plan.target, fix: NOT_SHOWN });
    }
    const number = version;
    stage.access.runner.info(`${plan.target}: published version ${number}`);
    await stage.watch.until(`version ${number} of ${plan.target} to become active`, async () => {
        const now = await lambda.configuration(number);
        if (now.CodeSha256 !== CodeSha256) {
            throw new Ended('superseded', `version ${number} has other code than this step's`);
        }
        if (now.State === 'Failed' || now.LastUpdateStatus === 'Failed') {
            throw new Ended('failed', `version ${number} cannot be run`, { reasons: reasons_reasonsOf(now), fix: SAME_AGAIN });
        }
        return (now.State ?? 'Active') === 'Active' || now.State === 'Inactive' ? now : undefined;
    });
    return number;
}
async function publishedNow(lambda, { CodeSha256, settled, tries = MAX_TRIES }) {
    const { RevisionId } = settled;
    try {
        return (await lambda.publish({ CodeSha256, ...(RevisionId ? { RevisionId } : {}) })).Version;
    }
    catch (thrown) {
        if (!isRefused(thrown, 'PreconditionFailedException', 'InvalidParameterValueException'))
            throw thrown;
        const now = await lambda.configuration();
        if (isRefused(thrown, 'PreconditionFailedException') && tries > 1 && isStill(now, CodeSha256)) {
            return publishedNow(lambda, { CodeSha256, settled: now, tries: tries - 1 });
        }
        throw new Ended('superseded', 'somebody else changed the function before its version was published');
    }
}
const SAME_AGAIN = 'Lambda publishes no second version of the same code with the same settings: when the cause is mended, change the code or a setting of the function (its description, for example), and run the job again';
async function apply_whatHolds(lambda, { plan, done }) {
    const reasons = reasons_reasonsOf(await lambda.configuration(done.version));
    const name = plan.target.slice('lambda:'.length);
    const shared = done.moved.map((alias) => `the alias ${alias.name} waits for its provisioned concurrency: aws lambda get-provisioned-concurrency-config --function-name ${name} --qualifier ${alias.name}`);
    return [...reasons, ...shared];
}
async function moveAlias(lambda, { plan, alias, version, stage, tries = MAX_TRIES }) {
    const shared = Object.keys(alias.weights).length > 0;
    try {
        await lambda.moveAlias(alias.name, {
            FunctionVersion: version,
            ...(alias.revisionId ? { RevisionId: alias.revisionId } : {}),
            ...(shared ? { RoutingConfig: { AdditionalVersionWeights: {} } } : {}),
        });
    }
    catch (thrown) {
        if (!isRefused(thrown, 'PreconditionFailedException'))
            throw thrown;
        const now = await lambda.alias(alias.name);
        if (tries > 1 && now.FunctionVersion === alias.version) {
            return moveAlias(lambda, {
                ...{ plan, version, stage, tries: tries - 1 },
                alias: { ...alias, revisionId: now.RevisionId },
            });
        }
    }
    await stage.watch.until(`all traffic of ${plan.target}:${alias.name} to get to version ${version}`, async () => {
        const now = await lambda.alias(alias.name);
        if (now.FunctionVersion !== version) {
            const what = `somebody else moved the alias ${alias.name} of ${plan.target} to ${now.FunctionVersion}`;
            throw new Ended('superseded', what);
        }
        const isShared = sharesOf(now.RoutingConfig).length > 0;
        return isShared && stage.settings.wait ? undefined : now;
    });
}

;// CONCATENATED MODULE: ./lib/deploy/lambda/index.js


function lambdaRoller(rollout, stage) {
    return {
        target: rollout.target,
        plan: () => planFunction(rollout, stage, { isLater: true }),
        check: (plan, coming) => plan_checkComing(rollout, stage, { plan: plan, coming }),
        apply: (plan) => applyFunction(rollout, stage, plan),
    };
}

;// CONCATENATED MODULE: ./lib/deploy/permissions.js
function permissionsOf({ targets }, result) {
    return targets.flatMap(({ permissions }, at) => result?.outcomes[at]?.permissions ?? permissions);
}

// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
;// CONCATENATED MODULE: ./lib/deploy/report.js




function reportDeploy(plan, result) {
    const changes = plan.targets.some((it) => !isDone(it));
    return { changes, ...(result ? ofOutcomes(result) : ofPlan(plan)) };
}
function ofPlan({ targets }) {
    const toDo = targets.filter((it) => !isDone(it));
    const most = toDo.some(({ after }) => after === undefined) ? 'at most ' : '';
    return {
        headline: `${most}${toDo.length} of ${(0,units/* counted */.hS)(targets.length, 'target')} to roll out`,
        lines: targets.map(({ target, changes: told }) => `${target}: ${told.join('; ') || 'nothing to do'}`),
        outputs: { 'deploy-changed': 'false' },
        summary: section(['target', 'serves now', 'change'], targets.map((it) => [
            (0,markdown/* inCode */.pN)(it.target),
            (0,markdown/* inCode */.pN)(shortly(it.before)),
            isDone(it) ? 'nothing to do' : it.changes.map(markdown/* prose */.CS).join('<br>') || (0,markdown/* prose */.CS)(it.underWay ?? ''),
        ])),
    };
}
function ofOutcomes({ outcomes }) {
    return {
        headline: headline(outcomes),
        lines: outcomes.map(lineOf),
        outputs: {
            deployments: JSON.stringify(outcomes.map(({ target, before, after, id, state, seconds, console }) => ({
                target,
                before,
                after,
                id,
                state,
                seconds,
                console,
            }))),
            'deploy-changed': String(outcomes.some(({ isChanged }) => isChanged)),
        },
        summary: section(['target', 'state', 'serves', 'time:'], outcomes.map(rowOf)),
    };
}
function headline(outcomes) {
    const states = Map.groupBy(outcomes, ({ state }) => state);
    return [...states].map(([state, all]) => `${all.length} ${state}`).join(', ');
}
const UNSURE = 'the error tells what serves';
function servesOf({ state, isChanged, before, after }) {
    if (state === 'succeeded' || state === 'started')
        return after;
    return isChanged ? UNSURE : before;
}
function lineOf(outcome) {
    const { target, state, after, seconds } = outcome;
    if (state === 'unchanged')
        return `${target}: ${after} serves already`;
    return `${target}: ${state}, ${servesOf(outcome)}, ${seconds} s`;
}
function rowOf(outcome) {
    const { target, state, seconds, console } = outcome;
    const name = (0,markdown/* inCode */.pN)(target);
    const serves = servesOf(outcome);
    return [
        console ? (0,markdown/* link */.nf)(name, console) : name,
        state,
        serves === UNSURE ? serves : (0,markdown/* inCode */.pN)(shortly(serves)),
        `${seconds} s`,
    ];
}
function describeDeploy({ targets, settings }) {
    const { wait, timeoutMinutes, onFailure, busy } = settings;
    return {
        targets: targets.map(({ target, before, after, changes, underWay, warnings }) => ({
            target,
            before,
            after: after ?? null,
            changes,
            ...(underWay ? { underWay } : {}),
            warnings,
        })),
        wait,
        timeoutMinutes,
        onFailure,
        busy,
    };
}
function shortly(text) {
    return text
        .split(', ')
        .map((one) => {
        const [name = '', digest] = one.split('@');
        return digest ? `${name.split('/').at(-1)}@${target_short(digest)}` : one;
    })
        .join(', ');
}
function section(heads, rows) {
    return ['### Rollout', '', (0,markdown/* table */.tp)({ heads, rows })].join('\n');
}

;// CONCATENATED MODULE: ./lib/deploy/index.js











function deployJob(request, access) {
    const { runner, signal } = access;
    const begin = () => makeWatch({ clock: clock/* systemClock */.m, signal, say: (line) => runner.info(line), minutes: request.timeoutMinutes });
    const stage = {
        access,
        settings: request,
        published: request.published,
        refreshed: new Set(request.groups.map(({ target }) => target.group)),
        watch: begin(),
    };
    const rollers = [
        ...request.ecs.map((rollout) => ecsRoller(rollout, stage)),
        ...request.lambda.map((rollout) => lambdaRoller(rollout, stage)),
        ...request.groups.map((rollout) => groupRoller(rollout, stage)),
        ...request.codeDeploy.map((rollout) => codeDeployRoller(rollout, stage)),
    ];
    return {
        name: 'deploy',
        after: 'others',
        plan: async () => {
            const plan = await planTargets(rollers, request);
            for (const { warnings, notices } of plan.targets) {
                for (const text of warnings)
                    runner.warning(text);
                for (const text of notices)
                    runner.notice(text);
            }
            return plan;
        },
        check: async ({ targets }, coming) => {
            await (0,parallel/* together */.bs)(rollers.map(async (roller, at) => roller.check?.(targets[at], coming)));
        },
        permissions: permissionsOf,
        apply: (plan, pushed) => {
            stage.watch = begin();
            stage.published = { ...request.published, pushed };
            return applyTargets(rollers, plan, signal);
        },
        problems: ({ outcomes }) => outcomes.flatMap(({ problem }) => problem ?? []),
        report: reportDeploy,
        describe: describeDeploy,
    };
}


/***/ })

};
