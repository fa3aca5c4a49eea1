export const id = 419;
export const ids = [419];
export const modules = {

/***/ 6417:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OI: () => (/* binding */ PUBLIC_HOSTS),
/* harmony export */   Xy: () => (/* binding */ formatPrivateHost),
/* harmony export */   cl: () => (/* binding */ spellings),
/* harmony export */   jp: () => (/* binding */ parsePrivateHost),
/* harmony export */   sw: () => (/* binding */ isPublicHost)
/* harmony export */ });
/** ECR Public has two names for one registry. https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html */
const PUBLIC_HOSTS = ['public.ecr.aws', 'ecr-public.aws.com'];
/**
 * Suffix of the IPv4 host → suffix of the dual-stack host, by partition.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html; the other partitions as AWS's own credential
 * helper knows them.
 */
const DUAL_STACK = {
    'amazonaws.com': 'on.aws',
    'amazonaws.com.cn': 'on.amazonwebservices.com.cn',
    'amazonaws.eu': 'on.amazonwebservices.eu',
    'c2s.ic.gov': 'on.aws.ic.gov',
    'sc2s.sgov.gov': 'on.aws.scloud',
    'cloud.adc-e.uk': 'on.cloud-aws.adc-e.uk',
    'csp.hci.ic.gov': 'on.aws.hci.ic.gov',
};
/** https://docs.aws.amazon.com/general/latest/gr/ecr.html lists the FIPS endpoints. */
const FIPS_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1']);
const HOST = /^(\d{12})\.dkr([.-])ecr(-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.([a-z0-9.-]+)$/;
/** @returns undefined for what is no host of a private registry, of any partition, IPv4 or dual-stack, FIPS or not */
function parsePrivateHost(text) {
    const [, account, joint, fips, region, end] = HOST.exec(text.toLowerCase()) ?? [];
    if (!account || !region || !end)
        return undefined;
    const dualStack = joint === '-';
    const suffix = dualStack ? Object.keys(DUAL_STACK).find((it) => DUAL_STACK[it] === end) : end;
    if (!suffix || !(suffix in DUAL_STACK))
        return undefined;
    return { account, region, suffix, fips: fips !== undefined, dualStack };
}
function formatPrivateHost({ account, region, suffix, fips, dualStack }) {
    const middle = `dkr${dualStack ? '-' : '.'}ecr${fips ? '-fips' : ''}`;
    return `${account}.${middle}.${region}.${dualStack ? DUAL_STACK[suffix] : suffix}`;
}
/** Every name of the same registry. Clients look credentials up by the name as it is written in the image's name. */
function spellings(host) {
    const fips = FIPS_REGIONS.has(host.region) ? [false, true] : [host.fips];
    return [false, true].flatMap((dualStack) => fips.map((it) => formatPrivateHost({ ...host, dualStack, fips: it })));
}
function isPublicHost(host) {
    return PUBLIC_HOSTS.includes(host.toLowerCase());
}


/***/ }),

/***/ 2419:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./lib/problem.js
var lib_problem = __webpack_require__(7748);
// EXTERNAL MODULE: ./lib/report.js + 1 modules
var report = __webpack_require__(1641);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/images/hosts.js
var hosts = __webpack_require__(6417);
;// CONCATENATED MODULE: ./lib/images/reference.js


