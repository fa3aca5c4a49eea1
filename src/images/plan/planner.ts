import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import { saveFromDaemon } from '../archive/daemon.ts';
import { readImage } from '../archive/index.ts';
import type { Places } from '../archive/open.ts';
import type { Node } from '../model/image.ts';
import { openRegistries, type Registries } from '../registry/registries.ts';
import type { Registry } from '../registry/registry.ts';
import type { ImagesRequest } from '../request.ts';
import { type DestinationDeps, planPush } from './destination.ts';
import type { ImagesPlan } from './plan.ts';
import { dropOrphans, stripAttestations } from './shape.ts';
import { makeVerifier } from './verify.ts';

type Line = ImagesRequest['images'][number];

/** Reads sources, asks registries, decides everything; writes nothing but temporary files. */
export async function planImages(
  request: ImagesRequest,
  access: Access,
  places: Places,
  { open, prover }: Pick<DestinationDeps, 'open' | 'prover'>,
): Promise<ImagesPlan> {
  const hosts = request.images.flatMap(({ targets }) => targets.map(({ host }) => host));
  const [registries, nodes] = await together<Registries | Map<Line, Node>>([
    openRegistries(request.registries, hosts, access),
    readSources(request, access, places),
  ]);
  const deps = { request, access, open, prover, verifier: makeVerifier(places.hasher) };
  const pushes = await together(
    request.images.flatMap((line) =>
      destinationsOf(line, registries as Registries).map((destination) =>
        planPush({ line, node: (nodes as Map<Line, Node>).get(line)!, ...destination }, deps),
      ),
    ),
  );
  return { registries: (registries as Registries).all, login: request.login, pushes };
}

/** Each source once, also when several lines name it. */
async function readSources(request: ImagesRequest, access: Access, places: Places): Promise<Map<Line, Node>> {
  const read = new Map<string, Promise<Node>>();
  const nodes = new Map<Line, Node>();
  await together(
    request.images.map(async (line) => {
      const key = JSON.stringify(line.source);
      const node = read.get(key) ?? readSource(line, access, places);
      read.set(key, node);
      const whole = dropOrphans(await node);
      nodes.set(line, request.attestations === 'strip' ? stripAttestations(whole) : whole);
    }),
  );
  return nodes;
}

async function readSource({ source: { kind, name, pick }, line }: Line, access: Access, places: Places): Promise<Node> {
  const path = resolve(places.workspace, name);
  try {
    if (kind === 'docker' || (kind === 'auto' && !existsSync(path))) {
      return await readImage(await saveFromDaemon(name, access, places), undefined, places);
    }
    return await readImage(path, pick, places);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const { on, ...details } = thrown.details;
    throw new Problem({ ...details, on: `Input images, line ${line}${on ? `: ${on}` : ''}` });
  }
}

/** Targets of one repository are one push with several tags. */
function destinationsOf(
  line: Line,
  registries: Registries,
): { registry: Registry; repository: string; tags: string[] }[] {
  const found = new Map<string, { registry: Registry; repository: string; tags: string[] }>();
  for (const { host, repository, tag } of line.targets) {
    const registry = registries.find(host);
    const key = `${registry.host}/${repository}`;
    const destination = found.get(key) ?? { registry, repository, tags: [] };
    if (!destination.tags.includes(tag)) destination.tags.push(tag);
    found.set(key, destination);
  }
  return [...found.values()];
}
