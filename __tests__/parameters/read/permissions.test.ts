import { expect, test } from '@jest/globals';
import { parseLine } from '../../../src/parameters/line.ts';
import { belowArn } from '../../../src/parameters/read/arn.ts';
import { readsFor } from '../../../src/parameters/read/batches.ts';
import { permissionsFor } from '../../../src/parameters/read/permissions.ts';

const place = { partition: 'aws-cn', region: 'cn-north-1', accountId: '111122223333', caller: 'arn' };
const arn = (name: string) => `arn:aws-cn:ssm:cn-north-1:111122223333:parameter${name}`;
const shared = 'arn:aws-cn:ssm:cn-north-1:444455556666:parameter/s';

test('exactly what is read, in the partition of the session', () => {
  const lines = [
    '/p/',
    'A=/x:3',
    'B=plain',
    'P=/aws/service/ami/latest',
    `C=${shared}`,
    'D=secretsmanager:prod/db',
  ].map((line) => parseLine(line));
  const statements = permissionsFor(readsFor(lines, place), [arn('/x'), shared, belowArn('/p', place)], place);
  expect(statements.map(({ actions, resources }) => [...actions, ...resources])).toEqual([
    ['ssm:GetParametersByPath', arn('/p')],
    [
      'ssm:GetParameters',
      arn('/x'),
      arn('/plain'),
      'arn:aws-cn:ssm:cn-north-1::parameter/aws/service/ami/latest',
      shared,
      arn('/aws/reference/secretsmanager/prod/db'),
    ],
    ['secretsmanager:GetSecretValue', 'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:prod/db-??????'],
    ['kms:Decrypt', 'arn:aws-cn:kms:cn-north-1:111122223333:key/*'],
    ['kms:Decrypt', 'arn:aws-cn:kms:cn-north-1:111122223333:key/*'],
    ['kms:Decrypt', 'arn:aws-cn:kms:cn-north-1:444455556666:key/*'],
  ]);
  expect(statements.slice(3).map(({ conditions }) => conditions)).toEqual([
    {
      StringEquals: { 'kms:ViaService': 'secretsmanager.cn-north-1.amazonaws.com' },
      StringLike: {
        'kms:EncryptionContext:SecretARN': ['arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:prod/db-??????'],
      },
    },
    {
      StringEquals: { 'kms:ViaService': 'ssm.cn-north-1.amazonaws.com' },
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': [arn('/x'), arn('/p/*')] },
    },
    {
      StringEquals: { 'kms:ViaService': 'ssm.cn-north-1.amazonaws.com' },
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': [shared] },
    },
  ]);
});

test('a pattern for all below the root', () => {
  expect(belowArn('/', place)).toBe(arn('/*'));
});

test('more names than any policy holds become the folders that they are in, and the policy stays small', () => {
  const many = (count: number, folders: number) =>
    Array.from({ length: count }, (_, nth) => parseLine(`V${nth}=/shop/prod/f${nth % folders}/parameter-${nth}`));
  const actions = (count: number, folders: number) => {
    const reads = readsFor(many(count, folders), place);
    return permissionsFor(
      reads,
      many(count, folders).map(({ source }) => arn(source.kind === 'path' ? '' : source.name)),
      place,
    );
  };
  expect(actions(400, 2)[0]?.resources).toHaveLength(400);
  expect(actions(3_000, 2)[0]?.resources).toEqual([arn('/shop/prod/f0/*'), arn('/shop/prod/f1/*')]);
  expect(actions(3_000, 3_000)[0]?.resources).toEqual([arn('/*')]);
  expect(JSON.stringify(actions(3_000, 90)).length).toBeLessThan(20_000);
});
