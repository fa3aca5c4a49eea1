import { Problem } from '../../base/problem.ts';
import type { ComingImage } from '../../job.ts';
import type { ImageSource, ObjectSource } from '../line.ts';
import type { LambdaRollout } from '../request.ts';
import { builtOf, comingBuilt } from '../source/built.ts';
import { findImage, imagePermissions, isGone, isOfRepository, whereIs } from '../source/image.ts';
import { checkOwn, findObject, objectPermissions, sha256Of } from '../source/object.ts';
import { type Stage, short, type TargetPlan } from '../target.ts';
import { type CodeLocation, type Configuration, type FunctionFacts, type Lambda, openLambda, sharesOf } from './api.ts';
import { checkPlatform } from './platform.ts';
import { warningsFor } from './warnings.ts';

/** Code that is there, by what Lambda will name it. */
export interface Code {
  readonly location: CodeLocation;
  readonly sha256: string;
  /** In messages. */
  readonly name: string;
}

export interface AliasPlan {
  readonly name: string;
  readonly version: string;
  readonly revisionId: string | undefined;
  /** Shares of other versions, as they were. */
  readonly weights: Readonly<Record<string, number>>;
  /** Those that get any traffic. */
  readonly shares: readonly (readonly [version: string, share: number])[];
  /** Whether its version has the code already, and gets all of the traffic. */
  readonly isDone: boolean;
  /** The settings of its version. */
  readonly published: Configuration;
}

export interface LambdaPlan extends TargetPlan {
  readonly configuration: Configuration;
  readonly architectures: readonly string[];
  /** undefined: this step pushes or uploads it. */
  readonly code: Code | undefined;
  /** What `$LATEST` had, if it can be had again. */
  readonly former: CodeLocation | undefined;
  /** Whether `$LATEST` has the code already. */
  readonly isLatestDone: boolean;
  readonly aliases: readonly AliasPlan[];
}

/**
 * Reads the function, its aliases and its new code; writes nothing.
 * @param isLater what this step pushes or uploads may not be there yet
 * @throws Problem: what would keep the rollout from succeeding
 */
export async function planFunction(
  rollout: LambdaRollout,
  stage: Stage,
  { isLater }: { readonly isLater: boolean },
): Promise<LambdaPlan> {
  const { target, source } = rollout;
  const { access } = stage;
  const name = `lambda:${target.name}`;
  const lambda = openLambda(target.name, access);
  const facts = await lambda.function();
  const { Configuration: configuration = {} } = facts;
  checkPackage(configuration, source, name);
  const architectures = configuration.Architectures ?? ['x86_64'];
  const found =
    source.kind === 'image'
      ? await imageCode(source, stage, { isLater, architecture: architectures[0] ?? 'x86_64', on: name })
      : await zipCode(source, stage, { isLater, current: configuration.CodeSha256 });
  const isSame = (it: FunctionFacts) => runsCode(it, found.code);
  const isLatestDone = isSame(facts) && configuration.LastUpdateStatus !== 'Failed';
  const aliases = await Promise.all(rollout.aliases.map(async (alias) => planAlias(lambda, alias, isSame)));
  const before = digestOf(facts) ?? configuration.CodeSha256 ?? '';
  const former = formerCode(facts) ?? found.former;
  const wantsBack = servesLatest({ aliases }) && stage.settings.onFailure === 'rollback';
  const isDone = aliases.length > 0 ? aliases.every((alias) => alias.isDone) : isLatestDone;
  return {
    target: name,
    before: aliases.length > 0 ? aliases.map((it) => `${it.name}: version ${it.version}`).join(', ') : before,
    after: found.code?.name,
    changes: isDone ? [] : changesOf(aliases, before, found.code),
    underWay: underWay(configuration, aliases),
    warnings: warningsFor({
      ...{ rollout, facts, isDone },
      done: aliases.filter((it) => it.isDone),
      isReversible: wantsBack ? former !== undefined : undefined,
      gone: wantsBack && isLater ? await goneOf(facts, found, stage) : undefined,
    }),
    notices: isDone ? [] : noticesFor(name, aliases),
    permissions: [...found.permissions, ...permissionsFor(configuration, { isDone, isLatestDone, aliases })],
    configuration,
    architectures,
    code: found.code,
    former,
    isLatestDone,
    aliases,
  };
}

