import { sectionOf } from '../../aws/ini.ts';
import { CREDENTIAL_VARIABLES, MORE_CREDENTIAL_VARIABLES, type Session } from '../../aws/session.ts';
import {
  configSection,
  defaultFiles,
  namedProfile,
  profileRegion,
  readShared,
  sharedFiles,
} from '../../aws/shared-config.ts';
import type { Environment } from '../../base/environment.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { SignInRequest } from '../request.ts';
import { type OwnFiles, ownFiles } from './own-files.ts';
import { checkProfileIsFree, profileParts } from './profile.ts';

/** What later steps will get of the session. Names and places alone: values are in memory. */
export interface ExportPlan {
  /** Variables that will be set. */
  readonly variables: readonly string[];
  /** Variables of an earlier step, or of the machine, that would make some SDKs somebody else, and are emptied. */
  readonly emptied: readonly string[];
  /** What of an earlier step, or of the job, is replaced: `AWS_PROFILE (it was shop)`. */
  readonly replaced: readonly string[];
  /** Credential outputs. */
  readonly outputs: readonly string[];
  /** A section of the user's own files: `aws-profile`. */
  readonly profile: { readonly name: string; readonly files: readonly string[]; readonly renews: boolean } | undefined;
  /** Files of the step's own, which later steps read in place of the user's. */
  readonly own: OwnProfilePlan | undefined;
  /** Later steps find the identity themselves, and renew it: it was there before this step. */
  readonly found: boolean;
}

export interface OwnProfilePlan {
  readonly name: string;
  readonly files: OwnFiles;
  /** Signs in again; holds the keys; or holds nothing, so that a name that leads nowhere does no harm. */
  readonly holds: 'process' | 'keys' | 'nothing';
}

/** The name of the profile in the step's own files, where the user gives none. */
const OWN_PROFILE = 'keyless-aws';

const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
const FILE_VARIABLES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
const PROFILE_VARIABLES = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const CREDENTIAL_OUTPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
/** The SDKs differ in whether it or a profile comes first. */
const TOKEN_FILE_VARIABLE = 'AWS_WEB_IDENTITY_TOKEN_FILE';
/** What would hide a profile. */
const ELSEWHERE = [...CREDENTIAL_VARIABLES, ...MORE_CREDENTIAL_VARIABLES, TOKEN_FILE_VARIABLE];

/**
 * The SDKs look for credentials in different orders: with AWS_PROFILE and keys set, the aws CLI and boto3 take the keys and the
 * JavaScript SDK the profile. So whatever an earlier step exported, what this step exports leaves only one answer. An empty
 * AWS_PROFILE fails in the aws CLI, so that variable, where it is set, is made to name a profile of the same session.
 */
export function planExport(request: SignInRequest, access: Access): ExportPlan {
  const plan = chooseExport(request, access);
  return { ...plan, replaced: replacedBy(plan, access.runner.env) };
}

/** Values are told of what is not secret. */
function replacedBy({ variables }: Pick<ExportPlan, 'variables'>, env: Environment): string[] {
  const told = (name: string) =>
    [...PROFILE_VARIABLES, ...FILE_VARIABLES].includes(name) ? `${name} (it was ${env[name]})` : name;
  return setIn(
    env,
    variables.filter((name) => !REGION_VARIABLES.includes(name)),
  ).map(told);
}

function chooseExport(request: SignInRequest, { runner, session }: Access): Omit<ExportPlan, 'replaced'> {
  const { env } = runner;
  const { toEnv, toOutputs, profile, refresh, keysToEnv } = request.exports;
  const outputs = toOutputs ? CREDENTIAL_OUTPUTS : [];
  const unset = request.unsetCurrent ? [...CREDENTIAL_VARIABLES] : [];
  const none = { variables: [], emptied: unset, outputs, profile: undefined, own: undefined, found: false };
  if (refresh) checkLaterStepsCan(session);
  if (profile && !profile.overwrite) checkProfileIsFree(profile.name, profileParts(profile.name, env), Date.now());

  if (profile && !(refresh && toEnv)) {
    const { config, credentials } = sharedFiles(env);
    const written = { name: profile.name, files: refresh ? [config] : [config, credentials], renews: refresh };
    // AWS_PROFILE of the job, or of an earlier step, names it already: for the JavaScript SDK it comes before keys of the environment.
    const inForce = env.AWS_PROFILE === profile.name;
    if (!toEnv)
      return {
        ...none,
        profile: written,
        emptied: inForce ? [...new Set([...unset, ...setIn(env, ELSEWHERE)])] : unset,
      };
    // Another job on this HOME may write a profile of the same name: what is exported names files of this step's own.
    const own = { name: profile.name, files: ownFiles(env), holds: 'keys' } as const;
    const variables = [...CREDENTIAL_VARIABLES, ...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env, 'AWS_PROFILE')];
    return { ...none, variables, emptied: setIn(env, MORE_CREDENTIAL_VARIABLES), profile: written, own };
  }
  if (!toEnv) return none;
  if (refresh) {
    const name = profile?.name ?? OWN_PROFILE;
    const own = { name, files: ownFiles(env), holds: 'process' } as const;
    const variables = [...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env)];
    return { ...none, variables, own, emptied: setIn(env, ELSEWHERE) };
  }
  if (isFound(request, session) && !(keysToEnv && !session.existing)) {
    const found = planFound(session, env);
    return { ...none, ...found, emptied: [...new Set([...unset, ...found.emptied])] };
  }
  const taken = namesOf(env);
  const own = taken.length > 0 ? ({ name: OWN_PROFILE, files: ownFiles(env), holds: 'keys' } as const) : undefined;
  const variables = [...CREDENTIAL_VARIABLES, ...REGION_VARIABLES, ...(own ? FILE_VARIABLES : []), ...taken];
  return { ...none, variables, own, emptied: setIn(env, MORE_CREDENTIAL_VARIABLES) };
}

