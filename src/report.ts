import { policyOf } from './aws/policy.ts';
import { problemsIn } from './base/edge/index.ts';
import { shortly } from './base/edge/network.ts';
import type { Runner } from './base/runner.ts';
import { formatSeconds } from './base/units.ts';
import type { Report } from './job.ts';
import { type Step, type StepResult, titleOf } from './report/step.ts';
import { SUMMARY_BYTES, summaryOf } from './report/summary.ts';
import { placeOf, readWorkflowFile } from './request/workflow-file.ts';

/** A comment on a pull request holds 65,536 characters; the output is made to be one. */
const PLAN_MARKDOWN_BYTES = 60_000;

/** The outputs that follow from the plans alone, and the log of a dry run. */
export function reportPlan(runner: Runner, step: Step): void {
  const plan = Object.fromEntries(step.planned.map((it) => [it.job.name, it.job.describe(it.plan)]));
  const policy = policyOf(step.planned.flatMap((it) => it.job.permissions(it.plan)));
  runner.outputs({
    plan: JSON.stringify(plan),
    'iam-policy': JSON.stringify(policy),
    'has-changes': String(step.planned.some((it) => it.job.report(it.plan).changes === true)),
    'plan-markdown': planMarkdown(step),
  });
  if (!step.dryRun) return;
  runner.info('dry-run: this is what the step would do; nothing was written.');
  reportJobs(runner, step.planned);
  runner.group('The plan, as JSON', [JSON.stringify(plan, undefined, 2)]);
  runner.group('The least IAM policy for it', [JSON.stringify(policy, undefined, 2)]);
}

/** The plan as text, also where it is carried out. */
export function planMarkdown(step: Step): string {
  return summaryOf({ ...step, dryRun: true, done: [] }, { limit: PLAN_MARKDOWN_BYTES });
}

/** Log lines and outputs of every job. */
export function reportDone(runner: Runner, step: Step): void {
  if (!step.dryRun) reportJobs(runner, step.done);
  runner.outputs(Object.assign({}, ...step.done.map(({ job, plan, result }) => job.report(plan, result).outputs)));
  // What a fallback would have needed is out of the policy now, unless it was needed.
  if (!step.dryRun && step.failed.size === 0) {
    const policy = policyOf(step.done.flatMap(({ job, plan, result }) => job.permissions(plan, result)));
    runner.outputs({ 'iam-policy': JSON.stringify(policy) });
  }
  if (step.failed.size === 0) runner.info(`Done in ${formatSeconds(Date.now() - step.started)}`);
}

/** One group per job: its title says how it went, so that nobody has to open it. */
function reportJobs(runner: Runner, jobs: readonly StepResult[]): void {
  for (const { job, plan, result } of jobs) {
    const { lines, headline }: Report = job.report(plan, result);
    if (lines.length > 0) runner.group(headline ? `${titleOf(job)}: ${headline}` : titleOf(job), lines);
  }
}

/** Writes the job summary, if it is wanted and there is something to say. */
export function reportSummary(runner: Pick<Runner, 'summary'>, step: Step, failure?: unknown): void {
  const isSilent = failure === undefined && !step.jobs.some(({ name }) => name !== 'sign-in');
  if (!step.summary || isSilent) return;
  runner.summary(summaryOf(step, { ...(failure === undefined ? {} : { failure }), limit: SUMMARY_BYTES }));
}

const STAGES = {
  inputs: 'wrong inputs',
  'sign-in': 'the sign-in failed',
  plan: 'the plan cannot succeed',
  apply: 'failed',
};

/**
 * One annotation per problem, at the line of the workflow that has the input, if it is known. A bug is reported without its text, which
 * may quote a value.
 */
export function reportFailure(
  runner: Pick<Runner, 'env' | 'error' | 'debug'>,
  thrown: unknown,
  { stage }: Pick<Step, 'stage'>,
): void {
  const problems = problemsIn(thrown);
  if (!problems) runner.error(bugReport(thrown, runner.env), { title: 'Keyless AWS: a bug' });
  const title = `Keyless AWS: ${STAGES[stage]}`;
  const workflow = problems?.some(({ details }) => details.input) ? readWorkflowFile(runner.env) : undefined;
  for (const { message, details, cause } of problems ?? []) {
    const { input } = details;
    const place = workflow && input && placeOf(workflow, input.name, input.line);
    runner.error(message, { title, ...place });
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
