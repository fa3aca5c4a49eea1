import type { Aws } from './aws/client.ts';
import type { Statement } from './aws/policy.ts';
import type { Session } from './aws/session.ts';
import type { Http } from './base/http.ts';
import type { Problem } from './base/problem.ts';
import type { Runner } from './base/runner.ts';

/** What a job may use. Nothing else reaches the outside: a job reads no `process.env` and knows no other job. */
export interface Access {
  readonly session: Session;
  readonly aws: Aws;
  readonly http: Http;
  readonly runner: Runner;
  /** Aborted on cancel (SIGINT, SIGTERM) and at the step's deadline: stop, leave nothing half done. */
  readonly signal: AbortSignal;
}

/** What a job reports, made from plan and result alone and written by report.ts. Never holds a secret that is not masked. */
export interface Report {
  /** How it went (without a result: what would be done), in one line of plain text: `2 changed, 80 new, 1.4 MB`. */
  readonly headline?: string;
  /** Whether the plan changes anything on AWS. Left out by a job that only reads. */
  readonly changes?: boolean;
  /** Lines for the log, below the headline. */
  readonly lines: readonly string[];
  /** Outputs of action.yml by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** A section of the job summary in GitHub's markdown (by `base/markdown.ts`), or empty. */
  readonly summary: string;
}

/** An image that a job is about to push, or has pushed: its properties are known before any of it is sent. */
export interface ComingImage {
  /** ARN of the repository. */
  readonly repository: string;
  /** Without the tags that keep another image. */
  readonly tags: readonly string[];
  /** undefined: not known before its layers are compressed. */
  readonly digest: string | undefined;
  readonly isIndex: boolean;
  /** `linux/arm64`: what it is built for, as far as it says. */
  readonly platforms: readonly string[];
}

/**
 * One thing that a step does. `plan` reads and checks and writes nothing; `apply` carries the plan out and decides
 * nothing; `permissions` and `report` are pure. A job is made by its folder's index.ts from its part of the request.
 */
export interface Job<Plan = unknown, Result = unknown> {
  readonly name: string;
  /** `others`: its plan is made with the others', and carried out only when all of them have succeeded. */
  readonly after?: 'others';
  /** @throws Problem or Problems: all that would keep the plan from succeeding. */
  plan(): Promise<Plan>;
  /** The images that a plan pushes; with a result, those that it has pushed. Asked only when another job wants to know. */
  coming?(plan: Plan, result?: Result): Promise<readonly ComingImage[]>;
  /**
   * A second look at a plan, with what the other jobs are to push, before any job writes.
   * @throws Problem or Problems: what would keep the plan from succeeding then
   */
  check?(plan: Plan, coming: readonly ComingImage[]): Promise<void>;
  /**
   * The least permissions with which planning and applying this plan work: all that it may come to, or with a result what it came
   * to.
   */
  permissions(plan: Plan, result?: Result): readonly Statement[];
  /** @param pushed the images that the other jobs have pushed; known to what comes after them alone */
  apply(plan: Plan, pushed: readonly ComingImage[]): Promise<Result>;
  /** Removes what the step no longer needs: called once at the end of each step, also of a failed one or a dry run. */
  end?(): Promise<void>;
  /** What of a result is a failure: the step fails with it when everything has been reported. */
  problems?(result: Result): readonly Problem[];
  /** Without a result the plan was not carried out (dry-run). */
  report(plan: Plan, result?: Result): Report;
  /** The plan as data for the output `plan`: JSON, no secrets. */
  describe(plan: Plan): unknown;
}
