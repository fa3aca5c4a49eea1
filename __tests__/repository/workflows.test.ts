import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pages, REUSABLE, ROOT, readWorkflow, stepsIn, stepsOf, yamlBlocks, yamlFiles } from '../examples/workflows.ts';

const files = [...yamlFiles('.github/workflows'), ...yamlFiles('examples')].map((file) => ({
  ...file,
  workflow: readWorkflow(file.where),
}));
const table = files.map((file) => [file.where, file] as const);

test.each(table)('%s pins what it uses to a commit, with its version', (where, { text }) => {
  const used = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, uses = '']) => uses);
  // Who pins a workflow of ours to a commit has pinned the action in it too: `$/` is the workflow's own commit.
  const ours = where.startsWith('.github/')
    ? /^\$\/$/
    : /^keyless-aws\/keyless-aws(\/\.github\/workflows\/[\w-]+\.yml)?@v1$/;
  const loose = used.filter(
    (uses) => !ours.test(uses) && !/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses),
  );
  expect(loose).toEqual([]);
});

test('one action has one version everywhere', () => {
  const versions = new Map<string, Set<string>>();
  for (const { text } of files) {
    for (const [, action = '', version = ''] of text.matchAll(
      /uses: ([\w.-]+\/[\w.-]+)[\w/.-]*@([0-9a-f]{40} # v\S+)/g,
    )) {
      versions.set(action, (versions.get(action) ?? new Set()).add(version));
    }
  }
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

test.each(table)('%s grants nothing at the top, and each job what it says why it needs', (_, { text, workflow }) => {
  expect(workflow.permissions).toEqual({});
  for (const [name, job] of Object.entries(workflow.jobs)) {
    expect({ name, permissions: job.permissions }).toEqual({ name, permissions: expect.any(Object) });
  }
  const grants = text.split('\n').filter((line) => /^\s+[a-z-]+: (read|write)\b/.test(line));
  expect(grants.filter((line) => !/ # \S/.test(line))).toEqual([]);
});

test.each(table)(
  '%s puts no expression into a script, and leaves no credentials in the checkout',
  (_, { workflow }) => {
    for (const { step } of stepsOf(workflow)) {
      if (step.run) expect(step.run).not.toContain('${{');
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
  },
);

test.each(table)('%s is not run with rights for a stranger: no pull_request_target', (_, { workflow }) => {
  expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  expect(Object.keys(workflow.on)).not.toContain('workflow_run');
});

interface Called {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
}

test.each(table)(
  '%s calls reusable workflows with inputs that they have, and grants what they need',
  (_, { workflow }) => {
    for (const job of Object.values(workflow.jobs)) {
      const path = REUSABLE.exec(job.uses ?? '')?.[1];
      if (!path) continue;
      const called = readWorkflow(path);
      const { inputs } = called.on.workflow_call as Called;
      const given = Object.keys(job.with ?? {});
      const needed = Object.keys(inputs).filter((name) => inputs[name]?.required);
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining(needed));
      const asked = Object.assign({}, ...Object.values(called.jobs).map((it) => it.permissions));
      expect(job.permissions).toEqual(asked);
    }
  },
);

const blocks = [...files, ...pages().flatMap(yamlBlocks)].map(
  ({ where, text }) => [where, stepsIn(parse(text))] as const,
);

test.each(blocks.filter(([, steps]) => steps.some(({ run = '' }) => run.includes('type=oci'))))(
  '%s sets up a builder before it builds an OCI archive, which the default one cannot write',
  (_, steps) => {
    const uses = steps.map(({ uses = '', run = '' }) => (run.includes('type=oci') ? 'build' : uses.split('@')[0]));
    expect(uses.slice(0, uses.indexOf('build'))).toContain('docker/setup-buildx-action');
  },
);

test('what can sign an attestation runs nothing that npm installs', () => {
  const { jobs } = readWorkflow('.github/workflows/release.yml');
  const signing = Object.values(jobs).filter(({ permissions }) => permissions?.attestations === 'write');
  expect(signing).toHaveLength(1);
  for (const { run = '' } of signing.flatMap(({ steps = [] }) => steps))
    expect(run).not.toMatch(/\bnpm\b|\bnode\b|\.ci\//);
});

/** What came after bash 3.2, the one of macOS: https://tiswww.case.edu/php/chet/bash/CHANGES */
const NEWER = /\bdeclare -[a-z]*A|\b(mapfile|readarray|coproc)\b|globstar|\$\{\w+(,|\^|@[A-Z])|&>>|\|&/;

test.each([
  ...globSync(['.ci/*', 'scripts/**/*.sh'], { cwd: ROOT }).map(
    (where) => [where, readFileSync(join(ROOT, where), 'utf8')] as const,
  ),
  ...files.map(
    ({ where, workflow }) =>
      [
        where,
        stepsOf(workflow)
          .map(({ step }) => step.run ?? '')
          .join('\n'),
      ] as const,
  ),
])('%s runs on the bash of macOS', (_, script) => {
  expect(script).not.toMatch(NEWER);
});

test('the shell that CI gives a script on macOS is bash, as the scripts say', () => {
  for (const where of globSync('.ci/*', { cwd: ROOT })) {
    expect(readFileSync(join(ROOT, where), 'utf8')).toMatch(/^#!\/usr\/bin\/env bash\n/);
  }
});
