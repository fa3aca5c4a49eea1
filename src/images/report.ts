import { inCode } from '../base/markdown.ts';
import { formatBytes, formatSeconds } from '../base/units.ts';
import type { Report } from '../job.ts';
import type { PushResult } from './apply.ts';
import { type ImagesPlan, isDone, type Push } from './plan/plan.ts';
import { type Registry, USERNAME } from './registry/registry.ts';

/** Log lines, outputs and summary of the images of a step. */
export function reportImages(
  { registries, login, pushes }: ImagesPlan,
  results: readonly PushResult[] | undefined,
  { credentials }: { readonly credentials: boolean },
): Report {
  const [first] = registries;
  const images = results?.map(described) ?? [];
  return {
    lines: [
      ...(login && results
        ? [`Later steps can pull from and push to ${registries.map(({ host }) => host).join(', ')}`]
        : []),
      ...(results ?? []).map(line),
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
    tags: push.tags.map(({ tag }) => tag),
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

function line({ push, digest, bytes, milliseconds }: PushResult): string {
  const tags = push.tags.map(({ tag }) => tag).join(', ');
  const kept = push.tags.filter(({ action }) => action === 'keep');
  const left = kept.map(({ tag, before }) => `; ${tag} stays ${before}`).join('');
  if (isDone(push)) return `${nameOf(push)} (${tags}) is ${digest}${kept.length > 0 ? '' : ' already'}${left}`;
  const parts = [
    `${formatBytes(bytes.uploaded)} uploaded`,
    ...(bytes.mounted ? [`${formatBytes(bytes.mounted)} mounted`] : []),
    ...(bytes.reused ? [`${formatBytes(bytes.reused)} there already`] : []),
  ];
  return `${nameOf(push)} (${tags}) is now ${digest}: ${parts.join(', ')} in ${formatSeconds(milliseconds)}${left}`;
}

function summary(results: readonly PushResult[]): string {
  const kinds = (['mounted', 'reused'] as const).filter((kind) => results.some(({ bytes }) => bytes[kind] > 0));
  const rows = results.map(({ push, digest, bytes, milliseconds }) => {
    const sizes = (['uploaded', ...kinds] as const).map((kind) => formatBytes(bytes[kind]));
    // The whole digest is in the log and the outputs: here it would make the table wider than the page.
    const cells = [
      inCode(nameOf(push)),
      tagsOf(push),
      inCode(`${digest.slice(0, 19)}…`),
      ...sizes,
      formatSeconds(milliseconds),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const titles = ['image', 'tags', 'digest', 'sent', ...kinds.map((kind) => TITLES[kind]), 'time'];
  return table(titles, 3, rows);
}

/** What would be sent, where nothing was. */
function plannedSummary(pushes: readonly Push[]): string {
  const rows = pushes.map((push) => {
    const sent = push.blobs.filter(({ action }) => action === 'upload' || action === 'compress');
    const bytes = sent.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
    return `| ${inCode(nameOf(push))} | ${tagsOf(push)} | ${formatBytes(bytes)} |`;
  });
  return table(['image', 'tags', 'to send'], 2, rows);
}

/** @param texts how many of the first columns are text; the others are numbers */
function table(titles: readonly string[], texts: number, rows: readonly string[]): string {
  const aligned = titles.map((_, at) => (at < texts ? '---' : '---:'));
  return ['### Images (ECR)', '', `| ${titles.join(' | ')} |`, `| ${aligned.join(' | ')} |`, ...rows].join('\n');
}

function tagsOf({ tags }: Push): string {
  return tags.map(({ tag, action }) => `${inCode(tag)}${OUTCOMES[action]}`).join(', ');
}

const OUTCOMES = { put: '', same: ' (unchanged)', keep: ' (kept)' } as const;
const TITLES = { mounted: 'mounted', reused: 'there already' } as const;
