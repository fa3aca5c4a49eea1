import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { StoredForms } from '../local/stored-form.ts';
import { keyOf, type LocalTarget } from '../local/targets.ts';
import type { LocalFile } from '../local/walked-file.ts';
import type { ObjectsRequest } from '../request.ts';
import { isPublicAcl } from '../rules/acl.ts';
import type { Comparison, ListedObject, ObjectHead } from '../rules/compare.ts';
import type { GlobSet } from '../rules/globs.ts';
import type { HeaderBook } from '../rules/headers.ts';
import { foreignKeyText, isForeignKey } from './kms-keys.ts';
import type { PlannedBucket } from './plan.ts';

/** What the log is to tell of the comparisons. */
export interface ToTell {
  unproved: number;
  /** Sent whole, as a copy would lose their tags. */
  carried: number;
  foreignKeys: number;
  /** Keys of what stays in an archive. */
  readonly archived: string[];
  /** By bucket: a key that encrypts what stays, and that its owner cannot use. */
  readonly keys: Map<string, string | undefined>;
}

/** A comparison that asks for no more facts. */
export type Judged = Exclude<Comparison, { readonly need: unknown }>;

interface Looked {
  readonly compared: Judged;
  readonly listed: ListedObject | undefined;
  readonly head: ObjectHead | undefined;
}

interface NotedFile {
  readonly target: LocalTarget;
  readonly bucket: PlannedBucket;
  readonly file: LocalFile;
}

/** Keeps what the log is to tell of a comparison. */
export function note(
  { access, headed, told }: { readonly access: Access; readonly headed: Set<string>; readonly told: ToTell },
  { target, bucket, file }: NotedFile,
  { compared, listed, head }: Looked,
): void {
  if (compared.unproved) told.unproved++;
  if (compared.foreignKey) told.foreignKeys++;
  // Content that differs is sent whole whatever its headers are: the look was not needed.
  if (head && compared.action !== 'changed') headed.add(bucket.name);
  if (compared.action !== 'unchanged') return;
  if (listed?.isArchived || head?.isArchived) told.archived.push(keyOf(target, file));
  if (bucket.foreignKey === 'warn' && isForeignKey(head?.kmsKey, bucket, access.session))
    told.keys.set(bucket.name, head?.kmsKey);
}

interface Teller {
  readonly request: ObjectsRequest;
  readonly book: HeaderBook;
  readonly forms: StoredForms;
  readonly last: GlobSet;
  readonly told: ToTell;
}

export function tellOf({ request, book, forms, last, told }: Teller, { runner }: Pick<Access, 'runner'>): void {
  if (told.unproved > 0) {
    runner.info(
      `${counted(told.unproved, 'object is', 'objects are')} sent again because S3 did not show their headers or their CRC-32 (s3:GetObject would, of what was uploaded with one)`,
    );
  }
  if (told.carried > 0) {
    runner.info(
      `${counted(told.carried, 'object')} whose headers change ${told.carried === 1 ? 'is' : 'are'} sent whole, because a copy by this server may lose ${told.carried === 1 ? 'its' : 'their'} tags`,
    );
  }
  if (told.foreignKeys > 0) {
    runner.info(
      `${counted(told.foreignKeys, 'object is', 'objects are')} sent again because a KMS key of the uploader's account encrypts them, which the bucket's owner cannot use`,
    );
  }
  const isServed = request.distributions.length > 0 || isPublicAcl(request.acl);
  if (isServed && forms.unencoded.length > 0) {
    runner.warning(
      `${counted(forms.unencoded.length, 'file')} for browsers ${forms.unencoded.length === 1 ? 'is' : 'are'} compressed, and nothing says so: ${someOf(forms.unencoded)}. Viewers get the compressed bytes as a download. Write s3-content-encoding: **/*.br => br, and **/*.gz => gzip.`,
    );
  }
  // A backup may lie in an archive; what is to be served may not.
  if (told.archived.length > 0 && isServed) {
    runner.warning(
      `${told.archived.length} of the unchanged objects cannot be read by any viewer, because their storage class is an archive (GLACIER or DEEP_ARCHIVE): ${someOf(told.archived)}. Send them once with s3-upload-unchanged: true, and take the prefix out of the bucket's lifecycle rule.`,
    );
  }
  for (const [bucket, key] of told.keys) runner.warning(foreignKeyText(bucket, key));
  const rules = last.unmatched().map((place) => ({ input: 's3-last', glob: request.last[place]! }));
  const given = rules.filter(({ glob }) => glob.isGiven).map(({ input, glob }) => ({ input, glob: glob.glob }));
  for (const { input, glob } of [...book.unmatched(), ...given]) {
    runner.warning(
      `${input}: ${glob} matches no file. Globs are matched with the path below LOCAL and with the path in the workspace.`,
    );
  }
  for (const { input, glob, files } of book.missed()) {
    runner.warning(
      `${input}: ${glob} matches only what lies directly in LOCAL. In its folders it leaves out ${files}. Write **/${glob} for any depth, or /${glob} if only the root is meant.`,
    );
  }
}
