import { Problem } from '../base/problem.ts';
import { isPublicHost, parsePrivateHost } from './ecr-hosts.ts';

/** `HOST/REPOSITORY:TAG`, the name of an image in ECR. */
export interface ImageName {
  /** As given, in lower case; undefined: the first registry. */
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html, `repositoryName` */
const REPOSITORY = /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG = /^\w[\w.-]{0,127}$/;

/** @throws Problem naming what is wrong: the host, the repository's name, the tag */
export function parseImageName(text: string): ImageName {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const host = isHost(first) ? first.toLowerCase() : undefined;
  if (host === undefined && /[.:]/.test(first)) {
    const [, tag] = /^[a-z0-9._-]+:([A-Za-z_][^:]*)/.exec(text) ?? [];
    if (/^https?:$/.test(first)) throw new Problem({ what: `"${text}" is a URL`, fix: `leave ${first}// out` });
    if (tag) throw notATag(tag);
    throw new Problem({
      what: `"${first}" is not a host of an ECR registry`,
      fix: 'write ACCOUNT.dkr.ecr.REGION.amazonaws.com or public.ecr.aws, or leave the host out',
    });
  }
  const path = host === undefined ? text : text.slice(slash + 1);
  const colon = path.indexOf(':');
  const [repository, tag] = colon < 0 ? [path, ''] : [path.slice(0, colon), path.slice(colon + 1)];
  checkRepository(repository);
  if (host !== undefined && isPublicHost(host) && !repository.includes('/')) {
    throw new Problem({
      what: `"${text}" names no registry of ECR Public`,
      fix: `write the alias of the registry before the repository: ${host}/ALIAS/${repository}:TAG`,
    });
  }
  if (!TAG.test(tag))
    throw tag ? notATag(tag.replace(/(?<=.):.*/s, '')) : new Problem({ what: `"${text}" has no tag`, fix: TAG_FORM });
  return { host, repository, tag };
}

const TAG_FORM = 'write REPOSITORY:TAG; a tag has up to 128 of A-Z a-z 0-9 _ . - and does not begin with . or -';

/** Names of branches have a `/`, and versions of packages a `+`. */
function notATag(tag: string): Problem {
  const instead = /^[\w.+/-]+$/.test(tag) ? `; for example ${tag.replaceAll(/[/+]/g, '-')}` : '';
  return new Problem({ what: `"${tag}" is not a tag`, fix: `${TAG_FORM}${instead}` });
}

/** @throws Problem unless ECR takes this as a repository's name */
export function checkRepository(repository: string): void {
  if (REPOSITORY.test(repository)) return;
  throw new Problem({
    what: `"${repository}" is not a repository name`,
    fix: 'write 2 to 256 characters: words of a-z 0-9 joined by one of . _ - and segments joined by /',
  });
}

function isHost(text: string): boolean {
  return parsePrivateHost(text) !== undefined || isPublicHost(text) || /^(127\.0\.0\.1|localhost):\d+$/.test(text);
}
