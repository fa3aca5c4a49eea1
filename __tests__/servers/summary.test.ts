import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { marked } from 'marked';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { made, PUBLISHER, worldOf } from '../examples/stands.ts';
import { ROOT } from '../examples/workflows.ts';

/** The width of GitHub's page of a run, in which a summary is shown. */
const WIDTH = 1012;
const CHROMIUM = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'],
];

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-summary-'));
  const everything = made({
    EcrRepositories: `arn:aws:ecr:eu-west-1:${PUBLISHER}:repository/shop/web`,
    Buckets: 'arn:aws:s3:::shop-site',
    CloudFrontDistributions: `arn:aws:cloudfront::${PUBLISHER}:distribution/E2EXAMPLE1SHOP`,
    Parameters: `arn:aws:ssm:eu-west-1:${PUBLISHER}:parameter/shop/prod/*`,
    ParameterKmsKeys: `arn:aws:kms:eu-west-1:${PUBLISHER}:key/*`,
  });
  sandbox = await startSandbox(
    worldOf({
      roles: { [`arn:aws:iam::${PUBLISHER}:role/publish`]: everything },
      world: (world) => {
        world.ecr = { [PUBLISHER]: { 'eu-west-1': { repositories: { 'shop/web': {} } } } };
        world.distributions = { E2EXAMPLE1SHOP: { account: PUBLISHER, bucket: 'shop-site', identity: 'oac' } };
      },
      landed: async () => {},
    }),
  );
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

const INPUTS = {
  'aws-region': 'eu-west-1',
  'role-to-assume': `arn:aws:iam::${PUBLISHER}:role/publish`,
  images: 'oci-archive:image.tar => shop/web:v1.2.0, shop/web:latest',
  's3-upload': 'site => s3://shop-site/',
  'cloudfront-distribution': 'E2EXAMPLE1SHOP',
  'ssm-parameters':
    '/shop/prod/db-url\nAPI_KEY=/shop/prod/payment/api-key:live\n/shop/prod/log-level\nFLAGS?=/shop/prod/flags',
};

/** The summary of the step of the README with other inputs; hosts as AWS has them. */
async function summaryOf(inputs: Record<string, string>, files = 9): Promise<string> {
  const layout = new LayoutBuilder();
  const image = await tarOf(layout.layout(await layout.image(['system', 'application'])));
  const assets = Array.from({ length: files }, (_, at) => [
    `site/assets/chunk-${at}.3f9a1c.js`,
    `console.log(${at})\n`,
  ]);
  const job = startJob({
    env: sandbox.env(),
    files: { 'image.tar': image, 'site/index.html': '<h1>Shop</h1>\n', ...Object.fromEntries(assets) },
  });
  const { summary } = await job.step({ ...INPUTS, ...inputs });
  job.end();
  return summary
    .replaceAll(/Asked: 127\.0\.0\.1:\d+/g, 'Asked: sts.eu-west-1.amazonaws.com')
    .replaceAll(/127\.0\.0\.1:\d+/g, `${PUBLISHER}.dkr.ecr.eu-west-1.amazonaws.com`);
}

interface Look {
  readonly width: number;
  readonly dark: boolean;
}

/** As GitHub shows it: its style sheet, its width. The title tells what a browser measured. */
async function page(summary: string, { width, dark }: Look): Promise<string> {
  const sheet = `node_modules/github-markdown-css/github-markdown-${dark ? 'dark' : 'light'}.css`;
  const style = readFileSync(join(ROOT, sheet), 'utf8');
  const body = await marked.parse(summary, { gfm: true });
  const measure = `document.title = JSON.stringify({
    width: document.querySelector('main').scrollWidth,
    headings: [...document.querySelectorAll('h2, h3')].map((it) => it.textContent),
    literal: /\\*\\*|\\| ---|&lt;code/.test(document.body.innerText),
  })`;
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${style}
    body { margin: 0; background: ${dark ? '#0d1117' : '#fff'} } main { width: ${width - 48}px; padding: 24px; overflow: hidden }</style>
    <main class="markdown-body">${body}</main><script>${measure}</script>`;
}

function chromium(...args: string[]): string {
  const profile = mkdtempSync(join(folder, 'profile-'));
  const { status, stdout, stderr } = spawnSync('chromium', [...CHROMIUM, `--user-data-dir=${profile}`, ...args], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  if (status !== 0) throw new Error(`chromium ended with ${status}: ${stderr.slice(-500)}`);
  return stdout;
}

const here = spawnSync('chromium', ['--version']).status === 0 ? test : test.skip;
const JOBS = ['Parameters (SSM)', 'Objects (S3)', 'Images (ECR)'];

here.each<[string, Record<string, string>, string[], number]>([
  ['dry-run', { 'dry-run': 'true' }, ['🔎 Keyless AWS: dry run', ...JOBS], 9],
  ['success', {}, ['✅ Keyless AWS', ...JOBS], 9],
  ['huge', { 's3-upload': 'site => s3://shop-site/huge/' }, ['✅ Keyless AWS', ...JOBS], 2_000],
  ['failed-inputs', { 's3-acl': 'all', images: 'image.tar shop' }, ['❌ Keyless AWS failed', 'The problems'], 9],
  [
    'failed-sign-in',
    { 'role-to-assume': `arn:aws:iam::${PUBLISHER}:role/runner` },
    ['❌ Keyless AWS failed', 'The problem'],
    9,
  ],
  ['failed-plan', { 'ssm-parameters': '/elsewhere/secret' }, ['❌ Keyless AWS failed', 'The problem'], 9],
  [
    'failed-apply',
    { 's3-upload': 'site => s3://shop-site/new/' },
    ['❌ Keyless AWS failed', 'The problem', ...JOBS],
    9,
  ],
])(
  '%s, in a browser, light, dark and on a phone: inside the page, and nothing left as markdown',
  async (name, inputs, headings, files) => {
    if (name === 'failed-apply')
      sandbox.faults.add({ kind: 'status', service: 's3', action: 'PutObject', status: 403, code: 'AccessDenied' });
    const summary = await summaryOf(inputs, files);
    sandbox.faults.clear();
    for (const look of [
      { width: WIDTH, dark: false },
      { width: WIDTH, dark: true },
      { width: 390, dark: false },
    ]) {
      const file = join(folder, 'summary.html');
      writeFileSync(file, await page(summary, look));
      const title = /<title>(.*?)<\/title>/.exec(chromium('--dump-dom', `file://${file}`))?.[1] ?? '{}';
      expect(JSON.parse(title.replaceAll('&amp;', '&'))).toEqual({ width: look.width, headings, literal: false });
      const picture = join(folder, 'summary.png');
      const height = look.width === 390 ? 1_400 : name === 'dry-run' ? 1_000 : 820;
      chromium(`--screenshot=${picture}`, `--window-size=${look.width},${height}`, `file://${file}`);
      expect(readFileSync(picture).length).toBeGreaterThan(10_000);
      // The pictures of the documentation: `KEYLESS_PICTURES=FOLDER npm run test:servers -- summary`.
      const target = process.env.KEYLESS_PICTURES;
      if (target) copyFileSync(picture, join(target, `${name}-${look.width}-${look.dark ? 'dark' : 'light'}.png`));
    }
  },
);
