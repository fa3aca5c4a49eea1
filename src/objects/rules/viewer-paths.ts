/** Above so many single paths folders are invalidated whole: a path costs money, and 3,000 may be in progress at a time. */
const MAX_SINGLE_PATHS = 50;
/** 15 wildcards may be in progress for a distribution at a time: leave room for another job. */
const MAX_WILDCARDS = 10;

/**
 * The paths that make CloudFront forget these keys: every address under which a page is known (`/a/index.html`, `/a/` and
 * `/a`), or, when they are many, the folders that hold them. None when there are no keys.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function pathsToInvalidate(keys: readonly string[]): string[] {
  const single = [...new Set(keys.flatMap(addressesOf))];
  if (single.length <= MAX_SINGLE_PATHS) return single.map(encodePath).sort();
  const prefix = commonFolder(keys);
  const below = new Set<string>();
  for (const key of keys) {
    const rest = key.slice(prefix.length);
    const slash = rest.indexOf('/');
    if (slash < 0) for (const address of addressesOf(key)) below.add(address);
    else below.add(`/${prefix}${rest.slice(0, slash)}/*`);
  }
  const wildcards = [...below].filter((path) => path.endsWith('*'));
  const few = wildcards.length <= MAX_WILDCARDS && below.size - wildcards.length <= MAX_SINGLE_PATHS;
  // `/a/*` does not cover `/a`, which a rewrite at the edge may serve as a page.
  const bare = wildcards
    .map((path) => path.slice(0, -2))
    .filter((path) => keys.includes(`${path.slice(1)}/index.html`));
  return (few ? [...below, ...bare] : [`/${prefix}*`]).map(encodePath).sort();
}

/**
 * Percent-encodes non-ASCII and unsafe characters (RFC 1738) and nothing else: an encoded safe character would name another
 * entry of the cache, a raw unsafe one is refused. https://www.rfc-editor.org/rfc/rfc1738 section 2.2
 */
export function encodePath(path: string): string {
  const star = path.endsWith('*') ? '*' : '';
  const body = star ? path.slice(0, -1) : path;
  return body.replace(/[^A-Za-z0-9$\-_.+!'(),;:@&=/]/gu, (char) => (char === '*' ? '%2A' : percent(char))) + star;
}

function percent(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** `index.html` is served for its folder, with and without the slash; `about.html` mostly as `about` too, but only by a rewrite. */
function addressesOf(key: string): string[] {
  if (key === 'index.html') return ['/index.html', '/'];
  if (!key.endsWith('/index.html')) return [`/${key}`];
  const folder = key.slice(0, -'/index.html'.length);
  return [`/${key}`, `/${folder}/`, `/${folder}`];
}

function commonFolder(keys: readonly string[]): string {
  const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);
  let common = folderOf(keys[0] ?? '');
  for (const key of keys) while (!key.startsWith(common)) common = folderOf(common.slice(0, -1));
  return common;
}
