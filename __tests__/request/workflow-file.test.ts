import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { placeOf, readWorkflowFile } from '../../src/request/workflow-file.ts';

const workspace = mkdtempSync(join(tmpdir(), 'keyless-workflow-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const WORKFLOW = `on: push
jobs:
  deploy:
    steps:
      - uses: actions/checkout@v5
        with:
          images: not ours
      - name: Publish
        id: publish
        uses: keyless-aws/keyless-aws@v1 # pinned elsewhere
        env:
          INPUT_VERSION: 1
        with:
          aws-region: eu-west-1
          # the images
          images: |
            a => b:1
            c => d:2
          s3-upload: >-
            site => s3://b/
        if: always()
      - uses: keyless-aws/keyless-aws@v1
        with:
          aws-region: eu-west-1
`;

function read(text: string, more: Record<string, string> = {}) {
  mkdirSync(join(workspace, '.github/workflows'), { recursive: true });
  writeFileSync(join(workspace, '.github/workflows/release.yml'), text);
  return readWorkflowFile({
    GITHUB_WORKSPACE: workspace,
    GITHUB_WORKFLOW_REF: 'octo-org/shop/.github/workflows/release.yml@refs/heads/main',
    GITHUB_ACTION_REPOSITORY: 'keyless-aws/keyless-aws',
    ...more,
  });
}

test('finds the steps of this action, and no others', () => {
  const file = read(WORKFLOW);
  expect(file?.steps.map((step) => [...step.keys()])).toEqual([['aws-region', 'images', 's3-upload'], ['aws-region']]);
});

test.each([
  ['images', undefined, 16],
  ['images', 2, 18],
  ['s3-upload', 1, 19],
  ['aws-region', undefined, undefined],
  ['ssm-parameters', undefined, undefined],
] as const)('%s, line %s, stands in line %s', (input, line, expected) => {
  const place = placeOf(read(WORKFLOW)!, input, line);
  expect(place?.line).toBe(expected);
  if (expected) expect(WORKFLOW.split('\n')[expected - 1]).toMatch(input === 'images' && line ? /c => d/ : input);
});

test.each([
  ['a workflow without a step of this action', 'jobs: {}\n', {}],
  [
    'a workflow that is not checked out',
    WORKFLOW,
    { GITHUB_WORKFLOW_REF: 'octo-org/shop/.github/workflows/other.yml@main' },
  ],
  ['inputs in flow style', WORKFLOW.replace(/with:\n {10}aws-region: eu-west-1\n$/, 'with: { image: x }\n'), {}],
  ['a step in flow style', `${WORKFLOW}      - { uses: keyless-aws/keyless-aws@v1, with: { image: x } }\n`, {}],
  ['an alias', WORKFLOW.replace(/with:\n {10}aws-region: eu-west-1\n$/, 'with: *inputs\n'), {}],
  ['no workflow at all', WORKFLOW, { GITHUB_WORKFLOW_REF: '' }],
  ['a path that leads elsewhere', WORKFLOW, { GITHUB_WORKFLOW_REF: 'o/r/.github/workflows/../../x.yml@main' }],
])('%s gives nothing', (_, text, env) => {
  expect(read(text, env)).toBeUndefined();
});
