import { type PolicyDocument, policyOf } from './aws/policy.ts';
import type { Session } from './aws/session.ts';
import { problemsIn } from './base/problem.ts';
import { shortly } from './base/retry.ts';
import type { Runner } from './base/runner.ts';
import type { Job } from './job.ts';

/** A job with its plan, and its result once the plan was carried out. */
export interface Done {
  readonly job: Job;
  readonly plan: unknown;
  readonly result?: unknown;
}

/** Sets the outputs `plan` and `iam-policy`, which follow from the plans alone. */
export function reportPlan(runner: Runner, planned: readonly Done[], dryRun: boolean): void {
  const plan = Object.fromEntries(planned.map((it) => [it.job.name, it.job.describe(it.plan)]));
  const policy = policyOf(planned.flatMap((it) => it.job.permissions(it.plan)));
  runner.output('plan', JSON.stringify(plan));
  runner.output('iam-policy', JSON.stringify(policy));
  if (!dryRun) return;
  runner.info('dry-run: this is what the step would do; nothing was written.');
  runner.info(JSON.stringify(plan, undefined, 2));
  runner.info('The least IAM policy for it:');
  runner.info(JSON.stringify(policy, undefined, 2));
}

/** Log lines, outputs and the job summary of every job. */
export async function reportDone(runner: Runner, done: readonly Done[], step: StepFacts): Promise<void> {
  const reports = done.map(({ job, plan, result }) => job.report(plan, result));
  for (const report of reports) {
    for (const line of report.lines) runner.info(line);
    for (const [name, value] of Object.entries(report.outputs)) runner.output(name, value);
  }
  runner.info(`Done in ${seconds(step)}`);
  const sections = reports.map((report) => report.summary).filter((section) => section !== '');
  if (!step.summary || sections.length === 0) return;
  const policy = policyOf(done.flatMap(({ job, plan }) => job.permissions(plan)));
  await runner.summary([heading(step), ...sections, leastPolicy(policy)].join('\n\n'));
}

/** What the summary says of the step as a whole. */
export interface StepFacts {
  readonly session: Pick<Session, 'arn' | 'accountId' | 'region'>;
  readonly dryRun: boolean;
  readonly summary: boolean;
  readonly milliseconds: number;
}

function heading(step: StepFacts): string {
  const { arn, accountId, region } = step.session;
  const [, kind = '', name = ''] = arn.slice(arn.lastIndexOf(':')).split(/[:/]/);
  const who = kind === 'assumed-role' ? `role \`${name}\`` : `\`${kind}/${name}\``;
  return [
    `## Keyless AWS${step.dryRun ? ': the plan (dry run, nothing was written)' : ''}`,
    '',
    `${who} of account \`${accountId}\` · ${region} · ${seconds(step)}`,
  ].join('\n');
}

/** https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/organizing-information-with-collapsed-sections */
function leastPolicy(policy: PolicyDocument): string {
  return [
    '<details><summary>The least IAM policy with which this step works</summary>',
    '',
    '```json',
    JSON.stringify(policy, undefined, 2),
    '```',
    '',
    '</details>',
  ].join('\n');
}

function seconds({ milliseconds }: StepFacts): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** One annotation a problem. A bug shows where it was thrown, under debug, and never its text, which may quote a value. */
export function reportFailure(runner: Runner, thrown: unknown): void {
  const problems = problemsIn(thrown);
  if (problems) {
    for (const { message, cause } of problems) {
      runner.error(message);
      if (cause !== undefined) runner.debug(`caused by ${shortly(cause)}`);
    }
    return;
  }
  runner.error(
    `This is a bug of the action, not of your workflow: ${shortly(thrown)}.\n  Fix: run again with debug logging and report the stack that it prints.`,
  );
  runner.debug(thrown instanceof Error ? framesOf(thrown) : 'not an Error');
}

function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .*:\d+\)?$/.test(line))
    .join('\n');
}
