/** Settings of a section. `[profile NAME]` in the config file, `[NAME]` in the credentials file. */
export type Settings = Readonly<Record<string, string>>;

/** A section as text, with a comment under its head. */
export function sectionText(section: string, settings: Settings, comment?: string): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  return `[${section}]\n${comment ? `# ${comment}\n` : ''}${lines.join('')}`;
}

/**
 * The text with a section in the place of one of the same name, or at its end. The rest stays, comments and all.
 * @param gap what separates a new section from what is before it
 */
export function withSection(text: string, section: string, replacement: string, gap = gapAfter(text)): string {
  const lines = linesOf(text, section);
  const at = lines.findIndex(({ inside }) => inside);
  if (at < 0) return `${text}${gap}${replacement}`;
  const outside = (from: typeof lines) => joined(from.filter(({ inside }) => !inside));
  return `${outside(lines.slice(0, at))}${replacement}${outside(lines.slice(at))}`;
}

/** What makes an empty line between a text and the section after it. */
export function gapAfter(text: string): string {
  if (text === '' || text.endsWith('\n\n')) return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}

/** The section alone, head included; empty when there is none. */
export function sectionOf(text: string, section: string): string {
  return joined(linesOf(text, section).filter(({ inside }) => inside));
}

/** What decides whose credentials a profile gives; the rest of a section says where and how AWS is spoken to. */
const OF_CREDENTIALS =
  /^(aws_(access_key_id|secret_access_key|session_token|account_id|credential_scope)|role_\w+|source_profile|credential_(source|process)|web_identity_token_file|external_id|mfa_serial|duration_seconds|sso_\w+|login_session|region)\s*=/i;

/** The lines of a section that hold no credentials, nor where to get them: endpoints, certificates, formats. */
export function plainSettings(text: string, section: string): string {
  const lines = sectionOf(text, section)
    .split(/(?<=\n)/)
    .slice(1)
    .filter((line) => line.trim() !== '' && !OF_CREDENTIALS.test(line));
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('');
}

/** Names of the sections of a text, in order. */
export function sectionNames(text: string): string[] {
  return text.split('\n').flatMap((line) => headOf(line) ?? []);
}

function joined(lines: readonly { readonly line: string }[]): string {
  return lines.map(({ line }) => line).join('');
}

function linesOf(text: string, section: string): { readonly line: string; readonly inside: boolean }[] {
  let inside = false;
  return text.split(/(?<=\n)/).map((line) => {
    const head = headOf(line);
    if (head !== undefined) inside = head === section;
    return { line, inside };
  });
}

/** AWS takes quotes around a profile's name: `[profile "shop"]`. */
function headOf(line: string): string | undefined {
  const head = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
  return head?.replace(/^profile (["'])(.*)\1$/, 'profile $2');
}
