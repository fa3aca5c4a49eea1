export const id = 332;
export const ids = [332];
export const modules = {

/***/ 1009:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Lw: () => (/* binding */ Refused),
  It: () => (/* binding */ makeAws)
});

// UNUSED EXPORTS: proven

// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/retryable.js
var retryable = __webpack_require__(2619);
// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
// EXTERNAL MODULE: ./lib/aws/not-aws.js
var not_aws = __webpack_require__(7360);
// EXTERNAL MODULE: ./lib/aws/s3-proof.js
var s3_proof = __webpack_require__(7696);
;// CONCATENATED MODULE: ./lib/aws/proof.js


const PROOFS = {
    's3:PutObject': ((headers, sent) => (0,s3_proof/* bodyStored */.qV)(headers, sent)),
    's3:UploadPart': ((headers, sent) => (0,s3_proof/* bodyStored */.qV)(headers, sent)),
    's3:CreateMultipartUpload': lacks('upload id', ({ UploadId }) => UploadId),
    's3:CompleteMultipartUpload': s3_proof/* completed */.so,
    's3:AbortMultipartUpload': lacks('request id', ({ $metadata }) => $metadata.requestId),
    's3:CopyObject': lacks('CopyObjectResult', ({ CopyObjectResult }) => CopyObjectResult?.ETag),
    's3:DeleteObject': s3_proof/* deleted */.KF,
    's3:PutObjectAcl': lacks('request id', ({ $metadata }) => $metadata.requestId),
    's3:HeadBucket': (_answer) => undefined,
    's3:ListBucket': lacks('listing', (answer) => ('objects' in answer ? 'read' : answer.Name)),
    's3:ListAllMyBuckets': lacks('owner', ({ Owner }) => Owner?.ID),
    's3:GetObject': lacks('ETag', ({ ETag }) => ETag),
    's3:GetObjectVersion': lacks('ETag', ({ ETag }) => ETag),
    's3:GetObjectAcl': lacks('owner', ({ Owner }) => Owner?.ID),
    's3:GetObjectTagging': lacks('set of tags', ({ text }) => /<TagSet\b/.exec(text)?.[0]),
    's3:PutObjectTagging': ({ headers }) => (0,s3_proof/* isOfAStore */.eC)(headers) ? undefined : 'it has no request id',
    's3:GetBucketAcl': lacks('owner', ({ Owner }) => Owner?.ID),
    's3:GetBucketOwnershipControls': (_answer) => undefined,
    's3:GetEncryptionConfiguration': (_answer) => undefined,
    's3:GetBucketPublicAccessBlock': (_answer) => undefined,
    'cloudfront:CreateInvalidation': lacks('id of an invalidation', ({ Invalidation }) => Invalidation?.Id),
    'cloudfront:ListInvalidations': lacksPart('list of invalidations', ({ InvalidationList }) => InvalidationList),
    'cloudfront:GetDistribution': lacks('domain', ({ Distribution }) => Distribution?.DomainName),
    'cloudfront:GetInvalidation': lacks('status of the invalidation', ({ Invalidation }) => Invalidation?.Status),
    'ecr:GetAuthorizationToken': lacks('login', ({ authorizationData: [one] = [] }) => URL.canParse(one?.proxyEndpoint ?? '') ? one?.authorizationToken : undefined),
    'ecr-public:GetAuthorizationToken': lacks('login', ({ authorizationData }) => authorizationData?.authorizationToken),
    'registry:Ping': (_answer) => undefined,
    'registry:Token': lacks('token', ({ token }) => token),
    'public.ecr.aws/token': lacks('token', ({ token }) => token),
    'ecr:DescribeRepositories': ((answer, { repository }) => answer.repositories?.some(({ repositoryName }) => repositoryName === repository)
        ? undefined
        : `it does not describe ${repository}`),
    'ecr:CreateRepository': ((answer, { repository }) => answer.repository?.repositoryName === repository ? undefined : `it does not name ${repository}`),
    'ecr:DescribeRepositoryCreationTemplates': lacksPart('list of templates', ({ repositoryCreationTemplates }) => repositoryCreationTemplates),
    'ecr-public:CreateRepository': ((answer, { repository }) => answer.repository?.repositoryName === repository ? undefined : `it does not name ${repository}`),
    'ecr-public:DescribeRegistries': lacksPart('list of registries', ({ registries }) => registries),
    'ecr:BatchGetImage': holds,
    'ecr:GetDownloadUrlForLayer': holds,
    'ecr:BatchCheckLayerAvailability': blobIsThere,
    'ecr:InitiateLayerUpload': lacks('address of the upload', ({ headers }) => headers.location),
    'ecr:UploadLayerPart': lacks('address of the next part', ({ location }) => location),
    'ecr:CompleteLayerUpload': holds,
    'ecr:PutImage': holds,
    'ssm:GetParameters': answered,
    'ssm:GetParametersByPath': lacksPart('list of parameters', ({ Parameters }) => Parameters),
    'ecs:DescribeServiceDeployments': list('serviceDeployments'),
    'ecs:DescribeServiceRevisions': list('serviceRevisions'),
    'ecs:DescribeServices': list('services'),
    'ecs:DescribeTaskDefinition': part('taskDefinition'),
    'ecs:DescribeTasks': list('tasks'),
    'ecs:ListServiceDeployments': list('serviceDeployments'),
    'ecs:ListTasks': texts('taskArns'),
    'ecs:RegisterTaskDefinition': part('taskDefinition'),
    'ecs:RunTask': list('tasks'),
    'ecs:StopServiceDeployment': proof_text('serviceDeploymentArn'),
    'ecs:StopTask': part('task'),
    'ecs:UpdateService': part('service'),
    'lambda:GetFunction': part('Configuration'),
    'lambda:GetFunctionConfiguration': proof_text('FunctionArn'),
    'lambda:GetAlias': proof_text('FunctionVersion'),
    'lambda:PublishVersion': proof_text('Version'),
    'lambda:UpdateAlias': proof_text('FunctionVersion'),
    'lambda:UpdateFunctionCode': proof_text('FunctionArn'),
    'autoscaling:CancelInstanceRefresh': proof_text('InstanceRefreshId'),
    'autoscaling:DescribeAutoScalingGroups': list('AutoScalingGroups'),
    'autoscaling:DescribeInstanceRefreshes': list('InstanceRefreshes'),
    'autoscaling:DescribeScalingActivities': list('Activities'),
    'autoscaling:DescribeWarmPool': list('Instances'),
    'autoscaling:RollbackInstanceRefresh': proof_text('InstanceRefreshId'),
    'autoscaling:StartInstanceRefresh': proof_text('InstanceRefreshId'),
    'codedeploy:BatchGetDeploymentTargets': list('deploymentTargets'),
    'codedeploy:CreateDeployment': proof_text('deploymentId'),
    'codedeploy:GetDeployment': part('deploymentInfo'),
    'codedeploy:GetDeploymentGroup': part('deploymentGroupInfo'),
    'codedeploy:ListDeploymentTargets': texts('targetIds'),
    'codedeploy:ListDeployments': texts('deployments'),
    'codedeploy:StopDeployment': proof_text('status'),
    'ec2:DescribeLaunchTemplateVersions': list('launchTemplateVersionSet'),
};
function prove(action, answer, asked) {
    const missing = missingIn(answer, asked, PROOFS[action]);
    if (missing === undefined)
        return;
    throw new problem/* Unproven */.kw({
        what: `${action} was answered with success, but the answer does not prove it: ${missing}`,
        why: 'something between this step and AWS answers in its place, or changes its answers: a proxy, a firewall, another server',
        fix: `${problem/* CHECK_ENDPOINTS */.EY}; whether the call was carried out is not known`,
    });
}
function missingIn(answer, asked, proof) {
    try {
        return proof(answer, asked);
    }
    catch {
        return 'its parts are not of the kinds that they should be';
    }
}
function lacks(what, find) {
    return (answer) => {
        const found = find(answer);
        return typeof found === 'string' && found !== '' ? undefined : `it has no ${what}`;
    };
}
function lacksPart(what, find) {
    return (answer) => (isPart(find(answer)) ? undefined : `it has no ${what}`);
}
function proof_text(member) {
    return lacks(member, (answer) => answer[member]);
}
function part(member) {
    return ({ [member]: found }) => (isPart(found) && !Array.isArray(found) ? undefined : `it has no ${member}`);
}
function list(member) {
    return ({ [member]: found }) => found === '' || (Array.isArray(found) && found.every(isPart)) ? undefined : `it has no ${member}`;
}
function texts(member) {
    return ({ [member]: found }) => Array.isArray(found) && found.every((it) => typeof it === 'string') ? undefined : `it has no ${member}`;
}
function isPart(found) {
    return typeof found === 'object' && found !== null;
}
function holds({ digest }, { digest: wanted }) {
    if (digest === undefined || digest === '')
        return 'it has no digest';
    return wanted === undefined || digest === wanted ? undefined : `its digest is ${digest}, not ${wanted}`;
}
function blobIsThere({ status, headers }, { digest }) {
    if (status !== 200)
        return undefined;
    const said = headers['docker-content-digest'];
    if (said !== undefined)
        return holds({ digest: String(said) }, { digest });
    return headers['docker-distribution-api-version'] === undefined ? 'it has no digest' : undefined;
}
function answered({ Parameters = [], InvalidParameters = [] }, { names }) {
    const told = [
        ...InvalidParameters.map((name) => [bareName(name)]),
        ...Parameters.map(({ Name = '', ARN = '' }) => [bareName(Name), bareName(ARN)]),
    ];
    const count = (name) => told.filter((spellings) => spellings.includes(name)).length;
    const asked = names.map(bareName);
    const missing = asked.filter((name) => count(name) < asked.filter((other) => other === name).length);
    return missing.length === 0 ? undefined : `it does not tell of ${missing.length} of ${names.length} parameters`;
}
function bareName(name) {
    const parts = name.split(':');
    const bare = parts.slice(0, name.startsWith('arn:') ? 6 : 1).join(':');
    return bare.replace(/^\/aws\/reference\/secretsmanager\//, '');
}

// EXTERNAL MODULE: ./lib/aws/sdk-handler.js
var sdk_handler = __webpack_require__(2428);
;// CONCATENATED MODULE: ./lib/aws/client.js







class Refused extends problem/* Problem */.AF {
    action;
    code;
    status;
    constructor(action, error) {
        const { name, status } = (0,retryable/* shapeOf */.F5)(error);
        const said = error.message || undefined;
        super({
            what: `${action} was refused with ${name} (HTTP ${status})`,
            why: said,
            fix: (0,denied/* saysDenied */.KZ)({ code: name, status }) ? (0,denied/* allowing */.SL)({ said, needed: (0,denied/* neededFor */.r4)(action, said) }) : FIXES[name],
            cause: error,
        });
        this.action = action;
        this.code = name;
        this.status = status;
    }
}
const NOT_KNOWN = `one of these: the region is not enabled in the account, as opt-in regions answer so; the session is of the global STS endpoint (sts-endpoint), which opt-in regions do not take; the credentials are those of another partition or server (AWS_ENDPOINT_URL and the variables like it), or were deleted`;
const IN_PATH = 'ask the provider to let addresses have the bucket in the path (path style), as this action does at AWS_ENDPOINT_URL_S3';
const FIXES = {
    OptInRequired: 'enable the service, or the region, in the account',
    SubscriptionRequiredException: 'enable the service, or the region, in the account',
    AllAccessDisabled: 'AWS has turned off all access to it: ask its owner, or AWS support',
    RequestTimeTooSkewed: 'set the clock of the runner (NTP), and run the job again',
    PermanentRedirect: 'unset AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL, or name the endpoint of the region that the bucket is in',
    SecondLevelDomainForbidden: IN_PATH,
    PathStyleDomainForbidden: IN_PATH,
    VirtualHostDomainRequired: IN_PATH,
    SignatureDoesNotMatch: 'check the clock of the runner, and whether a proxy changes requests',
    InvalidAccessKeyId: NOT_KNOWN,
    UnrecognizedClientException: NOT_KNOWN,
    InvalidClientTokenId: NOT_KNOWN,
};
function makeAws({ region: home, credentials, http, call, fips = false, profile }) {
    const signedIn = async (action, attempt, how) => {
        let began = 0;
        const timed = (signal) => {
            began = Date.now();
            return attempt(signal);
        };
        const classify = (error) => {
            if (isAnswered(error) && isUnread(error) && (0,retryable/* shapeOf */.F5)(error).status < 400)
                return 'grace';
            if (isClockSet(error))
                return 'transient';
            if (!(0,retryable/* isExpired */._d)(error))
                return (how?.classify ?? retryable/* verdictOf */.Vj)(error);
            credentials.forget(began);
            return 'renewed';
        };
        try {
            return await call(action, timed, { ...how, classify });
        }
        catch (thrown) {
            if (!isAnswered(thrown))
                throw thrown;
            throw isUnread(thrown)
                ? (0,not_aws/* notAws */.H)(action, { status: (0,retryable/* shapeOf */.F5)(thrown).status, cause: thrown })
                : new Refused(action, thrown);
        }
    };
    return {
        client: (region = home) => ({
            ...clientConfig(http, region, credentials),
            ...(fips ? { useFipsEndpoint: true } : {}),
            ...(profile ? { profile } : {}),
        }),
        call: proven(signedIn),
        fips,
    };
}
function isClockSet(error) {
    return error.$metadata?.clockSkewCorrected === true;
}
function proven(call) {
    return (action, attempt, ...[how]) => {
        const { asked } = (how ?? {});
        const proving = async (signal) => {
            const answer = await attempt(signal);
            prove(action, answer, asked);
            return answer;
        };
        return call(action, proving, how);
    };
}
function clientConfig(http, region, credentials) {
    return {
        region,
        credentials,
        requestHandler: (0,sdk_handler/* sdkHandler */.D)(http),
        maxAttempts: 1,
        retryMode: 'standard',
        defaultsMode: 'standard',
        customUserAgent: base_http/* USER_AGENT */._O,
    };
}
function isAnswered(thrown) {
    return thrown instanceof Error && (0,retryable/* shapeOf */.F5)(thrown).status > 0 && '$metadata' in thrown;
}
function isUnread(thrown) {
    return '$response' in thrown && !('$fault' in thrown);
}


/***/ }),

/***/ 3446:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KZ: () => (/* binding */ saysDenied),
/* harmony export */   SL: () => (/* binding */ allowing),
/* harmony export */   oq: () => (/* binding */ readDenial),
/* harmony export */   r4: () => (/* binding */ neededFor)
/* harmony export */ });
/* harmony import */ var _policy_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2959);

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Unknown', 'Forbidden', '403'];
function saysDenied({ code, status }) {
    return DENIED.includes(code) && (status === 403 || status === 400);
}
const ACTION_OF = {
    's3:CreateMultipartUpload': 's3:PutObject',
    's3:UploadPart': 's3:PutObject',
    's3:CompleteMultipartUpload': 's3:PutObject',
    's3:CopyObject': 's3:PutObject',
    's3:HeadBucket': 's3:ListBucket',
};
function neededFor(call, said) {
    return [{ actions: [ACTION_OF[call] ?? call], resources: [readDenial(said).resource ?? '*'] }];
}
function allowing({ said, needed }) {
    const { caller, action, resource, lacks, denies } = readDenial(said);
    if (denies)
        return `a Deny in a ${denies} policy forbids it: lift it there, as allowing it elsewhere does not help`;
    const isNamed = action === undefined || needed.some(({ actions }) => actions.includes(action));
    const all = isNamed ? needed : [{ actions: [action], resources: [resource ?? '*'] }, ...needed];
    const [where, isOfResource] = WHERE[lacks ?? ''] ?? OF_ROLE;
    const policy = isOfResource ? ofResource(all, caller) : (0,_policy_js__WEBPACK_IMPORTED_MODULE_0__/* .policyOf */ .U)(all);
    return `${where}:\n${JSON.stringify(policy, undefined, 2)}`;
}
const OF_ROLE = ['let the role do it', false];
const WHERE = {
    'resource-based': ['let the policy of the resource, in the account that owns it, allow it to the role', true],
    session: ['let inline-session-policy or managed-session-policies of this step allow it too', false],
    'permissions boundary': ["let the role's permissions boundary allow it too", false],
    'VPC endpoint': ['let the policy of the VPC endpoint that the runner uses allow it too', false],
    'service control': ["let the organization's service control policies allow it too", false],
    'resource control': ["let the organization's resource control policies allow it too", false],
};
function readDenial(said = '') {
    return {
        caller: /User: (arn:\S+) is not/.exec(said)?.[1],
        action: /not authorized to perform: ([\w-]+:\w+)/.exec(said)?.[1],
        resource: /on (?:the )?resource: ["']?(arn:[^\s"']+)/.exec(said)?.[1],
        lacks: /because no ([\w -]+?)(?: policy)? allows/.exec(said)?.[1],
        denies: /with an explicit deny in an? ([\w -]+?)(?: policy)?(?:[:.,]|$)/.exec(said)?.[1],
    };
}
function roleOf(caller) {
    return caller.replace(/^(arn:[\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}
function ofResource(needed, caller) {
    const { Version, Statement } = (0,_policy_js__WEBPACK_IMPORTED_MODULE_0__/* .policyOf */ .U)(needed);
    return {
        Version,
        Statement: Statement.map(({ Effect, Action, Resource, Condition }) => ({
            Effect,
            ...(caller ? { Principal: { AWS: roleOf(caller) } } : {}),
            Action,
            ...(Action.every((action) => action.startsWith('ecr:')) ? {} : { Resource }),
            ...(Condition ? { Condition } : {}),
        })),
    };
}


/***/ }),

/***/ 1148:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ plainETag),
/* harmony export */   l: () => (/* binding */ summedIn)
/* harmony export */ });
function plainETag(text) {
    const bare = (text ?? '').replace(/^W\//, '').replaceAll('"', '');
    return summedIn(bare) === undefined ? bare : bare.toLowerCase();
}
function summedIn(etag) {
    const [found, parts] = /^[0-9a-f]{32}(?:-(\d+))?$/i.exec(etag) ?? [];
    if (found === undefined)
        return undefined;
    return parts === undefined ? 'whole' : Number(parts);
}


/***/ }),

/***/ 7360:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ notAws)
/* harmony export */ });
/* harmony import */ var _base_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);

function notAws(action, { status, cause } = {}) {
    return new _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Unproven */ .kw({
        what: `${action} was answered with something that is not an answer from AWS${status ? ` (HTTP ${status})` : ''}`,
        why: 'something between this step and AWS answers in its place, or cuts its answers short: a proxy, a firewall, another server',
        fix: _base_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .CHECK_ENDPOINTS */ .EY,
        cause,
    });
}


/***/ }),

