/** The claims of an id token that this action looks at or shows. https://docs.github.com/actions/reference/security/oidc */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly iat: number;
  readonly repository?: string;
  readonly repository_id?: string;
  readonly repository_owner?: string;
  readonly repository_owner_id?: string;
  readonly event_name?: string;
  readonly ref?: string;
  readonly ref_type?: string;
  readonly environment?: string;
  readonly job_workflow_ref?: string;
  /** `github-hosted` or `self-hosted`. */
  readonly runner_environment?: string;
}

/** Reads a token's payload, unverified: STS verifies it. `undefined` when it is not a token; its text is never quoted. */
export function readClaims(token: string): Claims | undefined {
  // A file may hold the token in JSON or in quotes: those parts would be taken for a part of it.
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const claims = (payload ?? {}) as Partial<Record<keyof Claims, unknown>>;
    if (typeof claims.iss !== 'string' || typeof claims.sub !== 'string') return undefined;
    const aud = Array.isArray(claims.aud) ? String(claims.aud[0]) : String(claims.aud ?? '');
    return { ...claims, aud, exp: Number(claims.exp ?? 0), iat: Number(claims.iat ?? 0) } as Claims;
  } catch {
    return undefined;
  }
}

const SHOWN = [
  'iss',
  'aud',
  'sub',
  'job_workflow_ref',
  'environment',
  'ref',
  'event_name',
  'repository_id',
] as const satisfies readonly (keyof Claims)[];

/** What the token says, a claim a line. Claims are not secret; the token is. */
export function showClaims(claims: Claims): string {
  const lines = SHOWN.filter((name) => claims[name]).map((name) => `  ${name.padEnd(16)} ${claims[name]}`);
  return ['The token says:', ...lines].join('\n');
}
