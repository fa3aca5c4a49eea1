import { type Verdict, verdictOf } from '../../base/retryable.ts';
import { RegistryRefused } from './denied.ts';

const DAY = 24 * 3600 * 1000;
/** A blob is worth more tries than a call, and may be hours under way. */
export const BLOB_RULES = { attempts: 6, callMs: DAY, budgetMs: DAY };
/**
 * Refusals that mean something which has passed when it is asked again: a blob that was just sent, or a repository that was just
 * created, is not to be seen at once everywhere.
 */
const SOON = new Set(['NAME_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']);

/**
 * Refusals of an upload that was lost or came damaged: the blob is sent again. Registries forget upload sessions when one of their
 * servers goes, and find the digest wrong when bytes were lost on the way.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
const LOST_UPLOAD = new Set([
  'BLOB_UPLOAD_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'NAME_UNKNOWN',
]);

/** A login that has expired was renewed when the refusal was read: the call is worth one more try. */
export function verdictOfRegistry(error: unknown): Verdict {
  return error instanceof RegistryRefused && error.isExpired ? 'grace' : verdictOf(error);
}

export function verdictOfUpload(error: unknown): Verdict {
  const isLost = error instanceof RegistryRefused && error.status < 500 && LOST_UPLOAD.has(error.code);
  return isLost ? 'transient' : verdictOfRegistry(error);
}

export function verdictOfPut(error: unknown): Verdict {
  return error instanceof RegistryRefused && SOON.has(error.code) ? 'grace' : verdictOfRegistry(error);
}
