import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from '@jest/globals';
import { refusal, type Sentence } from './contract.ts';

/**
 * A provider for GitHub's issuer with the audience `sts.amazonaws.com`, and roles that trust it: `by-sub` wants
 * `repo:octo-org/shop:ref:refs/heads/main` (StringEquals), `by-pattern` wants `repo:octo-org/*` (StringLike). The longest
 * session of both is an hour.
 */
export interface StsGround {
  readonly endpoint: string;
  roleArn(name: 'by-sub' | 'by-pattern' | 'not-there'): string;
  /** A token of the issuer with these claims in place of the usual ones; `undefined` leaves one out. */
  token(claims?: Record<string, unknown>, how?: { foreignKey?: boolean }): Promise<string>;
}

const none = { accessKeyId: 'none', secretAccessKey: 'none' };

async function assume(
  ground: StsGround,
  token: string,
  { role, seconds = 900 }: { readonly role: Parameters<StsGround['roleArn']>[0]; readonly seconds?: number },
) {
  const sts = new STSClient({ endpoint: ground.endpoint, region: 'us-east-1', credentials: none, maxAttempts: 1 });
  return sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ground.roleArn(role),
      RoleSessionName: 'contract',
      WebIdentityToken: token,
      DurationSeconds: seconds,
    }),
  );
}

const now = () => Math.floor(Date.now() / 1000);

const REFUSED: [string, Record<string, unknown>, { foreignKey?: boolean }?][] = [
  ['a token for another audience', { aud: 'elsewhere' }],
  ['a token without an audience', { aud: undefined }],
  ['an expired token', { exp: now() - 600, iat: now() - 900, nbf: now() - 900 }],
  ['a token that is not valid yet', { nbf: now() + 3_000, iat: now() + 3_000, exp: now() + 3_600 }],
  ['a token that another key signed', {}, { foreignKey: true }],
  ['a token of an issuer that is not a provider of the account', { iss: 'https://elsewhere.example' }],
  ['a token with another sub', { sub: 'repo:octo-org/shop:pull_request' }],
];

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const STS_SENTENCES: readonly Sentence<StsGround>[] = [
  {
    says: 'a token that the trust policy asks for gets a session of that role',
    holds: async (ground) => {
      const { Credentials, AssumedRoleUser } = await assume(ground, await ground.token(), { role: 'by-sub' });
      expect(Credentials?.SessionToken).toBeTruthy();
      expect(AssumedRoleUser?.Arn).toMatch(/:assumed-role\/by-sub\/contract$/);
    },
  },
  {
    says: 'the session is who it says it is',
    holds: async (ground) => {
      const { Credentials } = await assume(ground, await ground.token(), { role: 'by-sub' });
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
      const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
      const sts = new STSClient({ endpoint: ground.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
      expect(Arn).toMatch(/:assumed-role\/by-sub\/contract$/);
    },
  },
  {
    says: 'a wildcard in StringLike matches',
    holds: async (ground) => {
      const { Credentials } = await assume(ground, await ground.token(), { role: 'by-pattern' });
      expect(Credentials?.AccessKeyId).toBeTruthy();
    },
  },
  {
    says: 'a sub that the pattern of StringLike does not match is refused',
    holds: async (ground) => {
      const token = await ground.token({ sub: 'repo:elsewhere/shop:ref:refs/heads/main' });
      expect(await refusal(assume(ground, token, { role: 'by-pattern' }))).toMatchObject({ status: 403 });
    },
  },
  {
    says: 'a role that is not there is refused as if the trust policy did',
    holds: async (ground) => {
      expect(await refusal(assume(ground, await ground.token(), { role: 'not-there' }))).toMatchObject({ status: 403 });
    },
  },
  {
    says: 'a duration over the longest session of the role is refused',
    holds: async (ground) => {
      expect(await refusal(assume(ground, await ground.token(), { role: 'by-sub', seconds: 7_200 }))).toMatchObject({
        status: 400,
      });
    },
  },
  ...REFUSED.map(([what, claims, how]) => ({
    says: `${what} is refused`,
    holds: async (ground: StsGround) => {
      const { status } = await refusal(assume(ground, await ground.token(claims, how), { role: 'by-sub' }));
      expect([400, 403]).toContain(status);
    },
  })),
  {
    says: 'what is not a token is refused',
    holds: async (ground) => {
      const { status } = await refusal(assume(ground, 'not-a-token-at-all', { role: 'by-sub' }));
      expect([400, 403]).toContain(status);
    },
  },
];
