// One step of the shipped dist/ against a sandbox of its own, with the inputs of the command line:
//   npm run sandbox:step -- --with 'ssm-parameters=/shop/prod/' --with dry-run=true [--job production] [--workspace FOLDER]
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ACTION } from '../harness/action.ts';
import { startJob } from '../harness/runner.ts';
import { startSandbox } from '../sandbox/index.ts';

const USAGE = `usage: npm run sandbox:step -- --with NAME=VALUE [--with NAME=VALUE …] [--job JOB] [--workspace FOLDER]
  NAME is an input of action.yml; JOB is a job of sandbox/world.yaml (publish); FOLDER is the checkout (this folder)`;

const values = readOptions();
const given = (values.with ?? []).map(
  (text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const,
);
const wrong = given.filter(([name]) => !(name in ACTION.inputs)).map(([name]) => name || '(no name)');
if (given.length === 0 || wrong.length > 0) {
  console.error(wrong.length > 0 ? `action.yml has no input ${wrong.join(', ')}\n${USAGE}` : USAGE);
  process.exit(2);
}
const inputs = {
  'aws-region': 'eu-west-1',
  'role-to-assume': 'arn:aws:iam::111122223333:role/publish',
  ...Object.fromEntries(given),
};
const sandbox = await startSandbox();
const jobs = Object.keys(sandbox.world.github.jobs);
if (values.job && !jobs.includes(values.job)) {
  console.error(`sandbox/world.yaml has no job ${values.job}; it has ${jobs.join(', ')}\n${USAGE}`);
  process.exit(2);
}
const job = startJob({
  env: { ...sandbox.env(values.job), GITHUB_WORKSPACE: resolve(values.workspace ?? '.') },
  secrets: sandbox.secrets,
});
try {
  const step = await job.step(inputs);
  console.log(step.log.trim());
  title('Outputs');
  for (const [name, value] of Object.entries(step.outputs)) console.log(`${name}=${value}`);
  title('Variables of later steps (values hidden)');
  console.log(Object.keys(step.exported).join('\n') || '(none)');
  title('Job summary');
  console.log(step.summary || '(none)');
  await step.post();
  process.exitCode = step.code ?? 1;
} finally {
  job.end();
  await sandbox.stop();
}

function readOptions() {
  try {
    return parseArgs({
      options: { with: { type: 'string', multiple: true }, job: { type: 'string' }, workspace: { type: 'string' } },
    }).values;
  } catch (thrown) {
    console.error(`${(thrown as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

function title(text: string): void {
  console.log(`\n\x1b[1m${text}\x1b[0m`);
}
