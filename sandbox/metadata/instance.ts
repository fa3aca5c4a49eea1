import { randomBytes } from 'node:crypto';
import { findRole, roleArn, sessionOf, uniqueId } from '../iam/identities.ts';
import { type Answer, AwsError, type Core, type Service } from '../service.ts';

const SESSION_SECONDS = 6 * 3600;

/**
 * EC2's metadata service, version 2: a token first. It names the *role* under security-credentials, and the instance profile
 * only in `iam/info`. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function makeInstanceMetadata(core: Core): Service {
  const tokens = new Set<string>();
  return {
    name: 'imds',
    protocol: 'plain',
    unsigned: 'allowed',
    actionOf: ({ method, path }) => {
      if (path === '/latest/api/token') return method === 'PUT' ? 'PutToken' : undefined;
      return method === 'GET' ? 'GetMetadata' : undefined;
    },
    handle: ({ action, path, headers }) => {
      const { instance } = core.world;
      if (!instance) throw new AwsError('NotFound', 404, 'this machine is not an EC2 instance');
      if (action === 'PutToken') {
        if (!headers['x-aws-ec2-metadata-token-ttl-seconds']) throw new AwsError('BadRequest', 400, 'Bad Request');
        const token = randomBytes(40).toString('base64url');
        tokens.add(token);
        return { headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }, body: token };
      }
      if (!tokens.has(String(headers['x-aws-ec2-metadata-token'])))
        throw new AwsError('Unauthorized', 401, 'Unauthorized');
      return metadata(core, instance, path);
    },
  };
}

function metadata(core: Core, instance: { id: string; account: string; profile: string }, path: string): Answer {
  const { account, profile, id } = instance;
  const roleName = core.world.accounts[account]?.instanceProfiles?.[profile] ?? '';
  const role = findRole(core.world, roleArn(core.world, account, roleName));
  const values: Record<string, () => string> = {
    '/latest/meta-data/instance-id': () => id,
    '/latest/meta-data/placement/region': () => core.world.region,
    '/latest/dynamic/instance-identity/document': () =>
      JSON.stringify({ accountId: account, instanceId: id, region: core.world.region }),
  };
  if (role) {
    const arn = `arn:${role.partition}:iam::${account}:instance-profile/${profile}`;
    values['/latest/meta-data/iam/info'] = () =>
      JSON.stringify({ Code: 'Success', InstanceProfileArn: arn, InstanceProfileId: uniqueId('AIPA', arn) });
    values['/latest/meta-data/iam/security-credentials/'] = () => role.name;
    values[`/latest/meta-data/iam/security-credentials/${role.name}`] = () => {
      const minted = core.keys.mint(sessionOf(role, id), SESSION_SECONDS);
      return JSON.stringify({
        Code: 'Success',
        Type: 'AWS-HMAC',
        LastUpdated: new Date(core.clock.now()).toISOString(),
        AccessKeyId: minted.accessKeyId,
        SecretAccessKey: minted.secretAccessKey,
        Token: minted.sessionToken,
        Expiration: new Date(minted.expires).toISOString(),
      });
    };
  }
  const value = values[path] ?? values[`${path}/`];
  if (!value) throw new AwsError('NotFound', 404, 'Not Found');
  return { headers: { 'content-type': 'text/plain' }, body: value() };
}
