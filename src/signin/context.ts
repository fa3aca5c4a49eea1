import type { Http } from '../http.ts';
import type { Call, CallOptions } from '../retry.ts';

/** What signing in uses of the outside. */
export interface SignInContext {
  readonly http: Http;
  readonly call: Call;
  /** Rules of every call of the sign-in. */
  readonly how: CallOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint: URL;
  readonly region: string;
  readonly mask: (value: string) => void;
  readonly say: (line: string) => void;
}
