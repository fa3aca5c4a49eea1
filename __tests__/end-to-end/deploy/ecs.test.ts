import { describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../sandbox/index.ts';
import { deployments, REGISTRY, scene, web } from './scene.ts';

const PUSH_AND_DEPLOY = { images: 'oci:one => shop:1', deploy: 'shop:1 => ecs:prod/web/web' };
const BEFORE = 'public.ecr.aws/nginx/nginx:1.27';

interface Definition {
  readonly containerDefinitions: { image: string }[];
}

/** Calls that change something, in order. */
function writes({ log }: Sandbox): string[] {
  const changing = ['RegisterTaskDefinition', 'UpdateService', 'RunTask', 'StopServiceDeployment', 'StopTask'];
  return log.of('ecs').flatMap(({ action, status }) => (changing.includes(action) && status === 200 ? [action] : []));
}

describe('an image to a service of ECS', () => {
  test('is deployed by digest after the push; the second run has nothing to do', async () => {
    const it = await scene();
    const first = await it.step(PUSH_AND_DEPLOY);
    expect(first.errors).toEqual([]);
    const reference = `${REGISTRY}/shop@${it.one}`;
    expect(it.sandbox.serving.get('ecs:prod/web')).toBe(`${reference}, public.ecr.aws/envoy/envoy:1.30`);
    expect(deployments(first.outputs)).toMatchObject([
      { target: 'ecs:prod/web', before: BEFORE, after: reference, state: 'succeeded' },
    ]);
    expect(first.outputs['deploy-changed']).toBe('true');
    expect(first.log).toMatch(/web: .* → sha256|deployment \S+ of web:2 began/);
    expect(writes(it.sandbox)).toEqual(['RegisterTaskDefinition', 'UpdateService']);

    it.sandbox.log.clear();
    const second = await it.step(PUSH_AND_DEPLOY);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged', after: reference }]);
    expect(second.outputs['deploy-changed']).toBe('false');
    expect(writes(it.sandbox)).toEqual([]);
  });

  test("changes the image alone: every other key goes back as it came, AWS's own tags stay out", async () => {
    const it = await scene();
    expect((await it.step(PUSH_AND_DEPLOY)).errors).toEqual([]);
    const { registered, tags } = it.sandbox.log.of('ecs', 'RegisterTaskDefinition')[0]!.params;
    const ecs = it.sandbox.world.ecs as Record<string, Record<string, Record<string, { definition: Definition }>>>;
    const expected = structuredClone(ecs['111122223333']!.prod!.web!.definition);
    expected.containerDefinitions[0]!.image = `${REGISTRY}/shop@${it.one}`;
    expect(registered).toEqual(expected);
    expect(tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  test('a failing image is rolled back by ECS, and the message says why', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { exitCode: 137 } };
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.code).toBe(1);
    const [error = ''] = result.errors;
    expect(error).toContain('ecs:prod/web: the rollout failed and ECS rolled it back');
    expect(error).toContain(`${BEFORE} (web:1) serves again`);
    expect(error).toContain('exited with code 137');
    expect(error).toContain('event:');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(result.outputs['deploy-changed']).toBe('false');
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(BEFORE);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['exits', { exitCode: 3 }, 'exited with code 3'],
    ['fails its health checks', { unhealthy: true }, 'failed ELB health checks'],
  ])('with the circuit breaker off an image that %s ends at the first repeated failure', async (_, run, reason) => {
    const it = await scene({ world: web({ breaker: null }) });
    it.sandbox.world.runs = { [it.one]: run };
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.notices.join()).toContain('circuit breaker of the service is off');
    expect(result.errors.join()).toContain(reason);
    expect(result.errors.join()).toContain('(web:1) serves again');
    expect(writes(it.sandbox)).toEqual(['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment']);
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(BEFORE);
  });

  test('a circuit breaker that does not roll back: the step rolls the former revision out again', async () => {
    const it = await scene({ world: web({ breaker: { enable: true, rollback: false } }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 1 } };
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.errors.join()).toContain('(web:1) serves again');
    expect(result.errors.join()).toContain('circuit breaker fired after 3 failed tasks');
    expect(writes(it.sandbox)).toEqual(['RegisterTaskDefinition', 'UpdateService', 'UpdateService']);
  });

  test('deploy-on-failure: leave leaves it, and says so', async () => {
    const it = await scene({ world: web({ breaker: { enable: false, rollback: false } }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 1 } };
    const result = await it.step({ ...PUSH_AND_DEPLOY, 'deploy-on-failure': 'leave' });
    expect(result.errors.join()).toMatch(/deploy-on-failure: leave, so deployment \S+ goes on/);
    expect(result.outputs['deploy-changed']).toBe('true');
    expect(result.summary).toContain('| failed | the error tells what serves |');
    expect(writes(it.sandbox)).toEqual(['RegisterTaskDefinition', 'UpdateService']);

    // What made the tasks fail is mended, the image is the same: tasks that failed before count for nothing.
    it.sandbox.world.runs = {};
    const again = await it.step({ deploy: PUSH_AND_DEPLOY.deploy, 'deploy-busy': 'wait' });
    expect(again.errors).toEqual([]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
  });

  test('the same revision is tried again where its last rollout failed, whatever failed then', async () => {
    const it = await scene({ world: web({ breaker: { enable: true, rollback: false } }) });
    it.sandbox.world.runs = { [it.one]: { exitCode: 1 } };
    await it.step({ ...PUSH_AND_DEPLOY, 'deploy-on-failure': 'leave' });
    const again = await it.step({ deploy: PUSH_AND_DEPLOY.deploy });
    // There is no other revision that this step could go back to.
    expect(again.errors.join()).toContain('the rollout failed; the service still has web:2, the new revision');
    const { ecs } = it.sandbox.world as unknown as { ecs: Record<string, Record<string, Record<string, object>>> };
    Object.assign(ecs['111122223333']!.prod!.web!, { breaker: { enable: false, rollback: false } });
    const failing = await it.step({ deploy: PUSH_AND_DEPLOY.deploy });
    expect(failing.errors.join()).toContain('2 tasks stopped: Essential container in task exited');
    it.sandbox.world.runs = {};
    const mended = await it.step({ deploy: PUSH_AND_DEPLOY.deploy });
    expect(mended.errors).toEqual([]);
    expect(deployments(mended.outputs)).toMatchObject([{ state: 'succeeded' }]);
    expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
  });

  test('what a second deployer replaced is red, told apart and left alone', async () => {
    const it = await scene({ world: web({ rivalAtLook: 2 }) });
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.errors.join()).toContain('superseded by another one');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'superseded' }]);
    expect(writes(it.sandbox)).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  });

  test('what somebody stopped by hand is told apart, too', async () => {
    const it = await scene({ world: web({ stoppedAtLook: 2 }) });
    const result = await it.step(PUSH_AND_DEPLOY);
    expect(result.errors.join()).toContain('stopped by hand');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'stopped' }]);
  });
});
