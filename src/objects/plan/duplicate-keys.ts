import { Problem, Problems } from '../../base/problem.ts';
import type { LocalTarget } from '../local/targets.ts';
import type { LocalFile } from '../local/walked-file.ts';
import type { PlannedObject } from './plan.ts';

/** Makes sure that each key is planned once, even if two lines name it. */
export interface SingleKeys {
  /** Whether no line before names the key; the same file with the same headers is then no other object. */
  isFirst(object: PlannedObject, from: From): boolean;
  /** @throws Problems: two files for one key, or one file with two sets of headers */
  throwProblems(): void;
}

interface From {
  readonly target: Pick<LocalTarget, 'line' | 'bucket'>;
  readonly file: Pick<LocalFile, 'path'>;
}

export function singleKeys(targets: readonly LocalTarget[]): SingleKeys {
  const lines = new Map<string, number>();
  for (const { bucket } of targets) lines.set(bucket, (lines.get(bucket) ?? 0) + 1);
  const seen = new Map<string, { readonly object: PlannedObject; readonly from: From }>();
  const problems: Problem[] = [];
  return {
    isFirst: (object, from) => {
      if (lines.get(object.bucket) === 1) return true;
      const address = `s3://${object.bucket}/${object.key}`;
      const before = seen.get(address);
      if (!before) {
        seen.set(address, { object, from });
        return true;
      }
      const why = differenceOf(before, { object, from });
      if (why) {
        problems.push(
          new Problem({
            what: `lines ${before.from.target.line} and ${from.target.line} of s3-upload name the same key`,
            on: address,
            why,
            fix: 'change a prefix, or exclude the file from one of the lines',
          }),
        );
      }
      return false;
    },
    throwProblems: () => {
      if (problems.length > 0) throw new Problems(problems);
    },
  };
}

type Seen = { readonly object: PlannedObject; readonly from: From };

function differenceOf(one: Seen, other: Seen): string | undefined {
  if (one.from.file.path !== other.from.file.path) return `${one.from.file.path} and ${other.from.file.path} go there`;
  const same = (object: PlannedObject) => JSON.stringify(Object.entries(object.headers).sort());
  if (one.object.action === other.object.action && same(one.object) === same(other.object)) return undefined;
  return 'the rules for headers match the path below LOCAL, which differs from line to line';
}
