import type { Access, Job } from './job.ts';
import { together } from './problem.ts';
import { reportDone, reportFailure, reportPlan } from './report.ts';
import { type Request, readRequest } from './request/index.ts';
import { githubRunner } from './runner.ts';
import { signIn } from './signin/index.ts';
import { stopSignal } from './stop.ts';

/** One run of the step: request, sign in, plan, apply, report. */
export async function main(): Promise<void> {
  const runner = githubRunner();
  const started = Date.now();
  try {
    const request = readRequest(runner);
    const access = await signIn(request.signIn, runner, stopSignal());
    const jobs = await jobsOf(request, access);

    const planned = await together(jobs.map(async (job) => ({ job, plan: await job.plan() })));
    reportPlan(runner, planned, request.dryRun);

    const done = request.dryRun
      ? planned
      : await together(planned.map(async ({ job, plan }) => ({ job, plan, result: await job.apply(plan) })));
    await reportDone(runner, done, { summary: request.summary, milliseconds: Date.now() - started });
  } catch (thrown) {
    reportFailure(runner, thrown);
    process.exitCode = 1;
  }
}

/** The jobs that the request asks for; a job's modules are loaded only when it is there. */
async function jobsOf(_request: Request, _access: Access): Promise<Job[]> {
  return [];
}
