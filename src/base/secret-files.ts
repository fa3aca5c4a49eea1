import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onFileSync } from './edge/files.ts';
import type { Environment } from './environment.ts';
import { readText } from './read-text.ts';
import type { Runner } from './runner.ts';
import { appendWhole } from './runner-files.ts';

/** Each such file below RUNNER_TEMP holds the path of one file with secrets. A variable would be seen by programs of the job. */
const NOTE = 'keyless-aws-secret-file-';

/** Lets later steps of the job know that a file holds secrets. Call it before the file is written. @throws Problem */
export function noteSecretFile(path: string, { env, undoLater }: Pick<Runner, 'env' | 'undoLater'>): void {
  const note = join(env.RUNNER_TEMP ?? '', NOTE + randomBytes(8).toString('hex'));
  undoLater({ kind: 'file', path: note });
  onFileSync({ on: note, doing: 'written' }, () =>
    appendWhole(note, Buffer.from(resolve(path)), { keep: true, create: true }),
  );
}

/** Absolute paths of the files with secrets that earlier steps wrote: no folder above one is published with it. @throws Problem */
export function secretFiles({ RUNNER_TEMP }: Environment): readonly string[] {
  if (!RUNNER_TEMP) return [];
  return onFileSync({ on: `RUNNER_TEMP, ${RUNNER_TEMP}`, doing: 'read' }, () =>
    readdirSync(RUNNER_TEMP)
      .filter((name) => name.startsWith(NOTE))
      .map((name) => readText(join(RUNNER_TEMP, name))),
  );
}
