import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import type { Clock } from './clock.ts';
import type { Caller, KeyRing } from './credentials.ts';
import type { RegistryState } from './ecr/state.ts';
import type { Faults } from './faults.ts';
import type { PolicyDocument } from './iam/policy.ts';
import type { LogEntry, RequestLog } from './log.ts';
import type { BucketState } from './s3/model.ts';
import type { World } from './world.ts';

/**
 * How a service's requests and errors look on the wire. `plain`: neither signed nor an AWS protocol (GitHub, metadata).
 * https://smithy.io/2.0/aws/protocols/index.html
 */
export type Protocol = 'query' | 'json' | 'rest-json' | 'rest-xml' | 'plain';

/** A stand-in for one service. Its state is its own, read from its section of the world when it is made. */
export interface Service {
  /** As in a SigV4 credential scope: `ssm`, `s3`, `ecr`. */
  readonly name: string;
  readonly protocol: Protocol;
  /** What `X-Amz-Target` starts with, before the dot: `AmazonSSM`. */
  readonly targetPrefix?: string;
  /** Unsigned requests reach the service as `anonymous`; otherwise they are an error, except these actions. */
  readonly unsigned?: 'allowed' | readonly string[];
  /** The service reads `call.stream` itself, and `call.body` is empty. */
  readonly streams?: boolean;
  /** The action of a REST request, as IAM or the API names it; `undefined` for a request that the service does not know. */
  actionOf?(head: Head): string | undefined;
  /** @throws AwsError, which is rendered in the service's protocol. */
  handle(call: ServiceCall): Promise<Answer> | Answer;
}

/** Makes a service for one sandbox. */
export type ServiceFactory = (core: Core) => Service;

/** The head of a request. */
export interface Head {
  readonly method: string;
  /** Percent-encoded as received, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A request whose signature has been verified. */
export interface ServiceCall extends Head {
  readonly action: string;
  /** Of the credential scope; the world's for unsigned requests. */
  readonly region: string;
  readonly caller: Caller;
  /** The whole body, already out of `aws-chunked`; its hash has been compared with what was signed. */
  readonly body: Buffer;
  /** The same as it arrives, for services with `streams`: throws at its end when the hash is not what was signed. */
  readonly stream: AsyncIterable<Buffer>;
  /** Trailers of an `aws-chunked` body, once the body has been read: `x-amz-checksum-crc32`, … */
  readonly trailers: Readonly<Record<string, string>>;
  /** The JSON body, or the form of a query request as flat fields. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Add what a test may want to assert to `entry.params`. */
  readonly entry: LogEntry;
  /** @throws AwsError AccessDenied with AWS's reason, unless the caller may do this. */
  authorize(check: AccessCheck): void;
  /** The same as a question. */
  allowed(check: AccessCheck): boolean;
}

export interface AccessCheck {
  /** `ssm:GetParameters`. */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Whose resource it is; the caller's own account when left out. */
  readonly resourceAccount?: string | undefined;
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** Service-specific condition keys: `s3:x-amz-acl`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Answer {
  /** 200 when left out. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  /** Without AWS's id of the request, as other stores answer. */
  readonly isBare?: boolean;
}

export interface ErrorAnswer {
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further elements of the error: `{ BucketName: 'b' }` (XML), `{ requiredField: 1 }` (JSON). */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** An error as AWS answers it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, answer: string | ErrorAnswer) {
    const { message, headers = {}, fields = {} } = typeof answer === 'string' ? { message: answer } : answer;
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
    this.fields = fields;
  }
}

/** What every service of one sandbox shares. */
export interface Core {
  readonly world: World;
  readonly clock: Clock;
  /** Every secret that was minted or is held: add each one the moment it exists. */
  readonly secrets: Set<string>;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly keys: KeyRing;
  /** What the users of a target of a rollout get: `ecs:prod/web` → its images. Kept by the services that roll out. */
  readonly serving: Map<string, string>;
  /** Buckets by name, for services that read from them. */
  readonly buckets: Map<string, BucketState>;
  /** Registries by `ACCOUNT/REGION`, from the first login on. */
  readonly registries: Map<string, RegistryState>;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Opens a further port on loopback; it is closed with the sandbox. Returns `http://127.0.0.1:PORT`. */
  listen(handler: RequestListener): Promise<string>;
}

/** A JSON answer in the AWS JSON 1.1 protocol. */
export function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}
