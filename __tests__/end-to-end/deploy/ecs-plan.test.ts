import { describe, expect, test } from '@jest/globals';
import { cancelWhen } from '../../../harness/runner.ts';
import { deployments, REGISTRY, scene, web } from './scene.ts';

const PUSH_AND_DEPLOY = { images: 'oci:one => shop:1', deploy: 'shop:1 => ecs:prod/web' };

describe('before the first write of the whole step', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ['a service of CodeDeploy', { controller: 'CODE_DEPLOY' }, 'shop:1 => ecs:prod/web', 'deployed by CodeDeploy'],
    ['one of another controller', { controller: 'EXTERNAL' }, 'shop:1 => ecs:prod/web', '(EXTERNAL)'],
    ['a container that is not there', {}, 'shop:1 => ecs:prod/web/api', 'no container "api"'],
    ['a service that is not there', {}, 'shop:1 => ecs:prod/api', 'has no service api'],
    ['a cluster that is not there', {}, 'shop:1 => ecs:test/web', 'ClusterNotFoundException'],
    ['an image that is not there', {}, 'shop:2 => ecs:prod/web', 'there is no image shop:2'],
    ['a repository that is not there', {}, 'none:1 => ecs:prod/web', 'RepositoryNotFoundException'],
    [
      'a bake time that outlasts the time-out',
      {
        deploymentConfiguration: {
          strategy: 'CANARY',
          bakeTimeInMinutes: 20,
          canaryConfiguration: { canaryBakeTimeInMinutes: 10 },
        },
      },
      'shop:1 => ecs:prod/web',
      'takes at least 30 minutes (CANARY, bake time included), and deploy-timeout-minutes is 30',
    ],
    [
      'two images for one container by two names',
      {},
      'shop:1 => ecs:prod/web\nbase:1 => ecs:prod/web/web',
      'two images are given to the container web',
    ],
  ])('%s is found', async (_, world, deploy, text) => {
    const it = await scene({ world: web(world) });
    const images = deploy.includes('base') ? 'oci:one => shop:1\noci:two => base:1' : PUSH_AND_DEPLOY.images;
    const result = await it.step({ images, deploy });
    expect(result.code).toBe(1);
    expect(result.errors.join()).toContain(text);
    expect(it.sandbox.log.of('registry').filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  test('a dry run tells the change and writes nothing', async () => {
    const migrate = { name: 'migrate', image: `${REGISTRY}/shop:0`, essential: false };
    const containerDefinitions = [{ name: 'web', image: 'public.ecr.aws/nginx/nginx:1.27', essential: true }, migrate];
    const it = await scene({
      world: web({ deregistered: true, desiredCount: 0, definition: { containerDefinitions } }),
    });
    const dry = await it.step({ ...PUSH_AND_DEPLOY, 'dry-run': 'true' });
    expect(dry.errors).toEqual([]);
    expect(dry.warnings.join('\n')).toContain('web:1 is INACTIVE, so ECS may not go back to it');
    expect(dry.warnings.join('\n')).toContain('the desired count is 0');
    expect(dry.warnings.join('\n')).toContain(
      `the container migrate runs an image of the same repository, ${REGISTRY}/shop:0, and keeps it.`,
    );
    expect(JSON.parse(dry.outputs.plan!).deploy.targets).toMatchObject([
      { target: 'ecs:prod/web', changes: ['web: public.ecr.aws/nginx/nginx:1.27 → what this step pushes'] },
    ]);
    expect(dry.outputs.deployments).toBeUndefined();
    expect(dry.outputs['has-changes']).toBe('true');
    expect(dry.summary).toContain('1 of 1 target to roll out');
    expect(it.sandbox.log.of('ecs').map(({ action }) => action)).not.toContain('RegisterTaskDefinition');
  });
});

describe('deploy-first', () => {
  const FIRST = { ...PUSH_AND_DEPLOY, 'deploy-first': `ecs:prod/web/web => sh -c 'rake db:migrate && echo "done"'` };

  test("runs one task of the new revision in the service's network, before anything is rolled out", async () => {
    const it = await scene();
    const result = await it.step(FIRST);
    expect(result.errors).toEqual([]);
    const [run] = it.sandbox.log.of('ecs', 'RunTask');
    expect(run?.params).toMatchObject({
      taskDefinition: expect.stringMatching(/web:2$/),
      command: ['sh', '-c', 'rake db:migrate && echo "done"'],
      network: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    });
    const actions = it.sandbox.log.of('ecs').map(({ action }) => action);
    expect(actions.indexOf('UpdateService')).toBeGreaterThan(actions.lastIndexOf('RunTask'));
    it.sandbox.log.clear();
    expect((await it.step(FIRST)).errors).toEqual([]);
    expect(it.sandbox.log.of('ecs', 'RunTask')).toEqual([]);
  });

  test('another exit code than 0 ends the step, with the way to its output; other containers of the task do not go on running', async () => {
    const placementConstraints = [{ type: 'memberOf', expression: 'attribute:ecs.cpu-architecture == arm64' }];
    const it = await scene({ world: web({ placementConstraints }) });
    it.sandbox.world.runs = { [it.one]: { onceExitCode: 2, onceAlone: true } };
    const result = await it.step(FIRST);
    expect(result.errors.join()).toContain('ended with exit code 2, so nothing was rolled out');
    expect(result.errors.join()).toContain('aws logs tail /ecs/web --log-stream-names web/web/');
    expect(it.sandbox.log.of('ecs', 'UpdateService')).toEqual([]);
    expect(it.sandbox.log.of('ecs', 'StopTask')).toMatchObject([{ status: 200 }]);
    expect(it.sandbox.log.of('ecs', 'RunTask')[0]?.params).toMatchObject({ placement: placementConstraints });
  });
});

test('a step that is cancelled while its first task runs stops the task, and rolls nothing out', async () => {
  const it = await scene();
  it.sandbox.world.runs = { [it.one]: { onceStuck: true } };
  const result = await it.step(
    { ...PUSH_AND_DEPLOY, 'deploy-first': 'ecs:prod/web/web => rake db:migrate' },
    cancelWhen((printed) => printed.includes('runs rake first')),
  );
  expect(result.errors.join()).toContain('the step was cancelled (SIGTERM); the task was stopped');
  expect(it.sandbox.log.of('ecs', 'StopTask')).toMatchObject([{ status: 200 }]);
  expect(it.sandbox.log.of('ecs', 'UpdateService')).toEqual([]);
});

test('a service that somebody else brought there while the first task ran is left as it is', async () => {
  const it = await scene();
  const deploy = 'shop:1 => ecs:prod/web';
  await it.step({ images: 'oci:one => shop:1' });
  const does = () => it.step({ deploy });
  it.sandbox.faults.add({ service: 'ecs', action: 'RunTask', kind: 'meanwhile', times: 1, does });
  const result = await it.step({ deploy, 'deploy-first': 'ecs:prod/web/web => rake db:migrate' });
  expect(result.errors).toEqual([]);
  expect(deployments(result.outputs)).toMatchObject([{ state: 'unchanged' }]);
  expect(it.sandbox.log.of('ecs', 'UpdateService')).toHaveLength(1);
});

describe('a rollout that is under way', () => {
  const AGAIN = { images: 'oci:two => shop:2', deploy: 'shop:2 => ecs:prod/web' };
  const started = async () => {
    const it = await scene();
    const first = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-wait': 'false' });
    expect(deployments(first.outputs)).toMatchObject([{ state: 'started' }]);
    return it;
  };

  test('fails before the first write, as the default', async () => {
    const it = await started();
    const result = await it.step(AGAIN);
    expect(result.errors.join()).toMatch(/a rollout is under way: deployment \S+ is IN_PROGRESS/);
    expect(it.sandbox.log.of('ecs', 'UpdateService')).toHaveLength(1);
  });

  test('is replaced with deploy-busy: replace', async () => {
    const it = await started();
    const result = await it.step({ ...AGAIN, 'deploy-busy': 'replace' });
    expect(result.errors).toEqual([]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.two);
  });

  test('of the same image that fails in the end is never green, with replace neither', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { exitCode: 1 } };
    expect((await it.step({ ...PUSH_AND_DEPLOY, 'deploy-wait': 'false' })).errors).toEqual([]);
    const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-busy': 'replace' });
    expect(result.log).toContain('waits, deployment');
    expect(result.code).toBe(1);
    expect(result.errors.join()).toContain('(web:1) serves again');
  });

  test('goes on when the step that waits for it is cancelled, and that is said', async () => {
    const it = await scene({ world: web({ stuck: 'placement' }) });
    await it.step({ ...PUSH_AND_DEPLOY, 'deploy-wait': 'false' });
    const waits = cancelWhen((printed) => printed.includes('waits, deployment'));
    const result = await it.step({ ...AGAIN, 'deploy-busy': 'wait' }, waits);
    expect(result.errors.join()).toMatch(
      /before this rollout began; nothing was rolled out, and this goes on: deployment \S+ is/,
    );
    expect(it.sandbox.log.of('ecs', 'UpdateService')).toHaveLength(1);
  });

  test('is waited for with deploy-busy: wait', async () => {
    const it = await started();
    const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-busy': 'wait' });
    expect(result.errors).toEqual([]);
    expect(result.log).toContain('waits, deployment');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'unchanged', after: `${REGISTRY}/shop@${it.one}` }]);
  });
});

test('a cancelled step starts the rollback, and says so', async () => {
  const it = await scene({ world: web({ stuck: 'placement' }) });
  const result = await it.step(
    PUSH_AND_DEPLOY,
    cancelWhen(() => it.sandbox.log.of('ecs', 'DescribeServiceDeployments').length > 0),
  );
  expect(result.code).toBe(1);
  expect(result.errors.join()).toMatch(/cancelled \(SIGTERM\); the rollback of deployment \S+ was started/);
  expect(it.sandbox.log.of('ecs', 'StopServiceDeployment')).toMatchObject([{ status: 200 }]);
});

test('nothing is rolled out when another part of the step fails', async () => {
  const it = await scene();
  it.sandbox.faults.add({ kind: 'status', status: 403, code: 'AccessDenied', service: 's3', action: 'PutObject' });
  const uploads = { 's3-upload': 'one/index.json => s3://shop-artifacts/x.json' };
  const result = await it.step({ ...PUSH_AND_DEPLOY, ...uploads });
  expect(result.code).toBe(1);
  expect(result.log).toContain('Not begun, because another part of the step failed: deploy');
  expect(it.sandbox.log.of('ecs', 'RegisterTaskDefinition')).toEqual([]);
});
