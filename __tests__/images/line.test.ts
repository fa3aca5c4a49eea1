import { expect, test } from '@jest/globals';
import { parseImageName } from '../../src/aws/image-name.ts';
import { inputReader } from '../../src/base/inputs.ts';
import { type ImageOrigin, parseImageLine, parseSource } from '../../src/images/line.ts';
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
  const parsed = parseImageLine(line, () => false);
  expect(parsed.sources).toEqual([kind === 'docker' ? { kind, name } : { kind, name, pick }]);
  expect(parsed.targets.map(({ host, repository, tag }) => [host, repository, tag])).toEqual(targets);
});

test.each([
  ['out', 'is not an image line'],
  ['out => ', 'is not an image line'],
  ['out => b:1, , c:1', 'has a comma with nothing before or after it'],
  ['out => b:1,', 'has a comma with nothing before or after it'],
  ['a => b:1 => c:1', 'is not an image line'],
  ['oci: => shop:1', 'names no image'],
  ['out => shop:', 'has no tag'],
  ['out => shop:.x', '".x" is not a tag'],
  ['out => https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1', 'is a URL'],
  [`out => shop:${'x'.repeat(129)}`, 'is not a tag'],
  ['out => Shop:1', '"Shop" is not a repository name'],
  ['out => a//b:1', 'is not a repository name'],
  ['out => a__b:1', 'is not a repository name'],
  ['out => x:1', '"x" is not a repository name'],
  ['out => ghcr.io/shop/web:1', '"ghcr.io" is not a host of an ECR registry'],
  ['out => shop:1,', 'has a comma with nothing before or after it'],
])('refuses %s', (line, problem) => {
  expect(() => parseImageLine(line, () => false)).toThrow(problem);
});

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each<[string, string[], ImageOrigin]>([
  ['oci:out:v1', ['out'], { kind: 'oci', name: 'out', pick: 'v1' }],
  ['oci:out', ['out'], { kind: 'oci', name: 'out', pick: undefined }],
  ['oci:out:v1', ['out', 'out:v1'], { kind: 'oci', name: 'out:v1', pick: undefined }],
  ['docker-archive:x.tar:shop:1', ['x.tar'], { kind: 'docker-archive', name: 'x.tar', pick: 'shop:1' }],
  ['docker-archive:x.tar#shop', ['x.tar'], { kind: 'docker-archive', name: 'x.tar', pick: 'shop' }],
  [`x.tar#${DIGEST}`, ['x.tar'], { kind: 'auto', name: 'x.tar', pick: DIGEST }],
  ['build#1/x.tar', ['build#1/x.tar'], { kind: 'auto', name: 'build#1/x.tar', pick: undefined }],
  ['build#1/x.tar#shop:1', ['build#1/x.tar'], { kind: 'auto', name: 'build#1/x.tar', pick: 'shop:1' }],
  ['out:v1', ['out'], { kind: 'auto', name: 'out:v1', pick: undefined }],
  ['docker:shop', [], { kind: 'docker', name: 'shop:latest' }],
  ['docker:127.0.0.1:5000/shop', [], { kind: 'docker', name: '127.0.0.1:5000/shop:latest' }],
  [`docker:shop@${DIGEST}`, [], { kind: 'docker', name: `shop@${DIGEST}` }],
  ['docker:0123456789ab', [], { kind: 'docker', name: '0123456789ab' }],
  ['registry:ghcr.io/octo/shop:1', [], { kind: 'registry', host: 'ghcr.io', repository: 'octo/shop', reference: '1' }],
  [
    `registry:ghcr.io/shop:1@${DIGEST}`,
    [],
    { kind: 'registry', host: 'ghcr.io', repository: 'shop', reference: DIGEST },
  ],
  [
    'registry:docker.io/alpine:3',
    [],
    { kind: 'registry', host: 'docker.io', repository: 'library/alpine', reference: '3' },
  ],
  [
    'registry:registry-1.docker.io/octo/shop:1',
    [],
    { kind: 'registry', host: 'docker.io', repository: 'octo/shop', reference: '1' },
  ],
  [
    'registry:127.0.0.1:5000/shop:1',
    [],
    { kind: 'registry', host: '127.0.0.1:5000', repository: 'shop', reference: '1' },
  ],
])('the source %s with %j on the disk', (text, there, source) => {
  expect(parseSource(text, (path) => there.includes(path))).toEqual(source);
});

test.each(['registry:shop:1', 'registry:ghcr.io/shop', 'registry:ghcr.io/Shop:1', 'docker:', 'docker:a b'])(
  'the source %s names no image',
  (text) => {
    expect(() => parseSource(text, () => false)).toThrow('names no image');
  },
);

test('several sources, and a target without a tag', () => {
  const { sources, targets } = parseImageLine(
    'oci:a + registry:ghcr.io/b:1 => shop, 127.0.0.1:5000/shop:2',
    () => false,
  );
  expect(sources.map(({ kind }) => kind)).toEqual(['oci', 'registry']);
  expect(targets).toEqual([
    { host: undefined, repository: 'shop', tag: undefined },
    { host: '127.0.0.1:5000', repository: 'shop', tag: '2' },
  ]);
});

test.each<[string, string[], string[]]>([
  ['oci:a + oci:b', [], ['a', 'b']],
  ['oci:a:1 + oci:b:1', ['a', 'b'], ['a', 'b']],
  ['x + y.tar', ['x + y.tar'], ['x + y.tar']],
  ['docker-archive:x + y.tar:shop:1', ['x + y.tar'], ['x + y.tar']],
  ['x.tar#v1 + y.tar', ['x.tar', 'y.tar'], ['x.tar', 'y.tar']],
])('%s with %j on the disk is %j', (text, there, names) => {
  const { sources } = parseImageLine(`${text} => shop:1`, (path) => there.includes(path));
  expect(sources.map((it) => ('name' in it ? it.name : ''))).toEqual(names);
});

test.each([
  ['docker://ghcr.io/a/b:1', 'registry:HOST'],
  ['docker-daemon:shop:1', 'docker:NAME'],
  ['containers-storage:shop', 'podman save'],
  ['oci-layout://out', 'oci:DIR'],
])("the prefix of %s is another tool's: %s", (text, fix) => {
  expect(() => parseSource(text, () => false)).toThrow(/is not a prefix of this action.*/s);
  expect(() => parseSource(text, () => false)).toThrow(fix);
});

test("a folder in skopeo's own format is named as one, and an image called dir is still an image", () => {
  expect(() => parseSource('dir:out', (path) => path === 'out')).toThrow(/format of skopeo.*oci:DIR/s);
  expect(parseSource('dir:out', () => false)).toMatchObject({ kind: 'auto', name: 'dir:out' });
});

test.each(['- oci:out => shop:1', '"oci:out => shop:1"', "'oci:out => shop:1'"])(
  '%s: marks of YAML are told',
  (line) => {
    expect(() => parseImageLine(line, (path) => path === 'out')).toThrow(/mark of YAML.*images: \|/s);
  },
);

test('the name of a repository is in lower case', () => {
  expect(() => parseSource('registry:ghcr.io/Octo-Org/shop:1', () => false)).toThrow('in lower case');
});

test.each(['shop', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop'])(
  "%s:BRANCH: what a branch's name could be as a tag is written out",
  (repository) => {
    expect(() => parseImageLine(`out => ${repository}:feature/login+2`, () => false)).toThrow(
      /"feature\/login\+2" is not a tag.*for example feature-login-2$/s,
    );
  },
);

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
  ['docker.io', 'is not a registry'],
  ['111122223333, 444455556666', 'is not a registry'],
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
