import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';

/**
 * Splits a command into words as a POSIX shell would, and runs nothing: no variables, no pipes.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, 2.2 Quoting
 * @throws Problem for a quote without an end, and for what only a shell can do and would silently become a word
 */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command[at] ?? '';
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = endOf(command, at, /'/g);
      word = (word ?? '') + command.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const end = endOf(command, at, /(?<!\\)(?:\\\\)*"/g);
      const inside = command.slice(at + 1, end);
      if (/(?<!\\)(?:\\\\)*[$`]/.test(inside)) throw needsShell(command, 'variables and substitutions');
      word = (word ?? '') + inside.replaceAll(/\\([$`"\\])/g, '$1');
      at = end;
    } else if (char === '\\') {
      word = (word ?? '') + (command[at + 1] ?? '');
      at++;
    } else if (/[$`]/.test(char)) throw needsShell(command, 'variables and substitutions');
    else if (/[|&;<>()]/.test(char)) throw needsShell(command, `"${char}"`);
    else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}

/** The place of the closing quote of the one at `from`. */
function endOf(command: string, from: number, close: RegExp): number {
  close.lastIndex = from + 1;
  const found = close.exec(command);
  if (found) return found.index + found[0].length - 1;
  throw new Problem({ what: `${quote(command)} has a quote without an end`, fix: 'close the quote' });
}

function needsShell(command: string, what: string): Problem {
  return new Problem({
    what: `${quote(command)} needs a shell for ${what}`,
    why: 'the command is split into words and run without a shell',
    fix: `bring one: sh -c '…'`,
  });
}
