import { describe, expect, test } from '@jest/globals';
import { parseLine } from '../../../src/parameters/line.ts';
import { readsFor } from '../../../src/parameters/read/batches.ts';

const place = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', caller: 'arn' };

function plan(...lines: string[]) {
  const { paths, batches } = readsFor(
    lines.map((line) => parseLine(line)),
    place,
  );
  return {
    paths: paths.map(({ path, label = '' }) => `${path} @${label}`),
    batches: batches.map(({ region, names }) => [region, ...names.map(({ name, selector }) => name + selector)]),
  };
}

const arn = (region: string) => `arn:aws:ssm:${region}:444455556666:parameter/s`;

describe('what is read', () => {
  test.each<[string, string[], ReturnType<typeof plan>]>([
    ['nothing', [], { paths: [], batches: [] }],
    ['a name once, under however many names', ['A=/x', 'B=/x', '/x'], { paths: [], batches: [['eu-west-1', '/x']] }],
    [
      'each version and label of it',
      ['A=/x', 'B=/x:1', 'C=/x:live'],
      { paths: [], batches: [['eu-west-1', '/x', '/x:1', '/x:live']] },
    ],
    ['x and /x, which have one ARN', ['A=x', 'B=/x', 'C=x'], { paths: [], batches: [['eu-west-1', 'x', '/x']] }],
    ['a path once', ['/p/', 'A_*=/p/'], { paths: ['/p @'], batches: [] }],
    ['a path below another comes with it', ['/p/', 'A_*=/p/q/'], { paths: ['/p @'], batches: [] }],
    [
      'a path that starts with the same letters does not',
      ['/p/', 'A_*=/pq/'],
      { paths: ['/p @', '/pq @'], batches: [] },
    ],
    ['a name below a path comes with it', ['/p/', 'A=/p/a'], { paths: ['/p @'], batches: [] }],
    ['its older version does not', ['/p/', 'A=/p/a:1'], { paths: ['/p @'], batches: [['eu-west-1', '/p/a:1']] }],
    [
      'a labelled path brings nothing else',
      ['/p/ @live', 'A=/p/a', 'B_*=/p/'],
      { paths: ['/p @live', '/p @'], batches: [] },
    ],
    [
      'the root brings all but secrets and names without a slash',
      ['*=/', 'A=/p/a', 'B=secretsmanager:s', 'C=c'],
      { paths: ['/ @'], batches: [['eu-west-1', '/aws/reference/secretsmanager/s', 'c']] },
    ],
    [
      "an ARN of the step's own account and region is the name, where it has levels: else it is the ARN of x and /x",
      [
        'A=/x',
        'B=arn:aws:ssm:eu-west-1:111122223333:parameter/x',
        'C=arn:aws:ssm:eu-west-1:111122223333:parameter/x/y:2',
      ],
      { paths: [], batches: [['eu-west-1', '/x', 'arn:aws:ssm:eu-west-1:111122223333:parameter/x', '/x/y:2']] },
    ],
    [
      'which a path may bring',
      ['*=/x/', 'B=arn:aws:ssm:eu-west-1:111122223333:parameter/x/y'],
      { paths: ['/x @'], batches: [] },
    ],
    [
      'what AWS publishes does not come with the root',
      ['*=/', 'A=/aws/service/ami/latest'],
      { paths: ['/ @'], batches: [['eu-west-1', '/aws/service/ami/latest']] },
    ],
    [
      'a call a region',
      [`A=${arn('us-east-1')}`, 'B=/b', `C=${arn('eu-west-1')}`],
      {
        paths: [],
        batches: [
          ['us-east-1', arn('us-east-1')],
          ['eu-west-1', '/b', arn('eu-west-1')],
        ],
      },
    ],
  ])('%s', (_, lines, expected) => {
    expect(plan(...lines)).toEqual(expected);
  });

  test.each([
    [10, [10]],
    [11, [10, 1]],
    [200, Array(20).fill(10)],
  ])('%i names go into the fewest calls', (count, sizes) => {
    const { batches } = plan(...Array.from({ length: count }, (_, n) => `V${n}=/x/${n}`));
    expect(batches.map((batch) => batch.length - 1)).toEqual(sizes);
  });
});
