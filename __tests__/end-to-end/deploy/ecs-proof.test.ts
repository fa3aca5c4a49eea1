import { describe, expect, test } from '@jest/globals';
import { deployments, REGISTRY, scene, web } from './scene.ts';

/** What ECS calls a success is not always what a team means by one. */
const PUSH_AND_DEPLOY = { images: 'oci:one => shop:1', deploy: 'shop:1 => ecs:prod/web/web' };
const BREAKER = { enable: true, rollback: true };

describe('tasks that run for a moment', () => {
  // https://github.com/aws/containers-roadmap/issues/1206: the circuit breaker does not count what exits after it has started
  test('and then exit, all of them, are not the success that ECS calls them: it is rolled back', async () => {
    const it = await scene({ world: web({ breaker: BREAKER }) });
    const before = it.sandbox.serving.get('ecs:prod/web');
    it.sandbox.world.runs = { [it.one]: { exitCode: 1, exitsLate: true } };
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.errors.join()).toContain('ECS calls the deployment a success, but none of its tasks runs');
    expect(result.errors.join()).toContain('container web exited with code 1');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toBe(before);
  });

  test('and are replaced by others that stay are told, behind a hundred tasks that failed before', async () => {
    const it = await scene({ world: web({ breaker: BREAKER, desiredCount: 1, failedBefore: 130 }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 1, fails: 2 } };
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.errors).toEqual([]);
    expect(result.warnings.join()).toContain('ECS calls the deployment a success, although 2 tasks stopped');
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
  });
});

test('daemons of which none may stop are found before the first write', async () => {
  // https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/390: the defaults of services, given to daemons
  const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 100 };
  const it = await scene({ world: web({ schedulingStrategy: 'DAEMON', desiredCount: 3, deploymentConfiguration }) });
  const result = await it.step({ ...PUSH_AND_DEPLOY, 'dry-run': 'true' });
  expect(result.errors.join()).toContain('it runs one task on each instance (DAEMON), and ECS may stop none');
});

test('what ECS says cannot go on ends at once, and not at the time-out', async () => {
  // https://github.com/GovWifi/govwifi-terraform/pull/1011
  const it = await scene({ world: web({ stuck: 'percentages' }) });
  const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-timeout-minutes': '60' });
  expect(result.errors.join()).toContain('unable to stop or start tasks during a deployment');
  expect(result.errors.join()).toContain('give the service another minimumHealthyPercent or maximumPercent');
  expect(result.errors.join()).not.toContain('waited 60 minutes');
  expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
});

test('a service that is scaled to 0 while it is rolled out proves nothing, and that is told', async () => {
  // https://github.com/aws-actions/amazon-ecs-deploy-task-definition/issues/191
  const it = await scene();
  const { ecs } = it.sandbox.world as unknown as { ecs: Record<string, Record<string, Record<string, object>>> };
  const does = () => Object.assign(ecs['111122223333']!.prod!.web!, { desiredCount: 0 });
  it.sandbox.faults.add({ kind: 'meanwhile', service: 'ecs', action: 'DescribeServiceDeployments', nth: 2, does });
  const result = await it.step(PUSH_AND_DEPLOY);
  expect(result.errors).toEqual([]);
  expect(result.warnings.join()).toContain('the desired count has become 0, so no task proves that the image works');
});

describe('a capacity provider without an instance', () => {
  // Its Auto Scaling group is at its maximum, or cannot launch: no task fails, and no event says so.
  const why = /tasks? (is|are) in PROVISIONING: the capacity provider has no instance for it yet/;

  test('is told at the time-out of a rollout', async () => {
    const it = await scene({ world: web({ stuck: 'capacity' }) });
    const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-timeout-minutes': '1' });
    expect(result.errors.join()).toMatch(why);
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
  });

  test('is told at that of a task that runs first', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { onceStuck: 'PROVISIONING' } };
    const first = { 'deploy-first': 'ecs:prod/web/web => rake db:migrate', 'deploy-timeout-minutes': '1' };
    expect((await it.step({ ...PUSH_AND_DEPLOY, ...first })).errors.join()).toMatch(why);
  });
});

describe('a container that is not essential', () => {
  const containerDefinitions = [
    { name: 'web', image: 'nginx:1', essential: true },
    { name: 'agent', image: `${REGISTRY}/shop:0`, essential: false },
  ];
  const DEPLOY = { ...PUSH_AND_DEPLOY, deploy: 'shop:1 => ecs:prod/web/agent' };

  test('whose new image exits leaves the task running: it is rolled back', async () => {
    const it = await scene({ world: web({ definition: { containerDefinitions } }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 127 } };
    const result = await it.step(DEPLOY);
    expect(result.errors.join()).toContain('the container agent, which is not essential, does not run');
    expect(result.errors.join()).toContain('container agent exited with code 127 (the command was not found)');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toBe(`nginx:1, ${REGISTRY}/shop:0`);
  });

  test('that ends with exit code 0, as what prepares something does, has done its work', async () => {
    const it = await scene({ world: web({ definition: { containerDefinitions } }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 0 } };
    expect((await it.step(DEPLOY)).errors).toEqual([]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
  });
});
