import { Problem } from '../../base/problem.ts';
import { denied } from '../denied.ts';
import { whenIdle } from '../idle.ts';
import type { LambdaRollout } from '../request.ts';
import { type Ending, isRefused, type Outcome, outcomeOf, type Stage, unchanged } from '../target.ts';
import { NOT_SHOWN, whatEnded } from '../wait.ts';
import { type Configuration, type Lambda, openLambda, sharesOf } from './api.ts';
import { type AliasPlan, type Code, digestOf, type LambdaPlan, planFunction } from './plan.ts';
import { reasonsOf } from './reasons.ts';
import { rollBack, type UpdatesDone } from './rollback.ts';

/** A look at a function may still show what was there before. */
const STALE_LOOKS = 6;

interface EndDetails {
  readonly reasons?: readonly string[];
  readonly fix?: string;
}

/** An end that is not success. */
class Ended extends Problem {
  readonly kind: 'failed' | 'superseded';

  constructor(kind: Ended['kind'], what: string, { reasons = [], fix }: EndDetails = {}) {
    super({ what, why: reasons.join('\n') || undefined, fix });
    this.kind = kind;
  }
}

/** Gives the function its code, publishes a version and moves the aliases to it; back again when that fails. */
export async function applyFunction(rollout: LambdaRollout, stage: Stage, planned: LambdaPlan): Promise<Outcome> {
  const { access, settings } = stage;
  const fresh = await planAgain(rollout, stage);
  // What was there before this step's upload is known to the first plan alone.
  const isSame = fresh.configuration.CodeSha256 === planned.configuration.CodeSha256;
  const plan = { ...fresh, former: fresh.former ?? (isSame ? planned.former : undefined) };
  const { code } = plan;
  if (plan.changes.length === 0 || !code) {
    // That an alias has the code already was not known before it was pushed or uploaded.
    for (const text of plan.warnings.filter((it) => !planned.warnings.includes(it))) access.runner.warning(text);
    return unchanged(planned, plan);
  }
  const lambda = openLambda(rollout.target.name, access);
  const done: { -readonly [K in keyof UpdatesDone]: UpdatesDone[K] } = {
    isCodeSent: false,
    moved: [],
    version: undefined,
  };
  const page = `lambda/home?region=${access.session.region}#/functions/${rollout.target.name}`;
  const outcome = (ending: Ending) => {
    const { version: id = '' } = done;
    const after = plan.aliases.length > 0 && id ? `${code.name} (version ${id})` : code.name;
    return outcomeOf({ plan, after, id, page }, ending, access);
  };
  try {
    if (!plan.isLatestDone) await sendCode(lambda, { plan, code, done });
    if (!settings.wait && plan.aliases.length === 0) return outcome({ state: 'started', isChanged: true });
    const settled = await updated(lambda, { plan, code, stage });
    if (plan.aliases.length === 0) return outcome({ state: 'succeeded', isChanged: true });
    done.version = await published(lambda, { plan, code, stage, settled });
    if (!settings.wait)
      access.runner.info(`${plan.target}: an alias moves only to a version that is ready, so it is waited for`);
    for (const alias of plan.aliases.filter((it) => !it.isDone)) {
      // Before the call: a cancel may come between the move and its answer.
      done.moved = [...done.moved, alias];
      await moveAlias(lambda, { plan, alias, version: done.version, stage });
      access.runner.info(`${plan.target}:${alias.name}: version ${alias.version} → ${done.version}`);
    }
    return outcome({ state: 'succeeded', isChanged: true });
  } catch (thrown) {
    const told = denied(thrown, plan.target);
    if (!access.signal.aborted && !(told instanceof Problem)) throw told;
    const kind = thrown instanceof Ended ? thrown.kind : 'failed';
    const { what, why, fix } = await whatEnded(told, access.signal, () => whatHolds(lambda, { plan, done }));
    const after = await rollBack({ plan, rollout, done, kind }, stage);
    const problem = new Problem({ what: `${what}; ${after.serves}`, on: plan.target, why, fix });
    return outcome({ state: after.isUndone ? 'rolled back' : kind, isChanged: !after.isBack, problem });
  }
}

