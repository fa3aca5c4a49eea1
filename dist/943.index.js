export const id = 943;
export const ids = [943];
export const modules = {

/***/ 1943:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

;// CONCATENATED MODULE: ./lib/problem.js
/**
 * A failure that is somebody's to mend: bad input, a missing permission, a server that does not answer.
 * Anything else that is thrown is a bug of this action.
 */
class Problem extends Error {
    details;
    constructor(details) {
        super(formatProblem(details), { cause: details.cause });
        this.name = 'Problem';
        this.details = details;
    }
}
/** Several problems found together, so that the reader mends them in one go. */
class Problems extends Error {
    all;
    constructor(all) {
        super(all.map((problem) => problem.message).join('\n'));
        this.name = 'Problems';
        this.all = all;
    }
}
/** The problems in anything thrown; `undefined` when it is a bug. */
function problemsIn(thrown) {
    if (thrown instanceof Problem)
        return [thrown];
    if (thrown instanceof Problems)
        return thrown.all;
    return undefined;
}
/** Waits for all, side by side, whatever fails. */
async function settle(work) {
    const settled = await Promise.allSettled(work);
    const done = settled.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
    const failures = settled.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    return { done, failure: failures.find((it) => !problemsIn(it)) ?? joined(failures) };
}
/**
 * Waits for all, side by side; the results in order.
 * @throws every problem at once; or the first bug among the failures, as it is.
 */
async function together(work) {
    const { done, failure } = await settle(work);
    if (failure !== undefined)
        throw failure;
    return done;
}
function joined(failures) {
    const problems = failures.flatMap((failure) => problemsIn(failure) ?? []);
    return problems.length > 1 ? new Problems(problems) : problems[0];
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

;// CONCATENATED MODULE: ./lib/policy.js
/**
 * The least policy that grants these statements: statements on equal resources and conditions become one with all their
 * actions, then statements with equal actions and conditions become one with all their resources; sorted, so that equal
 * plans give equal text.
 */
function policyOf(statements) {
    const byResource = merge(statements, ({ resources, conditions }) => JSON.stringify([sorted(resources), conditions ?? {}]));
    const byAction = merge(byResource, ({ actions, conditions }) => JSON.stringify([sorted(actions), conditions ?? {}]));
    return {
        Version: '2012-10-17',
        Statement: byAction
            .map(({ actions, resources, conditions }) => ({
            Effect: 'Allow',
            Action: sorted(actions),
            Resource: sorted(resources),
            ...(conditions ? { Condition: conditions } : {}),
        }))
            .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
    };
}
function merge(statements, key) {
    const merged = new Map();
    for (const statement of statements) {
        const before = merged.get(key(statement));
        merged.set(key(statement), {
            ...statement,
            actions: [...(before?.actions ?? []), ...statement.actions],
            resources: [...(before?.resources ?? []), ...statement.resources],
        });
    }
    return [...merged.values()];
}
function sorted(values) {
    return [...new Set(values)].sort(compare);
}
function compare(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

;// CONCATENATED MODULE: ./lib/retry.js

const HOUSE_RULES = { attempts: 10, callMs: 10_000, budgetMs: 90_000, baseMs: 200, capMs: 20_000 };
/**
 * A throttled call waits its turn, so it is given longer, unless somebody set a number of attempts: 256 jobs that start
 * together all pass quotas of 40 and of 10 a second so, where the SDK's three attempts fail most of them (bench/matrix).
 */
const WAITING_TURN = { attempts: 60, budgetMs: 300_000 };
const GRACE_ATTEMPTS = 2;
const GRACE_CAP_MS = 1_500;
/** The one retry policy of the house. A retry is said in one line; what can't succeed is not tried again. */
function makeCall({ clock, say, signal, rules: base }) {
    return async (what, attempt, how = {}) => {
        const rules = { ...HOUSE_RULES, ...base, ...how.rules };
        const classify = how.classify ?? verdictOf;
        const throttled = { ...rules, ...(base?.attempts || how.rules?.attempts ? {} : WAITING_TURN) };
        const start = clock.now();
        for (let tried = 1;; tried++) {
            signal.throwIfAborted();
            const deadline = AbortSignal.timeout(rules.callMs);
            try {
                return await attempt(AbortSignal.any([signal, deadline]));
            }
            catch (thrown) {
                signal.throwIfAborted();
                const error = deadline.aborted ? new NoAnswer(rules.callMs) : thrown;
                const verdict = classify(error);
                const cap = verdict === 'grace' ? GRACE_CAP_MS : rules.capMs;
                const wait = Math.floor(clock.random() * Math.min(cap, rules.baseMs * 2 ** tried));
                const limits = verdict === 'throttled' ? throttled : rules;
                const attempts = verdict === 'grace' ? Math.min(limits.attempts, GRACE_ATTEMPTS) : limits.attempts;
                const last = tried >= attempts || clock.now() + wait - start > limits.budgetMs;
                if (verdict === 'fatal' || last)
                    throw finalError(what, error, tried, clock.now() - start);
                say(`${what}: ${shortly(error)}; attempt ${tried + 1} of ${attempts} in ${(wait / 1000).toFixed(1)} s`);
                await clock.sleep(wait, signal);
            }
        }
    };
}
/** The clock of this machine. */
const systemClock = {
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms, signal) => new Promise((resolve, reject) => {
        const stop = () => {
            clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = setTimeout(() => {
            signal.removeEventListener('abort', stop);
            resolve();
        }, ms);
        signal.addEventListener('abort', stop, { once: true });
    }),
};
/** An attempt whose deadline passed. */
class NoAnswer extends Error {
    code = 'ETIMEDOUT';
    constructor(ms) {
        super(`no answer within ${ms / 1000} s`);
    }
}
/** Codes of Node's network errors: the connection failed, and another may not. */
const LOST_CONNECTION = new Set([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'ERR_STREAM_PREMATURE_CLOSE',
]);
/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
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
/** The class of an error, by name, code and HTTP status; never by text. */
function verdictOf(error) {
    const { code, name, status } = shapeOf(error);
    if (THROTTLED.has(name) || THROTTLED.has(code) || status === 429)
        return 'throttled';
    if (LOST_CONNECTION.has(code) || TRANSIENT.has(name) || status >= 500)
        return 'transient';
    return 'fatal';
}
/** Whether an error is a lost or refused connection, or no answer in time. */
function isLostConnection(error) {
    return LOST_CONNECTION.has(shapeOf(error).code);
}
/** What the SDK's errors, Node's errors and our own answers have in common. `status` is 0 without an answer. */
function shapeOf(error) {
    const it = (error ?? {});
    const code = typeof it.code === 'string' ? it.code : it.errors?.[0] ? shapeOf(it.errors[0]).code : '';
    const status = typeof it.status === 'number' ? it.status : (it.$metadata?.httpStatusCode ?? 0);
    return { name: typeof it.name === 'string' ? it.name : '', code, status };
}
function finalError(what, error, tried, ms) {
    if (!isLostConnection(error))
        return error;
    return new Problem({
        what: `${what} got no answer: ${shortly(error)}`,
        why: `${tried} attempt${tried === 1 ? '' : 's'} in ${(ms / 1000).toFixed(1)} s`,
        fix: "check the network of the runner, its proxy, and the service's endpoint; run the job again if it was an outage",
        cause: error,
    });
}
/** An error in few words that hold no value: its code, its name and status. */
function shortly(error) {
    const { name, code, status } = shapeOf(error);
    if (error instanceof NoAnswer)
        return error.message;
    if (code && LOST_CONNECTION.has(code))
        return `connection failed (${code})`;
    return `${name && name !== 'Error' ? name : code || 'error'}${status ? ` (HTTP ${status})` : ''}`;
}

;// CONCATENATED MODULE: ./lib/report.js



/** Sets the outputs `plan` and `iam-policy`, which follow from the plans alone. */
function reportPlan(runner, planned, dryRun) {
    const plan = Object.fromEntries(planned.map((it) => [it.job.name, it.job.describe(it.plan)]));
    const policy = policyOf(planned.flatMap((it) => it.job.permissions(it.plan)));
    runner.output('plan', JSON.stringify(plan));
    runner.output('iam-policy', JSON.stringify(policy));
    if (!dryRun)
        return;
    runner.info('dry-run: this is what the step would do; nothing was written.');
    runner.info(JSON.stringify(plan, undefined, 2));
    runner.info('The least IAM policy for it:');
    runner.info(JSON.stringify(policy, undefined, 2));
}
/** Log lines, outputs and the job summary of every job. */
async function reportDone(runner, done, { summary, milliseconds }) {
    const reports = done.map(({ job, plan, result }) => job.report(plan, result));
    for (const report of reports) {
        for (const line of report.lines)
            runner.info(line);
        for (const [name, value] of Object.entries(report.outputs))
            runner.output(name, value);
    }
    runner.info(`Done in ${(milliseconds / 1000).toFixed(1)} s`);
    const sections = reports.map((report) => report.summary).filter((section) => section !== '');
    if (summary && sections.length > 0)
        await runner.summary(sections.join('\n\n'));
}
/** One annotation a problem. A bug shows its stack under debug only: an error's text may quote a value. */
function reportFailure(runner, thrown) {
    const problems = problemsIn(thrown);
    if (problems) {
        for (const { message, cause } of problems) {
            runner.error(message);
            if (cause !== undefined)
                runner.debug(`caused by ${shortly(cause)}`);
        }
        return;
    }
    runner.error(`This is a bug of the action, not of your workflow: ${shortly(thrown)}.\n  Fix: run again with debug logging and report the stack that it prints.`);
    runner.debug(thrown instanceof Error ? (thrown.stack ?? '') : 'not an Error');
}

;// CONCATENATED MODULE: ./lib/request/read.js

const BOOLEANS = {
    true: true,
    True: true,
    TRUE: true,
    false: false,
    False: false,
    FALSE: false,
};
function inputReader(runner) {
    const problems = [];
    const text = (name) => runner.input(name).trim() || undefined;
    const wrong = (name, line, problem) => {
        problems.push(new Problem({ on: line === undefined ? `Input ${name}` : `Input ${name}, line ${line}`, ...problem }));
    };
    const lines = (name) => (text(name) === undefined ? '' : runner.input(name))
        .split('\n')
        .map((line, index) => ({ text: line.trim(), line: index + 1 }))
        .filter((line) => line.text !== '' && !line.text.startsWith('#'));
    return {
        env: runner.env,
        text,
        lines,
        wrong,
        boolean: (name, absent) => {
            const given = text(name);
            if (given === undefined)
                return absent;
            const value = BOOLEANS[given];
            if (value === undefined)
                wrong(name, undefined, { what: `${quote(given)} is no boolean`, fix: 'write true or false' });
            return value ?? absent;
        },
        integer: (name, { min, max }) => {
            const given = text(name);
            if (given === undefined)
                return undefined;
            const value = Number(given);
            if (/^\d{1,15}$/.test(given) && value >= min && value <= max)
                return value;
            wrong(name, undefined, {
                what: `${quote(given)} is not accepted`,
                fix: `write a whole number from ${min} to ${max}`,
            });
            return undefined;
        },
        oneOf: (name, accepted, absent) => {
            const given = text(name);
            if (given === undefined)
                return absent;
            const value = accepted.find((it) => it === given);
            if (value === undefined) {
                wrong(name, undefined, { what: `${quote(given)} is not accepted`, fix: `write one of ${accepted.join(', ')}` });
            }
            return value ?? absent;
        },
        parsed: (name, parse) => {
            const values = [];
            for (const { text: item, line } of lines(name)) {
                try {
                    values.push(parse(item));
                }
                catch (thrown) {
                    if (!(thrown instanceof Problem))
                        throw thrown;
                    const { what, why, fix } = thrown.details;
                    wrong(name, line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
                }
            }
            return values;
        },
        throwProblems: () => {
            if (problems.length > 0)
                throw new Problems(problems);
        },
    };
}
/** What was given, short enough for a message and on one line. */
function quote(given) {
    const short = given.length > 120 ? `${given.slice(0, 117)}…` : given;
    return `"${short.replaceAll(/[\x00-\x1f\x7f]/g, ' ')}"`;
}

;// CONCATENATED MODULE: ./lib/request/signin.js

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;
/** @param otherJobs whether the step has a job besides signing in: credentials then stay in the step by default */
function signInRequest(inputs, { otherJobs }) {
    const region = inputs.text('aws-region') ?? inputs.env.AWS_REGION ?? inputs.env.AWS_DEFAULT_REGION ?? '';
    if (!REGION.test(region)) {
        inputs.wrong('aws-region', undefined, {
            what: region ? `${quote(region)} is no region` : 'no region is given',
            fix: 'write a region such as eu-west-1, or set AWS_REGION',
        });
    }
    const roles = inputs.lines('role-to-assume').map(({ text, line }) => {
        if (!ROLE_ARN.test(text)) {
            inputs.wrong('role-to-assume', line, {
                what: `${quote(text)} is no role ARN`,
                fix: 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME',
            });
        }
        return text;
    });
    return {
        region,
        roles,
        audience: inputs.text('audience'),
        sessionName: inputs.text('role-session-name') ?? sessionName(inputs.env),
        durationSeconds: inputs.integer('role-duration-seconds', { min: 900, max: 43_200 }) ?? 3_600,
        exportToEnv: inputs.boolean('output-env-credentials', !otherJobs),
    };
}
/** `gha-RUNID-ATTEMPT-REPO`, within what STS takes: `[\w+=,.@-]{2,64}`. */
function sessionName(env) {
    const repository = (env.GITHUB_REPOSITORY ?? '').split('/').pop() ?? '';
    const name = `gha-${env.GITHUB_RUN_ID ?? '0'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}-${repository}`;
    return name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}

;// CONCATENATED MODULE: ./lib/request/index.js


/** @throws Problems: all that is wrong with the inputs, each with the input's name and what is accepted */
function readRequest(runner) {
    const inputs = inputReader(runner);
    const request = {
        dryRun: inputs.boolean('dry-run', false),
        summary: inputs.boolean('summary', true),
        signIn: signInRequest(inputs, { otherJobs: false }),
    };
    inputs.throwProblems();
    return request;
}

// EXTERNAL MODULE: ./lib/runner.js
var lib_runner = __webpack_require__(869);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./node_modules/@smithy/node-http-handler/dist-cjs/index.js
var dist_cjs = __webpack_require__(1279);
;// CONCATENATED MODULE: ./lib/aws.js



/** An answer of AWS that is an error. Jobs look at `code` and say better what it means where they can. */
class Refused extends Problem {
    /** The IAM action as it is written in a policy, `s3:ListBucket`. */
    action;
    /** AWS's error code, `AccessDeniedException`. */
    code;
    status;
    constructor(action, error) {
        const { name, status } = shapeOf(error);
        super({
            what: `${action} was refused with ${name} (HTTP ${status})`,
            why: error.message || undefined,
            cause: error,
        });
        this.action = action;
        this.code = name;
        this.status = status;
    }
}
function makeAws({ region: home, credentials, http, call }) {
    return {
        client: (region = home) => clientConfig(http, region, credentials),
        call: async (action, attempt, how) => {
            try {
                return await call(action, attempt, how);
            }
            catch (thrown) {
                throw isServiceError(thrown) ? new Refused(action, thrown) : thrown;
            }
        },
    };
}
/** Also for sign-in, which has no credentials yet. */
function clientConfig(http, region, credentials) {
    return {
        region,
        credentials,
        requestHandler: new dist_cjs.NodeHttpHandler({
            httpAgent: http.agents.http,
            httpsAgent: http.agents.https,
            connectionTimeout: 5_000,
        }),
        maxAttempts: 1,
        customUserAgent: 'keyless-aws',
    };
}
/** Whether AWS answered with an error: the SDK's exceptions carry `$metadata` with the status. */
function isServiceError(thrown) {
    return thrown instanceof Error && shapeOf(thrown).status > 0 && '$metadata' in thrown;
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./lib/http.js



/**
 * @param proxy from the inputs and the environment. Node's own proxy support is used (Node 24.5 and newer).
 * https://nodejs.org/api/http.html#built-in-proxy-support
 */
function makeHttp(proxy = {}, maxSockets = 256) {
    const proxyEnv = { HTTP_PROXY: proxy.httpProxy, HTTPS_PROXY: proxy.httpsProxy, NO_PROXY: proxy.noProxy };
    const options = { keepAlive: true, maxSockets, scheduling: 'lifo' };
    if (proxy.httpProxy || proxy.httpsProxy)
        options.proxyEnv = proxyEnv;
    const agents = { http: new external_node_http_.Agent(options), https: new external_node_https_.Agent(options) };
    return {
        agents,
        request: (request) => send(request, agents),
        close: () => {
            agents.http.destroy();
            agents.https.destroy();
        },
    };
}
function send({ method, url, headers, body, signal }, agents) {
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
        const request = (secure ? external_node_https_ : external_node_http_).request(url, {
            method,
            headers: { ...headers },
            agent: secure ? agents.https : agents.http,
            ...(signal ? { signal } : {}),
        });
        request.once('error', reject);
        request.once('response', (response) => {
            // A server may answer before the body is sent (403): what is still written then fails, and does not matter.
            request.off('error', reject);
            request.on('error', () => { });
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
        });
        if (body === undefined || Buffer.isBuffer(body))
            request.end(body);
        else
            (0,external_node_stream_promises_.pipeline)(body, request).catch(reject);
    });
}
/** Reads an answer's body, up to `limit` bytes; the rest of a longer one is thrown away. */
async function readBody({ body }, limit = 4 << 20) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        if (size < limit)
            chunks.push(chunk.subarray(0, limit - size));
        size += chunk.length;
    }
    return Buffer.concat(chunks);
}

;// CONCATENATED MODULE: ./lib/signin/index.js





/** Signs in and gives what jobs need: session, clients, connections. */
async function signIn(request, runner, signal) {
    void promises_.setTimeout;
    const http = makeHttp();
    const call = makeCall({ clock: systemClock, say: runner.info, signal });
    const url = new URL(runner.env.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
    url.searchParams.set('audience', request.audience ?? 'sts.amazonaws.com');
    const bearer = runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '';
    const answer = await call('GitHub OIDC token', async (abort) => readBody(await http.request({ method: 'GET', url, headers: { authorization: `Bearer ${bearer}` }, signal: abort })));
    const token = JSON.parse(answer.toString()).value;
    runner.mask(token);
    const { STSClient, AssumeRoleWithWebIdentityCommand } = await __webpack_require__.e(/* import() */ 695).then(__webpack_require__.t.bind(__webpack_require__, 1695, 19));
    const none = async () => ({ accessKeyId: '', secretAccessKey: '' });
    const sts = new STSClient(clientConfig(http, request.region, none));
    const assumed = await call('sts:AssumeRoleWithWebIdentity', (abortSignal) => sts.send(new AssumeRoleWithWebIdentityCommand({
        RoleArn: request.roles[0],
        RoleSessionName: request.sessionName,
        WebIdentityToken: token,
        DurationSeconds: request.durationSeconds,
    }), { abortSignal }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials ?? {};
    const arn = assumed.AssumedRoleUser?.Arn;
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !arn)
        throw new Problem({ what: 'STS gave no credentials' });
    runner.mask(SecretAccessKey);
    runner.mask(SessionToken);
    const credentials = async () => ({
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
    });
    const session = {
        accountId: arn.split(':')[4] ?? '',
        arn,
        partition: arn.split(':')[1] ?? 'aws',
        region: request.region,
        source: 'github-oidc',
        credentials,
    };
    runner.info(`Signed in as ${arn}`);
    return { session, aws: makeAws({ region: request.region, credentials, http, call }), http, runner, signal };
}

;// CONCATENATED MODULE: ./lib/stop.js

/**
 * A signal that is aborted when the job is cancelled. The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later:
 * enough to abort what is under way.
 * @param timeoutSeconds aborts also after so long; 0: never
 */
function stopSignal(timeoutSeconds = 0) {
    const controller = new AbortController();
    const stop = (what) => controller.abort(new Problem({ what }));
    for (const name of ['SIGINT', 'SIGTERM'])
        process.once(name, () => stop(`The step was cancelled (${name})`));
    if (timeoutSeconds > 0) {
        setTimeout(() => stop(`The step took longer than action-timeout-s: ${timeoutSeconds} s`), timeoutSeconds * 1000).unref();
    }
    return controller.signal;
}

;// CONCATENATED MODULE: ./lib/main.js






/** One run of the step: request, sign in, plan, apply, report. */
async function main() {
    const runner = (0,lib_runner/* githubRunner */.OA)();
    const started = Date.now();
    process.once('uncaughtException', (thrown) => {
        reportFailure(runner, thrown);
        process.exit(1);
    });
    try {
        const request = readRequest(runner);
        const access = await signIn(request.signIn, runner, stopSignal());
        const jobs = await jobsOf(request, access);
        const planned = await together(jobs.map(async (job) => ({ job, plan: await job.plan() })));
        reportPlan(runner, planned, request.dryRun);
        const { done, failure } = request.dryRun ? { done: planned, failure: undefined } : await applyAll(planned);
        await reportDone(runner, done, { summary: request.summary, milliseconds: Date.now() - started });
        if (failure !== undefined)
            throw failure;
    }
    catch (thrown) {
        reportFailure(runner, thrown);
        process.exitCode = 1;
    }
}
/** Carries all plans out side by side. One that fails does not stop the others: what they did is done, and reported. */
function applyAll(planned) {
    return settle(planned.map(async ({ job, plan }) => ({ job, plan, result: await job.apply(plan) })));
}
/** The jobs that the request asks for; a job's modules are loaded only when it is there. */
async function jobsOf(_request, _access) {
    return [];
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
