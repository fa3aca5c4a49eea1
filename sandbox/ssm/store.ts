import type { World } from '../world.ts';
import { sectionOf } from '../world.ts';

/** A parameter of world.yaml: its value alone, or more of it; a list holds one name in several regions. */
type WorldParameter =
  | string
  | {
      readonly value?: string;
      /** All values, the first one version 1. */
      readonly versions?: readonly string[];
      /** Label → version. */
      readonly labels?: Readonly<Record<string, number>>;
      readonly type?: 'String' | 'StringList' | 'SecureString';
      /** Id of a customer key (section `keys`) of a SecureString; `alias/aws/ssm` when left out. */
      readonly key?: string;
      /** The world's region when left out. */
      readonly region?: string;
      /** Accounts that it is shared with. */
      readonly shared?: readonly string[];
    };

interface WorldSecret {
  readonly value: string;
  /** Other versions, by stage (AWSPREVIOUS) or id. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** A customer key of KMS. Its key policy leaves it to IAM who may use it. */
export interface Key {
  readonly arn: string;
  readonly account: string;
  readonly enabled: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly type: string;
  readonly versions: readonly string[];
  readonly labels: Readonly<Record<string, number>>;
  readonly key?: Key;
  readonly shared: readonly string[];
}

export interface Secret {
  readonly arn: string;
  readonly account: string;
  readonly value: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly key?: Key;
}

export interface Store {
  readonly parameters: readonly Parameter[];
  /** By account and id. */
  secret(account: string, id: string): Secret | undefined;
  readonly secretValues: readonly string[];
}

/** Reads the sections `parameters`, `secrets` and `keys`, each by account, then by name. */
export function readStore(world: World): Store {
  const keys = readKeys(world);
  const parameters = Object.entries(
    sectionOf<Record<string, WorldParameter | WorldParameter[]>>(world, 'parameters'),
  ).flatMap(([account, byName]) =>
    Object.entries(byName).flatMap(([name, given]) =>
      [given].flat().map((one) => readParameter(world, keys, { account, name, given: one })),
    ),
  );
  const secrets = sectionOf<Record<string, WorldSecret>>(world, 'secrets');
  return {
    parameters: parameters.sort((a, b) => (a.name < b.name ? -1 : 1)),
    secretValues: Object.values(secrets).flatMap((byId) =>
      Object.values(byId).flatMap(({ value, versions = {} }) => [value, ...Object.values(versions)]),
    ),
    secret: (account, id) => {
      const given = secrets[account]?.[id];
      if (!given) return undefined;
      const key = keyOf(keys, account, given.key);
      const { value, versions = {} } = given;
      return { arn: secretArn(world, account, id), account, value, versions, ...(key ? { key } : {}) };
    },
  };
}

export function partitionOf(world: World, account: string): string {
  return world.accounts[account]?.partition ?? 'aws';
}

/** The account of the parameters that AWS publishes: `/aws/service/…`, readable by everybody. */
export const PUBLIC = 'public';

/** ARNs of public parameters have no account. */
export function parameterArn(
  world: World,
  { account, region, name }: { readonly account: string; readonly region: string; readonly name: string },
): string {
  const owner = account === PUBLIC ? '' : account;
  return `arn:${partitionOf(world, account)}:ssm:${region}:${owner}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/** Secrets Manager adds a dash and six characters to each name. */
export function secretArn(world: World, account: string, id: string): string {
  return `arn:${partitionOf(world, account)}:secretsmanager:${world.region}:${account}:secret:${id}-a1B2c3`;
}

function readParameter(
  world: World,
  keys: ReadonlyMap<string, Key>,
  { account, name, given }: { account: string; name: string; given: WorldParameter },
): Parameter {
  const it = typeof given === 'string' ? { value: given } : given;
  const region = it.region ?? world.region;
  const key = keyOf(keys, account, it.key);
  return {
    name,
    account,
    region,
    arn: parameterArn(world, { account, region, name }),
    type: it.type ?? 'String',
    versions: it.versions ?? [it.value ?? ''],
    labels: it.labels ?? {},
    shared: it.shared ?? [],
    ...(key ? { key } : {}),
  };
}

function readKeys(world: World): ReadonlyMap<string, Key> {
  const section = sectionOf<Record<string, { readonly enabled?: boolean; readonly region?: string }>>(world, 'keys');
  const all = Object.entries(section).flatMap(([account, byId]) =>
    Object.entries(byId).map(([id, { enabled = true, region = world.region }]): [string, Key] => [
      `${account}/${id}`,
      { arn: `arn:${partitionOf(world, account)}:kms:${region}:${account}:key/${id}`, account, enabled },
    ]),
  );
  return new Map(all);
}

function keyOf(keys: ReadonlyMap<string, Key>, account: string, id: string | undefined): Key | undefined {
  const key = keys.get(`${account}/${id}`);
  if (id && !key) throw new Error(`world: account ${account} has no key ${id}`);
  return key;
}
