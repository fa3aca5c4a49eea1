import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { Http } from './http.ts';
import { Problem } from './problem.ts';
import { type Call, shapeOf } from './retry.ts';

/** The configuration that every SDK client of this action is made with. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly requestHandler: NodeHttpHandler;
  /** Retries are those of `call` alone: two loops would multiply. */
  readonly maxAttempts: 1;
  readonly customUserAgent: string;
}

/** One way to talk to AWS: `new SSMClient(aws.client(region))`, then `aws.call('ssm:GetParameters', …)`. */
export interface Aws {
  /** Endpoints come from `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`, which the SDK reads itself. */
  client(region?: string): ClientConfig;
  /**
   * Sends one call with the house's retries: `aws.call('ecr:PutImage', (abortSignal) => ecr.send(command, { abortSignal }))`.
   * @throws Refused when AWS answered with an error; Problem when it did not answer.
   */
  readonly call: Call;
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
    super({
      what: `${action} was refused with ${name} (HTTP ${status})`,
      why: error.message || undefined,
      cause: error,
    });
    this.action = action;
    this.code = name;
    this.status = status;
  }
}

export interface AwsDeps {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly http: Http;
  readonly call: Call;
}

export function makeAws({ region: home, credentials, http, call }: AwsDeps): Aws {
  return {
    client: (region = home) => clientConfig(http, region, credentials),
    call: async (action, attempt, how) => {
      try {
        return await call(action, attempt, how);
      } catch (thrown) {
        throw isServiceError(thrown) ? new Refused(action, thrown) : thrown;
      }
    },
  };
}

/** Also for sign-in, which has no credentials yet. */
export function clientConfig(http: Http, region: string, credentials: AwsCredentialIdentityProvider): ClientConfig {
  return {
    region,
    credentials,
    requestHandler: new NodeHttpHandler({
      httpAgent: http.agents.http,
      httpsAgent: http.agents.https,
      connectionTimeout: 5_000,
    }),
    maxAttempts: 1,
    customUserAgent: 'keyless-aws',
  };
}

/** Whether AWS answered with an error: the SDK's exceptions carry `$metadata` with the status. */
export function isServiceError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && shapeOf(thrown).status > 0 && '$metadata' in thrown;
}
