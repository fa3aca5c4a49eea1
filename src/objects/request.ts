import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import picomatch from 'picomatch';
import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import {
  parseCacheControl,
  parseContentEncoding,
  parseContentType,
  parseExclusion,
  parseExpires,
  parseGlob,
  parseLanguage,
  parseMetadata,
  parseRule,
  parseTags,
} from './request-headers.ts';
import {
  type DistributionLine,
  parseDistribution,
  parseTarget,
  type Redirect,
  readRedirects,
  type UploadTarget,
} from './request-lines.ts';
import { type AclWish, CANNED_ACLS } from './rules/acl.ts';
import type { HeaderRule, ObjectSettings } from './rules/settings.ts';
import { MAX_PATHS_IN_PROGRESS, MAX_WILDCARDS_IN_PROGRESS, VIEWER_PATH } from './rules/viewer-paths.ts';

/** At most so many deletions; `share` of the objects that are under the prefix. */
export type DeleteLimit = { readonly count: number } | { readonly share: number };

export interface ObjectsRequest extends ObjectSettings {
  readonly targets: readonly UploadTarget[];
  /** Globs of what is neither uploaded nor deleted. */
  readonly excludes: readonly { readonly glob: string; readonly line: number }[];
  readonly workspace: string;
  readonly acl: AclWish;
  readonly verifyOwner: 'auto' | 'fail' | 'warn' | 'off';
  /** 12 digits. */
  readonly bucketOwner: string | undefined;
  readonly fixAcl: boolean;
  readonly uploadUnchanged: boolean;
  readonly delete: boolean;
  readonly maxDelete: DeleteLimit;
  readonly immutable: boolean;
  /** Globs of what is uploaded after everything else. */
  readonly last: readonly { readonly glob: string; readonly isGiven: boolean }[];
  readonly hiddenFiles: boolean;
  readonly followSymlinks: boolean;
  /** Absolute paths of files with secrets that this step or an earlier one writes. */
  readonly secretFiles: readonly string[];
  readonly ifNoFilesFound: 'error' | 'warn' | 'ignore';
  readonly waitForReplication: boolean;
  readonly distributions: readonly DistributionLine[];
  readonly redirects: readonly Redirect[];
  /** Paths to invalidate; `undefined`: what changed. */
  readonly invalidationPaths: readonly string[] | undefined;
  readonly waitForInvalidation: boolean;
}

/** `undefined` when the step uploads nothing. */
export function objectsRequest(
  inputs: InputReader,
  { secretFiles }: Pick<ObjectsRequest, 'secretFiles'>,
): ObjectsRequest | undefined {
  const { targets, excludes } = readTargets(inputs);
  if (inputs.lines('s3-upload').length === 0) return undefined;
  if (targets.length === 0 && excludes.length === inputs.lines('s3-upload').length) {
    inputs.wrong('s3-upload', undefined, {
      what: 'there are only exclusions',
      fix: 'add a line LOCAL => s3://BUCKET/PREFIX',
    });
  }
  const paths = inputs.parsed('cloudfront-paths', parseViewerPath);
  const request: ObjectsRequest = {
    targets,
    excludes,
    workspace: inputs.env.GITHUB_WORKSPACE ?? '.',
    acl: inputs.oneOf('s3-acl', ['auto', 'none', ...CANNED_ACLS], 'auto'),
    verifyOwner: inputs.oneOf('s3-verify-owner', ['auto', 'fail', 'warn', 'off'], 'auto'),
    bucketOwner: matching(inputs, 's3-bucket-owner', {
      form: /^\d{12}$/,
      fix: 'write the 12 digits of an account id, in quotes where the first is 0: YAML takes it away',
    }),
    fixAcl: inputs.boolean('s3-fix-acl', false),
    uploadUnchanged: inputs.boolean('s3-upload-unchanged', false),
    delete: inputs.boolean('s3-delete', false),
    maxDelete: readLimit(inputs),
    immutable: inputs.boolean('s3-immutable', false),
    last: readLast(inputs),
    hiddenFiles: inputs.boolean('s3-include-hidden-files', false),
    followSymlinks: inputs.boolean('s3-follow-symlinks', false),
    secretFiles,
    ifNoFilesFound: inputs.oneOf('s3-if-no-files-found', ['error', 'warn', 'ignore'], 'error'),
    waitForReplication: inputs.boolean('s3-wait-for-replication', false),
    distributions: inputs.parsed('cloudfront-distribution', parseDistribution),
    redirects: readRedirects(inputs, targets),
    invalidationPaths: paths.length > 0 ? paths : undefined,
    waitForInvalidation: inputs.boolean('cloudfront-wait', false),
    ...readSettings(inputs),
  };
  checkLocals(inputs, request);
  checkTogether(inputs, request);
  return request;
}

