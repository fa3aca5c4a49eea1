import { SSMClient } from '@aws-sdk/client-ssm';
import { Problems } from '../base/problem.ts';
import type { Access } from '../job.ts';
import { checkEntries, type Export } from './deliver/check.ts';
import type { Dialect } from './deliver/dotenv.ts';
import { checkEnvFile, type EnvFile } from './deliver/envfile.ts';
import { PUBLIC_PATH } from './line.ts';
import type { Fetched } from './read/answers.ts';
import { belowArn } from './read/arn.ts';
import { type Reads, readsFor } from './read/batches.ts';
import { type Answers, fetchAll } from './read/fetch.ts';
import type { Place } from './read/place.ts';
import type { ParametersRequest } from './request.ts';
import { type Entry, entriesFor } from './values/entries.ts';
import { isTrivial, masksOf } from './values/masks.ts';

/** What will be delivered, all of it or nothing. Holds values; `describeParameters` does not. */
export interface ParametersPlan {
  readonly entries: readonly Entry[];
  /** What is missing and may be, as the lines wrote it. */
  readonly absent: readonly string[];
  readonly exportTo: Export;
  readonly file?: EnvFile & { readonly dialect: Dialect };
  readonly reads: Reads;
  /** ARNs of the SecureStrings that were read by name, and patterns for the paths that have some. */
  readonly encrypted: readonly string[];
  readonly calls: number;
}

/**
 * Reads everything and checks everything, and writes nothing. Each value is masked when it arrives.
 * @throws Problems: all that keeps the values from being delivered
 */
export async function planParameters(request: ParametersRequest, access: Access): Promise<ParametersPlan> {
  const { runner } = access;
  const place = placeOf(access);
  checkFolder(request, access);
  const reads = readsFor(request.lines, place);
  const { answers, calls } = await read(reads, request, access, place);
  const { entries, absent, problems } = entriesFor(request, answers, place);
  const { exportTo, allowedNames, file } = request;
  const unfit = checkEntries(entries, { exportTo, allowedNames, dialect: file?.dialect, env: runner.env });
  if (problems.length + unfit.length > 0) throw new Problems([...problems, ...unfit]);
  noticeUnmasked(entries, request, access);
  return {
    entries,
    absent,
    exportTo,
    reads,
    calls,
    encrypted: encryptedOf(answers, place),
    ...(file ? { file } : {}),
  };
}

export function placeOf({ session }: Access): Place {
  const { partition, region, accountId, arn } = session;
  return { partition, region, accountId, caller: arn };
}

function checkFolder({ file }: ParametersRequest, { runner }: Access): void {
  const { GITHUB_WORKSPACE, RUNNER_TEMP } = runner.env;
  const trusted = [GITHUB_WORKSPACE, RUNNER_TEMP].filter((folder) => folder !== undefined);
  if (file) checkEnvFile(file.path, trusted);
}

async function read(reads: Reads, { mask }: ParametersRequest, { aws, runner }: Access, place: Place) {
  const clients = new Map<string, SSMClient>();
  const masked = new Set<string>();
  let calls = 0;
  const answers = await fetchAll(reads, {
    place,
    call: (what, attempt, ...how) => {
      calls++;
      return aws.call(what, attempt, ...how);
    },
    client: (region) => {
      const client = clients.get(region) ?? new SSMClient(aws.client(region));
      clients.set(region, client);
      return client;
    },
    hide: ({ name, value, secret, type }) => {
      // What AWS publishes is nobody's secret; as a mask it could not be a job's output.
      if (name.startsWith(PUBLIC_PATH) || (mask === 'secure' && !secret)) return;
      for (const text of masksOf({ value, secret, list: type === 'StringList' })) {
        if (!masked.has(text)) runner.mask(text);
        masked.add(text);
      }
    },
  });
  return { answers, calls };
}

/** Values that were to be masked and are not, in one notice. */
function noticeUnmasked(entries: readonly Entry[], { mask }: ParametersRequest, { runner }: Access): void {
  const open = entries.filter(({ value, parameter, whole }) => {
    if (!parameter || value === '' || (parameter.secret && whole)) return false;
    return (mask === 'all' || parameter.secret) && isTrivial(value);
  });
  if (open.length === 0) return;
  const names = open.map(({ name }) => name).join(', ');
  runner.notice(`Not masked, since their values are too short or too common to hide: ${names}`);
}

/** Who may read by a path may read what will be below it later: decrypting it should not fail then. */
function encryptedOf({ named, below }: Answers, place: Place): string[] {
  const secure = ({ secret, reference }: Fetched) => secret && !reference;
  const byName = named.map(({ found }) => found).filter(secure);
  const paths = below.filter(({ found }) => found.some(secure)).map(({ path }) => belowArn(path.path, place));
  return [...byName.map(({ arn }) => arn), ...paths];
}
