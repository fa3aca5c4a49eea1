import { expect, test } from '@jest/globals';
import { asDockerConfig, containersAuth, type DockerConfig, withLogins } from '../../../src/images/login/config.ts';
import { credentialsIn } from '../../../src/images/login/credentials.ts';

const HOST = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const LOGIN = { host: HOST, auth: 'QVdTOng=' };
const OURS = { [HOST]: { auth: LOGIN.auth } };

test.each<[string, DockerConfig, DockerConfig]>([
  ['nothing there', {}, { auths: OURS }],
  [
    'other settings stay',
    { proxies: { default: {} }, detachKeys: 'x' },
    { proxies: { default: {} }, detachKeys: 'x', auths: OURS },
  ],
  ['other logins stay', { auths: { 'ghcr.io': { auth: 'a' } } }, { auths: { 'ghcr.io': { auth: 'a' }, ...OURS } }],
  ['an old login is replaced', { auths: { [HOST]: { auth: 'old' } } }, { auths: OURS }],
  [
    'a store, which would win, stays for all hosts but this one, also for those that it alone knows',
    { credsStore: 'desktop', auths: { 'ghcr.io': {}, [HOST]: {} } },
    { credsStore: 'desktop', auths: { 'ghcr.io': {}, ...OURS }, credHelpers: { [HOST]: '' } },
  ],
  [
    'a helper for this host would win too; those for others stay',
    { credHelpers: { [HOST]: 'ecr-login', 'gcr.io': 'gcloud' } },
    { auths: OURS, credHelpers: { 'gcr.io': 'gcloud' } },
  ],
])("Docker's config: %s", (_, config, expected) => {
  expect(withLogins(config, [LOGIN])).toEqual(expected);
});

test("podman's file has the logins of both, and no setting of Docker's", () => {
  const docker = { proxies: {}, credsStore: 'desktop', auths: { 'ghcr.io': {} } };
  const containers = { auths: { 'quay.io': { auth: 'q' } } };
  const auth = containersAuth(docker, containers, [LOGIN]);
  expect(auth.auths).toEqual({ 'ghcr.io': {}, 'quay.io': { auth: 'q' }, ...OURS });
  expect(auth).not.toHaveProperty('proxies');
  expect(auth.credHelpers).toHaveProperty(['ghcr.io'], 'desktop');
});

test("podman's file has no login for a part of our host, which would come before ours", () => {
  const containers = { auths: { [`${HOST}/shop`]: { auth: 'old' }, 'quay.io/octo': { auth: 'q' } } };
  expect(containersAuth({}, containers, [LOGIN])).toEqual({ auths: { 'quay.io/octo': { auth: 'q' }, ...OURS } });
});

test("podman's file never has a helper without a name, which podman would start", () => {
  const docker = { credsStore: 'desktop', credHelpers: { [HOST]: '', other: '' } };
  expect(containersAuth(docker, {}, [LOGIN])).toEqual({ auths: OURS });
});

test.each([
  ['{}', true],
  ['{"auths":null,"credHelpers":null,"credsStore":null}', true],
  ['{"auths":{"x":null}}', true],
  ['{"auths":{"x":{"auth":"eA=="}},"HttpHeaders":null,"psFormat":"table"}', true],
  ['{"auths":[]}', false],
  ['{"auths":{"x":"y"}}', false],
  ['{"credHelpers":5}', false],
  ['{"credHelpers":{"x":5}}', false],
  ['{"credsStore":7}', false],
  ['[]', false],
  ['null', false],
  ['5', false],
])('Docker reads %s: %s', (text, readable) => {
  const config = asDockerConfig(JSON.parse(text));
  expect(config !== undefined).toBe(readable);
  if (config) expect(() => [withLogins(config, [LOGIN]), containersAuth(config, config, [LOGIN])]).not.toThrow();
});

const auth = (user: string) => ({ auth: Buffer.from(`${user}:x`).toString('base64') });

test.each<[string, Record<string, { auth: string }>, string | undefined]>([
  ['quay.io/octo/shop', { 'quay.io': auth('host'), 'quay.io/octo': auth('part'), 'quay.io/oct': auth('no') }, 'part'],
  ['quay.io/octo/shop', { 'quay.io/other': auth('no') }, undefined],
  ['quay.io/octo/shop', { 'quay.io/other': auth('no'), 'quay.io': auth('host') }, 'host'],
  ['quay.io/octo/shop', { 'https://quay.io/v2/': auth('host') }, 'host'],
  ['quay.io/octo/shop', { 'quay.io/v1': auth('host') }, 'host'],
  ['docker.io/octo/shop', { 'docker.io/octo': auth('part'), 'https://index.docker.io/v1/': auth('hub') }, 'part'],
  ['docker.io/library/alpine', { 'registry-1.docker.io': auth('hub') }, 'hub'],
])('the login for %s among %j is that of %s', async (name, auths, user) => {
  const [host = '', ...repository] = name.split('/');
  const found = await credentialsIn({ auths }, { host, repository: repository.join('/') });
  expect(found && 'username' in found ? found.username : undefined).toBe(user);
});
