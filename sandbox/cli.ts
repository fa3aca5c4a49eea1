import { startSandbox } from './index.ts';

/** `npm run sandbox [-- JOB]`: starts, prints the environment of a step of the job as shell exports, stays until Ctrl-C. */
const sandbox = await startSandbox({ port: Number(process.env.SANDBOX_PORT ?? 0) });
for (const [name, value] of Object.entries(sandbox.env(process.argv[2]))) {
  console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
console.error(`# the sandbox listens at ${sandbox.url}; Ctrl-C stops it`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox.stop().then(() => process.exit(0));
  });
}
