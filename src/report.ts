import { type PolicyDocument, policyOf } from './aws/policy.ts';
import type { Session } from './aws/session.ts';
import { problemsIn, shortly } from './base/edge.ts';
import type { Runner } from './base/runner.ts';
import { formatSeconds } from './base/units.ts';
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
  runner.outputs({ plan: JSON.stringify(plan), 'iam-policy': JSON.stringify(policy) });
  if (!dryRun) return;
  runner.info('dry-run: this is what the step would do; nothing was written.');
  runner.info(JSON.stringify(plan, undefined, 2));
  runner.info('The least IAM policy for it:');
  runner.info(JSON.stringify(policy, undefined, 2));
}

/** Log lines, outputs and the job summary of every job. */
export function reportDone(runner: Runner, done: readonly Done[], step: StepFacts): void {
  const reports = done.map(({ job, plan, result }) => job.report(plan, result));
  for (const report of reports) {
    for (const line of report.lines) runner.info(line);
  }
  runner.outputs(Object.assign({}, ...reports.map((report) => report.outputs)));
  runner.info(`Done in ${formatSeconds(step.milliseconds)}`);
  const sections = reports.map((report) => report.summary).filter((section) => section !== '');
  if (!step.summary || sections.length === 0) return;
  const policy = policyOf(done.flatMap(({ job, plan }) => job.permissions(plan)));
  runner.summary([heading(step), ...sections, leastPolicy(policy)].join('\n\n'));
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
    `${who} of account \`${accountId}\` · ${region} · ${formatSeconds(step.milliseconds)}`,
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

/** One annotation a problem. A bug is told without its text, which may quote a value. */
export function reportFailure(runner: Pick<Runner, 'env' | 'error' | 'debug'>, thrown: unknown): void {
  const problems = problemsIn(thrown);
  if (!problems) runner.error(bugReport(thrown, runner.env));
  for (const { message, cause } of problems ?? []) {
    runner.error(message);
    if (cause !== undefined) runner.debug(`caused by ${shortly(cause)}`);
  }
}

/** What to send to whoever keeps the action: the kind of the error, the versions, and the lines of code; no value of the workflow. */
function bugReport(thrown: unknown, env: Runner['env']): string {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  const where = repository
    ? `at ${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository}/issues`
    : 'to its maintainers';
  const version = `${repository ?? 'keyless-aws'}${ref ? `@${ref}` : ''}`;
  return [
    `This is a bug of the action, not of your workflow: ${shortly(thrown)}.`,
    `  Fix: report it ${where} with these lines, which hold no value of your workflow:`,
    `       ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...framesOf(thrown).map((frame) => `       ${frame}`),
  ].join('\n');
}

/** Where it was thrown: lines of the bundle, without the folder that it is in. */
function framesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return ['thrown was not an Error'];
  return (thrown.stack ?? '')
    .split('\n')
    .map((line) => /^\s+at (?:(.*) \()?(?:.*[\\/])?([\w.:-]+:\d+:\d+)\)?$/.exec(line))
    .flatMap((match) => (match ? [`at ${match[1] ? `${match[1]} ` : ''}${match[2]}`] : []))
    .slice(0, 12);
}