/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html, `repositoryName` */
const REPOSITORY = /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG = /^\w[\w.-]{0,127}$/;
const PREFIXES = ['docker', 'oci', 'oci-archive', 'docker-archive'];
/** @throws Problem that says what a line looks like */
function parseImageLine(line) {
    const parts = line.split('=>').map((part) => part.trim());
    const [text, targets] = parts;
    if (parts.length !== 2 || !text || !targets) {
        throw new lib_problem/* Problem */.AF({
            what: `"${line}" is no image line`,
            fix: 'write SOURCE => REPOSITORY:TAG, with more REPOSITORY:TAG after commas',
        });
    }
    return { source: parseSource(text), text, targets: targets.split(',').map((target) => parseTarget(target.trim())) };
}
/** `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE`, `docker:NAME`; `#NAME` after a path picks one image of it. */
function parseSource(text) {
    const kind = PREFIXES.find((prefix) => text.startsWith(`${prefix}:`)) ?? 'auto';
    const rest = kind === 'auto' ? text : text.slice(kind.length + 1);
    const mark = kind === 'docker' ? -1 : rest.indexOf('#');
    const name = mark < 0 ? rest : rest.slice(0, mark);
    if (name === '')
        throw new lib_problem/* Problem */.AF({ what: `"${text}" names no image`, fix: `write a path or a name after ${kind}:` });
    return { kind, name, pick: mark < 0 ? undefined : rest.slice(mark + 1) || undefined };
}
/** @throws Problem naming what is wrong: the host, the repository's name, the tag */
function parseTarget(text) {
    const slash = text.indexOf('/');
    const first = slash < 0 ? '' : text.slice(0, slash);
    const host = isHost(first) ? first.toLowerCase() : undefined;
    if (host === undefined && /[.:]/.test(first)) {
        throw new lib_problem/* Problem */.AF({
            what: `"${first}" is no host of an ECR registry`,
            fix: 'write ACCOUNT.dkr.ecr.REGION.amazonaws.com or public.ecr.aws, or leave the host out',
        });
    }
    const path = host === undefined ? text : text.slice(slash + 1);
    const colon = path.lastIndexOf(':');
    const [repository, tag] = colon < 0 ? [path, ''] : [path.slice(0, colon), path.slice(colon + 1)];
    checkRepository(repository);
    if (!TAG.test(tag)) {
        throw new lib_problem/* Problem */.AF({
            what: tag ? `"${tag}" is no tag` : `"${text}" has no tag`,
            fix: 'write REPOSITORY:TAG; a tag has up to 128 of A-Z a-z 0-9 _ . - and begins with none of . -',
        });
    }
    return { host, repository, tag };
}
/** @throws Problem unless ECR takes this as a repository's name */
function checkRepository(repository) {
    if (REPOSITORY.test(repository))
        return;
    throw new lib_problem/* Problem */.AF({
        what: `"${repository}" is no name of a repository`,
        fix: 'write 2 to 256 characters: words of a-z 0-9 joined by one of . _ - and segments joined by /',
    });
}
function isHost(text) {
    return (0,hosts/* parsePrivateHost */.jp)(text) !== undefined || (0,hosts/* isPublicHost */.sw)(text) || /^(127\.0\.0\.1|localhost):\d+$/.test(text);
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
        problems.push(new lib_problem/* Problem */.AF({ on: line === undefined ? `Input ${name}` : `Input ${name}, line ${line}`, ...problem }));
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
                    if (!(thrown instanceof lib_problem/* Problem */.AF))
                        throw thrown;
                    const { what, why, fix } = thrown.details;
                    wrong(name, line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
                }
            }
            return values;
        },
        throwProblems: () => {
            if (problems.length > 0)
                throw new lib_problem/* Problems */.Zw(problems);
        },
    };
}
/** What was given, short enough for a message and on one line. */
function quote(given) {
    const short = given.length > 120 ? `${given.slice(0, 117)}…` : given;
    return `"${short.replaceAll(/[\x00-\x1f\x7f]/g, ' ')}"`;
}

;// CONCATENATED MODULE: ./lib/request/images.js