/** Whether everything of the default is a page is not for the reader to hear: only globs that are given can be wrong. */
function readLast(inputs: InputReader): ObjectsRequest['last'] {
  const globs = inputs.parsed('s3-last', parseGlob);
  const isGiven = globs.length > 1 || globs[0] !== ANY_PAGE;
  return (globs.length > 0 ? globs : [ANY_PAGE]).map((glob) => ({ glob, isGiven: isGiven && globs.length > 0 }));
}

/** The default of s3-last in action.yml. */
const ANY_PAGE = '**/*.html';

function readTargets(inputs: InputReader): { targets: UploadTarget[]; excludes: { glob: string; line: number }[] } {
  const targets: UploadTarget[] = [];
  const excludes: { glob: string; line: number }[] = [];
  for (const { text, line } of inputs.lines('s3-upload')) {
    if (text.startsWith('!')) {
      try {
        excludes.push({ glob: parseExclusion(text.slice(1).trim(), inputs.env.GITHUB_WORKSPACE), line });
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        const { what, fix = '' } = thrown.details;
        inputs.wrong('s3-upload', line, { what: `!GLOB: ${what}`, fix });
      }
      continue;
    }
    const parsed = parseTarget(text);
    if ('what' in parsed) inputs.wrong('s3-upload', line, parsed);
    else targets.push({ ...parsed, line });
  }
  return { targets, excludes };
}

function readLimit(inputs: InputReader): DeleteLimit {
  const given = inputs.text('s3-max-delete') ?? '25%';
  const parsed = /^(\d{1,9})(%?)$/.exec(given);
  if (parsed && !parsed[2]) return { count: Number(parsed[1]) };
  if (parsed && Number(parsed[1]) <= 100) return { share: Number(parsed[1]) / 100 };
  inputs.wrong('s3-max-delete', undefined, {
    what: `${quote(given)} is not accepted`,
    fix: 'write a number of objects, 100, or a share of those under the prefix, 25%',
  });
  return { count: 0 };
}

function readSettings(inputs: InputReader): ObjectSettings {
  const rules = (name: string): HeaderRule[] => inputs.parsed(name, parseRule);
  const encodings = rules('s3-compress').map((rule) => {
    if (rule.value !== 'gzip' && rule.value !== 'br') {
      inputs.wrong('s3-compress', undefined, {
        what: `${quote(rule.value)} is not accepted`,
        fix: 'write GLOB => gzip or GLOB => br',
      });
    }
    return { glob: rule.glob, value: rule.value === 'br' ? ('br' as const) : ('gzip' as const) };
  });
  return {
    cacheControl: inputs.parsed('s3-cache-control', parseCacheControl),
    contentType: inputs.parsed('s3-content-type', parseContentType),
    contentEncoding: inputs.parsed('s3-content-encoding', parseContentEncoding),
    contentDisposition: rules('s3-content-disposition'),
    contentLanguage: inputs.parsed('s3-content-language', parseLanguage),
    expires: inputs.parsed('s3-expires', parseExpires),
    metadata: inputs.parsed('s3-metadata', parseMetadata),
    compress: encodings,
    tags: parseTags(inputs.lines('s3-tags'), inputs),
    storageClass: matching(inputs, 's3-storage-class', {
      form: /^[A-Z_]{3,32}$/,
      fix: 'write a storage class, STANDARD_IA',
    }),
    encryption: inputs.text('s3-sse') && inputs.oneOf('s3-sse', ['AES256', 'aws:kms', 'aws:kms:dsse'], 'AES256'),
    kmsKey: matching(inputs, 's3-sse-kms-key-id', {
      form: /^[\w:/.-]{1,2048}$/,
      fix: "write the key's ARN, arn:aws:kms:…:key/…",
    }),
  };
}

