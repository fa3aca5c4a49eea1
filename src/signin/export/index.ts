import { join } from 'node:path';
import type { Session } from '../../aws/session.ts';
import { CREDENTIAL_VARIABLES } from '../../aws/session.ts';
import { Problem } from '../../base/problem.ts';
import type { Runner } from '../../base/runner.ts';
import { counted } from '../../base/units.ts';
import type { Access, Job, Report } from '../../job.ts';
import { ambientSource } from '../identity/choose.ts';
import type { SignInRequest } from '../request.ts';
import { processCommand, writeSettings } from './process.ts';
import { checkProfileIsFree, type ProfilePart, profileParts, writeProfile } from './profile.ts';

/** What later steps will get of the session. Names alone: values are in memory. */
export interface ExportPlan {
  /** Variables that will be set. */
  readonly variables: readonly string[];
  /** Variables of an earlier step that would hide what is exported, and are emptied. */
  readonly emptied: readonly string[];
  /** Credential outputs. */
  readonly outputs: readonly string[];
  readonly profile: { readonly name: string; readonly files: readonly string[]; readonly renews: boolean } | undefined;
}

const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
const CREDENTIAL_OUTPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];

/** Gives the session to later steps: as variables, as a profile, as outputs. */
export function makeExportJob(request: SignInRequest, access: Access): Job<ExportPlan, Date | undefined> {
  const { exports } = request;
  const { session } = access;
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
      region: session.region,
    }),
  };
}

function planExport({ exports, unsetCurrent }: SignInRequest, { runner, session }: Access): ExportPlan {
  const { toEnv, toOutputs, profile, refresh } = exports;
  const outputs = toOutputs ? CREDENTIAL_OUTPUTS : [];
  const there = CREDENTIAL_VARIABLES.filter((name) => unsetCurrent || runner.env[name]);
  if (!profile) {
    const variables = toEnv && !session.existing ? [...CREDENTIAL_VARIABLES, ...REGION_VARIABLES] : [];
    return { variables, emptied: unsetCurrent && !toEnv ? there : [], outputs, profile: undefined };
  }
  if (refresh) checkLaterStepsCan(session, runner.env);
  const { config, credentials } = profileParts(profile.name, runner.env);
  if (!profile.overwrite) checkProfileIsFree(profile.name, [config, credentials]);
  return {
    variables: toEnv ? ['AWS_PROFILE', ...REGION_VARIABLES] : [],
    // Keys in the environment would hide the profile from the CLI and most SDKs.
    emptied: toEnv || unsetCurrent ? there : [],
    outputs,
    profile: {
      name: profile.name,
      files: (refresh ? [config] : [config, credentials]).map(({ file }) => file),
      renews: refresh,
    },
  };
}

/** @throws Problem when the identity is one that a later step, with the new profile set, no longer has */
function checkLaterStepsCan({ source }: Session, env: Runner['env']): void {
  const { kind, described } = ambientSource(env);
  if (source !== 'ambient' || (kind !== 'keys' && kind !== 'profile')) return;
  throw new Problem({
    on: 'Input refresh-credentials',
    what: `a later step can't sign in anew with ${described}`,
    why: 'the new profile takes their place there',
    fix: 'sign in with GitHub OIDC, a token file, or what the machine is; or leave refresh-credentials out',
  });
}

async function applyExport(
  plan: ExportPlan,
  request: SignInRequest,
  { runner, session }: Access,
): Promise<Date | undefined> {
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = await session.credentials();
  // Masked when they were got; the key id is none: a masked one would make presigned URLs vanish from job outputs.
  const values: Record<string, string> = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: session.region,
    AWS_DEFAULT_REGION: session.region,
    AWS_PROFILE: plan.profile?.name ?? '',
  };
  if (plan.profile) {
    const parts = profileParts(plan.profile.name, runner.env);
    const write = (part: ProfilePart, settings: Record<string, string>) =>
      writeProfile(part, settings, runner.undoLater);
    if (plan.profile.renews) {
      const folder = runner.env.RUNNER_TEMP ?? '';
      const settings = join(folder, `keyless-aws-${plan.profile.name}.json`);
      runner.undoLater({ kind: 'file', path: settings });
      writeSettings(settings, { ...request, source: session.source });
      write(parts.config, { region: session.region, credential_process: processCommand(settings) });
    } else {
      write(parts.config, { region: session.region });
      write(parts.credentials, {
        aws_access_key_id: accessKeyId,
        aws_secret_access_key: secretAccessKey,
        ...(sessionToken ? { aws_session_token: sessionToken } : {}),
      });
    }
  }
  runner.exportVariables({
    ...Object.fromEntries(plan.variables.map((name) => [name, values[name] ?? ''])),
    ...Object.fromEntries(plan.emptied.map((name) => [name, ''])),
  });
  runner.outputs(
    Object.fromEntries(plan.outputs.map((name) => [name, values[name.toUpperCase().replaceAll('-', '_')] ?? ''])),
  );
  return expiration;
}

function reportExport(
  { variables, emptied, profile, outputs }: ExportPlan,
  { accountId, arn, partition }: Access['session'],
  toEnv: boolean,
  expiration: Date | undefined,
): Report {
  const lines: string[] = [];
  if (profile) {
    lines.push(
      `Profile ${profile.name}: written to ${profile.files.join(' and ')}${toEnv ? ', and AWS_PROFILE is set' : ''}.`,
    );
    if (profile.renews) {
      lines.push(
        'It signs in anew whenever it is used: in run: steps and JavaScript actions of this job. A Docker container action, or a step of another job, has neither this action nor the right to a token.',
      );
    }
  } else if (variables.length > 0) lines.push(`Exported for later steps: ${variables.join(', ')}.`);
  else lines.push('Credentials stay in this step: nothing is exported (output-env-credentials).');
  if (emptied.length > 0) lines.push(`Emptied for later steps: ${emptied.join(', ')}.`);
  if (outputs.length > 0) lines.push(`Credentials are outputs of this step: ${outputs.join(', ')}.`);
  const exported =
    variables.length > 0
      ? `${counted(variables.length, 'variable')} for later steps`
      : 'no credentials for later steps';
  return {
    headline: profile ? `profile ${profile.name}` : exported,
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
