import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { marked } from 'marked';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { startJob } from '../../harness/runner.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { made, PUBLISHER, worldOf } from '../examples/stands.ts';
import { ROOT } from '../examples/workflows.ts';

/** The width of GitHub's page of a run, in which a summary is shown. */
const WIDTH = 1012;
const CHROMIUM = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'],
];

let folder: string;
let summary: string;

/** The step of the README, with all jobs. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-summary-'));
  const everything = made({
    EcrRepositories: `arn:aws:ecr:eu-west-1:${PUBLISHER}:repository/shop/web`,
    Buckets: 'arn:aws:s3:::shop-site',
    CloudFrontDistributions: `arn:aws:cloudfront::${PUBLISHER}:distribution/E2EXAMPLE1SHOP`,
    Parameters: `arn:aws:ssm:eu-west-1:${PUBLISHER}:parameter/shop/prod/*`,
    ParameterKmsKeys: `arn:aws:kms:eu-west-1:${PUBLISHER}:key/*`,
  });
  const sandbox = await startSandbox(
    worldOf({
      roles: { [`arn:aws:iam::${PUBLISHER}:role/publish`]: everything },
      world: (world) => {
        world.ecr = { [PUBLISHER]: { 'eu-west-1': { repositories: { 'shop/web': {} } } } };
        world.distributions = { E2EXAMPLE1SHOP: { account: PUBLISHER, bucket: 'shop-site', identity: 'oac' } };
      },
      landed: async () => {},
    }),
  );
  const layout = new LayoutBuilder();
  const image = await tarOf(layout.layout(await layout.image(['system', 'application'])));
  const assets = Array.from({ length: 9 }, (_, at) => [`site/assets/chunk-${at}.3f9a1c.js`, `console.log(${at})\n`]);
  const job = startJob({
    env: sandbox.env(),
    files: { 'image.tar': image, 'site/index.html': '<h1>Shop</h1>\n', ...Object.fromEntries(assets) },
  });
  const result = await job.step({
    'aws-region': 'eu-west-1',
    'role-to-assume': `arn:aws:iam::${PUBLISHER}:role/publish`,
    images: 'oci-archive:image.tar => shop/web:v1.2.0, shop/web:latest',
    's3-upload': 'site => s3://shop-site/',
    'cloudfront-distribution': 'E2EXAMPLE1SHOP',
    'ssm-parameters':
      '/shop/prod/db-url\nAPI_KEY=/shop/prod/payment/api-key:live\n/shop/prod/log-level\nFLAGS?=/shop/prod/flags',
  });
  job.end();
  await sandbox.stop();
  expect(result.errors).toEqual([]);
  summary = result.summary;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As GitHub shows it: its style sheet, its width. The title tells what a browser measured. */
async function page(): Promise<string> {
  const style = readFileSync(join(ROOT, 'node_modules/github-markdown-css/github-markdown-light.css'), 'utf8');
  const body = await marked.parse(summary, { gfm: true });
  const measure = `document.title = JSON.stringify({
    width: document.querySelector('main').scrollWidth,
    clipped: [...document.querySelectorAll('table')].filter((it) => it.scrollWidth > it.clientWidth).length,
    tables: document.querySelectorAll('table').length,
    headings: [...document.querySelectorAll('h2, h3')].map((it) => it.textContent),
    literal: /\\*\\*|\\| ---|&lt;code/.test(document.body.innerText),
  })`;
  return `<!doctype html><meta charset="utf-8"><style>${style}
    body { margin: 0; background: #fff } main { width: ${WIDTH - 48}px; padding: 24px; overflow: hidden }</style>
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

here('the summary, in a browser: every table is whole and inside the page, nothing is left as markdown', async () => {
  const file = join(folder, 'summary.html');
  writeFileSync(file, await page());
  const title = /<title>(.*?)<\/title>/.exec(chromium('--dump-dom', `file://${file}`))?.[1] ?? '{}';
  expect(JSON.parse(title.replaceAll('&amp;', '&'))).toEqual({
    width: WIDTH,
    clipped: 0,
    tables: 3,
    headings: ['Keyless AWS', 'Parameters (SSM)', 'Objects (S3)', 'Images (ECR)'],
    literal: false,
  });
  const picture = join(folder, 'summary.png');
  chromium(`--screenshot=${picture}`, `--window-size=${WIDTH},760`, `file://${file}`);
  expect(readFileSync(picture).length).toBeGreaterThan(20_000);
  // The picture of the documentation: `KEYLESS_PICTURE=docs/summary.png npm run test:servers -- summary`.
  if (process.env.KEYLESS_PICTURE) copyFileSync(picture, join(ROOT, process.env.KEYLESS_PICTURE));
});
