import { partitionOf } from '../aws/partition.ts';
import { Problem } from '../base/problem.ts';
import { isExpired } from '../base/verdict.ts';
import { explain } from './denied/explain.ts';
import { roleParts } from './denied/trust-policy.ts';
import { ambientCredentials, NoCredentials } from './identity/ambient.ts';
import { ambientSource, type Choice } from './identity/choose.ts';
import { githubToken, type IdToken } from './identity/github-oidc.ts';
import { noIdToken, readPullRequest } from './identity/no-identity.ts';
import { fileToken } from './identity/token-file.ts';
import type { SignInRequest } from './request.ts';
import type { SignInContext } from './sts/context.ts';
import {
  type Assumed,
  type AssumeParams,
  assumeRole,
  assumeWithWebIdentity,
  type Credentials,
  callerIdentity,
  StsError,
} from './sts/sts.ts';
import { tagsOfHop } from './tags.ts';

/** A token is asked for anew when less than this is left of it. GitHub's live for 300 s. */
const TOKEN_MARGIN_MS = 30_000;

/** A session that only serves to assume the next role is as short as STS lets it be. */
const INTERMEDIATE_SECONDS = 900;

/** Signs in once: identity, then every role of the chain. */
export async function acquire(context: SignInContext, request: SignInRequest, { source }: Choice): Promise<Assumed> {
  if (source === 'ambient') return acquireAmbient(context, request);
  const first = request.roles[0] ?? (source === 'token-file' ? context.env.AWS_ROLE_ARN : undefined);
  if (!first) throw noRole('it is empty, and a token alone signs in to nothing');
  const session = await assumeFirst(context, request, source === 'github-oidc', first);
  return chain(context, request, session, request.roles.slice(1), first);
}

