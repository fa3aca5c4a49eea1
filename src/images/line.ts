import { type ImageName, parseImageName } from '../aws/image-name.ts';
import { Problem } from '../base/problem.ts';

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
  readonly targets: readonly ImageName[];
}

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
  return {
    source: parseSource(text),
    text,
    targets: targets.split(',').map((target) => parseImageName(target.trim())),
  };
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
