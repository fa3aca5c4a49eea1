import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('npm run sandbox prints what to export, serves, and ends on SIGINT', async () => {
  const root = new URL('../../', import.meta.url).pathname;
  const child = spawn(process.execPath, ['sandbox/cli.ts', 'production'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('close', done));
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await new Promise<void>((listening) =>
    child.stderr.on('data', (text) => String(text).includes('listens') && listening()),
  );
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(env).toMatchObject({ AWS_REGION: 'eu-west-1', GITHUB_JOB: 'production' });
  const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  const answer = await fetch(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=a`, { headers });
  expect(answer.status).toBe(200);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
