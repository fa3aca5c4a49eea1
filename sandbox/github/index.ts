import { type Answer, AwsError, type Core, type Service } from '../service.ts';
import type { Issuer } from './tokens.ts';

/** The bearer token with which a job's steps ask for id tokens. */
export type RequestTokens = ReadonlyMap<string, string>;

/**
 * GitHub's token endpoint and OIDC discovery, below `/github/`.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
export function makeGithub(core: Core, issuer: Issuer, requestTokens: RequestTokens): Service {
  return {
    name: 'github',
    protocol: 'plain',
    unsigned: 'allowed',
    actionOf: ({ path }) => {
      if (path.startsWith('/github/token/')) return 'GetIdToken';
      return path.startsWith('/github/.well-known/') ? 'GetDiscovery' : undefined;
    },
    handle: async ({ action, path, query, headers, entry }) => {
      if (action === 'GetDiscovery') return discovery(core, issuer, path);
      const job = decodeURIComponent(path.slice('/github/token/'.length));
      const wanted = requestTokens.get(job);
      if (!wanted || headers.authorization !== `Bearer ${wanted}`)
        throw new AwsError('Unauthorized', 401, '{"message":"The request token is not valid."}');
      if (!query.has('api-version')) throw new AwsError('BadRequest', 400, '{"message":"api-version is missing."}');
      const audience = query.get('audience') ?? '';
      entry.params.audience = audience;
      return jsonAnswer({ count: 1, value: await issuer.token(job, audience) });
    },
  };
}

function discovery(core: Core, issuer: Issuer, path: string): Answer {
  if (path.endsWith('/jwks')) return jsonAnswer(issuer.jwks());
  return jsonAnswer({
    issuer: core.world.github.issuer,
    jwks_uri: `${core.url}/github/.well-known/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public', 'pairwise'],
  });
}

function jsonAnswer(value: unknown): Answer {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}
