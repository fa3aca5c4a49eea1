import { FORGED } from '../../../harness/faults/kinds.ts';
import type { Injection } from '../../../harness/faults/proxy.ts';
import { atMost } from '../../../src/base/parallel.ts';
import { type Outcome, runWithFaults, type Scenario } from './step.ts';

/** Faults of one run, and what is set so that it ends soon. */
export interface Run {
  readonly injections: readonly Injection[];
  readonly inputs: Readonly<Record<string, string>>;
}

/** The faults of a run, as it takes to see it again. */
export function faultsOf(injections: readonly Injection[]): string {
  return injections.map(({ call = 'every call', kind, times }) => `${call} ${kind} ${times}`).join('; ');
}

/** Makes all runs, this many side by side. @returns what must not happen, each with its faults and the errors of its step */
export async function violationsIn(scenario: Scenario, lanes: number, runs: readonly Run[]): Promise<string[]> {
  const found = await atMost(lanes, runs, async ({ injections, inputs }) => {
    const outcome = await runWithFaults(scenario, injections, inputs);
    return violations(outcome).map((text) => `${faultsOf(injections)}: ${text}\n${outcome.result.errors.join('\n')}`);
  });
  return found.flat();
}

/** The job that makes a call. The registry's login is the images', its manifests are asked for by the rollout as well. */
function jobOf(call: string): string {
  const [service = ''] = call.split(':');
  if (service === 'github' || service === 'sts') return 'sign-in';
  if (service === 's3' || service === 'cloudfront') return 'objects';
  if (service === 'ssm') return 'parameters';
  return service === 'ecs' || call === 'ecr:BatchGetImage' ? 'deploy' : 'images';
}

/**
 * Calls that can fail in one run without one failure hiding the other: plans are made side by side, and so are they carried out;
 * signing in comes before, the rollout after.
 * @param calls in the order of a run without faults
 */
export function groupsOf(calls: readonly string[]): string[][] {
  const firstWrite = calls.findIndex((call) => /:(PUT|POST) /.test(call));
  const queues = new Map<string, string[]>();
  for (const [at, call] of calls.entries()) {
    const job = jobOf(call);
    const phase =
      job === 'sign-in' ? `sign-in ${at}` : at < firstWrite ? 'plan' : job === 'deploy' ? `deploy ${at}` : 'apply';
    const queue = queues.get(`${phase}|${job}`) ?? [];
    queues.set(`${phase}|${job}`, [...queue, call]);
  }
  const phases = new Set([...queues.keys()].map((key) => key.split('|')[0]));
  return [...phases].flatMap((phase) => {
    const beside = [...queues].filter(([key]) => key.startsWith(`${phase}|`)).map(([, queue]) => queue);
    const most = Math.max(...beside.map((queue) => queue.length));
    return Array.from({ length: most }, (_, at) => beside.flatMap((queue) => queue[at] ?? []));
  });
}

/** What must never be, whatever happened on the way; nothing when all is well. */
export function violations({ result, proxy, ended, wrong, touched }: Outcome): string[] {
  const { code, errors, warnings, log, exported } = result;
  const said = [...errors, log].join('\n');
  const found: string[] = [];
  if (!ended) found.push('it never ended');
  // What could not be done for want of a permission to look is told in a warning.
  const silent = Object.entries(wrong).filter(([job]) => !warnings.some((text) => NAMED[job]!.test(text)));
  if (code === 0 && silent.length > 0) found.push(`green and wrong: ${JSON.stringify(Object.fromEntries(silent))}`);
  if (code !== 0 && ended && errors.length === 0) found.push(`failed (${code}) without an error`);
  if (/a bug of the action/.test(said))
    found.push(`"a bug": ${errors.find((text) => text.includes('a bug of'))?.slice(0, 300)}`);
  if (/^\s+at .+:\d+:\d+\)?$/m.test(log)) found.push('a stack trace');
  if (result.masks.includes(FORGED)) found.push('an answer became a command of the runner');
  if (proxy.strayed.length > 0) found.push(`sent elsewhere: ${proxy.strayed.join(', ')}`);
  if (code === 0) return found;
  const halves = Object.keys(wrong).filter((job) => touched.includes(job));
  for (const job of halves) if (!NAMED[job]!.test(said)) found.push(`half done and not named: ${job}`);
  const names = Object.keys(exported);
  if (names.length > 0 && wrong.parameters) found.push(`half exported: ${names.join(', ')}`);
  return found;
}

/** How an error names what it is about. */
const NAMED: Readonly<Record<string, RegExp>> = {
  objects: /s3:|s3-|CloudFront|cloudfront:/,
  images: /ecr:|registry|repository/i,
  parameters: /ssm:/,
  deploy: /ecs:|deployment/i,
  lambda: /lambda:/,
  group: /asg:/,
  codeDeploy: /codedeploy:/,
};
