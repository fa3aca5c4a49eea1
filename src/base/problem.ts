/** What a `Problem` tells the person who reads the log. Every field is free of secrets. */
export interface ProblemDetails {
  /** What failed, as a sentence without capital and full stop: `the tag is immutable`. */
  readonly what: string;
  /** The thing it failed on: an input and its line, an ARN, a key, a tag. */
  readonly on?: string | undefined;
  /** The input that is wrong, and the line of it (from 1), so that an annotation can point there. */
  readonly input?: { readonly name: string; readonly line?: number | undefined } | undefined;
  /** The likely cause. */
  readonly why?: string | undefined;
  /** What to do about it; may be several lines (a policy to paste). */
  readonly fix?: string | undefined;
  /** The error underneath, for debug logs only: its text may quote a value and is never printed otherwise. */
  readonly cause?: unknown;
}

/**
 * A failure that somebody can fix: bad input, a missing permission, a server that does not answer.
 * Anything else that is thrown is a bug of this action.
 */
export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(formatProblem(details), { cause: details.cause });
    this.name = 'Problem';
    this.details = details;
  }
}

/**
 * An answer that is not an error, yet does not prove that the call did what was asked: another server's, or one that was changed on its
 * way. It is worth one more try.
 */
export class Unproven extends Problem {}

/** What to do where something answers that is not who was asked. */
export const CHECK_ENDPOINTS = 'check the proxy of the runner, and AWS_ENDPOINT_URL and the variables like it';

/** Several problems found together, so that the reader can fix them in one go. What meets several jobs, as a cancel does, is one. */
export class Problems extends Error {
  readonly all: readonly Problem[];

  constructor(found: readonly Problem[]) {
    const all = [...new Map(found.map((problem) => [problem.message, problem])).values()];
    super(all.map(({ message }) => message).join('\n'));
    this.name = 'Problems';
    this.all = all;
  }
}

function formatProblem({ what, on, why, fix }: ProblemDetails): string {
  const lines = [on ? `${on}: ${what}.` : `${what}.`];
  if (why) lines.push(`  Why: ${indent(why)}`);
  if (fix) lines.push(`  Fix: ${indent(fix)}`);
  return lines.join('\n');
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n       ');
}
