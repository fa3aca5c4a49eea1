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
  const refs = { ...pseudoParameters(account, region), ...parametersOf(template, values) };
  const { resolve, holds } = resolver(template, refs);
  const resources = Object.entries(template.Resources).filter(([, { Condition }]) => !Condition || holds(Condition));
  return {
    lists: mapped(template.Parameters, (_, { Type }) => Type === 'CommaDelimitedList'),
    Conditions: mapped(template.Conditions, holds),
    Resources: mapped(Object.fromEntries(resources), (_, { Type, Properties }) => ({
      Type,
      Properties: resolve(Properties) as Record<string, unknown>,
    })),
  };
}

function mapped<A, B>(all: Readonly<Record<string, A>>, give: (name: string, value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, give(name, value)]));
}

function pseudoParameters(account: string, region: string): Record<string, unknown> {
  return {
    'AWS::NoValue': NO_VALUE,
    'AWS::Partition': region.startsWith('cn-') ? 'aws-cn' : 'aws',
    'AWS::URLSuffix': region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::AccountId': account,
    'AWS::Region': region,
  };
}

function parametersOf({ Parameters }: Template, values: Values): Record<string, unknown> {
  for (const name of Object.keys(values)) if (!(name in Parameters)) throw new Error(`no parameter ${name}`);
  return mapped(Parameters, (name, { Type, Default, AllowedPattern, AllowedValues }) => {
    const value = String(values[name] ?? Default ?? '');
    if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new Error(`${name}: ${value} does not fit`);
    if (AllowedValues && !AllowedValues.includes(value)) throw new Error(`${name}: ${value} is not allowed`);
    return Type === 'CommaDelimitedList' ? value.split(',') : Type === 'Number' ? Number(value) : value;
  });
}

interface Resolver {
  readonly refs: Readonly<Record<string, unknown>>;
  /** A value of the template with its functions called. */
  resolve(value: unknown): unknown;
  /** Whether a condition of the template holds, by its name. */
  holds(name: string): boolean;
}

function resolver({ Conditions }: Template, refs: Resolver['refs']): Resolver {
  const own: Resolver = {
    refs,
    holds: (name) => own.resolve(Conditions[name]) === true,
    resolve: (value) => {
      if (Array.isArray(value)) return value.map(own.resolve).filter((item) => item !== NO_VALUE);
      if (typeof value !== 'object' || value === null) return value;
      const [[name = '', argument] = [], ...others] = Object.entries(value);
      if (others.length === 0 && name in FUNCTIONS) return FUNCTIONS[name]?.(argument, own);
      if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
      return Object.fromEntries(
        Object.entries(value)
          .map(([property, it]) => [property, own.resolve(it)] as const)
          .filter(([, it]) => it !== NO_VALUE),
      );
    },
  };
  return own;
}

const list = (value: unknown) => value as unknown[];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const FUNCTIONS: Readonly<Record<string, (argument: unknown, own: Resolver) => unknown>> = {
  Ref: (name, { refs }) => (String(name) in refs ? refs[String(name)] : { Ref: name }),
  Condition: (name, { holds }) => holds(String(name)),
  'Fn::If': (argument, { resolve, holds }) => {
    const [condition, yes, no] = list(argument);
    return resolve(holds(String(condition)) ? yes : no);
  },
  'Fn::Not': (argument, { resolve }) => resolve(list(argument)[0]) !== true,
  'Fn::And': (argument, { resolve }) => list(argument).every((item) => resolve(item) === true),
  'Fn::Or': (argument, { resolve }) => list(argument).some((item) => resolve(item) === true),
  'Fn::Equals': (argument, { resolve }) => {
    const [a, b] = list(argument).map(resolve);
    return String(a) === String(b);
  },
  'Fn::Join': (argument, { resolve }) => list(resolve(list(argument)[1])).join(String(list(argument)[0])),
  'Fn::Split': (argument, { resolve }) => String(resolve(list(argument)[1])).split(String(list(argument)[0])),
  'Fn::Select': (argument, { resolve }) => list(resolve(list(argument)[1]))[Number(list(argument)[0])],
  'Fn::Sub': (argument, { refs, resolve }) => {
    const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof text !== 'string') throw new Error('Fn::Sub: the first argument is not a literal text');
    const names: Record<string, unknown> = { ...refs, ...(resolve(given) as object) };
    return String(text).replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => {
      if (!(name in names)) throw new Error(`Fn::Sub: no ${name}`);
      return String(names[name]);
    });
  },
};
