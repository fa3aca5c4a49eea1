import { type SettledWork, settle, together } from './base/parallel.ts';
import { Problems } from './base/problem.ts';
import { githubRunner, logTo, type Runner } from './base/runner.ts';
import { endAtLast, endNow, stopSignal } from './base/stop.ts';
import { LINGER_MS } from './base/timeouts.ts';
import type { Access, ComingImage, Job } from './job.ts';
import { pullRequestOf } from './report/pull-request.ts';
import { type Step, type StepResult, startStep } from './report/step.ts';
import { planMarkdown, reportDone, reportFailure, reportPlan, reportSummary } from './report.ts';
import { type Request, readRequest } from './request.ts';
import { makeExportJob } from './signin/export/index.ts';
import { signIn } from './signin/index.ts';

/** One run of the step: request, sign in, plan, apply, report. */
export async function main(): Promise<void> {
  const log = { ...logTo(process.env), env: process.env };
  const step = startStep();
  const fail = (thrown: unknown) => {
    reportFailure(log, thrown, step);
    reportSummary(log, step, thrown);
  };
  let ended = false;
  process.once('uncaughtException', (thrown) => {
    reportFailure(log, thrown, step);
    process.exit(1);
  });
  try {
    await run(step, (stop) => {
      endAtLast(stop, () => {
        if (!ended) fail(stop.reason);
      });
    });
  } catch (thrown) {
    fail(thrown);
    process.exitCode = 1;
  }
  await settle(step.jobs.map((job) => job.end?.() ?? Promise.resolve()));
  ended = true;
  // Abandoned work may still be under way: a program that a profile started, an answer without an end.
  setTimeout(() => endNow(), LINGER_MS).unref();
}

/** @param watch is given what cancels the step, or ends it at its deadline */
async function run(step: Step, watch: (stop: AbortSignal) => void): Promise<void> {
  const runner = githubRunner();
  step.summary = runner.input('summary') !== 'false';
  const request = readRequest(runner);
  if (runner.env.AWS_CA_BUNDLE) (await import('./base/trust.ts')).trustBundles(runner.env);
  const stop = stopSignal(request.signIn.timeoutSeconds);
  watch(stop);
  step.dryRun = request.dryRun;
  step.hidesAccount = request.signIn.maskAccountId;
  step.stage = 'sign-in';
  // Signing in first: the jobs' modules are loaded while GitHub's and AWS's answers are on their way.
  const signingIn = signIn(request.signIn, runner, stop);
  const [access, makers] = await Promise.all([signingIn, loadJobs(request)]);
  step.session = access.session;
  step.jobs = makers.map((make) => make(access));

  step.stage = 'plan';
  const plans = step.jobs.map((job) => noting(step, job, async () => ({ job, plan: await job.plan() })));
  step.planned = await together(plans);
  await checkAll(step);
  reportPlan(runner, step);

  step.stage = 'apply';
  const { done, failure } = step.dryRun ? { done: step.planned, failure: undefined } : await applyAll(step, runner);
  step.done = done;
  reportDone(runner, step);
  if (failure !== undefined) throw failure;
  reportSummary(runner, step);
  if (request.comment) await comment(request.comment, step, access);
}

/** Checks that need what another job knows: whether an image that is to be pushed can be rolled out. */
async function checkAll(step: Step): Promise<void> {
  const checks = step.planned.filter(({ job }) => job.check);
  if (checks.length === 0) return;
  const coming = await comingFrom(step.planned);
  await together(checks.map(({ job, plan }) => noting(step, job, async () => job.check?.(plan, coming))));
}

/** What the jobs are to push, or have pushed. */
async function comingFrom(planned: readonly StepResult[]): Promise<readonly ComingImage[]> {
  const coming = planned.map(async ({ job, plan, result }) => (await job.coming?.(plan, result)) ?? []);
  return (await together(coming)).flat();
}

/**
 * Carries all plans out side by side, with those that come after the others last. One that fails does not stop the others:
 * what they did is done, and reported.
 */
async function applyAll(step: Step, runner: Runner): Promise<SettledWork<StepResult>> {
  const [last = [], first = []] = [true, false].map((isLast) =>
    step.planned.filter(({ job }) => (job.after === 'others') === isLast),
  );
  const before = await applySome(step, first);
  if (last.length === 0) return before;
  if (before.failure !== undefined) {
    runner.info(`Not begun, because another part of the step failed: ${last.map(({ job }) => job.name).join(', ')}`);
    return { ...before, done: [...before.done, ...last] };
  }
  const after = await applySome(step, last, await comingFrom(before.done));
  return { done: [...before.done, ...after.done], failure: after.failure };
}

async function applySome(
  step: Step,
  planned: readonly StepResult[],
  pushed: readonly ComingImage[] = [],
): Promise<SettledWork<StepResult>> {
  const { done, failure } = await settle(
    planned.map(({ job, plan }) =>
      noting(step, job, async () => ({ job, plan, result: await job.apply(plan, pushed) })),
    ),
  );
  const problems = done.flatMap(({ job, result }) => {
    const found = job.problems?.(result) ?? [];
    if (found.length > 0) step.failed.add(job.name);
    return found;
  });
  return { done, failure: failure ?? (problems.length > 0 ? new Problems(problems) : undefined) };
}

/** Tells the pull request of the plan; GitHub's client is loaded for it alone. */
async function comment(
  { token, name }: NonNullable<Request['comment']>,
  step: Step,
  { runner, http, signal, session }: Access,
): Promise<void> {
  if (!step.dryRun) return runner.notice('pull-request-comment has no effect without dry-run: true');
  const { commentOnPullRequest } = await import('./report/comment.ts');
  const text = planMarkdown(step);
  // Without a matrix the name is the text null.
  const scope = [session.accountId, session.region, name === 'null' ? '' : name].join(' ').trim();
  await commentOnPullRequest({ token, text, scope }, { runner, http, signal, pullRequest: pullRequestOf(runner.env) });
}

/** Remembers which job failed. */
async function noting<T>({ failed }: Step, { name }: Job, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    failed.add(name);
    throw thrown;
  }
}

type MakeJob = (access: Access) => Job;

/** Loads the jobs that the request asks for, and no others: the SDK's clients in them take most of a start. */
async function loadJobs({ signIn: exporting, images, objects, parameters, deploy }: Request): Promise<MakeJob[]> {
  const jobs: MakeJob[] = [(access) => makeExportJob(exporting, access)];
  if (parameters) {
    const { parametersJob } = await import('./parameters/index.ts');
    jobs.push((access) => parametersJob(parameters, access));
  }
  if (objects) {
    const { objectsJob } = await import('./objects/index.ts');
    jobs.push((access) => objectsJob(objects, access));
  }
  if (images) {
    const { imagesJob } = await import('./images/index.ts');
    const outputCredentials = exporting.exports.toOutputs;
    jobs.push((access) => imagesJob(images, access, { outputCredentials }));
  }
  if (deploy) {
    const { deployJob } = await import('./deploy/index.ts');
    jobs.push((access) => deployJob(deploy, access));
  }
  return jobs;
}