/** @returns undefined when the step has nothing to do with images */
function imagesRequest(inputs) {
    const workspace = (0,external_node_path_.resolve)(inputs.env.GITHUB_WORKSPACE || '.');
    const images = inputs.lines('images').flatMap(({ text, line }) => {
        try {
            const image = parseImageLine(text);
            checkSource(image.source, workspace);
            return [{ ...image, line }];
        }
        catch (thrown) {
            if (!(thrown instanceof lib_problem/* Problem */.AF))
                throw thrown;
            const { what, why, fix } = thrown.details;
            inputs.wrong('images', line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
            return [];
        }
    });
    const login = inputs.boolean('ecr-login', inputs.lines('images').length > 0);
    const request = {
        login,
        skipLogout: inputs.boolean('ecr-skip-logout', false),
        registries: inputs.parsed('ecr-registries', parseRegistry),
        images,
        tagExists: inputs.oneOf('image-tag-exists', ['overwrite', 'fail', 'skip'], 'overwrite'),
        attestations: inputs.oneOf('image-attestations', ['keep', 'strip'], 'keep'),
        compression: inputs.oneOf('image-compression', ['gzip', 'zstd'], 'gzip'),
        reuseFrom: inputs.parsed('image-reuse-from', parseReuse),
        createRepository: inputs.boolean('ecr-create-repository', false),
        workspace,
    };
    return login || images.length > 0 ? request : undefined;
}
/** @throws Problem naming the accepted forms */
function parseRegistry(text) {
    if (text === 'public' || (0,hosts/* isPublicHost */.sw)(text))
        return { kind: 'public' };
    if (/^\d{12}$/.test(text))
        return { kind: 'account', account: text };
    const host = text
        .toLowerCase()
        .replace(/^https:\/\//, '')
        .replace(/\/$/, '');
    if ((0,hosts/* parsePrivateHost */.jp)(host))
        return { kind: 'host', host };
    throw new lib_problem/* Problem */.AF({
        what: `${quote(text)} is no registry`,
        ...(/^\d{1,11}$/.test(text) ? { why: 'YAML drops the leading zeros of a number without quotes' } : {}),
        fix: 'write an account id of 12 digits (in quotes), a host ACCOUNT.dkr.ecr.REGION.amazonaws.com, or public; one a line',
    });
}
/** `REPOSITORY`, whose layers may be mounted, or `REPOSITORY:TAG`, an image whose layers need no compression again. */
function parseReuse(text) {
    if (text.includes(':'))
        return parseTarget(text);
    checkRepository(text);
    return { repository: text, tag: undefined };
}
/** What can be known of a source by a look at the disk: a folder without an index is not worth signing in for. */
function checkSource({ kind, name }, workspace) {
    if (kind === 'docker')
        return;
    const path = (0,external_node_path_.resolve)(workspace, name);
    if (!(0,external_node_fs_.existsSync)(path)) {
        if (kind === 'auto' && !/^[./]|\.tar(\.\w+)?$/.test(name))
            return;
        throw new lib_problem/* Problem */.AF({ what: `there is no ${quote(name)}`, fix: `write a path that exists below ${workspace}` });
    }
    if (!(0,external_node_fs_.statSync)(path).isDirectory()) {
        if (kind === 'oci')
            throw new lib_problem/* Problem */.AF({ what: `${quote(name)} is no folder`, fix: 'write oci-archive: for a file' });
        return;
    }
    if (kind === 'oci-archive' || kind === 'docker-archive') {
        throw new lib_problem/* Problem */.AF({ what: `${quote(name)} is a folder`, fix: 'write oci: for a folder' });
    }
    if (!(0,external_node_fs_.existsSync)((0,external_node_path_.join)(path, 'index.json'))) {
        throw new lib_problem/* Problem */.AF({
            what: `${quote(name)} is no OCI layout: it has no index.json`,
            fix: 'give the folder that holds oci-layout, index.json and blobs/',
        });
    }
}

// EXTERNAL MODULE: ./lib/signin/partition.js
var partition = __webpack_require__(4544);
// EXTERNAL MODULE: ./lib/signin/tags.js
var tags = __webpack_require__(1117);
;// CONCATENATED MODULE: ./lib/request/signin-parts.js


const KEY_INPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
/** Keys as inputs are what this action replaces; what was given is never quoted. */
function checkNoKeys(inputs) {
    const given = KEY_INPUTS.filter((name) => inputs.text(name));
    if (given.length === 0)
        return;
    inputs.wrong(given[0], undefined, {
        what: 'there are no inputs for access keys',
        why: 'the job has an identity of its own, and needs no stored key',
        fix: [
            'leave out aws-access-key-id, aws-secret-access-key and aws-session-token, and write:',
            'permissions:',
            '  id-token: write',
            'with:',
            '  role-to-assume: arn:aws:iam::ACCOUNT:role/NAME',
            'setup/ makes provider and role in one command. Keys in the environment work with credentials-source: ambient.',
        ].join('\n'),
    });
}
const ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/;
const BARE_NAME = /^[\w+=,.@-]{1,64}$/;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function readRoles(inputs, source, partition) {
    return inputs.lines('role-to-assume').map(({ text, line }) => {
        const problem = roleProblem(text, source, partition);
        if (problem)
            inputs.wrong('role-to-assume', line, problem);
        return text;
    });
}
function roleProblem(text, source, partition) {
    const found = ARN.exec(text);
    if (found) {
        if (found[1] === partition)
            return undefined;
        return {
            what: `${quote(text)} is in partition ${found[1]}, the region in ${partition}`,
            why: 'accounts, roles and regions of one partition are unknown in every other',
            fix: `correct aws-region or the ARN: here it would begin with arn:${partition}:`,
        };
    }
    if (/:instance-profile\//.test(text)) {
        return {
            what: `${quote(text)} is an instance profile, which can't be assumed`,
            why: 'an instance profile is a container that EC2 passes to a machine; the role in it is what can be assumed, and both may have different names',
            fix: `write the ARN of the role: aws iam get-instance-profile --instance-profile-name ${text.split('/').at(-1)} --query InstanceProfile.Roles[0].Arn`,
        };
    }
    const other = /:(user|policy|group|assumed-role|oidc-provider)\//.exec(text)?.[1];
    if (other)
        return {
            what: `${quote(text)} is the ARN of a ${other}`,
            fix: 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME',
        };
    if (BARE_NAME.test(text) && source === 'ambient')
        return undefined;
    return {
        what: `${quote(text)} is no role ARN`,
        ...(BARE_NAME.test(text)
            ? { why: 'a name alone does not say in which account; only an ambient identity has one already' }
            : {}),
        fix: 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME',
    };
}
/** A comma or a line separates ids: workflows that move over bring commas. */
function readAccountIds(inputs, roles) {
    const items = inputs
        .lines('allowed-account-ids')
        .flatMap(({ text, line }) => text.split(',').map((id) => ({ id: id.trim(), line })));
    const ids = items.filter(({ id }) => id !== '');
    for (const { id, line } of ids) {
        if (!/^\d{12}$/.test(id)) {
            inputs.wrong('allowed-account-ids', line, { what: `${quote(id)} is no account id`, fix: 'write 12 digits' });
        }
    }
    const last = ARN.exec(roles.at(-1) ?? '')?.[2];
    if (last && ids.length > 0 && !ids.some(({ id }) => id === last)) {
        inputs.wrong('role-to-assume', undefined, {
            what: `the role is in account ${last}, which allowed-account-ids does not list`,
            fix: 'correct the role, or add the account',
        });
    }
    return ids.map(({ id }) => id);
}
/** `[\w+=,.@-]{2,64}`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function sessionNames(inputs, roles) {
    const lines = inputs.lines('role-session-name');
    for (const { text, line } of lines) {
        if (!/^[\w+=,.@-]{2,64}$/.test(text)) {
            inputs.wrong('role-session-name', line, {
                what: `${quote(text)} is no session name`,
                fix: 'write 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -',
            });
        }
    }
    if (lines.length > 1 && lines.length !== roles.length) {
        inputs.wrong('role-session-name', undefined, {
            what: `${lines.length} lines for ${roles.length} roles`,
            fix: 'write one for all roles, or one a role',
        });
    }
    return lines.length > 0 ? lines.map(({ text }) => text) : [sessionName(inputs.env)];
}
/** `gha-RUNID-ATTEMPT-REPO`, within what STS takes. */
function sessionName(env) {
    const repository = (env.GITHUB_REPOSITORY ?? '').split('/').pop() ?? '';
    const name = `gha-${env.GITHUB_RUN_ID ?? '0'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}-${repository}`;
    return name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}
/** Inline policy and ARNs are together at most 2048 characters of plain text, and at most ten ARNs. */
function readSessionPolicies(inputs) {
    const arns = inputs.lines('managed-session-policies');
    for (const { text, line } of arns) {
        if (!/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(text)) {
            inputs.wrong('managed-session-policies', line, {
                what: `${quote(text)} is no policy ARN`,
                fix: 'write arn:aws:iam::111122223333:policy/NAME',
            });
        }
    }
    if (arns.length > 10)
        inputs.wrong('managed-session-policies', undefined, {
            what: `${arns.length} policies`,
            fix: 'AWS takes at most 10',
        });
    const sessionPolicy = minified(inputs, 'inline-session-policy', isPolicy, 'a JSON policy with a Statement');
    const size = (sessionPolicy ?? '').length + arns.map(({ text }) => text).join('').length;
    if (size > 2048) {
        inputs.wrong(sessionPolicy ? 'inline-session-policy' : 'managed-session-policies', undefined, {
            what: `session policies of ${size} characters, white space taken out`,
            fix: 'AWS takes at most 2048: shorten the policy, or narrow the role itself',
        });
    }
    return { sessionPolicy, sessionPolicyArns: arns.map(({ text }) => text) };
}
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html: at most 50 tags. */
function readTags(inputs) {
    const json = minified(inputs, 'custom-tags', isTags, 'a JSON object of texts, {"team": "shop"}');
    const custom = json ? JSON.parse(json) : {};
    const wrong = (what, fix) => inputs.wrong('custom-tags', undefined, { what, fix });
    const seen = new Set(tags/* OWN_TAG_KEYS */.t.map((key) => key.toLowerCase()));
    for (const [key, value] of Object.entries(custom)) {
        if (seen.has(key.toLowerCase()))
            wrong(`the tag ${quote(key)} is there already`, `use another key than ${tags/* OWN_TAG_KEYS */.t.join(', ')}; capitals make no difference`);
        seen.add(key.toLowerCase());
        if (key.length < 1 ||
            key.length > 128 ||
            value.length > 256 ||
            !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value) ||
            /^aws:/i.test(key)) {
            wrong(`the tag ${quote(key)} is not accepted`, 'write keys of 1 to 128 and values of at most 256 letters, digits, spaces and _ . : / = + - @, and no key that starts with aws:');
        }
    }
    if (Object.keys(custom).length > 50 - tags/* OWN_TAG_KEYS */.t.length)
        wrong('too many tags', `AWS takes 50, ${tags/* OWN_TAG_KEYS */.t.length} of them are the job's`);
    return {
        skip: inputs.boolean('role-skip-session-tagging', false),
        custom,
        transitiveKeys: inputs.lines('transitive-tag-keys').map(({ text }) => text),
    };
}
/** JSON without white space; `undefined` when absent or wrong. The parser's own error is not passed on: it quotes. */
function minified(inputs, name, fits, form) {
    const text = inputs.text(name);
    if (!text)
        return undefined;
    try {
        const value = JSON.parse(text);
        if (fits(value))
            return JSON.stringify(value);
    }
    catch {
        // Said below.
    }
    inputs.wrong(name, undefined, { what: 'it is not in the form that is accepted', fix: `write ${form}` });
    return undefined;
}
function isPolicy(value) {
    return typeof value === 'object' && value !== null && 'Statement' in value;
}
function isTags(value) {
    return (typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((it) => typeof it === 'string'));
}

;// CONCATENATED MODULE: ./lib/request/signin.js



const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const SOURCES = ['auto', 'github-oidc', 'token-file', 'ambient'];
/** @param otherJobs whether the step has a job besides signing in: credentials then stay in the step by default */
function signInRequest(inputs, { otherJobs }) {
    checkNoKeys(inputs);
    const { env } = inputs;
    const region = readRegion(inputs);
    const source = readSource(inputs);
    const roles = readRoles(inputs, source, (0,partition/* partitionOf */.i)(region).name);
    const allowedAccountIds = readAccountIds(inputs, roles);
    const endpoint = inputs.text('sts-endpoint');
    if (endpoint && !/^https?:\/\/[^/]+\/?$/.test(endpoint)) {
        inputs.wrong('sts-endpoint', undefined, {
            what: `${quote(endpoint)} is no endpoint`,
            fix: 'write a URL such as https://sts.eu-west-1.amazonaws.com',
        });
    }
    const attempts = inputs.integer('retry-max-attempts', { min: 0, max: 100 }) || undefined;
    return {
        region,
        source,
        roles,
        tokenFile: inputs.text('web-identity-token-file'),
        audience: inputs.text('audience'),
        sessionNames: sessionNames(inputs, roles),
        externalIds: readExternalIds(inputs, roles),
        durationSeconds: readDuration(inputs, roles),
        ...readSessionPolicies(inputs),
        tags: readTags(inputs),
        allowedAccountIds,
        maskAccountId: inputs.boolean('mask-aws-account-id', false),
        endpoint,
        proxy: readProxy(inputs),
        attempts: inputs.boolean('disable-retry', false) ? 1 : attempts,
        timeoutSeconds: inputs.integer('action-timeout-s', { min: 0, max: 86_400 }) ?? 0,
        unsetCurrent: inputs.boolean('unset-current-credentials', false),
        useExisting: inputs.boolean('use-existing-credentials', false),
        specialCharactersWorkaround: inputs.boolean('special-characters-workaround', false),
        exports: readExports(inputs, otherJobs, env.HOME),
    };
}
function readRegion(inputs) {
    const region = inputs.text('aws-region') ?? (inputs.env.AWS_REGION || inputs.env.AWS_DEFAULT_REGION || '');
    if (!REGION.test(region)) {
        inputs.wrong('aws-region', undefined, {
            what: region ? `${quote(region)} is no region` : 'no region is given',
            fix: 'write a region such as eu-west-1, or set AWS_REGION',
        });
    }
    return region;
}
/** `role-chaining` and `force-skip-oidc` are older names of `credentials-source: ambient`. */
function readSource(inputs) {
    const source = inputs.oneOf('credentials-source', SOURCES, 'auto');
    const older = ['role-chaining', 'force-skip-oidc'].filter((name) => inputs.boolean(name, false));
    if (older[0] && source !== 'auto' && source !== 'ambient') {
        inputs.wrong(older[0], undefined, {
            what: `it means credentials-source: ambient, and credentials-source is ${source}`,
            fix: 'leave one of the two out',
        });
    }
    // With a token file, force-skip-oidc only keeps GitHub's token out.
    return older.length > 0 && !inputs.text('web-identity-token-file') ? 'ambient' : source;
}
function readDuration(inputs, roles) {
    const seconds = inputs.integer('role-duration-seconds', { min: 900, max: 43_200 }) ?? 3_600;
    if (roles.length > 1 && seconds > 3_600) {
        inputs.wrong('role-duration-seconds', undefined, {
            what: `${seconds} is too long for a chain of roles`,
            why: 'AWS ends a session that was assumed with another role’s credentials after an hour at most',
            fix: 'write 900 to 3600; longer work of this step signs in anew by itself',
        });
    }
    return seconds;
}
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: `[\w+=,.@:/-]*`, 2 to 1224 characters. */
function readExternalIds(inputs, roles) {
    const lines = inputs.lines('role-external-id');
    for (const { text, line } of lines) {
        if (!/^[\w+=,.@:/-]{2,1224}$/.test(text)) {
            inputs.wrong('role-external-id', line, {
                what: 'it is no external id',
                fix: 'write 2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -',
            });
        }
    }
    if (lines.length > 1 && lines.length !== roles.length) {
        inputs.wrong('role-external-id', undefined, {
            what: `${lines.length} lines for ${roles.length} roles`,
            fix: 'write one for all roles, or one a role',
        });
    }
    return lines.map(({ text }) => text);
}
/** Node's own rules read both letter cases; an input wins over every variable. */
function readProxy(inputs) {
    const { env } = inputs;
    const given = inputs.text('http-proxy');
    if (given && !URL.canParse(given)) {
        // Not quoted: it may hold a password.
        inputs.wrong('http-proxy', undefined, { what: 'it is no URL', fix: 'write http://HOST:PORT' });
    }
    return {
        httpProxy: given ?? (env.http_proxy || env.HTTP_PROXY || undefined),
        httpsProxy: given ?? (env.https_proxy || env.HTTPS_PROXY || undefined),
        noProxy: inputs.text('no-proxy') ?? (env.no_proxy || env.NO_PROXY || undefined),
    };
}
function readExports(inputs, otherJobs, home) {
    const refresh = inputs.boolean('refresh-credentials', false);
    const name = inputs.text('aws-profile') ?? (refresh ? 'keyless-aws' : undefined);
    if (name && !/^[\w.@+-]{1,128}$/.test(name)) {
        inputs.wrong('aws-profile', undefined, {
            what: `${quote(name)} is no profile name`,
            fix: 'write letters, digits and _ . @ + - only',
        });
    }
    if (name && !home && !(inputs.env.AWS_CONFIG_FILE && inputs.env.AWS_SHARED_CREDENTIALS_FILE)) {
        inputs.wrong('aws-profile', undefined, {
            what: 'there is no home folder to write the profile to',
            fix: 'set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE',
        });
    }
    return {
        // As configure-aws-credentials: a profile alone exports no variable.
        toEnv: inputs.boolean('output-env-credentials', refresh || (!otherJobs && !name)),
        toOutputs: inputs.boolean('output-credentials', false),
        profile: name ? { name, overwrite: inputs.boolean('overwrite-aws-profile', false) } : undefined,
        refresh,
    };
}

;// CONCATENATED MODULE: ./lib/request/index.js



/** @throws Problems: all that is wrong with the inputs, each with the input's name and what is accepted */
function readRequest(runner) {
    const inputs = inputReader(runner);
    const images = imagesRequest(inputs);
    const request = {
        dryRun: inputs.boolean('dry-run', false),
        summary: inputs.boolean('summary', true),
        signIn: signInRequest(inputs, { otherJobs: images !== undefined }),
        images,
    };
    inputs.throwProblems();
    return request;
}

// EXTERNAL MODULE: ./lib/runner.js
var lib_runner = __webpack_require__(869);
// EXTERNAL MODULE: ./lib/signin/index.js + 12 modules
var signin = __webpack_require__(188);
// EXTERNAL MODULE: ./lib/signin/export/process.js
var export_process = __webpack_require__(7656);
// EXTERNAL MODULE: ./lib/signin/export/profile.js + 1 modules
var export_profile = __webpack_require__(8623);
;// CONCATENATED MODULE: ./lib/signin/export/index.js




const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
const CREDENTIAL_OUTPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
/** Gives the session to later steps: as variables, as a profile, as outputs. */
function makeExportJob(request, access) {
    const { exports } = request;
    const { runner, session } = access;
    return {
        name: 'sign-in',
        plan: async () => planExport(request, access),
        // STS asks for no permission of the session itself.
        permissions: () => [],
        apply: (plan) => applyExport(plan, request, access),
        report: (plan, expiration) => reportExport(plan, session, exports.toEnv, expiration),
        describe: (plan) => ({
            ...plan,
            arn: request.maskAccountId ? '***' : session.arn,
            source: session.source,
            region: runner.env.AWS_REGION ? undefined : session.region,
        }),
    };
}
function planExport({ exports, unsetCurrent, useExisting }, { runner }) {
    const { toEnv, toOutputs, profile, refresh } = exports;
    const outputs = toOutputs ? CREDENTIAL_OUTPUTS : [];
    const there = signin/* CREDENTIAL_VARIABLES */.e.filter((name) => runner.env[name]);
    if (!profile) {
        // What is there already needs no export.
        const variables = toEnv && !useExisting ? [...signin/* CREDENTIAL_VARIABLES */.e, ...REGION_VARIABLES] : [];
        return { variables, emptied: unsetCurrent && !toEnv ? there : [], outputs, profile: undefined };
    }
    const { config, credentials } = (0,export_profile/* profileParts */.OA)(profile.name, runner.env);
    if (!profile.overwrite)
        (0,export_profile/* checkProfileIsFree */.Cf)(profile.name, [config, credentials]);
    return {
        variables: toEnv ? ['AWS_PROFILE', ...REGION_VARIABLES] : [],
        // Keys in the environment would hide the profile from every SDK.
        emptied: toEnv || unsetCurrent ? there : [],
        outputs,
        profile: {
            name: profile.name,
            files: (refresh ? [config] : [config, credentials]).map(({ file }) => file),
            renews: refresh,
        },
    };
}
async function applyExport(plan, request, { runner, session }) {
    const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = await session.credentials();
    // Masked when they were got; the key id is none: a masked one would make presigned URLs vanish from job outputs.
    const values = {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: session.region,
        AWS_DEFAULT_REGION: session.region,
        AWS_PROFILE: plan.profile?.name ?? '',
    };
    if (plan.profile) {
        const parts = (0,export_profile/* profileParts */.OA)(plan.profile.name, runner.env);
        const write = (part, settings) => (0,export_profile/* writeProfile */.Z8)(part, settings, runner.undoLater);
        if (plan.profile.renews) {
            const folder = runner.env.RUNNER_TEMP ?? '';
            const settings = (0,external_node_path_.join)(folder, `keyless-aws-${plan.profile.name}.json`);
            runner.undoLater({ kind: 'file', path: settings });
            (0,export_process/* writeSettings */.L)(settings, request);
            write(parts.config, { region: session.region, credential_process: (0,export_process/* processCommand */.t)(settings) });
        }
        else {
            write(parts.config, { region: session.region });
            write(parts.credentials, {
                aws_access_key_id: accessKeyId,
                aws_secret_access_key: secretAccessKey,
                ...(sessionToken ? { aws_session_token: sessionToken } : {}),
            });
        }
    }
    for (const name of plan.variables)
        runner.exportVariable(name, values[name] ?? '');
    for (const name of plan.emptied)
        runner.exportVariable(name, '');
    for (const name of plan.outputs)
        runner.output(name, values[name.toUpperCase().replaceAll('-', '_')] ?? '');
    return expiration;
}
function reportExport({ variables, emptied, profile, outputs }, { accountId, arn, partition }, toEnv, expiration) {
    const lines = [];
    if (profile) {
        lines.push(`Profile ${profile.name}: written to ${profile.files.join(' and ')}${toEnv ? ', and AWS_PROFILE is set' : ''}.`);
        if (profile.renews) {
            lines.push('It signs in anew whenever it is used: in run: steps and JavaScript actions of this job. A Docker container action, or a step of another job, has neither this action nor the right to a token.');
        }
    }
    else if (variables.length > 0)
        lines.push(`Exported for later steps: ${variables.join(', ')}.`);
    else
        lines.push('Credentials stay in this step: nothing is exported (output-env-credentials).');
    if (emptied.length > 0)
        lines.push(`Emptied for later steps: ${emptied.join(', ')}.`);
    if (outputs.length > 0)
        lines.push(`Credentials are outputs of this step: ${outputs.join(', ')}.`);
    return {
        lines,
        outputs: {
            'aws-account-id': accountId,
            'authenticated-arn': arn,
            'aws-partition': partition,
            ...(expiration ? { 'aws-expiration': expiration.toISOString() } : {}),
        },
        summary: '',
    };
}

// EXTERNAL MODULE: ./lib/stop.js
var stop = __webpack_require__(1503);
;// CONCATENATED MODULE: ./lib/main.js







/** One run of the step: request, sign in, plan, apply, report. */
async function main() {
    const runner = (0,lib_runner/* githubRunner */.OA)();
    const started = Date.now();
    process.once('uncaughtException', (thrown) => {
        (0,report/* reportFailure */.xV)(runner, thrown);
        process.exit(1);
    });
    try {
        const request = readRequest(runner);
        const access = await (0,signin/* signIn */.J)(request.signIn, runner, (0,stop/* stopSignal */.Z)(request.signIn.timeoutSeconds));
        const jobs = await jobsOf(request, access);
        const planned = await (0,lib_problem/* together */.bs)(jobs.map(async (job) => ({ job, plan: await job.plan() })));
        (0,report/* reportPlan */._S)(runner, planned, request.dryRun);
        const { done, failure } = request.dryRun ? { done: planned, failure: undefined } : await applyAll(planned);
        await (0,report/* reportDone */.zc)(runner, done, { summary: request.summary, milliseconds: Date.now() - started });
        if (failure !== undefined)
            throw failure;
    }
    catch (thrown) {
        (0,report/* reportFailure */.xV)(runner, thrown);
        process.exitCode = 1;
    }
}
/** Carries all plans out side by side. One that fails does not stop the others: what they did is done, and reported. */
function applyAll(planned) {
    return (0,lib_problem/* settle */.G9)(planned.map(async ({ job, plan }) => ({ job, plan, result: await job.apply(plan) })));
}
/** The jobs that the request asks for; a job's modules are loaded only when it is there. */
async function jobsOf(request, access) {
    const jobs = [makeExportJob(request.signIn, access)];
    if (request.images) {
        const { imagesJob } = await __webpack_require__.e(/* import() */ 467).then(__webpack_require__.bind(__webpack_require__, 8467));
        jobs.push(imagesJob(request.images, access, { outputCredentials: request.signIn.exports.toOutputs }));
    }
    return jobs;
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
        unset: (name) => {
            delete process.env[name];
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


/***/ }),

/***/ 8623:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Cf: () => (/* binding */ checkProfileIsFree),
  OA: () => (/* binding */ profileParts),
  MF: () => (/* binding */ undoProfile),
  Z8: () => (/* binding */ writeProfile)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/problem.js
var problem = __webpack_require__(7748);
;// CONCATENATED MODULE: ./lib/signin/export/ini.js
/** The text with a section put at its end, in the place of one of the same name. The rest stays, comments and all. */
function withSection(text, section, settings) {
    const rest = withoutSection(text, section);
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
    const gap = rest === '' ? '' : rest.endsWith('\n\n') ? '' : rest.endsWith('\n') ? '\n' : '\n\n';
    return `${rest}${gap}[${section}]\n${lines.join('')}`;
}
/** The text without a section: its head, and everything up to the next one. */
function withoutSection(text, section) {
    return linesOf(text, section)
        .filter(({ inside }) => !inside)
        .map(({ line }) => line)
        .join('');
}
/** The section alone, head included; empty when there is none. */
function sectionOf(text, section) {
    return linesOf(text, section)
        .filter(({ inside }) => inside)
        .map(({ line }) => line)
        .join('');
}
function linesOf(text, section) {
    let inside = false;
    return text.split(/(?<=\n)/).map((line) => {
        const head = headOf(line);
        if (head !== undefined)
            inside = head === section;
        return { line, inside };
    });
}
function headOf(line) {
    return /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
}

;// CONCATENATED MODULE: ./lib/signin/export/profile.js




/** https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
function profileParts(name, env) {
    const folder = (0,external_node_path_.join)(env.HOME ?? env.USERPROFILE ?? '', '.aws');
    return {
        config: {
            file: env.AWS_CONFIG_FILE || (0,external_node_path_.join)(folder, 'config'),
            section: name === 'default' ? name : `profile ${name}`,
        },
        credentials: { file: env.AWS_SHARED_CREDENTIALS_FILE || (0,external_node_path_.join)(folder, 'credentials'), section: name },
    };
}
/** @throws Problem when the profile is there and may not be replaced */
function checkProfileIsFree(name, parts) {
    const taken = parts.find(({ file, section }) => sectionOf(read(file), section) !== '');
    if (!taken)
        return;
    throw new problem/* Problem */.AF({
        on: 'Input aws-profile',
        what: `the profile ${name} is in ${taken.file} already`,
        fix: 'choose another name, or set overwrite-aws-profile: true; what was there is then put back when the job ends',
    });
}
/**
 * Writes a section, for the user alone (0600 in 0700), the whole file at once. The undo is saved first: it puts back the section
 * that was there, from a copy beside the file.
 */
function writeProfile({ file, section }, settings, undoLater) {
    const before = read(file);
    const previous = sectionOf(before, section);
    const copy = previous === '' ? undefined : `${file}.keyless-${process.pid}`;
    if (copy)
        (0,external_node_fs_.writeFileSync)(copy, previous, { mode: 0o600 });
    undoLater({ kind: 'profile', file, section, ...(copy ? { copy } : {}) });
    replace(file, withSection(before, section, settings));
}
/** Takes a section out, or puts back what was there. A file that is then empty goes as well. */
function undoProfile({ file, section, copy }) {
    const rest = withoutSection(read(file), section);
    const previous = copy ? read(copy) : '';
    if (copy)
        (0,external_node_fs_.rmSync)(copy, { force: true });
    if (`${rest}${previous}`.trim() === '')
        (0,external_node_fs_.rmSync)(file, { force: true });
    else
        replace(file, rest + previous);
}
function read(file) {
    return (0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.readFileSync)(file, 'utf8') : '';
}
/** Through a symlink, as dotfiles are kept; a reader sees the old file or the new one, never half of it. */
function replace(file, text) {
    const folder = (0,external_node_path_.dirname)(file);
    if (!(0,external_node_fs_.existsSync)(folder))
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
    const target = (0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.realpathSync)(file) : file;
    const temporary = `${target}.${process.pid}.tmp`;
    (0,external_node_fs_.writeFileSync)(temporary, text, { mode: 0o600 });
    (0,external_node_fs_.chmodSync)(temporary, 0o600);
    (0,external_node_fs_.renameSync)(temporary, target);
}


/***/ })

};
