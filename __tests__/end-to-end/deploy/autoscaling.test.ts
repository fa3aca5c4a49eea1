import { describe, expect, test } from '@jest/globals';
import { cancelWhen } from '../../../harness/runner.ts';
import type { Sandbox } from '../../../sandbox/index.ts';
import { deployments, scene } from './scene.ts';

function group(change: Record<string, unknown>, name = 'web') {
  return { autoscaling: { '111122223333': { [name]: change } } };
}

function starts({ log }: Sandbox) {
  return log.of('autoscaling', 'StartInstanceRefresh').filter(({ status }) => status === 200);
}

const SEVEN = 'template:7#1, template:7#1, template:7#1';
const SIX = 'template:6#0, template:6#0, template:6#0';
const TEMPLATE = { deploy: 'template:7 => asg:web' };

describe('an instance refresh', () => {
  test('brings a version of the launch template; the second run has nothing to do, also while a former instance leaves', async () => {
    const it = await scene({ world: group({ leaving: '6' }) });
    const first = await it.step(TEMPLATE);
    expect(first.errors).toEqual([]);
    expect(it.sandbox.serving.get('asg:web')).toBe(SEVEN);
    expect(starts(it.sandbox)[0]?.params).toMatchObject({
      'Preferences.AutoRollback': 'true',
      'DesiredConfiguration.LaunchTemplate.Version': '7',
    });
    expect(first.log).toContain('asg:web: InProgress, 67 %, 1 instance to go');
    const second = await it.step(TEMPLATE);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
    expect(starts(it.sandbox)).toHaveLength(1);
  });

  test('without a version replaces every instance, so that each reads what is new at boot', async () => {
    const it = await scene();
    const inputs = { files: 'x', deploy: 'asg:web' };
    const result = await it.step({ deploy: inputs.deploy });
    expect(result.errors).toEqual([]);
    expect(it.sandbox.serving.get('asg:web')).toBe('template:6#1, template:6#1, template:6#1');
    expect(starts(it.sandbox)[0]?.params).toMatchObject({ 'Preferences.SkipMatching': 'false' });
    expect(result.notices.join()).toContain('is not rolled back');
  });

  test('keeps the rest of a mixed instances policy', async () => {
    const it = await scene({ world: group({ mixed: true }) });
    expect((await it.step(TEMPLATE)).errors).toEqual([]);
    const policy = 'DesiredConfiguration.MixedInstancesPolicy';
    expect(starts(it.sandbox)[0]?.params).toMatchObject({
      [`${policy}.LaunchTemplate.LaunchTemplateSpecification.Version`]: '7',
      [`${policy}.LaunchTemplate.Overrides.member.2.InstanceType`]: 'm6i.large',
      [`${policy}.LaunchTemplate.Overrides.member.3.InstanceRequirements.CpuManufacturers.member.1`]: 'intel',
      // AWS ignores what it does not know: a list that is named otherwise would be lost without a word.
      [`${policy}.LaunchTemplate.Overrides.member.3.InstanceRequirements.BaselinePerformanceFactors.Cpu.Reference.item.1.InstanceFamily`]:
        'c6i',
      [`${policy}.InstancesDistribution.OnDemandPercentageAboveBaseCapacity`]: '50',
    });
    expect(it.sandbox.serving.get('asg:web')).toBe(SEVEN);
  });

  test('instances of a former launch template are not at a version because it has the same number', async () => {
    const it = await scene({ world: group({ formerTemplate: true, mixed: true, ownTemplate: true }) });
    const first = await it.step({ ...TEMPLATE, deploy: 'template:6 => asg:web' });
    expect(deployments(first.outputs)).toMatchObject([{ state: 'succeeded' }]);
    expect(first.warnings.join()).toContain('version 6 does not reach instances of the type m7g.large');
    const second = await it.step({ ...TEMPLATE, deploy: 'template:6 => asg:web' });
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
  });

  test('that cannot be rolled back goes on: what serves may still change, and both are told', async () => {
    const it = await scene({ world: group({ stuck: true }) });
    const action = 'RollbackInstanceRefresh';
    it.sandbox.faults.add({ kind: 'status', service: 'autoscaling', action, status: 403, code: 'AccessDenied' });
    const { errors, outputs } = await it.step({ ...TEMPLATE, 'deploy-timeout-minutes': '1' });
    expect(errors.join()).toMatch(/RollbackInstanceRefresh was refused .*; the refresh may go on; .* 3 of template:6/);
    expect(outputs['deploy-changed']).toBe('true');
  });

  test('that fails is rolled back, and the message says why', async () => {
    const it = await scene({ world: { runs: { 'template:7': { unhealthy: true } } } });
    const result = await it.step(TEMPLATE);
    expect(result.errors.join()).toContain('the instance refresh failed and Auto Scaling rolled it back');
    expect(result.errors.join()).toContain('do not pass the health checks');
    expect(result.errors.join()).toContain('Instance failed to complete user data & was terminated');
    expect(result.errors.join()).toContain('3 of template:6');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(result.outputs['deploy-changed']).toBe('false');
  });

  test('that cannot be rolled back warns before, and says what serves after', async () => {
    const it = await scene({ world: { runs: { 'template:2': { unhealthy: true } } } });
    const result = await it.step({ deploy: 'template:2 => asg:floating' });
    expect(result.errors.join()).not.toContain('rolled it back');
    expect(result.errors.join()).toContain('the group has 2 instances');
    expect(result.code).toBe(1);
    const again = await it.step({ deploy: 'template:1 => asg:floating', 'dry-run': 'true' });
    expect(again.warnings.join()).toContain('the group uses the version $Latest');
  });

  test('a lost answer begins no second refresh', async () => {
    const it = await scene();
    it.sandbox.faults.add({ kind: 'truncate', service: 'autoscaling', action: 'StartInstanceRefresh', nth: 1 });
    expect((await it.step(TEMPLATE)).errors).toEqual([]);
    expect(starts(it.sandbox)).toHaveLength(1);
    expect(it.sandbox.serving.get('asg:web')).toBe(SEVEN);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['cancelled by hand', { cancelledAtLook: 2 }, 'was cancelled by hand', 'stopped'],
    ['superseded', { rivalAtLook: 2 }, 'superseded by another one', 'superseded'],
  ])('that was %s is red, told apart and left alone', async (_, world, text, state) => {
    const it = await scene({ world: group(world) });
    const result = await it.step(TEMPLATE);
    expect(result.errors.join()).toContain(text);
    expect(deployments(result.outputs)).toMatchObject([{ state }]);
    expect(it.sandbox.log.of('autoscaling', 'RollbackInstanceRefresh')).toEqual([]);
  });

  test('a cancelled step starts the rollback', async () => {
    const it = await scene({ world: group({ stuck: true }) });
    const result = await it.step(
      TEMPLATE,
      cancelWhen((printed) => printed.includes('InProgress')),
    );
    expect(result.errors.join()).toContain('the rollback was started; it goes on by itself');
    expect(it.sandbox.log.of('autoscaling', 'RollbackInstanceRefresh')).toMatchObject([{ status: 200 }]);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['a protected instance', { protected: [1] }, 'asg:web', 'is protected from scale in'],
    ['an instance in standby', { standby: [0] }, 'asg:web', 'is in standby'],
    ['a suspended process', { suspended: ['Launch'] }, 'asg:web', 'the process Launch of the group is suspended'],
    ['a version that is not there', {}, 'template:8 => asg:web', 'has no version 8'],
    ['a group that is not there', {}, 'asg:none', 'there is no Auto Scaling group none'],
  ])('%s is found before the first write', async (_, world, deploy, text) => {
    const it = await scene({ world: group(world) });
    const result = await it.step({ images: 'oci:one => shop:1', deploy });
    expect(result.errors.join()).toContain(text);
    expect(it.sandbox.log.of('registry').filter(({ method }) => method === 'PUT')).toEqual([]);
    if (deploy !== 'asg:none') expect(it.sandbox.serving.get('asg:web')).toBe(SIX);
  });

  test('one that is under way fails the step, or is replaced', async () => {
    const it = await scene({ world: group({ stuck: true }) });
    expect((await it.step({ ...TEMPLATE, 'deploy-wait': 'false' })).errors).toEqual([]);
    const result = await it.step({ deploy: 'asg:web' });
    expect(result.errors.join()).toMatch(/a rollout is under way: instance refresh \S+ is/);
    const replaced = await it.step({ deploy: 'asg:web', 'deploy-busy': 'replace', 'deploy-wait': 'false' });
    expect(replaced.errors).toEqual([]);
    expect(starts(it.sandbox)).toHaveLength(2);
    const waiting = { deploy: 'asg:web', 'deploy-busy': 'wait' };
    const cancelled = await it.step(
      waiting,
      cancelWhen((printed) => printed.includes('asg:web: waits, instance refresh')),
    );
    expect(cancelled.errors.join()).toMatch(
      /before this rollout began; nothing was rolled out, and this goes on: instance refresh \S+ is/,
    );
    expect(starts(it.sandbox)).toHaveLength(2);
  });
});