/** Waits for what is under way, or ends the step: Lambda does not take an update while another runs. */
async function planAgain(rollout: LambdaRollout, stage: Stage): Promise<LambdaPlan> {
  return whenIdle(`lambda:${rollout.target.name}`, stage, async () => {
    const plan = await planFunction(rollout, stage, { isLater: false });
    const updates = plan.configuration.LastUpdateStatus === 'InProgress' || plan.configuration.State === 'Pending';
    const gives = stage.settings.busy === 'replace' && !updates;
    return { busy: gives ? undefined : plan.underWay, found: plan };
  });
}

interface CodeUpdate {
  readonly plan: LambdaPlan;
  readonly code: Code;
}

/** How often a compare-and-set is tried: a revision id changes by itself after an update, too. https://github.com/aws/aws-sdk/issues/377 */
const MAX_TRIES = 3;

interface Sending extends CodeUpdate {
  readonly done: { isCodeSent: boolean };
  readonly tries?: number;
}

/** A compare-and-set: whoever changed the function's code since it was looked at is not overwritten. */
async function sendCode(lambda: Lambda, { plan, code, done, tries = MAX_TRIES }: Sending): Promise<void> {
  const { architectures: Architectures, configuration } = plan;
  const { RevisionId } = configuration;
  done.isCodeSent = true;
  try {
    await lambda.updateCode({ ...code.location, Architectures, ...(RevisionId ? { RevisionId } : {}) });
  } catch (thrown) {
    if (!isRefused(thrown, 'PreconditionFailedException', 'ResourceConflictException')) {
      if (isRefused(thrown, 'AccessDeniedException')) done.isCodeSent = false;
      throw thrown;
    }
    // The first answer may have been lost, and the code be there.
    const now = await lambda.configuration();
    if (now.CodeSha256 === code.sha256 && now.State !== 'Failed') return;
    done.isCodeSent = false;
    if (isRefused(thrown, 'PreconditionFailedException') && tries > 1 && isStill(now, configuration.CodeSha256)) {
      return sendCode(lambda, { plan: { ...plan, configuration: now }, code, done, tries: tries - 1 });
    }
    const isOther = now.RevisionId !== RevisionId || now.LastUpdateStatus === 'InProgress';
    if (isRefused(thrown, 'ResourceConflictException') && !isOther) throw thrown;
    throw new Ended('superseded', 'somebody else changed the function since it was looked at', {
      reasons: [thrown.details.why ?? ''],
    });
  }
}

/** Whether a function whose revision id is another has the same code, and may be updated. */
function isStill(now: Configuration, code: string | undefined): boolean {
  return now.CodeSha256 === code && now.LastUpdateStatus !== 'InProgress';
}

/** Waits for the update of `$LATEST`, and for the proof that it is ours. */
async function updated(
  lambda: Lambda,
  { plan, code, stage }: CodeUpdate & { readonly stage: Stage },
): Promise<Configuration> {
  const { target, configuration: before } = plan;
  let stale = 0;
  const settled = await stage.watch.until(`${target} to finish its update`, async () => {
    const now = await lambda.configuration();
    if (now.LastUpdateStatus === 'InProgress') return undefined;
    if (now.LastUpdateStatus === 'Failed') {
      throw new Ended('failed', 'the update of the function failed', { reasons: reasonsOf(now) });
    }
    if (now.CodeSha256 === code.sha256) return now;
    if (now.CodeSha256 === before.CodeSha256 && ++stale < STALE_LOOKS) return undefined;
    // Not every server names an image's code by its digest.
    return digestOf(await lambda.function()) === `sha256:${code.sha256}` ? now : 'other';
  });
  if (settled !== 'other') return settled;
  throw new Ended('superseded', 'the function got other code from somebody else');
}

