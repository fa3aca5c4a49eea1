import { lastSeconds } from '../cancelled.ts';
import type { LambdaRollout } from '../request.ts';
import { type Stage, short } from '../target.ts';
import { type Lambda, openLambda } from './api.ts';
import { type AliasPlan, digestOf, type LambdaPlan, servesLatest } from './plan.ts';

/** How far a rollout got. */
export interface UpdatesDone {
  /** Whether the new code was sent, or may have been. */
  readonly isCodeSent: boolean;
  /** Those that were told to move. */
  readonly moved: readonly AliasPlan[];
  readonly version: string | undefined;
}

export interface BrokenFunction {
  readonly rollout: LambdaRollout;
  readonly plan: LambdaPlan;
  readonly done: UpdatesDone;
  readonly kind: 'failed' | 'superseded';
}

interface FunctionRolledBack {
  /** What serves now, in words. */
  readonly serves: string;
  readonly isBack: boolean;
  readonly isUndone: boolean;
}

/** Moves the aliases back, or gives the function its former code; what somebody else did is left alone. */
export async function rollBack(broken: BrokenFunction, stage: Stage): Promise<FunctionRolledBack> {
  const { access, settings } = stage;
  const isCancelled = access.signal.aborted;
  const lambda = openLambda(broken.rollout.target.name, access, isCancelled ? lastSeconds() : undefined);
  const notes: string[] = [];
  let isUndone = false;
  if (settings.onFailure === 'rollback' && broken.kind === 'failed') {
    try {
      isUndone = await undo(lambda, broken, { stage, notes });
    } catch (thrown) {
      if (access.signal.aborted && !isCancelled) return rollBack(broken, stage);
      notes.push(`the rollback failed: ${thrown instanceof Error ? firstLine(thrown) : 'no answer'}`);
    }
  }
  const told = await whatServes(lambda, broken).catch(() => ({
    serves: 'what serves now is not known',
    isBack: false,
  }));
  return { serves: [...notes, told.serves].join('; '), isBack: told.isBack, isUndone: isUndone && told.isBack };
}

async function undo(
  lambda: Lambda,
  { plan, done }: BrokenFunction,
  { stage, notes }: { readonly stage: Stage; readonly notes: string[] },
): Promise<boolean> {
  const isMoved = await moveAliasesBack(lambda, done);
  if (!done.isCodeSent || !servesLatest(plan)) return isMoved;
  const now = await lambda.configuration();
  // A failed update leaves the old code in service, and mostly in the configuration.
  if (now.CodeSha256 === plan.configuration.CodeSha256 && now.LastUpdateStatus !== 'InProgress') return false;
  if (!plan.former) {
    notes.push('its former code is not known, so it cannot be given back');
    return false;
  }
  const former = plan.former;
  const send = () => lambda.updateCode({ ...former, Architectures: plan.architectures });
  if (stage.access.signal.aborted) {
    if (now.CodeSha256 === plan.configuration.CodeSha256) {
      notes.push('the rollback was started and goes on by itself');
      return true;
    }
    if (now.LastUpdateStatus === 'InProgress') {
      notes.push('an update cannot be stopped, so nothing was rolled back');
      return false;
    }
    await send();
    notes.push('the rollback was started and goes on by itself');
    return true;
  }
  const watch = stage.watch.within(stage.settings.timeoutMinutes);
  const idle = (what: string) =>
    watch.until(what, async () => {
      const it = await lambda.configuration();
      return it.LastUpdateStatus === 'InProgress' ? undefined : it;
    });
  await idle(`${plan.target} to take another update`);
  await send();
  await idle(`${plan.target} to get its former code back`);
  return true;
}

async function moveAliasesBack(lambda: Lambda, done: UpdatesDone): Promise<boolean> {
  let isMoved = false;
  for (const { name, version, weights } of done.moved) {
    const { FunctionVersion, RevisionId } = await lambda.alias(name);
    // It was not moved yet, or somebody else has moved it since.
    if (FunctionVersion !== done.version || FunctionVersion === version) continue;
    await lambda.moveAlias(name, {
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
      ...(RevisionId ? { RevisionId } : {}),
    });
    isMoved = true;
  }
  return isMoved;
}

async function whatServes(
  lambda: Lambda,
  { plan, done }: BrokenFunction,
): Promise<{ serves: string; isBack: boolean }> {
  if (plan.aliases.length > 0) {
    const now = await Promise.all(plan.aliases.map(async ({ name }) => (await lambda.alias(name)).FunctionVersion));
    const isHere = plan.aliases.every(({ version }, at) => now[at] === version);
    const isBack =
      isHere && (!servesLatest(plan) || (await lambda.configuration()).CodeSha256 === plan.configuration.CodeSha256);
    const list = plan.aliases.map(({ name }, at) => `${name} serves version ${now[at]}`).join(', ');
    const latest = done.isCodeSent && isBack ? '; $LATEST may have the new code' : '';
    return { serves: `${list}${isBack && done.moved.length > 0 ? ' again' : ''}${latest}`, isBack };
  }
  const facts = await lambda.function();
  const { CodeSha256, LastUpdateStatus } = facts.Configuration ?? {};
  const isBack = CodeSha256 === plan.configuration.CodeSha256;
  if (!isBack && LastUpdateStatus === 'InProgress') {
    const then = 'serves until the update that is in progress ends, and the new code after it';
    return { serves: `${short(plan.before)} ${then}`, isBack };
  }
  // The old code serves until an update succeeds.
  if (!isBack && LastUpdateStatus !== 'Successful')
    return { serves: `${short(plan.before)} still serves`, isBack: true };
  return { serves: `${short(digestOf(facts) ?? CodeSha256 ?? '')} serves`, isBack };
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? '';
}
