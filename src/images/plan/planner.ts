import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parsePrivateHost } from '../../aws/ecr-hosts.ts';
import { partitionOf } from '../../aws/partition.ts';
import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import { saveFromDaemon } from '../archive/daemon.ts';
import { readImage } from '../archive/index.ts';
import type { Places } from '../archive/open.ts';
import { daemonName, type ImageOrigin } from '../line.ts';
import { imagesOf, isBeside, type Node, platformName } from '../model/image.ts';
import { isUncompressed } from '../model/media-types.ts';
import { openRegistries, type Registries } from '../registry/registries.ts';
import type { Registry } from '../registry/registry.ts';
import { readRemoteImage } from '../registry/remote.ts';
import type { ImagesRequest } from '../request.ts';
import { dropOrphans, keepAttested, stripAttestations } from './attestations.ts';
import { type DestinationDeps, planPush } from './destination.ts';
import { checkReadsBeforePushes, destinationsOf, type RequestedImage } from './destinations.ts';
import { joinNodes } from './join.ts';
import { readAsOwnOrJob } from './own-or-job.ts';
import type { ImagesPlan, Pulled } from './plan.ts';
import { manyLayers } from './quotas.ts';
import { makeVerifier } from './verify.ts';

export interface PlannerDeps extends Pick<DestinationDeps, 'open' | 'prover'> {
  readonly places: Places;
  /** A registry that is not one of the step's, to be pulled from. */
  readonly pullFrom: (host: string) => Registry;
}

/** Reads sources, asks registries, decides everything; writes nothing but temporary files. */
export async function planImages(request: ImagesRequest, access: Access, deps: PlannerDeps): Promise<ImagesPlan> {
  const sources = request.images.flatMap((line) => line.sources);
  const hosts = [
    ...request.images.flatMap(({ targets }) => targets.map(({ host }) => host)),
    ...sources.flatMap((it) => (it.kind === 'registry' && isOfPartition(it.host, access.session) ? [it.host] : [])),
  ];
  const opening = openRegistries(request.registries, hosts, access).then((opened) => {
    checkReadsBeforePushes(request, opened);
    return opened;
  });
  const pulled: Pulled[] = [];
  const reading = readLines(request, access, { ...deps, registries: opening, pulled });
  const [registries, nodes] = (await together<unknown>([opening, reading])) as [Registries, Map<RequestedImage, Node>];
  const more = { request, access, ...deps, verifier: makeVerifier(deps.places.hasher) };
  const pushes = await together(
    destinationsOf(request, registries, nodes).map((destination) => planPush(destination, more)),
  );
  return { registries: registries.all, login: request.login, pushes, pulled };
}

/** A login opens registries of its own partition alone: those of another one (China, GovCloud) are read with the login that the job has. */
function isOfPartition(host: string, { partition }: Access['session']): boolean {
  const parsed = parsePrivateHost(host);
  return parsed !== undefined && partitionOf(parsed.region).name === partition;
}

interface ReadingDeps extends PlannerDeps {
  readonly registries: Promise<Registries>;
  /** What was read with the step's own login is added. */
  readonly pulled: Pulled[];
}

/** Each source once, also when several lines name it. */
async function readLines(
  request: ImagesRequest,
  access: Access,
  deps: ReadingDeps,
): Promise<Map<RequestedImage, Node>> {
  const read = new Map<string, Promise<Node>>();
  const readOnce = (source: ImageOrigin) => {
    const key = JSON.stringify(source);
    const node = read.get(key) ?? readSource(source, access, deps);
    read.set(key, node);
    return node;
  };
  const nodes = new Map<RequestedImage, Node>();
  await together(
    request.images.map(async (line) => {
      const parts = await together(line.sources.map((source) => onLine(line, () => readOnce(source))));
      const leftOut = [...new Set(parts.flatMap(absentImages))];
      if (leftOut.length > 0) {
        access.runner.warning(
          `Input images, line ${line.line}: the source does not hold all the images that its index names; these are left out: ${leftOut.join(', ')}`,
        );
      }
      const isStripped = request.attestations === 'strip';
      const each = parts.map(dropOrphans).map((it) => (isStripped ? stripAttestations(it) : it));
      const whole = keepAttested(each.length === 1 ? each[0]! : await onLine(line, () => joinNodes(each)));
      const many = manyLayers(whole);
      if (many) access.runner.warning(`Input images, line ${line.line}: ${many}`);
      if (isAttestedPlain(whole)) {
        access.runner.info(
          `${line.text}: layers stay uncompressed, because attestations name the digest of the image; image-attestations: strip lets them be compressed`,
        );
      }
      nodes.set(line, whole);
    }),
  );
  return nodes;
}

/** Platforms of an index that were never pulled, or were lost: an image for all of them is not what is pushed. */
function absentImages(node: Node): readonly string[] {
  if (node.kind === 'image') return [];
  const here = node.absent.filter((it) => !isBeside(it)).map(platformName);
  return [...here, ...node.children.flatMap(absentImages)];
}

function isAttestedPlain(node: Node): boolean {
  return imagesOf(node).some(
    ({ asBuilt, diffIds, manifest }) =>
      asBuilt && diffIds !== undefined && manifest.layers.some(({ mediaType }) => isUncompressed(mediaType)),
  );
}

/** A problem of a source says in which line it is. */
async function onLine<T>({ line }: RequestedImage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const { on, ...details } = thrown.details;
    throw new Problem({ ...details, on: `Input images, line ${line}${on ? `: ${on}` : ''}` });
  }
}

async function readSource(
  source: ImageOrigin,
  access: Access,
  { places, registries, open, pullFrom, pulled }: ReadingDeps,
): Promise<Node> {
  if (source.kind === 'registry') {
    const { host, repository, reference } = source;
    const own = (await registries).known(host);
    const read = async (registry: Registry) => {
      const node = await readRemoteImage({ repository: open(registry, repository), host: registry.host, reference });
      if (registry === own) pulled.push({ registry, repository });
      return node;
    };
    return readAsOwnOrJob({ own, job: () => pullFrom(own?.host ?? host), repository, read });
  }
  const path = resolve(places.workspace, source.name);
  if (source.kind === 'docker' || (source.kind === 'auto' && !existsSync(path))) {
    const name = daemonName(source.name);
    const saved = await saveFromDaemon(name, access, places);
    return readImage({ path: saved, shown: `docker:${name}`, isOwn: true }, undefined, places);
  }
  return readImage({ path, shown: source.name }, source.pick, places);
}