/** A file or folder that is not there is bad input, before anything is sent; a glob may find nothing (s3-if-no-files-found). */
function checkLocals(inputs: InputReader, { targets, workspace, ifNoFilesFound }: ObjectsRequest): void {
  if (ifNoFilesFound !== 'error') return;
  for (const { local, line } of targets) {
    if (picomatch.scan(local).isGlob || !isMissing(resolve(workspace, local))) continue;
    inputs.wrong('s3-upload', line, {
      what: `there is no ${quote(local)} in the workspace`,
      fix: `${local.includes('\\') ? 'write slashes in place of backslashes; or ' : ''}check the path (from the root of the workspace: working-directory counts for run steps only) and the step that builds it; s3-if-no-files-found: warn or ignore lets it pass`,
    });
  }
}

/** What the user may not see is not missing: the plan names it. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** What is wrong between inputs. */
function checkTogether(inputs: InputReader, request: ObjectsRequest): void {
  if (request.kmsKey && request.encryption === 'AES256') {
    inputs.wrong('s3-sse-kms-key-id', undefined, { what: 'a KMS key with s3-sse: AES256', fix: 's3-sse: aws:kms' });
  }
  if (request.distributions.length === 0 && (request.invalidationPaths || request.waitForInvalidation)) {
    inputs.wrong('cloudfront-distribution', undefined, {
      what: 'paths to invalidate, or a wait, without a distribution',
      fix: 'give cloudfront-distribution',
    });
  }
  const ids = request.distributions.map(({ distribution }) => distribution);
  if (new Set(ids).size < ids.length) {
    inputs.wrong('cloudfront-distribution', undefined, {
      what: 'one distribution is named twice',
      fix: 'remove a line',
    });
  }
  const wildcards = (request.invalidationPaths ?? []).filter((path) => path.endsWith('*')).length;
  const singles = (request.invalidationPaths ?? []).length - wildcards;
  if (wildcards > MAX_WILDCARDS_IN_PROGRESS || singles > MAX_PATHS_IN_PROGRESS) {
    inputs.wrong('cloudfront-paths', undefined, {
      what: `${wildcards} paths with * and ${singles} without are too many`,
      why: `CloudFront works on ${MAX_WILDCARDS_IN_PROGRESS} and ${MAX_PATHS_IN_PROGRESS} at a time`,
      fix: 'give fewer, wider paths: /*',
    });
  }
  if (request.immutable && (request.delete || request.uploadUnchanged)) {
    inputs.wrong('s3-immutable', undefined, {
      what: 'what is released can neither be deleted nor sent again',
      fix: 'leave out s3-delete and s3-upload-unchanged',
    });
  }
}

function matching(
  inputs: InputReader,
  name: string,
  { form, fix }: { readonly form: RegExp; readonly fix: string },
): string | undefined {
  const given = inputs.text(name);
  if (given !== undefined && !form.test(given))
    inputs.wrong(name, undefined, { what: `${quote(given)} is not accepted`, fix });
  return given;
}

/**
 * A path to invalidate, as a viewer asks for it; `*` only at the end.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
function parseViewerPath(text: string): string {
  if (/%7E/i.test(text)) {
    throw new Problem({
      what: `${quote(text)} has a tilde, for which CloudFront knows no path: %7E matches no ~`,
      fix: `end before it with *: ${text.slice(0, text.search(/%7E/i))}*`,
    });
  }
  if (text.length <= 4_000 && VIEWER_PATH.test(text) && !/,\s*\//.test(text)) return text;
  const fix = /,\s*\//.test(text)
    ? 'write one path a line'
    : 'begin with /, use * only as the last character, and write other characters percent-encoded: /a%20b';
  throw new Problem({ what: `${quote(text)} is not a path to invalidate`, fix });
}
