import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import { ROOT } from '../examples/workflows.ts';

/** Renders setup/keyless-aws.yaml as CloudFormation does, as far as the template goes; anything else is an error. */
export interface Rendered {
  /** Which parameters are lists. */
  readonly lists: Readonly<Record<string, boolean>>;
  readonly Conditions: Readonly<Record<string, boolean>>;
  /** Only those whose condition holds, with their properties resolved. */
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

export type Values = Readonly<Record<string, string>>;

interface Template {
  readonly Parameters: Readonly<
    Record<string, { Type: string; Default?: unknown; AllowedPattern?: string; AllowedValues?: string[] }>
  >;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { Type: string; Condition?: string; Properties: unknown }>>;
}

const NAMES = ['Ref', 'Condition', 'Sub', 'If', 'Not', 'And', 'Or', 'Equals', 'Join', 'Split', 'Select', 'GetAtt'];
const key = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);
const tags = NAMES.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => ({ [key(name)]: text }) },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (seq) => ({ [key(name)]: (seq as { toJSON(): unknown }).toJSON() }) as never,
  },
]);
const NO_VALUE = Symbol('AWS::NoValue');

export function readTemplate(): Template {
  return parse(readFileSync(join(ROOT, 'setup/keyless-aws.yaml'), 'utf8'), { customTags: tags }) as Template;
}

export function render(values: Values, account = '111122223333', region = 'eu-west-1'): Rendered {
  const template = readTemplate();
  const pseudo: Record<string, unknown> = {
    'AWS::NoValue': NO_VALUE,
    'AWS::Partition': region.startsWith('cn-') ? 'aws-cn' : 'aws',
    'AWS::URLSuffix': region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::AccountId': account,
    'AWS::Region': region,
  };
  const refs: Record<string, unknown> = { ...pseudo };
  for (const [name, { Type, Default, AllowedPattern, AllowedValues }] of Object.entries(template.Parameters)) {
    const value = String(values[name] ?? Default ?? '');
    if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new Error(`${name}: ${value} does not fit`);
    if (AllowedValues && !AllowedValues.includes(value)) throw new Error(`${name}: ${value} is not allowed`);
    refs[name] = Type === 'CommaDelimitedList' ? value.split(',') : Type === 'Number' ? Number(value) : value;
  }
  for (const name of Object.keys(values)) if (!(name in template.Parameters)) throw new Error(`no parameter ${name}`);

  const holds = (name: string) => resolve(template.Conditions[name]) === true;
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const [[name = '', argument] = [], ...others] = Object.entries(value);
    if (others.length === 0 && name in functions) return functions[name]?.(argument);
    if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
    return Object.fromEntries(
      Object.entries(value)
        .map(([property, it]) => [property, resolve(it)] as const)
        .filter(([, it]) => it !== NO_VALUE),
    );
  };
  const list = (value: unknown) => value as unknown[];
  const functions: Record<string, (argument: unknown) => unknown> = {
    Ref: (name) => {
      if (String(name) in refs) return refs[String(name)];
      return { Ref: name };
    },
    Condition: (name) => holds(String(name)),
    'Fn::If': (argument) => {
      const [condition, yes, no] = list(argument);
      return resolve(holds(String(condition)) ? yes : no);
    },
    'Fn::Not': (argument) => resolve(list(argument)[0]) !== true,
    'Fn::And': (argument) => list(argument).every((item) => resolve(item) === true),
    'Fn::Or': (argument) => list(argument).some((item) => resolve(item) === true),
    'Fn::Equals': (argument) => {
      const [a, b] = list(argument).map(resolve);
      return String(a) === String(b);
    },
    'Fn::Join': (argument) => list(resolve(list(argument)[1])).join(String(list(argument)[0])),
    'Fn::Split': (argument) => String(resolve(list(argument)[1])).split(String(list(argument)[0])),
    'Fn::Select': (argument) => list(resolve(list(argument)[1]))[Number(list(argument)[0])],
    'Fn::Sub': (argument) => {
      const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
      if (typeof text !== 'string') throw new Error('Fn::Sub: the first argument is not a literal text');
      const names: Record<string, unknown> = { ...refs, ...(resolve(given) as object) };
      return String(text).replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => {
        if (!(name in names)) throw new Error(`Fn::Sub: no ${name}`);
        return String(names[name]);
      });
    },
  };

  const resources = Object.entries(template.Resources).filter(([, { Condition }]) => !Condition || holds(Condition));
  return {
    lists: Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Type }]) => [name, Type === 'CommaDelimitedList']),
    ),
    Conditions: Object.fromEntries(Object.keys(template.Conditions).map((name) => [name, holds(name)])),
    Resources: Object.fromEntries(
      resources.map(([name, { Type, Properties }]) => [
        name,
        { Type, Properties: resolve(Properties) as Record<string, unknown> },
      ]),
    ),
  };
}
