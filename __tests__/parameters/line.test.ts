import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../../src/base/problem.ts';
import { type ParameterLine, parseLine, sourceText } from '../../src/parameters/line.ts';

const parameter = (name: string, selector = '') => ({ kind: 'parameter' as const, name, selector });
const line = (more: Partial<ParameterLine>): ParameterLine => ({
  source: parameter('/shop/prod/db-url'),
  format: { kind: 'text' },
  target: { name: 'DB_URL' },
  optional: false,
  ...more,
});
const path = (of: string, label?: string) => ({ kind: 'path' as const, path: of, ...(label ? { label } : {}) });
const ARN = 'arn:aws:ssm:eu-central-1:444455556666:parameter/site/shared/banner';

describe('a line', () => {
  test.each<[string, ParameterLine]>([
    ['/shop/prod/db-url', line({})],
    ['NAME=/shop/prod/db-url', line({ target: { name: 'NAME' } })],
    ['NAME = /shop/prod/db-url', line({ target: { name: 'NAME' } })],
    ['db.url', line({ source: parameter('db.url') })],
    ['NAME=/shop/prod/db-url:3', line({ target: { name: 'NAME' }, source: parameter('/shop/prod/db-url', ':3') })],
    ['/shop/prod/db-url:live', line({ source: parameter('/shop/prod/db-url', ':live') })],
    ['NAME?=/shop/prod/db-url', line({ target: { name: 'NAME' }, optional: true })],
    ['/shop/prod/db-url ?? a ?? b = c', line({ optional: true, fallback: 'a ?? b = c' })],
    ['/shop/prod/db-url ??', line({ optional: true, fallback: '' })],
    ['/shop/prod/', line({ source: path('/shop/prod'), target: { prefix: '' } })],
    ['PRE_*=/shop/prod/', line({ source: path('/shop/prod'), target: { prefix: 'PRE_' } })],
    ['*?=/shop/prod/', line({ source: path('/shop/prod'), target: { prefix: '' }, optional: true })],
    ['/shop/prod/ @live', line({ source: path('/shop/prod', 'live'), target: { prefix: '' } })],
    [
      '/shop/prod/env as dotenv',
      line({
        source: parameter('/shop/prod/env'),
        format: { kind: 'dotenv', reader: 'dotenv' },
        target: { prefix: '' },
      }),
    ],
    [
      'P_*=/shop/prod/env as dotenv',
      line({
        source: parameter('/shop/prod/env'),
        format: { kind: 'dotenv', reader: 'dotenv' },
        target: { prefix: 'P_' },
      }),
    ],
    [
      'NAME=/shop/prod/db as json',
      line({ source: parameter('/shop/prod/db'), format: { kind: 'json' }, target: { prefix: 'NAME_' } }),
    ],
    [
      '/shop/prod/db as json',
      line({ source: parameter('/shop/prod/db'), format: { kind: 'json' }, target: { prefix: 'DB_' } }),
    ],
    [
      '*=/shop/prod/db as json',
      line({ source: parameter('/shop/prod/db'), format: { kind: 'json' }, target: { prefix: '' } }),
    ],
    [`NAME=${ARN}`, line({ target: { name: 'NAME' }, source: { ...parameter(ARN), region: 'eu-central-1' } })],
    [`${ARN}:2`, line({ target: { name: 'BANNER' }, source: { ...parameter(ARN, ':2'), region: 'eu-central-1' } })],
    [
      'NAME=secretsmanager:prod/a=b',
      line({ target: { name: 'NAME' }, source: parameter('/aws/reference/secretsmanager/prod/a=b') }),
    ],
    [
      'NAME=secretsmanager:rds!cluster-1a2b',
      line({ target: { name: 'NAME' }, source: parameter('/aws/reference/secretsmanager/rds!cluster-1a2b') }),
    ],
    [
      'NAME=secretsmanager:prod/db:AWSPREVIOUS',
      line({ target: { name: 'NAME' }, source: parameter('/aws/reference/secretsmanager/prod/db', ':AWSPREVIOUS') }),
    ],
    ...['secretsmanager:/prod/db', '/aws/reference/secretsmanager//prod/db'].map((it): [string, ParameterLine] => [
      `NAME=${it}`,
      line({ target: { name: 'NAME' }, source: parameter('/aws/reference/secretsmanager//prod/db') }),
    ]),
    ['*=/', line({ source: path('/'), target: { prefix: '' } })],
  ])('%s', (text, expected) => {
    expect(parseLine(text)).toEqual(expected);
  });

  test.each([
    '/shop/prod/db-url:live',
    '/shop/prod/ @live',
    `${ARN}:2`,
    'secretsmanager:prod/db',
    'secretsmanager:a:AWSPREVIOUS',
  ])('%s is shown as it is written', (text) => {
    expect(sourceText(parseLine(text).source)).toBe(text);
  });
});

