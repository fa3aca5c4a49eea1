import type { Access, Job } from './job.ts';
import { type Outcome, settle, together } from './problem.ts';
import { type Done, reportDone, reportFailure, reportPlan } from './report.ts';
import { type Request, readRequest } from './request/index.ts';
import { githubRunner } from './runner.ts';
import { makeExportJob } from './signin/export/index.ts';
import { signIn } from './signin/index.ts';
import { stopSignal } from './stop.ts';

/** One run of the step: request, sign in, plan, apply, report. */
export async function main(): Promise<void> {
  const runner = githubRunner();
  const started = Date.now();
  process.once('uncaughtException', (thrown) => {
    reportFailure(runner, thrown);
    process.exit(1);
  });
  try {
    const request = readRequest(runner);
    const access = await signIn(request.signIn, runner, stopSignal(request.signIn.timeoutSeconds));
    const jobs = await jobsOf(request, access);

    const planned = await together(jobs.map(async (job) => ({ job, plan: await job.plan() })));
    reportPlan(runner, planned, request.dryRun);

    const { done, failure } = request.dryRun ? { done: planned, failure: undefined } : await applyAll(planned);
    await reportDone(runner, done, { summary: request.summary, milliseconds: Date.now() - started });
    if (failure !== undefined) throw failure;
  } catch (thrown) {
    reportFailure(runner, thrown);
    process.exitCode = 1;
  }
}

/** Carries all plans out side by side. One that fails does not stop the others: what they did is done, and reported. */
function applyAll(planned: readonly Done[]): Promise<Outcome<Done>> {
  return settle(planned.map(async ({ job, plan }) => ({ job, plan, result: await job.apply(plan) })));
}

/** The jobs that the request asks for; a job's modules are loaded only when it is there. */
async function jobsOf({ signIn: exporting, images, objects, parameters }: Request, access: Access): Promise<Job[]> {
  const jobs: Job[] = [makeExportJob(exporting, access)];
  if (parameters) jobs.push((await import('./parameters/index.ts')).parametersJob(parameters, access) as Job);
  if (objects) jobs.push((await import('./objects/index.ts')).objectsJob(access, objects) as Job);
  if (images) {
    const { imagesJob } = await import('./images/index.ts');
    jobs.push(imagesJob(images, access, { outputCredentials: exporting.exports.toOutputs }) as Job);
  }
  return jobs;
}
