import type { DotenvEntry, DotenvFault, DotenvText } from './text.ts';

/** What npm's dotenv, Node, Compose, docker and a shell all take as it is. */
const ALIKE = /^[\w./:@%+,=?!^*[\]{}\p{L}\p{N}\p{So}-]*$/u;

/** Why a value means something else to one of the readers; the first that holds. */
const DIFFERENCES: readonly { readonly found: RegExp; readonly why: string }[] = [
  { found: /^['"`]/, why: 'docker keeps the quotes, and the others escape in them in ways of their own' },
  { found: /#/, why: "npm's dotenv and Node end the value at the #, Compose, docker and a shell read on" },
  { found: /[$`]/, why: 'Compose and a shell expand $ and backticks, the others do not' },
  { found: /\\/, why: 'a shell takes the backslash away, the others keep it' },
  { found: /\r/, why: 'a shell keeps the carriage return at the end of the line, the others do not' },
  { found: /^\s|\s$/, why: 'docker keeps spaces around the value, the others do not' },
  { found: /['"]/, why: 'a shell takes the quotes away, the others keep them' },
];
const SHELL = 'a shell ends the value at a space, &, ;, ( and their kind, or expands ~; the others read on';

/**
 * Reads a .env file as all of npm's dotenv, Node, Docker Compose, `docker run --env-file` and a shell do. An entry that they
 * read differently is a fault: who stored it knows which of them it was written for.
 */
export function readCommon(text: string): DotenvText {
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    const whole = lines[index] ?? '';
    if (/^[ \t]*(#|$)/.test(whole)) continue;
    const entry = /^([A-Za-z_]\w*)=(.*)$/s.exec(whole);
    const [, name = '', value = ''] = entry ?? [];
    const why = entry ? difference(value) : notAlike(whole);
    if (why === undefined) entries.push({ name, value, line });
    else faults.push({ line, why });
    // The other lines of a value in quotes are not faults of their own.
    const open = /^(['"`])[^'"`]*$/.exec(value)?.[1];
    if (open) index = closeOf(lines, index, open) ?? index;
  }
  return { entries, faults };
}

/** The line in which a quote closes that an earlier one opened. */
function closeOf(lines: readonly string[], from: number, quote: string): number | undefined {
  for (let at = from + 1; at < lines.length; at++) if (lines[at]?.includes(quote)) return at;
  return undefined;
}

function difference(value: string): string | undefined {
  if (ALIKE.test(value)) return undefined;
  return DIFFERENCES.find(({ found }) => found.test(value))?.why ?? SHELL;
}

function notAlike(line: string): string {
  if (line.startsWith('\uFEFF'))
    return 'Node and a shell take the byte order mark for a part of the line, the others do not';
  if (/^\s*export\s/.test(line)) return 'docker refuses export, the others take it';
  if (/^\s*[\w.-]+\s*=/.test(line)) return 'a shell or docker refuses the name, or the spaces around it';
  if (/^\s*[\w.-]+:\s/.test(line)) return "npm's dotenv and Compose read NAME: value, the others do not";
  return 'it is neither NAME=value nor a comment';
}
