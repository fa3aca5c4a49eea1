import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ACTION as DECLARED } from '../../harness/action.ts';
import { gzipDockerSave, savedImage } from '../../harness/docker-archive.ts';
import { puller } from '../../harness/puller.ts';
import { scene as job, ROLE } from '../../harness/scene.ts';
import { read, s3As } from '../end-to-end/objects/scene.ts';
import {
  arn,
  bucket,
  oldSite,
  parameters,
  repository,
  role,
  SITE_ROLE,
  siteWorld,
  WEB_ROLE,
  webWorld,
} from '../examples/shop.ts';
import {
  ADMIN,
  DOCKER,
  imageFiles,
  made,
  NPM,
  OWNER,
  PUBLISHER,
  playScene,
  publisher,
  SAYS,
  type Scene,
} from '../examples/stands.ts';
import { ACTION, ROOT, readWorkflow, type Step, stepsOf } from '../examples/workflows.ts';

const PAGE = readFileSync(join(ROOT, 'docs/moving-over.md'), 'utf8');

/** Whole workflows in the shape of the peers' (NAME.before.yml), and what the page makes of them (NAME.after.yml). */
const MOVES: Readonly<Record<string, Scene>> = {
  ecs: {
    roles: {
      [role('publish')]: made({ Environment: 'production', ...WEB_ROLE }),
    },
    as: 'production',
    world: webWorld,
    files: imageFiles,
    tools: { docker: DOCKER },
    landed: async (sandbox, { steps }) => {
      expect(sandbox.serving.get('ecs:prod/web')).toContain(steps[0]!.result.outputs['image-digest']);
    },
  },
  site: {
    roles: publisher(SITE_ROLE),
    world: siteWorld,
    before: oldSite,
    tools: { npm: NPM },
    landed: async (sandbox) => {
      expect(await read(sandbox, OWNER, 'index.html')).toBe('<h1>Shop</h1>\n');
      expect(await read(sandbox, OWNER, 'assets/app.old.js')).toBe(404);
      const head = (Key: string) => s3As(sandbox, OWNER).send(new HeadObjectCommand({ Bucket: 'shop-site', Key }));
      expect((await head('index.html')).CacheControl).toBe('no-cache');
      expect((await head('assets/style.css')).CacheControl).toBe('public, max-age=31536000, immutable');
      expect(sandbox.log.of('cloudfront', 'CreateInvalidation')).not.toEqual([]);
    },
  },
  's3-sync-action': {
    roles: publisher(SITE_ROLE),
    world: siteWorld,
    before: async (sandbox) => {
      const put = (Key: string) =>
        s3As(sandbox, OWNER).send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'old' }));
      await Promise.all(['docs/old.html', 'elsewhere.html'].map(put));
    },
    tools: { npm: `${NPM}\nmkdir build/.well-known\necho contact > build/.well-known/security.txt` },
    landed: async (sandbox) => {
      expect(await read(sandbox, OWNER, 'docs/index.html')).toBe('<h1>Shop</h1>\n');
      expect(await read(sandbox, OWNER, 'docs/.well-known/security.txt')).toBe('contact\n');
      expect(await read(sandbox, OWNER, 'docs/old.html')).toBe(404);
      expect(await read(sandbox, OWNER, 'elsewhere.html')).toBe('old');
    },
  },
  parameters: {
    roles: publisher({
      Parameters: parameters('/shop/prod/*'),
      Secrets: arn('secretsmanager', 'secret:prod/webhook-??????'),
    }),
    files: async () => ({
      'migrate.sh': `${SAYS}test -n "$DB_URL"\necho "$LOG_LEVEL \${#WEBHOOK} \${AWS_SECRET_ACCESS_KEY:-no key}"\n`,
    }),
    landed: async (_, { runs }) => {
      expect(runs.at(-1)!.stdout).toBe('migrate.sh\ninfo 18 no key\n');
    },
  },
  kaniko: {
    roles: publisher({ EcrRepositories: repository('shop/web') }),
    world: webWorld,
    files: async () => ({
      Dockerfile: 'FROM scratch\n',
      '.built.tar': await gzipDockerSave(await savedImage(['system', 'application'])),
    }),
    tools: { executor: 'cp .built.tar image.tar' },
    landed: async (sandbox) => {
      const pulls = await puller(sandbox, { role: ADMIN });
      const [first, second] = [await pulls.pull('shop/web', '1.4.2'), await pulls.pull('shop/web', 'latest')];
      expect(first).toEqual(second);
    },
  },
  lambda: {
    roles: publisher({ Buckets: bucket('shop-bundles'), LambdaFunctions: arn('lambda', 'function:mailer') }),
    world: (world) => {
      world.buckets = { 'shop-bundles': { account: PUBLISHER, versioning: true } };
    },
    files: async () => ({ 'pack.sh': '#!/bin/bash\necho zip > mailer.zip\n' }),
    landed: async (sandbox, { steps }) => {
      expect(JSON.parse(steps[0]!.result.outputs.deployments ?? '[]')).toMatchObject([{ state: 'succeeded' }]);
      expect(sandbox.serving.get('lambda:mailer:live')).toBeTruthy();
    },
  },
};

