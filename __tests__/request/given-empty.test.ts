import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { inputReader } from '../../src/base/inputs.ts';
import { checkGivenEmpty } from '../../src/request/given-empty.ts';

const workspace = mkdtempSync(join(tmpdir(), 'keyless-empty-'));
afterAll(() => rmSync(workspace, { recursive: true }));
mkdirSync(join(workspace, '.github/workflows'), { recursive: true });

const USES = '      - uses: keyless-aws/keyless-aws@v1\n        with:\n';
const FENCED = `${USES}          role-to-assume: \${{ vars.ROLE }}\n          allowed-account-ids: \${{ vars.ACCOUNT }}\n`;
const PLAIN = `${USES}          role-to-assume: \${{ vars.ROLE }}\n`;

/** The inputs that are told to be empty. */
function told(steps: string, given: Readonly<Record<string, string>>): string[] {
  writeFileSync(join(workspace, '.github/workflows/a.yml'), `jobs:\n  a:\n    steps:\n${steps}`);
  const env = {
    GITHUB_WORKSPACE: workspace,
    GITHUB_WORKFLOW_REF: 'octo-org/shop/.github/workflows/a.yml@refs/heads/main',
    GITHUB_ACTION_REPOSITORY: 'keyless-aws/keyless-aws',
  };
  const found: string[] = [];
  const inputs = inputReader({ env, input: (name) => given[name] ?? '' });
  checkGivenEmpty(inputs, { env, warning: (text) => found.push(text) });
  return found.map((text) => /^Input (\S+) is in the workflow, but gets an empty value: /.exec(text)?.[1] ?? text);
}

test.each<[string, string, Record<string, string>, string[]]>([
  ['a fence and a role', FENCED, {}, ['role-to-assume', 'allowed-account-ids']],
  ['a fence beside a role', FENCED, { 'role-to-assume': 'arn:aws:iam::1:role/a' }, ['allowed-account-ids']],
  ['both given', FENCED, { 'role-to-assume': 'a', 'allowed-account-ids': '111122223333' }, []],
  ['left out of the workflow', PLAIN, { 'role-to-assume': 'a' }, []],
  ['another step has it: which one this is, is not known', FENCED + PLAIN, { 'role-to-assume': 'a' }, []],
  ['a job', `${USES}          ssm-parameters: |\n            \${{ vars.LIST }}\n`, {}, ['ssm-parameters']],
  ['no step of this action', '      - run: true\n', {}, []],
])('%s', (_case, steps, given, expected) => {
  expect(told(steps, given)).toEqual(expected);
});
