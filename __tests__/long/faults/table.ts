import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../harness/action.ts';

const PAGE = join(ROOT, 'docs/threat-model.md');
const BLOCK = /(<!-- faults: made by __tests__\/long\/faults -->\n)[\s\S]*?(<!-- end of faults -->)/;

/** What became of one kind of fault that met requests once each. */
export interface Row {
  readonly kind: string;
  readonly requests: number;
  readonly isGreen: boolean;
}

const end = ({ isGreen }: Pick<Row, 'isGreen'>) =>
  isGreen ? 'green, and everything is right' : 'with an error that names the call';

/** The kinds on the page, and how the step ends there. */
export function rowsOfPage(): Map<string, string> {
  const [block = ''] = BLOCK.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const rows = [...block.matchAll(/^\| `([\w-]+)` \| \d+ \| (.+?) \|$/gm)];
  return new Map(rows.map(([, kind = '', how = '']) => [kind, how]));
}

export function rowsOf(rows: readonly Row[]): Map<string, string> {
  return new Map(rows.map((row) => [row.kind, end(row)]));
}

/** Writes the table into the page: FAULTS_TABLE=write. */
export function writeTable(rows: readonly Row[]): void {
  const lines = rows.map((row) => `| \`${row.kind}\` | ${row.requests} | ${end(row)} |\n`);
  const table = `| fault | requests that met it, once each | the step ends |\n| --- | --- | --- |\n${lines.join('')}`;
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(BLOCK, (_, open: string, close: string) => open + table + close),
  );
}
