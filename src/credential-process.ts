import { Problem } from './base/problem.ts';
import { readText } from './base/read-text.ts';
import { inert, type Runner } from './base/runner.ts';
import { stopSignal } from './base/stop.ts';
import { trustBundles } from './base/trust.ts';
import { reportFailure } from './report.ts';
import { type HeldSignIn, heldEnvironment } from './signin/export/held-sign-in.ts';
import { signInAgain } from './signin/index.ts';

/**
 * The door `credential-process`: signs in as the step did, and prints the credentials as the SDKs read them; everything else goes to stderr.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function credentialProcess(settings: string): Promise<void> {
  try {
    const held = readHeld(settings);
    const env = heldEnvironment(held, process.env);
    trustBundles(env, process.env);
    const credentials = await signInAgain(held, quietRunner(env), stopSignal(60));
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
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
    reportFailure(quietRunner(process.env), thrown, { stage: 'sign-in' });
    process.exitCode = 1;
  }
}

function readHeld(settings: string): HeldSignIn {
  try {
    return JSON.parse(readText(settings)) as HeldSignIn;
  } catch (cause) {
    throw new Problem({
      on: settings,
      what: 'what this profile signs in with cannot be read',
      why: 'the file goes with the job whose step wrote it (refresh-credentials), and is for the user of that step alone',
      fix: 'sign in in this job, or use the profile in steps that run as the same user on the same machine',
      cause,
    });
  }
}

/** A runner for a program that is not a step: it may print nothing but its answer, and leaves nothing behind. */
function quietRunner(env: Runner['env']): Runner {
  const nothing = () => {};
  return {
    env,
    input: () => '',
    mask: nothing,
    info: nothing,
    debug: nothing,
    notice: nothing,
    warning: nothing,
    group: nothing,
    error: (text) => {
      process.stderr.write(`${inert(text)}\n`);
    },
    exportVariables: nothing,
    here: nothing,
    unset: nothing,
    outputs: nothing,
    undoLater: nothing,
    summary: nothing,
  };
}
