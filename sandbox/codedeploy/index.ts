import { AwsError, type Core, json, type Service, type ServiceCall } from '../service.ts';
import {
  begin,
  type DeploymentGroupState,
  type DeploymentState,
  isOngoing,
  lastSuccessful,
  look,
  readGroups,
  rollBack,
  type S3Location,
  stop,
} from './state.ts';

interface Asked {
  readonly core: Core;
  readonly call: ServiceCall;
  readonly groups: readonly DeploymentGroupState[];
}

/** CodeDeploy as far as a rollout calls it. A deployment gets on whenever it is looked at. */
export function makeCodeDeploy(core: Core): Service {
  const groups = readGroups(core);
  return {
    name: 'codedeploy',
    protocol: 'json',
    targetPrefix: 'CodeDeploy_20141006',
    handle: (call) => {
      const act = ACTIONS[call.action];
      if (!act) throw new AwsError('UnknownOperationException', 400, `the sandbox's CodeDeploy has no ${call.action}`);
      return json(act({ core, call, groups }));
    },
  };
}

const ACTIONS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  GetDeploymentGroup: ({ call, groups }) => {
    const group = authorized(call, groups);
    const last = group.deployments.at(-1);
    const successful = lastSuccessful(group);
    const brief = ({ id, status, created }: DeploymentState) => ({ deploymentId: id, status, createTime: created });
    return {
      deploymentGroupInfo: {
        applicationName: group.application,
        deploymentGroupName: group.name,
        computePlatform: group.stated.platform ?? 'Server',
        ...(group.stated.autoRollback ? { autoRollbackConfiguration: group.stated.autoRollback } : {}),
        ...(group.stated.readyLooks === undefined
          ? {}
          : { blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT' } } }),
        ...group.stated.targets,
        alarmConfiguration: { enabled: group.stated.alarmAtLook !== undefined },
        ...(successful ? { lastSuccessfulDeployment: brief(successful) } : {}),
        ...(last ? { lastAttemptedDeployment: brief(last), targetRevision: revision(last) } : {}),
      },
    };
  },
  CreateDeployment: ({ core, call, groups }) => {
    const group = authorized(call, groups);
    const arn = `arn:aws:codedeploy:${group.region}:${group.account}`;
    call.authorize({
      action: 'codedeploy:GetDeploymentConfig',
      resource: `${arn}:deploymentconfig:CodeDeployDefault.OneAtATime`,
    });
    const application = `${arn}:application:${group.application}`;
    call.authorize({ action: 'codedeploy:RegisterApplicationRevision', resource: application });
    call.authorize({ action: 'codedeploy:GetApplicationRevision', resource: application });
    const { revision: given, autoRollbackConfiguration: back } = call.input as {
      revision?: { revisionType?: string; s3Location?: S3Location };
      autoRollbackConfiguration?: { enabled?: boolean; events?: string[] };
    };
    const location = given?.s3Location;
    if (given?.revisionType !== 'S3' || !location?.bucket || !location.key || !location.bundleType) {
      throw new AwsError('InvalidRevisionException', 400, 'The revision is not valid.');
    }
    if (group.deployments.some(isOngoing)) {
      const text = `The Deployment Group '${group.name}' already has an active Deployment '${group.deployments.at(-1)?.id}'`;
      throw new AwsError('DeploymentLimitExceededException', 400, text);
    }
    call.entry.params.location = location;
    const { enabled = false, events = [] } = back ?? group.stated.autoRollback ?? {};
    if (events.includes('DEPLOYMENT_STOP_ON_ALARM') && group.stated.alarmAtLook === undefined) {
      throw new AwsError('InvalidAutoRollbackConfigException', 400, 'The group has no alarms.');
    }
    const rollsBackOn = enabled ? events : [];
    return { deploymentId: begin(core, group, { location, creator: 'user', rollsBackOn }).id };
  },
  GetDeployment: ({ core, call, groups }) => {
    const { group, deployment } = found(call, groups);
    call.authorize({ action: 'codedeploy:GetDeployment', resource: arnOf(group) });
    look(core, group, deployment);
    return { deploymentInfo: described(group, deployment) };
  },
  StopDeployment: ({ core, call, groups }) => {
    call.authorize({ action: 'codedeploy:StopDeployment', resource: '*' });
    const { group, deployment } = found(call, groups);
    if (!isOngoing(deployment)) {
      throw new AwsError('DeploymentAlreadyCompletedException', 400, 'The deployment is already complete.');
    }
    stop(deployment);
    if (call.input.autoRollbackEnabled === true) rollBack(core, group, deployment);
    return { status: 'Succeeded' };
  },
  ListDeployments: ({ call, groups }) => {
    const { deployments } = authorized(call, groups);
    return { deployments: deployments.map(({ id }) => id).reverse() };
  },
  ListDeploymentTargets: ({ call, groups }) => {
    call.authorize({ action: 'codedeploy:ListDeploymentTargets', resource: '*' });
    const { group } = found(call, groups);
    return { targetIds: Array.from({ length: group.stated.instances }, (_, at) => `i-000${at}`) };
  },
  BatchGetDeploymentTargets: ({ call, groups }) => {
    call.authorize({ action: 'codedeploy:BatchGetDeploymentTargets', resource: '*' });
    const { deployment } = found(call, groups);
    const waits = isOngoing(deployment);
    const said = deployment.failedMessage;
    const diagnostics = {
      errorCode: said ? 'UnknownError' : 'ScriptFailed',
      ...(said ? {} : { scriptName: 'scripts/start.sh' }),
      message: said ?? 'Script at specified location: scripts/start.sh failed with exit code 1',
      logTail: 'LifecycleEvent - the log may hold anything',
    };
    return {
      deploymentTargets: (call.input.targetIds as string[]).map((targetId, at) => ({
        deploymentTargetType: 'InstanceTarget',
        instanceTarget: {
          targetId,
          status: waits ? 'Pending' : at === 0 && deployment.failedEvent ? 'Failed' : 'Skipped',
          lifecycleEvents:
            at === 0 && deployment.failedEvent
              ? [{ lifecycleEventName: deployment.failedEvent, status: 'Failed', diagnostics }]
              : [],
        },
      })),
    };
  },
};

function arnOf({ region, account, application, name }: DeploymentGroupState): string {
  return `arn:aws:codedeploy:${region}:${account}:deploymentgroup:${application}/${name}`;
}

function authorized(call: ServiceCall, groups: readonly DeploymentGroupState[]): DeploymentGroupState {
  const { applicationName, deploymentGroupName } = call.input;
  const { account } = call.caller;
  const resource = `arn:aws:codedeploy:${call.region}:${account}:deploymentgroup:${applicationName}/${deploymentGroupName}`;
  call.authorize({ action: `codedeploy:${call.action}`, resource });
  const own = groups.filter(
    (it) => it.account === account && it.region === call.region && it.application === applicationName,
  );
  if (own.length === 0)
    throw new AwsError('ApplicationDoesNotExistException', 400, `No application found for name: ${applicationName}`);
  const group = own.find(({ name }) => name === deploymentGroupName);
  if (group) return group;
  throw new AwsError(
    'DeploymentGroupDoesNotExistException',
    400,
    `No Deployment Group found for name: ${deploymentGroupName}`,
  );
}

function found(call: ServiceCall, groups: readonly DeploymentGroupState[]) {
  for (const group of groups.filter(({ account }) => account === call.caller.account)) {
    const deployment = group.deployments.find(({ id }) => id === call.input.deploymentId);
    if (deployment) return { group, deployment };
  }
  throw new AwsError('DeploymentDoesNotExistException', 400, 'The deployment does not exist.');
}

function revision({ location }: DeploymentState) {
  return { revisionType: 'S3', s3Location: location };
}

function described({ application, name, stated }: DeploymentGroupState, deployment: DeploymentState) {
  const { id, status, creator, created, error, rollbackId, endsIn, failed = 0 } = deployment;
  const left = isOngoing(deployment) ? Math.max(0, stated.instances - deployment.looks) : 0;
  return {
    applicationName: application,
    deploymentGroupName: name,
    deploymentId: id,
    ...{ status, creator, createTime: created, revision: revision(deployment) },
    deploymentOverview: {
      Pending: left,
      InProgress: 0,
      Succeeded: stated.instances - left - failed,
      Failed: failed,
      Skipped: status === 'Succeeded' ? (stated.skipped ?? 0) : 0,
      Ready: 0,
    },
    instanceTerminationWaitTimeStarted: endsIn !== undefined && isOngoing(deployment),
    ...(error ? { errorInformation: error } : {}),
    ...(rollbackId ? { rollbackInfo: { rollbackDeploymentId: rollbackId } } : {}),
  };
}
