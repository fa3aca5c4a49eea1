import { randomUUID } from 'node:crypto';
import type { Core } from '../service.ts';
import { sectionOf } from '../world.ts';

/** A function as the world file states it. */
export interface FunctionWorld {
  readonly package: 'Zip' | 'Image';
  readonly architecture?: 'x86_64' | 'arm64';
  /** Alias → version; version 1 is published. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Shares of other versions by alias. */
  readonly weights?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Aliases have provisioned concurrency: Lambda shares the traffic of one that moved until it has been looked at so often. */
  readonly provisionedLooks?: number;
  /** `State` of the function; Active when left out. */
  readonly state?: string;
  /** Somebody else changes the configuration when an update has been looked at so often. */
  readonly rivalAtLook?: number;
  /** Its settings, as GetFunctionConfiguration shows them, read whenever they matter; a version keeps those that it was published with. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly reservedConcurrency?: number;
  /** It has a code signing configuration, and this is unsigned. */
  readonly signed?: boolean;
  /** The image that it has at first, by its digest, in the repository `shop`. */
  readonly image?: string;
  /** Revision ids change by themselves before so many calls that name one. */
  readonly restless?: number;
  /** An update never ends. */
  readonly stuck?: boolean;
}

/** How code runs, by its SHA-256 (of an image: its digest), in the world's section `runs`. */
export interface LambdaRunWorld {
  /** The reason code with which the update to it fails. */
  readonly lambda?: string;
  /** The reason code with which a version of it fails to become active. */
  readonly lambdaVersion?: string;
}

export interface Code {
  readonly sha256: string;
  /** `HOST/REPOSITORY@sha256:…` of an image. */
  readonly image: string | undefined;
}

export interface VersionState {
  readonly version: string;
  readonly code: Code;
  readonly settings: Readonly<Record<string, unknown>>;
  state: string;
  reasonCode: string | undefined;
  looks: number;
}

export interface AliasState {
  version: string;
  weights: Readonly<Record<string, number>>;
  revisionId: string;
  /** Looks until Lambda sends all of the traffic to the version. */
  looksLeft?: number;
}

export interface FunctionState {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly stated: FunctionWorld;
  /** What `$LATEST` is, and while an update is under way or has failed: what serves. */
  code: Code;
  serving: Code;
  status: 'Successful' | 'Failed' | 'InProgress';
  reasonCode: string | undefined;
  revisionId: string;
  looks: number;
  restless: number;
  readonly versions: VersionState[];
  readonly aliases: Map<string, AliasState>;
}

/** Looks that an update, and a new version, take. */
const LOOKS = 2;

export function readFunctions(core: Core): FunctionState[] {
  const { region } = core.world;
  return Object.entries(sectionOf<Record<string, FunctionWorld>>(core.world, 'lambda')).flatMap(
    ([account, functions]) =>
      Object.entries(functions).map(([name, stated]) => {
        const code: Code =
          stated.package === 'Image'
            ? {
                sha256: stated.image ?? 'a'.repeat(64),
                image: `${account}.dkr.ecr.${region}.amazonaws.com/${stated.image ? 'shop' : 'old'}@sha256:${stated.image ?? 'a'.repeat(64)}`,
              }
            : { sha256: Buffer.alloc(32, 7).toString('base64'), image: undefined };
        const aliases = Object.entries(stated.aliases ?? {}).map(([alias, version]): [string, AliasState] => [
          alias,
          { version, weights: stated.weights?.[alias] ?? {}, revisionId: randomUUID() },
        ]);
        const state: FunctionState = {
          ...{ account, region, name, stated, code, serving: code, status: 'Successful', reasonCode: undefined },
          ...{ arn: `arn:aws:lambda:${region}:${account}:function:${name}`, revisionId: randomUUID(), looks: 0 },
          restless: stated.restless ?? 0,
          versions: [
            {
              version: '1',
              code,
              settings: structuredClone(stated.settings ?? {}),
              state: 'Active',
              reasonCode: undefined,
              looks: 0,
            },
          ],
          aliases: new Map(aliases),
        };
        publish(core, state);
        return state;
      }),
  );
}

/** Code that `$LATEST` gets; the old code serves until the update has succeeded. */
export function beginUpdate(core: Core, state: FunctionState, code: Code): void {
  Object.assign(state, { code, status: 'InProgress', reasonCode: undefined, looks: 0, revisionId: randomUUID() });
  publish(core, state);
}

/** A look lets an update get on. */
export function look(core: Core, state: FunctionState): void {
  if (state.status !== 'InProgress' || state.stated.stuck) return;
  state.looks++;
  if (state.stated.rivalAtLook === state.looks) {
    const code = { sha256: 'c'.repeat(64), image: state.code.image && `rival@sha256:${'c'.repeat(64)}` };
    Object.assign(state, { code, serving: code, status: 'Successful', revisionId: randomUUID() });
  } else if (state.looks > LOOKS) {
    const failed = runOf(core, state.code).lambda;
    Object.assign(state, { status: failed ? 'Failed' : 'Successful', reasonCode: failed, revisionId: randomUUID() });
    if (!failed) state.serving = state.code;
  }
  publish(core, state);
}

export function lookAtVersion(core: Core, version: VersionState): void {
  if (version.state !== 'Pending' || ++version.looks < LOOKS) return;
  version.reasonCode = runOf(core, version.code).lambdaVersion;
  version.state = version.reasonCode ? 'Failed' : 'Active';
}

function runOf({ world }: Core, { sha256 }: Code): LambdaRunWorld {
  const runs = sectionOf<LambdaRunWorld>(world, 'runs');
  return runs[sha256] ?? runs[`sha256:${sha256}`] ?? {};
}

/** What callers of the function, and of its aliases, get. */
export function publish({ serving }: Core, { name, serving: code, versions, aliases }: FunctionState): void {
  serving.set(`lambda:${name}`, code.sha256);
  for (const [alias, { version, weights }] of aliases) {
    const served = [version, ...Object.keys(weights)].map(
      (it) => (it === '$LATEST' ? code : versions.find((one) => one.version === it)?.code)?.sha256,
    );
    serving.set(`lambda:${name}:${alias}`, served.join(', '));
  }
}
