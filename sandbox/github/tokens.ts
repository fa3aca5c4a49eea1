import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Core } from '../service.ts';
import { claimsOf, findJob } from './jobs.ts';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Issuer {
  /** A signed token of a job of the world. */
  token(job: string, audience: string): Promise<string>;
  /** The public key of a `kid`; `undefined` when the issuer has none. */
  publicKey(kid: string | undefined): KeyObject | undefined;
  jwks(): { keys: Record<string, unknown>[] };
}

/** Made when needed, and kept: a key of RSA takes longer to make than all the rest of a sandbox. */
const made = new Map<string, SigningKey>();

function key(kid: string): SigningKey {
  const found = made.get(kid) ?? { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  made.set(kid, found);
  return found;
}

/** All OIDC issuers of the sandboxes of this process: GitHub and whatever a job's claims name as `iss`. They share one key. */
export function makeIssuer(core: Pick<Core, 'world' | 'clock' | 'secrets'>): Issuer {
  return {
    token: async (job, audience) => {
      const now = Math.floor(core.clock.now() / 1000);
      const other = findJob(core.world, job).signedWith === 'other';
      const { privateKey } = key(other ? 'other' : 'sandbox');
      const token = await new SignJWT(claimsOf(core.world, job, { audience, now }))
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'sandbox' })
        .sign(privateKey);
      core.secrets.add(token);
      return token;
    },
    publicKey: (kid) => (kid === 'sandbox' ? key('sandbox').publicKey : undefined),
    jwks: () => ({
      keys: [{ ...key('sandbox').publicKey.export({ format: 'jwk' }), kid: 'sandbox', use: 'sig', alg: 'RS256' }],
    }),
  };
}
