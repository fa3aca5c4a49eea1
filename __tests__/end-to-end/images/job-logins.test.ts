import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { puller } from '../../../harness/puller.ts';
import { DEPLOY } from '../../../harness/scene.ts';
import { layouts, plant, type Scene, scene } from './scene.ts';

/** Sources that the step's own role may not read, and the job's logins may. */

/** A registry of another account that lets in its own role alone, with an image in it; its host. */
async function closed(it: Scene, { image }: { readonly image: string }) {
  const pulls = await puller(it.sandbox, { role: DEPLOY, account: '444455556666' });
  const from = it.sandbox.registries.get('111122223333/eu-west-1')!.repositories.get('shop')!;
  const to = it.sandbox.registries.get('444455556666/eu-west-1')!.repositories.get('closed')!;
  for (const [digest, blob] of from.blobs) to.blobs.set(digest, blob);
  plant(to, '1', { manifest: JSON.parse(from.manifests.get(image)!.bytes.toString()) });
  return { host: new URL(pulls.url).host, authorization: pulls.authorization };
}

const world = { ecr: { '444455556666': { 'eu-west-1': { repositories: { closed: {} } } } } };
const registries = { 'ecr-registries': '111122223333\n444455556666' };

/** A docker config in the job's home. */
function leave(it: Scene, config: object): void {
  const folder = join(it.job.env.HOME!, '.docker');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

test("an account that lets in another role is read with that role's login, which an earlier step left", async () => {
  const { files, digests } = await layouts();
  const it = await scene(files, { world });
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  const { host, authorization } = await closed(it, { image: digests[0]! });
  const inputs = { ...registries, images: `registry:${host}/closed:1 => base:1` };
  const fresh = { env: { DOCKER_CONFIG: '', REGISTRY_AUTH_FILE: '' } };
  const refused = await it.step(inputs, fresh);
  expect(refused.errors.join()).toMatch(
    /images, line 1: arn:\S+444455556666:repository\/closed: ecr:BatchGetImage was refused.*or log in to 127.*earlier step/s,
  );
  leave(it, { auths: { [host]: { auth: 'QVdTOmV4cGlyZWQ=' } } });
  expect((await it.step(inputs, { ...fresh, sleeps: 'skipped' })).errors).toEqual(refused.errors);
  leave(it, { auths: { [host]: { auth: authorization.slice('Basic '.length) } } });
  const copied = await it.step(inputs, fresh);
  expect([copied.errors, await it.puller.pull('base', '1')]).toEqual([[], [digests[0]]]);
  // The role of the step needs nothing there.
  expect(copied.outputs['iam-policy']).not.toContain('closed');
});

test("what DOCKER_AUTH_CONFIG has comes before docker's config, as for docker itself", async () => {
  const { files, digests } = await layouts();
  const it = await scene(files, { world });
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  const { host, authorization } = await closed(it, { image: digests[0]! });
  leave(it, { auths: { [host]: { auth: 'QVdTOmV4cGlyZWQ=' } } });
  const auth = authorization.slice('Basic '.length);
  const env = { DOCKER_CONFIG: '', DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [`https://${host}`]: { auth } } }) };
  const copied = await it.step({ ...registries, images: `registry:${host}/closed:1 => base:1` }, { env });
  expect([copied.errors, await it.puller.pull('base', '1')]).toEqual([[], [digests[0]]]);
  expect(copied.warnings.join()).toContain(`DOCKER_AUTH_CONFIG has a login for ${host}`);
  const other = await it.step({ 'ecr-login': 'true' }, { env: { DOCKER_AUTH_CONFIG: 'none' } });
  expect([other.errors, other.warnings]).toEqual([[], []]);
});

test("a registry of another partition is not opened by the step's role, and is read with the job's login", async () => {
  const { files } = await layouts();
  const it = await scene(files);
  const china = '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn';
  const { errors } = await it.step({ images: `oci:amd => ${china}/shop:1` });
  expect(errors.join()).toContain(`the registry ${china} is in the partition aws-cn, and the role is in aws`);
  const gov = '111122223333.dkr.ecr.us-gov-west-1.amazonaws.com';
  const proxy = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' };
  const source = await it.step(
    { images: `registry:${gov}/shop:1 => shop:1`, 'retry-max-attempts': '1' },
    { env: proxy, sleeps: 'skipped' },
  );
  expect(source.errors.join()).toContain(`images, line 1: ${gov}: registry:Ping`);
  expect(it.sandbox.log.of('ecr').map(({ region }) => region)).toEqual(['eu-west-1']);
});
