import { Absent, Failing } from './source.ts';

const PROGRAM = 'its program (credential_process)';

/** How the SDK's messages begin, and what is said instead. https://github.com/aws/aws-sdk-js-v3/tree/main/packages */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /^Profile \S+ requires multi-factor authentication/,
    'its role demands a code of multi-factor authentication (mfa_serial), which no job can give: use a profile without one',
  ],
  [/^Detected a cycle/, 'its source_profile leads back to itself'],
  [/^Unsupported credential source/, 'its credential_source is not Environment, Ec2InstanceMetadata or EcsContainer'],
  [/^Command failed: .*(?:not found|No such file|not recognized|Permission denied)/s, `${PROGRAM} cannot be started`],
  [/^Command failed/, `${PROGRAM} ended with an error, which is not shown, because it may hold a secret`],
  [/credential_process returned invalid JSON/, `what ${PROGRAM} printed is not JSON`],
  [/credential_process did not return Version 1/, `what ${PROGRAM} printed has no "Version": 1`],
  [/credential_process returned invalid/, `what ${PROGRAM} printed has no AccessKeyId or no SecretAccessKey`],
  [/credential_process returned expired/, `${PROGRAM} gave credentials that have expired`],
  [
    /^The SSO session .* (?:was not found|is invalid)/,
    'nobody has signed in to its SSO session: run aws sso login on this machine',
  ],
  [/^(?:The SSO session|Token is expired)/, 'its SSO session has expired: run aws sso login on this machine'],
  [/^Sso session .* could not be found/, 'its sso_session names a section that the config file does not have'],
  [/SSO credentials\. Required|is missing required property/, 'its SSO settings are not complete'],
];

/** What is said for any other message, by the first of these settings that the profile has: the SDK looks in this order. */
const OTHERWISE: readonly (readonly [string, (name: string) => string])[] = [
  ['role_arn', (name) => `its role (role_arn) could not be assumed${name}`],
  ['credential_process', (name) => `${PROGRAM} gave no credentials${name}`],
  ['sso_', (name) => `its SSO session gave no credentials${name}: run aws sso login on this machine`],
  ['login_session', (name) => `its login session gave no credentials${name}: run aws login`],
];

/**
 * Why a profile gave no credentials. The SDK's own text may quote what a program printed: only its subject is passed on.
 * @param section the profile's lines of both files
 */
export function reasonOf(cause: unknown, section: string): Error {
  const { name = '', message = '' } = cause instanceof Error ? cause : {};
  const has = (setting: string) => new RegExp(`^\\s*${setting}\\w*\\s*=`, 'm').test(section);
  const known = KNOWN.find(([pattern]) => pattern.test(message))?.[1];
  if (known) return new Failing(known, { cause });
  if (/^Could not resolve credentials using profile/.test(message)) {
    if (has('role_arn')) return new Failing('its source_profile is not there or has no credentials', { cause });
    return new Absent('it has no credentials');
  }
  const [, tell] = OTHERWISE.find(([setting]) => has(setting)) ?? [
    '',
    (also: string) => `it gave no credentials${also}`,
  ];
  return new Failing(tell(/^[A-Za-z]{3,60}$/.test(name) ? ` (${name})` : ''), { cause });
}
