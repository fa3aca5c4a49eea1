import type { Session } from '../../aws/session.ts';
import { profileInUse } from '../../aws/shared-config.ts';
import type { Runner } from '../../base/runner.ts';
import { counted } from '../../base/units.ts';
import type { Access, Job, Report } from '../../job.ts';
import type { SignInRequest } from '../request.ts';
import { hold, LEAST_SECONDS, processCommand } from './held-sign-in.ts';
import { makeFolder, type OwnFiles, ownFiles, writeOwn, writeOwnFiles } from './own-files.ts';
import { afterJob, type ExportPlan, planExport } from './plan.ts';
import { profileParts, writeProfile } from './profile.ts';

/** Gives the session to later steps: as variables, as a profile, as outputs. */
export function makeExportJob(request: SignInRequest, access: Access): Job<ExportPlan, Date | undefined> {
  const { session } = access;
  return {
    name: 'sign-in',
    plan: async () => planExport(request, access),
    // STS asks for no permission of the session itself.
    permissions: () => [],
    apply: (plan) => applyExport(plan, request, access),
    report: (plan, expiration) => reportExport(plan, { request, session, env: access.runner.env, expiration }),
    describe: ({ own, ...plan }) => ({
      ...plan,
      ...(own ? { ownProfile: own.name, renews: own.holds === 'process' } : {}),
      arn: request.maskAccountId ? '***' : session.arn,
      source: session.source,
      region: session.region,
    }),
  };
}

async function applyExport(plan: ExportPlan, request: SignInRequest, access: Access): Promise<Date | undefined> {
  const { runner, session } = access;
  const { env } = runner;
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = await session.credentials();
  const keys = {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    ...(sessionToken ? { aws_session_token: sessionToken } : {}),
  };
  const region = { region: request.regionName };
  const name = plan.own?.name ?? plan.profile?.name ?? profileInUse(env);
  if (plan.profile) {
    const parts = profileParts(name, env);
    const writer = {
      by: writerOf(env),
      until: plan.profile.renews ? undefined : expiration,
      undoLater: runner.undoLater,
    };
    if (plan.profile.renews) {
      const files = ownFiles(env);
      runner.undoLater({ kind: 'folder', path: files.folder });
      writeHeld(files, request, access);
      writeProfile(parts.config, { ...region, ...processOf(files) }, writer);
    } else {
      writeProfile(parts.credentials, keys, writer);
      writeProfile(parts.config, region, writer);
    }
  }
  if (plan.own) {
    const { files, holds } = plan.own;
    runner.undoLater({ kind: 'folder', path: files.folder });
    const settings = { process: processOf(files), keys, nothing: {} }[holds];
    if (holds === 'process') writeHeld(files, request, access);
    writeOwnFiles(files, { name, isDefault: holds === 'process', settings: { ...region, ...settings } }, env);
  }
  // Masked when they were got; the key id is not: a masked one would make presigned URLs vanish from job outputs.
  const values: Record<string, string> = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: request.regionName,
    AWS_DEFAULT_REGION: request.regionName,
    AWS_PROFILE: name,
    AWS_DEFAULT_PROFILE: name,
    AWS_CONFIG_FILE: plan.own?.files.config ?? '',
    AWS_SHARED_CREDENTIALS_FILE: plan.own?.files.credentials ?? '',
  };
  exportAll(plan, values, runner);
  runner.outputs(
    Object.fromEntries(plan.outputs.map((name) => [name, values[name.toUpperCase().replaceAll('-', '_')] ?? ''])),
  );
  return expiration;
}

function processOf({ settings }: OwnFiles) {
  return { credential_process: processCommand(settings) };
}

function writeHeld({ folder, settings }: OwnFiles, request: SignInRequest, { session, runner }: Access): void {
  makeFolder(folder);
  writeOwn(settings, JSON.stringify(hold(request, session, runner.env)));
}

/** Sets the variables. One that was not set before cannot be taken back: the post step gives it what does no harm. */
function exportAll({ variables, emptied }: ExportPlan, values: Readonly<Record<string, string>>, runner: Runner): void {
  const { env } = runner;
  const unset = Object.fromEntries(variables.map((name) => [name, afterJob(name, env, values.AWS_REGION ?? '')]));
  const all = [...variables.map((name) => [name, values[name] ?? '']), ...emptied.map((name) => [name, ''])];
  if (all.length > 0) runner.exportVariables(Object.fromEntries(all), { unset });
}

function writerOf(env: Runner['env']): string {
  return `run ${env.GITHUB_RUN_ID ?? '0'} of ${env.GITHUB_REPOSITORY ?? 'a repository'}, job ${env.GITHUB_JOB ?? 'unknown'}`;
}

interface ExportFacts {
  readonly request: SignInRequest;
  readonly session: Session;
  readonly env: Runner['env'];
  readonly expiration: Date | undefined;
}

function reportExport(plan: ExportPlan, { request, session, expiration }: ExportFacts): Report {
  const { variables, emptied, profile, outputs, own, found } = plan;
  const lines: string[] = [];
  if (found) {
    lines.push(
      `Later steps find ${session.identity.described} themselves, and renew it: no credentials are exported (output-env-credentials: true exports them as they are now).`,
    );
  }
  if (profile) lines.push(`Profile ${profile.name}: written to ${profile.files.join(' and ')}.`);
  if (own?.holds === 'process') {
    lines.push(
      `Later steps sign in again whenever they need credentials, as the same identity: by the profile ${own.name}, which is the default one, in ${own.files.config}.`,
    );
  }
  if (own?.holds === 'process' || profile?.renews) {
    lines.push(
      'That works in run: steps and JavaScript actions of this job. A Docker container action, or a step of another job, has neither this action nor the right to a token.',
    );
    if (request.durationSeconds < LEAST_SECONDS) {
      lines.push(
        `Its sessions last ${LEAST_SECONDS} seconds, not ${request.durationSeconds}: boto3 renews 15 minutes before the end, and would sign in at each of its calls.`,
      );
    }
  }
  if (variables.length > 0) lines.push(`Exported for later steps: ${variables.join(', ')}.`);
  else if (!profile) lines.push('Credentials stay in this step: nothing is exported (output-env-credentials).');
  lines.push(...toldReplaced(plan));
  if (emptied.length > 0) lines.push(`Emptied for later steps: ${emptied.join(', ')}.`);
  if (outputs.length > 0) lines.push(`Credentials are outputs of this step: ${outputs.join(', ')}.`);
  const exported =
    variables.length > 0
      ? `${counted(variables.length, 'variable')} for later steps`
      : 'no credentials for later steps';
  const { accountId, arn, partition, region } = session;
  const [, role] = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  const roleArn = request.roles.at(-1);
  return {
    headline: profile ? `profile ${profile.name}` : exported,
    lines,
    outputs: {
      'aws-account-id': accountId,
      'authenticated-arn': arn,
      'aws-partition': partition,
      'aws-region': region,
      ...(role
        ? {
            'role-arn':
              !session.existing && roleArn?.startsWith('arn:')
                ? roleArn
                : `arn:${partition}:iam::${accountId}:role/${role}`,
          }
        : {}),
      ...(expiration ? { 'aws-expiration': expiration.toISOString() } : {}),
    },
    summary: '',
  };
}

/** What an earlier step, or the job, had chosen and this step replaces. */
function toldReplaced({ replaced }: ExportPlan): string[] {
  if (replaced.length === 0) return [];
  return [`Replaced for later steps, so that all SDKs agree on who this job is: ${replaced.join(', ')}.`];
}
