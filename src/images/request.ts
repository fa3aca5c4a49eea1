import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isPublicHost, parsePrivateHost } from '../aws/ecr-hosts.ts';
import { onFileSync } from '../base/edge/files.ts';
import type { InputLine, InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import { type ImageLine, type ImageOrigin, type ImageTarget, parseImageLine, parseTarget } from './line.ts';
import { type NewRepository, newRepositoryRequest } from './new-repository.ts';

/** A registry as `ecr-registries` names it. */
export type RegistryName =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'public' };

export interface ImagesRequest {
  /** Whether later steps get a login. */
  readonly login: boolean;
  /** Leaves the login there when the job ends. */
  readonly skipLogout: boolean;
  readonly registries: readonly RegistryName[];
  /** With the line in the input, for messages. */
  readonly images: readonly (ImageLine & { readonly line: number })[];
  readonly tagExists: 'overwrite' | 'fail' | 'skip';
  readonly attestations: 'keep' | 'strip';
  readonly compression: 'gzip' | 'zstd';
  /** Repositories whose layers may be mounted or reused. */
  readonly reuseFrom: readonly ImageTarget[];
  /** How a missing repository is created; undefined: it is not. */
  readonly newRepository: NewRepository | undefined;
  /** Absolute: relative sources are looked up here, and links may not leave it. */
  readonly workspace: string;
}

/** @returns undefined when the step has nothing to do with images */
export function imagesRequest(inputs: InputReader): ImagesRequest | undefined {
  const workspace = resolve(inputs.env.GITHUB_WORKSPACE || '.');
  const images = withTagsBelow(inputs.lines('images')).flatMap(({ text, line }) => {
    try {
      const image = parseImageLine(text, (path) => existsSync(resolve(workspace, path)));
      for (const source of image.sources) checkSource(source, workspace);
      return [{ ...image, line }];
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const { what, why, fix } = thrown.details;
      inputs.wrong('images', line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
      return [];
    }
  });
  checkTagsOnce(images, inputs);
  const login = inputs.boolean('ecr-login', inputs.lines('images').length > 0);
  const request: ImagesRequest = {
    login,
    skipLogout: inputs.boolean('ecr-skip-logout', false),
    registries: inputs.parsed('ecr-registries', parseRegistry),
    images,
    tagExists: inputs.oneOf('image-tag-exists', ['overwrite', 'fail', 'skip'], 'overwrite'),
    attestations: inputs.oneOf('image-attestations', ['keep', 'strip'], 'keep'),
    compression: inputs.oneOf('image-compression', ['gzip', 'zstd'], 'gzip'),
    reuseFrom: inputs.parsed('image-reuse-from', parseReuse),
    newRepository: newRepositoryRequest(inputs),
    workspace,
  };
  return login || images.length > 0 ? request : undefined;
}

/** A line with a name and a tag alone belongs to the image above: docker/metadata-action gives its tags one per line. */
function withTagsBelow(lines: readonly InputLine[]): InputLine[] {
  const joined: InputLine[] = [];
  for (const line of lines) {
    const above = joined.at(-1);
    if (above && /^[^\s=>]+:[\w.-]+,?$/.test(line.text)) {
      joined[joined.length - 1] = { ...above, text: `${above.text.replace(/,$/, '')}, ${line.text.replace(/,$/, '')}` };
    } else joined.push(line);
  }
  return joined;
}

/** Two lines may not give one tag to two images: which one it has in the end would be chance. */
function checkTagsOnce(images: ImagesRequest['images'], inputs: InputReader): void {
  const given = new Map<string, number>();
  for (const { targets, line } of images) {
    for (const { host = '', repository, tag } of targets) {
      if (tag === undefined) continue;
      const name = `${host}/${repository}:${tag}`;
      const before = given.get(name) ?? line;
      if (before !== line) {
        const what = `${repository}:${tag} is given to another image in line ${before}`;
        inputs.wrong('images', line, { what, fix: 'give each image tags of its own' });
      }
      given.set(name, before);
    }
  }
}

/** @throws Problem naming the accepted forms */
export function parseRegistry(text: string): RegistryName {
  if (text === 'public' || isPublicHost(text)) return { kind: 'public' };
  if (/^\d{12}$/.test(text)) return { kind: 'account', account: text };
  const host = text
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
  if (parsePrivateHost(host)) return { kind: 'host', host };
  throw new Problem({
    what: `${quote(text)} is not a registry`,
    ...(/^\d{1,11}$/.test(text) ? { why: 'YAML drops the leading zeros of a number without quotes' } : {}),
    fix: 'write an account id of 12 digits (in quotes), a host ACCOUNT.dkr.ecr.REGION.amazonaws.com, or public; one per line',
  });
}

/** `REPOSITORY`, whose layers may be mounted, or `REPOSITORY:TAG`, an image whose layers need no compression again. */
function parseReuse(text: string): ImagesRequest['reuseFrom'][number] {
  return parseTarget(text);
}

/** What a look at the disk can tell of a source: a folder without an index is not worth signing in for. */
function checkSource(source: ImageOrigin, workspace: string): void {
  if (source.kind === 'docker' || source.kind === 'registry') return;
  const { kind, name } = source;
  const path = resolve(workspace, name);
  if (!existsSync(path)) {
    if (kind === 'auto' && !/^[./]|\.tar(\.\w+)?$/.test(name)) return;
    throw new Problem({ what: `there is no ${quote(name)}`, fix: `write a path that exists below ${workspace}` });
  }
  if (!statSync(path).isDirectory()) {
    if (kind === 'oci' || basename(path) === 'index.json')
      throw new Problem({
        what: `${quote(name)} is not a folder`,
        fix: 'write oci-archive: for a file, or oci: and the folder that holds index.json',
      });
    return;
  }
  const isLayout = existsSync(join(path, 'index.json'));
  const names = isLayout ? [] : onFileSync({ on: name, doing: 'read' }, () => readdirSync(path));
  const archives = names.filter((it) => /\.tar(\.\w+)?$/.test(it));
  if (archives.length === 1) {
    const fix = `write ${kind === 'oci' || kind === 'auto' ? '' : `${kind}:`}${join(name, archives[0]!)}`;
    throw new Problem({ what: `${quote(name)} is a folder that holds ${archives[0]}`, fix });
  }
  if (kind === 'oci-archive' || kind === 'docker-archive') {
    throw new Problem({ what: `${quote(name)} is a folder`, fix: 'write oci: for a folder' });
  }
  if (!isLayout) {
    throw new Problem({
      what: `${quote(name)} is not an OCI layout: it has no index.json`,
      fix: existsSync(join(path, 'version'))
        ? "it is in skopeo's own format (dir:): write it with skopeo copy … oci:DIR, and name oci:DIR"
        : 'give the folder that holds oci-layout, index.json and blobs/',
    });
  }
}
