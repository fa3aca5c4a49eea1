import { describe, expect, test } from '@jest/globals';
import { problemsIn } from '../../src/base/edge/index.ts';
import { inputReader } from '../../src/base/inputs.ts';
import { deployRequest } from '../../src/deploy/request.ts';

const PUBLISHED = { firstRegistry: undefined, pushes: [], uploads: [], isAsItIs: true, workspace: '.' };

function read(inputs: Readonly<Record<string, string>>) {
  const reader = inputReader({ input: (name: string) => inputs[name] ?? '', env: {} });
  const request = deployRequest(reader, PUBLISHED);
  try {
    reader.throwProblems();
    return { request, problems: [] };
  } catch (thrown) {
    return { request, problems: (problemsIn(thrown) ?? []).map(({ message }) => message) };
  }
}

describe('the inputs of a rollout', () => {
  test('several lines for one target are one rollout', () => {
    const { request, problems } = read({
      deploy: [
        'web:1 => ecs:prod/web/web',
        'proxy:1 => ecs:prod/web/proxy',
        'api:1 => lambda:f:blue',
        'api:1 => lambda:f:green',
        'asg:web',
        'asg:web',
      ].join('\n'),
      'deploy-first': "ecs:prod/web/web => sh -c 'a && b'",
    });
    expect(problems).toEqual([]);
    expect(request?.ecs).toMatchObject([
      {
        images: [{ container: 'web' }, { container: 'proxy' }],
        first: [{ container: 'web', command: ['sh', '-c', 'a && b'] }],
      },
    ]);
    expect(request?.lambda).toMatchObject([{ target: { name: 'f' }, aliases: ['blue', 'green'] }]);
    expect(request?.groups).toHaveLength(1);
    expect(request).toMatchObject({ wait: true, timeoutMinutes: 30, onFailure: 'rollback', busy: 'fail' });
  });

  test('without anything to roll out there is no request', () => {
    expect(read({})).toEqual({ request: undefined, problems: [] });
  });

  test.each<[string, Record<string, string>, string[]]>([
    [
      'two images for one container',
      { deploy: 'web:1 => ecs:prod/web/a\nweb:2 => ecs:prod/web/a' },
      ['Input deploy, line 2: ecs:prod/web/a is given something else in line 1'],
    ],
    [
      'two codes for one function',
      { deploy: 'web:1 => lambda:f:a\ns3://bucket/x.zip => lambda:f:b' },
      ['Input deploy, line 2: lambda:f is given something else in line 1'],
    ],
    [
      'two versions for one group',
      { deploy: 'asg:web\ntemplate:2 => asg:web' },
      ['Input deploy, line 2: asg:web is given something else in line 1'],
    ],
    [
      'a task for a service that is given no image',
      { deploy: 'asg:web', 'deploy-first': 'ecs:prod/web/web => true' },
      ['Input deploy-first, line 1: ecs:prod/web is given no image'],
    ],
    ['a task without a rollout', { 'deploy-first': 'ecs:prod/web/web => true' }, ['nothing is rolled out']],
    [
      'everything at once',
      {
        deploy: 'web:1 => ecs:web\ntemplate:x => asg:g\nnothing',
        'deploy-busy': 'maybe',
        'deploy-timeout-minutes': '0',
        'deploy-wait': 'no',
      },
      ['line 1', 'line 2', 'line 3', 'deploy-busy', 'deploy-timeout-minutes', 'deploy-wait'],
    ],
  ])('%s', (_, inputs, texts) => {
    const { problems } = read(inputs);
    expect(problems).toHaveLength(texts.length);
    for (const text of texts) expect(problems.join('\n')).toContain(text);
  });
});
