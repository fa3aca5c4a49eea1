import { readFileSync } from 'node:fs';
import { makeMasker } from './masker.ts';

// What a step says to the runner, by files and by commands in what it prints.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions

/** `name<<delimiter` blocks, as the toolkit writes them, and `name=value` lines. */
export function readFileCommands(path: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc) {
      const end = lines.indexOf(heredoc[2]!, at + 1);
      if (end < 0) throw new Error(`no end of ${heredoc[1]} in ${path}`);
      values[heredoc[1]!] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    }
  }
  return values;
}

/** Commands out, masks applied in the order in which the runner learns them: what was printed before a mask stays. */
export function readLog(raw: string) {
  const masks: string[] = [];
  const found = { error: [] as string[], warning: [] as string[], notice: [] as string[] };
  const shown: string[] = [];
  const masker = makeMasker();
  const masked = (text: string) => masker.mask(text);
  for (const line of raw.split(/\r\n|\r|\n/)) {
    const command = /^[\s\x85]*::([\w-]+)(?:\s[^:]*)?::(.*)$/.exec(line);
    const text = unescapeCommand(command?.[2] ?? '');
    if (command?.[1] === 'add-mask') {
      masks.push(text);
      masker.add(text);
    } else if (command && command[1]! in found) {
      found[command[1] as keyof typeof found].push(masked(text));
      shown.push(masked(text));
    } else if (command?.[1] === 'group') shown.push(masked(text));
    else if (!command) shown.push(masked(line));
    else if (command[1] === 'debug') shown.push(masked(`##[debug]${text}`));
  }
  return { log: shown.join('\n'), masks, errors: found.error, warnings: found.warning, notices: found.notice };
}

function unescapeCommand(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
