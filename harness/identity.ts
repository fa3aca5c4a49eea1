import { join } from 'node:path';
import { ROOT } from './action.ts';

/** Arguments of Node with which a later step prints the ARN of whoever the JavaScript SDK is there. */
export const PRINT_IDENTITY: readonly string[] = [
  '--no-warnings',
  '--input-type=module',
  '-e',
  `import { STSClient, GetCallerIdentityCommand } from '${join(ROOT, 'node_modules/@aws-sdk/client-sts/dist-cjs/index.js')}';
  console.log((await new STSClient({ maxAttempts: 1 }).send(new GetCallerIdentityCommand({}))).Arn);`,
];
