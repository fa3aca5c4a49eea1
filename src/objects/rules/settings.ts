/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export const MAX_TAGS = 10;

/** `GLOB => VALUE`: for files whose path below LOCAL, or in the workspace, matches. */
export interface HeaderRule<T extends string = string> {
  readonly glob: string;
  readonly value: T;
}

/** A line of `s3-metadata`: `GLOB => NAME=VALUE`. */
export interface MetadataRule {
  readonly glob: string;
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** What objects are stored with; in each list the last match wins. */
export interface ObjectSettings {
  readonly cacheControl: readonly HeaderRule[];
  readonly contentType: readonly HeaderRule[];
  readonly contentEncoding: readonly HeaderRule[];
  readonly contentDisposition: readonly HeaderRule[];
  readonly contentLanguage: readonly HeaderRule[];
  /** Values are HTTP dates. */
  readonly expires: readonly HeaderRule[];
  readonly metadata: readonly MetadataRule[];
  readonly compress: readonly HeaderRule<'gzip' | 'br'>[];
  readonly tags: Readonly<Record<string, string>>;
  readonly storageClass: string | undefined;
  /** `AES256`, `aws:kms`, `aws:kms:dsse`; `undefined`: the bucket's default acts. */
  readonly encryption: string | undefined;
  readonly kmsKey: string | undefined;
}
