import { readFileSync } from 'node:fs';
import { proxyFrom } from './base/proxy.ts';
import { inert, type Runner } from './base/runner.ts';
import { stopSignal } from './base/stop.ts';
import { reportFailure } from './report.ts';
import { signIn } from './signin/index.ts';
import type { SignInRequest } from './signin/request.ts';

/**
 * The door `credential-process`: signs in and prints the credentials as the SDKs read them; everything else goes to stderr.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function credentialProcess(settings: string): Promise<void> {
  const runner = quietRunner();
  try {
    const request = JSON.parse(readFileSync(settings, 'utf8')) as SignInRequest;
    // The profile itself must not be where the identity comes from.
    runner.unset('AWS_PROFILE');
    const { session, http } = await signIn(
      { ...request, proxy: proxyFrom(runner.env), useExisting: false },
      runner,
      stopSignal(60),
    );
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await session.credentials();
    http.close();
    process.stdout.write(
      JSON.stringify({
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: expiration?.toISOString(),
      }),
    );
  } catch (thrown) {
    reportFailure(runner, thrown, { stage: 'sign-in' });
    process.exitCode = 1;
  }
}

/** A runner for a program that is no step: it may print nothing but its answer, and has nothing to leave behind. */
function quietRunner(): Runner {
  const say = (text: string) => {
    process.stderr.write(`${inert(text)}\n`);
  };
  const nothing = () => {};
  return {
    env: process.env,
    input: () => '',
    mask: nothing,
    info: nothing,
    debug: nothing,
    notice: nothing,
    warning: nothing,
    group: nothing,
    error: say,
    exportVariables: nothing,
    unset: (name) => {
      delete process.env[name];
    },
    outputs: nothing,
    undoLater: nothing,
    summary: nothing,
  };
}
