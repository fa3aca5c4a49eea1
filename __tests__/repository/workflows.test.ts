import { expect, test } from '@jest/globals';
import { REUSABLE, readWorkflow, stepsOf, yamlFiles } from '../examples/workflows.ts';

const files = [...yamlFiles('.github/workflows'), ...yamlFiles('examples')].map((file) => ({
  ...file,
  workflow: readWorkflow(file.where),
}));
const table = files.map((file) => [file.where, file] as const);

test.each(table)('%s pins what it uses to a commit, with its version', (_, { text }) => {
  const used = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, uses = '']) => uses);
  const ours = /^(\.\/|keyless-aws\/keyless-aws(\/\.github\/workflows\/[\w-]+\.yml)?@v1$)/;
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