/** Which variables that name a profile are set, even to nothing; `always` counts as set. */
function namesOf(env: Environment, always?: string): string[] {
  return PROFILE_VARIABLES.filter((name) => name === always || env[name] !== undefined);
}

function setIn(env: Environment, names: readonly string[]): string[] {
  return names.filter((name) => env[name]);
}

/** Whether the session is what the SDKs of later steps find by themselves. */
function isFound(request: SignInRequest, { existing, source }: Session): boolean {
  const { roles, sessionPolicy, sessionPolicyArns, tokenFile, unsetCurrent } = request;
  if (existing) return true;
  if (roles.length > 0 || sessionPolicy !== undefined || sessionPolicyArns.length > 0 || unsetCurrent) return false;
  return source === 'ambient' || (source === 'token-file' && tokenFile === undefined);
}

/** The region, and what makes all SDKs find the same. */
function planFound(
  { identity }: Session,
  env: Environment,
): Pick<ExportPlan, 'variables' | 'emptied' | 'own' | 'found'> {
  const isProfile = identity.kind === 'profile';
  // Half a pair of keys makes botocore fail; this step and the JavaScript SDK ignore it.
  const halves = identity.kind === 'keys' ? [] : [...CREDENTIAL_VARIABLES, ...MORE_CREDENTIAL_VARIABLES];
  const emptied = setIn(env, isProfile ? ELSEWHERE : halves);
  // A name that leads to no section fails in the aws CLI; the JavaScript SDK passes over it.
  const leadsNowhere = !isProfile && namesOf(env).some((name) => !isInFiles(env[name] ?? '', env));
  const named = isProfile ? namesInUse(env) : [];
  if (!leadsNowhere) return { variables: [...REGION_VARIABLES, ...named], emptied, own: undefined, found: true };
  const own = { name: OWN_PROFILE, files: ownFiles(env), holds: 'nothing' } as const;
  return { variables: [...REGION_VARIABLES, ...FILE_VARIABLES, ...namesOf(env)], emptied, own, found: true };
}

/**
 * What has to name the profile that the step found: the JavaScript SDK does not know AWS_DEFAULT_PROFILE, and for the aws CLI and boto3
 * it comes before AWS_PROFILE.
 */
function namesInUse(env: Environment): string[] {
  const { name } = namedProfile(env) ?? {};
  return name === undefined ? [] : namesOf(env, 'AWS_PROFILE').filter((it) => env[it] !== name);
}

function isInFiles(name: string, env: Environment): boolean {
  const { config, credentials } = sharedFiles(env);
  return sectionOf(readShared(config), configSection(name)) !== '' || sectionOf(readShared(credentials), name) !== '';
}

/** @throws Problem when the identity is one that a later step, with the new profile set, no longer has */
function checkLaterStepsCan({ identity }: Session): void {
  if (identity.kind !== 'keys' && identity.kind !== 'profile') return;
  throw new Problem({
    on: 'Input refresh-credentials',
    what: `a later step cannot sign in again with ${identity.described}`,
    why: 'in later steps the new profile would take their place',
    fix: 'sign in with GitHub OIDC, a token file or the role of the machine; or leave refresh-credentials out',
  });
}

/**
 * What takes the place of a variable that was not set before, when the post step gives it back: it can only be set. An empty region
 * counts for the aws CLI and the SDKs, and ends all their calls: so it is the one of the user's profile, or the step's.
 */
export function afterJob(name: string, env: Environment, region: string): string {
  const { config, credentials } = defaultFiles(env);
  if (name === 'AWS_CONFIG_FILE') return config;
  if (REGION_VARIABLES.includes(name)) return env.AWS_REGION || env.AWS_DEFAULT_REGION || profileRegion(env) || region;
  return name === 'AWS_SHARED_CREDENTIALS_FILE' ? credentials : '';
}
