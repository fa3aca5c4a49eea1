import { describe, expect, test } from '@jest/globals';
import { deployments, REGISTRY, scene } from './scene.ts';

/** Services as people's infrastructure code, consoles and other tools leave them. */
const PUSH_AND_DEPLOY = { images: 'oci:one => shop:1', deploy: 'shop:1 => ecs:prod/web/web' };

function web(change: Record<string, unknown>) {
  return { ecs: { '111122223333': { prod: { web: change } } } };
}

const CONTAINER = { name: 'web', image: `${REGISTRY}/shop:0`, essential: true };

describe('a newer revision of the family that the service does not run', () => {
  // https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/382: ignore_changes = [task_definition]
  const environment = [{ name: 'LEVEL', value: 'debug' }];
  const more = { ...CONTAINER, environment, secrets: [{ name: 'KEY', valueFrom: 'hidden-arn' }] };

  test('is told, with what differs and no value, also where nothing is to be done', async () => {
    const newer = [{ cpu: '512', containerDefinitions: [more, { name: 'sidecar', image: 'busybox:1' }] }];
    const definition = { containerDefinitions: [CONTAINER] };
    const it = await scene({ world: web({ definition, newer }) });
    const first = await it.step(PUSH_AND_DEPLOY);
    const told =
      'web:2 is newer than web:1, which the service runs, and differs in cpu, web.environment, web.secrets, sidecar';
    expect(first.warnings.join('\n')).toContain(told);
    expect(first.log).not.toMatch(/debug|hidden-arn/);
    expect(deployments(first.outputs)).toMatchObject([{ state: 'succeeded' }]);
    // The newest is the service's own by then.
    expect((await it.step(PUSH_AND_DEPLOY)).warnings.join()).not.toContain('is newer than');
  });

  test('is not told where images alone differ, or what ECS fills in itself', async () => {
    const image = `${REGISTRY}/shop:9`;
    const filled = { ...CONTAINER, image, mountPoints: [], cpu: 0, environment: [], systemControls: [] };
    const newer = [{ containerDefinitions: [filled], volumes: [] }];
    const it = await scene({ world: web({ definition: { containerDefinitions: [CONTAINER] }, newer }) });
    expect((await it.step({ ...PUSH_AND_DEPLOY, 'dry-run': 'true' })).warnings.join()).not.toContain('is newer');
  });
});

describe('before the first write', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      // https://github.com/aws/containers-roadmap/issues/485
      'percentages between which no task may stop or start',
      { desiredCount: 1, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 } },
      'of 1 task ECS may stop none (minimumHealthyPercent 50) and start no other (maximumPercent 150)',
      'set maximumPercent of the service to 200 or more, or minimumHealthyPercent to 0 or less',
    ],
    [
      // https://github.com/kayac/ecspresso/pull/1063
      'a bake time of 23 hours, above what a time-out may be',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1380 } },
      'takes at least 1380 minutes',
      'Fix: set deploy-wait: false, or shorten the bake time',
    ],
  ])('%s', async (_, change, what, fix) => {
    const it = await scene({ world: web(change) });
    const { errors } = await it.step(PUSH_AND_DEPLOY);
    expect(errors.join()).toContain(what);
    expect(errors.join()).toContain(fix);
    expect(it.sandbox.log.of('registry').filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['two tasks', { desiredCount: 2 }],
    ['daemons', { desiredCount: 1, schedulingStrategy: 'DAEMON' }],
    ['none', { desiredCount: 0 }],
  ])('the same percentages let %s go on', async (_, change) => {
    const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 150 };
    const it = await scene({ world: web({ deploymentConfiguration, ...change }) });
    expect((await it.step({ ...PUSH_AND_DEPLOY, 'dry-run': 'true' })).errors).toEqual([]);
  });
});

