import { type ImageName, parseImageName } from '../aws/image-name.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';

/** Where an image lies. */
export type ImageOrigin =
  /** `auto`: a path if there is one, else an image of the Docker daemon. */
  | { readonly kind: PathKind | 'auto'; readonly name: string; readonly pick: string | undefined }
  /** An image of the Docker daemon, by its name with tag or digest, or by its id. */
  | { readonly kind: 'docker'; readonly name: string }
  /** `reference` is a tag or `sha256:…`. */
  | { readonly kind: 'registry'; readonly host: string; readonly repository: string; readonly reference: string };

export type PathKind = 'oci' | 'oci-archive' | 'docker-archive';

/** Where an image goes. Without a tag it is pushed by its digest alone. */
export type ImageTarget = Omit<ImageName, 'tag'> & { readonly tag: string | undefined };

/** One line of the input `images`. */
export interface ImageLine {
  /** Several are joined into one index. */
  readonly sources: readonly ImageOrigin[];
  /** What was written before the arrow, for messages and outputs. */
  readonly text: string;
  readonly targets: readonly ImageTarget[];
}

const PATH_KINDS = ['oci', 'oci-archive', 'docker-archive'] as const;

/**
 * @param exists whether there is something at a path of the workspace: a path may hold a `#` or a `:`
 * @throws Problem that says what a line looks like
 */
