import { startSandbox } from '../../sandbox/index.ts';
import { contract } from './contract.ts';
import { STS_SENTENCES, type StsGround } from './sts.ts';

const PROVIDER = 'token.actions.githubusercontent.com';
const ACCOUNT = '111122223333';

function trusting(condition: Record<string, Record<string, string>>) {
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${PROVIDER}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  };
  return { trust: { Version: '2012-10-17', Statement: [Statement] }, maxSessionSeconds: 3600 };
}

contract<StsGround>(STS_SENTENCES, {
  name: 'the sandbox',
  start: async () => {
    const roles = {
      'by-sub': trusting({ StringEquals: { [`${PROVIDER}:sub`]: 'repo:octo-org/shop:ref:refs/heads/main' } }),
      'by-pattern': trusting({ StringLike: { [`${PROVIDER}:sub`]: 'repo:octo-org/*' } }),
    };
    const sandbox = await startSandbox({ world: { accounts: { [ACCOUNT]: { roles } } } });
    let jobs = 0;
    return {
      endpoint: sandbox.url,
      roleArn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
      token: (claims = {}, { foreignKey = false } = {}) => {
        const job = `contract-${jobs++}`;
        sandbox.world.github.jobs[job] = {
          repository: 'octo-org/shop',
          // A claim that is left out is `null` in the world.
          claims: Object.fromEntries(
            Object.entries(claims).map(([name, value]) => [name, (value ?? null) as string | number | null]),
          ),
          ...(foreignKey ? { signedWith: 'other' as const } : {}),
        };
        return sandbox.token(job);
      },
      stop: sandbox.stop,
    };
  },
});
