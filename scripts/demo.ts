// The README's first command: one step of the shipped dist/ that does all it can do, against the sandbox; then everything is
// read back as those who need it do; then the step runs again.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { below, LayoutBuilder } from '../harness/image.ts';
import { type Job, type StepResult, startJob } from '../harness/runner.ts';
import { startSandbox } from '../sandbox/index.ts';
import { pull, readAsOwner, runLaterStep } from './demo/consumers.ts';

const INPUTS = {
  'aws-region': 'eu-west-1',
  'role-to-assume': 'arn:aws:iam::111122223333:role/publish',
  images: 'oci:image => shop:1.0, shop:latest',
  's3-upload': 'site => s3://shop-site/',
  's3-cache-control': '** => no-cache\nassets/** => public, max-age=31536000, immutable',
  'ssm-parameters': '/shop/prod/\n/shop/env/prod as node',
};

const site = readFolder(join(import.meta.dirname, 'demo/site'));
const sandbox = await startSandbox();
const job = startJob({
  env: sandbox.env('publish'),
  files: { ...below('site', site), ...below('image', await buildImage(site)) },
  secrets: sandbox.secrets,
});
try {
  title('The step: uses: keyless-aws, with');
  for (const [name, value] of Object.entries(INPUTS)) say(`${name}: ${value.replaceAll('\n', '\n    ')}`);

  title('Its log');
  const first = await run(job);

  title("As the bucket's owner, in the other account");
  await readAsOwner(sandbox, { bucket: 'shop-site', expected: site }, say);
  title('As a puller of the image');
  const reference = first.outputs['image-reference'] ?? '';
  for (const tag of ['1.0', 'latest']) await pull(sandbox, { repository: 'shop', tag, reference }, say);
  title('As a later step of the job: variables that are set');
  await runLaterStep(job, first, say);

  title('The same step again');
  const before = sandbox.log.entries.length;
  await run(job);
  const again = sandbox.log.entries.slice(before);
  const writes = again.filter(({ service, method }) => isStore(service) && method !== 'GET' && method !== 'HEAD');
  say(`${again.length} requests, of which ${writes.length} wrote something`);
  if (writes.length > 0) throw new Error('the second run sent something again');

  title('When the job ends');
  const { code } = await first.post();
  if (code !== 0) throw new Error(`the post step ended with ${code}`);
  say('the post step took back the variables and the login that the step left');
} catch (error) {
  // What the step said stands above; a stack of the demo would add nothing.
  say((error as Error).message);
  process.exitCode = 1;
} finally {
  job.end();
  await sandbox.stop();
}

function isStore(service: string): boolean {
  return service === 's3' || service === 'registry' || service === 'cloudfront';
}

/** An image that serves the site, of two layers: a configuration, and the pages. */
async function buildImage(pages: Readonly<Record<string, Buffer>>): Promise<Record<string, Buffer>> {
  const layout = new LayoutBuilder();
  const image = await layout.image(['server { root /srv; }', ...Object.values(pages).map(String)]);
  return layout.layout(image);
}

function readFolder(folder: string): Record<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]),
  );
}

async function run(on: Job): Promise<StepResult> {
  const step = await on.step(INPUTS);
  for (const line of step.log.trim().split('\n')) say(line);
  say(`(${step.milliseconds} ms, from start to end of the process)`);
  if (step.code !== 0) throw new Error(`the step ended with ${step.code}`);
  return step;
}

function title(text: string): void {
  process.stdout.write(`\n\x1b[1m${text}\x1b[0m\n`);
}

function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
