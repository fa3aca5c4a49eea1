import { expect, test } from '@jest/globals';
import { daemonAddress } from '../../../src/images/archive/daemon-address.ts';

test.each<[Record<string, string>, object]>([
  [{}, { socketPath: '/var/run/docker.sock' }],
  [{ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, { socketPath: '/run/user/1000/docker.sock' }],
  [{ DOCKER_HOST: 'tcp://127.0.0.1:2375' }, { host: '127.0.0.1', port: 2375, tls: undefined }],
  [{ DOCKER_HOST: 'tcp://dind' }, { host: 'dind', port: 2375, tls: undefined }],
  [
    { DOCKER_HOST: 'tcp://dind', DOCKER_TLS_VERIFY: '1' },
    { host: 'dind', port: 2376, tls: { rejectUnauthorized: true } },
  ],
])('the daemon of %j', (env, address) => {
  expect(daemonAddress({ HOME: '/nowhere', ...env }, 'linux')).toEqual(address);
});

test.each(['ssh://me@host', 'tcp://', 'nonsense'])('DOCKER_HOST %s is refused', (given) => {
  expect(() => daemonAddress({ HOME: '/nowhere', DOCKER_HOST: given })).toThrow('DOCKER_HOST names a daemon in a way');
});
