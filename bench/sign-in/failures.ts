import type { Fault } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { WorldChange } from '../../sandbox/world.ts';
import { median, ROLE, timed } from './step.ts';

/** How long the shipped action takes to say what is wrong, and how many calls to STS it makes for it. */
const RUNS = Number(process.argv[2] ?? process.env.BENCH_RUNS ?? 5);

interface Cause {
  readonly name: string;
  readonly as?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly world?: WorldChange;
  readonly faults?: readonly Fault[];
  /** For waits of a minute: once is enough. */
  readonly once?: boolean;
}

const CAUSES: readonly Cause[] = [
  { name: '`id-token: write` missing', as: 'no-permission' },
  { name: 'role input empty', inputs: { 'role-to-assume': '' } },
  { name: "instance profile's ARN", inputs: { 'role-to-assume': ROLE.replace('role/', 'instance-profile/') } },
  { name: 'bare role name', inputs: { 'role-to-assume': 'publish' } },
  { name: 'region missing', inputs: { 'aws-region': 'none' } },
  { name: 'account not allowed', inputs: { 'allowed-account-ids': '444455556666' } },
  { name: 'trust policy refuses', as: 'production' },
  { name: 'provider missing', world: { accounts: { '111122223333': { oidcProviders: [] } } } },
  { name: 'wrong audience', inputs: { audience: 'elsewhere' } },
  { name: 'duration too long', inputs: { 'role-duration-seconds': '43200' } },
  { name: "GitHub's endpoint answers 403", faults: [{ kind: 'status', service: 'github', status: 403 }] },
  {
    name: 'STS hangs, `action-timeout-s: 5`',
    inputs: { 'action-timeout-s': '5' },
    faults: [{ kind: 'hang', service: 'sts' }],
    once: true,
  },
  { name: 'throttled without end', faults: [{ kind: 'throttle', service: 'sts' }], once: true },
];

console.log('| cause | seconds | calls to STS |\n| --- | --- | --- |');
for (const { name, as, inputs, world, faults = [], once } of CAUSES) {
  const sandbox = await startSandbox(world ? { world } : {});
  sandbox.faults.add(...faults);
  const env = { ...sandbox.env(as), AWS_EC2_METADATA_DISABLED: 'true' };
  const times: number[] = [];
  const runs = once ? 1 : RUNS;
  for (let run = 0; run < runs; run++) {
    const { milliseconds, code } = await timed(env, { 'role-to-assume': ROLE, ...inputs });
    if (code !== 1) throw new Error(`${name}: the step ended with ${code}`);
    times.push(milliseconds);
  }
  const calls = sandbox.log.of('sts').length / runs;
  console.log(`| ${name} | ${(median(times) / 1000).toFixed(2)} | ${calls} |`);
  await sandbox.stop();
}
