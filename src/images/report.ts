import { parsePrivateHost } from '../aws/ecr-hosts.ts';
import { consoleUrl } from '../aws/partition.ts';
import { block, folded, inCode, link, longTable, type Table } from '../base/markdown.ts';
import { counted, formatBytes, formatSeconds } from '../base/units.ts';
import type { Report } from '../job.ts';
import type { PushResult } from './apply/index.ts';
import { type ImagesPlan, isDone, type Push } from './plan/plan.ts';
import { type Registry, USERNAME } from './registry/registry.ts';

/** Log lines, outputs and summary of the images of a step. */
export function reportImages(
  plan: ImagesPlan,
  results: readonly PushResult[] | undefined,
  { credentials }: { readonly credentials: boolean },
): Report {
  const { registries, login, pushes } = plan;
  const [first] = registries;
  const images = results?.map(described) ?? [];
  return {
    headline: headline(plan, results),
    changes: pushes.some((push) => !isDone(push)),
    lines: [
      ...(login && results
        ? [`Later steps can pull from and push to ${registries.map(({ host }) => host).join(', ')}`]
        : []),
      ...(results ?? []).map(pushLine),
    ],
    outputs: {
      registry: first?.host ?? '',
      registries: JSON.stringify(registries.map(({ host }) => host)),
      ...(images[0]
        ? {
            images: JSON.stringify(images),
            'image-digest': images[0].digest,
            'image-reference': images[0].reference,
            'image-name': images[0].name,
          }
        : {}),
      ...(credentials && first ? credentialOutputs(registries, first) : {}),
    },
    summary: pushes.length === 0 ? '' : results ? summary(results) : plannedSummary(pushes),
  };
}

/** Under fixed names for the first registry, and under the names of amazon-ecr-login v2 for each. */
function credentialOutputs(registries: readonly Registry[], first: Registry): Record<string, string> {
  const outputs: Record<string, string> = { 'docker-username': USERNAME, 'docker-password': first.password };
  for (const { host, password } of registries) {
    const name = host.replaceAll(/[^a-zA-Z0-9_]/g, '_');
    outputs[`docker_username_${name}`] = USERNAME;
    outputs[`docker_password_${name}`] = password;
  }
  return outputs;
}

function described({ push, digest, mediaType, bytes, milliseconds }: PushResult) {
  const name = nameOf(push);
  return {
    source: push.source,
    name,
    repository: push.repository,
    tags: tagsOn(push, digest).flatMap(({ tag }) => tag ?? []),
    digest,
    reference: `${name}@${digest}`,
    mediaType,
    bytes,
    pushed: !isDone(push),
    milliseconds,
  };
}

function nameOf({ registry, repository }: Push): string {
  return `${registry.host}/${repository}`;
}

/** Tags that are on an image in the end; others keep another one (image-tag-exists: skip). */
function tagsOn({ tags }: Push, digest: string): Push['tags'] {
  return tags.filter(({ action, before }) => action !== 'keep' || before === digest);
}

/** What became of a push: `HOST/shop (1, latest) is now sha256:…: 5 MB uploaded in 1 s`. */
export function pushLine({ push, digest, bytes, milliseconds }: PushResult): string {
  const on = tagsOn(push, digest);
  const tags = on.map(({ tag }) => tag ?? 'by digest').join(', ');
  const kept = push.tags.filter((it) => !on.includes(it));
  const left = kept.map(({ tag, before }) => `; ${tag} stays ${before}`).join('');
  if (on.every(({ action }) => action === 'keep')) return `${nameOf(push)} (${tags}) stays ${digest}${left}`;
  if (isDone(push)) return `${nameOf(push)} (${tags}) is ${digest} already${left}`;
  const parts = [
    `${formatBytes(bytes.uploaded)} uploaded`,
    ...(bytes.mounted ? [`${formatBytes(bytes.mounted)} mounted`] : []),
    ...(bytes.reused ? [`${formatBytes(bytes.reused)} there already`] : []),
  ];
  return `${nameOf(push)} (${tags}) is now ${digest}: ${parts.join(', ')} in ${formatSeconds(milliseconds)}${left}`;
}

/** Rows of a table that a summary shows; the outputs have all. */
const ROWS = 200;
/** Images for which the summary has the command that pulls them. */
const PULLS = 10;

function summary(results: readonly PushResult[]): string {
  const kinds = (['mounted', 'reused'] as const).filter((kind) => results.some(({ bytes }) => bytes[kind] > 0));
  const rows = results.map(({ push, digest, bytes, milliseconds }) => [
    imageLink(push),
    tagsOf(push),
    // The whole digest is below: here it would make the table wider than the page.
    inCode(`${digest.slice(0, 19)}…`),
    ...(['uploaded', ...kinds] as const).map((kind) => formatBytes(bytes[kind])),
    formatSeconds(milliseconds),
  ]);
  const heads = ['image', 'tags', 'digest', 'sent:', ...kinds.map((kind) => `${TITLES[kind]}:`), 'time:'];
  const pulls = results.slice(0, PULLS).map(({ push, digest }) => `docker pull ${nameOf(push)}@${digest}`);
  return section({ heads, rows }, [folded('Pull by digest', block([...new Set(pulls)].join('\n'), 'sh'))]);
}

/** What would be sent, where nothing was. */
function plannedSummary(pushes: readonly Push[]): string {
  const rows = pushes.map((push) => [imageLink(push), tagsOf(push), formatBytes(bytesToSend(push))]);
  return section({ heads: ['image', 'tags', 'to send:'], rows }, []);
}

function section(rows: Table, more: readonly string[]): string {
  return ['### Images (ECR)', longTable(rows, { most: ROWS, what: 'images' }), ...more].join('\n\n');
}

/** The repository's name, and where it is in the console. */
function imageLink(push: Push): string {
  const { account, region } = parsePrivateHost(push.registry.host) ?? {};
  const path = `ecr/repositories/private/${account}/${encodeURIComponent(push.repository)}?region=${region}`;
  const page = region && consoleUrl({ region }, path);
  return page ? link(inCode(nameOf(push)), page) : inCode(nameOf(push));
}

function bytesToSend({ blobs }: Push): number {
  const sent = blobs.filter(({ action }) => action === 'upload' || action === 'compress');
  return sent.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}

/** How it went, in one line. */
function headline({ login, pushes }: ImagesPlan, results: readonly PushResult[] | undefined): string {
  const there = pushes.filter(isDone).length;
  const sent = pushes.length - there;
  const bytes = results
    ? results.reduce((sum, it) => sum + it.bytes.uploaded, 0)
    : pushes.reduce((sum, push) => sum + bytesToSend(push), 0);
  return [
    ...(sent > 0 ? [`${counted(sent, 'image')} ${results ? 'pushed' : 'to push'}, ${formatBytes(bytes)}`] : []),
    ...(there > 0 ? [`${there} there already`] : []),
    ...(login ? [results ? 'logged in for later steps' : 'login for later steps'] : []),
  ].join('; ');
}

function tagsOf({ tags }: Push): string {
  return tags
    .map(({ tag, action }) => `${tag === undefined ? 'by digest' : inCode(tag)}${OUTCOMES[action]}`)
    .join(', ');
}

const OUTCOMES = { put: '', same: ' (unchanged)', keep: ' (kept)' } as const;
const TITLES = { mounted: 'mounted', reused: 'there already' } as const;
