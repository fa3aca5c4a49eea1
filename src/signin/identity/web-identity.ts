import type { Identity } from '../../aws/session.ts';
import type { PlainUse } from '../../base/plain-http.ts';
import type { Claims } from './claims.ts';

/** A token that proves who the job is. */
export interface IdToken {
  readonly token: string;
  readonly claims: Claims;
}

/** An identity that is proven by a token: GitHub's, or a file's. */
export interface WebIdentity {
  readonly identity: Identity;
  /** Where the token may go in plain HTTP. */
  readonly plain: PlainUse;
  /** Where the token is, if it is in a file. */
  readonly tokenFile?: string;
  /**
   * A token that is good for a call now.
   * @throws Problem when there is none
   */
  token(how: { readonly anew: boolean }): Promise<IdToken>;
}