describe('a deployment that a hook pauses until somebody continues it', () => {
  // https://github.com/reproio/ecs_deploy/pull/125
  const command =
    /it pauses until somebody continues it: aws ecs continue-service-deployment --service-deployment-arn arn:\S+ --hook-id hook-1/;

  test('says so, and goes on when somebody has', async () => {
    const it = await scene({ world: web({ pausedLooks: 3 }) });
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.notices.join()).toContain(
      'pauses until somebody continues it. This step waits for that, for 30 minutes',
    );
    expect(result.log).toMatch(command);
    expect(deployments(result.outputs)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('is rolled back at the time-out, which says what it waited for', async () => {
    const it = await scene({ world: web({ pausedLooks: 10_000 }) });
    const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-timeout-minutes': '1' });
    expect(result.errors.join()).toMatch(command);
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
  });
});

test('a service of Express Mode, which names its definition in its deployments alone', async () => {
  // https://github.com/kayac/ecspresso/pull/902
  const it = await scene({ world: web({ express: true }) });
  const result = await it.step(PUSH_AND_DEPLOY);
  expect(result.errors).toEqual([]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
});

test('a deployment of the same revision that somebody forces meanwhile is followed to its end', async () => {
  const it = await scene({ world: web({ forcedAtLook: 2 }) });
  const result = await it.step(PUSH_AND_DEPLOY);
  expect(result.errors).toEqual([]);
  expect(result.log).toContain('of the same revision took its place, and is followed');
  expect(deployments(result.outputs)).toMatchObject([{ state: 'succeeded', id: expect.stringContaining('/0003') }]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
});

describe('when there is no way back', () => {
  test('an image that a lifecycle policy has deleted is told before', async () => {
    // https://status.latitude.so/incident/866549
    const gone = `${REGISTRY}/shop@sha256:${'d'.repeat(64)}`;
    const it = await scene({ world: web({ definition: { containerDefinitions: [{ ...CONTAINER, image: gone }] } }) });
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.warnings.join()).toContain(
      `a rollback cannot succeed, because ${gone}, the image of web:1, can no longer be pulled`,
    );
    const next = await it.step({ images: 'oci:two => shop:2', deploy: 'shop:2 => ecs:prod/web/web' });
    expect(next.warnings.join()).not.toContain('a rollback cannot succeed');
  });

  test.each([
    // A lifecycle policy may archive images, too: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
    ['ImageInaccessible', true, '--target-storage-class STANDARD'],
    ['KmsError', false, 'look at the key with which the repository is encrypted'],
  ])('an image that ECR has and does not give (%s) is not called missing', async (code, isLost, fix) => {
    const it = await scene();
    await it.step(PUSH_AND_DEPLOY);
    const withheld = it.sandbox.registries
      .get('111122223333/eu-west-1')!
      .repositories.get('shop')!
      .withheld.set(it.one, code);
    const next = { images: 'oci:two => shop:2', deploy: 'shop:2 => ecs:prod/web/web', 'dry-run': 'true' };
    expect((await it.step(next)).warnings.join().includes('a rollback cannot succeed')).toBe(isLost);
    const { errors } = await it.step({ deploy: PUSH_AND_DEPLOY.deploy });
    expect(errors.join()).toContain(`ECR does not give the image shop:1 (${code})`);
    expect(errors.join()).toContain(fix);
    expect(withheld.size).toBe(1);
  });

  test('a tag that this very step moves, where the circuit breaker does not roll back', async () => {
    const definition = { containerDefinitions: [CONTAINER] };
    const breaker = { enable: true, rollback: false };
    const it = await scene({ world: web({ definition, breaker }) });
    const result = await it.step({
      images: 'oci:one => shop:1, shop:0',
      deploy: PUSH_AND_DEPLOY.deploy,
      'dry-run': 'true',
    });
    expect(result.errors).toEqual([]);
    expect(result.warnings.join()).toContain(
      `a rollback would bring the new image again, because web:1 names ${CONTAINER.image}`,
    );
  });

  test('what was rolled back stays the newest of its family, and is told to be', async () => {
    // https://github.com/cds-snc/terraform-modules/pull/544: the newest revision is taken
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { exitCode: 255 } };
    const { errors } = await it.step(PUSH_AND_DEPLOY);
    expect(errors.join()).toContain('code 255 (often an image that is built for another architecture)');
    expect(errors.join()).toContain('aws ecs deregister-task-definition --task-definition web:2');
    // https://github.com/aws-actions/amazon-ecs-deploy-task-definition/issues/447: what the container printed
    expect(errors.join()).toMatch(
      /its output: aws logs tail \/ecs\/web --log-stream-names web\/web\/[0-9a-f]{32} --region/,
    );
  });
});

test('a first task that fails leaves a revision, which is told, and no blame on a container that ECS stopped', async () => {
  const it = await scene();
  it.sandbox.world.runs = { [it.one]: { onceExitCode: 3 } };
  const { errors } = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-first': 'ecs:prod/web/web => rake db:migrate' });
  expect(errors.join()).toContain('container web exited with code 3');
  expect(errors.join()).toContain('aws ecs deregister-task-definition --task-definition web:2');
  expect(errors.join()).not.toContain('container proxy');
});

test('a service whose task definition was deleted says what to do', async () => {
  const it = await scene();
  const fault = { kind: 'status', service: 'ecs', status: 400, code: 'ClientException' } as const;
  const message = 'Unable to describe task definition.';
  it.sandbox.faults.add({ ...fault, action: 'DescribeTaskDefinition', message });
  const { errors } = await it.step(PUSH_AND_DEPLOY);
  expect(errors.join()).toContain('has been deleted: update the service to a revision that exists');
});

test('a first task gets the volumes that the service gives its tasks', async () => {
  const definition = { containerDefinitions: [CONTAINER], volumes: [{ name: 'data', configuredAtLaunch: true }] };
  const roleArn = 'arn:aws:iam::111122223333:role/ecs-volumes';
  const volumeConfigurations = [{ name: 'data', managedEBSVolume: { roleArn, sizeInGiB: 20 } }];
  const it = await scene({ world: web({ definition, volumeConfigurations }) });
  const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-first': 'ecs:prod/web/web => rake db:migrate' });
  expect(result.errors).toEqual([]);
  expect(result.outputs['iam-policy']).toContain(roleArn);
});

test('alarms that ECS did not watch are told', async () => {
  const it = await scene({ world: web({ alarmsIgnored: true }) });
  const result = await it.step(PUSH_AND_DEPLOY);
  expect(result.errors).toEqual([]);
  expect(result.warnings.join()).toContain('ECS did not watch the alarms of the service (errors)');
});

test.each([
  // https://github.com/hashicorp/terraform-provider-aws/issues/9777
  ['RegisterTaskDefinition', 'Too many concurrent attempts to create a new revision of the specified family.'],
  // https://github.com/aws/amazon-ecs-agent/issues/1354
  ['UpdateService', 'TaskDefinition not found.'],
])('%s is tried again for what passes', async (action, message) => {
  const it = await scene();
  const fault = { kind: 'status', service: 'ecs', status: 400, code: 'ClientException' } as const;
  it.sandbox.faults.add({ ...fault, action, message, times: 2 });
  const result = await it.step(PUSH_AND_DEPLOY);
  expect(result.errors).toEqual([]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
});
