/** `[profile NAME]` in the config file, `[NAME]` in the credentials file. */
export type Settings = Readonly<Record<string, string>>;

/** The text with a section put at its end, in the place of one of the same name. The rest stays, comments and all. */
export function withSection(text: string, section: string, settings: Settings): string {
  const rest = withoutSection(text, section);
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  const gap = rest === '' ? '' : rest.endsWith('\n\n') ? '' : rest.endsWith('\n') ? '\n' : '\n\n';
  return `${rest}${gap}[${section}]\n${lines.join('')}`;
}

/** The text without a section: its head, and everything up to the next one. */
export function withoutSection(text: string, section: string): string {
  return linesOf(text, section)
    .filter(({ inside }) => !inside)
    .map(({ line }) => line)
    .join('');
}

/** The section alone, head included; empty when there is none. */
export function sectionOf(text: string, section: string): string {
  return linesOf(text, section)
    .filter(({ inside }) => inside)
    .map(({ line }) => line)
    .join('');
}

function linesOf(text: string, section: string): { readonly line: string; readonly inside: boolean }[] {
  let inside = false;
  return text.split(/(?<=\n)/).map((line) => {
    const head = headOf(line);
    if (head !== undefined) inside = head === section;
    return { line, inside };
  });
}

function headOf(line: string): string | undefined {
  return /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
}