function runsCode(facts: FunctionFacts, code: Code | undefined): boolean {
  const { State, CodeSha256 } = facts.Configuration ?? {};
  // What could not be made runs nothing, whatever code it has.
  if (code === undefined || State === 'Failed') return false;
  return CodeSha256 === code.sha256 || digestOf(facts) === `sha256:${code.sha256}`;
}

function noticesFor(name: string, aliases: readonly AliasPlan[]): string[] {
  const floating = aliases.filter(({ version }) => version === LATEST);
  return floating.map(
    (it) => `${name}: the alias ${it.name} names ${LATEST}, so it serves the new code before a version of it is ready`,
  );
}

async function planAlias(lambda: Lambda, name: string, isSame: (facts: FunctionFacts) => boolean): Promise<AliasPlan> {
  const { FunctionVersion: version = '', RevisionId: revisionId, RoutingConfig } = await lambda.alias(name);
  const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
  const facts = await lambda.function(version);
  const isDone = isSame(facts) && sharesOf(RoutingConfig).length === 0;
  return {
    name,
    version,
    revisionId,
    weights,
    shares: sharesOf(RoutingConfig),
    isDone,
    published: facts.Configuration ?? {},
  };
}

/** The image that the function has, if its repository is the new one's and no longer has it. */
async function goneOf({ Code }: FunctionFacts, { repository }: FoundCode, { access, published }: Stage) {
  const image = Code?.ResolvedImageUri;
  if (image === undefined || repository === undefined || !isOfRepository(image, repository)) return undefined;
  return (await isGone(image, access, published)) ? image : undefined;
}

const LATEST = '$LATEST';

/** Whether what `$LATEST` has is served: without an alias, or by one that names it. */
export function servesLatest({ aliases }: { readonly aliases: readonly Pick<AliasPlan, 'version'>[] }): boolean {
  return aliases.length === 0 || aliases.some(({ version }) => version === LATEST);
}

interface FoundCode {
  readonly code: Code | undefined;
  readonly former?: CodeLocation | undefined;
  /** ARN of the repository of an image. */
  readonly repository?: string;
  readonly permissions: TargetPlan['permissions'];
}

async function imageCode(
  source: ImageSource,
  { access, published }: Stage,
  { isLater, architecture, on }: { readonly isLater: boolean; readonly architecture: string; readonly on: string },
): Promise<FoundCode> {
  checkRegion(source, { access, published, on });
  const image = await findImage(source, access, { published, isLater });
  const permissions = [imagePermissions(image, { config: true })];
  const { repository } = image;
  if (!image.reference || !image.digest) return { code: undefined, repository, permissions };
  checkPlatform(await builtOf(image, source, { access, published, on }), { architecture, on });
  const sha256 = image.digest.replace('sha256:', '');
  const code = { location: { ImageUri: image.reference }, sha256, name: image.reference };
  return { code, repository, permissions };
}

/** https://github.com/aws/containers-roadmap/issues/1281 */
function checkRegion(
  { host, repository }: ImageSource,
  { access, published, on }: Pick<Stage, 'access' | 'published'> & { readonly on: string },
): void {
  const { region } = whereIs(host, access, published);
  if (region === access.session.region) return;
  throw new Problem({
    what: `the image is in ${region}, and the function in ${access.session.region}`,
    on,
    why: 'Lambda takes an image from a registry of its own region',
    fix: `push it to ${repository} in ${access.session.region} as well (another target of its line in images, or replication of the registry), and deploy it from there`,
  });
}

/** What this step is to push, before it is. @throws Problem when Lambda cannot run it */
export async function checkComing(
  { target, source }: LambdaRollout,
  { access, published }: Stage,
  { plan, coming }: { readonly plan: LambdaPlan; readonly coming: readonly ComingImage[] },
): Promise<void> {
  if (source.kind !== 'image' || plan.code) return;
  const on = `lambda:${target.name}`;
  const built = await comingBuilt(source, coming, { access, published, on });
  checkPlatform(built, { architecture: plan.architectures[0] ?? 'x86_64', on });
}

