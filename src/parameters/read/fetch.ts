import { GetParametersByPathCommand, GetParametersCommand, type Parameter, type SSMClient } from '@aws-sdk/client-ssm';
import { type Aws, Refused } from '../../aws/client.ts';
import { atMost } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { Source } from '../line.ts';
import { SECRET_REFERENCE } from '../secret.ts';
import { answersTo, type Fetched, OTHER_SERVER, type ParameterAnswer } from './answers.ts';
import { nameToAsk } from './arn.ts';
import { type Batch, MAX_NAMES, type ParameterSource, type PathSource, type Reads } from './batches.ts';
import { deniedParameter, deniedPath } from './denied.ts';
import type { Place } from './place.ts';

/** What was read. What was asked for and is neither there nor refused does not exist. */
export interface Answers {
  /** Each with what asked for it: two regions and two accounts may hold one name. */
  readonly named: readonly ParameterAnswer[];
  readonly below: readonly { readonly path: PathSource; readonly found: readonly Fetched[] }[];
  /** Every parameter and path that AWS refused, with why. */
  readonly refused: readonly { readonly source: Source; readonly problem: Problem }[];
}

export interface FetchDeps {
  readonly call: Aws['call'];
  readonly client: (region: string) => SSMClient;
  /** Called with the values of each answer when it arrives, before anything else is done with them. */
  readonly hide: (values: readonly Fetched[]) => void;
  readonly place: Place;
}

/** Parameter Store takes 40 calls a second of the whole account: a step must not take them all at once. */
const AT_ONCE = 8;

/**
 * Reads everything, side by side.
 * @throws Problems: what is wrong with the calls as such: no answer, a session that ended
 */
export async function fetchAll({ paths, batches }: Reads, deps: FetchDeps): Promise<Answers> {
  const byPath = paths.map((path) => () => readPath(path, deps));
  const byName = batches.map((batch) => () => readBatch(batch, deps));
  const parts = await atMost(AT_ONCE, [...byPath, ...byName], (read) => read());
  return joined(parts);
}

const NOTHING: Answers = { named: [], below: [], refused: [] };

