import { describe, expect, test } from '@jest/globals';
import { deployments, scene } from './scene.ts';

/** Groups as people's infrastructure code, consoles and capacity providers leave them. */
const TEMPLATE = { deploy: 'template:7 => asg:web' };

function group(change: Record<string, unknown>) {
  return { autoscaling: { '111122223333': { web: change } } };
}

const SEVEN = 'template:7#1, template:7#1, template:7#1';

test.each<[string, Record<string, unknown>, string]>([
  [
    'AddToLoadBalancer',
    { balanced: true, suspended: ['AddToLoadBalancer'] },
    'the process AddToLoadBalancer of the group is suspended, so that no new instance would get traffic',
  ],
  [
    'InstanceRefresh',
    { suspended: ['InstanceRefresh'] },
    'the process InstanceRefresh of the group is suspended, so that no instance would be replaced',
  ],
  [
    // https://github.com/hashicorp/terraform-provider-aws/pull/33310: a capacity provider of ECS
    'scale in of each new instance',
    { protected: [0], protectsNew: true },
    '--no-new-instances-protected-from-scale-in',
  ],
])('%s is found before the first write', async (_, world, text) => {
  const it = await scene({ world: group(world) });
  const result = await it.step({ ...TEMPLATE, 'dry-run': 'true' });
  expect(result.errors.join()).toContain(text);
});

test('a suspended AddToLoadBalancer without a load balancer is nothing to stop for', async () => {
  const it = await scene({ world: group({ suspended: ['AddToLoadBalancer', 'AZRebalance'] }) });
  const result = await it.step({ ...TEMPLATE, 'dry-run': 'true' });
  expect(result.errors).toEqual([]);
  expect(result.warnings).toEqual([]);
});

describe('a refresh that would call instances healthy that serve nobody', () => {
  test.each<[string, Record<string, unknown>, string | undefined]>([
    // https://cloud.lensix.com/blog/asg-not-using-elb-health-checks-why-it-breaks-self-healing
    [
      'health checks of EC2 alone behind a load balancer',
      { balanced: true },
      "the group's health checks are EC2 alone",
    ],
    ['no health checks', { suspended: ['HealthCheck'] }, 'because the process HealthCheck of the group is suspended'],
    ['health checks of the load balancer', { balanced: true, healthChecks: 'EC2,ELB' }, undefined],
    ['no load balancer', {}, undefined],
  ])('%s', async (_, world, text) => {
    const it = await scene({ world: group(world) });
    const { warnings } = await it.step({ ...TEMPLATE, 'dry-run': 'true' });
    if (text) expect(warnings.join()).toContain(text);
    else expect(warnings).toEqual([]);
  });
});

test('instances of a warm pool that have the former version are replaced, too', async () => {
  // https://github.com/hashicorp/terraform/issues/29499
  const it = await scene({ world: group({ template: '7', warm: '6' }) });
  const first = await it.step(TEMPLATE);
  expect(first.errors).toEqual([]);
  expect(first.outputs.plan).toContain('3 instances and 1 in the warm pool: template:7 → template:7');
  expect(deployments(first.outputs)).toMatchObject([{ state: 'succeeded' }]);
  const second = await it.step(TEMPLATE);
  expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
  expect(second.outputs['iam-policy']).toContain('autoscaling:DescribeWarmPool');
});

test.each(['Pending:Wait', 'Terminating:Wait'])(
  'an instance that a lifecycle hook holds (%s) is told at the time-out',
  async (held) => {
    // https://github.com/hashicorp/terraform/issues/13252
    const it = await scene({ world: group({ stuck: true, held }) });
    const { errors } = await it.step({ ...TEMPLATE, 'deploy-timeout-minutes': '1' });
    expect(errors.join()).toMatch(
      /i-\w+ is in \w+:Wait: a lifecycle hook of the group holds it .*complete-lifecycle-action --auto-scaling-group-name web/,
    );
  },
);

test('a launch that the role may not make is told by what it needs', async () => {
  // https://github.com/eksctl-io/eksctl/issues/834
  const it = await scene();
  const message = 'You are not authorized to use launch template: lt-776562';
  const fault = { kind: 'status', service: 'autoscaling', status: 403, code: 'AccessDenied', message } as const;
  it.sandbox.faults.add({ ...fault, action: 'StartInstanceRefresh' });
  const { errors } = await it.step(TEMPLATE);
  expect(errors.join()).toContain('must be allowed to launch from it: ec2:RunInstances');
  expect(errors.join()).not.toContain('let the role do it');
});

describe('what cannot be rolled back is told before, and asks for no rollback that AWS refuses', () => {
  test('an override that floats', async () => {
    const it = await scene({ world: group({ mixed: true, ownTemplate: true, ownVersion: '$Latest' }) });
    const result = await it.step(TEMPLATE);
    expect(result.errors).toEqual([]);
    expect(result.warnings.join()).toContain(
      'the override for m7g.large uses the version $Latest of its launch template',
    );
    expect(it.sandbox.log.of('autoscaling', 'StartInstanceRefresh')[0]?.params['Preferences.AutoRollback']).toBe(
      'false',
    );
  });

  test('a group that was given the version before its instances were', async () => {
    // https://github.com/hashicorp/terraform-provider-aws/issues/34189
    const it = await scene({ world: { ...group({ named: '7' }), runs: { 'template:7': { unhealthy: true } } } });
    const result = await it.step(TEMPLATE);
    expect(result.warnings.join()).toContain(
      'the group itself names version 7 already, and has no other to go back to',
    );
    expect(deployments(result.outputs)).toMatchObject([{ state: 'failed' }]);
    expect(result.errors.join()).toContain('the group has 3 instances: 1 of template:7, 2 of template:6');
    expect(it.sandbox.serving.get('asg:web')).not.toBe(SEVEN);
  });
});
