import { describe, expect, test } from '@jest/globals';
import { parseLine } from '../../../src/parameters/line.ts';
import { answersTo, type Fetched } from '../../../src/parameters/read/answers.ts';
import type { ParameterSource } from '../../../src/parameters/read/batches.ts';

const place = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', caller: 'arn' };
const OWN = 'arn:aws:ssm:eu-west-1:111122223333:parameter/db';
const FOREIGN = 'arn:aws:ssm:eu-west-1:444455556666:parameter/db';
const MOTO = 'arn:aws:ssm:eu-west-1:123456789012:parameter/db';

const source = (text: string) => parseLine(`X=${text}`).source as ParameterSource;
const fetched = (arn: string, version: number, more: Partial<Fetched> = {}): Fetched => ({
  ...{ name: '/db', arn, selector: '', value: `${arn} ${version}`, version, type: 'String', secret: false },
  ...{ reference: false, ...more },
});

/** The version that each source gets, or `missing`. */
function versions(asked: string[], found: Fetched[], missing: string[] = []) {
  const answers = answersTo(asked.map(source), { found, missing }, place);
  return asked.map((text) => {
    const { name, selector } = source(text);
    const answer = answers.find((it) => it.source.name === name && it.source.selector === selector);
    return answer ? answer.found.value.split(' ').pop() : 'missing';
  });
}

describe('which answer is whose', () => {
  test.each<[string, string[], Fetched[], string[], string[]]>([
    ['a name', ['/db'], [fetched(OWN, 3)], [], ['3']],
    [
      'a name and the same name in another account',
      ['/db', FOREIGN],
      [fetched(FOREIGN, 9), fetched(OWN, 3)],
      [],
      ['3', '9'],
    ],
    ['only the other account has it', ['/db', FOREIGN], [fetched(FOREIGN, 9)], ['/db'], ['missing', '9']],
    ['only this account has it', ['/db', FOREIGN], [fetched(OWN, 3)], [FOREIGN], ['3', 'missing']],
    [
      'a version and the latest',
      ['/db', '/db:1'],
      [fetched(OWN, 3), fetched(OWN, 1, { selector: ':1' })],
      [],
      ['3', '1'],
    ],
    [
      'a label and the latest',
      ['/db:live', '/db'],
      [fetched(OWN, 2, { selector: ':live' }), fetched(OWN, 3)],
      [],
      ['2', '3'],
    ],
    ['x and /x, which have one ARN', ['db', '/db'], [fetched(OWN, 2), fetched(OWN, 1, { name: 'db' })], [], ['1', '2']],
    ['only /x of the two is there', ['db', '/db'], [fetched(OWN, 2)], ['db'], ['missing', '2']],
    ['a server that answers x for /x', ['/db'], [fetched(OWN, 1, { name: 'db' })], [], ['1']],
    ['a missing version, told with its selector', ['/db', '/db:7'], [fetched(OWN, 3)], ['/db:7'], ['3', 'missing']],
    ['a missing one, told without its selector', ['/db:7'], [], ['/db'], ['missing']],
    ['a server that repeats no selector', ['/db:1'], [fetched(OWN, 1)], [], ['1']],
    ['a server with an account of its own', ['/db'], [fetched(MOTO, 3)], [], ['3']],
    [
      'a secret without the reference before its name',
      ['secretsmanager:db'],
      [fetched('arn:x', 1, { name: 'db', reference: true })],
      [],
      ['1'],
    ],
  ])('%s', (_, asked, found, missing, expected) => {
    expect(versions(asked, found, missing)).toEqual(expected);
  });

  test.each<[string, string[], Fetched[]]>([
    ['nothing at all', ['/db'], []],
    [
      'another parameter',
      ['/db'],
      [fetched('arn:aws:ssm:eu-west-1:111122223333:parameter/other', 1, { name: '/other' })],
    ],
    ['another version', ['/db:2'], [fetched(OWN, 3, { selector: ':3' })]],
    ['its own one for the shared one', [FOREIGN], [fetched(OWN, 3)]],
  ])('%s is not an answer', (_, asked, found) => {
    expect(() => versions(asked, found)).toThrow('AWS answered neither with its value nor that it is missing');
  });
});
