import { allowing } from '../../aws/denied.ts';
import { Problem, type ProblemDetails, Unproven } from '../../base/problem.ts';

/** An answer of a registry that is an error, in the words of the distribution protocol. */
export interface ErrorAnswer {
  /** The IAM action behind the request, `ecr:PutImage`. */
  readonly action: string;
  /** ARN of the repository. */
  readonly on: string;
  readonly status: number;
  /** `NAME_UNKNOWN`; empty when the body says nothing. */
  readonly code: string;
  readonly message: string;
}

/** `status` and `code` tell the house's retries which answer may change: 429 and 5xx. */
export class RegistryRefused extends Problem {
  readonly status: number;
  readonly code: string;
  /** The login has expired: a new one may be taken. */
  readonly isExpired: boolean;
  /** The repository is one of a pull-through cache, does not hold the image, and did not get it from upstream. */
  readonly isOfUpstream: boolean;

  constructor(answer: ErrorAnswer) {
    super(denied(answer));
    this.status = answer.status;
    this.code = answer.code;
    // ECR says it with the code of a missing permission: only its words tell them apart.
    this.isExpired = answer.status === 401 || (answer.status === 403 && /token has expired/i.test(answer.message));
    this.isOfUpstream = isOfUpstream(answer);
  }
}

/** ECR says it with the codes of a missing permission, repository and image: only its words tell them apart. */
function isOfUpstream({ on, message }: ErrorAnswer): boolean {
  return on.startsWith('arn:') && /upstream ?(registry|image)|pull[- ]through cache/i.test(message);
}

/** The body of an error: `{"errors":[{"code","message"}]}`; ECR's 403 may have none. */
export function readErrorBody(body: Buffer): { code: string; message: string } {
  try {
    const { errors } = JSON.parse(body.toString('utf8')) as { errors?: { code?: unknown; message?: unknown }[] };
    const { code, message } = errors?.[0] ?? {};
    return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
  } catch {
    return { code: '', message: '' };
  }
}

/**
 * What a refusal means and what to do; by code and status, not by prose.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html
 */
export function denied(answered: ErrorAnswer): ProblemDetails {
  const { action, on, status, code, message } = answered;
  const why = message || undefined;
  const answer = `${code || 'no reason'}, HTTP ${status}`;
  if (!on.startsWith('arn:') && status >= 400) return deniedElsewhere(answered);
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
  if (code === 'NAME_UNKNOWN') return missingRepository(on);
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

/** For a registry that is not ECR, which is only read. */
function deniedElsewhere({ action, on, status, code, message }: ErrorAnswer): ProblemDetails {
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
  if (status === 401) return { what: `${NO_LOGIN}, or wants one`, on, why, fix: byUser };
  if (status === 429)
    return {
      what: 'the registry takes no more requests for now',
      on,
      why,
      fix: `${login}, which raises the limit, or wait`,
    };
  const what = `${READS[action] ?? action} was refused (${code || 'no reason'}, HTTP ${status})`;
  if (status !== 403) return { what, on, why };
  return {
    what,
    on,
    why: why ?? 'the registry gives no reason',
    fix: `check the name; if the image is private, ${byUser}`,
  };
}

/** What is asked of it, by the action that it is in ECR. */
const READS: Readonly<Record<string, string>> = {
  'ecr:BatchGetImage': 'reading the image',
  'ecr:BatchCheckLayerAvailability': 'looking for a blob of the image',
  'ecr:GetDownloadUrlForLayer': 'reading a blob of the image',
  'registry:Token': 'a token for reading the image',
};

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-working-validating.html */
function cacheFix(on: string): string {
  const [, , , region = '', , path = ''] = on.split(':');
  const [prefix] = path.replace('repository/', '').split('/');
  return [
    `see what is wrong with its rule: aws ecr validate-pull-through-cache-rule --ecr-repository-prefix ${prefix} --region ${region}`,
    '(aws ecr describe-pull-through-cache-rules lists the prefixes);',
    "its secret must lie in the registry's account and region, have a name that begins with ecr-pullthroughcache/, and hold username and accessToken that the upstream registry accepts",
  ].join('\n');
}

function permissionFix(action: string, on: string, said: string | undefined): string {
  const maybe = said?.includes('not authorized to perform') ? '' : FULL;
  // A role that lacks one action of a push mostly lacks the later ones.
  const actions = PUSHING.slice(1).includes(action) ? PUSHING : [action];
  return `${maybe}${allowing({ said, needed: [{ actions, resources: [on] }] })}`;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
export const PUSHING = [
  'ecr:BatchGetImage',
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

/** ECR also answers so where no permission would help. */
const FULL =
  'if it is allowed: the repository may be full (images per repository), its KMS key may not be usable by the role, or a policy of the organization forbids it; else ';

/**
 * What to do about an image in the archive: ECR says of it that there is none.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 */
export function archivedFix(on: string, reference: string): string {
  const [, , , region = '', account, path = ''] = on.split(':');
  const id = reference.startsWith('sha256:') ? `imageDigest=${reference}` : `imageTag=${reference}`;
  return `or, if the image is in the archive, restore it: aws ecr update-image-storage-class --target-storage-class STANDARD --repository-name ${path.replace('repository/', '')} --image-id ${id} --region ${region} (account ${account})`;
}

/** @param on ARN of the repository: `arn:aws:ecr:REGION:ACCOUNT:repository/NAME`, or `arn:aws:ecr-public::ACCOUNT:repository/NAME` */
export function missingRepository(on: string): ProblemDetails {
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

/** What answers does not speak as a registry does: a proxy's page, or something that should not be trusted. */
export function noRegistry(on: string, why: string): Problem {
  return new Unproven({
    what: 'the answer is not that of a registry',
    on,
    why,
    fix: 'check which proxy answers in its place',
  });
}
