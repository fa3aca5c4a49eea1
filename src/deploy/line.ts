import { isBucketName } from '../aws/bucket-name.ts';
import { isPublicHost } from '../aws/ecr-hosts.ts';
import { checkRepository, parseImageName } from '../aws/image-name.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';

/** An image of ECR by tag or by digest; one of the two is there. */
export interface ImageSource {
  readonly kind: 'image';
  /** As given, in lower case; undefined: the first registry. */
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

/** A zip for Lambda, or a bundle for CodeDeploy. */
export interface ObjectSource {
  readonly kind: 'object';
  readonly bucket: string;
  readonly key: string;
}

export interface EcsTarget {
  readonly kind: 'ecs';
  readonly cluster: string;
  readonly service: string;
}

export interface LambdaTarget {
  readonly kind: 'lambda';
  readonly name: string;
}

export interface GroupTarget {
  readonly kind: 'asg';
  readonly group: string;
}

export interface CodeDeployTarget {
  readonly kind: 'codedeploy';
  readonly application: string;
  readonly group: string;
}

/** One line of the input `deploy`. */
export type DeployLine =
  | { readonly source: ImageSource; readonly target: EcsTarget; readonly container: string | undefined }
  | { readonly source: ImageSource | ObjectSource; readonly target: LambdaTarget; readonly alias: string | undefined }
  | { readonly target: GroupTarget; readonly template: number | undefined }
  | { readonly source: ObjectSource; readonly target: CodeDeployTarget };

/** One line of `deploy-first`. */
export interface FirstLine {
  readonly target: EcsTarget;
  readonly container: string;
  readonly command: string;
}

export const FORMS = [
  'write one of',
  'REPOSITORY:TAG => ecs:CLUSTER/SERVICE or ecs:CLUSTER/SERVICE/CONTAINER',
  'REPOSITORY:TAG => lambda:FUNCTION or lambda:FUNCTION:ALIAS',
  's3://BUCKET/KEY => lambda:FUNCTION or lambda:FUNCTION:ALIAS',
  'asg:GROUP, or template:VERSION => asg:GROUP',
  's3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
].join('\n');

const FIRST_FORM = 'write ecs:CLUSTER/SERVICE/CONTAINER => COMMAND';
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html: clusters, services and containers. */
const ECS_NAME = /^[\w-]{1,255}$/;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, without the ARN forms */
const FUNCTION = /^[\w-]{1,64}$/;
const ALIAS = /^(?!\d+$)[\w-]{1,128}$/;
/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateApplication.html */
const CODEDEPLOY_NAME = /^[A-Za-z0-9._+=,@-]{1,100}$/;

/** @throws Problem with the accepted forms */
export function parseDeployLine(text: string): DeployLine {
  const [source, address] = sidesOf(text);
  const [kind, rest] = cut(address, ':');
  switch (kind) {
    case 'ecs': {
      const { container, ...target } = parseEcs(rest, address);
      return { source: imageSource(source, address), target, container };
    }
    case 'lambda':
      return { source: codeSource(source, address), ...parseLambda(rest) };
    case 'asg':
      return { target: parseGroup(rest, address), template: parseTemplate(source) };
    case 'codedeploy':
      return { source: bundleSource(source, address), target: parseCodeDeploy(rest, address) };
    default:
      throw new Problem({ what: `${quote(text)} does not name a target`, fix: FORMS });
  }
}

/** @throws Problem with the accepted form */
export function parseFirstLine(text: string): FirstLine {
  const arrow = text.indexOf('=>');
  const address = text.slice(0, Math.max(0, arrow)).trim();
  const command = text.slice(arrow + 2).trim();
  if (arrow < 0 || !address.startsWith('ecs:') || command === '') {
    throw new Problem({ what: `${quote(text)} is not a task to run first`, fix: FIRST_FORM });
  }
  const { container, ...target } = parseEcs(address.slice('ecs:'.length), address);
  if (container === undefined) throw new Problem({ what: `${quote(address)} names no container`, fix: FIRST_FORM });
  return { target, container, command };
}

/** The name of a target in messages and outputs: `ecs:prod/web`. */
export function nameOf(target: DeployLine['target']): string {
  switch (target.kind) {
    case 'ecs':
      return `ecs:${target.cluster}/${target.service}`;
    case 'lambda':
      return `lambda:${target.name}`;
    case 'asg':
      return `asg:${target.group}`;
    case 'codedeploy':
      return `codedeploy:${target.application}/${target.group}`;
  }
}

function sidesOf(text: string): [source: string, address: string] {
  const parts = text.split('=>').map((part) => part.trim());
  if (parts.length === 1) return ['', parts[0] ?? ''];
  const [source = '', address = ''] = parts;
  if (parts.length > 2 || source === '' || address === '') {
    throw new Problem({ what: `${quote(text)} is not a rollout`, fix: FORMS });
  }
  return [source, address];
}

function parseEcs(text: string, address: string): EcsTarget & { readonly container: string | undefined } {
  const [cluster = '', service = '', container, ...more] = text.split('/');
  const names = [cluster, service, ...(container === undefined ? [] : [container])];
  if (more.length > 0 || !names.every((name) => ECS_NAME.test(name))) {
    throw new Problem({
      what: `${quote(address)} does not name a service of ECS`,
      fix: 'write ecs:CLUSTER/SERVICE or ecs:CLUSTER/SERVICE/CONTAINER, each by its name of A-Z a-z 0-9 _ - (not by its ARN)',
    });
  }
  return { kind: 'ecs', cluster, service, container };
}

function parseLambda(text: string): { target: LambdaTarget; alias: string | undefined } {
  const [name, alias] = cut(text, ':');
  const isArn = text.startsWith('arn:');
  if (isArn || !FUNCTION.test(name)) {
    throw new Problem({
      what: `${quote(isArn ? text : name)} is not the name of a function`,
      fix: 'write lambda:FUNCTION or lambda:FUNCTION:ALIAS, by name: 1 to 64 of A-Z a-z 0-9 _ - (not by its ARN)',
    });
  }
  if (text.includes(':') && !ALIAS.test(alias)) {
    throw new Problem({
      what: `${quote(alias)} is not the name of an alias`,
      ...(/^\d+$/.test(alias) ? { why: 'it is a version: versions never change, an alias moves' } : {}),
      ...(alias === '$LATEST' ? { why: `${quote(`lambda:${name}`)} without an alias is ${alias}` } : {}),
      fix: 'write lambda:FUNCTION:ALIAS; an alias has 1 to 128 of A-Z a-z 0-9 _ - and is not a number',
    });
  }
  return { target: { kind: 'lambda', name }, alias: alias || undefined };
}

function parseGroup(group: string, address: string): GroupTarget {
  if (/^[^:\x00-\x1f]{1,255}$/.test(group)) return { kind: 'asg', group };
  throw new Problem({
    what: `${quote(address)} does not name an Auto Scaling group`,
    fix: 'write asg:GROUP, by its name (not by its ARN)',
  });
}

function parseTemplate(source: string): number | undefined {
  if (source === '') return undefined;
  const [, version] = /^template:([1-9]\d{0,9})$/.exec(source) ?? [];
  if (version) return Number(version);
  const given = source.startsWith('template:') ? source.slice('template:'.length) : undefined;
  throw new Problem({
    what:
      given === undefined
        ? `an Auto Scaling group does not take ${quote(source)}`
        : `${quote(given)} is not the number of a version`,
    ...(/^\$(Latest|Default)$/.test(given ?? '')
      ? { why: 'what it names can change, so there would be nothing to roll back to' }
      : {}),
    fix: 'write asg:GROUP, or template:VERSION => asg:GROUP with the number of a version of its launch template, template:7',
  });
}

function parseCodeDeploy(text: string, address: string): CodeDeployTarget {
  const [application = '', group = '', ...more] = text.split('/');
  if (more.length === 0 && CODEDEPLOY_NAME.test(application) && CODEDEPLOY_NAME.test(group)) {
    return { kind: 'codedeploy', application, group };
  }
  throw new Problem({
    what: `${quote(address)} does not name a deployment group`,
    fix: 'write codedeploy:APPLICATION/GROUP; each has 1 to 100 of A-Z a-z 0-9 . _ + = , @ -',
  });
}

function codeSource(source: string, address: string): ImageSource | ObjectSource {
  return source.startsWith('s3:') ? parseObject(source) : imageSource(source, address);
}

function bundleSource(source: string, address: string): ObjectSource {
  if (source.startsWith('s3:')) return parseObject(source);
  const what =
    source === '' ? `${quote(address)} is given no bundle` : `CodeDeploy does not take ${quote(source)} as a bundle`;
  throw new Problem({ what, fix: 'write s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP' });
}

function imageSource(source: string, address: string): ImageSource {
  if (source === '' || source.includes('://') || source.startsWith('template:')) {
    const what = source === '' ? `${quote(address)} is given no image` : `${quote(source)} is not an image`;
    throw new Problem({ what, fix: `write REPOSITORY:TAG => ${address}` });
  }
  const [name, digest] = cut(source, '@');
  if (source.includes('@') && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Problem({ what: `${quote(digest)} is not a digest`, fix: 'write sha256: and 64 of 0-9 a-f' });
  }
  const hasTag = name.lastIndexOf(':') > name.lastIndexOf('/');
  const parsed = parseImageName(digest && !hasTag ? `${name}:by-digest` : name);
  if (parsed.host && isPublicHost(parsed.host)) {
    throw new Problem({
      what: `${quote(source)} is an image of ECR Public`,
      why: 'what is deployed comes from a private registry, whose tags and digests this step can look up',
      fix: 'push the image to a private repository as well, and deploy it from there',
    });
  }
  checkRepository(parsed.repository);
  const { host, repository, tag } = parsed;
  return { kind: 'image', host, repository, tag: digest ? undefined : tag, digest: digest || undefined };
}

function parseObject(text: string): ObjectSource {
  const [bucket, key] = cut(text.slice('s3://'.length), '/');
  if (!text.startsWith('s3://') || !isBucketName(bucket) || key === '' || key.endsWith('/')) {
    throw new Problem({ what: `${quote(text)} does not name an object`, fix: 'write s3://BUCKET/KEY' });
  }
  return { kind: 'object', bucket, key };
}

/** What is before the first mark, and what is after it. */
function cut(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
