import { join } from 'node:path';
import { ROOT } from './action.ts';
import type { Job } from './runner.ts';

/** The access keys of the world's user `keyholder`, as variables. */
export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** The same as lines of a profile in AWS's shared files. */
export const KEY_LINES = `aws_access_key_id = ${KEYS.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${KEYS.AWS_SECRET_ACCESS_KEY}\n`;

/** Arguments of Node with which a later step prints the ARN of whoever the JavaScript SDK is there. */
export const PRINT_IDENTITY: readonly string[] = [
  '--no-warnings',
  '--input-type=module',
  '-e',
  `import { STSClient, GetCallerIdentityCommand } from '${join(ROOT, 'node_modules/@aws-sdk/client-sts/dist-cjs/index.js')}';
  console.log((await new STSClient({ maxAttempts: 1 }).send(new GetCallerIdentityCommand({}))).Arn);`,
];

/** Who the JavaScript SDK is in a later step of a job; or what it says instead. */
export async function identityOf(job: Job): Promise<string> {
  const { stdout, stderr } = await job.run(process.execPath, PRINT_IDENTITY);
  return stdout.trim() || stderr;
}
