import { Problem } from '../base/problem.ts';
import { isPublicHost, parsePrivateHost } from './model/hosts.ts';

/** `HOST/REPOSITORY:TAG`, where a push goes. */
export interface Target {
  /** As given, in lower case; undefined: the first registry. */
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string;
}

/** Where an image lies. `auto`: a path if there is one, else an image of the Docker daemon. */
export interface Source {
  readonly kind: 'docker' | 'oci' | 'oci-archive' | 'docker-archive' | 'auto';
  /** A path, or for `docker` an image's name. */
  readonly name: string;
  /** Which image of an archive with several: the tag or name that it has there. */
  readonly pick: string | undefined;
}

/** One line of the input `images`. */
export interface ImageLine {
  readonly source: Source;
  /** What was written before the arrow, for messages and outputs. */
  readonly text: string;
  readonly targets: readonly Target[];
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html, `repositoryName` */
const REPOSITORY = /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG = /^\w[\w.-]{0,127}$/;
const PREFIXES = ['docker', 'oci', 'oci-archive', 'docker-archive'] as const;

/** @throws Problem that says what a line looks like */
export function parseImageLine(line: string): ImageLine {
  const parts = line.split('=>').map((part) => part.trim());
  const [text, targets] = parts;
  if (parts.length !== 2 || !text || !targets) {
    throw new Problem({
      what: `"${line}" is no image line`,
      fix: 'write SOURCE => REPOSITORY:TAG, with more REPOSITORY:TAG after commas',
    });
  }
  return { source: parseSource(text), text, targets: targets.split(',').map((target) => parseTarget(target.trim())) };
}

/** `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE`, `docker:NAME`; `#NAME` after a path picks one image of it. */
export function parseSource(text: string): Source {
  const kind = PREFIXES.find((prefix) => text.startsWith(`${prefix}:`)) ?? 'auto';
  const rest = kind === 'auto' ? text : text.slice(kind.length + 1);
  const mark = kind === 'docker' ? -1 : rest.indexOf('#');
  const name = mark < 0 ? rest : rest.slice(0, mark);
  if (name === '')
    throw new Problem({ what: `"${text}" names no image`, fix: `write a path or a name after ${kind}:` });
  return { kind, name, pick: mark < 0 ? undefined : rest.slice(mark + 1) || undefined };
}

/** @throws Problem naming what is wrong: the host, the repository's name, the tag */
export function parseTarget(text: string): Target {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const host = isHost(first) ? first.toLowerCase() : undefined;
  if (host === undefined && /[.:]/.test(first)) {
    throw new Problem({
      what: `"${first}" is no host of an ECR registry`,
      fix: 'write ACCOUNT.dkr.ecr.REGION.amazonaws.com or public.ecr.aws, or leave the host out',
    });
  }
  const path = host === undefined ? text : text.slice(slash + 1);
  const colon = path.lastIndexOf(':');
  const [repository, tag] = colon < 0 ? [path, ''] : [path.slice(0, colon), path.slice(colon + 1)];
  checkRepository(repository);
  if (!TAG.test(tag)) {
    throw new Problem({
      what: tag ? `"${tag}" is no tag` : `"${text}" has no tag`,
      fix: 'write REPOSITORY:TAG; a tag has up to 128 of A-Z a-z 0-9 _ . - and begins with none of . -',
    });
  }
  return { host, repository, tag };
}

/** @throws Problem unless ECR takes this as a repository's name */
export function checkRepository(repository: string): void {
  if (REPOSITORY.test(repository)) return;
  throw new Problem({
    what: `"${repository}" is no name of a repository`,
    fix: 'write 2 to 256 characters: words of a-z 0-9 joined by one of . _ - and segments joined by /',
  });
}

function isHost(text: string): boolean {
  return parsePrivateHost(text) !== undefined || isPublicHost(text) || /^(127\.0\.0\.1|localhost):\d+$/.test(text);
}
