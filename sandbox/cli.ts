import { startSandbox } from './index.ts';

const ADMINISTRATOR = {
  trust: {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
  policies: {
    all: { Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] },
  },
};

/**
 * `npm run sandbox [-- JOB]`: starts, prints shell exports, stays until Ctrl-C. They are the environment of a step of the job, and for
 * the aws CLI a session of an administrator of the publisher's account.
 */
const sandbox = await startSandbox({
  port: Number(process.env.SANDBOX_PORT ?? 0),
  world: (world) => {
    const { roles } = world.accounts['111122223333'] ?? {};
    if (roles) roles.admin = ADMINISTRATOR;
  },
});
const { accessKeyId, secretAccessKey, sessionToken } = sandbox.signInAs('arn:aws:iam::111122223333:role/admin');
const env = sandbox.env(process.argv[2]);
const exports = {
  ...env,
  AWS_DEFAULT_REGION: env.AWS_REGION ?? 'eu-west-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
};
for (const [name, value] of Object.entries(exports)) {
  console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
console.error(`# the sandbox listens at ${sandbox.url}; Ctrl-C stops it`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox.stop().then(() => process.exit(0));
  });
}
