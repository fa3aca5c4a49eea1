import { expect, test } from '@jest/globals';
import { Refused } from '../../../src/aws/client.ts';
import { parseLine } from '../../../src/parameters/line.ts';
import type { ParameterSource } from '../../../src/parameters/read/batches.ts';
import { deniedParameter } from '../../../src/parameters/read/denied.ts';

const place = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', caller: 'arn' };
const PARAMETER = 'arn:aws:ssm:eu-west-1:111122223333:parameter/db';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function told(action: string, on: string, why: string): string {
  const said = `User: arn:aws:sts::111122223333:assumed-role/publish/gha is not authorized to perform: ${action} on resource: ${on} ${why}`;
  const error = Object.assign(new Error(said), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  const refused = new Refused('ssm:GetParameters', error);
  const source = parseLine('X=/db').source as ParameterSource;
  return String(deniedParameter(source, { refused, decryptionOnly: false }, place));
}

test.each<[string, string, string, RegExp]>([
  ['ssm:GetParameters', PARAMETER, 'because no identity-based policy allows it', /let the role do it:/],
  ['ssm:GetParameters', PARAMETER, 'because no VPC endpoint policy allows it', /policy of the VPC endpoint/],
  ['ssm:GetParameters', PARAMETER, 'because no permissions boundary allows it', /permissions boundary allow it/],
  ['ssm:GetParameters', PARAMETER, 'because no session policy allows it', /inline-session-policy or managed/],
  ['ssm:GetParameters', PARAMETER, 'with an explicit deny in a service control policy', /a Deny in a service control/],
  [
    'kms:Decrypt',
    KEY,
    'because no identity-based policy allows it',
    /KMS denies[\s\S]*let the role do it:[\s\S]*kms:Decrypt/,
  ],
  ['kms:Decrypt', KEY, 'because no resource-based policy allows it', /KMS denies[\s\S]*policy of the resource/],
  [
    'kms:Decrypt',
    KEY,
    'with an explicit deny in a resource-based policy',
    /KMS denies[\s\S]*a Deny in a resource-based/,
  ],
])('%s on %s %s', (action, on, why, fix) => {
  expect(told(action, on, why)).toMatch(fix);
});
