import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { type FaultProxy, type Injection, startFaultProxy } from '../../../harness/faults/proxy.ts';
import { below, digestOf, type Files, LayoutBuilder, OCI_MANIFEST } from '../../../harness/image.ts';
import { puller } from '../../../harness/puller.ts';
import { type StepResult, startJob } from '../../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import { s3As } from '../../end-to-end/objects/scene.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const OWNER = 'arn:aws:iam::444455556666:role/owner';
const LARGE = Buffer.alloc((16 << 20) + 1, 'film');

/** One run of a step with faults, and what its consumers find afterwards. */
export interface Outcome {
  readonly result: StepResult;
  readonly proxy: Pick<FaultProxy, 'calls' | 'strayed'>;
  readonly injected: number;
  /** Whether it ended by itself. */
  readonly ended: boolean;
  /** What is not as the inputs say, by job; nothing when all of it is. */
  readonly wrong: Readonly<Record<string, readonly string[]>>;
  /** What was changed, by job. */
  readonly touched: readonly string[];
}

/** A step of which every call may be broken. */
export interface Scenario {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: (sandbox: Sandbox) => Promise<Files>;
  /** The job of the world that runs; the first one when left out. */
  readonly as?: string;
  /** What else is in its environment; the sandbox's address in it becomes that of the proxy. */
  readonly env?: (sandbox: Sandbox) => Readonly<Record<string, string>>;
  /** What there is before. */
  readonly prepare?: (sandbox: Sandbox) => Promise<void>;
  /** What the consumers find, by job: whether it was changed, and what is wrong with it. */
  readonly look: (sandbox: Sandbox, result: StepResult) => Promise<Readonly<Record<string, Found>>>;
}

interface Found {
  readonly touched: boolean;
  readonly wrong: readonly string[];
}

/** A step that has not ended after so long is taken for one that never will. */
const NEVER_MS = 200_000;

export async function runWithFaults(
  scenario: Scenario,
  injections: readonly Injection[],
  more: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const sandbox = await startSandbox({
    world: { buckets: { 'shop-site': { ownership: 'BucketOwnerPreferred' } } } as never,
  });
  const job = startJob({ files: await scenario.files(sandbox), secrets: sandbox.secrets });
  const proxy = await startFaultProxy(sandbox.url, injections);
  let ended = true;
  try {
    await scenario.prepare?.(sandbox);
    const result = await job.step(
      { ...scenario.inputs, ...more },
      {
        env: await throughProxy(proxy, sandbox.url, { ...sandbox.env(scenario.as), ...scenario.env?.(sandbox) }),
        started: (child) => {
          const timer = setTimeout(() => {
            ended = false;
            child.kill('SIGKILL');
          }, NEVER_MS);
          timer.unref();
        },
      },
    );
    const found = await scenario.look(sandbox, result);
    const entries = Object.entries(found);
    return {
      result,
      proxy,
      injected: proxy.injected(),
      ended,
      wrong: Object.fromEntries(
        entries.filter(([, { wrong }]) => wrong.length > 0).map(([name, { wrong }]) => [name, wrong]),
      ),
      touched: entries.filter(([, { touched }]) => touched).map(([name]) => name),
    };
  } finally {
    proxy.stop();
    job.end();
    await sandbox.stop();
  }
}

/** An environment whose addresses are those of the proxy; the registries of the sandbox have ports of their own. */
async function throughProxy(proxy: FaultProxy, sandbox: string, env: Readonly<Record<string, string>>) {
  const through = Object.entries(env).map(async ([name, value]) => [
    name,
    /^http:\/\/127\.0\.0\.1:\d+$/.test(value) && value !== sandbox
      ? await proxy.through(value)
      : value.replaceAll(sandbox, proxy.url),
  ]);
  return Object.fromEntries(await Promise.all(through)) as Record<string, string>;
}