/** Publishes a version, and waits until it can serve. */
async function published(
  lambda: Lambda,
  { plan, code, stage, settled }: CodeUpdate & { readonly stage: Stage; readonly settled: Configuration },
): Promise<string> {
  const { CodeSha256 = code.sha256 } = settled;
  const version = await publishedNow(lambda, { CodeSha256, settled });
  if (!version || !/^\d+$/.test(version)) {
    throw new Problem({ what: 'Lambda did not say which version it published', on: plan.target, fix: NOT_SHOWN });
  }
  const number = version;
  stage.access.runner.info(`${plan.target}: published version ${number}`);
  await stage.watch.until(`version ${number} of ${plan.target} to become active`, async () => {
    const now = await lambda.configuration(number);
    if (now.CodeSha256 !== CodeSha256) {
      throw new Ended('superseded', `version ${number} has other code than this step's`);
    }
    if (now.State === 'Failed' || now.LastUpdateStatus === 'Failed') {
      throw new Ended('failed', `version ${number} cannot be run`, { reasons: reasonsOf(now), fix: SAME_AGAIN });
    }
    return (now.State ?? 'Active') === 'Active' || now.State === 'Inactive' ? now : undefined;
  });
  return number;
}

interface Publishing {
  readonly CodeSha256: string;
  readonly settled: Configuration;
  readonly tries?: number;
}

/** @returns the number of the version */
async function publishedNow(
  lambda: Lambda,
  { CodeSha256, settled, tries = MAX_TRIES }: Publishing,
): Promise<string | undefined> {
  const { RevisionId } = settled;
  try {
    return (await lambda.publish({ CodeSha256, ...(RevisionId ? { RevisionId } : {}) })).Version;
  } catch (thrown) {
    if (!isRefused(thrown, 'PreconditionFailedException', 'InvalidParameterValueException')) throw thrown;
    const now = await lambda.configuration();
    if (isRefused(thrown, 'PreconditionFailedException') && tries > 1 && isStill(now, CodeSha256)) {
      return publishedNow(lambda, { CodeSha256, settled: now, tries: tries - 1 });
    }
    throw new Ended('superseded', 'somebody else changed the function before its version was published');
  }
}

/** https://github.com/hashicorp/terraform-provider-aws/issues/49904 */
const SAME_AGAIN =
  'Lambda publishes no second version of the same code with the same settings: when the cause is mended, change the code or a setting of the function (its description, for example), and run the job again';

/** Why an update, a version or an alias does not get there, as far as Lambda says. */
async function whatHolds(
  lambda: Lambda,
  { plan, done }: { readonly plan: LambdaPlan; readonly done: UpdatesDone },
): Promise<readonly string[]> {
  const reasons = reasonsOf(await lambda.configuration(done.version));
  const name = plan.target.slice('lambda:'.length);
  const shared = done.moved.map(
    (alias) =>
      `the alias ${alias.name} waits for its provisioned concurrency: aws lambda get-provisioned-concurrency-config --function-name ${name} --qualifier ${alias.name}`,
  );
  return [...reasons, ...shared];
}

interface Move {
  readonly plan: LambdaPlan;
  readonly alias: AliasPlan;
  readonly version: string;
  readonly stage: Stage;
  readonly tries?: number;
}

async function moveAlias(lambda: Lambda, { plan, alias, version, stage, tries = MAX_TRIES }: Move): Promise<void> {
  const shared = Object.keys(alias.weights).length > 0;
  try {
    await lambda.moveAlias(alias.name, {
      FunctionVersion: version,
      ...(alias.revisionId ? { RevisionId: alias.revisionId } : {}),
      ...(shared ? { RoutingConfig: { AdditionalVersionWeights: {} } } : {}),
    });
  } catch (thrown) {
    // The first answer may have been lost: what the alias has now is the truth.
    if (!isRefused(thrown, 'PreconditionFailedException')) throw thrown;
    const now = await lambda.alias(alias.name);
    if (tries > 1 && now.FunctionVersion === alias.version) {
      return moveAlias(lambda, {
        ...{ plan, version, stage, tries: tries - 1 },
        alias: { ...alias, revisionId: now.RevisionId },
      });
    }
  }
  // Where the alias has provisioned concurrency, Lambda itself shares its traffic until the new version has its own:
  // https://github.com/hashicorp/terraform-provider-aws/pull/48116
  await stage.watch.until(`all traffic of ${plan.target}:${alias.name} to get to version ${version}`, async () => {
    const now = await lambda.alias(alias.name);
    if (now.FunctionVersion !== version) {
      const what = `somebody else moved the alias ${alias.name} of ${plan.target} to ${now.FunctionVersion}`;
      throw new Ended('superseded', what);
    }
    const isShared = sharesOf(now.RoutingConfig).length > 0;
    return isShared && stage.settings.wait ? undefined : now;
  });
}
