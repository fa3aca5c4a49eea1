/** Settings of a section. `[profile NAME]` in the config file, `[NAME]` in the credentials file. */
export type Settings = Readonly<Record<string, string>>;

/** A section as text, with a comment under its head and lines of another section below; without a line end. */
export function sectionText(section: string, settings: Settings, { comment = '', more = '' } = {}): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  return [`[${section}]`, ...(comment ? [`# ${comment}`] : []), ...lines, ...(more ? [more] : [])].join('\n');
}

/**
 * The text with a section in the place of one of the same name, or at its end. The rest stays, comments and all.
 * @param gap what separates a new section from what is before it
 */
export function withSection(
  text: string,
  section: string,
  { replacement, gap = gapAfter(text) }: { readonly replacement: string; readonly gap?: string },
): string {
  const [first, ...others] = rangesOf(text, section);
  if (!first) return `${text}${gap}${replacement}\n`;
  const rest = others.reduceRight((it, { start, end }) => it.slice(0, start) + it.slice(end), text);
  return rest.slice(0, first.start) + replacement + rest.slice(first.end);
}

/** The text without a section that was put at its end, and without the gap before it; another one may have come after it. */
export function cutSection(text: string, section: string, gap: number): string {
  const [first] = rangesOf(text, section);
  if (!first) return text;
  const end = text[first.end] === '\n' ? first.end + 1 : first.end;
  return text.slice(0, Math.max(0, first.start - gap)) + text.slice(end);
}

/** What makes an empty line between a text and the section after it. */
export function gapAfter(text: string): string {
  if (text === '' || text.endsWith('\n\n')) return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}

/** The section alone, head included, without the empty lines after it; empty when there is none. */
export function sectionOf(text: string, section: string): string {
  return rangesOf(text, section)
    .map(({ start, end }) => text.slice(start, end))
    .join('\n');
}

/** What decides whose credentials a profile gives; the rest of a section says where and how AWS is spoken to. */
const OF_CREDENTIALS =
  /^(aws_(access_key_id|secret_access_key|session_token|account_id|credential_scope)|role_\w+|source_profile|credential_(source|process)|web_identity_token_file|external_id|mfa_serial|duration_seconds|sso_\w+|login_session|region)\s*=/i;

/** The lines of a section that hold no credentials, nor where to get them: endpoints, certificates, formats. */
export function plainSettings(text: string, section: string): string {
  const lines = sectionOf(text, section).split('\n').slice(1);
  return lines
    .filter((line) => line.trim() !== '' && headOf(line) === undefined && !OF_CREDENTIALS.test(line))
    .join('\n');
}

/** Names of the sections of a text, in order. */
export function sectionNames(text: string): string[] {
  return text.split('\n').flatMap((line) => headOf(line) ?? []);
}

/** From a section's head to the end of its last line that is not empty, the line's end left out: what is after it is not its own. */
function rangesOf(text: string, section: string): { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let inside = false;
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const head = headOf(line);
    if (head !== undefined) inside = head === section;
    if (inside && head !== undefined) ranges.push({ start: at, end: at });
    if (inside && line.trim() !== '') ranges.at(-1)!.end = at + line.replace(/\r?\n$/, '').length;
    at += line.length;
  }
  return ranges;
}

/** AWS takes quotes around a profile's name: `[profile "shop"]`. */
function headOf(line: string): string | undefined {
  const head = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
  return head?.replace(/^profile (["'])(.*)\1$/, 'profile $2');
}
