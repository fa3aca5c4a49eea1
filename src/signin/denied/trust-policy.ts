import type { Claims } from '../identity/claims.ts';

export interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly TrustStatement[];
}

/** A role's ARN in parts. `name` is without the role's path. */
export interface RoleParts {
  readonly partition: string;
  readonly account: string;
  readonly name: string;
}

export function roleParts(arn: string): RoleParts {
  const [, partition = 'aws', , , account = '', ...rest] = arn.split(':');
  return { partition, account, name: rest.join(':').split('/').at(-1) ?? '' };
}

/** The issuer as provider ARNs and condition keys name it. */
export function issuerHost(claims: Pick<Claims, 'iss'>): string {
  return claims.iss.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

export function isGithubDotCom(claims: Pick<Claims, 'iss'>): boolean {
  return /^https:\/\/token\.actions\.githubusercontent\.com(\/|$)/.test(claims.iss);
}

/** The trust policy that accepts this token, in the role's partition and account. */
export function trustPolicyFor(claims: Claims, roleArn: string): TrustPolicy {
  return webIdentityPolicy(claims, roleArn, subjectCondition(claims));
}

/**
 * The variant that accepts the reusable workflow that this job calls, from any repository of the owner; `undefined` when the
 * job calls none. Only github.com's claims are condition keys of STS.
 */
export function reusableWorkflowPolicy(claims: Claims, roleArn: string): TrustPolicy | undefined {
  const { job_workflow_ref: called = '', repository = '', repository_owner: owner = '' } = claims;
  const repositoryOfWorkflow = called.split('/').slice(0, 2).join('/');
  if (!isGithubDotCom(claims) || !called || !owner || repositoryOfWorkflow === repository) return undefined;
  // A customised sub does not begin with the repository: the patterns below would not match it.
  if (![`repo:${owner}/`, `repo:${owner}@`].some((start) => claims.sub.startsWith(start))) return undefined;
  return webIdentityPolicy(claims, roleArn, {
    StringEquals: { job_workflow_ref: literal(called) },
    // AWS demands a condition on sub for GitHub's shared issuer.
    StringLike: { sub: [`repo:${owner}/*`, `repo:${owner}@${claims.repository_owner_id}/*`] },
  });
}

function webIdentityPolicy(
  claims: Claims,
  roleArn: string,
  conditions: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>,
): TrustPolicy {
  const host = issuerHost(claims);
  const { partition, account } = roleParts(roleArn);
  const all: Record<string, Record<string, string | readonly string[]>> = {
    StringEquals: { [`${host}:aud`]: literal(claims.aud) },
  };
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, value] of Object.entries(keys)) {
      all[operator] = {
        ...all[operator],
        [`${host}:${key}`]: typeof value === 'string' || value.length > 1 ? value : value[0]!,
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

/**
 * The values of `sub` to accept: the token's; every tag for a tag, since the next release has another; and, for a name-based
 * sub of github.com, also the immutable form that the repository gets when it is renamed or moved. A token that has the
 * immutable form already needs no other: names can be taken over, ids cannot.
 * https://docs.github.com/actions/reference/security/oidc
 */
function subjectCondition(claims: Claims): Record<string, { readonly sub: readonly string[] }> {
  const { sub, repository, repository_id: id, repository_owner_id: ownerId } = claims;
  const [owner, name] = (repository ?? '').split('/');
  const plain = `repo:${repository}:`;
  const both = isGithubDotCom(claims) && id && ownerId && sub.startsWith(plain);
  const forms = both ? [sub, `repo:${owner}@${ownerId}/${name}@${id}:${sub.slice(plain.length)}`] : [sub];
  const patterns = forms.map(pattern);
  const next = patterns.map((form) => ofAnyTag(ofAnyRun(form), claims));
  if (next.some((form, at) => form !== patterns[at])) return { StringLike: { sub: next } };
  return { StringEquals: { sub: forms.map(literal) } };
}

/** The next release has another tag, and so has the workflow's own file, where a customised sub names it. */
function ofAnyTag(sub: string, { ref_type, ref, repository }: Claims): string {
  if (ref_type !== 'tag') return sub;
  const atTag = `@${pattern(ref ?? '')}`;
  const isOwnFile = (part: string) => part.startsWith(`${repository}/`) && part.endsWith(atTag);
  const parts = sub.split(':').map((part) => (isOwnFile(part) ? `${part.slice(0, -atTag.length)}@refs/tags/*` : part));
  return parts.join(':').replace(/((?:^|:)ref:refs\/tags\/)[^:]+/g, '$1*');
}

/** What is another in the next run, as GitHub writes it into refs and customised subs, and what takes any of it. */
const OF_ONE_RUN: readonly (readonly [RegExp, string])[] = [
  [/(:ref:refs\/heads\/gh-readonly-queue\/[^:]+\/)pr-\d+-[0-9a-f]+/g, '$1*'],
  [/(refs\/pull\/)\d+(\/(?:merge|head))/g, '$1*$2'],
  [/(:(?:run_id|run_number|run_attempt|check_run_id|sha|head_sha|workflow_sha|job_workflow_sha):)[^:]+/g, '$1*'],
];

/** Whether a policy with this very `sub` would not accept the next run. */
export function isOfOneRun(sub: string): boolean {
  return ofAnyRun(sub) !== sub;
}

function ofAnyRun(sub: string): string {
  return OF_ONE_RUN.reduce((text, [part, any]) => text.replace(part, any), sub);
}

/** A value in a policy, where `${` would begin a policy variable. */
function literal(value: string): string {
  return value.replaceAll('${', '${$}{');
}

/** The same for StringLike, where `*` and `?` would be wildcards. */
function pattern(value: string): string {
  return literal(value).replace(/(?<!\$\{)[*?]/g, '${$&}');
}

/**
 * The two sides of a hop from one role to the next: what the caller's identity policy and the role's trust policy need.
 * @param also actions that are needed besides sts:AssumeRole, on both sides
 */
export function hopPolicies(
  callerArn: string,
  roleArn: string,
  { also, externalId }: { readonly also: readonly string[]; readonly externalId: string | undefined },
): { readonly identity: object; readonly trust: TrustPolicy } {
  const Action = also.length > 0 ? ['sts:AssumeRole', ...also] : 'sts:AssumeRole';
  const identity = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: roleArn }] };
  const trust: TrustStatement = {
    Effect: 'Allow',
    Principal: { AWS: callerArn },
    Action: 'sts:AssumeRole',
    ...(externalId ? { Condition: { StringEquals: { 'sts:ExternalId': literal(externalId) } } } : {}),
  };
  const more = also.map((it): TrustStatement => ({ Effect: 'Allow', Principal: { AWS: callerArn }, Action: it }));
  return { identity, trust: { Version: '2012-10-17', Statement: [trust, ...more] } };
}