const SITE: Readonly<Record<string, string>> = {
  'index.html': '<h1>Shop, second edition</h1>\n',
  'app.4f2a.js': 'console.log("shop");\n',
  'same.css': 'h1 { color: teal }\n',
  'kept.txt': 'all rights reserved\n',
};

/** All jobs of the action at once, with most of what they can do. */
export const WHOLE = {
  inputs: {
    'role-to-assume': ROLE,
    images: 'oci:image => shop:1',
    's3-upload': 'site => s3://shop-site\nassets => s3://shop-artifacts',
    's3-content-type': '*.css => text/css; charset=utf-8',
    's3-delete': 'true',
    's3-max-delete': '100%',
    's3-fix-acl': 'true',
    'cloudfront-distribution': 'E2ARTIFACTS',
    'ssm-parameters':
      '/shop/prod/db-url\nLEVEL=/shop/prod/log-level\nABSENT?=/shop/prod/none\nMODE=/shop/prod/mode ?? quiet\nPAY_*=/shop/prod/payment/',
    deploy: 'shop:1 => ecs:prod/web/web',
  },
  files: async () => {
    const layout = new LayoutBuilder();
    const image = await layout.image(['one layer', 'and another'], { compressed: false });
    const site = Object.entries(SITE).map(([name, text]): [string, Buffer] => [`site/${name}`, Buffer.from(text)]);
    return {
      ...Object.fromEntries(site),
      'assets/page.html': Buffer.from('<p>second'),
      ...below('image', layout.layout(image)),
    };
  },
  prepare: async (sandbox) => {
    const put = (role: string, address: string, object: Pick<PutObjectCommandInput, 'Body' | 'ContentType'>) =>
      s3As(sandbox, role).send(new PutObjectCommand({ ContentType: 'text/html', ...object, ...placeOf(address) }));
    await put(ROLE, 'shop-site/index.html', { Body: '<h1>Shop</h1>\n' });
    await put(ROLE, 'shop-site/same.css', { Body: SITE['same.css']!, ContentType: 'text/plain' });
    await put(ROLE, 'shop-site/kept.txt', { Body: SITE['kept.txt']!, ContentType: 'text/plain; charset=utf-8' });
    await put(OWNER, 'shop-site/old.js', { Body: 'old' });
    await put(ROLE, 'shop-artifacts/page.html', { Body: '<p>first' });
    await plantOldImage(sandbox);
    sandbox.log.clear();
  },
  look: async (sandbox, result) => ({
    objects: await objectsOf(sandbox),
    images: await imagesOf(sandbox),
    parameters: parametersOf(result),
    deploy: deployOf(sandbox),
  }),
} satisfies Scenario;

/** One file in parts, and an object that its bucket's owner is given. */
export const PARTS = {
  inputs: { 'role-to-assume': ROLE, 's3-upload': 'large => s3://shop-site', 's3-fix-acl': 'true' },
  files: async () => ({ 'large/film': LARGE }),
  prepare: async (sandbox) => {
    await s3As(sandbox, ROLE).send(new PutObjectCommand({ Bucket: 'shop-site', Key: 'stray', Body: 'stray' }));
  },
  look: async (sandbox) => {
    const film = await bytesOf(sandbox, 'shop-site/film');
    const stray = await bytesOf(sandbox, 'shop-site/stray');
    const wrong = [
      ...(film?.equals(LARGE) ? [] : ['film is not what it should be']),
      ...(stray === undefined ? ['stray cannot be read by the owner of the bucket'] : []),
    ];
    return { objects: { touched: film !== undefined, wrong } };
  },
} satisfies Scenario;

/** Of BUCKET/KEY. */
function placeOf(address: string): { Bucket: string; Key: string } {
  const [Bucket = '', ...key] = address.split('/');
  return { Bucket, Key: key.join('/') };
}

/** Nothing of what is not there, or may not be read. */
async function read(sandbox: Sandbox, role: string, address: string) {
  try {
    const { Body, ContentType } = await s3As(sandbox, role).send(new GetObjectCommand(placeOf(address)));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), type: ContentType };
  } catch {
    return undefined;
  }
}