async function acquireAmbient(context: SignInContext, request: SignInRequest): Promise<Assumed> {
  const credentials = await ambientCredentials(context, ambientSource(context.env)).catch((error: unknown) => {
    throw withoutAmbient(error, context, request);
  });
  mask(context, credentials);
  const bare = request.roles.some((role) => !role.startsWith('arn:'));
  const arn = request.roles.length === 0 || bare ? await whoAmI(context, credentials) : '';
  const [, partition = 'aws', , , account = ''] = arn.split(':');
  const roles = request.roles.map((role) =>
    role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`,
  );
  return chain(context, request, { credentials, arn }, roles, undefined);
}

/** @throws Problem, also for credentials that AWS does not take */
export async function whoAmI(context: SignInContext, credentials: Credentials): Promise<string> {
  const { http, endpoint, region, call, how } = context;
  const ask = (signal: AbortSignal) => callerIdentity({ http, endpoint, region, credentials, signal });
  return call('sts:GetCallerIdentity', ask, how).catch((error: unknown) => {
    if (!(error instanceof StsError)) throw error;
    throw new Problem({
      what: `sts:GetCallerIdentity was refused with ${error.name} (HTTP ${error.status})`,
      why: `AWS does not take the credentials that this step found in ${ambientSource(context.env).described}`,
      fix: 'check where they come from, or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume',
      cause: error,
    });
  });
}

async function assumeFirst(
  context: SignInContext,
  request: SignInRequest,
  fromGithub: boolean,
  roleArn: string,
): Promise<Assumed> {
  const { http, endpoint, region, call, how } = context;
  const tokenFile = request.tokenFile ?? context.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
  const audience = request.audience ?? partitionOf(region).audience;
  let held: IdToken | undefined;
  let spent = false;
  const token = async () => {
    const left = held ? held.claims.exp * 1000 - Date.now() : 0;
    // A file is read at each use: it is rotated.
    if (!held || !fromGithub || spent || left < TOKEN_MARGIN_MS) {
      spent = false;
      held = await (fromGithub ? githubToken(context, audience) : fileToken(context, tokenFile));
    }
    return held;
  };
  const params = assumeParams(request, roleArn, request.roles.length <= 1, 0);
  const attempt = async (signal: AbortSignal) => {
    const { token: idToken } = await token();
    try {
      return await assumeWithWebIdentity(
        { http, endpoint, region, signal, plain: fromGithub ? 'loopback' : 'named' },
        params,
        idToken,
      );
    } catch (error) {
      spent = isExpired(error);
      throw error;
    }
  };
  await token();
  const session = await call('sts:AssumeRoleWithWebIdentity', attempt, how).catch((error: unknown) => {
    const claims = held?.claims;
    const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, claims };
    throw explain(error, { ...asked, tokenFile: fromGithub ? undefined : tokenFile }, Date.now());
  });
  mask(context, session.credentials);
  checkAnswer(session.arn, roleArn);
  return session;
}

/** Assumes one role after the other, each with the credentials of the one before. */
async function chain(
  context: SignInContext,
  request: SignInRequest,
  start: Assumed,
  roles: readonly string[],
  startRole: string | undefined,
): Promise<Assumed> {
  let session = start;
  let callerRole = startRole;
  const offset = request.roles.length - roles.length;
  for (const [hop, roleArn] of roles.entries()) {
    session = await assumeNext(context, request, { hop, index: hop + offset, roleArn, callerRole, caller: session });
    callerRole = roleArn;
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
}

async function assumeNext(context: SignInContext, request: SignInRequest, step: Hop): Promise<Assumed> {
  const { http, endpoint, region, call, how, env } = context;
  const { hop, index, roleArn, caller } = step;
  const { credentials } = caller;
  const params = assumeParams(request, roleArn, index === request.roles.length - 1, index);
  const externalId = pick(request.externalIds, index);
  const tagging = tagsOfHop(request.tags, env, hop);
  const assume = (withTags: typeof tagging) =>
    call(
      'sts:AssumeRole',
      (signal) => assumeRole({ http, endpoint, region, credentials, signal }, { ...params, externalId, ...withTags }),
      how,
    );
  const asked = { roleArn, region, endpoint, durationSeconds: params.durationSeconds, externalId };
  const session = await assume(tagging)
    .catch((error: unknown) => {
      if (!triesWithoutTags(error, request)) throw error;
      context.say(`${roleArn} may not be assumed with session tags (${(error as StsError).name}): trying without`);
      return assume({ tags: {}, transitiveTagKeys: [] });
    })
    .catch((error: unknown) => {
      const tags = Object.keys(tagging.tags).length > 0;
      throw explain(error, { ...asked, tags, callerArn: callerArn(error, step) }, Date.now());
    });
  mask(context, session.credentials);
  checkAnswer(session.arn, roleArn);
  return session;
}

/** Tags that nobody asked for must not be what a sign-in fails on. */
function triesWithoutTags(error: unknown, { tags }: SignInRequest): boolean {
  if (!(error instanceof StsError) || tags.skip || Object.keys(tags.custom).length > 0) return false;
  if (tags.transitiveKeys.length > 0) return false;
  return (
    error.name === 'PackedPolicyTooLarge' || (error.name === 'AccessDenied' && /sts:TagSession/.test(error.message))
  );
}

/** The caller as AWS names it in its message, as the ARN of its role: that is what policies name. */
function callerArn(error: unknown, { callerRole, caller }: Hop): string {
  const named = error instanceof StsError ? /User: (arn:\S+) is not/.exec(error.message)?.[1] : undefined;
  const arn = callerRole ?? named ?? caller.arn;
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role ? `arn:${partition}:iam::${account}:role/${role}` : arn || 'the credentials of this step';
}

function assumeParams(request: SignInRequest, roleArn: string, last: boolean, index: number): AssumeParams {
  return {
    roleArn,
    sessionName: pick(request.sessionNames, index) ?? '',
    durationSeconds: last ? request.durationSeconds : INTERMEDIATE_SECONDS,
    // Session policies narrow the session that the step ends up with; on the way there they would only be in the way.
    ...(last ? { policy: request.sessionPolicy, policyArns: request.sessionPolicyArns } : {}),
  };
}

/** One value for all roles, or one for each. */
function pick(values: readonly string[], index: number): string | undefined {
  return values.length > 1 ? values[index] : values[0];
}

function mask({ mask: hide }: SignInContext, { secretAccessKey, sessionToken }: Credentials): void {
  hide(secretAccessKey);
  if (sessionToken) hide(sessionToken);
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

/** Nothing to sign in with: the sentence depends on what the workflow meant. */
function withoutAmbient(error: unknown, { env }: SignInContext, { roles, source, tokenFile }: SignInRequest): unknown {
  if (!(error instanceof NoCredentials) || source === 'ambient' || tokenFile) return error;
  if (roles.length === 0) return noRole('it is empty, and this machine has no identity of its own');
  return noIdToken(env, readPullRequest(env), `this machine has no identity of its own either`);
}

function noRole(what: string): Problem {
  return new Problem({
    on: 'Input role-to-assume',
    what,
    why: 'an input that is fed from a secret or variable which is not there is an empty string: in pull requests of forks, for Dependabot, outside of the environment that holds it, in a reusable workflow that the caller passes no secrets to, or after a typo',
    fix: "write the role's ARN in the workflow, or as a variable (vars.…): it is no secret",
  });
}
