import { findRole, roleArn, sessionOf } from '../iam/identities.ts';
import { AwsError, type Core, type Service } from '../service.ts';

const SESSION_SECONDS = 6 * 3600;

/**
 * The endpoint of ECS and of EKS Pod Identity, below `/container/`.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function makeContainerCredentials(core: Core, authorization: string): Service {
  return {
    name: 'container',
    protocol: 'plain',
    unsigned: 'allowed',
    actionOf: ({ path }) => (path === '/container/v1/credentials' ? 'GetCredentials' : undefined),
    handle: ({ headers }) => {
      const { container } = core.world;
      const role = container && findRole(core.world, roleArn(core.world, container.account, container.role));
      if (!role) throw new AwsError('NotFound', 404, 'this machine has no container role');
      if (headers.authorization !== authorization) throw new AwsError('AccessDenied', 401, 'Unauthorized');
      const minted = core.keys.mint(sessionOf(role, 'eks-cluster-runner-pod'), SESSION_SECONDS);
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          RoleArn: role.arn,
          AccessKeyId: minted.accessKeyId,
          SecretAccessKey: minted.secretAccessKey,
          Token: minted.sessionToken,
          AccountId: role.account,
          Expiration: new Date(minted.expires).toISOString(),
        }),
      };
    },
  };
}
