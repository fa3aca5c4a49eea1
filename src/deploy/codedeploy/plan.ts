import { Problem } from '../../base/problem.ts';
import type { CodeDeployRollout } from '../request.ts';
import { checkOwn, findObject, objectPermissions, type StoredObject } from '../source/object.ts';
import type { Stage, TargetPlan } from '../target.ts';
import { type DeploymentGroup, openCodeDeploy, type Revision, type S3Location } from './api.ts';
import { stateOf } from './state.ts';

/** A deployment group with the bundle that it is to get. */
export interface CodeDeployPlan extends TargetPlan {
  readonly group: DeploymentGroup;
  /** undefined: this step uploads it. */
  readonly location: S3Location | undefined;
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/application-revisions-push.html */
const BUNDLES: readonly (readonly [RegExp, string])[] = [
  [/\.zip$/i, 'zip'],
  [/\.(tgz|tar\.gz)$/i, 'tgz'],
  [/\.tar$/i, 'tar'],
];

/**
 * Reads the deployment group, its last deployment and the bundle; writes nothing.
 * @param isLater what this step uploads may not be there yet
 * @throws Problem: what would keep the deployment from succeeding
 */
export async function planBundle(
  { target, source }: CodeDeployRollout,
  { access, published, settings, refreshed }: Stage,
  { isLater }: { readonly isLater: boolean },
): Promise<CodeDeployPlan> {
  const name = `codedeploy:${target.application}/${target.group}`;
  const bundleType = bundleTypeOf(source, name);
  const codeDeploy = openCodeDeploy(target, access);
  const group = await codeDeploy.group();
  checkPlatform(group, name);
  checkApart(group, refreshed, name);
  const found = await findObject(source, access, { published, isLater });
  const { now } = found;
  if (now && !isLater) await checkOwn(source, access, { now, published });
  const location = now && !found.isLater ? locationOf(source, bundleType, now) : undefined;
  const { former, serving, busy, isShifted, hasOwn } = await stateOf(codeDeploy, group);
  const isDone = location !== undefined && isSame(serving, location);
  // Whether what this step uploads is something else than what serves by then is known when it is there.
  const underWay = isShifted && (isDone || found.isLater) ? undefined : busy;
  const before = former ? revisionInWords(former) : 'nothing';
  const facts = { name, target, group, settings, former, source, now };
  return {
    target: name,
    before,
    after: location && inWords(location),
    changes: isDone ? [] : [`${before} → ${location ? inWords(location) : 'what this step uploads'}`],
    underWay,
    warnings: isDone ? [] : warningsFor(facts),
    notices: isDone ? taggedSince(facts, location) : noticesFor(facts),
    permissions: [
      objectPermissions(source, access.session),
      ...permissionsFor({
        ...{ target, session: access.session, isDone, settings },
        hasLast: group.lastAttemptedDeployment !== undefined,
        hasOwn,
      }),
    ],
    group,
    location,
  };
}

/** @throws Problem for a key without the ending of a bundle */
function bundleTypeOf({ bucket, key }: CodeDeployRollout['source'], on: string): string {
  const bundleType = BUNDLES.find(([form]) => form.test(key))?.[1];
  if (bundleType) return bundleType;
  throw new Problem({
    what: `s3://${bucket}/${key} is not a bundle by its name`,
    on,
    fix: 'give it the ending .zip, .tar, .tgz or .tar.gz',
  });
}

/** @throws Problem for a group that does not deploy to instances */
function checkPlatform({ computePlatform = 'Server' }: DeploymentGroup, on: string): void {
  if (computePlatform === 'Server') return;
  throw new Problem({
    what: `the deployment group deploys to ${computePlatform}, and a bundle is for instances`,
    on,
    fix:
      computePlatform === 'Lambda'
        ? 'write lambda:FUNCTION:ALIAS as the target'
        : 'write ecs:CLUSTER/SERVICE as the target, with a service whose controller is ECS',
  });
}

/** Targets are rolled out side by side. @throws Problem for a group whose instances this step replaces at the same time */
function checkApart({ autoScalingGroups = [] }: DeploymentGroup, refreshed: ReadonlySet<string>, on: string): void {
  const both = autoScalingGroups.flatMap(({ name = '' }) => (refreshed.has(name) ? [`asg:${name}`] : []));
  if (both.length === 0) return;
  throw new Problem({
    what: `this step also replaces the instances that it deploys to: ${both.join(', ')}`,
    on,
    why: 'both happen at once, so the bundle would go to instances that are being terminated',
    fix: 'roll them out in two steps: the group first, whose new instances get the bundle that succeeded last, and then the bundle',
  });
}

interface BundleFacts {
  readonly name: string;
  readonly target: CodeDeployRollout['target'];
  readonly group: DeploymentGroup;
  readonly settings: Stage['settings'];
  readonly former: Revision | undefined;
  readonly source: CodeDeployRollout['source'];
  /** What lies under the key now. */
  readonly now: StoredObject | undefined;
}

/** A rollback deploys the former revision as it was named: without a version that is whatever lies there by then. */
function warningsFor({ name, target, group, settings, former, source, now }: BundleFacts): string[] {
  const last = former?.s3Location;
  const isKept = now?.version !== undefined && (last?.version ?? '') !== '';
  const isOverwritten = last?.bucket === source.bucket && last.key === source.key && !isKept;
  const { autoScalingGroups = [], outdatedInstancesStrategy } = group;
  return [
    ...(isOverwritten && settings.onFailure === 'rollback'
      ? [
          `${name}: a rollback would bring the new bundle again, because it lies under the key of the one before, which was not deployed by a version of that key. Turn versioning on for ${source.bucket}, or give each bundle a key of its own`,
        ]
      : []),
    // https://docs.aws.amazon.com/codedeploy/latest/userguide/integrations-aws-auto-scaling.html
    ...(autoScalingGroups.length > 0 && outdatedInstancesStrategy === 'IGNORE'
      ? [
          `${name}: an instance that Auto Scaling launches while the deployment runs gets the former bundle and keeps it, because the group ignores outdated instances. Let it update them (aws deploy update-deployment-group --application-name ${target.application} --current-deployment-group-name ${target.group} --outdated-instances-strategy UPDATE)`,
        ]
      : []),
  ];
}

/**
 * CodeDeploy deploys to what has a tag when a deployment begins, and says nothing of what gets the tag later.
 * https://github.com/LeanerCloud/AutoSpotting/issues/14
 */
function taggedSince({ name, group, target }: BundleFacts, location: S3Location): string[] {
  const { ec2TagFilters = [], ec2TagSet, onPremisesInstanceTagFilters = [], onPremisesTagSet } = group;
  const sets = [ec2TagSet?.ec2TagSetList, onPremisesTagSet?.onPremisesTagSetList].flatMap((it) => it ?? []);
  if (ec2TagFilters.length + onPremisesInstanceTagFilters.length + sets.length === 0) return [];
  return [
    `${name}: instances that got the group's tag after its last deployment do not have the bundle. To bring it to those: aws deploy create-deployment --application-name ${target.application} --deployment-group-name ${target.group} --s3-location ${asOption(location)} --update-outdated-instances-only`,
  ];
}

/** A revision as the aws CLI takes it. */
export function asOption(location: S3Location): string {
  const parts = Object.entries({ ...location, eTag: undefined }).filter(([, value]) => value !== undefined);
  return parts.map(([name, value]) => `${name}=${value}`).join(',');
}

function noticesFor({ name, group, settings, former }: BundleFacts): string[] {
  const { actionOnTimeout } = group.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  return [
    ...(former ? [] : [`${name}: nothing was deployed before, so there is nothing to roll back to`]),
    ...(actionOnTimeout === 'STOP_DEPLOYMENT' && settings.wait
      ? [
          `${name}: a deployment of the group waits for somebody to shift the traffic. This step waits for that, for ${settings.timeoutMinutes} minutes in all (deploy-timeout-minutes); deploy-wait: false does not wait`,
        ]
      : []),
  ];
}

/** By version and ETag: a rollback, and a look at what serves, need the very bytes. */
function locationOf(source: CodeDeployRollout['source'], bundleType: string, now: StoredObject): S3Location {
  const { bucket, key } = source;
  return { bucket, key, bundleType, eTag: now.etag, ...(now.version ? { version: now.version } : {}) };
}

export function isSame(one: S3Location | undefined, other: S3Location): boolean {
  return (
    one?.bucket === other.bucket &&
    one?.key === other.key &&
    bare(one?.eTag) === bare(other.eTag) &&
    (one?.version ?? '') === (other.version ?? '')
  );
}

function bare(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

/** A revision may lie on GitHub, too, or be a text. */
export function revisionInWords({ revisionType = 'unknown', s3Location }: Revision): string {
  return s3Location ? inWords(s3Location) : `a revision of the type ${revisionType}`;
}

export function inWords({ bucket, key, version, eTag }: S3Location): string {
  const exact = version ? `version ${version}` : eTag ? `ETag ${bare(eTag)}` : '';
  return `s3://${bucket}/${key}${exact ? ` (${exact})` : ''}`;
}

interface BundlePermissionFacts {
  readonly target: CodeDeployRollout['target'];
  readonly session: Stage['access']['session'];
  readonly isDone: boolean;
  readonly settings: Stage['settings'];
  readonly hasLast: boolean;
  readonly hasOwn: boolean;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
function permissionsFor({
  target,
  session,
  isDone,
  settings,
  hasLast,
  hasOwn,
}: BundlePermissionFacts): TargetPlan['permissions'] {
  const arn = (resource: string) =>
    `arn:${session.partition}:codedeploy:${session.region}:${session.accountId}:${resource}`;
  const group = arn(`deploymentgroup:${target.application}/${target.group}`);
  const reads = [
    'codedeploy:GetDeploymentGroup',
    ...(hasLast || !isDone ? ['codedeploy:GetDeployment'] : []),
    ...(hasOwn ? ['codedeploy:ListDeployments'] : []),
  ];
  if (isDone) return [{ actions: reads, resources: [group] }];
  const stops = (settings.onFailure === 'rollback' && settings.wait) || settings.busy === 'replace';
  return [
    { actions: [...reads, 'codedeploy:CreateDeployment'], resources: [group] },
    { actions: ['codedeploy:GetDeploymentConfig'], resources: [arn('deploymentconfig:*')] },
    {
      actions: ['codedeploy:RegisterApplicationRevision', 'codedeploy:GetApplicationRevision'],
      resources: [arn(`application:${target.application}`)],
    },
    ...(settings.wait || stops
      ? [
          {
            actions: [
              ...(settings.wait ? ['codedeploy:ListDeploymentTargets', 'codedeploy:BatchGetDeploymentTargets'] : []),
              ...(stops ? ['codedeploy:StopDeployment'] : []),
            ],
            resources: ['*'],
          },
        ]
      : []),
  ];
}
