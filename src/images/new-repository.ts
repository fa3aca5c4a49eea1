import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';

/** How `ecr-create-repository` makes a repository. */
export interface NewRepository {
  readonly mutability: 'IMMUTABLE' | 'MUTABLE';
  /** Wildcards of tags to which the other rule applies. */
  readonly exclusions: readonly string[];
  readonly scanOnPush: boolean;
  /** A key: its ARN, id or alias; undefined: AWS's own key for ECR. */
  readonly encryption: { readonly type: 'AES256' } | { readonly type: 'KMS'; readonly key: string | undefined };
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** The inputs that say something which ECR Public does not have. */
  readonly privateOnly: readonly string[];
}

const SETTINGS = [
  'ecr-repository-mutability',
  'ecr-repository-mutability-exclusions',
  'ecr-repository-scan-on-push',
  'ecr-repository-encryption',
] as const;

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
const MAX_EXCLUSIONS = 5;
const EXCLUSION = /^[\w.*-]{1,128}$/;
const KMS_KEY = /^(arn:[\w-]+:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+|alias\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/;

/** @returns undefined unless the step is to create missing repositories */
export function newRepositoryRequest(inputs: InputReader): NewRepository | undefined {
  const exclusions = inputs.parsed('ecr-repository-mutability-exclusions', parseExclusion);
  if (exclusions.length > MAX_EXCLUSIONS) {
    inputs.wrong('ecr-repository-mutability-exclusions', undefined, {
      what: `${exclusions.length} filters are too many`,
      fix: `write up to ${MAX_EXCLUSIONS}, one per line`,
    });
  }
  const made: NewRepository = {
    mutability: inputs.oneOf('ecr-repository-mutability', ['IMMUTABLE', 'MUTABLE'], 'IMMUTABLE'),
    exclusions,
    scanOnPush: inputs.boolean('ecr-repository-scan-on-push', true),
    encryption: readEncryption(inputs),
    tags: inputs.parsed('ecr-repository-tags', parseTag),
    privateOnly: SETTINGS.filter((name) => inputs.text(name) !== undefined),
  };
  if (inputs.boolean('ecr-create-repository', false)) return made;
  for (const name of [...SETTINGS, 'ecr-repository-tags'].filter((it) => inputs.text(it) !== undefined)) {
    inputs.wrong(name, undefined, {
      what: 'it applies to repositories that the step creates, and this step creates none',
      fix: 'set ecr-create-repository: true, or leave this input out',
    });
  }
  return undefined;
}

function parseExclusion(text: string): string {
  if (EXCLUSION.test(text) && text.split('*').length <= 3) return text;
  throw new Problem({
    what: `${quote(text)} is not a filter for tags`,
    fix: 'write a tag, with up to two * for any characters: latest, dev-*',
  });
}

function parseTag(text: string): { Key: string; Value: string } {
  const [key = '', value, ...more] = text.split('=>').map((part) => part.trim());
  if (
    value !== undefined &&
    more.length === 0 &&
    /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u.test(key) &&
    value.length <= 256
  ) {
    return { Key: key, Value: value };
  }
  throw new Problem({ what: `${quote(text)} is not a tag`, fix: 'write KEY => VALUE, one per line' });
}

function readEncryption(inputs: InputReader): NewRepository['encryption'] {
  const given = inputs.text('ecr-repository-encryption') ?? 'AES256';
  if (given === 'KMS') return { type: 'KMS', key: undefined };
  if (KMS_KEY.test(given)) return { type: 'KMS', key: given };
  if (given !== 'AES256') {
    inputs.wrong('ecr-repository-encryption', undefined, {
      what: `${quote(given)} is not accepted`,
      fix: 'write AES256, KMS (the key of AWS), or the ARN, id or alias of a KMS key',
    });
  }
  return { type: 'AES256' };
}
