import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cancelWhen } from '../../../harness/runner.ts';
import { deployments, scene as stage } from './scene.ts';

const BUNDLE = {
  's3-upload': 'build/web.zip => s3://shop-artifacts/',
  deploy: 's3://shop-artifacts/web.zip => codedeploy:shop/web',
};
const TARGET = 'codedeploy:shop/web';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

async function scene({ versioning = true, group = {} as Record<string, unknown> } = {}) {
  const it = await stage({
    files: { 'build/web.zip': Buffer.from('bundle one') },
    world: {
      buckets: { 'shop-artifacts': { versioning } },
      codedeploy: { '111122223333': { shop: { web: group } } },
    },
  });
  const build = (text: string) => writeFileSync(`${it.job.workspace}/build/web.zip`, text);
  return { ...it, build };
}

describe('a bundle to a deployment group', () => {
  test('that this step uploads; the second run has nothing to do', async () => {
    const it = await scene();
    const first = await it.step(BUNDLE);
    expect(first.errors).toEqual([]);
    expect(it.sandbox.serving.get(TARGET)).toBe('s3://shop-artifacts/web.zip bundle one');
    expect(deployments(first.outputs)).toMatchObject([{ target: TARGET, before: 'nothing', state: 'succeeded' }]);
    const second = await it.step(BUNDLE);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
    expect(it.sandbox.log.of('codedeploy', 'CreateDeployment')).toHaveLength(1);
  });

  test('that fails is rolled back to the very version before, and the message names event and instance', async () => {
    const it = await scene();
    expect((await it.step(BUNDLE)).errors).toEqual([]);
    it.build('bundle two');
    it.sandbox.world.runs = { [md5('bundle two')]: { event: 'AfterInstall' } };
    const result = await it.step(BUNDLE);
    expect(result.warnings.join()).not.toContain('roll');
    expect(result.errors.join()).toContain('HEALTH_CONSTRAINTS');
    expect(result.errors.join()).toContain('i-0000: AfterInstall failed, ScriptFailed: scripts/start.sh');
    expect(result.errors.join()).not.toContain('LifecycleEvent - the log');
    expect(result.errors.join()).toContain('serves again');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(it.sandbox.serving.get(TARGET)).toBe('s3://shop-artifacts/web.zip bundle one');
  });

  test('that fails on instances that the configuration tolerates is not a success, and is deployed again', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [md5('bundle one')]: { event: 'AfterInstall', failsOn: 1 } };
    const result = await it.step(BUNDLE);
    expect(result.errors.join()).toContain('the deployment failed on 1 instance, which the group');
    expect(result.errors.join()).toContain('i-0000: AfterInstall failed, ScriptFailed: scripts/start.sh');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'failed' }]);
    expect(result.outputs['deploy-changed']).toBe('true');
    it.sandbox.world.runs = {};
    const second = await it.step(BUNDLE);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'succeeded' }]);
    expect(deployments((await it.step(BUNDLE)).outputs)).toMatchObject([{ state: 'unchanged' }]);
  });

  test('in a bucket without versions warns that a rollback would bring the new one, and says when it did not work', async () => {
    const it = await scene({ versioning: false });
    expect((await it.step(BUNDLE)).errors).toEqual([]);
    it.build('bundle two');
    it.sandbox.world.runs = { [md5('bundle two')]: { event: 'ApplicationStart' } };
    const result = await it.step(BUNDLE);
    expect(result.warnings.join()).toContain('a rollback would bring the new bundle again');
    expect(result.errors.join()).toContain('the rollback failed');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'failed' }]);
  });

  test('of a blue/green group serves before the former instances have ended; the next one waits for that', async () => {
    const it = await scene({ group: { blueGreenLooks: 8 } });
    const first = await it.step(BUNDLE);
    expect(first.errors).toEqual([]);
    expect(first.log).toContain('it serves; CodeDeploy ends the former instances later');
    expect(it.sandbox.serving.get(TARGET)).toContain('bundle one');
    const second = await it.step(BUNDLE);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
    it.build('bundle two');
    const busy = await it.step(BUNDLE);
    expect(busy.errors.join()).toContain('serves, and waits to end the former instances');
    const waits = await it.step({ ...BUNDLE, 'deploy-busy': 'wait' });
    expect(waits.errors).toEqual([]);
    expect(it.sandbox.serving.get(TARGET)).toContain('bundle two');
  });

  test('that an alarm of the group stops is rolled back, and not taken for stopped by hand', async () => {
    const it = await scene();
    expect((await it.step(BUNDLE)).errors).toEqual([]);
    const { codedeploy } = it.sandbox.world as unknown as {
      codedeploy: Record<string, Record<string, Record<string, object>>>;
    };
    Object.assign(codedeploy['111122223333']!.shop!.web!, { alarmAtLook: 2 });
    it.build('bundle two');
    const result = await it.step(BUNDLE);
    expect(result.errors.join()).toContain('the deployment failed; rolled back');
    expect(result.errors.join()).toContain('ALARM_ACTIVE');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(it.sandbox.serving.get(TARGET)).toContain('bundle one');
  });

  test('that fails is left with deploy-on-failure: leave, except where the group itself rolls back', async () => {
    const it = await scene({ group: { autoRollback: { enabled: true, events: ['DEPLOYMENT_FAILURE'] } } });
    it.sandbox.world.runs = { [md5('bundle one')]: { event: 'ApplicationStop' } };
    const result = await it.step({ ...BUNDLE, 'deploy-on-failure': 'leave' });
    expect(result.errors.join()).toContain('CodeDeploy rolls it back by itself, as the deployment group says');
    expect(result.errors.join()).toContain('its scripts are those of the bundle before');
  });

  test('a lost answer begins no second deployment', async () => {
    const it = await scene();
    it.sandbox.faults.add({ kind: 'truncate', service: 'codedeploy', action: 'CreateDeployment', nth: 1 });
    expect((await it.step(BUNDLE)).errors).toEqual([]);
    expect(it.sandbox.serving.get(TARGET)).toContain('bundle one');
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['stopped by hand', { stoppedAtLook: 2 }, 'stopped by hand', 'stopped'],
    ['superseded', { rivalAtLook: 2 }, 'superseded by another one', 'superseded'],
  ])('that was %s is red, and told apart', async (_, group, text, state) => {
    const it = await scene({ group });
    const result = await it.step(BUNDLE);
    expect(result.errors.join()).toContain(text);
    expect(deployments(result.outputs)).toMatchObject([{ state }]);
    expect(it.sandbox.log.of('codedeploy', 'StopDeployment')).toEqual([]);
  });

  test('a cancelled step stops it with a rollback', async () => {
    const it = await scene({ group: { stuck: true } });
    const result = await it.step(
      BUNDLE,
      cancelWhen((printed) => printed.includes('InProgress')),
    );
    expect(result.errors.join()).toMatch(/deployment d-\S+ was stopped; nothing was deployed before/);
    expect(it.sandbox.log.of('codedeploy', 'StopDeployment')).toMatchObject([{ status: 200 }]);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['a group for Lambda', { platform: 'Lambda' }, BUNDLE.deploy, 'deploys to Lambda'],
    [
      'a group that is not there',
      {},
      's3://shop-artifacts/web.zip => codedeploy:shop/api',
      'DeploymentGroupDoesNotExist',
    ],
    ['a bundle by no ending', {}, 's3://shop-artifacts/web => codedeploy:shop/web', 'is not a bundle by its name'],
    ['a bundle that is not there', {}, 's3://shop-artifacts/x.zip => codedeploy:shop/web', 'there is no such object'],
  ])('%s is found before the first write', async (_, group, deploy, text) => {
    const it = await scene({ group });
    const result = await it.step({ ...BUNDLE, deploy });
    expect(result.errors.join()).toContain(text);
    expect(it.sandbox.log.of('s3', 'PutObject')).toEqual([]);
  });
});
