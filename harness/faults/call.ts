import type { IncomingMessage } from 'node:http';

/**
 * What a request is, by a name that is the same in each run: `ssm:GetParameters`, `s3:PUT /shop-site/index.html`,
 * `registry:PUT shop/manifests/1`. A form's body has to be read for it.
 */
export async function callOf(request: IncomingMessage): Promise<{ readonly name: string; readonly body?: Buffer }> {
  const { method = '', url = '/', headers } = request;
  const [path = '', query = ''] = url.split('?');
  const target = String(headers['x-amz-target'] ?? '');
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(headers.authorization ?? ''))?.[1];
  if (path.startsWith('/github/')) return { name: 'github:token' };
  if (target) return { name: `${scope ?? 'aws'}:${target.split('.')[1]}` };
  if (path.startsWith('/v2/'))
    return { name: `registry:${method} ${short(path.slice(4))}${query.startsWith('mount') ? ' mount' : ''}` };
  if (path.includes('/invalidation')) return { name: `cloudfront:${method}` };
  if (String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    return { name: `${scope ?? 'sts'}:${new URLSearchParams(body.toString()).get('Action')}`, body };
  }
  if (scope === 's3') return { name: `s3:${method} ${path}${detail(query)}` };
  return { name: `${scope ?? 'other'}:${method} ${short(path)}` };
}

/** The parts of an S3 query that say which call it is. */
function detail(query: string): string {
  const names = new URLSearchParams(query);
  const kept = [
    'list-type',
    'uploads',
    'partNumber',
    'uploadId',
    'delete',
    'acl',
    'ownershipControls',
    'publicAccessBlock',
    'max-keys',
    'fetch-owner',
    'x-id',
  ];
  const shown = kept
    .filter((name) => names.has(name))
    .map((name) => (name === 'uploadId' ? name : `${name}${names.get(name) ? `=${names.get(name)}` : ''}`));
  return shown.length > 0 ? ` ${shown.join('&')}` : '';
}

/** Digests and ids cut short. */
function short(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/(sha256:[0-9a-f]{6})[0-9a-f]+/g, '$1');
}
