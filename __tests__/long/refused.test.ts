import { expect, test } from '@jest/globals';
import { below, type Files, LayoutBuilder } from '../../harness/image.ts';
import { startJob } from '../../harness/runner.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { atMost } from '../../src/base/parallel.ts';
import { wrongIn } from '../setup/referee.ts';
import { PARTS, type Scenario, WHOLE } from './faults/step.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const LANES = 4;

interface Scene {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files?: () => Promise<Files>;
  readonly prepare?: Scenario['prepare'];
  readonly world?: SandboxOptions['world'];
}

const image = async (): Promise<Files> => {
  const layout = new LayoutBuilder();
  return below('image', layout.layout(await layout.image(['one', 'two'])));
};
const files =
  (...names: string[]) =>
  () =>
    Promise.resolve(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
const PREFERRED = { buckets: { 'shop-site': { ownership: 'BucketOwnerPreferred' } } } as never;
const REPLICATED = {
  buckets: {
    'shop-artifacts': {
      account: '111122223333',
      versioning: true,
      replication: { prefix: '', status: 'COMPLETED', afterSeconds: 0 },
    },
  },
} as never;

/** Every call that this action makes, in one of them. */
const SCENES: Readonly<Record<string, Scene>> = {
  'a whole step': { ...WHOLE, world: PREFERRED },
  'an upload in parts': { ...PARTS, world: PREFERRED },
  'a site with redirects': {
    inputs: {
      's3-upload': 'site => s3://shop-artifacts/',
      's3-redirects': '/old => /new',
      's3-tags': 'team=shop',
      'cloudfront-distribution': 'E2ARTIFACTS',
      'cloudfront-wait': 'true',
      'cloudfront-paths': '/*',
    },
    files: files('site/a.html', 'site/b.css'),
  },
  replication: {
    inputs: { 's3-upload': 'site => s3://shop-artifacts/', 's3-wait-for-replication': 'true' },
    files: files('site/a.html'),
    world: REPLICATED,
  },
  'a new repository': {
    inputs: {
      images: 'oci:image => brand/new:1',
      'ecr-create-repository': 'true',
      'ecr-repository-tags': 'team => shop',
    },
    files: image,
  },
  'a repository of a template': { inputs: { images: 'oci:image => brand/new:1' }, files: image },
  'layers of another repository': {
    inputs: { images: 'oci:image => shop:1', 'image-reuse-from': 'base' },
    files: image,
  },
  'ECR Public': {
    inputs: { images: 'oci:image => public.ecr.aws/shop/web:1', 'ecr-registries': 'public', 'retry-max-attempts': '1' },
    files: image,
  },
  parameters: {
    inputs: {
      'ssm-parameters': [
        '/shop/prod/',
        'KEY=/shop/prod/payment/api-key:live',
        'HOOK=secretsmanager:prod/webhook',
        'BANNER=arn:aws:ssm:eu-west-1:444455556666:parameter/site/shared/banner',
      ].join('\n'),
    },
  },
  'a chain': { inputs: { 'role-to-assume': `${ROLE}\narn:aws:iam::444455556666:role/deploy` } },
  'ECS after a migration': {
    inputs: {
      images: 'oci:image => shop:1',
      deploy: 'shop:1 => ecs:prod/web/web',
      'deploy-first': 'ecs:prod/web/web => rake db:migrate',
    },
    files: image,
  },
  'Lambda, an image': {
    inputs: { images: 'oci:image => shop:1', deploy: 'shop:1 => lambda:resize:live' },
    files: image,
  },
  'Lambda, a zip': {
    inputs: { 's3-upload': 'm.zip => s3://shop-artifacts/', deploy: 's3://shop-artifacts/m.zip => lambda:mailer:live' },
    files: files('m.zip'),
  },
  'an Auto Scaling group': { inputs: { deploy: 'template:7 => asg:web' } },
  CodeDeploy: {
    inputs: {
      's3-upload': 'w.zip => s3://shop-artifacts/',
      deploy: 's3://shop-artifacts/w.zip => codedeploy:shop/web',
    },
    files: files('w.zip'),
  },
};

/** A missing permission in the protocol of each service. */
const CODES: Readonly<Record<string, string>> = {
  s3: 'AccessDenied',
  sts: 'AccessDenied',
  cloudfront: 'AccessDenied',
  autoscaling: 'AccessDenied',
  ec2: 'UnauthorizedOperation',
  registry: 'DENIED',
};

async function run({ inputs, files, prepare, world }: Scene, fault?: Fault) {
  const sandbox = await startSandbox(world ? { world } : {});
  const job = startJob({ files: (await files?.()) ?? {}, env: sandbox.env(), secrets: sandbox.secrets });
  try {
    await prepare?.(sandbox);
    sandbox.log.clear();
    if (fault) sandbox.faults.add(fault);
    const result = await job.step({ 'role-to-assume': ROLE, 'retry-max-attempts': '2', ...inputs });
    return { ...result, calls: sandbox.log.entries.map(({ service, action }) => `${service} ${action}`) };
  } finally {
    job.end();
    await sandbox.stop();
  }
}

/** The policies in an error, each as it is to be copied. */
const policiesIn = (error: string) =>
  [...error.matchAll(/^ {7}\{\n[\s\S]+?^ {7}\}$/gm)].map(([text]) => JSON.parse(text.replaceAll(/^ {7}/gm, '')));

/** Policies of a role that is assumed name no role as the resource. */
const isTrust = ({ Statement }: { Statement: { Principal?: object }[] }) =>
  Statement.some(({ Principal }) => Principal);

test('every call that is refused says what to do: the whole policy to copy, or that it goes on without', async () => {
  const asked = new Set<string>();
  const wrong: string[] = [];
  for (const [name, scene] of Object.entries(SCENES)) {
    const { calls } = await run(scene);
    const fresh = [...new Set(calls)].filter((call) => !asked.has(call) || name === 'a whole step');
    for (const call of fresh) asked.add(call);
    await atMost(LANES, fresh, async (call) => {
      const [service = '', action = ''] = call.split(' ');
      const code = CODES[service] ?? 'AccessDeniedException';
      const { errors, code: exit } = await run(scene, { kind: 'status', service, action, status: 403, code });
      const say = (text: string) => wrong.push(`${name}: ${call}: ${text}`);
      if (exit === 0) return;
      if (errors.length === 0 || errors.some((error) => !error.includes('\n  Fix: ')))
        say(`no Fix: ${errors.join('\n')}`);
      // No policy gives GitHub's token, nor the answer to who one is.
      if (service === 'github' || action === 'GetCallerIdentity') return;
      for (const error of errors) {
        const policies = policiesIn(error);
        if (policies.length === 0) say(`no policy: ${error}`);
        for (const policy of policies) {
          const found = isTrust(policy) ? [] : await wrongIn(policy);
          if (found.length > 0) say(found.join(', '));
        }
      }
    });
  }
  expect(wrong).toEqual([]);
  expect(asked.size).toBeGreaterThan(55);
}, 400_000);
