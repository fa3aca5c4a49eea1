import { expect, test } from '@jest/globals';
import { deployments, OLD_IMAGE, REGISTRY, scene } from './scene.ts';

/** Functions as people's infrastructure code and consoles leave them. */
const IMAGE = { images: 'oci:one => shop:1', deploy: 'shop:1 => lambda:resize:live' };

function lambda(name: string, change: Record<string, unknown>) {
  return { lambda: { '111122223333': { [name]: change } } };
}

test('a reserved concurrency of 0 is told: nothing runs the new code', async () => {
  const it = await scene({ world: lambda('resize', { reservedConcurrency: 0 }) });
  expect((await it.step(IMAGE)).warnings.join()).toContain('its reserved concurrency is 0, so nothing runs it');
});

test('settings that were changed since the version of an alias was published are told where its code is the same', async () => {
  // https://github.com/aws/serverless-application-model/issues/1305
  const it = await scene({ world: lambda('resize', { settings: { MemorySize: 256 } }) });
  expect((await it.step(IMAGE)).errors).toEqual([]);
  expect((await it.step(IMAGE)).warnings.join()).not.toContain('keeps version');
  const { lambda: functions } = it.sandbox.world as unknown as { lambda: Record<string, Record<string, object>> };
  const settings = { MemorySize: 512, Environment: { Variables: { KEY: 'hidden' } }, Layers: [] };
  Object.assign(functions['111122223333']!.resize!, { settings });
  const again = await it.step(IMAGE);
  expect(deployments(again.outputs)).toMatchObject([{ state: 'unchanged' }]);
  expect(again.warnings.join()).toContain('live has the code already, and keeps version 2');
  expect(again.warnings.join()).toContain('differ in Environment, MemorySize:');
  expect(again.log).not.toContain('hidden');
});

test('a version whose start failed stays so: the message says what makes another one', async () => {
  // https://github.com/hashicorp/terraform-provider-aws/issues/49904
  const it = await scene();
  it.sandbox.world.runs = { [it.one]: { lambdaVersion: 'FunctionError.InitTimeout' } };
  await it.step(IMAGE);
  it.sandbox.world.runs = {};
  const again = await it.step(IMAGE);
  expect(again.errors.join()).toContain('version 2 cannot be run');
  expect(again.errors.join()).toContain('Lambda publishes no second version of the same code with the same settings');
  expect(it.sandbox.serving.get('lambda:resize:live')).toBe(OLD_IMAGE);
});

test('traffic that does not shift to an alias with provisioned concurrency: the time-out says where to look', async () => {
  // https://github.com/serverless/serverless/issues/7250
  const it = await scene({ world: lambda('resize', { provisionedLooks: 10_000 }) });
  const result = await it.step({ ...IMAGE, 'deploy-timeout-minutes': '1' });
  expect(result.errors.join()).toContain(
    'aws lambda get-provisioned-concurrency-config --function-name resize --qualifier live',
  );
});

test('a function that takes signed code alone says so', async () => {
  // https://github.com/aws/aws-cdk/issues/29474
  const it = await scene({
    files: { 'build/mailer.zip': Buffer.from('zip') },
    world: lambda('mailer', { signed: true }),
  });
  const result = await it.step({
    's3-upload': 'build/mailer.zip => s3://shop-artifacts/',
    deploy: 's3://shop-artifacts/mailer.zip => lambda:mailer:live',
  });
  expect(result.errors.join()).toContain('sign the zip with a profile that the code signing configuration');
  expect(result.errors.join()).toContain('live serves version 1');
});

test('an image that a lifecycle policy has deleted cannot be given back, and that is told before', async () => {
  const digest = 'd'.repeat(64);
  const it = await scene({ world: lambda('resize', { image: digest }) });
  const { warnings } = await it.step({ ...IMAGE, deploy: 'shop:1 => lambda:resize', 'dry-run': 'true' });
  expect(warnings.join()).toContain(`it cannot be rolled back, because ${REGISTRY}/shop@sha256:${digest}`);
});

