export const id = 853;
export const ids = [853];
export const modules = {

/***/ 7023:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   commentOnPullRequest: () => (/* binding */ commentOnPullRequest)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2413);
/* harmony import */ var _base_deadline_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4361);
/* harmony import */ var _base_edge_network_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3545);
/* harmony import */ var _base_http_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5921);
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7966);
/* harmony import */ var _base_timeouts_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(681);







const MAX_COMMENT_LENGTH = 65_000;
const LONGEST_WAIT_S = 30;
const TRIES = 3;
const COMMENT_MS = 120_000;
const MAX_ANSWER = 32 << 20;
async function commentOnPullRequest(request, { runner, http, signal, pullRequest, }) {
    if (!pullRequest)
        return runner.notice('No comment is written: this job is not of a pull request');
    if (pullRequest.fork)
        return runner.notice('No comment is written: a pull request of a fork has no token that may write');
    if (!request.token)
        return runner.warning('No comment is written: github-token is empty. Leave the input out, or check the secret that it is given');
    const deadline = (0,_base_deadline_js__WEBPACK_IMPORTED_MODULE_2__/* .deadlineOf */ .G)(COMMENT_MS, signal);
    try {
        const { GITHUB_API_URL: baseUrl, GITHUB_REPOSITORY = '' } = runner.env;
        const [owner = '', repo = ''] = GITHUB_REPOSITORY.split('/');
        const fetch = fetchBy(http, deadline.signal);
        const github = (0,_actions_github__WEBPACK_IMPORTED_MODULE_1__/* .getOctokit */ .Q)(request.token, { ...(baseUrl ? { baseUrl } : {}), request: { fetch } });
        const issue = { owner, repo, issue_number: pullRequest.number };
        const url = await writeComment(github, issue, { ...commentOf(request, runner.env), signal: deadline.signal });
        if (typeof url !== 'string')
            return runner.warning(`No comment is written on the pull request: ${ODD}`);
        runner.info(`The plan is in a comment: ${url}`);
    }
    catch (thrown) {
        runner.warning(`No comment is written on the pull request: ${reason(thrown)}`);
    }
    finally {
        deadline.end();
    }
}
function commentOf({ scope, text }, env) {
    const step = [env.GITHUB_WORKFLOW, env.GITHUB_JOB, env.GITHUB_ACTION, scope].join(' / ');
    const marker = `<!-- keyless-aws ${Buffer.from(step).toString('base64url')} -->`;
    return { marker, body: `${marker}\n${text}`.slice(0, MAX_COMMENT_LENGTH) };
}
async function writeComment({ rest, paginate }, issue, { marker, body, signal }) {
    const list = () => paginate(rest.issues.listComments, { ...issue, per_page: 100 });
    const comments = await afterRateLimits(list, signal);
    const own = comments.find((comment) => comment.body?.startsWith(marker) && isTrusted(comment));
    const create = () => rest.issues.createComment({ ...issue, body });
    const { owner, repo } = issue;
    const write = async () => {
        if (!own)
            return create();
        try {
            return await rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
        }
        catch (thrown) {
            if (!isGone(thrown))
                throw thrown;
            return create();
        }
    };
    const written = await afterRateLimits(write, signal);
    return written.data.html_url;
}
const ODD = "the answer is not one of GitHub's: something between this step and GitHub answers in its place";
function isTrusted({ user, author_association: association = '', }) {
    return user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(association);
}
function isGone(thrown) {
    const { status } = thrown;
    return (status === 403 || status === 404) && limitedFor(thrown) === undefined;
}
async function afterRateLimits(work, signal) {
    for (let tried = 1;; tried++) {
        try {
            return await work();
        }
        catch (thrown) {
            const seconds = limitedFor(thrown);
            if (seconds === undefined || seconds > LONGEST_WAIT_S || tried === TRIES)
                throw thrown;
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(seconds * 1000, undefined, { signal });
        }
    }
}
function limitedFor(thrown) {
    const { status = 0, response } = thrown;
    const headers = response?.headers ?? {};
    if (status !== 403 && status !== 429)
        return undefined;
    if (headers['retry-after'] !== undefined)
        return Number(headers['retry-after']);
    if (headers['x-ratelimit-remaining'] !== '0')
        return undefined;
    return Math.max(0, Number(headers['x-ratelimit-reset']) - Date.now() / 1000);
}
function reason(thrown) {
    const { status, response, cause, message = '', } = thrown;
    if (response === undefined)
        return cause instanceof _base_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .Problem */ .AF ? cause.message : (0,_base_edge_network_js__WEBPACK_IMPORTED_MODULE_3__/* .shortly */ .s)(cause ?? thrown);
    if (/\blocked\b/i.test(message))
        return 'its conversation is locked; the plan is in the job summary';
    if (limitedFor(thrown) !== undefined)
        return "GitHub's rate limit is reached; the plan is in the job summary";
    if (status === 403 || status === 404) {
        return `GitHub answered ${status}: give the job the permission pull-requests: write, or a github-token that has it`;
    }
    if (status === 401)
        return 'GitHub does not accept github-token (401)';
    return status ? `GitHub answered ${status}` : (0,_base_edge_network_js__WEBPACK_IMPORTED_MODULE_3__/* .shortly */ .s)(thrown);
}
function fetchBy(http, until) {
    const send = async (input, init, signal) => {
        const { method = 'GET', headers = {}, body } = init;
        const answer = await http.request({
            method,
            url: new URL(String(input)),
            headers: headers,
            body: typeof body === 'string' ? Buffer.from(body) : undefined,
            signal,
            plain: 'loopback',
        });
        const shown = Object.entries(answer.headers).map(([name, value]) => [
            name,
            [value].flat().join(', '),
        ]);
        const text = await (0,_base_http_js__WEBPACK_IMPORTED_MODULE_4__/* .readBody */ .x8)(answer, MAX_ANSWER);
        return new Response(text.length > 0 ? new Uint8Array(text) : null, { status: answer.status, headers: shown });
    };
    return async (input, init = {}) => {
        const { signal, passed, end } = (0,_base_deadline_js__WEBPACK_IMPORTED_MODULE_2__/* .deadlineOf */ .G)(_base_timeouts_js__WEBPACK_IMPORTED_MODULE_6__/* .CALL_MS */ .WD, until);
        try {
            return await Promise.race([send(input, init, signal), passed]);
        }
        finally {
            end();
        }
    };
}


