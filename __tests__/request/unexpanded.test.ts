import { expect, test } from '@jest/globals';
import { variablesIn } from '../../src/request/unexpanded.ts';

const ENV = { GITHUB_SHA: '0123', STAGE: 'prod', HOME: '/root', id: '7', ENV: 'x' };

test.each<[string, readonly string[]]>([
  ['site => s3://shop/$GITHUB_SHA/', ['$GITHUB_SHA']],
  ['site => s3://shop/${GITHUB_SHA}/${STAGE}', ['${GITHUB_SHA}', '${STAGE}']],
  ['/shop/$STAGE/db and /shop/$STAGE/x', ['$STAGE']],
  ['%HOME%\\.env', ['%HOME%']],
  ['$env:STAGE/x', ['$env:STAGE']],
  // Not a variable of the job, or no variable.
  ['site/$UNKNOWN', []],
  ['routes/$id.tsx', []],
  ['$GITHUB_SHAS', []],
  ['50%HOME', []],
  ['{"Resource":"arn:aws:s3:::shop/${aws:username}/*"}', []],
  ['${{ github.sha }}', []],
])('%s', (text, written) => {
  expect(variablesIn(text, ENV).map((it) => it.written)).toEqual(written);
});
