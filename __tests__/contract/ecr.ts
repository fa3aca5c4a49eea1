import { DescribeRepositoriesCommand, type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { expect } from '@jest/globals';
import { refusal, type Sentence } from './contract.ts';

/** An account with the repository `contract`. */
export interface EcrGround {
  readonly ecr: ECRClient;
  readonly accountId: string;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export const ECR_SENTENCES: readonly Sentence<EcrGround>[] = [
  {
    says: 'the token is base64 of AWS:PASSWORD, for the registry at proxyEndpoint',
    holds: async ({ ecr }) => {
      const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
      const { authorizationToken = '', proxyEndpoint = '' } = authorizationData?.[0] ?? {};
      expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:.+/);
      expect(proxyEndpoint).toMatch(/^https?:\/\//);
    },
  },
  {
    says: 'the token is good for hours',
    holds: async ({ ecr }) => {
      const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
      expect(authorizationData?.[0]?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 11 * 3_600_000);
    },
  },
  {
    says: 'a repository is described with its mutability',
    holds: async ({ ecr, accountId }) => {
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['contract'] }));
      expect(repositories?.[0]).toMatchObject({ registryId: accountId, imageTagMutability: 'MUTABLE' });
    },
  },
  {
    says: 'a missing repository is RepositoryNotFoundException',
    holds: async ({ ecr }) => {
      const missing = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['not-there'] }));
      expect(await refusal(missing)).toEqual({ name: 'RepositoryNotFoundException', status: 400 });
    },
  },
];
