/** One or many, as JSON policies and YAML files write lists. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** Stand for `${*}` and `${?}`, which are an asterisk and a question mark and no wildcards. Private use characters. */
const LITERAL: Readonly<Record<string, string>> = { '*': '\uE000', '?': '\uE001' };

/** A pattern, its variables filled, as the text that it is for the operators without wildcards. */
export function plainText(pattern: string): string {
  return pattern.replaceAll(LITERAL['*']!, '*').replaceAll(LITERAL['?']!, '?');
}

/** IAM's wildcards: `*` is any text, `?` one character. */
export function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll(LITERAL['*']!, '\\*')
    .replaceAll(LITERAL['?']!, '\\?');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** An ARN's six parts are matched each for itself, so that a `*` in one does not run over into the next. */
export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === '*' || pattern === arn) return true;
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  if (!wanted || !given) return false;
  return wanted.every((part, index) => globMatches(part, given[index]!));
}

function arnParts(arn: string): string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Policy variables, `${aws:PrincipalTag/team}`; an unknown one stays as it is and matches nothing. */
export function fillVariables(
  text: string,
  context: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
    if (key === '$') return key;
    if (key in LITERAL) return LITERAL[key]!;
    const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
    return typeof found === 'string' ? found : whole;
  });
}
