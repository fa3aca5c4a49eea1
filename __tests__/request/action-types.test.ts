import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION, ROOT } from '../../harness/action.ts';

const types = parse(readFileSync(join(ROOT, 'action-types.yml'), 'utf8')) as {
  inputs: Record<string, { type: string }>;
  outputs: Record<string, { type: string }>;
};

test('action-types.yml has the names of action.yml (npm run docs)', () => {
  expect(Object.keys(types.inputs)).toEqual(Object.keys(ACTION.inputs));
  expect(Object.keys(types.outputs)).toEqual(Object.keys(ACTION.outputs));
});

test.each([
  ['dry-run', 'boolean'],
  ['role-duration-seconds', 'integer'],
  ['images', 'list'],
  ['image-tag-exists', 'enum'],
  ['aws-region', 'string'],
])('%s is a %s', (name, type) => {
  expect(types.inputs[name]?.type).toBe(type);
});
