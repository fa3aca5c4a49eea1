import type { AwsCredentialIdentity } from '@smithy/types';
import { profileInUse } from '../../aws/shared-config.ts';
import type { Runner } from '../../base/runner.ts';
import type { Access, Job } from '../../job.ts';
import type { SignInRequest } from '../request.ts';
import { hold, processCommand } from './held-sign-in.ts';
import { makeFolder, type OwnFiles, ownFiles, writeOwn, writeOwnFiles } from './own-files.ts';
import { afterJob, type ExportPlan, type OwnProfilePlan, planExport } from './plan.ts';
import { profileParts, writeProfile } from './profile.ts';
import { reportExport } from './report.ts';

/** Gives the session to later steps: as variables, as a profile, as outputs. */
export function makeExportJob(request: SignInRequest, access: Access): Job<ExportPlan, Date | undefined> {
  const { session } = access;
  return {
    name: 'sign-in',
    plan: async () => planExport(request, access),
    // STS asks for no permission of the session itself.
    permissions: () => [],
    apply: (plan) => applyExport(plan, request, access),
    report: (plan, expiration) => reportExport(plan, { request, session, expiration }),
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
  const credentials = await session.credentials();
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = credentials;
  if (plan.profile) exportProfile(plan.profile, credentials, { request, access });
  if (plan.own) exportOwnFiles(plan.own, credentials, { request, access });
  const name = plan.own?.name ?? plan.profile?.name ?? profileInUse(runner.env);
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

interface ExportContext {
  readonly request: SignInRequest;
  readonly access: Access;
}

function exportProfile(
  { name, renews }: NonNullable<ExportPlan['profile']>,
  credentials: AwsCredentialIdentity,
  { request, access }: ExportContext,
): void {
  const { runner } = access;
  const parts = profileParts(name, runner.env);
  const region = { region: request.regionName };
  const until = renews ? undefined : credentials.expiration;
  const writer = { by: writerOf(runner.env), until, undoLater: runner.undoLater };
  if (renews) {
    const files = ownFiles(runner.env);
    runner.undoLater({ kind: 'folder', path: files.folder });
    writeHeld(files, request, access);
    writeProfile(parts.config, { ...region, ...processOf(files) }, writer);
  } else {
    writeProfile(parts.credentials, keysOf(credentials), writer);
    writeProfile(parts.config, region, writer);
  }
}

function exportOwnFiles(
  { name, files, holds }: OwnProfilePlan,
  credentials: AwsCredentialIdentity,
  { request, access }: ExportContext,
): void {
  const { runner } = access;
  runner.undoLater({ kind: 'folder', path: files.folder });
  if (holds === 'process') writeHeld(files, request, access);
  const settings = { process: processOf(files), keys: keysOf(credentials), nothing: {} }[holds];
  const written = { region: request.regionName, ...settings };
  writeOwnFiles(files, { name, isDefault: holds === 'process', settings: written }, runner.env);
}

/** As a profile names them. */
function keysOf({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentialIdentity): Record<string, string> {
  return {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    ...(sessionToken ? { aws_session_token: sessionToken } : {}),
  };
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
