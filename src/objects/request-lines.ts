import { isBucketName } from '../aws/bucket-name.ts';
import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import { problemOfKey } from './rules/key.ts';

/** `LOCAL => s3://BUCKET/PREFIX` */
export interface UploadTarget {
  /** A file, a folder or a glob, in the workspace or absolute. */
  readonly local: string;
  readonly bucket: string;
  /** Without a leading slash; for a file it may be the whole key. */
  readonly prefix: string;
  /** In the input, from 1. */
  readonly line: number;
}

/** `ID`, or `ID => s3://BUCKET/PATH` for a distribution that serves what lies below its origin path. */
export interface DistributionLine {
  readonly distribution: string;
  /** `prefix` ends in a slash or is empty. Without it viewers ask for every object by its key. */
  readonly origin?: { readonly bucket: string; readonly prefix: string };
}

/** `/old => /new` */
export interface Redirect {
  readonly bucket: string;
  readonly key: string;
  /** A path of the same website, or a URL. */
  readonly location: string;
  readonly line: number;
}

/** What an empty part of a line mostly comes from. */
const UNSET = 'an expression of the workflow that is not set, ${{ vars.NAME }}, leaves nothing behind';

export function parseTarget(text: string): Omit<UploadTarget, 'line'> | { what: string; fix: string } {
  const fix = 'write LOCAL => s3://BUCKET/PREFIX, or !GLOB to exclude';
  const arrow = text.lastIndexOf(' => ');
  const local = text.slice(0, Math.max(0, arrow)).trim();
  const address = text.slice(arrow + 4).trim();
  if (arrow < 0 || local === '' || !address.startsWith('s3://'))
    return { what: `${quote(text)} is not an upload`, fix };
  const parsed = parseAddress(address);
  return 'what' in parsed ? parsed : { local, ...parsed };
}

/** `s3://BUCKET/PREFIX` */
function parseAddress(address: string): { bucket: string; prefix: string } | { what: string; fix: string } {
  const [bucket = '', ...rest] = address.slice('s3://'.length).split('/');
  // An ARN of a bucket has neither region nor account, as Terraform's `aws_s3_bucket.x.arn`.
  const [, named] = /^arn:[\w-]+:s3:::(.+)$/.exec(bucket) ?? [];
  if (named)
    return {
      what: `${quote(bucket)} is the ARN of a bucket`,
      fix: `write its name, s3://${[named, ...rest].join('/')}`,
    };
  if (/^arn:/.test(bucket)) {
    return {
      what: `${quote(bucket)} is an ARN, and not of a bucket for general purposes`,
      fix: 'write the name of a bucket, or the alias of an access point (…-s3alias)',
    };
  }
  if (bucket === '') return { what: `${quote(address)} names no bucket`, fix: `write s3://BUCKET/PREFIX; ${UNSET}` };
  if (!isBucketName(bucket)) {
    return {
      what: `${quote(bucket)} is not the name of a bucket`,
      fix: 'write s3://BUCKET/PREFIX; 3 to 63 of a-z 0-9 . -',
    };
  }
  const prefix = rest.join('/');
  if (prefix.startsWith('/') || prefix.includes('//')) {
    const fix = `write one slash between segments; ${UNSET}`;
    return { what: `the prefix ${quote(prefix)} has an empty segment`, fix };
  }
  const problem = problemOfKey(prefix);
  return problem
    ? { what: `the prefix ${quote(prefix)}: ${problem.what}`, fix: problem.fix ?? 'change the prefix' }
    : { bucket, prefix };
}

export function parseDistribution(text: string): DistributionLine {
  const [, distribution = '', , address] = /^([A-Z0-9]{8,32})(\s*=>\s*(\S+))?$/.exec(text) ?? [];
  if (distribution === '') {
    throw new Problem({
      what: `${quote(text)} is not a distribution`,
      fix: 'write the id of a distribution, E2EXAMPLE123, or E2EXAMPLE123 => s3://BUCKET/ORIGIN-PATH; one per line',
    });
  }
  if (address === undefined) return { distribution };
  const parsed = address.startsWith('s3://') ? parseAddress(address) : { what: '', fix: '' };
  if ('what' in parsed) {
    throw new Problem({ what: `${quote(address)} is not an origin`, fix: 'write s3://BUCKET/ORIGIN-PATH' });
  }
  const { bucket, prefix } = parsed;
  return { distribution, origin: { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html */
const MAX_LOCATION = 2_048;

export function readRedirects(inputs: InputReader, targets: readonly UploadTarget[]): Redirect[] {
  const buckets = [...new Set(targets.map(({ bucket }) => bucket))];
  const redirects: Redirect[] = [];
  for (const { text, line } of inputs.lines('s3-redirects')) {
    const parsed = parseRedirect(text, buckets);
    if ('what' in parsed) inputs.wrong('s3-redirects', line, parsed);
    else if (redirects.some(({ bucket, key }) => bucket === parsed.bucket && key === parsed.key)) {
      inputs.wrong('s3-redirects', line, {
        what: `${quote(text)} is a second redirect of one page`,
        fix: 'remove one',
      });
    } else redirects.push({ ...parsed, line });
  }
  return redirects;
}

/** A path as a browser shows it, `/old%20page`, stands for the key that a website looks for. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function parseRedirect(
  text: string,
  buckets: readonly string[],
): Omit<Redirect, 'line'> | { what: string; fix: string } {
  const fix = 'write /old => /new, or s3://BUCKET/old => https://example.com/new';
  const [, from = '', location = ''] = /^(\S+)\s*=>\s*(\S+)$/.exec(text) ?? [];
  if (!/^(\/|https?:\/\/[^/])/.test(location) || !/^[\x21-\x7e]+$/.test(location) || location.length > MAX_LOCATION) {
    return { what: `${quote(text)} is not a redirect`, fix };
  }
  if (from.startsWith('/') && /[?#]/.test(from)) {
    return { what: `${quote(from)} has a query or a fragment, which S3 does not look at`, fix };
  }
  const path = from.startsWith('/') ? decodedPath(from) : from;
  if (path === undefined) return { what: `${quote(from)} is not percent-encoded as a path is`, fix };
  const address = path.startsWith('/') && buckets.length === 1 ? `s3://${buckets[0]}${path}` : path;
  if (!address.startsWith('s3://')) {
    return {
      what:
        buckets.length > 1
          ? `${quote(from)} may be in any of ${buckets.length} buckets`
          : `${quote(text)} is not a redirect`,
      fix,
    };
  }
  const parsed = parseAddress(address);
  if ('what' in parsed) return parsed;
  const { bucket, prefix } = parsed;
  if (!buckets.includes(bucket)) return { what: `no line of s3-upload is for the bucket ${quote(bucket)}`, fix };
  // A website looks for the index document of what ends in a slash.
  return { bucket, key: prefix === '' || prefix.endsWith('/') ? `${prefix}index.html` : prefix, location };
}
