import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  ACTION,
  pages,
  ROOT,
  readAction,
  readWorkflow,
  stepsIn,
  stepsOf,
  yamlBlocks,
  yamlFiles,
} from '../examples/workflows.ts';

const action = readAction();
const inputs = Object.keys(action.inputs);
const outputs = Object.keys(action.outputs);
/** Without the list of inputs, which is made from action.yml. */
const source = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((path) => path !== 'src/request/input-names.ts')
  .map((path) => readFileSync(join(ROOT, path), 'utf8'));

test('the action runs dist/ on Node 24, before and after', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/post.js' });
});

test.each(inputs)('input %s is described, and read by the code', (name) => {
  expect(action.inputs[name]?.description).toMatch(/\S/);
  expect(source.some((text) => text.includes(`'${name}'`))).toBe(true);
});

test.each(outputs)('output %s is described, and set by the code', (name) => {
  expect(action.outputs[name]?.description).toMatch(/\S/);
  expect(source.some((text) => text.includes(`'${name}'`) || new RegExp(`\\b${name}[:,]`).test(text))).toBe(true);
});

const written = [
  ...yamlFiles('.github/workflows'),
  ...yamlFiles('examples'),
  ...pages().flatMap((page) => yamlBlocks(page)),
].map(({ where, text }) => [where, stepsIn(parse(text)).filter((step) => ACTION.test(step.uses ?? ''))] as const);

test.each(written.filter(([, steps]) => steps.length > 0))('%s names inputs that the action has', (_, steps) => {
  for (const step of steps) expect(inputs).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
});

const workflows = [...yamlFiles('.github/workflows'), ...yamlFiles('examples')];

test.each(workflows.map((file) => [file.where, file] as const))(
  '%s names outputs that the action has',
  (where, file) => {
    const ids = stepsOf(readWorkflow(where)).flatMap(({ step }) =>
      ACTION.test(step.uses ?? '') && step.id ? [step.id] : [],
    );
    for (const id of ids) {
      for (const [, name = ''] of file.text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))) {
        expect(outputs).toContain(name);
      }
    }
  },
);
