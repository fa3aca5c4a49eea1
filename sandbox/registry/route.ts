import type { IncomingMessage } from 'node:http';

/** What a request asks for. */
export interface RegistryRequest {
  readonly kind: 'ping' | 'manifest' | 'blob' | 'upload' | 'tags' | 'unknown';
  readonly method: string;
  /** For the log and for faults: `GetManifest`, `PutBlob`. */
  readonly action: string;
  readonly repository: string;
  /** A tag, a digest, or the id of an upload. */
  readonly reference: string;
  readonly query: URLSearchParams;
}

const ACTIONS: Readonly<Record<string, string>> = {
  'GET ping': 'Ping',
  'GET tags': 'ListTags',
  'GET manifest': 'GetManifest',
  'HEAD manifest': 'HeadManifest',
  'PUT manifest': 'PutManifest',
  'GET blob': 'GetBlob',
  'HEAD blob': 'HeadBlob',
  'POST upload': 'StartUpload',
  'PATCH upload': 'PatchUpload',
  'PUT upload': 'FinishUpload',
};

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints */
export function route({ method = 'GET', url = '/' }: IncomingMessage): RegistryRequest {
  const { pathname, searchParams: query } = new URL(url, 'http://registry');
  const [, repository = '', part = '', reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs|tags)\/([^/]*)$/.exec(pathname) ?? [];
  const kinds = { manifests: 'manifest', blobs: 'blob', 'blobs/uploads': 'upload', tags: 'tags' } as const;
  const kind = /^\/v2\/?$/.test(pathname) ? 'ping' : (kinds[part as keyof typeof kinds] ?? 'unknown');
  const action = ACTIONS[`${method} ${kind}`];
  return {
    kind: action ? kind : 'unknown',
    method,
    action: action ?? `${method} ${pathname}`,
    repository,
    reference,
    query,
  };
}
