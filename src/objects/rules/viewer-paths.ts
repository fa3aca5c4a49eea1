/** Above so many single paths folders are invalidated whole: a path costs money, and 3,000 may be in progress at a time. */
const MAX_SINGLE_PATHS = 50;
/** 15 wildcards may be in progress for a distribution at a time: leave room for another job. */
const MAX_WILDCARDS = 10;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations */
export const MAX_WILDCARDS_IN_PROGRESS = 15;
export const MAX_PATHS_IN_PROGRESS = 3_000;

/**
 * The paths that make CloudFront forget these keys: every address under which a page is known (`/a/index.html`, `/a/` and
 * `/a`), or, when they are many, the folders that hold them. None when there are no keys.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function pathsToInvalidate(keys: readonly string[]): string[] {
  const unique = new Set(keys);
  const single = unique.size > MAX_SINGLE_PATHS ? undefined : formsOfAll([...unique].flatMap(addressesOf));
  if (single && single.length <= MAX_SINGLE_PATHS && wildcardsAmong(single) <= MAX_WILDCARDS) return single;
  const prefix = commonFolder(unique);
  const below = new Set<string>();
  for (const key of unique) {
    const rest = key.slice(prefix.length);
    const slash = rest.indexOf('/');
    if (slash < 0) for (const address of addressesOf(key)) below.add(address);
    else below.add(`/${prefix}${rest.slice(0, slash)}/*`);
    // One wildcard for all is then less than these.
    if (below.size > MAX_SINGLE_PATHS + MAX_WILDCARDS) return formsOf(`/${prefix}*`);
  }
  // `/a/*` does not cover `/a`, which a rewrite at the edge may serve as a page.
  const bare = [...below]
    .filter((path) => path.endsWith('*'))
    .map((path) => path.slice(0, -2))
    .filter((path) => unique.has(`${path.slice(1)}/index.html`));
  const forms = formsOfAll([...below, ...bare]);
  const wildcards = wildcardsAmong(forms);
  const few = wildcards <= MAX_WILDCARDS && forms.length - wildcards <= MAX_SINGLE_PATHS + MAX_WILDCARDS;
  return few ? forms : formsOf(`/${prefix}*`);
}

function formsOfAll(paths: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const path of paths) for (const form of formsOf(path)) forms.add(form);
  return [...forms].sort();
}

function wildcardsAmong(paths: readonly string[]): number {
  return paths.filter((path) => path.endsWith('*')).length;
}

/**
 * CloudFront takes these only encoded, and viewers send them as they are, mostly: `%7E` was seen to match no `~`.
 * https://github.com/aws/aws-sdk-js-v3/issues/4042
 */
const UNMATCHED = /[~[\]|\\^*]/;
/** Links have them as they are, or encoded; S3 takes a plain `+` for a space, so a name with a space is known by both. */
const EITHER = /[+@&,;=$:]/g;
/** Of what has more forms than one a wildcard can name only what is before it. */
const SEVERAL = /[+@&,;=$: ]/;

/**
 * What has to be invalidated so that viewers' forms of a path are all forgotten: it, both its forms, or, where no form can be told to
 * CloudFront, everything up to there.
 */
export function formsOf(path: string): string[] {
  const isWildcard = path.endsWith('*');
  const body = isWildcard ? path.slice(0, -1) : path;
  if (isWildcard || UNMATCHED.test(body)) {
    const cuts = [body.search(UNMATCHED), body.search(SEVERAL)].filter((at) => at >= 0);
    return [encodePath(`${body.slice(0, Math.min(body.length, ...cuts))}*`)];
  }
  const encoded = encodePath(path);
  const forms = [encoded, encoded.replace(EITHER, percent)];
  return [...new Set([...forms, ...forms.map((form) => form.replaceAll('%20', '+'))])];
}

/**
 * Percent-encodes non-ASCII and unsafe characters (RFC 1738) and nothing else: an encoded safe character would name another
 * entry of the cache, a raw unsafe one is refused. https://www.rfc-editor.org/rfc/rfc1738 section 2.2
 */
function encodePath(path: string): string {
  const star = path.endsWith('*') ? '*' : '';
  const body = star ? path.slice(0, -1) : path;
  return body.replace(/[^A-Za-z0-9$\-_.+!'(),;:@&=/]/gu, percent) + star;
}

/** What CloudFront takes as a path: begins with a slash, `*` only at the end, unsafe and non-ASCII characters only encoded. */
export const VIEWER_PATH = /^\/(?:[A-Za-z0-9$\-_.+!'(),;:@&=/?]|%[0-9A-Fa-f]{2})*\*?$/;

/** Whether a wildcard path stands for a path too. */
export function covers(wildcard: string, path: string): boolean {
  return path.startsWith(wildcard.slice(0, -1));
}

function percent(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** `index.html` is served for its folder, with and without the slash, and `about.html` as `about`: by a rewrite, mostly, that nobody sees here. */
export function addressesOf(key: string): string[] {
  if (key === 'index.html') return ['/index.html', '/'];
  if (!key.endsWith('/index.html')) return key.endsWith('.html') ? [`/${key}`, `/${key.slice(0, -5)}`] : [`/${key}`];
  const folder = key.slice(0, -'/index.html'.length);
  return [`/${key}`, `/${folder}/`, `/${folder}`];
}

/**
 * Whether a file's name has a hash of its content, as bundlers give it (`app.0a1b2c3d.js`, `index-DfX3a9kQ.css`): such a key never
 * had another content. Another new key may be one that was there before, or that viewers asked for in vain.
 */
export function isContentNamed(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return [...name.matchAll(/(?<=[-._~])[A-Za-z0-9_-]{6,}(?=\.)/g)].some(([text]) => {
    const isHex = /^[0-9a-f]+$/.test(text) && /\d/.test(text) && /[a-f]/.test(text);
    return isHex || (text.length >= 8 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text));
  });
}

/** Path lists as one: above CloudFront's limit of wildcards in progress everything is one wildcard. */
export function joinPaths(...lists: readonly (readonly string[])[]): string[] {
  const all = [...new Set(lists.flat())].sort();
  return all.filter((path) => path.endsWith('*')).length > MAX_WILDCARDS ? ['/*'] : all;
}

/**
 * The same paths under every query, where the cache keeps queries apart.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function withQueries(paths: readonly string[]): string[] {
  const all = joinPaths(paths.map((path) => (path.endsWith('*') ? path : `${path}*`)));
  return all.includes('/*') ? ['/*'] : all;
}

function commonFolder(keys: Iterable<string>): string {
  let common: string | undefined;
  for (const key of keys) {
    common ??= key.slice(0, key.lastIndexOf('/') + 1);
    while (!key.startsWith(common)) common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  }
  return common ?? '';
}
