import { expect, test } from '@jest/globals';
import { parseImageName } from '../../src/aws/image-name.ts';
import { inputReader } from '../../src/base/inputs.ts';
import { parseImageLine } from '../../src/images/line.ts';
import { imagesRequest, parseRegistry } from '../../src/images/request.ts';

test.each([
  ['oci:out => shop:1', 'oci', 'out', undefined, [[undefined, 'shop', '1']]],
  ['oci-archive:a.tar#v1 => shop:1', 'oci-archive', 'a.tar', 'v1', [[undefined, 'shop', '1']]],
  [
    'docker:shop:latest => team/shop:1,team/shop:latest',
    'docker',
    'shop:latest',
    undefined,
    [
      [undefined, 'team/shop', '1'],
      [undefined, 'team/shop', 'latest'],
    ],
  ],
  [
    './image.tar.gz=>111122223333.dkr.ecr.eu-west-1.amazonaws.com/a/b:v1.2',
    'auto',
    './image.tar.gz',
    undefined,
    [['111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'a/b', 'v1.2']],
  ],
  ['x => public.ecr.aws/alias/shop:1', 'auto', 'x', undefined, [['public.ecr.aws', 'alias/shop', '1']]],
  ['x => 127.0.0.1:5000/shop:1', 'auto', 'x', undefined, [['127.0.0.1:5000', 'shop', '1']]],
])('%s', (line, kind, name, pick, targets) => {
  const parsed = parseImageLine(line);
  expect(parsed.source).toEqual({ kind, name, pick });
  expect(parsed.targets.map(({ host, repository, tag }) => [host, repository, tag])).toEqual(targets);
});

test.each([
  ['out', 'is no image line'],
  ['out => ', 'is no image line'],
  ['a => b:1 => c:1', 'is no image line'],
  ['oci: => shop:1', 'names no image'],
  ['out => shop', 'has no tag'],
  ['out => shop:', 'has no tag'],
  ['out => shop:.x', '".x" is not a tag'],
  [`out => shop:${'x'.repeat(129)}`, 'is not a tag'],
  ['out => Shop:1', '"Shop" is not a repository name'],
  ['out => a//b:1', 'is not a repository name'],
  ['out => a__b:1', 'is not a repository name'],
  ['out => x:1', '"x" is not a repository name'],
  ['out => ghcr.io/shop/web:1', '"ghcr.io" is not a host of an ECR registry'],
  ['out => shop:1,', 'is not a repository name'],
])('refuses %s', (line, problem) => {
  expect(() => parseImageLine(line)).toThrow(problem);
});

test('a digest is not a tag', () => {
  expect(() => parseImageName(`shop@sha256:${'0'.repeat(64)}`)).toThrow('is not a repository name');
});

test.each([
  ['111122223333', { kind: 'account', account: '111122223333' }],
  ['public', { kind: 'public' }],
  ['public.ecr.aws', { kind: 'public' }],
  [
    'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/',
    { kind: 'host', host: '111122223333.dkr.ecr.eu-west-1.amazonaws.com' },
  ],
])('registry %s', (text, parsed) => {
  expect(parseRegistry(text)).toEqual(parsed);
});

test.each([
  ['11112222333', 'leading zeros'],
  ['docker.io', 'is no registry'],
  ['111122223333, 444455556666', 'is no registry'],
])('registry %s is refused', (text, problem) => {
  expect(() => parseRegistry(text)).toThrow(problem);
});

test('tags may stand on lines of their own, as docker/metadata-action gives them', () => {
  const given: Record<string, string> = {
    images: 'docker:a => shop:1\nshop:latest\n  shop:main,\ndocker:b => other:1\n',
  };
  const reader = inputReader({ env: {}, input: (name) => given[name] ?? '' });
  const { images = [] } = imagesRequest(reader) ?? {};
  reader.throwProblems();
  expect(images.map(({ text, targets }) => [text, targets.map(({ tag }) => tag)])).toEqual([
    ['docker:a', ['1', 'latest', 'main']],
    ['docker:b', ['1']],
  ]);
});
