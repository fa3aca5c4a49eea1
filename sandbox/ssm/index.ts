import { AwsError, type Core, json, type Service, type ServiceCall } from '../service.ts';
import { getParameter, putParameter } from './one.ts';
import { type ParameterJson, readNamed, readVersion } from './read.ts';
import { PUBLIC, parameterArn, readStore, type Store } from './store.ts';

/**
 * Parameter Store, with Secrets Manager through it and KMS's say in decryption; only what reads.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export function makeSsm(core: Core): Service {
  // The world is live: a second writer may store a version, move a label or take a parameter away between two calls.
  const look = () => {
    const store = readStore(core.world);
    for (const { type, versions } of store.parameters) {
      if (type === 'SecureString') for (const value of versions) core.secrets.add(value);
    }
    for (const value of store.secretValues) core.secrets.add(value);
    return store;
  };
  look();
  let calls = 0;
  return {
    name: 'ssm',
    protocol: 'json',
    targetPrefix: 'AmazonSSM',
    handle: (call) => {
      settingsOf(core).beforeCall?.(++calls);
      if (call.action === 'GetParameters') return json(getParameters(core, look(), call));
      if (call.action === 'GetParametersByPath') return json(getParametersByPath(core, look(), call));
      if (call.action === 'GetParameter') return json(getParameter(core, look(), call));
      if (call.action === 'PutParameter') return json(putParameter(core, look(), call));
      throw new AwsError('UnknownOperationException', 400, `the sandbox's SSM does not know ${call.action}`);
    },
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
function getParameters(core: Core, store: Store, call: ServiceCall) {
  const { Names } = call.input;
  if (!Array.isArray(Names) || Names.length < 1 || Names.length > 10) {
    const text = `1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`;
    throw new AwsError('ValidationException', 400, text);
  }
  const asked = [...new Set(Names as string[])];
  call.entry.params.names = asked;
  const found: ParameterJson[] = [];
  const invalid: string[] = [];
  for (const name of asked) {
    const parameter = readNamed(core, call, { store, asked: name });
    if (parameter) found.push(parameter);
    else invalid.push(name);
  }
  return { Parameters: found.sort((a, b) => (a.Name < b.Name ? -1 : 1)), InvalidParameters: invalid };
}

/**
 * The path alone is authorized. With `emptyPages` in the world's section `ssm`, each page is preceded by an empty one, as
 * SSM may do. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
function getParametersByPath(core: Core, store: Store, call: ServiceCall) {
  const { Path, MaxResults = 10, NextToken, Recursive = false } = call.input;
  const limit = Number(MaxResults);
  if (typeof Path !== 'string' || !/^\/([\w.-]+(\/[\w.-]+)*\/?)?$/.test(Path)) {
    throw new AwsError('ValidationException', 400, 'The parameter path must begin with a slash and be made of names');
  }
  if (!(limit >= 1 && limit <= 10)) throw new AwsError('ValidationException', 400, 'MaxResults is 1 to 10');
  const { account } = call.caller;
  const resource = parameterArn(core.world, { account, region: call.region, name: Path });
  call.authorize({ action: 'ssm:GetParametersByPath', resource });
  const label = labelFilter(call);
  Object.assign(call.entry.params, { path: Path, label });

  const below = Path.endsWith('/') ? Path : `${Path}/`;
  const all = store.parameters.filter(
    (it) =>
      (it.account === account || (it.account === PUBLIC && below.startsWith('/aws/service/'))) &&
      it.region === call.region &&
      it.name.startsWith(below) &&
      (Recursive === true || !it.name.slice(below.length).includes('/')) &&
      (label === undefined || it.labels[label] !== undefined),
  );
  const { emptyPages = false } = settingsOf(core);
  const at = readToken(NextToken);
  if (emptyPages && !at.full) return { Parameters: [], NextToken: token({ from: at.from, full: true }) };
  const page = all.slice(at.from, at.from + limit).map((it) => readVersion(call, it, label));
  const next = at.from + limit;
  return { Parameters: page, ...(next < all.length ? { NextToken: token({ from: next, full: false }) } : {}) };
}

/** The world's section `ssm`. */
interface SsmSettings {
  readonly emptyPages?: boolean;
  /** What a second writer does before the nth call of SSM, from 1. */
  readonly beforeCall?: (nth: number) => void;
}

function settingsOf(core: Core): SsmSettings {
  return (core.world.ssm ?? {}) as SsmSettings;
}

function labelFilter({ input }: ServiceCall): string | undefined {
  const filters = (input.ParameterFilters ?? []) as { Key?: string; Values?: string[] }[];
  const unknown = filters.find(({ Key }) => Key !== 'Label');
  if (unknown) throw new AwsError('InvalidFilterKey', 400, `the sandbox filters by Label, not by ${unknown.Key}`);
  return filters[0]?.Values?.[0];
}

interface Position {
  readonly from: number;
  /** Whether the empty page before it was given. */
  readonly full: boolean;
}

function token(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

function readToken(given: unknown): Position {
  if (given === undefined) return { from: 0, full: false };
  try {
    return JSON.parse(Buffer.from(String(given), 'base64').toString()) as Position;
  } catch {
    throw new AwsError('InvalidNextToken', 400, 'The specified token is not valid.');
  }
}