/***/ 915:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AP: () => (/* binding */ regionOf),
/* harmony export */   B9: () => (/* binding */ consoleUrl),
/* harmony export */   S1: () => (/* binding */ PARTITIONS),
/* harmony export */   iQ: () => (/* binding */ partitionOf),
/* harmony export */   iu: () => (/* binding */ REGION_FORM)
/* harmony export */ });
const AUDIENCE = 'sts.amazonaws.com';
const PARTITIONS = [
    {
        name: 'aws-cn',
        regions: /^cn-/,
        domain: 'amazonaws.com.cn',
        dualStackDomain: 'api.amazonwebservices.com.cn',
        dualStackRegistryDomain: 'on.amazonwebservices.com.cn',
        consoleDomain: 'console.amazonaws.cn',
        audience: 'sts.amazonaws.com.cn',
    },
    {
        name: 'aws-us-gov',
        regions: /^us-gov-/,
        domain: 'amazonaws.com',
        dualStackDomain: 'api.aws',
        dualStackRegistryDomain: 'on.aws',
        consoleDomain: 'console.amazonaws-us-gov.com',
        audience: AUDIENCE,
    },
    {
        name: 'aws-eusc',
        regions: /^eusc-/,
        domain: 'amazonaws.eu',
        dualStackDomain: 'api.amazonwebservices.eu',
        dualStackRegistryDomain: 'on.amazonwebservices.eu',
        audience: AUDIENCE,
    },
    {
        name: 'aws-iso',
        regions: /^us-iso-/,
        domain: 'c2s.ic.gov',
        dualStackDomain: 'api.aws.ic.gov',
        dualStackRegistryDomain: 'on.aws.ic.gov',
        audience: AUDIENCE,
    },
    {
        name: 'aws-iso-b',
        regions: /^us-isob-/,
        domain: 'sc2s.sgov.gov',
        dualStackDomain: 'api.aws.scloud',
        dualStackRegistryDomain: 'on.aws.scloud',
        audience: AUDIENCE,
    },
    {
        name: 'aws-iso-e',
        regions: /^eu-isoe-/,
        domain: 'cloud.adc-e.uk',
        dualStackDomain: 'api.cloud-aws.adc-e.uk',
        dualStackRegistryDomain: 'on.cloud-aws.adc-e.uk',
        audience: AUDIENCE,
    },
    {
        name: 'aws-iso-f',
        regions: /^us-isof-/,
        domain: 'csp.hci.ic.gov',
        dualStackDomain: 'api.aws.hci.ic.gov',
        dualStackRegistryDomain: 'on.aws.hci.ic.gov',
        audience: AUDIENCE,
    },
    {
        name: 'aws',
        regions: /^/,
        domain: 'amazonaws.com',
        dualStackDomain: 'api.aws',
        dualStackRegistryDomain: 'on.aws',
        consoleDomain: 'console.aws.amazon.com',
        audience: AUDIENCE,
    },
];
function partitionOf(region) {
    return PARTITIONS.find(({ regions }) => regions.test(region));
}
function consoleUrl({ region }, path) {
    const { consoleDomain } = partitionOf(region);
    return consoleDomain ? `https://${region}.${consoleDomain}/${path}` : '';
}
const REGION_FORM = '[a-z]{2,4}(?:-[a-z]+)+-\\d';
function regionOf(name) {
    const fips = name.startsWith('fips-') || name.endsWith('-fips');
    const plain = name.replace(/^fips-(dkr-|prod-)?|-fips$/g, '');
    return { region: plain === 'aws-global' ? 'us-east-1' : plain, fips, global: plain === 'aws-global' && !fips };
}


/***/ }),

/***/ 2959:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ policyOf)
/* harmony export */ });
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


/***/ }),

/***/ 7696:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KF: () => (/* binding */ deleted),
/* harmony export */   XJ: () => (/* binding */ etagOfParts),
/* harmony export */   eC: () => (/* binding */ isOfAStore),
/* harmony export */   qV: () => (/* binding */ bodyStored),
/* harmony export */   so: () => (/* binding */ completed)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _etag_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1148);


function bodyStored(headers, { body, crc }) {
    const etag = (0,_etag_js__WEBPACK_IMPORTED_MODULE_1__/* .plainETag */ .S)(headers.etag);
    if (etag === '')
        return 'it has no ETag';
    const echoed = headers['x-amz-checksum-crc32'];
    if (echoed !== undefined)
        return echoed === crc ? undefined : 'its checksum is not that of what was sent';
    if ((0,_etag_js__WEBPACK_IMPORTED_MODULE_1__/* .summedIn */ .l)(etag) !== 'whole' || isUnderKms(headers)) {
        return isOfAStore(headers) ? undefined : 'its ETag is not one of S3';
    }
    return etag === (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.hash)('md5', body, 'hex') ? undefined : 'its ETag is not that of what was sent';
}
function isOfAStore(headers) {
    return Object.keys(headers).some((name) => /^x-(amz|goog|oss|obs|cos)-/.test(name));
}
function isUnderKms(headers) {
    const encryption = String(headers['x-amz-server-side-encryption'] ?? '');
    return encryption.startsWith('aws:kms') || headers['ibm-sse-kp-enabled'] === 'true';
}
function completed({ ETag, ChecksumCRC32 }, { parts, crc }) {
    const etag = (0,_etag_js__WEBPACK_IMPORTED_MODULE_1__/* .plainETag */ .S)(ETag);
    if (etag === '')
        return 'it has no ETag';
    if (ChecksumCRC32 !== undefined)
        return ChecksumCRC32 === crc ? undefined : 'its checksum is not that of what was sent';
    const summed = (0,_etag_js__WEBPACK_IMPORTED_MODULE_1__/* .summedIn */ .l)(etag);
    return typeof summed !== 'number' || summed === parts.length ? undefined : 'its ETag is not that of so many parts';
}
function etagOfParts(parts) {
    const sums = parts.map((etag) => Buffer.from((0,_etag_js__WEBPACK_IMPORTED_MODULE_1__/* .plainETag */ .S)(etag), 'hex'));
    return `${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('md5').update(Buffer.concat(sums)).digest('hex')}-${parts.length}`;
}
function deleted({ Deleted = [], Errors = [] }, { keys }) {
    const told = new Set([...Deleted, ...Errors].map(({ Key }) => Key));
    const missing = keys.filter((key) => !told.has(key)).length;
    return missing === 0 ? undefined : `it does not tell what became of ${missing} of ${keys.length} keys`;
}


/***/ }),

/***/ 2428:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ sdkHandler)
/* harmony export */ });
function sdkHandler(http) {
    const load = async (agents) => {
        const { NodeHttpHandler } = await __webpack_require__.e(/* import() */ 279).then(__webpack_require__.t.bind(__webpack_require__, 1279, 19));
        return new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https });
    };
    const loaded = new Map();
    return {
        metadata: { handlerProtocol: 'http/1.1' },
        handle: async (request, options) => {
            http.check(request);
            const agents = http.agentsFor(request);
            const handler = loaded.get(agents) ?? load(agents);
            loaded.set(agents, handler);
            return (await handler).handle(request, options);
        },
        updateHttpClientConfig: () => { },
        httpHandlerConfigs: () => ({}),
        destroy: () => { },
    };
}


/***/ }),

/***/ 7733:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ MORE_CREDENTIAL_VARIABLES),
/* harmony export */   e: () => (/* binding */ CREDENTIAL_VARIABLES)
/* harmony export */ });
const MORE_CREDENTIAL_VARIABLES = ['AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'];
const CREDENTIAL_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];


/***/ }),

/***/ 8998:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ makeSigner)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);

function makeSigner({ region, service, credentials }) {
    let known;
    return async ({ method, path, query, headers }, at) => {
        const { accessKeyId, secretAccessKey: secret, sessionToken } = await credentials();
        const time = timeOf(at);
        const day = time.slice(0, 8);
        if (known?.day !== day || known.secret !== secret)
            known = { day, secret, key: signingKey([day, region, service], secret) };
        const signed = { ...headers, 'x-amz-date': time };
        if (sessionToken)
            signed['x-amz-security-token'] = sessionToken;
        const names = Object.keys(signed).sort();
        const lines = names.map((name) => `${name}:${signed[name].trim().replace(/\s+/g, ' ')}\n`).join('');
        const list = names.join(';');
        const canonical = `${method}\n${path}\n${query}\n${lines}\n${list}\n${headers['x-amz-content-sha256']}`;
        const scope = `${day}/${region}/${service}/aws4_request`;
        const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.hash)('sha256', canonical, 'hex')}`;
        const signature = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', known.key).update(toSign).digest('hex');
        signed.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
        return signed;
    };
}
let second = { at: Number.NaN, time: '' };
function timeOf(date) {
    const at = Math.floor(date.getTime() / 1000);
    if (second.at !== at)
        second = { at, time: date.toISOString().replace(/[-:]|\.\d{3}/g, '') };
    return second.time;
}
function signingKey(scope, secret) {
    const key = [...scope, 'aws4_request'].reduce((above, step) => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', above).update(step).digest(), Buffer.from(`AWS4${secret}`));
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createSecretKey)(key);
}


/***/ }),

/***/ 2256:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E7: () => (/* binding */ nodeOf),
/* harmony export */   X: () => (/* binding */ escapeXml),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   c3: () => (/* binding */ listOf),
/* harmony export */   km: () => (/* binding */ readXml),
/* harmony export */   ou: () => (/* binding */ firstText)
/* harmony export */ });
const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w.:-]*)[^>]*?(\/?)>|([^<]+)/gy;
function readXml(text) {
    const root = { name: '', children: [], text: '' };
    const open = [root];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
        const token = TOKEN.exec(text);
        if (!token)
            return undefined;
        const [, closing, name, empty, chars] = token;
        const top = open.at(-1);
        if (chars !== undefined)
            top.text += chars;
        else if (name === undefined)
            continue;
        else if (closing) {
            if (top.name !== name)
                return undefined;
            open.pop();
            open.at(-1)?.children.push([name, contentOf(top.children, top.text)]);
        }
        else if (empty)
            top.children.push([name, '']);
        else
            open.push({ name, children: [], text: '' });
    }
    if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '')
        return undefined;
    const value = contentOf(root.children, '');
    return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
function contentOf(children, text) {
    if (children.length === 0)
        return decode(text);
    if (children.every(([name]) => name === 'member' || name === 'item'))
        return children.map(([, value]) => value);
    return Object.fromEntries(children);
}
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
function decode(text) {
    if (!text.includes('&'))
        return text;
    return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, ...[decimal, hex, name]) => {
        if (name)
            return ENTITIES[name] ?? whole;
        const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}
function firstText(xml, name) {
    const start = xml.indexOf(`<${name}>`);
    const end = xml.indexOf(`</${name}>`, start);
    if (start < 0 || end < 0)
        return '';
    const text = Buffer.from(xml.slice(start + name.length + 2, end)).toString();
    return text.includes('<') ? '' : decode(text);
}
function escapeXml(text) {
    return text.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (char) => `&#${char.charCodeAt(0)};`);
}
function listOf(node, name) {
    const value = node[name];
    return Array.isArray(value) ? value.filter((it) => typeof it === 'object') : [];
}
function textOf(node, name) {
    const value = node?.[name];
    return typeof value === 'string' ? value : '';
}
function nodeOf(node, name) {
    const value = node?.[name];
    return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}


/***/ }),

/***/ 4743:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock)
/* harmony export */ });
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


/***/ }),

/***/ 4361:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ deadlineOf),
/* harmony export */   W: () => (/* binding */ NoAnswer)
/* harmony export */ });
function deadlineOf(ms, signal) {
    const controller = new AbortController();
    const stop = () => controller.abort(signal.reason);
    const timer = setTimeout(() => controller.abort(new NoAnswer(ms)), ms);
    signal.addEventListener('abort', stop);
    const passed = new Promise((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    passed.catch(() => { });
    return {
        signal: controller.signal,
        passed,
        end: () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', stop);
        },
    };
}
class NoAnswer extends Error {
    code = 'ETIMEDOUT';
    constructor(ms) {
        super(`no answer within ${ms / 1000} s`);
    }
}


/***/ }),

/***/ 1499:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ problemsIn)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2619);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1156);
/* harmony import */ var _network_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3545);




function problemsIn(thrown) {
    if (thrown instanceof _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF)
        return [thrown];
    if (thrown instanceof _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problems */ .Zw)
        return thrown.all;
    const problem = problemOf(thrown);
    return problem && [problem];
}
function problemOf(thrown) {
    const { name, code } = (0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .shapeOf */ .F5)(thrown);
    const { message = '', cause, path, syscall } = (thrown ?? {});
    if (name === 'AbortError' && cause instanceof _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF)
        return cause;
    const network = (0,_network_js__WEBPACK_IMPORTED_MODULE_3__/* .networkProblem */ .W)(thrown, { what: 'a request' });
    if (network)
        return network;
    if (typeof syscall === 'string' && syscall.startsWith('spawn'))
        return programProblem(thrown, path);
    if ((0,_files_js__WEBPACK_IMPORTED_MODULE_2__/* .isOfFiles */ .l$)(thrown))
        return (0,_files_js__WEBPACK_IMPORTED_MODULE_2__/* .fileProblemOf */ .F$)(thrown, { doing: syscall === 'open' ? 'opened' : 'used' });
    const meaning = MEANINGS.find(({ of }) => of({ name, code, message }));
    return meaning && new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ ...meaning.told(code), cause: thrown });
}
const MEANINGS = [
    {
        of: ({ code }) => /^ERR_(INVALID_URL|INVALID_PROTOCOL|SOCKET_BAD_PORT)$/.test(code),
        told: () => ({ what: 'an address that this step was given is not one of HTTP', fix: _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .CHECK_ENDPOINTS */ .EY }),
    },
    {
        of: ({ name, code }) => /^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS)$/.test(code) || name === 'URIError',
        told: () => ({
            what: 'a text that this step was given cannot be part of a request',
            why: 'an answer, a file or a variable holds characters that no header and no address may have; it is not quoted, because it may hold a secret',
            fix: _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .CHECK_ENDPOINTS */ .EY,
        }),
    },
    {
        of: ({ code, message }) => code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(message),
        told: () => ({ what: 'a path has a NUL in it', fix: 'check the file that names it' }),
    },
    {
        of: ({ code }) => /^Z_|^ZSTD_|^ERR_(PADDING|TRAILING_JUNK)|^ERR__ERROR_FORMAT/.test(code),
        told: (code) => ({ what: `compressed data is damaged (${code})`, fix: 'create the file again' }),
    },
    {
        of: ({ code }) => /^ERR_OSSL_(PEM|ASN1|X509|DECODER|PKCS12|UNSUPPORTED)/.test(code),
        told: (code) => ({
            what: `a certificate or a key cannot be read (${code})`,
            fix: 'check the files that the step is given: those of DOCKER_CERT_PATH, and the CA of NODE_EXTRA_CA_CERTS',
        }),
    },
    {
        of: ({ code }) => /^ERR_WORKER_(INIT_FAILED|OUT_OF_MEMORY)$/.test(code),
        told: (code) => ({
            what: `a thread cannot be started (${code})`,
            why: 'the machine, or the container of the job, has no memory left or too many processes',
            fix: 'raise the limits of the container, or use a larger runner',
        }),
    },
    {
        of: ({ code }) => code === 'ERR_STRING_TOO_LONG',
        told: () => ({ what: 'a text is longer than 512 MB', fix: 'check the file or the answer' }),
    },
    {
        of: ({ name }) => name === 'SyntaxError',
        told: () => ({
            what: 'a text that should be JSON is not',
            why: 'a file or an answer is damaged, cut short, or of another kind; it is not quoted, because it may hold a secret',
            fix: _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .CHECK_ENDPOINTS */ .EY,
        }),
    },
];
function programProblem(thrown, path) {
    const { code } = (0,_retryable_js__WEBPACK_IMPORTED_MODULE_1__/* .shapeOf */ .F5)(thrown);
    return new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
        on: typeof path === 'string' ? path : undefined,
        what: `the program cannot be started (${code})`,
        fix: 'install it on the runner, or check PATH',
        cause: thrown,
    });
}


/***/ }),

/***/ 3545:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ networkProblem),
/* harmony export */   s: () => (/* binding */ shortly)
/* harmony export */ });
/* harmony import */ var _deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4361);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7966);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2619);



function networkProblem(error, { what, why }) {
    const fix = networkFix(error);
    return fix === undefined
        ? undefined
        : new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .AF({ what: `${what} got no answer${elsewhere(error)}: ${shortly(error)}`, why, fix, cause: error });
}
function elsewhere(error) {
    const { redirectedTo, proxy } = (error ?? {});
    if (typeof proxy === 'string' && isOfSocket(error))
        return ` by way of the proxy ${proxy}`;
    return typeof redirectedTo === 'string' ? ` from ${redirectedTo}` : '';
}
function networkFix(error) {
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isLostConnection */ .Hi)(error) || isOfSocket(error)) {
        return "check the network of the runner, its proxy, and the service's endpoint; run the job again if it was an outage";
    }
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isNoTunnel */ .a6)(error)) {
        return tunnelFix((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .shapeOf */ .F5)(error).status);
    }
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isUntrusted */ .fb)(error)) {
        return 'the certificate of the server, or of a proxy that opens TLS, is not trusted: give its CA in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS, or set NODE_USE_SYSTEM_CA: 1 where the machine itself trusts it';
    }
    if (!(0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isGarbled */ .OP)(error))
        return undefined;
    return 'something other than the service answers there: check the endpoint, its scheme (http or https) and port, and the proxy of the runner';
}
function tunnelFix(status) {
    if (status === 407)
        return 'the proxy wants a user and a password that it accepts: http://USER:PASSWORD@HOST:PORT in http-proxy or HTTPS_PROXY, special characters as %XX. Only Basic is spoken here: with NTLM or Kerberos, go through a relay of the machine (cntlm, px), or give the host in NO_PROXY';
    if (status >= 500)
        return 'the proxy could not reach the host: check its network and its DNS, or give the host in NO_PROXY';
    if (status === 0)
        return 'what is there hung up on CONNECT without an answer: check that it is an HTTP proxy and that its rules let this host through, or give the host in NO_PROXY';
    return 'the proxy does not let this host through: check its rules, or give the host in NO_PROXY';
}
function isOfSocket(error) {
    const { syscall, errors } = (error ?? {});
    if (errors?.[0])
        return isOfSocket(errors[0]);
    return /^(connect|getaddrinfo)$/.test(String(syscall)) && !/^(EMFILE|ENFILE|ENOMEM)$/.test((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .shapeOf */ .F5)(error).code);
}
function shortly(error) {
    const { name, code, status } = (0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .shapeOf */ .F5)(error);
    if (error instanceof _deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .NoAnswer */ .W)
        return error.message;
    if (error instanceof _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Unproven */ .kw)
        return 'the answer proves nothing';
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isNoTunnel */ .a6)(error))
        return status ? `the proxy answered HTTP ${status}` : 'the proxy broke off';
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isLostConnection */ .Hi)(error) || isOfSocket(error) || (0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isUntrusted */ .fb)(error))
        return `connection failed (${code})`;
    if ((0,_retryable_js__WEBPACK_IMPORTED_MODULE_2__/* .isGarbled */ .OP)(error))
        return `the answer was not ${code.startsWith('HPE_') ? 'HTTP' : 'TLS'} (${code})`;
    return `${name && name !== 'Error' ? name : code || 'error'}${status ? ` (HTTP ${status})` : ''}`;
}


/***/ }),

/***/ 4464:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ actLike)
/* harmony export */ });
function actLike(env) {
    if (env.GITEA_ACTIONS || env.FORGEJO_ACTIONS)
        return 'Gitea or Forgejo';
    return env.ACT ? 'act' : undefined;
}


/***/ }),

/***/ 5921:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _O: () => (/* binding */ USER_AGENT),
/* harmony export */   fK: () => (/* binding */ makeHttp),
/* harmony export */   x8: () => (/* binding */ readBody)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7030);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7075);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6466);
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3136);
/* harmony import */ var _plain_http_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1694);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5309);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(8714);









