import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { expect, test } from '@jest/globals';
import { reasonOf } from '../../../src/signin/identity/profile-reason.ts';

const failed = (message: string, name = 'CredentialsProviderError') => Object.assign(new Error(message), { name });
const ROLE = '[x]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = y\n';
const PROGRAM = '[x]\ncredential_process = /opt/corp/login --x\n';
const SSO = '[x]\nsso_session = corp\n';

test.each<[string, string, Error, RegExp]>([
  ['a role that is denied', ROLE, failed('User: x is not authorized', 'AccessDenied'), /assumed \(AccessDenied\)/],
  ['a source whose program fails', ROLE, failed('Command failed: /opt/corp/login\nhunter2'), /ended with an error/],
  [
    'a session that has ended',
    SSO,
    failed('The SSO session associated with this profile has expired. To refresh this SSO session run …'),
    /session has expired.*aws sso login/,
  ],
  ['what is not known', SSO, failed('hunter2'), /gave no credentials \(CredentialsProviderError\): run aws sso login/],
])('%s', (_case, section, cause, told) => {
  const { message } = reasonOf(cause, section);
  expect(message).toMatch(told);
  expect(message).not.toContain('hunter2');
});

test("the SDK's messages are those that are looked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-profiles-'));
  writeFileSync(
    `${folder}/config`,
    `[profile mfa]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/x
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
[profile circle]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = round
[profile round]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = circle
[profile lost]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = nowhere
[profile gone]
credential_process = ${folder}/gone
[profile fails]
credential_process = sh -c "echo hunter2 >&2; exit 3"
[profile text]
credential_process = echo x
[profile half]
credential_process = echo {\\"Version\\":1}
`,
  );
  const told: Record<string, string> = {};
  for (const profile of ['mfa', 'circle', 'lost', 'gone', 'fails', 'text', 'half']) {
    const section = ['mfa', 'circle', 'lost'].includes(profile) ? ROLE : PROGRAM;
    const provide = fromIni({ profile, configFilepath: `${folder}/config`, filepath: `${folder}/credentials` });
    told[profile] = await provide().then(String, (cause: unknown) => reasonOf(cause, section).message);
  }
  rmSync(folder, { recursive: true });
  expect(told).toEqual({
    mfa: expect.stringContaining('mfa_serial'),
    circle: expect.stringContaining('back to itself'),
    lost: expect.stringContaining('source_profile is not there'),
    gone: expect.stringContaining('cannot be started'),
    fails: expect.stringContaining('ended with an error'),
    text: expect.stringContaining('not JSON'),
    half: expect.stringContaining('no AccessKeyId'),
  });
});
