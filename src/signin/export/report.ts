import { MASKED_OUTPUTS } from '../../aws/masked-outputs.ts';
import type { Session } from '../../aws/session.ts';
import { counted } from '../../base/units.ts';
import type { Report } from '../../job.ts';
import type { SignInRequest } from '../request.ts';
import { LEAST_SECONDS } from './held-sign-in.ts';
import type { ExportPlan } from './plan.ts';

interface ExportFacts {
  readonly request: SignInRequest;
  readonly session: Session;
  readonly expiration: Date | undefined;
}

export function reportExport(plan: ExportPlan, facts: ExportFacts): Report {
  const { variables, profile } = plan;
  const exported =
    variables.length > 0
      ? `${counted(variables.length, 'variable')} for later steps`
      : 'no credentials for later steps';
  return {
    headline: profile ? `profile ${profile.name}` : exported,
    lines: toldExports(plan, facts),
    outputs: identityOutputs(facts),
    summary: '',
  };
}

/** What later steps get, and how. */
function toldExports(plan: ExportPlan, { request, session }: ExportFacts): string[] {
  const { variables, emptied, profile, outputs, own, found } = plan;
  const lines: string[] = [];
  if (found) {
    lines.push(
      session.identity.kind === 'keys'
        ? 'Later steps have the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY already; nothing renews them.'
        : `Later steps find ${session.identity.described} themselves, and renew it: no credentials are exported (output-env-credentials: true exports them as they are now).`,
    );
  }
  if (profile) lines.push(`Profile ${profile.name}: written to ${profile.files.join(' and ')}.`);
  if (own?.holds === 'process') {
    lines.push(
      `Later steps sign in again whenever they need credentials, as the same identity: by the profile ${own.name}, which is the default one, in ${own.files.config}.`,
    );
  }
  if (own?.holds === 'process' || profile?.renews) lines.push(...toldRenewal(request));
  if (variables.length > 0) lines.push(`Exported for later steps: ${variables.join(', ')}.`);
  else if (!profile) lines.push('Credentials stay in this step: nothing is exported (output-env-credentials).');
  lines.push(...toldReplaced(plan));
  if (emptied.length > 0) lines.push(`Emptied for later steps: ${emptied.join(', ')}.`);
  if (outputs.length > 0) lines.push(`Credentials are outputs of this step: ${outputs.join(', ')}. ${MASKED_OUTPUTS}`);
  if (request.maskAccountId)
    lines.push(
      'mask-aws-account-id: GitHub leaves outputs with the account id in them (ARNs, registries) out of the outputs of a job.',
    );
  if (own && own.holds !== 'process')
    lines.push(
      'Docker container actions do not see the files of this profile, and fail on its name: use them in a job without it.',
    );
  return lines;
}

function toldRenewal({ durationSeconds }: SignInRequest): string[] {
  const where =
    'That works in run: steps and JavaScript actions of this job. A Docker container action, or a step of another job, has neither this action nor the right to a token.';
  if (durationSeconds >= LEAST_SECONDS) return [where];
  return [
    where,
    `Its sessions last ${LEAST_SECONDS} seconds, not ${durationSeconds}: boto3 renews 15 minutes before the end, and would sign in at each of its calls.`,
  ];
}

/** What an earlier step, or the job, had chosen and this step replaces. */
function toldReplaced({ replaced }: ExportPlan): string[] {
  if (replaced.length === 0) return [];
  return [`Replaced for later steps, so that all SDKs agree on who this job is: ${replaced.join(', ')}.`];
}

function identityOutputs({ request, session, expiration }: ExportFacts): Report['outputs'] {
  const { accountId, arn, partition, region } = session;
  const [, role] = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  const asked = session.existing ? undefined : request.roles.at(-1);
  // The session's ARN lacks the role's path.
  const roleArn = asked?.startsWith('arn:') ? asked : `arn:${partition}:iam::${accountId}:role/${role}`;
  return {
    'aws-account-id': accountId,
    'authenticated-arn': arn,
    'aws-partition': partition,
    'aws-region': region,
    ...(role ? { 'role-arn': roleArn } : {}),
    ...(expiration ? { 'aws-expiration': expiration.toISOString() } : {}),
  };
}