const MAX_SOCKETS = 256;
const USER_AGENT = 'keyless-aws';
const FAR_HANDSHAKE_MS = 2_500;
function makeHttp(proxy = {}, plainHosts = []) {
    node_net__WEBPACK_IMPORTED_MODULE_2__.setDefaultAutoSelectFamilyAttemptTimeout(FAR_HANDSHAKE_MS);
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' };
    const direct = makeAgents(options);
    const isProxied = proxy.httpProxy !== undefined || proxy.httpsProxy !== undefined;
    const isProxyHere = (0,_plain_http_js__WEBPACK_IMPORTED_MODULE_6__/* .isLoopback */ .U9)(URL.parse(proxy.httpProxy ?? '')?.hostname ?? '');
    const proxyEnv = { HTTP_PROXY: proxy.httpProxy, HTTPS_PROXY: proxy.httpsProxy };
    const proxied = isProxied ? makeAgents({ ...options, proxyEnv }) : direct;
    const agentsFor = ({ protocol, hostname, port }) => {
        const usual = protocol === 'https:' ? 443 : 80;
        if (!isProxied || (0,_proxy_js__WEBPACK_IMPORTED_MODULE_7__/* .isBypassed */ .MX)(proxy.noProxy, hostname, Number(port || usual)))
            return direct;
        return protocol === 'http:' && (0,_plain_http_js__WEBPACK_IMPORTED_MODULE_6__/* .isLoopback */ .U9)(hostname) && !isProxyHere ? direct : proxied;
    };
    const check = (url, use = 'named') => (0,_plain_http_js__WEBPACK_IMPORTED_MODULE_6__/* .checkPlain */ .zx)(url, use, plainHosts);
    return {
        agentsFor,
        check,
        request: async (request) => {
            check(request.url, request.plain);
            const agents = agentsFor(request.url);
            if (agents === direct)
                return send(request, agents);
            return send(request, agents).catch((error) => {
                throw Object.assign(error, {
                    proxy: URL.parse(proxyEnv[`${isSecure(request.url) ? 'HTTPS' : 'HTTP'}_PROXY`] ?? '')?.host,
                });
            });
        },
        close: () => {
            for (const agents of [direct, proxied]) {
                agents.http.destroy();
                agents.https.destroy();
            }
        },
    };
}
function makeAgents(options) {
    return { http: new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent(options), https: new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent(options) };
}
function send({ method, url, path, headers, body, signal, idleMs }, agents) {
    const secure = isSecure(url);
    return new Promise((resolve, reject) => {
        const request = (secure ? node_https__WEBPACK_IMPORTED_MODULE_1__ : node_http__WEBPACK_IMPORTED_MODULE_0__).request({
            ...(0,node_url__WEBPACK_IMPORTED_MODULE_5__.urlToHttpOptions)(url),
            ...(path === undefined ? {} : { path }),
            method,
            headers: { ...headers },
            agent: secure ? agents.https : agents.http,
            ...(signal ? { signal } : {}),
        });
        if (idleMs !== undefined)
            request.setTimeout(idleMs, () => request.destroy(stalled(idleMs)));
        request.once('error', reject);
        request.once('response', (response) => {
            request.off('error', reject);
            request.on('error', () => { });
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
        });
        if (body === undefined || (Buffer.isBuffer(body) && body.length <= SLICE))
            request.end(body);
        else
            (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(Buffer.isBuffer(body) ? node_stream__WEBPACK_IMPORTED_MODULE_3__.Readable.from(slices(body)) : body, request).catch(reject);
    });
}
function isSecure({ protocol }) {
    return protocol === 'https:';
}
function stalled(idleMs) {
    return Object.assign(new Error(`nothing moved for ${(0,_units_js__WEBPACK_IMPORTED_MODULE_8__/* .formatSeconds */ .Xo)(idleMs)}`), { code: 'ETIMEDOUT' });
}
const SLICE = 1 << 20;
function* slices(body) {
    for (let at = 0; at < body.length; at += SLICE)
        yield body.subarray(at, at + SLICE);
}
async function readBody({ body }, limit = 4 << 20) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        chunks.push(chunk.subarray(0, limit - size));
        size += chunk.length;
        if (size > limit)
            break;
    }
    return Buffer.concat(chunks);
}


/***/ }),

/***/ 4536:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CS: () => (/* binding */ prose),
/* harmony export */   TM: () => (/* binding */ folded),
/* harmony export */   V4: () => (/* binding */ longTable),
/* harmony export */   nf: () => (/* binding */ link),
/* harmony export */   om: () => (/* binding */ block),
/* harmony export */   pN: () => (/* binding */ inCode),
/* harmony export */   tp: () => (/* binding */ table)
/* harmony export */ });
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8714);

function inCode(name) {
    const text = name.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, ' ');
    if (text.trim() === '')
        return '';
    if (text.includes('|')) {
        const references = text.replaceAll(/[^A-Za-z0-9 ]/gu, (sign) => `&#${sign.codePointAt(0)};<!-- -->`);
        return `<code>${references}</code>`;
    }
    const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
    const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
    return `${fence}${pad}${text}${pad}${fence}`;
}
const NO_WORD = /[^\p{L}\p{N}.,;:!?'"()/%=+…–·→-]|\S[:/]\S|www\./u;
function prose(text) {
    return text
        .split(/\r?\n/)
        .map((line) => {
        const lead = /^ */.exec(line)?.[0].length ?? 0;
        const words = line.slice(lead).split(/\s+/).map(word);
        return `${'&nbsp;'.repeat(lead)}${words.join(' ').replace(/^([-+=#]|\d+(?=[.)]))/, (sign) => (/\d/.test(sign) ? `${sign}\\` : `\\${sign}`))}`;
    })
        .join('<br>\n');
}
function word(text) {
    const [, before = '', inner = '', after = ''] = /^(["'(]*)(.*?)(["').,;:!?]*)$/u.exec(text) ?? [];
    return NO_WORD.test(inner) ? `${before}${inCode(inner)}${after}` : text;
}
function link(text, address) {
    return `[${text}](${address.replaceAll(/[()\s<>]/g, encodeURIComponent)})`;
}
function table({ heads, rows }) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [
        line(heads.map((head) => head.replace(/:$/, ''))),
        line(heads.map((head) => (head.endsWith(':') ? '---:' : '---'))),
        ...rows.map(line),
    ].join('\n');
}
const GLANCE = 10;
function longTable({ heads, rows }, { most, what, total = rows.length }) {
    const rest = total - most;
    const shown = table({ heads, rows: rows.slice(0, most) });
    const all = rest > 0 ? `${shown}\n\n… and ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .grouped */ .zD)(rest)} more, in the outputs` : shown;
    return total > GLANCE ? folded(`${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .grouped */ .zD)(total)} ${what}`, all) : all;
}
function folded(title, content) {
    return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}
function block(text, language = '') {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
}


/***/ }),

/***/ 1694:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P$: () => (/* binding */ isPlainAllowed),
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   W$: () => (/* binding */ plainProblem),
/* harmony export */   cY: () => (/* binding */ parsePlainHost),
/* harmony export */   zx: () => (/* binding */ checkPlain)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6637);


const METADATA_SERVICES = ['169.254.169.254', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', '[fd00:ec2::254]'];
function isPlainAllowed(url, use, named) {
    if (url.protocol !== 'http:')
        return true;
    const host = hostOf(url.hostname);
    if (isLoopback(url.hostname))
        return true;
    if (use === 'metadata' && METADATA_SERVICES.includes(host))
        return true;
    if (use === 'loopback')
        return false;
    const port = String(url.port ?? '') || '80';
    return named.some((it) => it === host || it === `${host}:${port}`);
}
function checkPlain(url, use, named) {
    if (!isPlainAllowed(url, use, named))
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ on: hostOf(url.hostname), ...plainProblem(url, use) });
}
function plainProblem(url, use) {
    const host = hostOf(url.hostname);
    return {
        what: 'plain HTTP to this host is not allowed',
        why: 'a token or a signature would cross the network in the clear',
        fix: use === 'loopback'
            ? "use https://; a token of GitHub's never goes over plain HTTP beyond this machine, plain-http-hosts or not"
            : `use https://; for a server in a service container, which has no TLS, write its name in plain-http-hosts: ${host}`,
    };
}
function parsePlainHost(text) {
    const [, name = '', port] = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
    const url = `http://${name}${port ? `:${port}` : ''}`;
    if (name !== '' && URL.canParse(url))
        return `${hostOf(new URL(url).hostname)}${port ? `:${port}` : ''}`;
    throw new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({
        what: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(text)} is not a host`,
        fix: 'write a name or an address, with or without a port: localstack, or minio:9000',
    });
}
function hostOf(hostname) {
    return hostname.toLowerCase().replace(/\.$/, '');
}
function isLoopback(hostname) {
    const host = hostOf(hostname);
    return (host === 'localhost' ||
        /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) ||
        /^\[?(::1|::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]?$/.test(host));
}


/***/ }),

/***/ 5309:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IZ: () => (/* binding */ isProxyUrl),
/* harmony export */   MX: () => (/* binding */ isBypassed),
/* harmony export */   PV: () => (/* binding */ nodeKnowsProxies),
/* harmony export */   bg: () => (/* binding */ proxyFrom)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);

function proxyFrom(env, given, noProxy) {
    const all = env.all_proxy || env.ALL_PROXY;
    return {
        httpProxy: proxyUrl(given ?? (env.http_proxy || env.HTTP_PROXY || all)),
        httpsProxy: proxyUrl(given ?? (env.https_proxy || env.HTTPS_PROXY || all)),
        noProxy: noProxy ?? (env.no_proxy || env.NO_PROXY || undefined),
    };
}
function proxyUrl(text) {
    const url = text?.trim();
    if (!url)
        return undefined;
    return url.includes('://') ? url.replace(/^[a-z0-9+.-]+(?=:)/i, (scheme) => scheme.toLowerCase()) : `http://${url}`;
}
function isProxyUrl(url) {
    try {
        const { protocol, hostname, username, password } = new URL(url);
        decodeURIComponent(username + password);
        return /^https?:$/.test(protocol) && hostname !== '';
    }
    catch {
        return false;
    }
}
function nodeKnowsProxies(version) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major > 24 || (major === 24 && minor >= 5);
}
function isBypassed(noProxy, host, port) {
    const name = bare(host.toLowerCase().replace(/\.$/, ''));
    const entries = (noProxy ?? '').toLowerCase().split(/[\s,]+/);
    return entries.some((entry) => {
        if (entry === '' || entry === '*')
            return entry === '*';
        const [, withPort, wanted] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
        if (wanted !== undefined && Number(wanted) !== port)
            return false;
        const rule = bare(withPort ?? entry);
        return (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(name) ? isAddressIn(name, rule) : isBelow(name, rule.replace(/^\*?\./, '').replace(/\.$/, ''));
    });
}
function bare(host) {
    return host.replace(/^\[(.*)\]$/, '$1');
}
function isBelow(name, domain) {
    return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}
function isAddressIn(address, rule) {
    const family = (it) => ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv4)(it) ? 'ipv4' : 'ipv6');
    const [network = '', bits] = rule.split('/');
    const [first = '', last] = rule.split('-');
    const list = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    try {
        if (bits !== undefined)
            list.addSubnet(network, Number(bits), family(network));
        else if (last !== undefined)
            list.addRange(first, last, family(first));
        else
            list.addAddress(rule, family(rule));
        return list.check(address, family(address));
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 6637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ quote)
/* harmony export */ });
function quote(given) {
    const short = given.length > 120 ? `${given.slice(0, 117)}…` : given;
    return `"${short.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, ' ')}"`;
}


/***/ }),

/***/ 7091:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ HOUSE_RULES),
/* harmony export */   p: () => (/* binding */ makeCall)
/* harmony export */ });
/* harmony import */ var _deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4361);
/* harmony import */ var _edge_network_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3545);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7966);
/* harmony import */ var _retryable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2619);
/* harmony import */ var _timeouts_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(681);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8714);






const HOUSE_RULES = { attempts: 10, callMs: _timeouts_js__WEBPACK_IMPORTED_MODULE_4__/* .CALL_MS */ .WD, budgetMs: 90_000, baseMs: 200, capMs: 20_000 };
const WAITING_TURN = { attempts: 60, budgetMs: 300_000 };
const GRACE_MS = [1_000, 2_000];
const GRACE_JITTER = 0.25;
function makeCall({ clock, say, signal: stepSignal, rules: base }) {
    const tell = retryTeller(clock, say);
    return async (what, attempt, how = {}) => {
        const rules = { ...HOUSE_RULES, ...base, ...how.rules, attempts: attemptsOf(base?.attempts, how) };
        const classify = how.classify ?? _retryable_js__WEBPACK_IMPORTED_MODULE_3__/* .verdictOf */ .Vj;
        const signal = how.signal ?? stepSignal;
        const throttled = { ...rules, ...(base?.attempts || how.rules?.attempts ? {} : WAITING_TURN) };
        const start = clock.now();
        for (let tried = 1;; tried++) {
            signal.throwIfAborted();
            const deadline = (0,_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineOf */ .G)(rules.callMs, signal);
            try {
                return await Promise.race([attempt(deadline.signal), deadline.passed]);
            }
            catch (thrown) {
                deadline.end();
                signal.throwIfAborted();
                const error = deadline.signal.aborted ? deadline.signal.reason : thrown;
                const verdict = classify(error);
                const wait = waitAfter(verdict, { tried, rules, random: clock.random() });
                const limits = verdict === 'throttled' ? throttled : rules;
                const attempts = Math.min(limits.attempts, MAX_ATTEMPTS[verdict]);
                const last = tried >= attempts || clock.now() + wait - start > limits.budgetMs;
                if (verdict === 'fatal' || last) {
                    if (how.isPart && base?.attempts !== undefined)
                        throw error;
                    throw finalError(what, error, { tried, ms: clock.now() - start });
                }
                tell(`${what}: ${(0,_edge_network_js__WEBPACK_IMPORTED_MODULE_1__/* .shortly */ .s)(error)}`, tried + 1, `of ${attempts} in ${(0,_units_js__WEBPACK_IMPORTED_MODULE_5__/* .formatSeconds */ .Xo)(wait)}`);
                await clock.sleep(wait, signal);
            }
            finally {
                deadline.end();
            }
        }
    };
}
function attemptsOf(set, { rules, isPart }) {
    if (set === undefined)
        return rules?.attempts ?? HOUSE_RULES.attempts;
    return isPart ? 1 : Math.min(set, rules?.attempts ?? set);
}
const MAX_ATTEMPTS = {
    transient: Number.POSITIVE_INFINITY,
    throttled: Number.POSITIVE_INFINITY,
    grace: GRACE_MS.length + 1,
    renewed: 2,
    fatal: 1,
};
function waitAfter(verdict, { tried, rules, random }) {
    if (verdict === 'renewed')
        return 0;
    const grace = verdict === 'grace' ? GRACE_MS[tried - 1] : undefined;
    if (grace !== undefined)
        return Math.floor(grace * (1 + random * GRACE_JITTER));
    return Math.floor(random * Math.min(rules.capMs, rules.baseMs * 2 ** tried));
}
const QUIET_MS = 5_000;
function retryTeller(clock, say) {
    const told = new Map();
    return (failure, attempt, rest) => {
        const before = told.get(failure);
        if (before && attempt <= before.attempt && clock.now() - before.at < QUIET_MS) {
            before.more++;
            return;
        }
        say(`${failure}; attempt ${attempt} ${rest}${before?.more ? `; ${before.more} more like it since the last line` : ''}`);
        told.set(failure, { at: clock.now(), attempt, more: 0 });
    };
}
function finalError(what, error, { tried, ms }) {
    if (error instanceof _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .Problem */ .AF)
        return error;
    return (0,_edge_network_js__WEBPACK_IMPORTED_MODULE_1__/* .networkProblem */ .W)(error, { what, why: `${(0,_units_js__WEBPACK_IMPORTED_MODULE_5__/* .counted */ .hS)(tried, 'attempt')} in ${(0,_units_js__WEBPACK_IMPORTED_MODULE_5__/* .formatSeconds */ .Xo)(ms)}` }) ?? error;
}


/***/ }),

/***/ 5505:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C7: () => (/* binding */ endNow),
/* harmony export */   FD: () => (/* binding */ endAtLast),
/* harmony export */   Zm: () => (/* binding */ stopSignal)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7966);
/* harmony import */ var _timeouts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(681);


function stopSignal(timeoutSeconds = 0) {
    const controller = new AbortController();
    const stop = (what, fix) => controller.abort(new _problem_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .AF({ what, fix }));
    for (const name of ['SIGINT', 'SIGTERM'])
        process.on(name, () => stop(`the step was cancelled (${name})`));
    if (timeoutSeconds > 0) {
        setTimeout(() => stop(`the step took longer than action-timeout-s: ${timeoutSeconds} s`, 'raise action-timeout-s, or leave it out'), timeoutSeconds * 1000).unref();
    }
    return controller.signal;
}
function endAtLast(stop, report) {
    const end = () => {
        report();
        endNow(1);
    };
    stop.addEventListener('abort', () => setTimeout(end, _timeouts_js__WEBPACK_IMPORTED_MODULE_1__/* .STOPPING_MS */ .kM).unref(), { once: true });
}
function endNow(code = process.exitCode) {
    if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')))
        process.kill(process.pid, 'SIGKILL');
    process.exit(code);
}


/***/ }),

/***/ 681:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GS: () => (/* binding */ IDLE_MS),
/* harmony export */   ID: () => (/* binding */ PROGRAM_MS),
/* harmony export */   K: () => (/* binding */ UPLOAD_IDLE_MS),
/* harmony export */   RX: () => (/* binding */ LINGER_MS),
/* harmony export */   WD: () => (/* binding */ CALL_MS),
/* harmony export */   kM: () => (/* binding */ STOPPING_MS)
/* harmony export */ });
const CALL_MS = 10_000;
const IDLE_MS = 10_000;
const UPLOAD_IDLE_MS = 60_000;
const PROGRAM_MS = 60_000;
const STOPPING_MS = 5_000;
const LINGER_MS = 1_000;


/***/ }),

/***/ 8714:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Xo: () => (/* binding */ formatSeconds),
/* harmony export */   hS: () => (/* binding */ counted),
/* harmony export */   yU: () => (/* binding */ someOf),
/* harmony export */   z3: () => (/* binding */ formatBytes),
/* harmony export */   zD: () => (/* binding */ grouped)
/* harmony export */ });
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
function formatBytes(bytes) {
    let step = 0;
    let value = bytes;
    for (; Math.abs(value) >= (step === 0 ? 1000 : 999.95) && step < UNITS.length - 1; step++)
        value /= 1000;
    return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}
function formatSeconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
}
function grouped(whole) {
    return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}
function counted(count, one, many = `${one}s`) {
    return `${count} ${count === 1 ? one : many}`;
}
function someOf(items, most = 5) {
    const shown = items.slice(0, most);
    const rest = items.length - shown.length;
    return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}


/***/ }),

/***/ 5900:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Xg: () => (/* binding */ planMarkdown),
  zc: () => (/* binding */ reportDone),
  xV: () => (/* binding */ reportFailure),
  _S: () => (/* binding */ reportPlan),
  hm: () => (/* binding */ reportSummary)
});

