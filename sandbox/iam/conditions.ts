import { BlockList } from 'node:net';
import { arnMatches, fillVariables, globMatches, listOf, plainText } from './match.ts';

type Operand = string | number | boolean;

/** `{ "StringEquals": { "aws:PrincipalAccount": ["1", "2"] } }`: operators and keys all hold, of values any. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, Operand | readonly Operand[]>>>>;

/** Values of condition keys in this request; keys that are absent are not there. */
export type ConditionContext = Readonly<Record<string, string | readonly string[] | undefined>>;

type Compare = (given: string, wanted: string) => boolean;

const numbers = (compare: (given: number, wanted: number) => boolean): Compare => {
  return (given, wanted) => compare(Number(given), Number(wanted));
};
const dates = (compare: (given: number, wanted: number) => boolean): Compare => {
  return (given, wanted) => compare(Date.parse(given), Date.parse(wanted));
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const POSITIVE: Readonly<Record<string, Compare>> = {
  StringEquals: (given, wanted) => given === plainText(wanted),
  StringEqualsIgnoreCase: (given, wanted) => given.toLowerCase() === plainText(wanted).toLowerCase(),
  StringLike: (given, wanted) => globMatches(wanted, given),
  ArnEquals: (given, wanted) => arnMatches(wanted, given),
  ArnLike: (given, wanted) => arnMatches(wanted, given),
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: numbers((given, wanted) => given === wanted),
  NumericLessThan: numbers((given, wanted) => given < wanted),
  NumericLessThanEquals: numbers((given, wanted) => given <= wanted),
  NumericGreaterThan: numbers((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numbers((given, wanted) => given >= wanted),
  DateLessThan: dates((given, wanted) => given < wanted),
  DateGreaterThan: dates((given, wanted) => given > wanted),
  IpAddress: inNetwork,
};

/** Negated operators: no value may match, and an absent key is a match. */
const NEGATIVE: Readonly<Record<string, Compare>> = {
  StringNotEquals: POSITIVE.StringEquals!,
  StringNotEqualsIgnoreCase: POSITIVE.StringEqualsIgnoreCase!,
  StringNotLike: POSITIVE.StringLike!,
  ArnNotEquals: POSITIVE.ArnEquals!,
  ArnNotLike: POSITIVE.ArnLike!,
  NumericNotEquals: POSITIVE.NumericEquals!,
  NotIpAddress: inNetwork,
};

/** Whether every operator and key of the block holds in this context. */
export function conditionsHold(block: ConditionBlock | undefined, context: ConditionContext): boolean {
  // Names of condition keys are compared without regard to letter case; values are not.
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(block ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const given = values.get(key.toLowerCase());
      const filled = listOf(wanted).map((value) => fillVariables(String(value), context));
      return oneHolds(operator, given === undefined ? undefined : listOf(given), filled);
    }),
  );
}

function oneHolds(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const { base, set, ifExists } = parseOperator(operator);
  if (base === 'Null') return wanted.some((value) => (value === 'true') === (given === undefined));
  if (given === undefined && ifExists) return true;
  const negative = NEGATIVE[base];
  const compare = negative ?? POSITIVE[base]!;
  const matches = (value: string) => wanted.some((one) => compare(value, one)) !== (negative !== undefined);
  // "ForAllValues … returns true if there are no keys in the request", "ForAnyValue … false".
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  if (set === 'ForAllValues') return (given ?? []).every(matches);
  if (set === 'ForAnyValue') return (given ?? []).some(matches);
  return given === undefined ? negative !== undefined : given.every(matches);
}

function parseOperator(operator: string): { base: string; set: string | undefined; ifExists: boolean } {
  const parsed = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator);
  return { base: parsed?.[2] ?? operator, set: parsed?.[1], ifExists: parsed?.[3] !== undefined };
}

/** @throws Error for an operator that this evaluator does not know. */
export function checkConditions(block: ConditionBlock | undefined): void {
  for (const operator of Object.keys(block ?? {})) {
    const { base } = parseOperator(operator);
    if (base !== 'Null' && !(base in POSITIVE) && !(base in NEGATIVE))
      throw new Error(`Invalid Condition type : ${operator}.`);
  }
}

function inNetwork(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  const family = base.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(base, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
