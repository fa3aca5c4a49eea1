import { MASKED_OUTPUTS } from '../aws/masked-outputs.ts';
import { consoleUrl } from '../aws/partition.ts';
import { inCode, link, longTable } from '../base/markdown.ts';
import { counted } from '../base/units.ts';
import type { Report } from '../job.ts';
import type { ParametersPlan } from './plan.ts';
import { namesFolders } from './read/permissions.ts';
import type { Entry } from './values/entries.ts';

/** The plan as data: which name gets which version of which parameter, and where it goes. Never a value. */
export function describeParameters({ entries, absent, exportTo, file }: ParametersPlan): unknown {
  return {
    export: exportTo,
    ...(file ? { file: file.path, format: file.dialect, kept: file.keep } : {}),
    variables: fitting(entries),
    notShown: entries.length - fitting(entries).length,
    absent,
  };
}

/** The plan, or what was `applied`, for people. */
export function reportParameters(plan: ParametersPlan, { applied }: { readonly applied: boolean }): Report {
  const { entries, absent, calls, exportTo, file } = plan;
  const lines = [
    `Parameters: ${counted(entries.length, 'value')} in ${counted(calls, 'call')}${applied ? where(plan) : ''}`,
    ...entries.map((entry) => `  ${entry.name} = ${entry.from}${versionText(entry)}`),
    ...absent.map((from) => `  nothing for ${from}: it is not there, and may be missing`),
    ...(exportTo === 'outputs' && applied ? [`  ${MASKED_OUTPUTS}`] : []),
    ...boundLines(plan),
  ];
  const missing = absent.length > 0 ? `, ${absent.length} not there` : '';
  return {
    headline: `${counted(entries.length, 'value')}${applied ? where(plan) : ' to read'}${missing}`,
    lines,
    outputs: applied
      ? { 'ssm-resolved': JSON.stringify(fitting(entries)), ...(file ? { 'ssm-env-file': file.path } : {}) }
      : {},
    summary: summaryOf(plan),
  };
}

function where({ exportTo, file }: ParametersPlan): string {
  const to = exportTo === 'none' ? '' : exportTo === 'env' ? ', exported to later steps' : ', set as outputs';
  const kept = file?.keep ? 'kept' : 'removed when the job ends';
  return `${to}${file ? `, written to ${file.path} (${file.dialect}, 0600, ${kept})` : ''}`;
}

/** GitHub hands outputs on in variables (`env: PLAN: ${{ … }}`), which Linux takes up to 128 KiB; the other jobs have their part. */
const MAX_OUTPUT_CHARACTERS = 50_000;

/** What the outputs say of the values, as many as they can hold. */
function fitting(entries: readonly Entry[]): ReturnType<typeof resolved>[] {
  let left = MAX_OUTPUT_CHARACTERS;
  const all = entries.map(resolved);
  const end = all.findIndex((it) => {
    left -= JSON.stringify(it).length + 1;
    return left < 0;
  });
  return end < 0 ? all : all.slice(0, end);
}

/** What the outputs leave out. */
function boundLines({ entries, reads }: ParametersPlan): string[] {
  const notShown = entries.length - fitting(entries).length;
  return [
    ...(notShown > 0
      ? [`  the outputs plan and ssm-resolved have no room for the last ${notShown} of these values`]
      : []),
    ...(namesFolders(reads) ? ['  the output iam-policy names folders: this many names do not fit into a policy'] : []),
  ];
}

function resolved({ name, from, parameter }: Entry) {
  const { arn = null, version = null, type = 'default' } = parameter ?? {};
  return { name, parameter: from, version, type, arn };
}

function versionText({ parameter }: Entry): string {
  if (!parameter) return '';
  // A secret of Secrets Manager has no number of a version.
  return parameter.version > 0 ? `, version ${parameter.version} (${parameter.type})` : ` (${parameter.type})`;
}

/** Rows that a summary shows; the output ssm-resolved has all. */
const ROWS = 200;

function summaryOf({ entries, absent }: ParametersPlan): string {
  const rows = [
    ...absent.map((from) => ['', inCode(from), '', 'not there']),
    ...entries.map(({ name, from, parameter }) => [
      inCode(name),
      parameterLink(from, parameter?.arn),
      String(parameter?.version ?? ''),
      parameter?.type ?? 'default',
    ]),
  ];
  const heads = ['name', 'parameter', 'version:', 'type'];
  return ['### Parameters (SSM)', longTable({ heads, rows }, { most: ROWS, what: 'values' })].join('\n\n');
}

/** The parameter as it was written, and its page in the console. */
function parameterLink(text: string, arn = ''): string {
  const [, region, name] = /^arn:[\w-]+:ssm:([\w-]+):\d+:parameter(\/.+)$/.exec(arn) ?? [];
  // The console wants the slashes of a name encoded twice.
  const path = `systems-manager/parameters/${encodeURIComponent(encodeURIComponent(name ?? ''))}/description?region=${region}`;
  const page = region && consoleUrl({ region }, path);
  return page ? link(inCode(text), page) : inCode(text);
}
