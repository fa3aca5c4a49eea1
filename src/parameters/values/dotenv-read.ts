/** What a .env text holds. */
export interface DotenvText {
  /** In order; a name that is set twice is there twice. */
  readonly entries: readonly [name: string, value: string][];
  /** Numbers (from 1) of lines that are neither an entry nor empty nor a comment. */
  readonly strayLines: readonly number[];
}

/** An entry as npm's dotenv reads it, whose quotes may go over several lines. Its line begins it, so that blank lines cost nothing. */
const ENTRY =
  /^[^\S\n]*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/**
 * Reads a .env file as npm's dotenv does, for which people write them: `export`, `KEY: value`, a byte order mark, CRLF,
 * comments with and without a space before, quotes of three kinds over several lines, `\n` and `\r` in double quotes.
 * Unlike it, this tells which lines it could not read. https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
 */
export function readDotenv(text: string): DotenvText {
  const source = text.replaceAll(/\r\n?/g, '\n');
  const entries: [string, string][] = [];
  const strayLines: number[] = [];
  let end = 0;
  const skip = (upTo: number) => {
    let line = source.slice(0, end).split('\n').length;
    for (const between of source.slice(end, upTo).split('\n')) {
      if (!/^\s*(#|$)/.test(between)) strayLines.push(line);
      line++;
    }
  };
  for (const match of source.matchAll(ENTRY)) {
    skip(match.index);
    end = match.index + match[0].length;
    entries.push([match[1] ?? '', unquote((match[2] ?? '').trim())]);
  }
  skip(source.length);
  return { entries, strayLines };
}

function unquote(raw: string): string {
  const bare = raw.replaceAll(/^(['"`])([\s\S]*)\1$/gm, '$2');
  return raw.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}
