import { expect, test } from '@jest/globals';
import { permissionsFor as ofGroup } from '../../src/deploy/autoscaling/permissions.ts';
import { permissionsFor as ofService } from '../../src/deploy/ecs/permissions.ts';

const SETTINGS = { wait: true, timeoutMinutes: 30, onFailure: 'rollback', busy: 'fail' } as const;

function group({ region = 'eu-west-1', partition = 'aws', tags = false }) {
  return ofGroup(
    { template: { id: 'lt-1', version: '6' } },
    {
      session: { partition, region, accountId: '111122223333' },
      target: { kind: 'asg', group: 'web' },
      version: '7',
      found: { image: 'ami-1', profile: true, tags },
      isDone: false,
      isReversible: true,
      hasWarmPool: false,
      settings: SETTINGS,
    },
  );
}

test.each([
  ['eu-west-1', 'aws', 'ec2.amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'ec2.amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'ec2.amazonaws.com'],
])(
  "in %s the role of a group's instances is passed to EC2 as that partition calls it",
  (region, partition, service) => {
    const passed = group({ region, partition }).find(({ actions }) => actions.includes('iam:PassRole'));
    expect(passed?.conditions).toEqual({ StringEquals: { 'iam:PassedToService': service } });
    expect(passed?.resources).toEqual([`arn:${partition}:iam::111122223333:role/*`]);
  },
);

test('what a group launches may be tagged only where its template tags it', () => {
  const actions = (template: { tags: boolean }) => group(template).flatMap((it) => it.actions);
  expect(actions({ tags: true })).toContain('ec2:CreateTags');
  expect(actions({ tags: false })).not.toContain('ec2:CreateTags');
});

test.each([
  ['by ARN', 'arn:aws:iam::111122223333:role/web-task', 'arn:aws:iam::111122223333:role/web-task'],
  ['by name', 'web-task', 'arn:aws:iam::111122223333:role/web-task'],
  ['by name with a path', 'app/web-task', 'arn:aws:iam::111122223333:role/app/web-task'],
])('a role that a task definition names %s is passed as exactly that role', (_, taskRoleArn, resource) => {
  const statements = ofService({
    region: 'eu-west-1',
    target: { kind: 'ecs', cluster: 'prod', service: 'web' },
    service: { serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/prod/web' },
    definition: { family: 'web', taskRoleArn },
    tagged: false,
    has: { changes: true, first: false },
    settings: SETTINGS,
  });
  expect(statements.find(({ actions }) => actions.includes('iam:PassRole'))?.resources).toEqual([resource]);
});
