import { join } from 'node:path';
import { ROOT } from '../../../harness/action.ts';
import { KEY_LINES } from '../../../harness/identity.ts';
import { below, type Files, LayoutBuilder } from '../../../harness/image.ts';
import type { Sandbox } from '../../../sandbox/index.ts';
import type { Scenario } from './step.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const DEPLOY = 'arn:aws:iam::444455556666:role/deploy';
const READ = { 'ssm-parameters': 'BANNER=/site/shared/banner' };

/** A step that signs in as what the machine is, goes on to another account's role, and reads there. */
function machine(more: Partial<Scenario>): Scenario {
  return {
    inputs: { 'role-to-assume': DEPLOY, 'credentials-source': 'ambient', ...READ },
    files: async () => ({}),
    as: 'no-permission',
    look: async (_sandbox, { exported }) => found(exported, { BANNER: 'banner-4f2a9d' }),
    ...more,
  };
}

function found(exported: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>) {
  const wrong = Object.keys(expected).filter((name) => exported[name] !== expected[name]);
  return {
    parameters: {
      touched: Object.keys(exported).length > 0,
      wrong: wrong.map((name) => `${name} is not what it should be`),
    },
  };
}

const KEYHOLDER = `[ci]\n${KEY_LINES}`;

const SECRETS = {
  HOOK: 'whsec-7b1f5e0a9c3d',
  LEVEL: 'info',
} as const;

/** Ways to sign in, and services, that a whole step (step.ts) has no call of. */
export const MACHINES: Readonly<Record<string, Scenario>> = {
  'an EC2 instance and a chain': machine({ env: () => ({ AWS_EC2_METADATA_DISABLED: 'false' }) }),
  'a container and a chain': machine({ env: (sandbox) => sandbox.containerEnv() }),
  'a profile and a chain': machine({
    env: () => ({ AWS_PROFILE: 'ci', AWS_SHARED_CREDENTIALS_FILE: 'credentials' }),
    files: async () => ({ credentials: Buffer.from(KEYHOLDER) }),
  }),
  'a web identity token file (IRSA) and a secret': {
    inputs: {
      'role-to-assume': ROLE,
      'ssm-parameters': 'HOOK=/aws/reference/secretsmanager/prod/webhook\nLEVEL=/shop/prod/log-level',
    },
    as: 'no-permission',
    env: () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: 'token' }),
    files: async (sandbox) => ({ token: Buffer.from(await sandbox.token('publish')) }),
    look: async (_sandbox, { exported }) => found(exported, SECRETS),
  },
  'ECR Public': {
    inputs: {
      'role-to-assume': ROLE,
      images: 'oci:image => public.ecr.aws/octo/shop:1',
      'ecr-create-repository': 'true',
    },
    files: image,
    env: (sandbox) => ({
      NODE_OPTIONS: `--require ${join(ROOT, 'harness/public-registry.cjs')}`,
      PUBLIC_REGISTRY: sandbox.registries.get('public/us-east-1')!.world.endpoint!,
    }),
    look: async ({ registries }) => {
      const { repositories } = registries.get('public/us-east-1')!;
      const shop = repositories.get('octo/shop');
      const digest = shop?.tags.get('1');
      const isThere = digest !== undefined && shop?.manifests.has(digest) === true;
      return { images: { touched: isThere, wrong: isThere ? [] : ['public.ecr.aws/octo/shop:1 is not there'] } };
    },
  },
};

async function image(_sandbox: Sandbox): Promise<Files> {
  const layout = new LayoutBuilder();
  return below('image', layout.layout(await layout.image(['one layer'], { compressed: false })));
}
