import { Problem, Problems } from '../../base/problem.ts';
import type { Node } from '../model/image.ts';
import type { Registries } from '../registry/registries.ts';
import type { ImagesRequest } from '../request.ts';
import type { Destination } from './destination.ts';

export type RequestedImage = ImagesRequest['images'][number];

/**
 * Targets of one repository are one push with several tags.
 * @throws Problems for a tag that two lines give, and for a repository of `image-reuse-from` that no push can use
 */
export function destinationsOf(
  request: ImagesRequest,
  registries: Registries,
  nodes: ReadonlyMap<RequestedImage, Node>,
): readonly Destination[] {
  const destinations: Destination[] = [];
  const given = new Map<string, RequestedImage>();
  const problems: Problem[] = [];
  for (const line of request.images) {
    const found = new Map<string, Destination & { tags: (string | undefined)[] }>();
    for (const { host, repository, tag } of line.targets) {
      const registry = registries.find(host);
      const name = `${registry.host}/${repository}`;
      const before = tag === undefined ? line : (given.get(`${name}:${tag}`) ?? line);
      given.set(`${name}:${tag}`, before);
      if (before !== line) problems.push(givenTwice(`${name}:${tag}`, line, before));
      const reuseFrom = request.reuseFrom.filter(
        (it) => it.host === undefined || registries.known(it.host) === registry,
      );
      const destination = found.get(name) ?? {
        line,
        node: nodes.get(line)!,
        registry,
        repository,
        tags: [],
        reuseFrom,
      };
      if (!destination.tags.includes(tag)) destination.tags.push(tag);
      found.set(name, destination);
    }
    destinations.push(...found.values());
  }
  const useless = request.reuseFrom.filter(
    ({ host }) => host !== undefined && !destinations.some(({ registry }) => registries.known(host) === registry),
  );
  problems.push(...useless.map(({ host, repository }) => unreachable(`${host}/${repository}`)));
  if (problems.length > 0) throw new Problems(problems);
  return destinations;
}

/**
 * Sources are read before anything is pushed: a line that reads a tag which an earlier line pushes would get the image that the tag had
 * before. (A line that comes first means just that one, to keep it under another tag.)
 * @throws Problem
 */
export function checkReadsBeforePushes({ images }: ImagesRequest, registries: Registries): void {
  const pushed = new Map<string, RequestedImage>();
  for (const line of images) {
    for (const source of line.sources) {
      if (source.kind !== 'registry') continue;
      const { host, repository, reference } = source;
      const name = `${registries.known(host)?.host ?? host}/${repository}:${reference}`;
      const before = pushed.get(name);
      if (before) throw readsWhatIsPushed(name, line, before);
    }
    for (const { host, repository, tag } of line.targets) {
      pushed.set(`${registries.find(host).host}/${repository}:${tag}`, line);
    }
  }
}

function readsWhatIsPushed(name: string, { line }: RequestedImage, before: RequestedImage): Problem {
  return new Problem({
    on: `Input images, line ${line}`,
    what: `${name} is read before line ${before.line} of this step pushes it: it would be the image from before`,
    fix: `write all tags in line ${before.line}, after commas; or copy it in a step of its own, after this one`,
  });
}

function givenTwice(name: string, { line }: RequestedImage, before: RequestedImage): Problem {
  return new Problem({
    on: `Input images, line ${line}`,
    what: `${name} is given to another image in line ${before.line}`,
    fix: 'give each image tags of its own',
  });
}

function unreachable(name: string): Problem {
  return new Problem({
    on: 'Input image-reuse-from',
    what: `${name} is not in a registry that an image is pushed to`,
    why: 'layers are mounted and reused within one registry',
    fix: 'leave the line out, or write a repository of a registry that images goes to',
  });
}