async function bytesOf(sandbox: Sandbox, address: string): Promise<Buffer | undefined> {
  return (await read(sandbox, OWNER, address))?.bytes;
}

async function objectsOf(sandbox: Sandbox): Promise<Found> {
  // The site's owner cannot read what was there before without an ACL.
  const expected: [address: string, now: string | undefined, before: string | undefined][] = [
    ['shop-site/index.html', `text/html; charset=utf-8|${SITE['index.html']}`, undefined],
    ['shop-site/app.4f2a.js', `text/javascript; charset=utf-8|${SITE['app.4f2a.js']}`, undefined],
    ['shop-site/same.css', `text/css; charset=utf-8|${SITE['same.css']}`, undefined],
    ['shop-site/kept.txt', `text/plain; charset=utf-8|${SITE['kept.txt']}`, undefined],
    ['shop-site/old.js', undefined, 'text/html|old'],
    ['shop-artifacts/page.html', 'text/html; charset=utf-8|<p>second', 'text/html|<p>first'],
  ];
  const wrong: string[] = [];
  let touched = false;
  for (const [address, now, before] of expected) {
    const there = await read(sandbox, address.startsWith('shop-site/') ? OWNER : ROLE, address);
    const found = there && `${there.type}|${there.bytes}`;
    if (found !== now) wrong.push(`s3://${address} is ${found}`);
    if (found !== before) touched = true;
  }
  if (!sandbox.log.of('cloudfront').some(({ status }) => status === 201)) wrong.push('nothing was invalidated');
  return { touched, wrong };
}

async function imagesOf(sandbox: Sandbox): Promise<Found> {
  const pulls = await puller(sandbox);
  const digest = await pulls.digest('shop', '1');
  if (!digest || digest === OLD_DIGEST) return { touched: false, wrong: ['shop:1 is the old image'] };
  try {
    await pulls.pull('shop', '1');
    return { touched: true, wrong: [] };
  } catch (thrown) {
    return { touched: true, wrong: [String(thrown)] };
  }
}

const OLD_CONFIG = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf('old')] } }),
);
const OLD_LAYER = Buffer.from('old layer');
const OLD = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(OLD_CONFIG),
      size: OLD_CONFIG.length,
    },
    layers: [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(OLD_LAYER), size: OLD_LAYER.length },
    ],
  }),
);
const OLD_DIGEST = digestOf(OLD);

/** The tag has another image before. */
async function plantOldImage(sandbox: Sandbox): Promise<void> {
  await puller(sandbox);
  const { blobs, manifests, tags } = sandbox.registries.get('111122223333/eu-west-1')!.repositories.get('shop')!;
  for (const blob of [OLD_CONFIG, OLD_LAYER]) blobs.set(digestOf(blob), blob);
  manifests.set(OLD_DIGEST, { bytes: OLD, mediaType: OCI_MANIFEST });
  tags.set('1', OLD_DIGEST);
}

function parametersOf({ exported }: StepResult): Found {
  const expected: Record<string, string | undefined> = {
    DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop',
    LEVEL: 'info',
    ABSENT: undefined,
    MODE: 'quiet',
    PAY_API_KEY: 'pk-live-0c4be8f1d27a4e6b',
    PAY_ENDPOINT: 'https://pay.example.com/v2',
  };
  const wrong = Object.entries(expected).flatMap(([name, value]) =>
    exported[name] === value ? [] : [`${name} is not what it should be`],
  );
  return { touched: Object.keys(exported).length > 0, wrong };
}

function deployOf({ serving }: Sandbox): Found {
  const images = serving.get('ecs:prod/web') ?? '';
  const isNew = images.includes('/shop@sha256:');
  return { touched: isNew, wrong: isNew ? [] : [`web runs ${images}`] };
}
