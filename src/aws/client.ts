import { type Http, USER_AGENT } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import type { Call, CallOptions } from '../base/retry.ts';
import { isExpired, shapeOf, type Verdict, verdictOf } from '../base/retryable.ts';
import { allowing, neededFor, saysDenied } from './denied.ts';
import { notAws } from './not-aws.ts';
import { type AnswerTo, type AskedBy, type ProvenAction, prove } from './proof.ts';
import { type SdkHandler, sdkHandler } from './sdk-handler.ts';
import type { SessionCredentials } from './session.ts';

/** The configuration that every SDK client of this action is made with. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials: SessionCredentials;
  readonly requestHandler: SdkHandler;
  /** Retries are those of `call` alone: two loops would multiply. */
  readonly maxAttempts: 1;
  /** Else AWS_RETRY_MODE and AWS_DEFAULTS_MODE say how: the SDK throws on a mode that it does not know, and asks EC2 for `auto`. */
  readonly retryMode: 'standard';
  readonly defaultsMode: 'standard';
  readonly customUserAgent: string;
  /** Set where the region's name says so; else the SDK reads the environment and the shared config file. */
  readonly useFipsEndpoint?: true;
  /** Whose endpoints and settings of the shared config file hold. */
  readonly profile?: string;
}

type HowTo<A extends ProvenAction> = [AskedBy<A>] extends [never]
  ? [how?: CallOptions]
  : [how: CallOptions & { readonly asked: AskedBy<A> }];

/**
 * Sends one call, and counts it as done only when its answer proves it (proof.ts).
 * @param how with `asked` where the answer has to be compared with what was asked for
 * @throws Unproven when the answer is not an error and proves nothing
 */
export type ProvenCall = <A extends ProvenAction, T extends AnswerTo<A>>(
  action: A,
  attempt: (signal: AbortSignal) => Promise<T>,
  ...how: HowTo<A>
) => Promise<T>;

/** One way to talk to AWS: `new SSMClient(aws.client(region))`, then `aws.call('ssm:GetParameters', …)`. */
export interface Aws {
  /**
   * All clients share one set of connections: none may be destroyed while another works. Endpoints come from `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`, which the SDK
   * reads itself.
   */
  client(region?: string): ClientConfig;
  /**
   * Sends one call with the house's retries, and signs in again when AWS says that the session has expired: `aws.call('ecr:PutImage', (abortSignal) => ecr.send(command, { abortSignal }))`.
   * @throws Refused when AWS answered with an error; Problem when it did not answer.
   */
  readonly call: ProvenCall;
  /** The region was given by a name that says FIPS: `us-east-1-fips`. */
  readonly fips?: boolean;
}

/** An answer of AWS that is an error. Jobs look at `code` and say better what it means where they can. */
export class Refused extends Problem {
  /** The IAM action as it is written in a policy, `s3:ListBucket`. */
  readonly action: string;
  /** AWS's error code, `AccessDeniedException`. */
  readonly code: string;
  readonly status: number;

