import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../src/aws/policy.ts';
import { policyOf } from '../../src/aws/policy.ts';

const allow = (actions: string[], resources: string[], conditions?: Statement['conditions']): Statement => ({
  actions,
  resources,
  ...(conditions ? { conditions } : {}),
});

describe('the least policy of several statements', () => {
  test.each<[string, Statement[], unknown[]]>([
    ['nothing asks for nothing', [], []],
    [
      'equal resources become one statement',
      [allow(['s3:PutObject'], ['arn:b/*']), allow(['s3:PutObjectAcl', 's3:PutObject'], ['arn:b/*'])],
      [{ Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: ['arn:b/*'] }],
    ],
    [
      'equal actions become one statement',
      [allow(['ssm:GetParameters'], ['arn:2']), allow(['ssm:GetParameters'], ['arn:1'])],
      [{ Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: ['arn:1', 'arn:2'] }],
    ],
    [
      'different actions on different resources never mix: no action gains a resource',
      [allow(['a:Read'], ['arn:1']), allow(['a:Write'], ['arn:2'])],
      [
        { Effect: 'Allow', Action: ['a:Read'], Resource: ['arn:1'] },
        { Effect: 'Allow', Action: ['a:Write'], Resource: ['arn:2'] },
      ],
    ],
    [
      'a condition keeps its statement apart',
      [
        allow(['kms:Decrypt'], ['arn:k'], { StringEquals: { 'kms:ViaService': 'ssm.eu-west-1.amazonaws.com' } }),
        allow(['kms:Decrypt'], ['arn:k']),
      ],
      [
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt'],
          Resource: ['arn:k'],
          Condition: { StringEquals: { 'kms:ViaService': 'ssm.eu-west-1.amazonaws.com' } },
        },
        { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['arn:k'] },
      ],
    ],
  ])('%s', (_, statements, expected) => {
    expect(policyOf(statements)).toEqual({ Version: '2012-10-17', Statement: expected });
    expect(policyOf([...statements].reverse())).toEqual({ Version: '2012-10-17', Statement: expected });
  });
});
