// `node bench/bundle.ts`: how much of dist/ a step loads, for the table "Size" of docs/performance.md.
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startJob } from '../harness/runner.ts';
import { startSandbox } from '../sandbox/index.ts';

const ROLE = { 'aws-region': 'eu-west-1', 'role-to-assume': 'arn:aws:iam::111122223333:role/publish' };
const STEPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sign in': {},
  parameters: { 'ssm-parameters': '/shop/prod/db-url' },
  objects: { 's3-upload': 'site => s3://shop-site/' },
  'login to ECR': { 'ecr-login': 'true' },
};

const size = (file: string) => statSync(join('dist', file)).size;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
const scripts = readdirSync('dist').filter((file) => file.endsWith('.js'));
console.log(
  `all of dist/: ${kilobytes(scripts.reduce((sum, file) => sum + size(file), 0))} in ${scripts.length} files`,
);
const sandbox = await startSandbox();
for (const [name, inputs] of Object.entries(STEPS)) {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-bundle-'));
  const job = startJob({ env: { ...sandbox.env(), NODE_V8_COVERAGE: folder }, files: { 'site/index.html': 'x' } });
  const { code } = await job.step({ ...ROLE, ...inputs });
  job.end();
  if (code !== 0) throw new Error(`${name} failed`);
  console.log(`${name}: ${kilobytes(loaded(folder).reduce((sum, file) => sum + size(file), 0))}`);
}
await sandbox.stop();

/** The files of dist/ that V8 saw. */
function loaded(folder: string): string[] {
  const found = readdirSync(folder).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.includes('/dist/') && url.endsWith('.js'));
  });
  return [...new Set(found.map((url) => basename(url)))];
}