/***/ }),

/***/ 3787:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   httpOverHttp: () => (/* binding */ httpOverHttp),
/* harmony export */   httpOverHttps: () => (/* binding */ httpOverHttps),
/* harmony export */   httpsOverHttp: () => (/* binding */ httpsOverHttp),
/* harmony export */   httpsOverHttps: () => (/* binding */ httpsOverHttps)
/* harmony export */ });
// Stands in for tunnel in the bundle. @actions/http-client imports it for requests through a proxy, and makes an agent of it when it
// is loaded; none of them is sent, as requests go through src/base/http.ts. Without an agent it makes one of Node's. The real one loads
// node:assert, which costs 1 ms at every start of the step.
const httpOverHttp = () => undefined;
const httpOverHttps = () => undefined;
const httpsOverHttp = () => undefined;
const httpsOverHttps = () => undefined;


/***/ }),

/***/ 5549:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ProxyAgent: () => (/* binding */ ProxyAgent),
/* harmony export */   fetch: () => (/* binding */ fetch)
/* harmony export */ });
// Stands in for undici in the bundle. @actions/http-client imports it for the proxy agent of @actions/github's fetch, and
// @actions/github for fetch itself; neither is called, as src/report/comment.ts gives it the step's own connections. The real one is
// 0.4 MB and costs 80-100 ms at every start of the step.
class ProxyAgent {
  constructor() {
    throw new Error('undici is not in this bundle: requests go through src/base/http.ts');
  }
}

function fetch() {
  throw new Error('undici is not in this bundle: requests go through src/base/http.ts');
}


/***/ })

};
