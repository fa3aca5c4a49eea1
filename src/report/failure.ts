import { block, prose } from '../base/markdown.ts';
import type { Problem } from '../base/problem.ts';
import { counted } from '../base/units.ts';

/** How many problems the summary shows; the log has all. */
const MAX_PROBLEMS = 20;

/** The problems of a step, each with what to do, policies as blocks to copy. */
export function problemsText(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MAX_PROBLEMS).map(problemText);
  const rest = problems.length - shown.length;
  return [...shown, ...(rest > 0 ? [`… and ${counted(rest, 'more problem', 'more problems')}, in the log.`] : [])].join(
    '\n\n',
  );
}

function problemText({ details: { on, what, why, fix } }: Problem): string {
  return [
    `**${prose(on ?? `${what}.`)}**${on ? `<br>\n${prose(`${what}.`)}` : ''}`,
    ...(why ? [`Why: ${severalLines(why)}`] : []),
    ...(fix ? [fixText(fix)] : []),
  ].join('\n\n');
}

/** What to do; JSON in it (a policy) becomes a block. */
function fixText(fix: string): string {
  const parts: string[] = [];
  const lines = fix.split('\n');
  for (let at = 0; at < lines.length; ) {
    const end = jsonEnd(lines, at);
    if (end !== undefined) {
      parts.push(block(lines.slice(at, end).join('\n'), 'json'));
      at = end;
      continue;
    }
    let next = at + 1;
    while (next < lines.length && jsonEnd(lines, next) === undefined) next++;
    parts.push(at === 0 ? severalLines(lines.slice(at, next).join('\n')) : block(lines.slice(at, next).join('\n')));
    at = next;
  }
  return `Fix: ${parts.join('\n\n')}`;
}

/** A sentence, and what belongs to it (claims, a command, lines of YAML) as a block to copy. */
function severalLines(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return rest.length === 0 ? prose(first) : `${prose(first)}\n\n${block(rest.join('\n'))}`;
}

/** The line after a JSON object or list that begins in a line; `undefined` where none does. */
function jsonEnd(lines: readonly string[], at: number): number | undefined {
  const first = lines[at]?.[0];
  if (first !== '{' && first !== '[') return undefined;
  const close = first === '{' ? '}' : ']';
  for (let end = at + 1; end <= lines.length; end++) {
    if (!lines[end - 1]?.trimEnd().endsWith(close)) continue;
    try {
      JSON.parse(lines.slice(at, end).join('\n'));
      return end;
    } catch {
      // It goes on, or is not JSON.
    }
  }
  return undefined;
}
