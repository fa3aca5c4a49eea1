// Starts the sandbox in the background of a GitHub job and gives its address and the job's token as outputs.
import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const printed = join(process.env.RUNNER_TEMP ?? tmpdir(), 'sandbox.txt');
const out = openSync(printed, 'w');
spawn(process.execPath, ['sandbox/cli.ts'], { detached: true, stdio: ['ignore', out, out] }).unref();

const exported = (name) => new RegExp(`^export ${name}='(.*)'$`, 'm').exec(readFileSync(printed, 'utf8'))?.[1];
for (let tries = 0; exported('ACTIONS_ID_TOKEN_REQUEST_TOKEN') === undefined; tries++) {
  if (tries === 100) throw new Error(`the sandbox did not start:\n${readFileSync(printed, 'utf8')}`);
  await sleep(100);
}
const outputs = {
  endpoint: exported('AWS_ENDPOINT_URL'),
  'token-url': exported('ACTIONS_ID_TOKEN_REQUEST_URL'),
  token: exported('ACTIONS_ID_TOKEN_REQUEST_TOKEN'),
};
for (const [name, value] of Object.entries(outputs)) appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
