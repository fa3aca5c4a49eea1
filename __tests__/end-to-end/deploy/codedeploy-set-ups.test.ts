import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { deployments, scene } from './scene.ts';

/** Deployment groups as people have them. */
const BUNDLE = {
  's3-upload': 'build/web.zip => s3://shop-artifacts/',
  deploy: 's3://shop-artifacts/web.zip => codedeploy:shop/web',
};

async function stage(group: Record<string, unknown>) {
  const world = { codedeploy: { '111122223333': { shop: { web: group } } } };
  return scene({ files: { 'build/web.zip': Buffer.from('bundle one') }, world });
}

test('a success of no instance is told to prove nothing', async () => {
  const it = await stage({ instances: 0 });
  const result = await it.step(BUNDLE);
  expect(result.errors).toEqual([]);
  expect(result.warnings.join()).toContain('no instance got the bundle, because the group has none');
});

test('instances that a success skipped are told', async () => {
  const it = await stage({ instances: 3, skipped: 2 });
  const result = await it.step(BUNDLE);
  expect(result.warnings.join()).toContain('2 instances were skipped, and may have the former bundle');
  expect(deployments(result.outputs)).toMatchObject([{ state: 'succeeded' }]);
});

// https://github.com/aws-actions/amazon-ecs-deploy-task-definition/issues/96
const COMMAND =
  /it waits for somebody to shift the traffic: aws deploy continue-deployment --deployment-id d-\S+ --deployment-wait-type READY_WAIT/;

test('a group whose traffic somebody shifts by hand says so, and is waited for', async () => {
  const it = await stage({ readyLooks: 3 });
  const result = await it.step(BUNDLE);
  expect(result.notices.join()).toContain('a deployment of the group waits for somebody to shift the traffic');
  expect(result.log).toMatch(COMMAND);
  expect(deployments(result.outputs)).toMatchObject([{ state: 'succeeded' }]);
});

test('where nobody shifts it, the time-out says that', async () => {
  const it = await stage({ readyLooks: 10_000 });
  const result = await it.step({ ...BUNDLE, 'deploy-timeout-minutes': '1' });
  expect(result.errors.join()).toMatch(COMMAND);
  expect(result.errors.join()).not.toContain('does the CodeDeploy agent run there');
});

test('a bundle for instances that the same step replaces is refused before anything is written', async () => {
  const it = await stage({ targets: { autoScalingGroups: [{ name: 'web' }] } });
  const deploy = `${BUNDLE.deploy}\ntemplate:7 => asg:web`;
  expect((await it.step({ ...BUNDLE, deploy })).errors.join()).toContain(
    'this step also replaces the instances that it deploys to: asg:web',
  );
  expect(it.sandbox.log.of('s3', 'PutObject')).toEqual([]);
  expect((await it.step({ ...BUNDLE, deploy: `${BUNDLE.deploy}\nasg:floating`, 'dry-run': 'true' })).errors).toEqual(
    [],
  );
});

test('a group that ignores outdated instances is told: one that is launched meanwhile keeps the former bundle', async () => {
  // https://github.com/hashicorp/terraform-provider-aws/issues/33811
  const targets = { autoScalingGroups: [{ name: 'web' }], outdatedInstancesStrategy: 'IGNORE' };
  const { warnings } = await (await stage({ targets })).step({ ...BUNDLE, 'dry-run': 'true' });
  expect(warnings.join()).toContain('gets the former bundle and keeps it');
  const updates = await stage({ targets: { ...targets, outdatedInstancesStrategy: 'UPDATE' } });
  expect((await updates.step({ ...BUNDLE, 'dry-run': 'true' })).warnings).toEqual([]);
});

test('where nothing is to be done, instances that were tagged since are told to be left out', async () => {
  const it = await stage({
    targets: { ec2TagSet: { ec2TagSetList: [[{ Key: 'app', Value: 'shop', Type: 'KEY_AND_VALUE' }]] } },
  });
  expect((await it.step(BUNDLE)).notices.join()).not.toContain('after its last deployment');
  const again = await it.step(BUNDLE);
  expect(deployments(again.outputs)).toMatchObject([{ state: 'unchanged' }]);
  expect(again.notices.join()).toMatch(
    /do not have the bundle.*--s3-location bucket=shop-artifacts,key=web.zip,bundleType=zip\S* --update-outdated-instances-only/,
  );
});

describe('when CodeDeploy has brought a new instance what succeeded last', () => {
  test('that says nothing of the instances on which the deployment before it had failed', async () => {
    const it = await stage({ instances: 2, launchesAfter: true });
    const etag = createHash('md5').update('bundle one').digest('hex');
    it.sandbox.world.runs = { [etag]: { event: 'AfterInstall', failsOn: 1 } };
    expect((await it.step(BUNDLE)).errors.join()).toContain('the deployment failed on 1 instance');
    it.sandbox.world.runs = {};
    const again = await it.step(BUNDLE);
    expect(deployments(again.outputs)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('the bundle that all of them have is not deployed again', async () => {
    const it = await stage({ launchesAfter: true });
    expect((await it.step(BUNDLE)).errors).toEqual([]);
    const again = await it.step(BUNDLE);
    expect(deployments(again.outputs)).toMatchObject([{ state: 'unchanged' }]);
    expect(again.outputs['iam-policy']).toContain('codedeploy:ListDeployments');
  });
});

test('a deployment that CodeDeploy began for a new instance supersedes nothing', async () => {
  // https://github.com/aws-samples/aws-codedeploy-samples/issues/80
  const it = await stage({ launchedAtLook: 2 });
  const result = await it.step(BUNDLE);
  expect(result.errors.join()).toContain('the deployment was stopped by hand');
  expect(deployments(result.outputs)).toMatchObject([{ state: 'stopped' }]);
});

test.each([
  [
    // https://github.com/aws/aws-codedeploy-agent/issues/14
    { event: 'Install', message: 'a specified file already exists at this location: /var/www/html/index.html' },
    'write file_exists_behavior: OVERWRITE (or RETAIN) in the appspec.yml',
  ],
  [
    { event: 'BeforeBlockTraffic' },
    'aws deploy create-deployment --application-name shop --deployment-group-name web --s3-location bucket=shop-artifacts,key=web.zip,bundleType=zip --ignore-application-stop-failures',
  ],
])('a failure that comes again with each deployment is told with the way out of it: %j', async (run, fix) => {
  const it = await stage({ instances: 2 });
  it.sandbox.world.runs = { [createHash('md5').update('bundle one').digest('hex')]: run };
  expect((await it.step(BUNDLE)).errors.join()).toContain(fix);
});
