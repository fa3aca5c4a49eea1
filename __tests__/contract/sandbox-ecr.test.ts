import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { startSandbox } from '../../sandbox/index.ts';
import { contract } from './contract.ts';
import { ECR_SENTENCES, type EcrGround } from './ecr.ts';
import { REGISTRY_SENTENCES, type RegistryGround } from './registry.ts';

const ACCOUNT = '111122223333';

async function start() {
  const sandbox = await startSandbox({
    world: { ecr: { [ACCOUNT]: { 'eu-west-1': { repositories: { contract: {} } } } } },
  });
  const credentials = sandbox.signInAs(`arn:aws:iam::${ACCOUNT}:role/publish`);
  const ecr = new ECRClient({ endpoint: sandbox.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  return { ecr, accountId: ACCOUNT, stop: sandbox.stop };
}

contract<EcrGround>(ECR_SENTENCES, { name: 'the sandbox (ECR)', start });

contract<RegistryGround>(REGISTRY_SENTENCES, {
  name: 'the sandbox (registry)',
  start: async () => {
    const { ecr, stop } = await start();
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const { proxyEndpoint: url = '', authorizationToken } = authorizationData?.[0] ?? {};
    return { url, repository: 'contract', authorization: `Basic ${authorizationToken}`, stop };
  },
});