// EXTERNAL MODULE: ./lib/aws/policy.js
var aws_policy = __webpack_require__(2959);
// EXTERNAL MODULE: ./lib/base/edge/index.js
var edge = __webpack_require__(1499);
// EXTERNAL MODULE: ./lib/base/edge/network.js
var network = __webpack_require__(3545);
// EXTERNAL MODULE: ./lib/base/units.js
var units = __webpack_require__(8714);
// EXTERNAL MODULE: ./lib/report/step.js
var report_step = __webpack_require__(1390);
// EXTERNAL MODULE: ./lib/base/markdown.js
var markdown = __webpack_require__(4536);
;// CONCATENATED MODULE: ./lib/report/failure.js


const MAX_PROBLEMS = 20;
function problemsText(problems) {
    const shown = problems.slice(0, MAX_PROBLEMS).map(problemText);
    const rest = problems.length - shown.length;
    return [...shown, ...(rest > 0 ? [`… and ${(0,units/* counted */.hS)(rest, 'more problem', 'more problems')}, in the log.`] : [])].join('\n\n');
}
function problemText({ details: { on, what, why, fix } }) {
    return [
        `**${(0,markdown/* prose */.CS)(on ?? `${what}.`)}**${on ? `<br>\n${(0,markdown/* prose */.CS)(`${what}.`)}` : ''}`,
        ...(why ? [`Why: ${severalLines(why)}`] : []),
        ...(fix ? [fixText(fix)] : []),
    ].join('\n\n');
}
function fixText(fix) {
    const parts = [];
    const lines = fix.split('\n');
    for (let at = 0; at < lines.length;) {
        const end = jsonEnd(lines, at);
        if (end !== undefined) {
            parts.push((0,markdown/* block */.om)(lines.slice(at, end).join('\n'), 'json'));
            at = end;
            continue;
        }
        let next = at + 1;
        while (next < lines.length && jsonEnd(lines, next) === undefined)
            next++;
        parts.push(at === 0 ? severalLines(lines.slice(at, next).join('\n')) : (0,markdown/* block */.om)(lines.slice(at, next).join('\n')));
        at = next;
    }
    return `Fix: ${parts.join('\n\n')}`;
}
function severalLines(text) {
    const [first = '', ...rest] = text.split('\n');
    return rest.length === 0 ? (0,markdown/* prose */.CS)(first) : `${(0,markdown/* prose */.CS)(first)}\n\n${(0,markdown/* block */.om)(rest.join('\n'))}`;
}
function jsonEnd(lines, at) {
    const first = lines[at]?.[0];
    if (first !== '{' && first !== '[')
        return undefined;
    const close = first === '{' ? '}' : ']';
    for (let end = at + 1; end <= lines.length; end++) {
        if (!lines[end - 1]?.trimEnd().endsWith(close))
            continue;
        try {
            JSON.parse(lines.slice(at, end).join('\n'));
            return end;
        }
        catch {
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/report/summary.js






const SUMMARY_BYTES = 1_000_000;
const POLICY_BYTES = 100_000;
function summaryOf(step, { failure, limit }) {
    const failed = failure !== undefined;
    const reports = reportsOf(step, { failed });
    const head = [verdict(step, reports, { failed }), ...rows(step, reports)];
    const who = step.session ? [identity(step)] : [];
    const problems = failed ? [problemsSection(failure)] : [];
    const sections = reports.flatMap(({ report }) => (report?.summary ? [report.summary] : []));
    const policy = step.planned.length > 0 ? policySection(step) : [];
    const text = fitted([...head, ...who, ...problems, ...sections, ...policy], limit);
    return step.hidesAccount ? withoutAccounts(text, step) : text;
}
const MARKS = { done: '✅', unchanged: '➖', planned: '🔎', failed: '❌', left: '⏹️' };
function reportsOf(step, { failed }) {
    return step.jobs.map((job) => {
        const done = step.done.find((it) => it.job.name === job.name) ?? step.planned.find((it) => it.job.name === job.name);
        const report = done && job.report(done.plan, done.result);
        const changes = report?.changes !== false;
        const carriedOut = done !== undefined && 'result' in done;
        const mark = step.failed.has(job.name)
            ? MARKS.failed
            : carriedOut
                ? changes
                    ? MARKS.done
                    : MARKS.unchanged
                : failed
                    ? MARKS.left
                    : changes
                        ? MARKS.planned
                        : MARKS.unchanged;
        const result = carriedOut || !failed ? report?.headline : unfinished(step, job, report?.headline);
        return { done, title: (0,report_step/* titleOf */.G)(job), mark, result, report };
    });
}
function unfinished({ failed }, { name }, planned) {
    if (name === 'sign-in')
        return 'signed in; nothing was exported';
    return `${failed.has(name) ? 'failed' : 'not begun'}${planned ? `; planned: ${planned}` : ''}`;
}
function verdict(step, reports, { failed }) {
    const time = (0,units/* formatSeconds */.Xo)(Date.now() - step.started);
    const changed = reports.some(({ report }) => report?.changes === true);
    const unchanged = !changed && reports.some(({ report }) => report?.changes === false);
    if (failed) {
        const many = (0,units/* counted */.hS)(step.failed.size, 'part');
        const end = {
            inputs: 'The inputs are wrong. Nothing was sent to AWS.',
            'sign-in': 'The sign-in failed. Nothing was read or written.',
            plan: 'The plan cannot succeed. Nothing was written.',
            apply: `${many} of ${step.jobs.length} failed. What the others did is done.`,
        }[step.stage];
        return `## ❌ Keyless AWS failed\n\n**${end}** ${time}`;
    }
    if (step.dryRun) {
        const would = unchanged ? 'The step would change nothing.' : 'This is what the step would do.';
        return `## 🔎 Keyless AWS: dry run\n\n**Nothing was written.** ${would} ${time}`;
    }
    return `## ✅ Keyless AWS\n\n**${unchanged ? 'Done: nothing had to be changed' : 'Done'}** in ${time}`;
}
function rows(step, reports) {
    const lines = reports
        .filter(({ result }) => result !== undefined)
        .map(({ title, mark, result = '' }) => [mark, title, (0,markdown/* prose */.CS)(result)]);
    return lines.length > 0 ? [(0,markdown/* table */.tp)({ heads: ['', 'part', step.dryRun ? 'plan' : 'result'], rows: lines })] : [];
}
function identity({ session }) {
    const { arn = '', accountId = '', region = '' } = session ?? {};
    const [, kind = '', name = ''] = arn.slice(arn.lastIndexOf(':')).split(/[:/]/);
    const who = kind === 'assumed-role' ? `role ${(0,markdown/* inCode */.pN)(name)}` : (0,markdown/* inCode */.pN)(`${kind}/${name}`);
    return `${who} of account ${(0,markdown/* inCode */.pN)(accountId)} · ${region}`;
}
function problemsSection(failure) {
    const problems = (0,edge/* problemsIn */._)(failure);
    if (problems)
        return `### ${problems.length === 1 ? 'The problem' : 'The problems'}\n\n${problemsText(problems)}`;
    return '### The problem\n\nThis is a bug of the action, not of your workflow. The log says more.';
}
function policySection({ planned }) {
    const policy = (0,aws_policy/* policyOf */.U)(planned.flatMap(({ job, plan }) => job.permissions(plan)));
    if (policy.Statement.length === 0)
        return [];
    const title = 'The least IAM policy with which this step works';
    const text = JSON.stringify(policy, undefined, 2);
    if (text.length > POLICY_BYTES)
        return [`${title} is in the output <code>iam-policy</code>.`];
    return [(0,markdown/* folded */.TM)(title, (0,markdown/* block */.om)(text, 'json'))];
}
function fitted(sections, limit) {
    let room = limit - 500;
    const kept = [];
    for (const section of sections) {
        const bytes = Buffer.byteLength(section) + 2;
        if (bytes > room) {
            const title = /^#+ (.+)$/m.exec(section)?.[1] ?? 'A part';
            kept.push(`*${title}: too long to be shown here. The log and the outputs have it.*`);
            continue;
        }
        kept.push(section);
        room -= bytes;
    }
    return kept.join('\n\n');
}
function withoutAccounts(text, { session }) {
    return session ? text.replaceAll(session.accountId, '***') : text;
}

// EXTERNAL MODULE: ./lib/request/workflow-file.js
var workflow_file = __webpack_require__(4531);
;// CONCATENATED MODULE: ./lib/report.js







const PLAN_MARKDOWN_BYTES = 60_000;
function reportPlan(runner, step) {
    const plan = Object.fromEntries(step.planned.map((it) => [it.job.name, it.job.describe(it.plan)]));
    const policy = (0,aws_policy/* policyOf */.U)(step.planned.flatMap((it) => it.job.permissions(it.plan)));
    runner.outputs({
        plan: JSON.stringify(plan),
        'iam-policy': JSON.stringify(policy),
        'has-changes': String(step.planned.some((it) => it.job.report(it.plan).changes === true)),
        'plan-markdown': planMarkdown(step),
    });
    if (!step.dryRun)
        return;
    runner.info('dry-run: this is what the step would do; nothing was written.');
    reportJobs(runner, step.planned);
    runner.group('The plan, as JSON', [JSON.stringify(plan, undefined, 2)]);
    runner.group('The least IAM policy for it', [JSON.stringify(policy, undefined, 2)]);
}
function planMarkdown(step) {
    return summaryOf({ ...step, dryRun: true, done: [] }, { limit: PLAN_MARKDOWN_BYTES });
}
function reportDone(runner, step) {
    if (!step.dryRun)
        reportJobs(runner, step.done);
    runner.outputs(Object.assign({}, ...step.done.map(({ job, plan, result }) => job.report(plan, result).outputs)));
    if (!step.dryRun && step.failed.size === 0) {
        const policy = (0,aws_policy/* policyOf */.U)(step.done.flatMap(({ job, plan, result }) => job.permissions(plan, result)));
        runner.outputs({ 'iam-policy': JSON.stringify(policy) });
    }
    if (step.failed.size === 0)
        runner.info(`Done in ${(0,units/* formatSeconds */.Xo)(Date.now() - step.started)}`);
}
function reportJobs(runner, jobs) {
    for (const { job, plan, result } of jobs) {
        const { lines, headline } = job.report(plan, result);
        if (lines.length > 0)
            runner.group(headline ? `${(0,report_step/* titleOf */.G)(job)}: ${headline}` : (0,report_step/* titleOf */.G)(job), lines);
    }
}
function reportSummary(runner, step, failure) {
    const isSilent = failure === undefined && !step.jobs.some(({ name }) => name !== 'sign-in');
    if (!step.summary || isSilent)
        return;
    runner.summary(summaryOf(step, { ...(failure === undefined ? {} : { failure }), limit: SUMMARY_BYTES }));
}
const STAGES = {
    inputs: 'wrong inputs',
    'sign-in': 'the sign-in failed',
    plan: 'the plan cannot succeed',
    apply: 'failed',
};
function reportFailure(runner, thrown, { stage }) {
    const problems = (0,edge/* problemsIn */._)(thrown);
    if (!problems)
        runner.error(bugReport(thrown, runner.env), { title: 'Keyless AWS: a bug' });
    const title = `Keyless AWS: ${STAGES[stage]}`;
    const workflow = problems?.some(({ details }) => details.input) ? (0,workflow_file/* readWorkflowFile */.A)(runner.env) : undefined;
    for (const { message, details, cause } of problems ?? []) {
        const { input } = details;
        const place = workflow && input && (0,workflow_file/* placeOf */.$)(workflow, input.name, input.line);
        runner.error(message, { title, ...place });
        if (cause !== undefined)
            runner.debug(`caused by ${(0,network/* shortly */.s)(cause)}`);
    }
}
function bugReport(thrown, env) {
    const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
    const where = repository
        ? `at ${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository}/issues`
        : 'to its maintainers';
    const version = `${repository ?? 'keyless-aws'}${ref ? `@${ref}` : ''}`;
    return [
        `This is a bug of the action, not of your workflow: ${(0,network/* shortly */.s)(thrown)}.`,
        `  Fix: report it ${where} with these lines, which hold no value of your workflow:`,
        `       ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
        ...framesOf(thrown).map((frame) => `       ${frame}`),
    ].join('\n');
}
function framesOf(thrown) {
    if (!(thrown instanceof Error))
        return ['thrown was not an Error'];
    return (thrown.stack ?? '')
        .split('\n')
        .map((line) => /^\s+at (?:(.*) \()?(?:.*[\\/])?([\w.:-]+:\d+:\d+)\)?$/.exec(line))
        .flatMap((match) => (match ? [`at ${match[1] ? `${match[1]} ` : ''}${match[2]}`] : []))
        .slice(0, 12);
}


/***/ }),

/***/ 1390:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ titleOf),
/* harmony export */   b: () => (/* binding */ startStep)
/* harmony export */ });
function startStep() {
    return {
        started: Date.now(),
        stage: 'inputs',
        summary: true,
        dryRun: false,
        hidesAccount: false,
        session: undefined,
        jobs: [],
        planned: [],
        done: [],
        failed: new Set(),
    };
}
const TITLES = {
    'sign-in': 'Sign-in',
    parameters: 'Parameters (SSM)',
    objects: 'Objects (S3)',
    images: 'Images (ECR)',
    deploy: 'Rollout',
};
function titleOf({ name }) {
    return TITLES[name] ?? name;
}


/***/ }),

/***/ 4531:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ placeOf),
/* harmony export */   A: () => (/* binding */ readWorkflowFile)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _base_read_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9213);


function readWorkflowFile(env) {
    const path = /^[^/]+\/[^/]+\/(\.github\/workflows\/[^/@]+\.ya?ml)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1];
    if (!path || !env.GITHUB_WORKSPACE)
        return undefined;
    try {
        const steps = stepsIn((0,_base_read_text_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(env.GITHUB_WORKSPACE, path)), env.GITHUB_ACTION_REPOSITORY || './');
        return steps.length > 0 ? { path, steps } : undefined;
    }
    catch {
        return undefined;
    }
}
function placeOf({ path, steps }, input, line) {
    const found = steps.flatMap((step) => step.get(input) ?? []);
    if (found.length !== 1 || !found[0])
        return undefined;
    return { file: path, line: found[0].line + (line !== undefined && found[0].literal ? line : 0) };
}
function stepsIn(text, action) {
    const lines = text.split(/\r?\n/).map((line) => {
        const [, lead = '', content = ''] = /^(\s*(?:- +)*)(.*)$/.exec(line) ?? [];
        return { indent: lead.length, starts: lead.includes('-'), content };
    });
    const isOurs = (used) => (action === './' ? used.startsWith('./') : used.startsWith(`${action}@`));
    const named = text
        .split(/\r?\n/)
        .filter((line) => !/^\s*#/.test(line) && isOurs(/\buses:\s*['"]?([^'"\s#,}]+)/.exec(line)?.[1] ?? ''));
    let unread = false;
    const steps = lines.flatMap(({ indent, content }, at) => {
        const used = /^uses:\s*['"]?([^'"\s#]+)/.exec(content)?.[1];
        if (!used || !isOurs(used))
            return [];
        const [start, end] = [
            lines.findLastIndex((line, other) => other <= at && line.starts && line.indent === indent),
            lines.findIndex((line, other) => other > at && line.content !== '' && (line.indent < indent || (line.starts && line.indent === indent))),
        ];
        const step = lines.slice(Math.max(start, 0), end < 0 ? undefined : end);
        const given = step.findIndex((line) => line.indent === indent && /^with:\s*(#.*)?$/.test(line.content));
        unread ||= step.some((line) => line.indent === indent && /^with:\s*[^#\s]/.test(line.content));
        const below = given < 0 ? [] : step.slice(given + 1);
        const inner = below.find((line) => line.content !== '' && !line.content.startsWith('#'))?.indent ?? 0;
        const inputs = new Map();
        for (const [offset, line] of below.entries()) {
            if (line.content !== '' && line.indent <= indent)
                break;
            const [, name = '', value = ''] = /^['"]?([\w-]+)['"]?:\s*(.*)$/.exec(line.content) ?? [];
            if (line.indent === inner && name) {
                inputs.set(name.toLowerCase(), {
                    line: Math.max(start, 0) + given + 2 + offset,
                    literal: /^\|[+-]?\d?\s*(#.*)?$/.test(value),
                });
            }
        }
        return [inputs];
    });
    return unread || steps.length < named.length ? [] : steps;
}


/***/ }),

/***/ 9752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fd: () => (/* binding */ heldEnvironment),
/* harmony export */   QP: () => (/* binding */ LEAST_SECONDS),
/* harmony export */   _2: () => (/* binding */ hold),
/* harmony export */   tv: () => (/* binding */ processCommand)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _session_tags_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8542);


const HELD = [
    'AWS_CA_BUNDLE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
    'AWS_EC2_METADATA_DISABLED',
    'AWS_EC2_METADATA_SERVICE_ENDPOINT',
    'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
    'AWS_EC2_METADATA_V1_DISABLED',
    'AWS_ROLE_ARN',
    'NODE_EXTRA_CA_CERTS',
    'NODE_USE_SYSTEM_CA',
    ..._session_tags_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_VARIABLES */ .jL,
];
function hold(request, session, env) {
    const { identity, arn, existing, endpoint } = session;
    const tokenFile = request.tokenFile ?? env.AWS_WEB_IDENTITY_TOKEN_FILE;
    const held = HELD.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
    return {
        request: {
            ...request,
            roles: existing ? [] : request.roles,
            useExisting: false,
            source: session.source,
            endpoint,
            tokenFile: absolute(tokenFile, env),
            durationSeconds: Math.max(request.durationSeconds, LEAST_SECONDS),
        },
        identity,
        arn,
        env: { ...Object.fromEntries(held), ...podFile(env) },
    };
}
function absolute(file, env) {
    return file ? (0,node_path__WEBPACK_IMPORTED_MODULE_0__.resolve)(env.GITHUB_WORKSPACE ?? '', file) : undefined;
}
function podFile(env) {
    const file = absolute(env.AWS_WEB_IDENTITY_TOKEN_FILE, env);
    return file ? { AWS_WEB_IDENTITY_TOKEN_FILE: file } : {};
}
const LEAST_SECONDS = 1_200;
function heldEnvironment({ env }, later) {
    const kept = Object.entries(later).filter(([name]) => !name.startsWith('AWS_') || name === 'AWS_CONTAINER_AUTHORIZATION_TOKEN');
    return { ...Object.fromEntries(kept), ...env };
}
function processCommand(settings) {
    const parts = [process.execPath, process.argv[1] ?? '', 'credential-process', settings];
    if (process.platform === 'win32')
        return parts.map((part) => `"${part}"`).join(' ');
    return parts.map((part) => `'${part.replaceAll("'", "'\\''").replace(/(\s)([#;])/g, "$1''$2")}'`).join(' ');
}


/***/ }),

/***/ 9892:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  J: () => (/* binding */ signIn),
  t: () => (/* binding */ signInAgain)
});

// EXTERNAL MODULE: ./lib/aws/client.js + 1 modules
var client = __webpack_require__(1009);
// EXTERNAL MODULE: ./lib/aws/partition.js
var aws_partition = __webpack_require__(915);
// EXTERNAL MODULE: ./lib/aws/session.js
var aws_session = __webpack_require__(7733);
// EXTERNAL MODULE: ./lib/aws/shared-config.js
var shared_config = __webpack_require__(6683);
// EXTERNAL MODULE: ./lib/base/problem.js
var problem = __webpack_require__(7966);
// EXTERNAL MODULE: ./lib/base/retryable.js
var retryable = __webpack_require__(2619);
;// CONCATENATED MODULE: ./lib/signin/identity/claims.js
function readClaims(token) {
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token))
        return undefined;
    try {
        const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
        const claims = (payload ?? {});
        if (typeof claims.iss !== 'string' || typeof claims.sub !== 'string')
            return undefined;
        const aud = Array.isArray(claims.aud) ? String(claims.aud[0]) : String(claims.aud ?? '');
        return { ...claims, aud, exp: Number(claims.exp ?? 0), iat: Number(claims.iat ?? 0) };
    }
    catch {
        return undefined;
    }
}
const SHOWN = [
    'iss',
    'aud',
    'sub',
    'job_workflow_ref',
    'environment',
    'ref',
    'event_name',
    'repository_id',
];
function showClaims(claims) {
    const lines = SHOWN.filter((name) => claims[name]).map((name) => `  ${name.padEnd(16)} ${claims[name]}`);
    return ['The token says:', ...lines].join('\n');
}

;// CONCATENATED MODULE: ./lib/signin/sts/retryable.js

function signInVerdict(error) {
    const { name } = (0,retryable/* shapeOf */.F5)(error);
    if ((0,retryable/* isExpired */._d)(error))
        return 'renewed';
    if (name === 'AccessDenied' || isMissingProvider(error))
        return 'grace';
    if (name === 'IDPCommunicationError' || isKeyFetchFailure(error))
        return 'transient';
    return (0,retryable/* verdictOf */.Vj)(error);
}
function isKeyFetchFailure(error) {
    return (0,retryable/* shapeOf */.F5)(error).name === 'InvalidIdentityToken' && /verification key/.test(error.message);
}
function isMissingProvider(error) {
    return (0,retryable/* shapeOf */.F5)(error).name === 'InvalidIdentityToken' && /No OpenIDConnect provider/i.test(error.message);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aws/sigv4.js
var sigv4 = __webpack_require__(8998);
// EXTERNAL MODULE: ./lib/aws/xml.js
var aws_xml = __webpack_require__(2256);
// EXTERNAL MODULE: ./lib/base/http.js
var base_http = __webpack_require__(5921);
;// CONCATENATED MODULE: ./lib/signin/sts/sts.js





class StsError extends Error {
    status;
    date;
    constructor(code, message, { status, date }) {
        super(message);
        this.name = code;
        this.status = status;
        this.date = date;
    }
}
async function assumeWithWebIdentity(call, params, token) {
    const fields = { ...assumeFields(params), WebIdentityToken: token };
    return assumed(await send(call, 'AssumeRoleWithWebIdentity', fields), call);
}
async function assumeRole(call, params) {
    const fields = assumeFields(params);
    if (params.externalId)
        fields.ExternalId = params.externalId;
    Object.entries(params.tags).forEach(([key, value], index) => {
        fields[`Tags.member.${index + 1}.Key`] = key;
        fields[`Tags.member.${index + 1}.Value`] = value;
    });
    params.transitiveTagKeys.forEach((key, index) => {
        fields[`TransitiveTagKeys.member.${index + 1}`] = key;
    });
    return assumed(await send(call, 'AssumeRole', fields), call);
}
async function callerIdentity(call) {
    const arn = (0,aws_xml/* firstText */.ou)(await send(call, 'GetCallerIdentity', {}), 'Arn');
    if (!arn)
        throw noAnswerOfSts(call.endpoint, 200);
    return arn;
}
function assumeFields({ roleArn, sessionName, durationSeconds, policy, policyArns = [] }) {
    const fields = {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(durationSeconds),
    };
    if (policy)
        fields.Policy = policy;
    policyArns.forEach((arn, index) => {
        fields[`PolicyArns.member.${index + 1}.arn`] = arn;
    });
    return fields;
}
async function send(call, action, fields) {
    const body = new URLSearchParams({ Action: action, Version: '2011-06-15', ...fields }).toString();
    const url = new URL(call.endpoint);
    const plain = { 'content-type': 'application/x-www-form-urlencoded', host: url.host, 'user-agent': base_http/* USER_AGENT */._O };
    const headers = call.credentials ? await signed(call, call.credentials, { url, plain, body }) : plain;
    const answer = await call.http.request({
        method: 'POST',
        url,
        headers,
        body: Buffer.from(body),
        signal: call.signal,
        plain: call.plain ?? 'named',
    });
    const xml = (await (0,base_http/* readBody */.x8)(answer, 1 << 20)).toString('utf8');
    if (answer.status === 200)
        return xml;
    const date = Date.parse(answer.headers.date ?? '');
    const code = (0,aws_xml/* firstText */.ou)(xml, 'Code');
    if (!code && answer.status < 500 && answer.status !== 429)
        throw noAnswerOfSts(url, answer.status);
    const message = (0,aws_xml/* firstText */.ou)(xml, 'Message');
    throw new StsError(code || `HTTP${answer.status}`, message, {
        status: answer.status,
        date: Number.isNaN(date) ? undefined : date,
    });
}
function signed({ region, at }, credentials, { url, plain, body }) {
    const sign = (0,sigv4/* makeSigner */.z)({ region, service: 'sts', credentials: async () => credentials });
    const headers = { ...plain, 'x-amz-content-sha256': (0,external_node_crypto_.hash)('sha256', body, 'hex') };
    return sign({ method: 'POST', path: url.pathname, query: '', headers }, at);
}
function noAnswerOfSts({ host }, status) {
    return new problem/* Unproven */.kw({
        on: host,
        what: `what answered there is not AWS's Security Token Service (HTTP ${status})`,
        why: 'a proxy, a firewall or another server answers in its place',
        fix: 'check sts-endpoint, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL, and the proxy of the runner',
    });
}
function assumed(xml, { endpoint }) {
    const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) => (0,aws_xml/* firstText */.ou)(xml, name));
    const expiration = new Date((0,aws_xml/* firstText */.ou)(xml, 'Expiration'));
    const arn = (0,aws_xml/* firstText */.ou)(xml, 'Arn');
    if (!accessKeyId || !secretAccessKey || !sessionToken || !arn || Number.isNaN(expiration.getTime())) {
        throw noAnswerOfSts(endpoint, 200);
    }
    return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, arn };
}

