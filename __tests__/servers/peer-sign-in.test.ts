import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readFileCommands } from '../../harness/commands.ts';
import { KEYS } from '../../harness/identity.ts';
import { DEPLOY, ROLE, type Scene, scene } from '../../harness/scene.ts';

/**
 * The peer and this action on the same servers: what docs/moving-over.md says of the peer is true. Its dist/ is 4 MB and is not
 * in this repository: PEER_CONFIGURE_AWS_CREDENTIALS names the folder of a checkout of aws-actions/configure-aws-credentials.
 */
const PEER = process.env.PEER_CONFIGURE_AWS_CREDENTIALS ?? '';
// Without a name, join() would give this repository's own dist/.
const here = PEER !== '' && existsSync(join(PEER, 'dist/index.js'));

const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}';

interface Case {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly as?: string;
  /** Both end with an error. */
  readonly fails?: boolean;
  /** A line of docs/moving-over.md that says what is different. */
  readonly differs?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a role by OIDC': { inputs: { 'role-to-assume': ROLE } },
  'with outputs': { inputs: { 'role-to-assume': ROLE, 'output-credentials': 'true' } },
  'outputs alone': {
    inputs: { 'role-to-assume': ROLE, 'output-credentials': 'true', 'output-env-credentials': 'false' },
  },
  'a profile': { inputs: { 'role-to-assume': ROLE, 'aws-profile': 'shop' } },
  'a duration and a session name': {
    inputs: { 'role-to-assume': ROLE, 'role-duration-seconds': '900', 'role-session-name': 'release' },
  },
  'session policies': {
    inputs: {
      'role-to-assume': ROLE,
      'inline-session-policy': POLICY,
    },
  },
  'an allowed account': { inputs: { 'role-to-assume': ROLE, 'allowed-account-ids': '111122223333, 444455556666' } },
  'a masked account': { inputs: { 'role-to-assume': ROLE, 'mask-aws-account-id': 'true' } },
  'an audience': { inputs: { 'role-to-assume': ROLE, audience: 'sts.amazonaws.com' } },
  'a role that nobody has': {
    inputs: { 'role-to-assume': 'arn:aws:iam::111122223333:role/nobody', 'disable-retry': 'true' },
    fails: true,
  },
  'keys of the environment': { inputs: {}, env: KEYS, as: 'no-permission' },
  'keys of the environment, and a role': {
    inputs: { 'role-to-assume': ROLE, 'role-chaining': 'true', 'role-skip-session-tagging': 'true' },
    env: KEYS,
  },
  'tags that are numbers and booleans': {
    inputs: { 'role-to-assume': ROLE, 'role-chaining': 'true', 'custom-tags': '{"Cost":12,"Final":true}' },
    env: KEYS,
  },
  'use-existing-credentials': { inputs: { 'role-to-assume': DEPLOY, 'use-existing-credentials': 'true' }, env: KEYS },
  'no region': { inputs: { 'role-to-assume': ROLE, 'aws-region': '' }, fails: true },
  'a boolean that says yes': { inputs: { 'role-to-assume': ROLE, 'output-credentials': 'yes' }, fails: true },
  'a duration with a unit': {
    inputs: { 'role-to-assume': ROLE, 'role-duration-seconds': '1h', 'disable-retry': 'true' },
    fails: true,
  },
  'keys as inputs': {
    inputs: { 'aws-access-key-id': KEYS.AWS_ACCESS_KEY_ID, 'aws-secret-access-key': KEYS.AWS_SECRET_ACCESS_KEY },
    as: 'no-permission',
    differs: '`aws-access-key-id`',
  },
};

/** What a later step has: who it is for each way of asking, never a value of a secret. */
interface Left {
  readonly passed: boolean;
  readonly variables: readonly string[];
  readonly region: string | undefined;
  readonly outputs: readonly string[];
  readonly account: string | undefined;
  readonly profiles: readonly string[];
}

function left({ job }: Scene, code: number | null, all: { exported: object; outputs: object }): Left {
  const [exported, outputs] = [all.exported, all.outputs] as Readonly<Record<string, string>>[];
  const set = (values: Readonly<Record<string, string>> = {}) =>
    Object.keys(values).filter((name) => values[name] !== '');
  const file = join(job.env.HOME ?? '', '.aws/credentials');
  // What fails may have exported something before: nobody goes on.
  if (code !== 0) return { passed: false, variables: [], region: '', outputs: [], account: '', profiles: [] };
  return {
    passed: true,
    variables: set(exported)
      .filter((name) => name.startsWith('AWS_'))
      .sort(),
    region: exported?.AWS_REGION,
    outputs: set(outputs)
      .filter((name) => PEER_OUTPUTS.includes(name))
      .sort(),
    account: outputs?.['aws-account-id'],
    profiles: existsSync(file)
      ? [...readFileSync(file, 'utf8').matchAll(/^\[(.+)\]/gm)].map(([, name = '']) => name)
      : [],
  };
}

const PEER_OUTPUTS = here ? Object.keys(parse(readFileSync(join(PEER, 'action.yml'), 'utf8')).outputs) : [];

/** Runs the peer's dist/ as the runner does. */
async function runPeer({ job }: Scene, inputs: Readonly<Record<string, string>>): Promise<Left & { printed: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-peer-'));
  const declared = parse(readFileSync(join(PEER, 'action.yml'), 'utf8')).inputs as Record<string, { default?: string }>;
  const env: Record<string, string> = { ...job.env };
  for (const name of ['ENV', 'OUTPUT', 'STATE', 'PATH', 'STEP_SUMMARY']) {
    env[`GITHUB_${name}`] = join(folder, name);
    writeFileSync(join(folder, name), '');
  }
  for (const [name, { default: usual = '' }] of Object.entries(declared)) {
    env[`INPUT_${name.toUpperCase()}`] = inputs[name] ?? String(usual);
  }
  const child = spawn(process.execPath, [join(PEER, 'dist/index.js')], { cwd: job.workspace, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const [exported, outputs] = ['ENV', 'OUTPUT'].map((name) => readFileCommands(join(folder, name)));
  rmSync(folder, { recursive: true });
  return { ...left({ job } as Scene, code, { exported: exported ?? {}, outputs: outputs ?? {} }), printed };
}

(here ? test : test.skip).each(Object.entries(CASES))(
  'the peer (PEER_CONFIGURE_AWS_CREDENTIALS) and this action: %s',
  async (_, { inputs: given, env = {}, as, fails = false, differs }) => {
    const inputs = { 'aws-region': 'eu-west-1', ...given };
    const [theirs, ours] = [await scene({ ...(as ? { as } : {}), env }), await scene({ ...(as ? { as } : {}), env })];
    for (const { job } of [theirs, ours]) delete job.env.AWS_REGION;
    const { printed, ...peer } = await runPeer(theirs, inputs);
    const step = await ours
      .step(inputs)
      .catch((thrown: Error) => ({ code: 1, exported: {}, outputs: {}, log: thrown.message }));
    const own = left(ours, step.code, step);
    if (differs) {
      expect(own).not.toEqual(peer);
      expect(readFileSync(new URL('../../docs/moving-over.md', import.meta.url), 'utf8')).toContain(`| ${differs}`);
    } else {
      // It gives more outputs than the peer, never fewer.
      const { outputs, account = own.account, ...more } = peer;
      expect([own.passed, step.log.slice(-600)]).toEqual([!fails, expect.anything()]);
      expect([own, printed.slice(-600)]).toEqual([
        { ...more, account, outputs: expect.arrayContaining([...outputs]) },
        expect.anything(),
      ]);
    }
    expect(printed).not.toBe('');
  },
);