function joined(parts: readonly Answers[]): Answers {
  return {
    named: parts.flatMap(({ named }) => named),
    below: parts.flatMap(({ below }) => below),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

/** One call; when it is refused because of one of its parameters, each is asked for alone to find out which. */
async function readBatch(batch: Batch, deps: FetchDeps): Promise<Answers> {
  try {
    return { ...NOTHING, named: await getParameters(batch, deps) };
  } catch (thrown) {
    if (!isOfParameters(thrown)) throw thrown;
    const [source, ...others] = batch.names;
    if (source && others.length === 0) {
      if (NOT_THERE.has(thrown.code)) return NOTHING;
      return { ...NOTHING, refused: [{ source, problem: await whyDenied(source, thrown, deps) }] };
    }
    const alone = batch.names.map((name) => ({ ...batch, names: [name] }));
    return joined(await atMost(AT_ONCE, alone, (one) => readBatch(one, deps)));
  }
}

function isOfParameters(thrown: unknown): thrown is Refused {
  return thrown instanceof Refused && OF_PARAMETERS.has(thrown.code);
}

/** Beside `InvalidParameters` in the answer, the error that tells of a name, version or secret that does not exist. */
const NOT_THERE = new Set(['ParameterNotFound', 'ParameterVersionNotFound']);

/** Refusals of one parameter that fail the whole call: IAM and KMS decide for each parameter. */
const OF_PARAMETERS = new Set(['AccessDeniedException', 'InvalidKeyId', ...NOT_THERE, 'ValidationException']);

/** SSM passes KMS's denial on as its own: whether the same call works without decryption tells them apart. */
async function whyDenied(source: ParameterSource, refused: Refused, deps: FetchDeps): Promise<Problem> {
  const decryptionOnly =
    !source.name.startsWith(SECRET_REFERENCE) &&
    (await isAllowed(() =>
      getParameters({ region: source.region ?? deps.place.region, names: [source] }, deps, { decrypt: false }),
    ));
  return deniedParameter(source, { refused, decryptionOnly }, deps.place);
}

interface HowToRead {
  readonly decrypt: boolean;
}

const DECRYPTED: HowToRead = { decrypt: true };

async function getParameters(
  { region, names }: Batch,
  deps: FetchDeps,
  { decrypt }: HowToRead = DECRYPTED,
): Promise<ParameterAnswer[]> {
  const Names = names.map(({ name, selector }) => nameToAsk(name) + selector);
  const { Parameters, InvalidParameters } = await deps.call(
    'ssm:GetParameters',
    (abortSignal) =>
      deps.client(region).send(new GetParametersCommand({ Names, WithDecryption: decrypt }), { abortSignal }),
    { asked: { names: Names } },
  );
  return answersTo(names, { found: take(Parameters ?? [], deps), missing: InvalidParameters ?? [] }, deps.place);
}

async function readPath(source: PathSource, deps: FetchDeps): Promise<Answers> {
  try {
    return { ...NOTHING, below: [{ path: source, found: await getByPath(source, deps) }] };
  } catch (thrown) {
    if (!isOfParameters(thrown)) throw thrown;
    let encrypted: Fetched[] | undefined;
    await isAllowed(async () => {
      encrypted = (await getByPath(source, deps, { decrypt: false })).filter(({ secret }) => secret);
    });
    const names = encrypted?.map(({ name }) => name);
    return {
      ...NOTHING,
      refused: [{ source, problem: deniedPath(source, { refused: thrown, encrypted: names }, deps.place) }],
    };
  }
}

/** All pages; one may be empty and have a next one. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
async function getByPath(
  { path, label }: PathSource,
  deps: FetchDeps,
  { decrypt }: HowToRead = DECRYPTED,
): Promise<Fetched[]> {
  const found: Fetched[] = [];
  let next: string | undefined;
  do {
    const page = new GetParametersByPathCommand({
      Path: path,
      Recursive: true,
      WithDecryption: decrypt,
      MaxResults: MAX_NAMES,
      NextToken: next,
      ...(label ? { ParameterFilters: [{ Key: 'Label', Option: 'Equals', Values: [label] }] } : {}),
    });
    const answer = await deps.call('ssm:GetParametersByPath', (abortSignal) =>
      deps.client(deps.place.region).send(page, { abortSignal }),
    );
    found.push(...take(answer.Parameters ?? [], deps));
    if (next && answer.NextToken === next) {
      throw new Problem({ on: path, what: 'AWS answered a page with that page as the next one', fix: OTHER_SERVER });
    }
    next = answer.NextToken;
  } while (next);
  return found;
}

function take(parameters: readonly Parameter[], { hide }: FetchDeps): Fetched[] {
  const found = parameters.map(fetchedFrom);
  hide(found);
  return found;
}

function fetchedFrom({ Name: name, Value: value, ...it }: Parameter): Fetched {
  // An answer without a value must not become an empty variable.
  if (typeof name !== 'string' || typeof value !== 'string') {
    throw new Problem({
      what: `AWS answered without the value of ${typeof name === 'string' ? name : 'a parameter'}`,
      fix: OTHER_SERVER,
    });
  }
  return {
    name,
    arn: it.ARN ?? '',
    selector: it.Selector ?? '',
    value,
    version: it.Version ?? 0,
    type: it.Type ?? 'unknown type',
    // What is not known to be public is a secret.
    secret: !(it.Type === 'String' || it.Type === 'StringList') || it.SourceResult !== undefined,
    reference: it.SourceResult !== undefined,
  };
}

/** Whether a call that only serves as a probe goes through. Failures other than a refusal are not hidden. */
async function isAllowed(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (thrown) {
    if (thrown instanceof Refused) return false;
    throw thrown;
  }
}