// EXTERNAL MODULE: ./lib/aws/denied.js
var denied = __webpack_require__(3446);
;// CONCATENATED MODULE: ./lib/signin/denied/trust-policy.js
function roleParts(arn) {
    const [, partition = 'aws', , , account = '', ...rest] = arn.split(':');
    return { partition, account, name: rest.join(':').split('/').at(-1) ?? '' };
}
function issuerHost(claims) {
    return claims.iss.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
function isGithubDotCom(claims) {
    return /^https:\/\/token\.actions\.githubusercontent\.com(\/|$)/.test(claims.iss);
}
function trustPolicyFor(claims, roleArn) {
    return webIdentityPolicy(claims, roleArn, subjectCondition(claims));
}
function reusableWorkflowPolicy(claims, roleArn) {
    const { job_workflow_ref: called = '', repository = '', repository_owner: owner = '' } = claims;
    const repositoryOfWorkflow = called.split('/').slice(0, 2).join('/');
    if (!isGithubDotCom(claims) || !called || !owner || repositoryOfWorkflow === repository)
        return undefined;
    if (![`repo:${owner}/`, `repo:${owner}@`].some((start) => claims.sub.startsWith(start)))
        return undefined;
    return webIdentityPolicy(claims, roleArn, {
        StringEquals: { job_workflow_ref: literal(called) },
        StringLike: { sub: [`repo:${owner}/*`, `repo:${owner}@${claims.repository_owner_id}/*`] },
    });
}
function webIdentityPolicy(claims, roleArn, conditions) {
    const host = issuerHost(claims);
    const { partition, account } = roleParts(roleArn);
    const all = {
        StringEquals: { [`${host}:aud`]: literal(claims.aud) },
    };
    for (const [operator, keys] of Object.entries(conditions)) {
        for (const [key, value] of Object.entries(keys)) {
            all[operator] = {
                ...all[operator],
                [`${host}:${key}`]: typeof value === 'string' || value.length > 1 ? value : value[0],
            };
        }
    }
    return {
        Version: '2012-10-17',
        Statement: [
            {
                Effect: 'Allow',
                Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${host}` },
                Action: 'sts:AssumeRoleWithWebIdentity',
                Condition: all,
            },
        ],
    };
}
function subjectCondition(claims) {
    const { sub, repository, repository_id: id, repository_owner_id: ownerId } = claims;
    const [owner, name] = (repository ?? '').split('/');
    const plain = `repo:${repository}:`;
    const both = isGithubDotCom(claims) && id && ownerId && sub.startsWith(plain);
    const forms = both ? [sub, `repo:${owner}@${ownerId}/${name}@${id}:${sub.slice(plain.length)}`] : [sub];
    const patterns = forms.map(pattern);
    const next = patterns.map((form) => ofAnyTag(ofAnyRun(form), claims));
    if (next.some((form, at) => form !== patterns[at]))
        return { StringLike: { sub: next } };
    return { StringEquals: { sub: forms.map(literal) } };
}
function ofAnyTag(sub, { ref_type, ref, repository }) {
    if (ref_type !== 'tag')
        return sub;
    const atTag = `@${pattern(ref ?? '')}`;
    const isOwnFile = (part) => part.startsWith(`${repository}/`) && part.endsWith(atTag);
    const parts = sub.split(':').map((part) => (isOwnFile(part) ? `${part.slice(0, -atTag.length)}@refs/tags/*` : part));
    return parts.join(':').replace(/((?:^|:)ref:refs\/tags\/)[^:]+/g, '$1*');
}
const OF_ONE_RUN = [
    [/(:ref:refs\/heads\/gh-readonly-queue\/[^:]+\/)pr-\d+-[0-9a-f]+/g, '$1*'],
    [/(refs\/pull\/)\d+(\/(?:merge|head))/g, '$1*$2'],
    [/(:(?:run_id|run_number|run_attempt|check_run_id|sha|head_sha|workflow_sha|job_workflow_sha):)[^:]+/g, '$1*'],
];
function isOfOneRun(sub) {
    return ofAnyRun(sub) !== sub;
}
function ofAnyRun(sub) {
    return OF_ONE_RUN.reduce((text, [part, any]) => text.replace(part, any), sub);
}
function literal(value) {
    return value.replaceAll('${', '${$}{');
}
function pattern(value) {
    return literal(value).replace(/(?<!\$\{)[*?]/g, '${$&}');
}
function hopPolicies(callerArn, roleArn, { also, externalId }) {
    const Action = also.length > 0 ? ['sts:AssumeRole', ...also] : 'sts:AssumeRole';
    const identity = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: roleArn }] };
    const trust = {
        Effect: 'Allow',
        Principal: { AWS: callerArn },
        Action: 'sts:AssumeRole',
        ...(externalId ? { Condition: { StringEquals: { 'sts:ExternalId': literal(externalId) } } } : {}),
    };
    const more = also.map((it) => ({ Effect: 'Allow', Principal: { AWS: callerArn }, Action: it }));
    return { identity, trust: { Version: '2012-10-17', Statement: [trust, ...more] } };
}

;// CONCATENATED MODULE: ./lib/signin/denied/hop.js



function ofOtherPolicy(message, { roleArn, claims }) {
    const { lacks, denies, action } = (0,denied/* readDenial */.oq)(message);
    if (!denies && (!lacks || lacks === 'identity-based' || lacks === 'resource-based'))
        return undefined;
    const needed = [{ actions: [action ?? 'sts:AssumeRole'], resources: [roleArn] }];
    return { ...(claims ? { why: showClaims(claims) } : {}), fix: (0,denied/* allowing */.SL)({ said: message, needed }) };
}
function deniedHop(message, asked, callerArn) {
    const { account, name } = roleParts(asked.roleArn);
    const tagging = /sts:TagSession/.test(message);
    const { identity, trust } = hopPolicies(callerArn, asked.roleArn, {
        also: [
            ...(asked.tags ? ['sts:TagSession'] : []),
            ...(/sts:SetSourceIdentity/.test(message) ? ['sts:SetSourceIdentity'] : []),
        ],
        externalId: asked.externalId,
    });
    const callerAccount = callerArn.split(':')[4] ?? '';
    const sides = callerAccount === account
        ? 'one side is enough to allow it, because the caller and the role are in the same account'
        : `both sides must allow it: the caller in account ${callerAccount}, and the role in account ${account}`;
    const hints = [
        tagging
            ? 'The session is tagged, which needs sts:TagSession on both sides; role-skip-session-tagging: true avoids that.'
            : '',
        asked.externalId
            ? 'An external id was sent: it must equal the one in the trust policy.'
            : 'If the trust policy demands an external id (sts:ExternalId), give role-external-id.',
        `The role may not exist: STS answers the same when account ${account} has no role ${name} (letter case counts).`,
        asked.byTokenFile
            ? `The other way: credentials-source: token-file asks for the role with the token itself. Account ${account} then needs an identity provider of the token's issuer, and the role must trust it.`
            : '',
    ].filter(Boolean);
    return {
        why: [sides, ...hints.map((hint) => `- ${hint}`)].join('\n'),
        fix: [
            `the caller ${callerArn} needs this identity policy:`,
            JSON.stringify(identity, undefined, 2),
            `and the role ${name} in account ${account} this trust policy:`,
            JSON.stringify(trust, undefined, 2),
        ].join('\n'),
    };
}

;// CONCATENATED MODULE: ./lib/signin/denied/index.js








const CLOCK_TOLERANCE_MS = 4 * 60_000;
function denied_denied(error, asked, now) {
    if (!(error instanceof StsError))
        return error;
    const { callerArn, claims, roleArn } = asked;
    const action = claims ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
    const details = clockSkew(error, now) ?? (claims ? ofToken(error, asked, claims) : undefined) ?? ofRequest(error, asked);
    const hop = callerArn ? ` by ${callerArn}` : '';
    return new problem/* Problem */.AF({
        what: `${action} of ${roleArn}${hop} was refused with ${error.name} (HTTP ${error.status})`,
        ...details,
        why: [error.message && `AWS says: ${error.message}`, details?.why, asking(asked)].filter(Boolean).join('\n'),
        cause: error,
    });
}
function asking({ endpoint, region, claims, durationSeconds }) {
    const audience = claims ? `, audience ${claims.aud}` : '';
    return `Asked: ${endpoint.host}, region ${region}${audience}, ${durationSeconds} seconds`;
}
function clockSkew({ date, name, message }, now) {
    const about = /ExpiredToken|SignatureDoesNotMatch|RequestTimeTooSkewed|InvalidIdentityToken/.test(name);
    const skew = date === undefined ? 0 : now - date;
    if (!about || Math.abs(skew) < CLOCK_TOLERANCE_MS || /audience|provider/i.test(message))
        return undefined;
    const minutes = Math.round(Math.abs(skew) / 60_000);
    return {
        why: `the clock of this machine is ${minutes} minutes ${skew > 0 ? 'ahead of' : 'behind'} AWS's`,
        fix: 'set the clock of the runner (NTP), and run the job again',
    };
}
function ofToken(error, asked, claims) {
    const { partition, account } = roleParts(asked.roleArn);
    const host = issuerHost(claims);
    const provider = `arn:${partition}:iam::${account}:oidc-provider/${host}`;
    if (error.name === 'AccessDenied')
        return ofOtherPolicy(error.message, asked) ?? ofTrust(asked, claims);
    if (isKeyFetchFailure(error) || error.name === 'IDPCommunicationError') {
        if (!isGithubDotCom(claims))
            return {
                why: `AWS could not fetch the public keys of the issuer ${claims.iss} in time: an outage, or a server that the internet does not reach`,
                fix: `see that AWS can reach ${claims.iss}/.well-known/openid-configuration, and the jwks_uri in it, from the internet, with a certificate that it trusts; if it was an outage, run the job again`,
            };
        return {
            why: "AWS could not fetch the issuer's public keys in time: an outage between AWS and the issuer, not your set-up",
            fix: 'run the job again; if it happens often, stagger the jobs that start together',
        };
    }
    if (error.name === 'IDPRejectedClaim') {
        return {
            why: showClaims(claims),
            fix: 'the identity provider refused a claim of the token: check the settings of the provider',
        };
    }
    if ((0,retryable/* isExpired */._d)(error))
        return expired(asked, claims);
    if (error.name !== 'InvalidIdentityToken')
        return undefined;
    if (/No OpenIDConnect provider/i.test(error.message)) {
        return {
            why: [
                `account ${account} has no identity provider ${provider}`,
                showClaims(claims),
                ...machineHints(asked, claims),
            ].join('\n'),
            fix: `create it in account ${account}, or correct the account in role-to-assume:\naws iam create-open-id-connect-provider --url ${claims.iss} --client-id-list ${claims.aud}`,
        };
    }
    if (/audience/i.test(error.message)) {
        const usual = (0,aws_partition/* partitionOf */.iQ)(asked.region).audience;
        const unusual = claims.aud === usual ? '' : `, or leave the input audience out: its default in this region is ${usual}`;
        return {
            why: `the audience of the token is ${claims.aud}, which ${provider} does not list\n${showClaims(claims)}`,
            fix: `add the audience${unusual}:\naws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider} --client-id ${claims.aud}`,
        };
    }
    if (/thumbprint/i.test(error.message)) {
        return {
            why: `the certificate of the issuer ${claims.iss} is another one than when ${provider} was made`,
            fix: `give the provider the thumbprint of today's certificate chain:\naws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ${provider} --thumbprint-list …`,
        };
    }
    return {
        why: showClaims(claims),
        fix: `check that ${provider} is the provider of the issuer ${claims.iss}${asked.tokenFile ? `, and that ${asked.tokenFile} holds an id token, not an access token` : ''}`,
    };
}
function expired({ tokenFile }, claims) {
    const at = new Date(claims.exp * 1000).toISOString();
    return tokenFile
        ? {
            why: `the token in ${tokenFile} expired at ${at}`,
            fix: 'renew the file, and find out why the identity provider or kubelet no longer does',
        }
        : { why: `the id token expired at ${at}`, fix: 'run the job again' };
}
function ofTrust(asked, claims) {
    const { account, name } = roleParts(asked.roleArn);
    const hints = [
        ...subjectHints(claims),
        ...machineHints(asked, claims),
        `The role may not exist: STS answers the same when account ${account} has no role ${name} (letter case counts).`,
    ];
    const policy = (it) => JSON.stringify(it, undefined, 2);
    const variant = reusableWorkflowPolicy(claims, asked.roleArn);
    const fix = [
        `the trust policy of ${name} in account ${account} must accept this token. This one does:`,
        policy(trustPolicyFor(claims, asked.roleArn)),
        ...(variant ? ['Or, for every repository of the owner that calls this reusable workflow:', policy(variant)] : []),
    ];
    return {
        why: [
            'the trust policy of the role does not accept this token; AWS does not say which condition failed',
            showClaims(claims),
            ...hints.map((hint) => `- ${hint}`),
        ].join('\n'),
        fix: fix.join('\n'),
    };
}
function machineHints({ tokenFile }, claims) {
    if (tokenFile || claims.runner_environment !== 'self-hosted')
        return [];
    return [
        'This runner is self-hosted: if the role trusts the machine (its instance profile or pod) and not GitHub, write credentials-source: ambient.',
    ];
}
function subjectHints(claims) {
    const { sub, iss, environment } = claims;
    const hints = [];
    if (!isGithubDotCom(claims)) {
        hints.push(`The issuer is ${iss}: the provider's name and the condition keys must begin with ${issuerHost(claims)}.`);
    }
    const isGithub = Boolean(claims.repository);
    if (isGithub && !sub.startsWith('repo:')) {
        hints.push('The sub is customised (it does not start with repo:): the policy must use it exactly as shown above.');
    }
    else if (isGithub && !/^repo:[^:]+:(ref:[^:]+|environment:[^:]+|pull_request)$/.test(sub)) {
        hints.push('The sub is customised (more follows what is usual): the policy must have all of it, in this order.');
    }
    if (isGithub && isOfOneRun(sub)) {
        hints.push('A part of the sub (of the merge queue, the pull request or the run) is another one each time: the policy must take any, as the one below does.');
    }
    if (/^repo:[^/:]+@\d+\/[^:]+@\d+:/.test(sub)) {
        hints.push('The repository has the immutable sub (OWNER@ID/REPO@ID), as all new, renamed and moved repositories have since July 2026: a policy for repo:OWNER/REPO can never match.');
    }
    if (environment && sub.includes(':environment:')) {
        hints.push(`The job has environment: ${environment}, so the sub ends in it: a condition on ref:refs/heads/… can never match.`);
    }
    if (/:pull_request(:|$)/.test(sub)) {
        hints.push('The job runs for a pull request, whose sub names no branch: a condition on ref:… can never match, and one that does match lets in every pull request of the repository.');
    }
    if (sub.includes('%3A'))
        hints.push('A colon inside a name is written %3A in the sub.');
    if (/[A-Z]/.test(sub))
        hints.push('The sub has capitals: StringEquals and StringLike are case-sensitive.');
    hints.push('A * in the policy needs StringLike: StringEquals takes it as a plain asterisk.');
    return hints;
}
function ofRequest(error, asked) {
    const { account, name } = roleParts(asked.roleArn);
    const { message } = error;
    switch (error.name) {
        case 'AccessDenied':
            return (ofOtherPolicy(message, asked) ?? (asked.callerArn ? deniedHop(message, asked, asked.callerArn) : undefined));
        case 'ValidationError':
            if (/role chaining/i.test(message))
                return {
                    fix: "a role that is assumed with another role's credentials lasts at most 3600 seconds: lower role-duration-seconds",
                };
            if (/MaxSessionDuration/i.test(message)) {
                return {
                    why: `role-duration-seconds is ${asked.durationSeconds}, more than the maximum session duration of the role`,
                    fix: `lower role-duration-seconds, or raise the role's maximum in account ${account}:\naws iam update-role --role-name ${name} --max-session-duration ${asked.durationSeconds}`,
                };
            }
            if (/\btags\b/i.test(message))
                return { fix: 'check custom-tags; role-skip-session-tagging: true sends no tags' };
            return { fix: `check the inputs role-to-assume (${asked.roleArn}), role-session-name and the session policies` };
        case 'InvalidParameterValue':
            if (!/tag/i.test(message))
                return undefined;
            return {
                why: 'a transitive tag of the session before comes along, and may not be given anew',
                fix: 'leave that tag out of custom-tags and transitive-tag-keys, or set role-skip-session-tagging: true',
            };
        case 'MalformedPolicyDocument':
            return {
                fix: "check that inline-session-policy is a valid JSON policy, and that each ARN of managed-session-policies exists in the role's account",
            };
        case 'PackedPolicyTooLarge':
            return {
                why: 'session policies and tags together are larger than AWS packs into a session; EKS Pod Identity fills most of it with its own tags',
                fix: 'shorten inline-session-policy and custom-tags, or set role-skip-session-tagging: true',
            };
        case 'RegionDisabledException':
            return {
                fix: `STS is turned off in ${asked.region} for account ${account}: turn it on in IAM under Account settings, or use another aws-region`,
            };
        case 'InvalidClientTokenId':
        case 'UnrecognizedClientException':
            return {
                fix: asked.mixed ??
                    `the credentials that this step found are not valid, or no longer are: check where they come from, and whether their account has enabled the region ${asked.region}, as opt-in regions answer so too`,
            };
        case 'SignatureDoesNotMatch':
            return {
                fix: 'the secret key that this step found does not belong to its access key id, or is not whole: store it anew',
            };
        default:
            return (0,retryable/* isExpired */._d)(error)
                ? { fix: 'the credentials that this step found have expired: sign in again before this step' }
                : undefined;
    }
}

;// CONCATENATED MODULE: ./lib/signin/denied/mixed-keys.js
function mixedKeys({ accessKeyId, sessionToken }) {
    if (accessKeyId.startsWith('AKIA') && sessionToken)
        return "the key is a long-lived one (AKIA…), which has no session token, but one is given: an earlier step may have left it; write AWS_SESSION_TOKEN: '' in the env of this step, or take it out of the profile";
    if (accessKeyId.startsWith('ASIA') && !sessionToken)
        return 'the key is that of a session (ASIA…), and its session token is missing: give AWS_SESSION_TOKEN, or aws_session_token in the profile, as well';
    return undefined;
}

// EXTERNAL MODULE: ./lib/signin/session-tags.js
var session_tags = __webpack_require__(8542);
// EXTERNAL MODULE: ./lib/base/clock.js
var clock = __webpack_require__(4743);
// EXTERNAL MODULE: ./lib/base/proxy.js
var base_proxy = __webpack_require__(5309);
// EXTERNAL MODULE: ./lib/base/retry.js
var retry = __webpack_require__(7091);
;// CONCATENATED MODULE: ./lib/signin/sts/endpoint.js


function stsEndpoint(name, env) {
    const shared = (0,shared_config/* endpointSettings */.h6)('sts', env);
    const configured = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL || shared.endpoint;
    const ignored = (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? shared.ignoreConfigured) === 'true';
    if (configured && !ignored)
        return new URL(configured);
    const { region, fips: named, global } = (0,aws_partition/* regionOf */.AP)(name);
    const { name: partition, domain, dualStackDomain } = (0,aws_partition/* partitionOf */.iQ)(region);
    const dualStack = (env.AWS_USE_DUALSTACK_ENDPOINT ?? shared.dualStack) === 'true';
    const wanted = named || (env.AWS_USE_FIPS_ENDPOINT ?? shared.fips) === 'true';
    if (global && !wanted && !dualStack)
        return new URL(`https://sts.${domain}`);
    const fips = wanted && (dualStack || partition !== 'aws-us-gov');
    const label = global ? 'aws-global' : region;
    return new URL(`https://sts${fips ? '-fips' : ''}.${label}.${dualStack ? dualStackDomain : domain}`);
}

;// CONCATENATED MODULE: ./lib/signin/sts/context.js








const RULES = { attempts: retry/* HOUSE_RULES */.$.attempts, budgetMs: 60_000 };
function makeContext(request, runner, signal) {
    const { proxy, region, regionName, attempts, source } = request;
    const set = attempts === undefined ? {} : { attempts };
    for (const url of [proxy.httpProxy, proxy.httpsProxy])
        maskProxyPassword(url, runner);
    const { node } = process.versions;
    if ((proxy.httpProxy || proxy.httpsProxy) && !(0,base_proxy/* nodeKnowsProxies */.PV)(node)) {
        runner.warning(`The proxy is not used: the runner's Node ${node} does not support one. Update the runner: Node 24.5 and newer do.`);
    }
    return {
        http: (0,base_http/* makeHttp */.fK)(proxy, request.plainHttpHosts),
        direct: () => (0,base_http/* makeHttp */.fK)({}, request.plainHttpHosts),
        call: (0,retry/* makeCall */.p)({ clock: clock/* systemClock */.m, say: runner.info, signal, rules: set }),
        how: { rules: { ...RULES, ...set }, classify: signInVerdict },
        attempts,
        signal,
        env: { ...runner.env },
        endpoint: request.endpoint ? new URL(request.endpoint) : stsEndpoint(regionName, runner.env),
        region,
        meant: source === 'ambient',
        mask: runner.mask,
        say: runner.info,
        notice: runner.notice,
    };
}
function maskProxyPassword(url, runner) {
    const password = url && (0,base_proxy/* isProxyUrl */.IZ)(url) ? new URL(url).password : '';
    if (!password)
        return;
    runner.mask(password);
    runner.mask(decodeURIComponent(password));
}
const MAX_SKEW_MS = 240_000;
function callSts({ http, endpoint, region, call, how }, action, attempt) {
    let offset = 0;
    let moved = false;
    const timed = async (signal) => {
        moved = false;
        try {
            return await attempt({ http, endpoint, region, signal, at: new Date(Date.now() + offset) });
        }
        catch (error) {
            const skew = error instanceof StsError && error.date !== undefined ? error.date - Date.now() : offset;
            moved = Math.abs(skew - offset) > MAX_SKEW_MS && REFUSED_FOR_TIME.has((0,retryable/* shapeOf */.F5)(error).name);
            if (moved)
                offset = skew;
            throw error;
        }
    };
    const classify = (error) => (moved ? 'transient' : signInVerdict(error));
    return call(action, timed, { ...how, classify });
}
const REFUSED_FOR_TIME = new Set([
    'SignatureDoesNotMatch',
    'RequestTimeTooSkewed',
    'RequestExpired',
    'InvalidSignatureException',
]);

;// CONCATENATED MODULE: ./lib/signin/chain.js








const INTERMEDIATE_SECONDS = 900;
async function assumeFirst(context, request, { who, roleArn, last }) {
    const { region, endpoint } = context;
    let held = await who.token({ anew: false });
    let spent = false;
    const params = assumeParams(request, roleArn, { last, index: 0 });
    const session = await callSts(context, 'sts:AssumeRoleWithWebIdentity', async (call) => {
        held = await who.token({ anew: spent });
        spent = false;
        try {
            return await assumeWithWebIdentity({ ...call, plain: who.plain }, params, held.token);
        }
        catch (error) {
            spent = (0,retryable/* isExpired */._d)(error);
            throw error;
        }
    }).catch((error) => {
        const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, claims: held?.claims };
        throw denied_denied(error, { ...asked, tokenFile: who.tokenFile }, Date.now());
    });
    maskCredentials(context, session.credentials);
    checkAnswer(session.arn, roleArn);
    return session;
}
async function chain(context, request, { start, roles }) {
    let { session, role } = start;
    const offset = request.roles.length - roles.length;
    for (const [hop, roleArn] of roles.entries()) {
        const byTokenFile = hop === 0 && start.byTokenFile === true;
        const next = { hop, index: hop + offset, roleArn, callerRole: role, caller: session, byTokenFile };
        session = await assumeNext(context, request, next);
        role = roleArn;
    }
    return session;
}
async function assumeNext(context, request, step) {
    const { region, endpoint, env } = context;
    const { hop, index, roleArn, caller, byTokenFile } = step;
    const params = assumeParams(request, roleArn, { last: index === request.roles.length - 1, index });
    const externalId = pick(request.externalIds, index);
    const mixed = mixedKeys(caller.credentials);
    const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, externalId, byTokenFile, mixed };
    const assume = (tags) => {
        const all = { ...params, externalId, ...tags };
        return callSts(context, 'sts:AssumeRole', (call) => assumeRole({ ...call, credentials: caller.credentials }, all));
    };
    const tags = tagSteps(request.tags, (0,session_tags/* tagsOfHop */.sN)(request.tags, env, hop));
    const session = await withTags(tags, assume, (line) => context.say(`${roleArn} ${line}`)).catch((hop) => {
        const tagged = Object.keys(hop.tags.tags).length > 0;
        throw denied_denied(hop.error, { ...asked, tags: tagged, callerArn: callerArn(hop.error, step) }, Date.now());
    });
    maskCredentials(context, session.credentials);
    checkAnswer(session.arn, roleArn);
    return session;
}
function tagSteps({ skip, custom, transitiveKeys }, { all, fewer }) {
    if (skip)
        return [all];
    const asked = Object.keys(custom).length > 0 || transitiveKeys.length > 0;
    return asked ? [all, fewer] : [all, fewer, { tags: {}, transitiveTagKeys: [] }];
}
async function withTags([tags, ...steps], assume, say) {
    if (!tags)
        throw new Error('a call has tags, if only none');
    return assume(tags).catch((error) => {
        const rest = steps.filter((it) => isTooLarge(error) || (isTaggingRefused(error) && Object.keys(it.tags).length === 0));
        if (!rest[0])
            throw { error, tags };
        const next = Object.keys(rest[0].tags).length === 0 ? 'without' : 'with fewer';
        say(`may not be assumed with session tags (${error.name}): trying ${next}`);
        return withTags(rest, assume, say);
    });
}
function isTooLarge(error) {
    return error instanceof StsError && error.name === 'PackedPolicyTooLarge';
}
function isTaggingRefused(error) {
    return error instanceof StsError && error.name === 'AccessDenied' && /sts:TagSession/.test(error.message);
}
function callerArn(error, { callerRole, caller }) {
    const named = error instanceof StsError ? /User: (arn:\S+) is not/.exec(error.message)?.[1] : undefined;
    const arn = callerRole ?? named ?? caller.arn;
    const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
    return role ? `arn:${partition}:iam::${account}:role/${role}` : arn || 'the credentials of this step';
}
function assumeParams(request, roleArn, { last, index }) {
    return {
        roleArn,
        sessionName: pick(request.sessionNames, index) ?? '',
        durationSeconds: last ? request.durationSeconds : INTERMEDIATE_SECONDS,
        ...(last ? { policy: request.sessionPolicy, policyArns: request.sessionPolicyArns } : {}),
    };
}
function pick(values, index) {
    return values.length > 1 ? values[index] : values[0];
}
function maskCredentials({ mask }, { secretAccessKey, sessionToken }) {
    mask(secretAccessKey);
    if (sessionToken)
        mask(sessionToken);
}
function checkAnswer(arn, roleArn) {
    const { account, name } = roleParts(roleArn);
    const [, , , , givenAccount, resource = ''] = arn.split(':');
    if (givenAccount === account && resource.split('/')[1] === name)
        return;
    throw new problem/* Problem */.AF({
        what: `STS gave a session of ${arn}, not of ${roleArn}`,
        why: 'the endpoint that answered is not the AWS that the role belongs to',
        fix: 'check sts-endpoint, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL',
    });
}

// EXTERNAL MODULE: ./lib/base/edge/network.js
var network = __webpack_require__(3545);
// EXTERNAL MODULE: ./lib/base/read-text.js
var read_text = __webpack_require__(9213);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./lib/base/deadline.js
var deadline = __webpack_require__(4361);
;// CONCATENATED MODULE: ./lib/signin/identity/source.js
class Absent extends Error {
    constructor(message) {
        super(message);
        this.name = 'Absent';
    }
}
class Failing extends Error {
    constructor(message, options) {
        super(message, options);
        this.name = 'Failing';
    }
}
function gist({ details: { on, what } }) {
    return on ? `${on}: ${what}` : what;
}
function credentialsOf(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return 'its answer is not JSON';
    }
    const { Code, AccessKeyId, SecretAccessKey, Token, Expiration } = value ?? {};
    if (typeof Code === 'string' && Code !== 'Success')
        return `it answers ${Code.slice(0, 80)}`;
    if (!isKey(AccessKeyId) || !isKey(SecretAccessKey))
        return 'its answer holds no credentials';
    if (Token && !isKey(Token))
        return 'its answer holds a session token that no request can carry';
    const expiration = typeof Expiration === 'string' ? new Date(Expiration) : undefined;
    return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(isKey(Token) ? { sessionToken: Token } : {}),
        ...(expiration && !Number.isNaN(expiration.getTime()) ? { expiration } : {}),
    };
}
function isKey(value) {
    return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

;// CONCATENATED MODULE: ./lib/signin/identity/metadata.js







const METADATA_MS = 1_000;
async function instanceCredentials(context) {
    const { env, call } = context;
    if (/^(?!false$)./i.test(env.AWS_EC2_METADATA_DISABLED ?? ''))
        throw new Absent('AWS_EC2_METADATA_DISABLED is set');
    const base = serviceUrl(env);
    if (!meansInstance(context))
        await checkReachable(base);
    const http = context.direct();
    try {
        return await call("the machine's role from EC2's metadata service", (signal) => read(http, base, { env, signal }), patience(context));
    }
    catch (error) {
        if (error instanceof MetadataError && error.status === 404)
            throw new Absent('it says that this machine has no role');
        if (error instanceof MetadataError && error.status >= 400 && error.status < 500 && error.status !== 429) {
            throw new Absent(`the server at ${base.host} gives no credentials (HTTP ${error.status})`);
        }
        if (error instanceof problem/* Problem */.AF && error.details.cause instanceof deadline/* NoAnswer */.W)
            throw new Failing(`${error.details.what}${HOP_LIMIT}`, { cause: error });
        throw error;
    }
    finally {
        http.close();
    }
}
const HOP_LIMIT = '; in a container, version 2 answers only with a hop limit of 2: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id …';
const OUTAGE_MS = 20_000;
function patience({ attempts = 30 }) {
    return { rules: { attempts, callMs: 5_000, budgetMs: OUTAGE_MS, capMs: 2_000 }, classify: metadataVerdict };
}
function serviceUrl(env) {
    const given = env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
    const ipv6 = /^ipv6$/i.test(env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ?? '');
    const url = URL.parse(given || (ipv6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254'));
    if (!url)
        throw new Failing('AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL: write http://169.254.169.254');
    return url;
}
function meansInstance({ env, meant }) {
    return Boolean(env.AWS_EC2_METADATA_SERVICE_ENDPOINT) || meant || isMadeByAmazon();
}
function isMadeByAmazon() {
    try {
        return /amazon/i.test((0,read_text/* readText */.yR)('/sys/devices/virtual/dmi/id/sys_vendor'));
    }
    catch {
        return false;
    }
}
async function checkReachable(base) {
    const host = base.hostname.replace(/^\[|\]$/g, '');
    const code = await new Promise((resolve) => {
        const socket = external_node_net_.connect({ host, port: Number(base.port || 80) });
        const end = (answer) => {
            socket.destroy();
            resolve(answer);
        };
        socket.setTimeout(METADATA_MS, () => end('ETIMEDOUT'));
        socket.once('connect', () => end(''));
        socket.once('error', (error) => end(error.code ?? 'error'));
    });
    if (code !== '' && code !== 'ECONNREFUSED' && code !== 'ECONNRESET') {
        throw new Absent(`nothing answers at ${base.host} (${code}): this machine is probably not an EC2 instance`);
    }
}
class MetadataError extends Error {
    status;
    constructor(status, message = '') {
        super(message);
        this.name = 'MetadataError';
        this.status = status;
    }
}
function metadataVerdict(error) {
    if (error instanceof MetadataError) {
        const { status } = error;
        return status === 200 || status === 401 || status === 408 || status === 429 || status >= 500
            ? 'transient'
            : 'fatal';
    }
    return (0,retryable/* shapeOf */.F5)(error).code === '' ? 'fatal' : (0,retryable/* verdictOf */.Vj)(error);
}
async function read(http, base, { env, signal }) {
    const get = async (method, path, headers) => {
        const url = new URL(path, base);
        const answer = await http.request({
            method,
            url,
            headers: { 'user-agent': base_http/* USER_AGENT */._O, ...headers },
            signal,
            plain: 'metadata',
        });
        const body = (await (0,base_http/* readBody */.x8)(answer, 1 << 16)).toString('utf8').trim();
        if (answer.status !== 200)
            throw new MetadataError(answer.status);
        return body;
    };
    const token = await get('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }).catch((error) => {
        const old = error instanceof MetadataError && [403, 404, 405].includes(error.status);
        if (!old || env.AWS_EC2_METADATA_V1_DISABLED === 'true')
            throw error;
        return '';
    });
    const path = (name) => get('GET', `/latest/meta-data/iam/${name}`, token ? { 'x-aws-ec2-metadata-token': token } : {});
    const role = (await path('security-credentials/')).split('\n')[0]?.trim() ?? '';
    if (role === '')
        throw new MetadataError(200, 'it names no role');
    const [answer, info] = await Promise.all([path(`security-credentials/${role}`), path('info').catch(() => '')]);
    const notice = nameNotice(role, info);
    return { credentials: credentialsIn(answer), ...(notice ? { notice } : {}) };
}
function credentialsIn(answer) {
    const found = credentialsOf(answer);
    if (typeof found !== 'string')
        return found;
    throw new MetadataError(200, found);
}
function nameNotice(role, info) {
    const profile = /instance-profile\/([\w+=,.@/-]+)/.exec(info)?.[1]?.split('/').at(-1);
    if (!profile || profile === role)
        return undefined;
    return `This machine's instance profile is named ${profile}, the role in it ${role}: policies, and Elastic Beanstalk's roleName, need the role's name.`;
}

;// CONCATENATED MODULE: ./lib/signin/identity/container.js






async function containerCredentials(context) {
    const { env, call } = context;
    const url = agentUrl(env);
    if (!url)
        throw new Absent('AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_CREDENTIALS_RELATIVE_URI are not set');
    const http = context.direct();
    try {
        return await call("the container's role from its agent", (signal) => container_read(http, url, { env, signal }), patience(context));
    }
    catch (error) {
        if (error instanceof Failing)
            throw error;
        const said = error instanceof MetadataError && error.message ? `: ${error.message}` : '';
        const answer = error instanceof problem/* Problem */.AF ? gist(error) : `it answered ${(0,network/* shortly */.s)(error)}`;
        throw new Failing(`${error instanceof MetadataError ? `it answered HTTP ${error.status}${said}` : answer}`, {
            cause: error,
        });
    }
    finally {
        http.close();
    }
}
function agentUrl(env) {
    const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
    const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    const text = relative ? `http://169.254.170.2${relative}` : full;
    if (!text)
        return undefined;
    if (relative && !relative.startsWith('/'))
        throw new Failing('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a /');
    const url = URL.parse(text);
    if (!url)
        throw new Failing(`AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI is not a URL`);
    return url;
}
function authorization(env) {
    const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
    let token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
    if (file) {
        try {
            token = (0,read_text/* readText */.yR)(file);
        }
        catch (thrown) {
            const { code = 'error' } = thrown;
            throw new Failing(`its token file ${file} (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) cannot be read (${code})`, {
                cause: thrown,
            });
        }
    }
    const trimmed = token?.trim();
    if (trimmed && /[\r\n]/.test(trimmed))
        throw new Failing('its authorization token has several lines');
    return trimmed || undefined;
}
async function container_read(http, url, { env, signal }) {
    const token = authorization(env);
    const headers = { accept: 'application/json', 'user-agent': base_http/* USER_AGENT */._O, ...(token ? { authorization: token } : {}) };
    const answer = await http.request({ method: 'GET', url, headers, signal, plain: 'metadata' });
    const body = (await (0,base_http/* readBody */.x8)(answer, 1 << 16)).toString('utf8');
    if (answer.status !== 200)
        throw new MetadataError(answer.status, reasonIn(body));
    const found = credentialsOf(body);
    if (typeof found === 'string')
        throw new MetadataError(200, found);
    return { credentials: found };
}
function reasonIn(body) {
    let said = body;
    try {
        const value = JSON.parse(body);
        said = [value.code ?? value.Code, value.message ?? value.Message].filter((it) => typeof it === 'string').join(': ');
    }
    catch {
    }
    const line = said.trim().split('\n')[0] ?? '';
    return /^[\x20-\x7e]{1,300}$/.test(line) && !line.startsWith('<') ? line : '';
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/aws/ini.js
var ini = __webpack_require__(5527);
// EXTERNAL MODULE: ./lib/aws/sdk-handler.js
var sdk_handler = __webpack_require__(2428);
// EXTERNAL MODULE: ./lib/base/timeouts.js
var timeouts = __webpack_require__(681);
;// CONCATENATED MODULE: ./lib/signin/identity/profile-reason.js

const PROGRAM = 'its program (credential_process)';
const KNOWN = [
    [
        /^Profile \S+ requires multi-factor authentication/,
        'its role demands a code of multi-factor authentication (mfa_serial), which no job can give: use a profile without one',
    ],
    [/^Detected a cycle/, 'its source_profile leads back to itself'],
    [/^Unsupported credential source/, 'its credential_source is not Environment, Ec2InstanceMetadata or EcsContainer'],
    [/^Command failed: .*(?:not found|No such file|not recognized|Permission denied)/s, `${PROGRAM} cannot be started`],
    [/^Command failed/, `${PROGRAM} ended with an error, which is not shown, because it may hold a secret`],
    [/credential_process returned invalid JSON/, `what ${PROGRAM} printed is not JSON`],
    [/credential_process did not return Version 1/, `what ${PROGRAM} printed has no "Version": 1`],
    [/credential_process returned invalid/, `what ${PROGRAM} printed has no AccessKeyId or no SecretAccessKey`],
    [/credential_process returned expired/, `${PROGRAM} gave credentials that have expired`],
    [
        /^The SSO session .* (?:was not found|is invalid)/,
        'nobody has signed in to its SSO session: run aws sso login on this machine',
    ],
    [/^(?:The SSO session|Token is expired)/, 'its SSO session has expired: run aws sso login on this machine'],
    [/^Sso session .* could not be found/, 'its sso_session names a section that the config file does not have'],
    [/SSO credentials\. Required|is missing required property/, 'its SSO settings are not complete'],
];
const OTHERWISE = [
    ['role_arn', (name) => `its role (role_arn) could not be assumed${name}`],
    ['credential_process', (name) => `${PROGRAM} gave no credentials${name}`],
    ['sso_', (name) => `its SSO session gave no credentials${name}: run aws sso login on this machine`],
    ['login_session', (name) => `its login session gave no credentials${name}: run aws login`],
];
function reasonOf(cause, section) {
    const { name = '', message = '' } = cause instanceof Error ? cause : {};
    const has = (setting) => new RegExp(`^\\s*${setting}\\w*\\s*=`, 'm').test(section);
    const known = KNOWN.find(([pattern]) => pattern.test(message))?.[1];
    if (known)
        return new Failing(known, { cause });
    if (/^Could not resolve credentials using profile/.test(message)) {
        if (has('role_arn'))
            return new Failing('its source_profile is not there or has no credentials', { cause });
        return new Absent('it has no credentials');
    }
    const [, tell] = OTHERWISE.find(([setting]) => has(setting)) ?? [
        '',
        (also) => `it gave no credentials${also}`,
    ];
    return new Failing(tell(/^[A-Za-z]{3,60}$/.test(name) ? ` (${name})` : ''), { cause });
}

;// CONCATENATED MODULE: ./lib/signin/identity/profile.js








const ONCE = { attempts: 1, callMs: timeouts/* PROGRAM_MS */.ID };
async function profileCredentials({ call, env, http, region }, say) {
    const named = (0,shared_config/* namedProfile */.pR)(env);
    const profile = named?.name ?? 'default';
    const { config, credentials } = (0,shared_config/* sharedFiles */.Nt)(env);
    if (!(0,external_node_fs_.existsSync)(config) && !(0,external_node_fs_.existsSync)(credentials))
        throw new Absent(`neither ${config} nor ${credentials} exists`);
    const configText = (0,shared_config/* readShared */.qA)(config);
    const credentialsText = (0,shared_config/* readShared */.qA)(credentials);
    const text = (0,ini/* sectionOf */.ZE)(configText, (0,shared_config/* configSection */.c_)(profile)) + (0,ini/* sectionOf */.ZE)(credentialsText, profile);
    if (text === '') {
        const known = [
            ...new Set([
                ...(0,ini/* sectionNames */.QN)(configText).map((it) => it.replace(/^profile /, '')),
                ...(0,ini/* sectionNames */.QN)(credentialsText),
            ]),
        ];
        const others = known.length > 0 ? `; there are ${known.slice(0, 10).join(', ')}` : '';
        throw new Absent(`it is neither in ${config} nor in ${credentials}${named ? others : ''}`);
    }
    if (/^\s*(credential_process|sso_\w+|role_arn|aws_access_key_id)\s*=/m.test(text))
        say();
    mustBeFiles([configText, credentialsText], profile);
    const { fromIni } = await Promise.all(/* import() */[__webpack_require__.e(279), __webpack_require__.e(869)]).then(__webpack_require__.t.bind(__webpack_require__, 5869, 19));
    const requestHandler = (0,sdk_handler/* sdkHandler */.D)(http);
    const provide = fromIni({
        profile,
        filepath: credentials,
        configFilepath: config,
        clientConfig: { region, requestHandler },
    });
    const ask = (signal) => Promise.race([provide({ callerClientConfig: { region: async () => region } }), aborted(signal)]);
    const found = await call(`credentials of the profile ${profile}`, ask, {
        rules: ONCE,
        classify: () => 'fatal',
    }).catch((cause) => {
        if (cause instanceof problem/* Problem */.AF)
            throw cause;
        throw reasonOf(cause, text);
    });
    return { credentials: found };
}
function mustBeFiles([config = '', credentials = ''], profile) {
    const seen = new Set();
    for (let name = profile; name !== undefined && !seen.has(name);) {
        seen.add(name);
        const text = (0,ini/* sectionOf */.ZE)(config, (0,shared_config/* configSection */.c_)(name)) + (0,ini/* sectionOf */.ZE)(credentials, name);
        const [, tokenFile] = /^\s*web_identity_token_file\s*=\s*(.+?)\s*$/m.exec(text) ?? [];
        if (tokenFile && (0,external_node_fs_.statSync)(tokenFile, { throwIfNoEntry: false })?.isFile() === false)
            throw new Failing(`its web_identity_token_file ${tokenFile} is not a file`);
        name = /^\s*source_profile\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
    }
}
function aborted(signal) {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

;// CONCATENATED MODULE: ./lib/signin/identity/ambient.js







class NoCredentials extends problem/* Problem */.AF {
    failing;
    tried;
    constructor(failing, tried, cause) {
        const list = tried.map((line) => `- ${line}`).join('\n');
        super({
            what: failing ? `no credentials: ${failing}` : 'this machine has no identity of its own',
            why: `what was tried, in order:\n${list}`,
            fix: 'fix that source, or unset its variables; or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume',
            cause,
        });
        this.failing = failing !== undefined;
        this.tried = list;
    }
}
async function ambientCredentials(context, { kind: only, why }, webIdentity) {
    const tried = [];
    for (const { kind, described, give } of sources(context, webIdentity)) {
        if (only && kind !== only)
            continue;
        let said = false;
        const say = () => {
            if (!said)
                context.say(`Identity: ${described} (${why})`);
            said = true;
        };
        try {
            const given = await give(say);
            say();
            return { ...given, identity: { kind, described } };
        }
        catch (error) {
            const absent = error instanceof Absent;
            if (!absent && error instanceof problem/* Problem */.AF && kind === 'token-file')
                throw error;
            context.signal.throwIfAborted();
            const answer = absent || error instanceof Failing ? error.message : ambient_reasonOf(error);
            tried.push(`${described}: ${answer}`);
            if (!absent)
                throw new NoCredentials(`${described}: ${answer}`, tried, error);
        }
    }
    throw new NoCredentials(undefined, tried, undefined);
}
function ambient_reasonOf(error) {
    return error instanceof problem/* Problem */.AF ? gist(error) : (0,network/* shortly */.s)(error);
}
function sources(context, webIdentity) {
    const { env } = context;
    const profile = (0,shared_config/* namedProfile */.pR)(env);
    return [
        { kind: 'keys', described: 'the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', give: async () => keys(env) },
        {
            kind: 'profile',
            described: profile ? `the profile ${profile.name} (${profile.by})` : 'the profile default of the shared files',
            give: (say) => profileCredentials(context, say),
        },
        {
            kind: 'token-file',
            described: 'the web identity token file of the environment',
            give: async (say) => {
                if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
                    say();
                    return webIdentity();
                }
                throw new Absent('AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set');
            },
        },
        {
            kind: 'container',
            described: 'the container (EKS Pod Identity, ECS or CodeBuild)',
            give: () => containerCredentials(context),
        },
        {
            kind: 'instance',
            described: 'the EC2 instance profile',
            give: () => instanceCredentials(context),
        },
    ];
}
function keys({ AWS_PROFILE, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token, }) {
    if (!id && !secret)
        throw new Absent('not set');
    if (AWS_PROFILE)
        throw new Absent('skipped, because AWS_PROFILE names a profile: unset it to use the keys');
    if (!id || !secret)
        throw new Absent(`${id ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is missing`);
    const values = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token ?? '' };
    const spaced = Object.entries(values).filter(([, value]) => /\s/.test(value));
    if (spaced.length > 0) {
        const names = spaced.map(([name]) => name).join(' and ');
        throw new Failing(`${names} ${spaced.length > 1 ? 'have' : 'has'} a line break or a space in it: store the secret anew, without it`);
    }
    return { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } };
}

;// CONCATENATED MODULE: ./lib/signin/identity/github-oidc.js




const TOKEN_MARGIN_MS = 30_000;
function githubIdentity(context, audience) {
    let held;
    return {
        identity: { kind: 'github-oidc', described: 'GitHub OIDC' },
        plain: 'loopback',
        token: async ({ anew }) => {
            const left = held ? held.claims.exp * 1000 - Date.now() : 0;
            if (!held || anew || left < TOKEN_MARGIN_MS)
                held = await githubToken(context, audience);
            return held;
        },
    };
}
class TokenEndpointError extends Error {
    status;
    notYet;
    constructor({ status, notYet = false }) {
        super(`HTTP ${status}`);
        this.name = 'TokenEndpointError';
        this.status = status;
        this.notYet = notYet;
    }
}
async function githubToken(context, audience) {
    const { http, call, env, mask } = context;
    const url = new URL(env.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
    url.searchParams.set('audience', audience);
    const headers = {
        authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ''}`,
        accept: 'application/json',
        'user-agent': base_http/* USER_AGENT */._O,
    };
    const ask = async (signal) => {
        const answer = await http.request({ method: 'GET', url, headers, signal, plain: 'loopback' });
        const body = (await (0,base_http/* readBody */.x8)(answer, 1 << 20)).toString('utf8');
        if (answer.status !== 200)
            throw new TokenEndpointError({ status: answer.status, notYet: /'(Pending|Delayed)'/.test(body) });
        const token = tokenIn(body);
        if (token)
            mask(token);
        const claims = token ? readClaims(token) : undefined;
        if (!token || !claims)
            throw new TokenEndpointError({ status: 200 });
        return { token, claims };
    };
    const how = { ...context.how, classify: tokenVerdict };
    return call("GitHub's id token", ask, how).catch((error) => {
        throw error instanceof TokenEndpointError ? refused(error) : error;
    });
}
function tokenVerdict(error) {
    if (!(error instanceof TokenEndpointError))
        return (0,retryable/* verdictOf */.Vj)(error);
    const verdict = error.notYet || error.status === 408 ? 'transient' : (0,retryable/* verdictOf */.Vj)(error);
    return verdict === 'fatal' && error.status !== 403 ? 'grace' : verdict;
}
function refused(error) {
    const { status } = error;
    if (status === 200) {
        return new problem/* Problem */.AF({
            what: "GitHub's token endpoint answered without a token",
            why: 'something between this step and GitHub answers in its place, or GitHub has an outage',
            fix: 'check the proxy of the runner, look at https://www.githubstatus.com, and run the job again',
            cause: error,
        });
    }
    const denied = status === 401 || status === 403;
    return new problem/* Problem */.AF({
        what: `GitHub gave no id token (HTTP ${(0,retryable/* shapeOf */.F5)(error).status})`,
        why: denied
            ? 'the job may ask for a token, but this request was refused: the job has ended, or the request token belongs to another job'
            : undefined,
        fix: denied
            ? 'run the job again; if it keeps happening, look at https://www.githubstatus.com'
            : 'run the job again',
        cause: error,
    });
}
function tokenIn(body) {
    try {
        const { value } = JSON.parse(body);
        return typeof value === 'string' ? value : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/base/environment.js
var environment = __webpack_require__(4464);
;// CONCATENATED MODULE: ./lib/signin/identity/no-identity.js



function noIdToken(env, pullRequest, tried) {
    const also = tried ? `\n${tried}` : '';
    if (pullRequest && pullRequest.head !== pullRequest.base && env.GITHUB_EVENT_NAME !== 'pull_request_target') {
        return new problem/* Problem */.AF({
            what: `this pull request comes from a fork (${pullRequest.head}), and GitHub gives jobs of forks no id token`,
            why: `no permissions block can change that: code from a stranger must not reach your AWS account${also}`,
            fix: 'skip the step for forks: if: github.event.pull_request.head.repo.full_name == github.repository; or publish after the merge, on push',
        });
    }
    if (env.GITHUB_ACTOR === 'dependabot[bot]') {
        return new problem/* Problem */.AF({
            what: "the job was started by Dependabot, whose jobs get GitHub's read-only token and Dependabot's secrets",
            why: `such a job has no id-token: write unless its permissions block says so${also}`,
            fix: `write in the job:\n${PERMISSIONS}\nand give the role's ARN as a variable: such a job cannot read the secrets of Actions`,
        });
    }
    const other = (0,environment/* actLike */.G)(env);
    if (other) {
        return new problem/* Problem */.AF({
            what: `the job has no id token: it runs on ${other}, which gave it none`,
            why: `AWS trusts the tokens of an issuer that it can reach${also}`,
            fix: `${other === 'act' ? '' : 'on Forgejo, write enable-openid-connect: true in the job; otherwise '}give the job keys of a session, a profile (AWS_PROFILE), or the identity of its machine, with credentials-source: ambient`,
        });
    }
    const called = calledWorkflow(env);
    return new problem/* Problem */.AF({
        what: 'the job has no permission to ask GitHub for an id token: id-token: write is missing',
        why: `a job's permissions block replaces the workflow's block entirely${also}`,
        fix: `write in the job, or at the top of the workflow:\n${PERMISSIONS}${called}`,
    });
}
const PERMISSIONS = 'permissions:\n  id-token: write\n  contents: read';
function calledWorkflow(env) {
    const job = env.GITHUB_JOB ? ` (here: ${env.GITHUB_JOB})` : '';
    return `\nIf this job is in a reusable workflow, the caller's job must grant id-token: write as well${job}: permissions only shrink on the way down`;
}
function readPullRequest(env) {
    try {
        const event = JSON.parse((0,read_text/* readText */.yR)(env.GITHUB_EVENT_PATH ?? ''));
        const { head, base } = event.pull_request ?? {};
        return base?.repo?.full_name ? { head: head?.repo?.full_name ?? 'deleted', base: base.repo.full_name } : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/signin/identity/token-file.js




function fileIdentity(context, input) {
    const tokenFile = input ?? context.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
    return {
        identity: { kind: 'token-file', described: 'the web identity token file' },
        plain: 'named',
        tokenFile,
        token: () => fileToken(context, tokenFile),
    };
}
async function fileToken({ env, mask }, path) {
    if (path === '') {
        throw new problem/* Problem */.AF({
            on: 'Input web-identity-token-file',
            what: 'no token file is given: the input is empty and AWS_WEB_IDENTITY_TOKEN_FILE is not set, but credentials-source is token-file',
            fix: 'give the path of the file, or choose another credentials-source',
        });
    }
    const full = (0,external_node_path_.resolve)(env.GITHUB_WORKSPACE ?? '', path);
    const token = await Promise.resolve(full)
        .then(read_text/* readText */.yR)
        .then((text) => text.trim(), (cause) => {
        throw new problem/* Problem */.AF({
            what: `the web identity token file ${full} cannot be read (${cause.code ?? 'error'})`,
            fix: 'check web-identity-token-file and AWS_WEB_IDENTITY_TOKEN_FILE, and that the file is mounted where this step runs',
            cause,
        });
    });
    if (token)
        mask(token);
    const claims = readClaims(token);
    if (!claims) {
        throw new problem/* Problem */.AF({
            what: `the web identity token file ${full} does not hold a JSON web token`,
            fix: 'the file must hold one id token and nothing else, as EKS writes it',
        });
    }
    return { token, claims };
}

;// CONCATENATED MODULE: ./lib/signin/acquire.js










async function acquire(context, request, choice) {
    if (choice.source === 'ambient')
        return acquireAmbient(context, request, choice);
    const { env, region } = context;
    const fromGithub = choice.source === 'github-oidc';
    const who = fromGithub
        ? githubIdentity(context, request.audience ?? (0,aws_partition/* partitionOf */.iQ)(region).audience)
        : fileIdentity(context, request.tokenFile);
    const roleArn = request.roles[0] ?? (fromGithub ? undefined : env.AWS_ROLE_ARN);
    if (!roleArn)
        throw noRole('it is empty, and a token needs a role to sign in to');
    const session = await assumeFirst(context, request, { who, roleArn, last: request.roles.length <= 1 });
    const start = { session, role: roleArn };
    return { ...(await chain(context, request, { start, roles: request.roles.slice(1) })), identity: who.identity };
}
async function acquireAmbient(context, request, choice) {
    const found = await ambientCredentials(context, choice, () => podRole(context, request)).catch((error) => {
        throw withoutAmbient(error, context, request);
    });
    const { credentials, identity, notice, roleArn } = found;
    if (notice)
        context.notice(notice);
    maskCredentials(context, credentials);
    const bare = request.roles.some((role) => !role.startsWith('arn:'));
    const arn = found.arn ?? (request.roles.length === 0 || bare ? await whoAmI(context, found) : '');
    const [, partition = 'aws', , , account = ''] = arn.split(':');
    const roles = request.roles.map((role) => role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`);
    const start = { session: { credentials, arn }, role: roleArn, byTokenFile: identity.kind === 'token-file' };
    return { ...(await chain(context, request, { start, roles })), identity };
}
async function podRole(context, request) {
    const roleArn = context.env.AWS_ROLE_ARN ?? '';
    const who = fileIdentity(context, undefined);
    const last = request.roles.length === 0;
    const own = last ? request : { ...request, sessionNames: request.sessionNames.slice(0, 1) };
    const { credentials, arn } = await assumeFirst(context, own, { who, roleArn, last });
    return { credentials, arn, roleArn };
}
async function whoAmI(context, { credentials, identity }) {
    return callSts(context, 'sts:GetCallerIdentity', (call) => callerIdentity({ ...call, credentials })).catch((error) => {
        if (!(error instanceof StsError))
            throw error;
        throw new problem/* Problem */.AF({
            what: `sts:GetCallerIdentity was refused with ${error.name} (HTTP ${error.status})`,
            why: `AWS does not accept the credentials that this step found in ${identity.described}`,
            fix: mixedKeys(credentials) ??
                `check where they come from, and whether the account has enabled the region ${context.region}, as opt-in regions answer so too; or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume`,
            cause: error,
        });
    });
}
function withoutAmbient(error, { env }, { roles, source, tokenFile }) {
    if (!(error instanceof NoCredentials) || error.failing || source === 'ambient' || tokenFile)
        return error;
    if (roles.length === 0)
        return noRole('it is empty, and this machine has no identity of its own', error.tried);
    const tried = `this machine has no identity of its own either:\n${error.tried}`;
    return noIdToken(env, readPullRequest(env), tried);
}
function noRole(what, tried) {
    const why = 'a secret or variable that does not exist gives an empty string: in pull requests from forks, for Dependabot, outside the environment that holds it, in a reusable workflow whose caller passes no secrets, or after a typo';
    return new problem/* Problem */.AF({
        on: 'Input role-to-assume',
        what,
        why: tried ? `${why}\nwhat was tried, in order:\n${tried}` : why,
        fix: "write the role's ARN in the workflow, or as a variable (vars.…): it is not a secret",
    });
}

;// CONCATENATED MODULE: ./lib/signin/check-account.js

function checkAccount(arn, allowed) {
    const account = arn.split(':')[4] ?? '';
    if (allowed.length === 0 || allowed.includes(account))
        return;
    throw new problem/* Problem */.AF({
        what: `signed in to account ${account}, which is not allowed here`,
        on: arn,
        why: `allowed-account-ids is ${allowed.join(', ')}`,
        fix: 'correct role-to-assume, or add the account; nothing was exported',
    });
}
function checkSame(arn, before) {
    const [was, is] = [before, arn].map((it) => it.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1'));
    if (was === is)
        return;
    throw new problem/* Problem */.AF({
        on: arn,
        what: `the new session would belong to another identity; the step signed in as ${before}`,
        why: 'what the step signs in with has changed since: the role of the machine, the token file, or the server that gives the credentials',
        fix: 'to use another identity, sign in in a separate step; otherwise find out what changed the identity of this machine',
    });
}

;// CONCATENATED MODULE: ./lib/signin/identity/choose.js
function hasIdToken(env) {
    return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}
function chooseSource({ source, tokenFile, role }, env) {
    if (source !== 'auto')
        return { source, why: `credentials-source is ${source}` };
    if (tokenFile)
        return { source: 'token-file', why: 'web-identity-token-file is given' };
    if (role && hasIdToken(env)) {
        return { source: 'github-oidc', why: 'the job has id-token: write and a role is given' };
    }
    const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: own } = env;
    if (file && own && role && role !== own) {
        const why = `AWS_WEB_IDENTITY_TOKEN_FILE is set: the step signs in as ${own} (AWS_ROLE_ARN), which then assumes role-to-assume; credentials-source: token-file would ask for role-to-assume with the token itself`;
        return { source: 'ambient', kind: 'token-file', why };
    }
    if (file && (role || own))
        return { source: 'token-file', why: 'AWS_WEB_IDENTITY_TOKEN_FILE is set' };
    if (!role)
        return { source: 'ambient', why: 'no role is given' };
    return { source: 'ambient', why: 'the job has no id-token: write, and there is no web identity token file' };
}

// EXTERNAL MODULE: ./lib/signin/mask-accounts.js
var mask_accounts = __webpack_require__(1805);
;// CONCATENATED MODULE: ./lib/signin/renew.js
const MARGIN_MS = 5 * 60_000;
function renewing(first, again, now = Date.now) {
    let held = first;
    let since = now();
    let renewal;
    const renew = () => {
        renewal ??= again()
            .then((fresh) => {
            held = fresh;
            since = now();
            return fresh;
        })
            .finally(() => {
            renewal = undefined;
        });
        return renewal;
    };
    const provide = async () => {
        const left = (held.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now();
        if (left > MARGIN_MS)
            return held;
        return renew().catch((error) => {
            if (left > 0)
                return held;
            throw error;
        });
    };
    return Object.assign(provide, {
        memoized: true,
        forget: (gotBefore) => {
            if (since <= gotBefore)
                held = { ...held, expiration: new Date(0) };
        },
    });
}

;// CONCATENATED MODULE: ./lib/signin/tell.js


function tellChoice(runner, { source, why }, existing) {
    if (existing)
        runner.info(`Identity: ${existing.described} (${why})`);
    else if (source !== 'ambient')
        runner.info(`Identity: ${NAMES[source]} (${why})`);
}
const NAMES = { 'github-oidc': 'GitHub OIDC', 'token-file': 'web identity token file' };
function isOfAws({ hostname }, region) {
    const { domain, dualStackDomain } = (0,aws_partition/* partitionOf */.iQ)(region);
    return [domain, dualStackDomain].some((it) => hostname.endsWith(`.${it}`));
}
function tellSession(request, runner, { source, session, endpoint, region }) {
    const { arn, credentials, identity } = session;
    if (request.maskAccountId)
        for (const value of [arn, arn.split(':')[4] ?? ''])
            runner.mask(value);
    const until = credentials.expiration ? `, until ${credentials.expiration.toISOString()}` : '';
    runner.info(`Signed in as ${arn}${until}`);
    if (!request.endpoint && !isOfAws(endpoint, region)) {
        runner.info(`Asked ${endpoint.host}, which is not AWS: AWS_ENDPOINT_URL, or endpoint_url of the profile, names it.`);
    }
    if (identity.kind === 'keys' && runner.env.AWS_ACCESS_KEY_ID?.startsWith('AKIA')) {
        runner.warning("The environment holds a long-lived access key. The job's own identity needs none: permissions id-token: write, and role-to-assume.");
    }
    for (const text of withoutEffect(request, source))
        runner.warning(text);
}
function withoutEffect(request, source) {
    const { tags, externalIds, roles } = request;
    const tagKeys = tags.skip ? [] : [...session_tags/* JOB_TAG_KEYS */.iE, ...Object.keys(tags.custom)];
    const assumes = source === 'ambient' ? roles.length > 0 : roles.length > 1;
    const given = {
        'custom-tags': (tags.skip || !assumes) && Object.keys(tags.custom).length > 0,
        'transitive-tag-keys': assumes ? tags.transitiveKeys.some((key) => !tagKeys.includes(key)) : tags.transitiveKeys[0],
        'role-external-id': !assumes && externalIds.length > 0,
    };
    const names = Object.entries(given).filter(([, unused]) => unused);
    if (names.length === 0)
        return [];
    const list = names.map(([name]) => name).join(', ');
    const untagged = tags.skip
        ? 'The session has no tags (role-skip-session-tagging).'
        : 'The session has no tag of such a key; letter case counts.';
    const why = assumes
        ? untagged
        : 'Only a role that is assumed with the credentials of another identity takes them, not one of a web identity token.';
    return [`No effect: ${list}. ${why}`];
}

;// CONCATENATED MODULE: ./lib/signin/index.js













const PLAIN_SECRET_ATTEMPTS = 30;
async function signIn(request, runner, signal) {
    if (!request.maskAccountId)
        return signInTold(request, runner, signal);
    try {
        return { ...(await signInTold(request, (0,mask_accounts/* discreet */.C)(runner), signal)), runner };
    }
    catch (thrown) {
        (0,mask_accounts/* maskInError */.G_)(thrown, runner);
        throw thrown;
    }
}
async function signInTold(request, runner, signal) {
    if (request.unsetCurrent)
        for (const name of aws_session/* CREDENTIAL_VARIABLES */.e)
            runner.unset(name);
    if ((0,shared_config/* namedProfile */.pR)(runner.env)?.by === 'AWS_DEFAULT_PROFILE')
        runner.here((0,shared_config/* endpointVariables */.Fy)(runner.env));
    const context = makeContext(request, runner, signal);
    const { http, call, region } = context;
    const existing = request.useExisting ? await existingSession(context, request) : undefined;
    const choice = existing
        ? { source: 'ambient', why: 'use-existing-credentials, and AWS accepts them' }
        : choose(request, runner);
    tellChoice(runner, choice, existing?.identity);
    if (existing || (choice.source === 'ambient' && request.roles.length === 0))
        refuseSessionPolicies(request);
    const session = existing ?? (await acquirePlain(context, request, choice));
    checkAccount(session.arn, request.allowedAccountIds);
    tellSession(request, runner, { source: choice.source, session, endpoint: context.endpoint, region });
    const { arn, identity } = session;
    const [, partition = 'aws', , , accountId = ''] = arn.split(':');
    const credentials = renewing(session.credentials, async () => {
        runner.info('Signing in again: the session is about to end, or has ended');
        return again(context, { ...request, roles: existing ? [] : request.roles }, { choice, identity, arn });
    });
    return {
        session: {
            accountId,
            arn,
            partition,
            region,
            source: choice.source,
            identity,
            endpoint: context.endpoint.href,
            existing: existing !== undefined,
            credentials,
        },
        aws: (0,client/* makeAws */.It)({
            region,
            credentials,
            http,
            call,
            fips: (0,aws_partition/* regionOf */.AP)(request.regionName).fips,
            profile: (0,shared_config/* profileInUse */.q8)(runner.env),
        }),
        http,
        runner,
        signal,
    };
}
async function signInAgain(held, runner, signal) {
    const { request, identity, arn } = held;
    const context = makeContext(request, runner, signal);
    const choice = { source: request.source === 'auto' ? 'ambient' : request.source, why: 'refresh-credentials' };
    if (choice.source === 'github-oidc' && !hasIdToken(runner.env))
        throw noIdToken(runner.env, undefined);
    try {
        return await again(context, request, { choice, identity, arn });
    }
    finally {
        context.http.close();
    }
}
async function again(context, request, { choice, identity, arn }) {
    const kind = choice.source === 'ambient' ? { kind: identity.kind } : {};
    const renewed = await acquirePlain(context, request, { ...choice, ...kind });
    checkSame(renewed.arn, arn);
    return renewed.credentials;
}
function choose(request, { env }) {
    const choice = chooseSource({ ...request, role: request.roles[0] }, env);
    if (choice.source === 'github-oidc' && !hasIdToken(env))
        throw noIdToken(env, readPullRequest(env));
    return choice;
}
function refuseSessionPolicies({ sessionPolicy, sessionPolicyArns }) {
    if (sessionPolicy === undefined && sessionPolicyArns.length === 0)
        return;
    throw new problem/* Problem */.AF({
        on: `Input ${sessionPolicy ? 'inline-session-policy' : 'managed-session-policies'}`,
        what: 'session policies are given, but no role is assumed',
        why: 'this step uses the credentials that it found as they are, and nothing would narrow them',
        fix: 'give role-to-assume (without use-existing-credentials), or leave the session policies out',
    });
}
async function existingSession(context, request) {
    const how = { ...context.how, rules: { ...context.how.rules, attempts: 1 } };
    const quiet = { ...context, how, attempts: 1, say: () => { } };
    try {
        return await acquire(quiet, { ...request, roles: [], source: 'ambient' }, { source: 'ambient', why: '' });
    }
    catch (error) {
        if (error instanceof problem/* Problem */.AF)
            return undefined;
        throw error;
    }
}
async function acquirePlain(context, request, choice) {
    let session = await acquire(context, request, choice);
    if (!request.specialCharactersWorkaround)
        return session;
    for (let tried = 1; /[^A-Za-z0-9]/.test(session.credentials.secretAccessKey); tried++) {
        if (tried === PLAIN_SECRET_ATTEMPTS) {
            throw new problem/* Problem */.AF({
                what: `${tried} sessions in a row had a secret key with special characters`,
                fix: 'run the job again, or quote the variable where it is used and leave special-characters-workaround out',
            });
        }
        session = await acquire(context, request, choice);
    }
    return session;
}


/***/ }),

/***/ 1805:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ discreet),
/* harmony export */   G_: () => (/* binding */ maskInError),
/* harmony export */   af: () => (/* binding */ maskNamedAccounts)
/* harmony export */ });
const ACCOUNT_ID = /(?<!\d)\d{12}(?!\d)/g;
const INPUTS = [
    'role-to-assume',
    'allowed-account-ids',
    'managed-session-policies',
    's3-bucket-owner',
    'ecr-registries',
];
function maskNamedAccounts(runner) {
    if (!/^true$/i.test(runner.input('mask-aws-account-id').trim()))
        return;
    const texts = [...INPUTS.map((name) => runner.input(name)), runner.env.AWS_ROLE_ARN ?? ''];
    for (const text of texts)
        maskIn(text, runner);
}
function discreet(runner) {
    const first = (say) => (text) => {
        maskIn(text, runner);
        say(text);
    };
    return { ...runner, info: first(runner.info), notice: first(runner.notice), warning: first(runner.warning) };
}
function maskInError(thrown, runner) {
    if (thrown instanceof Error)
        maskIn(thrown.message, runner);
}
function maskIn(text, { mask }) {
    for (const [id] of text.matchAll(ACCOUNT_ID))
        mask(id);
}


/***/ }),

/***/ 8542:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   iE: () => (/* binding */ JOB_TAG_KEYS),
/* harmony export */   jL: () => (/* binding */ TAG_VARIABLES),
/* harmony export */   sN: () => (/* binding */ tagsOfHop),
/* harmony export */   tI: () => (/* binding */ OWN_TAG_KEYS)
/* harmony export */ });
const TAGS_OF_JOB = {
    Repository: 'GITHUB_REPOSITORY',
    Workflow: 'GITHUB_WORKFLOW',
    Action: 'GITHUB_ACTION',
    Actor: 'GITHUB_ACTOR',
    Commit: 'GITHUB_SHA',
    Branch: 'GITHUB_REF',
};
const LESSER_TAGS = {
    EventName: 'GITHUB_EVENT_NAME',
    BaseRef: 'GITHUB_BASE_REF',
    HeadRef: 'GITHUB_HEAD_REF',
    RunId: 'GITHUB_RUN_ID',
    Job: 'GITHUB_JOB',
    TriggeringActor: 'GITHUB_TRIGGERING_ACTOR',
};
const TAG_VARIABLES = [...Object.values(TAGS_OF_JOB), ...Object.values(LESSER_TAGS)];
const OWN_TAG_KEYS = ['GitHub', ...Object.keys(TAGS_OF_JOB)];
const JOB_TAG_KEYS = [...OWN_TAG_KEYS, ...Object.keys(LESSER_TAGS)];
function tagsOfHop({ skip, custom, transitiveKeys }, env, hop) {
    const needed = { GitHub: 'Actions', ...tagsFrom(TAGS_OF_JOB, env) };
    const chosen = new Set(Object.keys(custom).map((key) => key.toLowerCase()));
    const lesser = Object.entries(tagsFrom(LESSER_TAGS, env)).filter(([key]) => !chosen.has(key.toLowerCase()));
    const passedOn = new Set(hop === 0 ? [] : transitiveKeys.map((key) => key.toLowerCase()));
    const made = (all) => {
        const tags = skip
            ? {}
            : Object.fromEntries(Object.entries(all).filter(([key]) => !passedOn.has(key.toLowerCase())));
        return { tags, transitiveTagKeys: hop === 0 ? transitiveKeys.filter((key) => Object.hasOwn(tags, key)) : [] };
    };
    return {
        all: made({ ...needed, ...Object.fromEntries(lesser), ...custom }),
        fewer: made({ ...needed, ...custom }),
    };
}
function tagsFrom(variables, env) {
    const all = Object.entries(variables).map(([key, variable]) => [key, tagValue(env[variable] ?? '')]);
    return Object.fromEntries(all.filter(([, value]) => value !== ''));
}
function tagValue(text) {
    return text
        .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_')
        .slice(0, 256)
        .replace(/[\ud800-\udbff]$/, '');
}


/***/ })

};
