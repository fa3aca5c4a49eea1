import { type PolicyDocument, policyOf } from '../aws/policy.ts';
import { problemsIn } from '../base/edge/index.ts';
import { block, folded, inCode, prose, table } from '../base/markdown.ts';
import { counted, formatSeconds } from '../base/units.ts';
import type { Job, Report } from '../job.ts';
import { problemsText } from './failure.ts';
import { type Step, type StepResult, titleOf } from './step.ts';

/** GitHub takes 1 MiB (1,048,576 bytes) of a step; what is longer is not shown at all. */
export const SUMMARY_BYTES = 1_000_000;
/** A policy that is longer than this is left to the output iam-policy. */
const POLICY_BYTES = 100_000;

/** The whole summary of a step that succeeded or failed, in GitHub's markdown. */
export function summaryOf(
  step: Step,
  { failure, limit }: { readonly failure?: unknown; readonly limit: number },
): string {
  const failed = failure !== undefined;
  const reports = reportsOf(step, { failed });
  const head = [verdict(step, reports, { failed }), ...rows(step, reports)];
  const who = step.session ? [identity(step)] : [];
  const problems = failed ? [problemsSection(failure)] : [];
  const sections = reports.flatMap(({ report }) => (report?.summary ? [report.summary] : []));
  const policy = step.planned.length > 0 ? policySection(step) : [];
  const text = fitted([...head, ...who, ...problems, ...sections, ...policy], limit);
  return step.hidesAccount ? withoutAccounts(text, step) : text;
}

interface JobReport {
  readonly done: StepResult | undefined;
  readonly title: string;
  readonly mark: string;
  /** How it went, in one line. */
  readonly result: string | undefined;
  readonly report: Report | undefined;
}

interface HowItEnded {
  readonly failed: boolean;
}

const MARKS = { done: '✅', unchanged: '➖', planned: '🔎', failed: '❌', left: '⏹️' } as const;

function reportsOf(step: Step, { failed }: HowItEnded): JobReport[] {
  return step.jobs.map((job) => {
    const done =
      step.done.find((it) => it.job.name === job.name) ?? step.planned.find((it) => it.job.name === job.name);
    const report = done && job.report(done.plan, done.result);
    const changes = report?.changes !== false;
    const carriedOut = done !== undefined && 'result' in done;
    const mark = step.failed.has(job.name)
      ? MARKS.failed
      : carriedOut
        ? changes
          ? MARKS.done
          : MARKS.unchanged
        : failed
          ? MARKS.left
          : changes
            ? MARKS.planned
            : MARKS.unchanged;
    const result = carriedOut || !failed ? report?.headline : unfinished(step, job, report?.headline);
    return { done, title: titleOf(job), mark, result, report };
  });
}

/** For a job that a failure stopped: what was planned is not what was done. */
function unfinished({ failed }: Step, { name }: Job, planned: string | undefined): string | undefined {
  if (name === 'sign-in') return 'signed in; nothing was exported';
  return `${failed.has(name) ? 'failed' : 'not begun'}${planned ? `; planned: ${planned}` : ''}`;
}

/** The heading, and one line that says how it ended. */
function verdict(step: Step, reports: readonly JobReport[], { failed }: HowItEnded): string {
  const time = formatSeconds(Date.now() - step.started);
  const changed = reports.some(({ report }) => report?.changes === true);
  const unchanged = !changed && reports.some(({ report }) => report?.changes === false);
  if (failed) {
    const many = counted(step.failed.size, 'part');
    const end = {
      inputs: 'The inputs are wrong. Nothing was sent to AWS.',
      'sign-in': 'The sign-in failed. Nothing was read or written.',
      plan: 'The plan cannot succeed. Nothing was written.',
      apply: `${many} of ${step.jobs.length} failed. What the others did is done.`,
    }[step.stage];
    return `## ❌ Keyless AWS failed\n\n**${end}** ${time}`;
  }
  if (step.dryRun) {
    const would = unchanged ? 'The step would change nothing.' : 'This is what the step would do.';
    return `## 🔎 Keyless AWS: dry run\n\n**Nothing was written.** ${would} ${time}`;
  }
  return `## ✅ Keyless AWS\n\n**${unchanged ? 'Done: nothing had to be changed' : 'Done'}** in ${time}`;
}

function rows(step: Step, reports: readonly JobReport[]): string[] {
  const lines = reports
    .filter(({ result }) => result !== undefined)
    .map(({ title, mark, result = '' }) => [mark, title, prose(result)]);
  return lines.length > 0 ? [table({ heads: ['', 'part', step.dryRun ? 'plan' : 'result'], rows: lines })] : [];
}

function identity({ session }: Step): string {
  const { arn = '', accountId = '', region = '' } = session ?? {};
  const [, kind = '', name = ''] = arn.slice(arn.lastIndexOf(':')).split(/[:/]/);
  const who = kind === 'assumed-role' ? `role ${inCode(name)}` : inCode(`${kind}/${name}`);
  return `${who} of account ${inCode(accountId)} · ${region}`;
}

function problemsSection(failure: unknown): string {
  const problems = problemsIn(failure);
  if (problems) return `### ${problems.length === 1 ? 'The problem' : 'The problems'}\n\n${problemsText(problems)}`;
  return '### The problem\n\nThis is a bug of the action, not of your workflow. The log says more.';
}

/** The least policy of the whole plan, also of what failed. */
function policySection({ planned }: Step): string[] {
  const policy: PolicyDocument = policyOf(planned.flatMap(({ job, plan }) => job.permissions(plan)));
  if (policy.Statement.length === 0) return [];
  const title = 'The least IAM policy with which this step works';
  const text = JSON.stringify(policy, undefined, 2);
  if (text.length > POLICY_BYTES) return [`${title} is in the output <code>iam-policy</code>.`];
  return [folded(title, block(text, 'json'))];
}

/** Sections in order, as many as there is room for; one that is too long is left out, and that is said. */
function fitted(sections: readonly string[], limit: number): string {
  let room = limit - 500;
  const kept: string[] = [];
  for (const section of sections) {
    const bytes = Buffer.byteLength(section) + 2;
    if (bytes > room) {
      const title = /^#+ (.+)$/m.exec(section)?.[1] ?? 'A part';
      kept.push(`*${title}: too long to be shown here. The log and the outputs have it.*`);
      continue;
    }
    kept.push(section);
    room -= bytes;
  }
  return kept.join('\n\n');
}

/** Masks hold in the log alone. */
function withoutAccounts(text: string, { session }: Step): string {
  return session ? text.replaceAll(session.accountId, '***') : text;
}
