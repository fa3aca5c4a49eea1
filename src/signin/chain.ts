import { Problem } from '../base/problem.ts';
import { isExpired } from '../base/retryable.ts';
import { denied } from './denied/index.ts';
import { mixedKeys } from './denied/mixed-keys.ts';
import { roleParts } from './denied/trust-policy.ts';
import type { IdToken, WebIdentity } from './identity/web-identity.ts';
import type { SignInRequest } from './request.ts';
import { type HopTags, type SessionTags, type TagsOfHop, tagsOfHop } from './session-tags.ts';
import { callSts, type SignInContext } from './sts/context.ts';
import {
  type Assumed,
  type AssumeParams,
  assumeRole,
  assumeWithWebIdentity,
  type Credentials,
  StsError,
} from './sts/sts.ts';

/** A session that only serves to assume the next role is as short as STS lets it be. */
const INTERMEDIATE_SECONDS = 900;

/** Assumes the first role, with a token. `last`: no other role comes after it. */
export async function assumeFirst(
  context: SignInContext,
  request: SignInRequest,
  { who, roleArn, last }: { readonly who: WebIdentity; readonly roleArn: string; readonly last: boolean },
): Promise<Assumed> {
  const { region, endpoint } = context;
  let held: IdToken | undefined = await who.token({ anew: false });
  let spent = false;
  const params = assumeParams(request, roleArn, { last, index: 0 });
  const session = await callSts(context, 'sts:AssumeRoleWithWebIdentity', async (call) => {
    held = await who.token({ anew: spent });
    spent = false;
    try {
      return await assumeWithWebIdentity({ ...call, plain: who.plain }, params, held.token);
    } catch (error) {
      spent = isExpired(error);
      throw error;
    }
  }).catch((error: unknown) => {
    const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, claims: held?.claims };
    throw denied(error, { ...asked, tokenFile: who.tokenFile }, Date.now());
  });
  maskCredentials(context, session.credentials);
  checkAnswer(session.arn, roleArn);
  return session;
}

export interface ChainStart {
  readonly session: Assumed;
  /** The role that it is a session of, where it is known. */
  readonly role: string | undefined;
  /** It came from the machine's token file. */
  readonly byTokenFile?: boolean;
}

/** Assumes one role after the other, each with the credentials of the one before. */
export async function chain(
  context: SignInContext,
  request: SignInRequest,
  { start, roles }: { readonly start: ChainStart; readonly roles: readonly string[] },
): Promise<Assumed> {
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

interface Hop {
  /** From 0, counting `AssumeRole` calls. */
  readonly hop: number;
  /** From 0, counting the roles of the input. */
  readonly index: number;
  readonly roleArn: string;
  /** The role that calls, where it is known. */
  readonly callerRole: string | undefined;
  readonly caller: Assumed;
  readonly byTokenFile: boolean;
}

async function assumeNext(context: SignInContext, request: SignInRequest, step: Hop): Promise<Assumed> {
  const { region, endpoint, env } = context;
  const { hop, index, roleArn, caller, byTokenFile } = step;
  const params = assumeParams(request, roleArn, { last: index === request.roles.length - 1, index });
  const externalId = pick(request.externalIds, index);
  const mixed = mixedKeys(caller.credentials);
  const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, externalId, byTokenFile, mixed };
  const assume = (tags: HopTags) => {
    const all = { ...params, externalId, ...tags };
    return callSts(context, 'sts:AssumeRole', (call) => assumeRole({ ...call, credentials: caller.credentials }, all));
  };
  const tags = tagSteps(request.tags, tagsOfHop(request.tags, env, hop));
  const session = await withTags(tags, assume, (line) => context.say(`${roleArn} ${line}`)).catch((hop: DeniedHop) => {
    const tagged = Object.keys(hop.tags.tags).length > 0;
    throw denied(hop.error, { ...asked, tags: tagged, callerArn: callerArn(hop.error, step) }, Date.now());
  });
  maskCredentials(context, session.credentials);
  checkAnswer(session.arn, roleArn);
  return session;
}

interface DeniedHop {
  readonly error: unknown;
  readonly tags: HopTags;
}

/** A sign-in must not fail because of tags that nobody asked for: the less important are dropped first, then all. */
function tagSteps({ skip, custom, transitiveKeys }: SessionTags, { all, fewer }: TagsOfHop): HopTags[] {
  if (skip) return [all];
  const asked = Object.keys(custom).length > 0 || transitiveKeys.length > 0;
  return asked ? [all, fewer] : [all, fewer, { tags: {}, transitiveTagKeys: [] }];
}

/** @throws DeniedHop: the last request, and how it was refused */
async function withTags(
  [tags, ...steps]: readonly HopTags[],
  assume: (tags: HopTags) => Promise<Assumed>,
  say: (line: string) => void,
): Promise<Assumed> {
  if (!tags) throw new Error('a call has tags, if only none');
  return assume(tags).catch((error: unknown) => {
    // A role that may not be tagged takes no tag at all; session policies and tags that are too large may do with fewer.
    const rest = steps.filter(
      (it) => isTooLarge(error) || (isTaggingRefused(error) && Object.keys(it.tags).length === 0),
    );
    if (!rest[0]) throw { error, tags } satisfies DeniedHop;
    const next = Object.keys(rest[0].tags).length === 0 ? 'without' : 'with fewer';
    say(`may not be assumed with session tags (${(error as StsError).name}): trying ${next}`);
    return withTags(rest, assume, say);
  });
}

function isTooLarge(error: unknown): boolean {
  return error instanceof StsError && error.name === 'PackedPolicyTooLarge';
}

function isTaggingRefused(error: unknown): boolean {
  return error instanceof StsError && error.name === 'AccessDenied' && /sts:TagSession/.test(error.message);
}

/** The caller as AWS names it in its message, as the ARN of its role: that is what policies name. */
function callerArn(error: unknown, { callerRole, caller }: Hop): string {
  const named = error instanceof StsError ? /User: (arn:\S+) is not/.exec(error.message)?.[1] : undefined;
  const arn = callerRole ?? named ?? caller.arn;
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role ? `arn:${partition}:iam::${account}:role/${role}` : arn || 'the credentials of this step';
}

function assumeParams(
  request: SignInRequest,
  roleArn: string,
  { last, index }: { readonly last: boolean; readonly index: number },
): AssumeParams {
  return {
    roleArn,
    sessionName: pick(request.sessionNames, index) ?? '',
    durationSeconds: last ? request.durationSeconds : INTERMEDIATE_SECONDS,
    // Session policies narrow the last session of a chain; on an earlier one they could only forbid the next hop.
    ...(last ? { policy: request.sessionPolicy, policyArns: request.sessionPolicyArns } : {}),
  };
}

/** One value for all roles, or one for each. */
function pick(values: readonly string[], index: number): string | undefined {
  return values.length > 1 ? values[index] : values[0];
}

export function maskCredentials({ mask }: SignInContext, { secretAccessKey, sessionToken }: Credentials): void {
  mask(secretAccessKey);
  if (sessionToken) mask(sessionToken);
}

/** What STS gave must be what was asked for. */
function checkAnswer(arn: string, roleArn: string): void {
  const { account, name } = roleParts(roleArn);
  const [, , , , givenAccount, resource = ''] = arn.split(':');
  if (givenAccount === account && resource.split('/')[1] === name) return;
  throw new Problem({
    what: `STS gave a session of ${arn}, not of ${roleArn}`,
    why: 'the endpoint that answered is not the AWS that the role belongs to',
    fix: 'check sts-endpoint, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL',
  });
}
