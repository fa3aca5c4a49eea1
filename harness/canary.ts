import { readFileSync } from 'node:fs';
import { ACTION } from './action.ts';

/** Outputs that are meant to hold a secret; the runner masks them. */
const CREDENTIAL_OUTPUTS = /^(aws-(access-key-id|secret-access-key|session-token)|docker[-_]password.*)$/;

/** The arguments of the processes that a process starts, where /proc shows them. Node starts them on its main thread. */
export function watchArguments(pid: number | undefined, seen: Set<string>): void {
  try {
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number)) {
      if (child === 0) continue;
      seen.add(readFileSync(`/proc/${child}/cmdline`, 'utf8').replaceAll('\0', ' '));
      watchArguments(child, seen);
    }
  } catch {
    // It ended while we looked.
  }
}

/**
 * No secret in what was printed (but the command that masks it), the summary, the arguments of a process, or an output
 * that is not a credential output. Looks at the unmasked text: a mask is a net, not a licence to print.
 * @throws Error that names the place, not the secret
 */
export function checkCanaries(
  secrets: Iterable<string>,
  { raw, summary, outputs }: { raw: string; summary: string; outputs: Record<string, string> },
  seenArguments: ReadonlySet<string>,
): void {
  const printed = raw.replaceAll(/^::add-mask::.*$/gm, '');
  // An output that action.yml does not name is a value that the workflow asked for by name.
  const open = Object.entries(outputs).filter(([name]) => name in ACTION.outputs && !CREDENTIAL_OUTPUTS.test(name));
  const places: [string, string][] = [
    ['the log', printed],
    ['the summary', summary],
    ...[...seenArguments].map((line): [string, string] => ["a process's arguments", line]),
    ...open.map(([name, value]): [string, string] => [`output ${name}`, value]),
  ];
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const [place, text] of places) {
      if (text.includes(secret)) throw new Error(`canary: a secret (${secret.length} characters) is in ${place}`);
    }
  }
}
