import { type Outcome, settle, together } from './base/parallel.ts';
import { Problems } from './base/problem.ts';
import { githubRunner, logTo, type Runner } from './base/runner.ts';
import { endAtLast, stopSignal } from './base/stop.ts';
import { LINGER_MS } from './base/timeouts.ts';
import type { Access, Job } from './job.ts';
import { type Done, reportDone, reportFailure, reportPlan } from './report.ts';
import { type Request, readRequest } from './request.ts';
import { makeExportJob } from './signin/export/index.ts';
import { signIn } from './signin/index.ts';

/** One run of the step: request, sign in, plan, apply, report. */
export async function main(): Promise<void> {
  const log = { ...logTo(process.env), env: process.env };
  const started = Date.now();
  let ended = false;
  process.once('uncaughtException', (thrown) => {
    reportFailure(log, thrown);
    process.exit(1);
  });
  try {
    const runner = githubRunner();
    const request = readRequest(runner);
    const stop = stopSignal(request.signIn.timeoutSeconds);
    endAtLast(stop, () => ended || reportFailure(log, stop.reason));
    // Signing in first: the jobs' modules are loaded while GitHub's and AWS's answers are on their way.
    const signingIn = signIn(request.signIn, runner, stop);
    const [access, makers] = await Promise.all([signingIn, loadJobs(request)]);
    const jobs = makers.map((make) => make(access));

    const planned = await together(jobs.map(async (job) => ({ job, plan: await job.plan() })));
    reportPlan(runner, planned, request.dryRun);

    const { done, failure } = request.dryRun ? { done: planned, failure: undefined } : await applyAll(planned, runner);
    const { session } = access;
    reportDone(runner, done, { ...request, session, milliseconds: Date.now() - started });
    if (failure !== undefined) throw failure;
  } catch (thrown) {
    reportFailure(log, thrown);
    process.exitCode = 1;
  }
  ended = true;
  // What was given up may still be under way: a program that a profile starts, an answer without an end.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/**
 * Carries all plans out side by side, those that come after the others last. One that fails does not stop those beside it:
 * what they did is done, and reported.
 */
async function applyAll(planned: readonly Done[], runner: Runner): Promise<Outcome<Done>> {
  const [last = [], first = []] = [true, false].map((isLast) =>
    planned.filter(({ job }) => (job.after === 'others') === isLast),
  );
  const before = await applySome(first);
  if (last.length === 0) return before;
  if (before.failure !== undefined) {
    runner.info(`Not begun, because another part of the step failed: ${last.map(({ job }) => job.name).join(', ')}`);
    return { ...before, done: [...before.done, ...last] };
  }
  const after = await applySome(last);
  return { done: [...before.done, ...after.done], failure: after.failure };
}

async function applySome(planned: readonly Done[]): Promise<Outcome<Done>> {
  const { done, failure } = await settle(
    planned.map(async ({ job, plan }) => ({ job, plan, result: await job.apply(plan) })),
  );
  const problems = done.flatMap(({ job, result }) => job.problems?.(result) ?? []);
  return { done, failure: failure ?? (problems.length > 0 ? new Problems(problems) : undefined) };
}

type MakeJob = (access: Access) => Job;

/** Loads the jobs that the request asks for, and no others: the SDK's clients in them take most of a start. */
async function loadJobs({ signIn: exporting, images, objects, parameters, deploy }: Request): Promise<MakeJob[]> {
  const jobs: MakeJob[] = [(access) => makeExportJob(exporting, access)];
  if (parameters) {
    const { parametersJob } = await import('./parameters/index.ts');
    jobs.push((access) => parametersJob(parameters, access) as Job);
  }
  if (objects) {
    const { objectsJob } = await import('./objects/index.ts');
    jobs.push((access) => objectsJob(objects, access) as Job);
  }
  if (images) {
    const { imagesJob } = await import('./images/index.ts');
    const outputCredentials = exporting.exports.toOutputs;
    jobs.push((access) => imagesJob(images, access, { outputCredentials }) as Job);
  }
  if (deploy) {
    const { deployJob } = await import('./deploy/index.ts');
    jobs.push((access) => deployJob(deploy, access) as Job);
  }
  return jobs;
}
