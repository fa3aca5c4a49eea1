import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { ROOT } from '../examples/workflows.ts';

/** A node of a syntax tree, as far as this test looks into it. */
type Tree = Readonly<Record<string, unknown>>;

const FUNCTIONS = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'Constructor',
];

/** The parameters of each function of a source that breaks the rule, as the source writes them. */
function broken(source: string): string[] {
  const bytes = Buffer.from(source);
  const tree = parseSync(source, { syntax: 'typescript', target: 'es2022' });
  const start = tree.span.start;
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, params, function: inner } = node as Tree;
    if (FUNCTIONS.includes(String(type))) {
      const all = ((params ?? (inner as Tree | undefined)?.params ?? []) as Tree[]).map((it) => (it.pat ?? it) as Tree);
      if (all.length > 3 || all.some(isBoolean)) {
        const { span } = (type === 'ClassMethod' ? inner : node) as { span: { start: number; end: number } };
        found.push(
          bytes
            .subarray(span.start - start, span.end - start)
            .toString()
            .split('\n')[0] ?? '',
        );
      }
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'span') visit(value);
  };
  visit(tree.body);
  return found;
}

/** `isLast: boolean`, `isLast = false`. */
function isBoolean(pattern: Tree): boolean {
  const { typeAnnotation, right } = pattern as { typeAnnotation?: { typeAnnotation?: Tree }; right?: Tree };
  return typeAnnotation?.typeAnnotation?.kind === 'boolean' || right?.type === 'BooleanLiteral';
}

test('a function takes at most three parameters, none of them a boolean', () => {
  const sources = globSync('{src,sandbox,harness,bench,scripts}/**/*.ts', { cwd: ROOT });
  const found = sources.flatMap((path) =>
    broken(readFileSync(join(ROOT, path), 'utf8')).map((text) => `${path}: ${text}`),
  );
  expect(found).toEqual([]);
});

test.each([
  'function f(a: string, b: string, c: string, d: string) {}',
  'function f(isLast: boolean) {}',
  'const f = (a: string, isLast = false) => a;',
  'class A { b(isLast: boolean) {} }',
])('found: %s', (source) => {
  expect(broken(source)).toHaveLength(1);
});

test('options are not found', () => {
  expect(broken('function f(a: string, { isLast }: { isLast: boolean }) {}')).toEqual([]);
});