test('a revision id that changes by itself, as it does a moment after an update, is not taken for a second writer', async () => {
  // https://github.com/aws/aws-sdk/issues/377: infrastructure code runs before in the same job
  const it = await scene({ world: lambda('resize', { restless: 2 }) });
  expect((await it.step(IMAGE)).errors).toEqual([]);
  expect(it.sandbox.serving.get('lambda:resize:live')).toBe(it.one.replace('sha256:', ''));
  const never = await scene({ world: lambda('resize', { restless: 100 }) });
  expect((await never.step(IMAGE)).errors.join()).toContain(
    'somebody else changed the function since it was looked at',
  );
  expect(never.sandbox.log.of('lambda', 'UpdateFunctionCode')).toHaveLength(3);
});

test('that of a version to be published, and of an alias, neither', async () => {
  const it = await scene();
  const fault = { kind: 'status', service: 'lambda', status: 412, code: 'PreconditionFailedException' } as const;
  const message = 'The Revision Id provided does not match the latest Revision Id.';
  it.sandbox.faults.add(
    { ...fault, message, action: 'PublishVersion', times: 2 },
    { ...fault, message, action: 'UpdateAlias', times: 2 },
  );
  expect((await it.step(IMAGE)).errors).toEqual([]);
  expect(it.sandbox.serving.get('lambda:resize:live')).toBe(it.one.replace('sha256:', ''));
});

test('Lambda that may not pull says which policy is meant: it is not that of the role', async () => {
  // https://github.com/aws-controllers-k8s/community/issues/1886
  const it = await scene();
  const message = 'Lambda does not have permission to access the ECR image. Check the ECR permissions.';
  const fault = { kind: 'status', service: 'lambda', status: 403, code: 'AccessDeniedException', message } as const;
  it.sandbox.faults.add({ ...fault, action: 'UpdateFunctionCode' });
  const text = (await it.step(IMAGE)).errors.join();
  expect(text).toContain("it is the policy of the image's repository that must let Lambda pull");
  expect(text).toContain('lambda.amazonaws.com');
  expect(text).not.toContain('let the role do it');
});

test('an alias that is not there is told with the command that makes it', async () => {
  const it = await scene();
  const { errors } = await it.step({ ...IMAGE, deploy: 'shop:1 => lambda:resize:beta' });
  expect(errors.join()).toContain('the step does not create one (aws lambda create-alias');
});

test('an image of another region is refused before it is pushed', async () => {
  // https://github.com/aws/containers-roadmap/issues/1281
  const it = await scene();
  const there = `${REGISTRY.replace('eu-west-1', 'us-east-1')}/shop:1`;
  const result = await it.step({
    'ecr-registries': REGISTRY.replace('eu-west-1', 'us-east-1'),
    'ecr-create-repository': 'true',
    images: `oci:one => ${there}`,
    deploy: `${there} => lambda:resize:live`,
  });
  expect(result.errors.join()).toContain('the image is in us-east-1, and the function in eu-west-1');
  expect(it.sandbox.log.of('registry').filter(({ method }) => method === 'PUT')).toEqual([]);
});

test('a share of 0 %, which a canary that was taken back leaves, is not a rollout under way', async () => {
  const it = await scene({ world: lambda('resize', { weights: { live: { 1: 0 } } }) });
  expect((await it.step(IMAGE)).errors).toEqual([]);
  expect(it.sandbox.serving.get('lambda:resize:live')).toBe(it.one.replace('sha256:', ''));
  const canary = await scene({ world: lambda('resize', { weights: { live: { 1: 0.07 } } }) });
  expect((await canary.step(IMAGE)).errors.join()).toContain('the alias live sends 7 % to version 1');
});

test('a function that failed serves nothing, also where it has the code', async () => {
  const it = await scene();
  const without = { images: 'oci:one => shop:1', deploy: 'shop:1 => lambda:resize' };
  expect((await it.step(without)).errors).toEqual([]);
  const { lambda: functions } = it.sandbox.world as unknown as { lambda: Record<string, Record<string, object>> };
  Object.assign(functions['111122223333']!.resize!, { state: 'Failed' });
  const again = await it.step(without);
  expect(again.errors.join()).toContain('The function is currently in the following state: Failed');
});