async function zipCode(
  source: ObjectSource,
  { access, published }: Stage,
  { isLater, current }: { readonly isLater: boolean; readonly current: string | undefined },
): Promise<FoundCode> {
  const found = await findObject(source, access, { published, isLater });
  const { now } = found;
  const versions = found.isLater || now?.version !== undefined;
  const permissions = [objectPermissions(source, access.session, { versions })];
  if (!now) return { code: undefined, permissions };
  const sha256 = await sha256Of(source, access, now);
  const location: CodeLocation = {
    S3Bucket: source.bucket,
    S3Key: source.key,
    ...(now.version ? { S3ObjectVersion: now.version } : {}),
  };
  // What is there before this step's upload may be what the function runs: a version of it can be had again.
  if (found.isLater) {
    return { code: undefined, former: now.version && sha256 === current ? location : undefined, permissions };
  }
  if (!isLater) await checkOwn(source, access, { now, sum: sha256, published });
  return { code: { location, sha256, name: `s3://${source.bucket}/${source.key}` }, permissions };
}

function checkPackage({ PackageType = 'Zip' }: Configuration, source: LambdaRollout['source'], on: string): void {
  const wanted = source.kind === 'image' ? 'Image' : 'Zip';
  if (PackageType === wanted) return;
  throw new Problem({
    what: `the function takes ${PackageType === 'Image' ? 'an image' : 'a zip'}, and is given ${wanted === 'Image' ? 'an image' : 'a zip'}`,
    on,
    why: 'the package type of a function never changes',
    fix: 'give it what it takes, or create another function',
  });
}

function underWay(configuration: Configuration, aliases: readonly AliasPlan[]): string | undefined {
  const { LastUpdateStatus, State } = configuration;
  if (LastUpdateStatus === 'InProgress' || State === 'Pending') return 'an update of the function is in progress';
  const shared = aliases.find(({ shares }) => shares.length > 0);
  if (!shared) return undefined;
  const shares = shared.shares.map(
    ([version, share]) => `${Number((share * 100).toPrecision(4))} % to version ${version}`,
  );
  return `the alias ${shared.name} sends ${shares.join(', ')}`;
}

export function digestOf({ Code }: FunctionFacts): string | undefined {
  return Code?.ResolvedImageUri?.split('@')[1];
}

function formerCode({ Code }: FunctionFacts): CodeLocation | undefined {
  return Code?.ResolvedImageUri ? { ImageUri: Code.ResolvedImageUri } : undefined;
}

function changesOf(aliases: readonly AliasPlan[], before: string, code: Code | undefined): string[] {
  const after = code ? short(code.name.split('@').at(-1) ?? '') : 'what this step publishes';
  if (aliases.length === 0) return [`${short(before)} → ${after}`];
  return aliases.filter((it) => !it.isDone).map((it) => `${it.name}: version ${it.version} → a version of ${after}`);
}

interface FunctionPermissionFacts {
  readonly isDone: boolean;
  readonly isLatestDone: boolean;
  readonly aliases: readonly AliasPlan[];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
function permissionsFor(
  { FunctionArn = '*' }: Configuration,
  facts: FunctionPermissionFacts,
): TargetPlan['permissions'] {
  const { isDone, isLatestDone, aliases } = facts;
  const hasAliases = aliases.length > 0;
  const actions = [
    'GetFunction',
    ...(hasAliases ? ['GetAlias'] : []),
    ...(isDone ? [] : ['GetFunctionConfiguration']),
    ...(isDone || isLatestDone ? [] : ['UpdateFunctionCode']),
    ...(isDone || !hasAliases ? [] : ['PublishVersion', 'UpdateAlias']),
  ];
  return [{ actions: actions.map((action) => `lambda:${action}`), resources: [FunctionArn] }];
}
