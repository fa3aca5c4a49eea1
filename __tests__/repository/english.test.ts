import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../examples/workflows.ts';

/** What a text of this repository never says, by its lines; what AWS says is quoted as it is. */
const RULES = {
  'is not a, never is no':
    /\b(?<!\bthere )(?:is|are|was|were|be) (?:no (?!(?:longer|more|other|newer|older|larger|smaller|shorter|later|better|higher|lower)\b)[a-z]|none\b(?! of))/i,
  'cannot, in one word': /\bcan(?:'t| not)\b/,
  'straight apostrophes': /[\u2018\u2019]/,
} as const;

/** The sandbox answers in AWS's own words. */
const QUOTED = /Parameter name: can't be|transitive tag keys can't be set/;

/** Names that begin with a capital letter wherever they stand. */
const PROPER =
  /^(?:AWS|Auto Scaling|CloudFront|CodeDeploy|Dependabot|Docker|ECR|ECS|GitHub|Input|JSON|JavaScript|Java|KMS|Lambda|Python|Ruby|S3|SSM|STS)\b/;

/** The beginning of each `what` of a Problem that is written out. */
const WHAT = /\bwhat(?::| =) (?:[\w.= !]+\? )?['"`]([A-Z][^'"`]*)/g;

const texts = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => /\.(?:ts|mjs|cjs|md|ya?ml|tf)$/.test(path) && !/^dist\/|english\.test\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

function brokenBy(text: string, rule: RegExp): string[] {
  return text.split('\n').filter((line) => rule.test(line) && !QUOTED.test(line));
}

describe('English', () => {
  test.each(Object.entries(RULES))('%s', (_name, rule) => {
    expect(texts.flatMap(({ path, text }) => brokenBy(text, rule).map((line) => `${path}: ${line.trim()}`))).toEqual(
      [],
    );
  });

  test('what a Problem says begins in lower case, but for names', () => {
    const capital = texts.flatMap(({ path, text }) =>
      path.startsWith('src/')
        ? [...text.matchAll(WHAT)].filter(([, what = '']) => !PROPER.test(what)).map(([, what]) => `${path}: ${what}`)
        : [],
    );
    expect(capital).toEqual([]);
  });

  test.each([
    ['it is no boolean', 1],
    ['an ETag that is no MD5', 1],
    ['it is none', 1],
    ['There is no input', 0],
    ['there are no claims', 0],
    ['is there no role', 0],
    ['is no longer here', 0],
    ['what is no newer', 0],
    ['it is none of these', 0],
  ])('"%s"', (line, found) => {
    expect(brokenBy(line, RULES['is not a, never is no'])).toHaveLength(found);
  });
});
