import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';

/** An OIDC issuer of our own, as radosgw wants it: port 80, since its ARNs may hold no colon, and keys with certificates. */
export interface Issuer {
  /** `http://127.0.0.77`. */
  readonly url: string;
  /** SHA-1 of the signing certificate, in hex. */
  readonly thumbprint: string;
  /** A token with these claims in place of the usual ones; `undefined` leaves one out. */
  token(claims?: Readonly<Record<string, unknown>>, how?: { readonly foreignKey?: boolean }): Promise<string>;
  /** What a step of a job asks with: its tokens have these claims. */
  env(claims?: Readonly<Record<string, unknown>>, how?: { readonly foreignKey?: boolean }): Record<string, string>;
  stop(): void;
}

const HOST = '127.0.0.77';

export async function startIssuer(): Promise<Issuer> {
  const url = `http://${HOST}`;
  const { key, sha1, token } = makeKey(url);
  const documents: Record<string, unknown> = {
    '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
    '/jwks': { keys: [key] },
  };
  const jobs: (() => Promise<string>)[] = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', url);
    const job = jobs[Number(pathname.split('/token/')[1])];
    const document = job ? { value: await job() } : documents[pathname];
    response
      .writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(80, HOST, resolve));
  return {
    url,
    thumbprint: sha1.toString('hex'),
    token,
    env: (claims, how) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token/${jobs.push(() => token(claims, how)) - 1}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job',
    }),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The issuer's key as its JWKS shows it, the SHA-1 of its certificate, and tokens signed with it, or with one that nobody knows. */
function makeKey(issuer: string): { key: object; sha1: Buffer; token: Issuer['token'] } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const certificate = selfSigned(privateKey);
  const sha1 = createHash('sha1').update(certificate).digest();
  const names = { kid: 'k', x5t: sha1.toString('base64url') };
  const token: Issuer['token'] = async (claims = {}, { foreignKey = false } = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const usual = {
      iss: issuer,
      aud: 'sts.amazonaws.com',
      sub: 'repo:octo-org/shop:ref:refs/heads/main',
      iat: now,
      nbf: now - 600,
      exp: now + 300,
    };
    const all = Object.entries({ ...usual, jti: crypto.randomUUID(), repository: 'octo-org/shop', ...claims });
    return new SignJWT(Object.fromEntries(all.filter(([, value]) => value !== undefined)))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...names })
      .sign(foreignKey ? foreign : privateKey);
  };
  const x5c = [certificate.toString('base64')];
  return { key: { ...publicKey.export({ format: 'jwk' }), ...names, use: 'sig', alg: 'RS256', x5c }, sha1, token };
}

/** Node has no way to make a certificate; openssl has. In DER. */
function selfSigned(privateKey: KeyObject): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-issuer-'));
  const file = join(folder, 'key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const args = ['req', '-x509', '-key', file, '-subj', `/CN=${HOST}`, '-days', '2', '-outform', 'DER'];
  try {
    return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
