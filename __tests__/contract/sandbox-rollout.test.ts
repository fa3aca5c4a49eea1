import { startSandbox } from '../../sandbox/index.ts';
import { contract } from './contract.ts';
import { ROLLOUT_SENTENCES, type RolloutGround, rolloutApis } from './rollout.ts';

const ACCOUNT = '111122223333';

contract<RolloutGround>(ROLLOUT_SENTENCES, {
  name: 'the sandbox',
  start: async () => {
    const definition = { family: 'contract', containerDefinitions: [{ name: 'web', image: 'nginx:1', memory: 64 }] };
    const sandbox = await startSandbox({
      world: {
        ecs: { [ACCOUNT]: { contract: { web: { definition } } } },
        lambda: { [ACCOUNT]: { contract: { package: 'Zip', aliases: { live: '1' } } } },
        autoscaling: { [ACCOUNT]: { contract: { template: '1', versions: 2, instances: 1 } } },
        codedeploy: { [ACCOUNT]: { contract: { web: { instances: 1 } } } },
      },
    });
    const keys = sandbox.signInAs(`arn:aws:iam::${ACCOUNT}:role/publish`);
    const apis = rolloutApis(sandbox.url, 'eu-west-1', keys);
    return {
      ...apis,
      stop: () => {
        apis.close();
        return sandbox.stop();
      },
    };
  },
});
