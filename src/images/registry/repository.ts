import type { Aws } from '../../aws/client.ts';
import type { HttpAnswer, HttpRequest } from '../../base/http.ts';
import type { Content } from '../model/content.ts';
import type { Descriptor } from '../model/image.ts';

export interface RemoteManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** One repository, as the distribution protocol gives it: https://github.com/opencontainers/distribution-spec */
export interface Repository {
  readonly name: string;
  readonly arn: string;
  /** Undefined: no such tag or digest. @throws RegistryRefused with `NAME_UNKNOWN` when there is no such repository */
  manifest(reference: string): Promise<RemoteManifest | undefined>;
  /** Whether the blob is there, in its size. */
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  /**
   * Reads a blob from its beginning, at most a byte more than its descriptor says; it is not compared with anything. After a
   * connection is lost, `use` is called again with all of it.
   */
  read<T>(descriptor: Descriptor, use: (chunks: AsyncIterable<Buffer>) => Promise<T>): Promise<T>;
  /** Asks for the first byte of a blob. @throws RegistryRefused when it may not be read */
  probe(descriptor: Descriptor): Promise<void>;
  /** Begins to read a blob, at a position, once: who sends it on tries again. It is not compared with anything. */
  open(descriptor: Descriptor, from: number, to: number): Promise<AsyncIterable<Buffer>>;
  /** A config: small, checked against its digest. */
  config(descriptor: Descriptor): Promise<Buffer>;
  /** Uploads a blob, or mounts it from another repository of the registry if the registry does that. */
  push(blob: PushedBlob): Promise<'uploaded' | 'mounted'>;
  putManifest(reference: string, mediaType: string, bytes: Buffer): Promise<void>;
}

export interface PushedBlob {
  readonly descriptor: Descriptor;
  readonly content: Content;
  readonly mountFrom?: string | undefined;
  /** Called with bytes as they are sent; negative when an attempt is given up. */
  readonly sent?: (bytes: number) => void;
}

/** What one request of a repository is, before the registry's address and login are put to it. */
export interface RepositoryRequest {
  /** The IAM action behind it, for messages. */
  readonly action: string;
  readonly method: string;
  /** Below `/v2/NAME/`; or the address of an upload, as the registry gave it. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest['body'];
  /** Statuses that are answers; others are errors. */
  readonly expect: readonly number[];
}

/** Sends one request, without retries. @throws RegistryRefused */
export type Send = (request: RepositoryRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** Reads, wherever the registry redirects to; without retries. @throws RegistryRefused for any answer without content */
export type Get = (
  request: Pick<RepositoryRequest, 'action' | 'path' | 'headers'>,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** What the calls of one repository are made with. */
export interface RegistryWire {
  /** The repository's, for messages. */
  readonly arn: string;
  readonly send: Send;
  readonly get: Get;
  /** With the house's retries. */
  readonly call: Aws['call'];
  /** Waits for the next free slot under the quota of PutImage. */
  readonly pace: () => Promise<void>;
  readonly rules: UploadRules;
}

/** How large blobs are sent; bytes and milliseconds. */
export interface UploadRules {
  /** An attempt is given up when nothing moves for so long, however long it takes in all. */
  readonly stallMs: number;
  /** A blob larger than this is sent in parts, so that a lost connection costs a part and not all. */
  readonly partsOver: number;
  /** ECR wants at least 5 MiB for each part but the last. */
  readonly partSize: number;
}