/** Steps that publish nothing and stay as they are. */
const STAYS = /^(actions|docker)\//;

function peersOf(name: string): Step[] {
  const steps = stepsOf(readWorkflow(`__tests__/moving-over/${name}.before.yml`)).map(({ step }) => step);
  return steps.filter(({ uses = './' }) => !STAYS.test(uses));
}

describe.each(Object.keys(MOVES))('%s', (name) => {
  test('the page has whatever the workflow uses: each action, input, variable, command and option', () => {
    const used = peersOf(name).flatMap(({ uses = '', with: inputs = {}, run = '', env = {} }) => {
      const isAction = uses !== '';
      const commands =
        run.match(/\b(aws [\w-]+ [\w-]+|skopeo \w+|crane \w+|docker push|--(?!username|password-stdin)[\w-]+)/g) ?? [];
      const kept = isAction ? Object.keys(inputs).filter((input) => !(input in DECLARED.inputs)) : [];
      const variables = isAction ? Object.keys(env) : [];
      const known = /npm|pack|migrate/.test(run) ? [] : commands;
      return [uses.split('@')[0]!.split('/').at(-1)!, ...kept, ...variables, ...known].filter(Boolean);
    });
    expect(used.filter((word) => !PAGE.includes(word))).toEqual([]);
  });

  test('changing uses: alone is what the page promises, or ends before anything is sent', async () => {
    for (const { uses, with: inputs = {} } of peersOf(name)) {
      if (!uses || Object.keys(inputs).length === 0) continue;
      const { step, sandbox } = await job();
      const own = Object.entries(inputs).filter(([input]) => input in DECLARED.inputs);
      const others = Object.entries(inputs).filter(([input]) => !(input in DECLARED.inputs));
      const env = Object.fromEntries(others.map(([input, value]) => [`INPUT_${input.toUpperCase()}`, String(value)]));
      const given = Object.fromEntries(own.map(([input, value]) => [input, String(value)]));
      const { code, errors, exported } = await step({ 'role-to-assume': ROLE, ...given }, { env });
      if (others.length === 0)
        expect([uses, code, Object.keys(exported)]).toEqual([uses, 0, expect.arrayContaining(['AWS_ACCESS_KEY_ID'])]);
      else {
        expect([uses, code, exported, sandbox.log.entries]).toEqual([uses, 1, {}, []]);
        expect(errors.length).toBeGreaterThan(0);
      }
    }
  });

  test('what the page makes of it publishes the same', async () => {
    const outcome = await playScene(`__tests__/moving-over/${name}.after.yml`, MOVES[name]!);
    outcome.end();
    expect(outcome.steps.length).toBe(1);
  });
});

test('the workflows after the move are ours alone where they touch AWS', () => {
  for (const name of Object.keys(MOVES)) {
    const steps = stepsOf(readWorkflow(`__tests__/moving-over/${name}.after.yml`));
    const uses = steps.flatMap(({ step }) => step.uses ?? []).filter((it) => !STAYS.test(it));
    expect(uses.map((it) => ACTION.test(it))).toEqual([true]);
    expect(JSON.stringify(steps)).not.toMatch(/\baws [a-z]|skopeo|secrets\./);
  }
});
