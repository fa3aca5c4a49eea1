import { SSMClient } from '@aws-sdk/client-ssm';
import { startSandbox } from '../../sandbox/index.ts';
import { contract } from './contract.ts';
import { SSM_SENTENCES, type SsmGround } from './ssm.ts';

const ACCOUNT = '111122223333';

contract<SsmGround>(SSM_SENTENCES, {
  name: 'the sandbox',
  start: async () => {
    const many = Array.from({ length: 25 }, (_, n) => [`/contract/many/${String(n).padStart(2, '0')}`, 'n']);
    const parameters = {
      '/contract/a': { versions: ['one', 'two'], labels: { live: 1 } },
      '/contract/secret': { type: 'SecureString', value: 'hidden' },
      ...Object.fromEntries(many),
    };
    const sandbox = await startSandbox({ world: { parameters: { [ACCOUNT]: parameters } } });
    const credentials = sandbox.signInAs(`arn:aws:iam::${ACCOUNT}:role/publish`);
    return {
      ssm: new SSMClient({ endpoint: sandbox.url, region: 'eu-west-1', credentials, maxAttempts: 1 }),
      stop: sandbox.stop,
    };
  },
});
