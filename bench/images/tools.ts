import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startJob } from '../../harness/runner.ts';
import { startSandbox } from '../../sandbox/index.ts';

/** What one run of a program took. */
export interface Run {
  readonly seconds: number;
  /** Processor seconds of the process, the kernel's for it included. */
  readonly cpu: number;
  /** Peak memory of the process, MB. */
  readonly memory: number;
}

/** The shipped action; each run on an empty runner. `HOST` in a line stands for the registry. */
export async function action(
  { folder, host }: { readonly folder: string; readonly host: string },
  inputs: Readonly<Record<string, string>>,
): Promise<Run> {
  const repositories = { bench: {}, prod: {} };
  const sandbox = await startSandbox({
    world: { ecr: { '111122223333': { 'eu-west-1': { endpoint: `http://${host}`, repositories } } } },
  });
  const job = startJob({ env: { ...sandbox.env(), GITHUB_WORKSPACE: folder } });
  let used: ReturnType<typeof watch> | undefined;
  const given = Object.entries(inputs).map(([name, value]) => [name, value.replaceAll('HOST', host)]);
  const result = await job.step(
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/publish', ...Object.fromEntries(given) },
    {
      started: ({ pid }) => {
        used = watch(pid);
      },
    },
  );
  job.end();
  await sandbox.stop();
  if (result.code !== 0) throw new Error(result.raw);
  return { seconds: result.milliseconds / 1000, ...used!() };
}

/** Commands of skopeo one after the other, with an empty cache of known blobs before the first, as on a fresh runner. */
export async function skopeo(commands: readonly (readonly string[])[]): Promise<Run> {
  rmSync('/var/lib/containers/cache', { recursive: true, force: true });
  const runs: Run[] = [];
  for (const args of commands) runs.push(await timed('skopeo', ['--insecure-policy', 'copy', '-q', ...args]));
  const sum = (field: 'seconds' | 'cpu') => runs.reduce((all, run) => all + run[field], 0);
  return { seconds: sum('seconds'), cpu: sum('cpu'), memory: Math.max(...runs.map(({ memory }) => memory)) };
}

/** `oci:first` of the fixtures' folder, as skopeo names it; what is in a registry as it is. */
export function located(folder: string, source: string): string {
  const [kind, name] = source.split(/:(.*)/s) as [string, string];
  return kind === 'docker' ? source : `${kind}:${join(folder, name)}`;
}

/** Runs a program; its time and, from /proc, its processor time and peak memory. */
export async function timed(command: string, args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_')));
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const used = watch(child.pid);
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.slice(-500)}`);
  return { seconds: (performance.now() - start) / 1000, ...used() };
}

/** Looks at a process until it is asked what the process used. */
function watch(pid: number | undefined): () => Omit<Run, 'seconds'> {
  let [cpu, memory] = [0, 0];
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime, in hundredths of a second.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      cpu = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 10);
  return () => {
    clearInterval(timer);
    return { cpu, memory };
  };
}
