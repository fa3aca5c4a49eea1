import { expect, test } from '@jest/globals';
import { inputReader } from '../../src/base/inputs.ts';
import { checkWithoutEffect } from '../../src/request/without-effect.ts';

function told(given: Readonly<Record<string, string>>): string[] {
  const found: string[] = [];
  const inputs = inputReader({ env: {}, input: (name) => given[name] ?? '' });
  checkWithoutEffect(inputs, { warning: (text) => found.push(`warning: ${text}`) });
  try {
    inputs.throwProblems();
  } catch (thrown) {
    found.push((thrown as Error).message);
  }
  return found.map((text) => text.split('\n')[0] ?? '');
}

const NOT_GIVEN = 'is not given, or gets an empty value';

test.each<[Record<string, string>, string[]]>([
  [{ 's3-acl': 'nope' }, [`warning: Input s3-acl has no effect: s3-upload ${NOT_GIVEN}`]],
  [{ 's3-upload': ' ', 's3-delete': 'true' }, [`warning: Input s3-delete has no effect: s3-upload ${NOT_GIVEN}`]],
  [{ 'image-compression': 'zstd' }, [`warning: Input image-compression has no effect: images ${NOT_GIVEN}`]],
  [{ 'ecr-create-repository': 'true' }, [`warning: Input ecr-create-repository has no effect: images ${NOT_GIVEN}`]],
  [{ 'ssm-export': 'outputs' }, [`warning: Input ssm-export has no effect: ssm-parameters ${NOT_GIVEN}`]],
  [{ 'deploy-busy': 'wait' }, [`warning: Input deploy-busy has no effect: deploy ${NOT_GIVEN}`]],
  [{ 'cloudfront-distribution': 'E1SHOPSITE' }, ['Input cloudfront-distribution: nothing is invalidated.']],
  [{ 's3-redirects': '/a => /b' }, ['Input s3-redirects: no redirect is written.']],
  [{ 'deploy-first': 'ecs:prod/web => migrate' }, ['Input deploy-first: no task is run.']],
  [{ 'ssm-env-file': '.env' }, ['Input ssm-env-file: there is nothing to write.']],
  // What a reusable workflow passes on, though nobody chose it.
  [{ 's3-delete': 'false', 's3-max-delete': '25%', 's3-acl': 'auto', 'deploy-wait': 'True', 'ssm-mask': 'all' }, []],
  [{ 's3-upload': 'a => s3://b', 's3-acl': 'none', 'cloudfront-distribution': 'E1' }, []],
  [{ images: 'a => b', 'image-compression': 'gzip' }, []],
  [{ 'ecr-login': 'true', 'ecr-registries': 'public', 'ecr-skip-logout': 'true' }, []],
  [{ deploy: 'asg:web', 'deploy-first': 'x' }, []],
])('%j', (given, expected) => {
  expect(told(given)).toEqual(expected);
});