  constructor(action: string, error: Error) {
    const { name, status } = shapeOf(error);
    const said = error.message || undefined;
    super({
      what: `${action} was refused with ${name} (HTTP ${status})`,
      why: said,
      fix: saysDenied({ code: name, status }) ? allowing({ said, needed: neededFor(action, said) }) : FIXES[name],
      cause: error,
    });
    this.action = action;
    this.code = name;
    this.status = status;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html */
const NOT_KNOWN = `one of these: the region is not enabled in the account, as opt-in regions answer so; the session is of the global STS endpoint (sts-endpoint), which opt-in regions do not take; the credentials are those of another partition or server (AWS_ENDPOINT_URL and the variables like it), or were deleted`;

const IN_PATH =
  'ask the provider to let addresses have the bucket in the path (path style), as this action does at AWS_ENDPOINT_URL_S3';

/** What to do by AWS's code, for those that any call may get. */
const FIXES: Readonly<Record<string, string>> = {
  OptInRequired: 'enable the service, or the region, in the account',
  SubscriptionRequiredException: 'enable the service, or the region, in the account',
  AllAccessDisabled: 'AWS has turned off all access to it: ask its owner, or AWS support',
  RequestTimeTooSkewed: 'set the clock of the runner (NTP), and run the job again',
  PermanentRedirect:
    'unset AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL, or name the endpoint of the region that the bucket is in',
  // Servers that are not AWS: https://github.com/peak/s5cmd/issues/518
  SecondLevelDomainForbidden: IN_PATH,
  PathStyleDomainForbidden: IN_PATH,
  VirtualHostDomainRequired: IN_PATH,
  SignatureDoesNotMatch: 'check the clock of the runner, and whether a proxy changes requests',
  InvalidAccessKeyId: NOT_KNOWN,
  UnrecognizedClientException: NOT_KNOWN,
  InvalidClientTokenId: NOT_KNOWN,
};

export interface AwsDeps {
  readonly region: string;
  readonly credentials: SessionCredentials;
  readonly http: Http;
  readonly call: Call;
  /** The region's name is an older one that says FIPS. */
  readonly fips?: boolean;
  /** The profile in use. */
  readonly profile?: string;
}

export function makeAws({ region: home, credentials, http, call, fips = false, profile }: AwsDeps): Aws {
  const signedIn: Call = async (action, attempt, how) => {
    let began = 0;
    const timed = (signal: AbortSignal) => {
      began = Date.now();
      return attempt(signal);
    };
    const classify = (error: unknown): Verdict => {
      // Another server's page, mostly with status 200: worth one more try.
      if (isAnswered(error) && isUnread(error) && shapeOf(error).status < 400) return 'grace';
      // The SDK has set its clock by what AWS answered.
      if (isClockSet(error)) return 'transient';
      if (!isExpired(error)) return (how?.classify ?? verdictOf)(error);
      credentials.forget(began);
      return 'renewed';
    };
    try {
      return await call(action, timed, { ...how, classify });
    } catch (thrown) {
      if (!isAnswered(thrown)) throw thrown;
      throw isUnread(thrown)
        ? notAws(action, { status: shapeOf(thrown).status, cause: thrown })
        : new Refused(action, thrown);
    }
  };
  return {
    client: (region = home) => ({
      ...clientConfig(http, region, credentials),
      ...(fips ? { useFipsEndpoint: true } : {}),
      ...(profile ? { profile } : {}),
    }),
    call: proven(signedIn),
    fips,
  };
}

function isClockSet(error: unknown): boolean {
  return (error as { $metadata?: { clockSkewCorrected?: true } }).$metadata?.clockSkewCorrected === true;
}

/** Holds every attempt of a call to what proves it. */
export function proven(call: Call): ProvenCall {
  return (action, attempt, ...[how]) => {
    const { asked } = (how ?? {}) as { readonly asked?: AskedBy<typeof action> };
    const proving = async (signal: AbortSignal) => {
      const answer = await attempt(signal);
      prove(action, answer, asked);
      return answer;
    };
    return call(action, proving, how);
  };
}

function clientConfig(http: Http, region: string, credentials: SessionCredentials): ClientConfig {
  return {
    region,
    credentials,
    requestHandler: sdkHandler(http),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    customUserAgent: USER_AGENT,
  };
}

/** Whether there was an answer: the SDK then gives its error `$metadata` with the status. */
function isAnswered(thrown: unknown): thrown is Error {
  return thrown instanceof Error && shapeOf(thrown).status > 0 && '$metadata' in thrown;
}

/** Whether the SDK could not read the answer: it throws the parser's error then, and no exception of a service, which has a `$fault`. */
function isUnread(thrown: Error): boolean {
  return '$response' in thrown && !('$fault' in thrown);
}
