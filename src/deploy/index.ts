import { systemClock } from '../base/clock.ts';
import { together } from '../base/parallel.ts';
import type { Access, Job } from '../job.ts';
import { applyTargets, type DeployResult } from './apply.ts';
import { groupRoller } from './autoscaling/index.ts';
import { codeDeployRoller } from './codedeploy/index.ts';
import { ecsRoller } from './ecs/index.ts';
import { lambdaRoller } from './lambda/index.ts';
import { permissionsOf } from './permissions.ts';
import { type DeployPlan, planTargets } from './plan.ts';
import { describeDeploy, reportDeploy } from './report.ts';
import type { DeployRequest } from './request.ts';
import type { Stage } from './target.ts';
import { makeWatch } from './wait.ts';

/** Rolls out what the step published, when all of it is there: `deploy…` inputs. */
export function deployJob(request: DeployRequest, access: Access): Job<DeployPlan, DeployResult> {
  const { runner, signal } = access;
  const begin = () =>
    makeWatch({ clock: systemClock, signal, say: (line) => runner.info(line), minutes: request.timeoutMinutes });
  // The deadline of all rollouts counts from when they begin.
  const stage: { -readonly [K in keyof Stage]: Stage[K] } = {
    access,
    settings: request,
    published: request.published,
    refreshed: new Set(request.groups.map(({ target }) => target.group)),
    watch: begin(),
  };
  const rollers = [
    ...request.ecs.map((rollout) => ecsRoller(rollout, stage)),
    ...request.lambda.map((rollout) => lambdaRoller(rollout, stage)),
    ...request.groups.map((rollout) => groupRoller(rollout, stage)),
    ...request.codeDeploy.map((rollout) => codeDeployRoller(rollout, stage)),
  ];
  return {
    name: 'deploy',
    after: 'others',
    plan: async () => {
      const plan = await planTargets(rollers, request);
      for (const { warnings, notices } of plan.targets) {
        for (const text of warnings) runner.warning(text);
        for (const text of notices) runner.notice(text);
      }
      return plan;
    },
    check: async ({ targets }, coming) => {
      await together(rollers.map(async (roller, at) => roller.check?.(targets[at]!, coming)));
    },
    permissions: permissionsOf,
    apply: (plan, pushed) => {
      stage.watch = begin();
      stage.published = { ...request.published, pushed };
      return applyTargets(rollers, plan, signal);
    },
    problems: ({ outcomes }) => outcomes.flatMap(({ problem }) => problem ?? []),
    report: reportDeploy,
    describe: describeDeploy,
  };
}
