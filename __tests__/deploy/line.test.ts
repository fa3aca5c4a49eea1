import { describe, expect, test } from '@jest/globals';
import { parseDeployLine, parseFirstLine } from '../../src/deploy/line.ts';
import { splitWords } from '../../src/deploy/words.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const image = { kind: 'image', host: undefined, repository: 'shop/web', tag: '1', digest: undefined };

describe('a line of deploy', () => {
  test.each<[string, object]>([
    [
      'shop/web:1 => ecs:prod/web',
      { source: image, target: { kind: 'ecs', cluster: 'prod', service: 'web' }, container: undefined },
    ],
    [
      'shop/web:1 => ecs:prod/web/nginx',
      { source: image, target: { kind: 'ecs', cluster: 'prod', service: 'web' }, container: 'nginx' },
    ],
    [
      `shop/web@${DIGEST}=>lambda:f`,
      { source: { ...image, tag: undefined, digest: DIGEST }, target: { kind: 'lambda', name: 'f' }, alias: undefined },
    ],
    ['shop/web:1 => lambda:f:live', { source: image, target: { kind: 'lambda', name: 'f' }, alias: 'live' }],
    [
      's3://b-1/a/b.zip => lambda:f',
      {
        source: { kind: 'object', bucket: 'b-1', key: 'a/b.zip' },
        target: { kind: 'lambda', name: 'f' },
        alias: undefined,
      },
    ],
    ['asg:web group/1', { target: { kind: 'asg', group: 'web group/1' }, template: undefined }],
    ['template:7 => asg:web', { target: { kind: 'asg', group: 'web' }, template: 7 }],
    [
      's3://bucket/x.tgz => codedeploy:Shop/Web',
      {
        source: { kind: 'object', bucket: 'bucket', key: 'x.tgz' },
        target: { kind: 'codedeploy', application: 'Shop', group: 'Web' },
      },
    ],
    [
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1 => lambda:f',
      {
        source: { ...image, host: '111122223333.dkr.ecr.eu-west-1.amazonaws.com' },
        target: { kind: 'lambda', name: 'f' },
        alias: undefined,
      },
    ],
  ])('%s', (text, parsed) => {
    expect(parseDeployLine(text)).toEqual(parsed);
  });

  test.each([
    ['shop:1', 'does not name a target'],
    ['shop:1 => ', 'is not a rollout'],
    ['a => b => c', 'is not a rollout'],
    ['shop:1 => ec2:i-1', 'does not name a target'],
    ['shop:1 => ecs:web', 'does not name a service of ECS'],
    ['shop:1 => ecs:arn:aws:ecs:eu-west-1:111122223333:service/prod/web', 'does not name a service of ECS'],
    ['shop => ecs:prod/web', 'has no tag'],
    ['shop@sha256:1 => ecs:prod/web', 'is not a digest'],
    ['public.ecr.aws/a/shop:1 => ecs:prod/web', 'is an image of ECR Public'],
    ['ecs:prod/web', 'is given no image'],
    ['s3://b-1/x.zip => ecs:prod/web', 'is not an image'],
    ['shop:1 => lambda:f:7', 'is not the name of an alias'],
    ['shop:1 => lambda:f:$LATEST', '"lambda:f" without an alias is $LATEST'],
    ['shop:1 => lambda:f:3', 'versions never change'],
    ['shop:1 => lambda:arn:aws:lambda:eu-west-1:1:function:f', '1:function:f" is not the name of a function'],
    ['shop:1 => lambda:f:', 'is not the name of an alias'],
    ['shop:1 => lambda:my function', 'is not the name of a function'],
    ['s3://b-1 => lambda:f', 'does not name an object'],
    ['s3://b-1/folder/ => lambda:f', 'does not name an object'],
    ['template:$Latest => asg:web', 'nothing to roll back to'],
    ['template:seven => asg:web', 'is not the number of a version'],
    ['shop:1 => asg:web', 'does not take'],
    ['asg:', 'does not name an Auto Scaling group'],
    ['shop:1 => codedeploy:a/b', 'does not take'],
    ['s3://b-1/x.zip => codedeploy:a', 'does not name a deployment group'],
  ])('%s: %s', (text, what) => {
    expect(() => parseDeployLine(text)).toThrow(what);
  });
});

describe('a line of deploy-first', () => {
  test('has a container and a command', () => {
    expect(parseFirstLine('ecs:prod/web/api => rake a => b')).toEqual({
      target: { kind: 'ecs', cluster: 'prod', service: 'web' },
      container: 'api',
      command: 'rake a => b',
    });
    for (const text of ['ecs:prod/web => rake', 'ecs:prod/web/api =>', 'lambda:f => x', 'rake']) {
      expect(() => parseFirstLine(text)).toThrow('write ecs:CLUSTER/SERVICE/CONTAINER => COMMAND');
    }
  });
});

describe('words of a command', () => {
  test.each<[string, string[]]>([
    ['rake  db:migrate', ['rake', 'db:migrate']],
    [`sh -c 'a && b "c" $D'`, ['sh', '-c', 'a && b "c" $D']],
    ['echo "a b" c\\ d', ['echo', 'a b', 'c d']],
    ['echo "say \\"hi\\" \\$5" \'\'', ['echo', 'say "hi" $5', '']],
    ['a"b"\'c\'', ['abc']],
    ['"\\\\"', ['\\']],
  ])('%s', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test.each([
    ["sh -c 'a", 'a quote without an end'],
    ['echo "a', 'a quote without an end'],
    ['a && b', 'needs a shell'],
    ['a | b', 'needs a shell'],
    ['echo $HOME', 'needs a shell'],
    ['echo "$HOME"', 'needs a shell'],
    ['echo `id`', 'needs a shell'],
    ['a > b', 'needs a shell'],
  ])('%s: %s', (text, what) => {
    expect(() => splitWords(text)).toThrow(what);
  });
});
