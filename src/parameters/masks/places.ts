const SECRET_NAME =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|client[-_ ]?secret|shared[-_ ]?access[-_ ]?(?:key|signature)|sig(?:nature)?|sas|authorization|auth';
/** `Password=…;`, `Pwd={…};`, `password …`, `token: …`, `password="…"`, `{password: …}`, `<password>…<`; not the next attribute's name. */
const NAMED = new RegExp(
  `(?<![a-z])(?:${SECRET_NAME})["']?\\s*(?:[=:>]\\s*|\\s)(?:"([^"]+)"|'([^']+)'|\\{([^{}]+)\\}|(?![\\w-]+=["'])([^\\s"'<>;&]+))`,
  'gi',
);
const SCHEME = /\b(?:bearer|basic|token|apikey|negotiate)\s+([\w.~+/=:-]{8,})/gi;

/** What stands where secrets stand: the userinfo of URLs, connection strings, queries, headers. */
export function secretsIn(text: string): string[] {
  const found = userinfoIn(text);
  for (const [, double, single, braced, bare] of text.matchAll(NAMED)) {
    const value = double ?? single ?? braced ?? bare ?? '';
    found.push(value, decodedUri(value), value.replace(/[,)}\]]+$/, ''));
  }
  for (const [, token = ''] of text.matchAll(SCHEME)) found.push(token, ...decoded(token));
  // https://…?key=…, as maps, functions and webhooks have it.
  for (const [, value = ''] of text.matchAll(/[?&](?:key|code|subscription-key)=([^&#\s"'<>]+)/gi))
    found.push(value, decodedUri(value));
  // Oracle's user/password@host.
  for (const [, password = ''] of text.matchAll(/(?:^|[\s:"'=])\w[\w$#.]*\/([^\s/@:"']+)@/g)) found.push(password);
  return found;
}

/** Of `scheme://user:password@host`: a password may hold a /, an @ or a # that should have been escaped. */
function userinfoIn(text: string): string[] {
  const found: string[] = [];
  // Each piece ends before the scheme of the next URL.
  for (const piece of text.split('://').slice(1)) {
    const authority = /^[^\s"'<>]*/.exec(piece)?.[0] ?? '';
    const [colon, at] = [authority.indexOf(':'), authority.lastIndexOf('@')];
    // https://TOKEN@host
    const alone = /^([^\s/@:?#]+)@/.exec(authority)?.[1];
    if (alone) found.push(alone, decodedUri(alone));
    if (colon < 0 || at < colon) continue;
    const user = authority.slice(0, colon);
    // To the last @, and for addresses in a row to the first.
    const password = authority.slice(colon + 1, at);
    const first = /^[^@]*/.exec(password)?.[0] ?? '';
    found.push(...[password, first].flatMap((it) => [it, decodedUri(it), `${user}:${it}`]));
    // https://TOKEN:x-oauth-basic@host
    if (isRandom(user)) found.push(user);
  }
  return found;
}

function decodedUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What base64 decodes to, where that is text; of `user:password` the password as well. */
export function decoded(text: string): string[] {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(text)) return [];
  const bytes = Buffer.from(text, 'base64');
  const inside = bytes.toString('utf8');
  if (!Buffer.from(inside).equals(bytes) || /[^\P{Cc}\t\r\n]/u.test(inside) || inside.includes('\ufffd')) return [];
  const password = /^[^\s:]*:(.+)$/.exec(inside)?.[1];
  return [inside, ...(password ? [password] : [])];
}

/**
 * What looks like a secret in a text that is one as a whole, whatever surrounds it: texts in quotes, elements of XML, the
 * password of `user:password` and of a .pgpass, what `-p` gives, `NAME=value` in a row, and what only a generator makes.
 */
export function likelyIn(text: string): string[] {
  const quoted = [...text.matchAll(/"([^"\\]{6,200})"|'([^'\\]{6,200})'|>([^<>]{6,200})</g)].map(
    ([, double, single, element]) => double ?? single ?? element ?? '',
  );
  const inRow = [...text.matchAll(/(?:^|[\s;])[A-Za-z_]\w{0,100}=(?:"([^"]*)"|'([^']*)'|([^\s;]+))/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  const pair = /^(?!arn:|sha\d)(?:[\w.-]{2,64}:|(?:[^\s:/]+:){4})([^\s:]{6,})$/.exec(text.trim())?.[1] ?? '';
  const flag = [...text.matchAll(/\s-p\s?((?!\d+:\d+\b)[^\s"'-]\S{5,})/g)].map(([, value = '']) => value);
  return [
    ...[...quoted, pair, ...flag].filter(isMixed),
    ...inRow.filter((value) => value.length >= 6),
    ...(text.length > MAX_OF_ONE ? SEPARATORS.flatMap((separator) => text.split(separator).filter(isRandom)) : []),
  ];
}

/** A shorter text without a place for a secret is one password, whatever signs it has. */
const MAX_OF_ONE = 40;
/** Without and with the signs of base64. */
const SEPARATORS = [/[\s"'`\\:;,@&?|<>(){}[\]]+/, /[\s"'`\\:;,@&?|<>(){}[\].=/$]+/];

/** Not a word, a name of a constant or a path. */
function isMixed(text: string): boolean {
  return text.length >= 6 && !/^([A-Za-z_ ,.!?-]+|[A-Z][A-Z0-9_]*|[a-z]+(_[a-z\d]+)*|[\w.-]*(\/[\w.-]*)+)$/.test(text);
}

/** Long, and letters of both cases and digits, or hex. */
function isRandom(text: string): boolean {
  if (text.length < 16) return false;
  return (
    (/\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)) || /^(?=.*\d)(?=.*[a-f])[\da-f]{32,}$/i.test(text)
  );
}
