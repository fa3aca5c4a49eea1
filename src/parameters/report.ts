import { inCode } from '../base/markdown.ts';
import type { Report } from '../job.ts';
import type { ParametersPlan } from './plan.ts';
import type { Entry } from './values/entries.ts';

/** The plan as data: which name gets which version of which parameter, and where it goes. Never a value. */
export function describeParameters({ entries, absent, exportTo, file }: ParametersPlan): unknown {
  return {
    export: exportTo,
    ...(file ? { file: file.path, format: file.dialect, kept: file.keep } : {}),
    variables: entries.map(resolved),
    absent,
  };
}

/** @param applied whether the plan was carried out */
export function reportParameters(plan: ParametersPlan, applied: boolean): Report {
  const { entries, absent, calls, file } = plan;
  const lines = [
    `Parameters: ${entries.length} values in ${calls} ${calls === 1 ? 'call' : 'calls'}${applied ? where(plan) : ''}`,
    ...entries.map((entry) => `  ${entry.name} = ${entry.from}${versionText(entry)}`),
    ...absent.map((from) => `  nothing for ${from}: it is not there, and may be missing`),
  ];
  return {
    lines,
    outputs: applied
      ? { 'ssm-resolved': JSON.stringify(entries.map(resolved)), ...(file ? { 'ssm-env-file': file.path } : {}) }
      : {},
    summary: summaryOf(plan),
  };
}

function where({ exportTo, file }: ParametersPlan): string {
  const to = exportTo === 'none' ? '' : exportTo === 'env' ? ', exported to later steps' : ', set as outputs';
  const kept = file?.keep ? 'kept' : 'removed when the job ends';
  return `${to}${file ? `, written to ${file.path} (${file.dialect}, 0600, ${kept})` : ''}`;
}

function resolved({ name, from, parameter }: Entry) {
  const { arn = null, version = null, type = 'default' } = parameter ?? {};
  return { name, parameter: from, version, type, arn };
}

function versionText({ parameter }: Entry): string {
  return parameter ? `, version ${parameter.version} (${parameter.type})` : '';
}

function summaryOf({ entries, absent }: ParametersPlan): string {
  const rows = entries.map(({ name, from, parameter }) => {
    return `| ${inCode(name)} | ${inCode(from)} | ${parameter?.version ?? ''} | ${parameter?.type ?? 'default'} |`;
  });
  const missing = absent.map((from) => `| | ${inCode(from)} | | not there |`);
  return [
    '### Parameters (SSM)',
    '',
    '| name | parameter | version | type |',
    '| --- | --- | ---: | --- |',
    ...rows,
    ...missing,
  ].join('\n');
}
