import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../examples/workflows.ts';

/** One import between two files of `src/`, or from one of them to a package; type imports count. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** `import()` at run time: a chunk of its own. */
  readonly lazy: boolean;
  /** `import type`: gone in the bundle. */
  readonly type: boolean;
}

const IMPORT = /(?:^(?:import|export)\s(type\s)?[^;'"]*?from\s|^import\s|(\bimport)\(\s*)'([^']+)'/gm;

/** Every import of `src/`; paths from the root of `src/`, packages by their names. */
export function importsOfSource(): Arrow[] {
  return globSync('**/*.ts', { cwd: join(ROOT, 'src') }).flatMap((from) =>
    importsIn(from, readFileSync(join(ROOT, 'src', from), 'utf8')),
  );
}

/** The imports that the text of one file of `src/` has. */
export function importsIn(from: string, text: string): Arrow[] {
  return [...text.matchAll(IMPORT)].map(([, type, lazy, target = '']) => ({
    from,
    to: target.startsWith('.') ? normalize(join(dirname(from), target)) : target,
    lazy: lazy !== undefined,
    type: type !== undefined,
  }));
}