test('any text is a line or a problem with a column, and a line is read as it is shown', () => {
  const token = fc.constantFrom(
    ...[
      '/',
      '/a',
      'a',
      ':',
      ':3',
      ':live',
      '=',
      '?=',
      '??',
      ' ',
      ' as ',
      'json',
      'dotenv',
      '@live',
      'X',
      '*',
      'arn:',
      'secretsmanager:',
      '-',
      '\u00e9',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(token, fc.string({ maxLength: 3 })), { minLength: 1 }), (tokens) => {
      const text = tokens.join('').trim();
      try {
        const { source } = parseLine(text);
        expect(parseLine(`*?=${sourceText(source)}${source.kind === 'path' ? '' : ' as json'}`).source).toEqual(source);
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        expect(thrown.details.on).toMatch(/^column \d+$/);
      }
    }),
    { numRuns: 5_000, seed: 20_261_122 },
  );
});

describe('what is not a line', () => {
  test.each<[string, string, RegExp]>([
    ['NAME=', 'column 6', /is missing here/],
    ['MY NAME=/a', 'column 1', /"MY NAME" is not the name of a variable/],
    ['1ST=/a', 'column 1', /"1ST" is not the name/],
    ['shop/prod/db', 'column 1', /starts with \//],
    ['X=/shop//db', 'column 3', /is not the name of a parameter/],
    ['X=/shop/db url', 'column 12', /"url" is not understood here/],
    ['/shop/db-url => URL', 'column 14', /write URL=\/shop\/db-url$/m],
    ['X=/shop/db as yaml', 'column 15', /"as yaml" is not known/],
    ['X=/shop/db:0', 'column 12', /"0" is neither a version nor a label/],
    ['X=/shop/db:aws-x', 'column 12', /"aws-x" is neither a version/],
    ['X=/shop/db @live', 'column 12', /write \/shop\/db:live/],
    ['X=/shop/', 'column 1', /write X_\*=/],
    ['X_*=/shop/db', 'column 1', /X_\* is a prefix/],
    ['X=/shop/env as dotenv', 'column 1', /write X_\*=/],
    ['/shop/ as json', 'column 1', /not with a path/],
    ['/shop/ ?? x', 'column 1', /goes with a single value/],
    ['/shop/3', 'column 1', /write NAME= before it/],
    [`/${'a/'.repeat(15)}b`, 'column 1', /more than 15 levels/],
    ['X=secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:x', 'column 3', /takes no ARN/],
    [
      'X=arn:aws:secretsmanager:eu-west-1:1:secret:a/b-Ab12Cd:pass::',
      'column 3',
      /secretsmanager:a\/b as json \.pass$/m,
    ],
    ['X=secretsmanager:prod/db:password::', 'column 26', /write secretsmanager:prod\/db as json \.password/],
    ['X=secretsmanager:', 'column 3', /is not a secret/],
    ['/', 'column 1', /every parameter of the account/],
    ['//', 'column 1', /may be an empty variable/],
    ['X=arn:aws:s3:::bucket', 'column 3', /is not the ARN of a parameter/],
    ['/shop/a,/shop/b', 'column 1', /one parameter a line/],
    ['X: /shop/db', 'column 4', /write X=\/shop\/db$/m],
    ['/shop/db = X', 'column 10', /write X=\/shop\/db$/m],
    ['X="/shop/db"', 'column 3', /without quotes/],
    ['/shop/db | DB ;', 'column 10', /write DB=\/shop\/db$/m],
    ['DB,/shop/db', 'column 1', /write DB=\/shop\/db; of a secret, DB=secretsmanager:\/shop\/db$/m],
    ['DB, prod/db', 'column 5', /write DB=secretsmanager:prod\/db$/m],
    ['X=ssm:/shop/db', 'column 7', /write NAME=\/shop\/db$/m],
    ['X={{resolve:ssm-secure:/shop/db:3}}', 'column 13', /write NAME=\/shop\/db:3$/m],
    ['X={{resolve:secretsmanager:db:SecretString:password}}', 'column 13', /secretsmanager:db as json \.password$/m],
    ['X=secretsmanager:prod/db#password', 'column 3', /write X=secretsmanager:prod\/db as json \.password$/m],
    ['X=arn:aws:ssm:eu-west-1:111122223333', 'column 3', /write arn:aws:ssm:REGION/],
    ['export X=/shop/db', 'column 1', /write X=\/shop\/db$/m],
    ['- X=/shop/db', 'column 1', /leave out the dash/],
    ['{"X":"/shop/db"}', 'column 6', /no JSON/],
    ['/shop/*', 'column 1', /write \/shop\/, which is all below it/],
    ['X=/shop/db # live', 'column 12', /a comment on a line of its own/],
    ['X=/shop/db ? y', 'column 12', /NAME=\/shop\/prod\/x \?\? text/],
  ])('%s', (text, on, message) => {
    try {
      parseLine(text);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      expect(thrown.details.on).toBe(on);
      expect(thrown.message).toMatch(message);
      return;
    }
    throw new Error('it was accepted');
  });
});