export function parseImageLine(line: string, exists: (path: string) => boolean): ImageLine {
  const parts = line.split('=>').map((part) => part.trim());
  const [text, targets] = parts;
  if (/^(- |["'])/.test(line) && !exists(text ?? '')) {
    throw new Problem({
      what: `${quote(line)} begins with a mark of YAML, which is part of the text here`,
      fix: 'write images: |, and below it one line per image, without dashes and quotes',
    });
  }
  if (parts.length !== 2 || !text || !targets) {
    throw new Problem({
      what: `${quote(line)} is not an image line`,
      fix: 'write SOURCE => REPOSITORY:TAG, with more REPOSITORY:TAG after commas; SOURCE + SOURCE => … joins platforms',
    });
  }
  const names = targets.split(',').map((target) => target.trim());
  if (names.includes('')) {
    throw new Problem({
      what: `${quote(line)} has a comma with nothing before or after it`,
      fix: 'leave the comma out, or see what the expression gives that stands there',
    });
  }
  return {
    sources: splitSources(text, exists).map((source) => parseSource(source.trim(), exists)),
    text,
    targets: names.map(parseTarget),
  };
}

const JOINED = /\s\+\s/;

/** At each ` + `, unless the whole is a path that has one in its name. */
function splitSources(text: string, exists: (path: string) => boolean): readonly string[] {
  const { name } = locate(text.replace(/^(oci|oci-archive|docker-archive):/, ''), ['#', ':'], exists);
  return JOINED.test(name) && exists(name) ? [text] : text.split(JOINED);
}

/** `REPOSITORY:TAG`, or `REPOSITORY` alone for a push by digest. */
export function parseTarget(text: string): ImageTarget {
  if (/:[^/]*$/.test(text)) return parseImageName(text);
  return { ...parseImageName(`${text}:untagged`), tag: undefined };
}

const AS_REGISTRY = 'registry:HOST/REPOSITORY:TAG for an image in a registry';
/** How other tools name what has another prefix here. */
const OTHER_PREFIXES: Readonly<Record<string, string>> = {
  'docker://': AS_REGISTRY,
  'https://': AS_REGISTRY,
  'http://': AS_REGISTRY,
  'docker-daemon:': 'docker:NAME:TAG for an image of the Docker daemon',
  'containers-storage:': 'oci-archive:FILE, after podman save --format oci-archive -o FILE NAME',
  'oci-dir:': 'oci:DIR',
  'oci-layout:': 'oci:DIR',
  'ocidir://': 'oci:DIR',
};

/**
 * `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE`, `docker:NAME`, `registry:HOST/REPOSITORY:TAG`. After a path `#NAME` picks one
 * image of it, and so does `:NAME` where the path has a prefix, as skopeo writes it.
 */
export function parseSource(text: string, exists: (path: string) => boolean): ImageOrigin {
  const other = Object.keys(OTHER_PREFIXES).find((prefix) => text.startsWith(prefix));
  if (other && !exists(text)) {
    throw new Problem({
      what: `${quote(text)} begins with ${other}, which is not a prefix of this action`,
      fix: `write ${OTHER_PREFIXES[other]}`,
    });
  }
  if (text.startsWith('dir:') && exists(text.slice('dir:'.length))) {
    throw new Problem({
      what: `${quote(text)} is in a format of skopeo's own, which is not read`,
      fix: 'write it with skopeo copy … oci:DIR, and name oci:DIR',
    });
  }
  if (text.startsWith('docker:')) return parseDaemonName(text);
  if (text.startsWith('registry:')) return parseRegistrySource(text);
  const kind = PATH_KINDS.find((prefix) => text.startsWith(`${prefix}:`)) ?? 'auto';
  const rest = kind === 'auto' ? text : text.slice(kind.length + 1);
  const { name, pick } = locate(rest, kind === 'auto' ? ['#'] : ['#', ':'], exists);
  if (name === '') throw new Problem({ what: `${quote(text)} names no image`, fix: `write a path after ${kind}:` });
  return { kind, name, pick };
}

/** The longest path that is there is the path; what follows it is the name. */
function locate(rest: string, marks: readonly string[], exists: (path: string) => boolean) {
  if (exists(rest)) return { name: rest, pick: undefined };
  for (let at = rest.length - 1; at > 0; at--) {
    if (marks.includes(rest[at]!) && exists(rest.slice(0, at))) {
      return { name: rest.slice(0, at), pick: rest.slice(at + 1) || undefined };
    }
  }
  const hash = rest.indexOf('#');
  return hash < 0
    ? { name: rest, pick: undefined }
    : { name: rest.slice(0, hash), pick: rest.slice(hash + 1) || undefined };
}

/** As docker takes a name: without a tag `latest` is meant; an id is one by its form. */
function parseDaemonName(text: string): ImageOrigin {
  const name = text.slice('docker:'.length);
  if (name === '' || /[\s#]/.test(name)) {
    throw new Problem({
      what: `${quote(text)} names no image`,
      fix: 'write docker:NAME:TAG, as docker images lists it',
    });
  }
  return { kind: 'docker', name: daemonName(name) };
}

/** The name with its tag; ids and digests as they are. */
export function daemonName(name: string): string {
  return /:[^/]*$|@/.test(name) || /^[0-9a-f]{12,64}$/.test(name) ? name : `${name}:latest`;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests; docker.io is how Docker Hub is named. */
const REMOTE =
  /^(?<host>[a-zA-Z0-9.-]+(?::\d+)?|\[[0-9a-fA-F:]+\]:\d+)\/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Names of Docker Hub; its logins stand under one. */
const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

function parseRegistrySource(text: string): ImageOrigin {
  const { host = '', repository = '', tag, digest } = REMOTE.exec(text.slice('registry:'.length))?.groups ?? {};
  const reference = digest ?? tag;
  if (!/[.:]|^localhost$/.test(host) || !reference) {
    throw new Problem({
      what: `${quote(text)} names no image in a registry`,
      ...(/[A-Z]/.test(repository || text.slice(text.indexOf('/')))
        ? { why: 'the name of a repository is in lower case' }
        : {}),
      fix: 'write registry:HOST/REPOSITORY:TAG or registry:HOST/REPOSITORY@sha256:…, with the whole host',
    });
  }
  const known = HUB.includes(host.toLowerCase()) ? 'docker.io' : host.toLowerCase();
  const official = known === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
  return { kind: 'registry', host: known, repository: official, reference };
}
