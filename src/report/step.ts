import type { Session } from '../aws/session.ts';
import type { Job } from '../job.ts';

/** How far a step came: a failure in one of these means that the later ones did not begin. */
export type StepStage = 'inputs' | 'sign-in' | 'plan' | 'apply';

/** A job with its plan, and its result once the plan was carried out. */
export interface StepResult {
  readonly job: Job;
  readonly plan: unknown;
  readonly result?: unknown;
}

/** What is known of the step so far: every report is made from it. */
export interface Step {
  /** When it began, in milliseconds since the epoch. */
  readonly started: number;
  stage: StepStage;
  /** Whether the job summary is wanted. */
  summary: boolean;
  /** Plans and writes nothing. */
  dryRun: boolean;
  /** Account ids are hidden (mask-aws-account-id): the runner hides them in the log alone. */
  hidesAccount: boolean;
  session: Pick<Session, 'arn' | 'accountId' | 'region'> | undefined;
  jobs: readonly Job[];
  /** The jobs whose plans are made. */
  planned: readonly StepResult[];
  /** The jobs whose plans were carried out, and those that were not begun because another failed (without a result). */
  done: readonly StepResult[];
  /** Names of the jobs that failed, in the plan or when it was carried out. */
  readonly failed: Set<string>;
}

export function startStep(): Step {
  return {
    started: Date.now(),
    stage: 'inputs',
    summary: true,
    dryRun: false,
    hidesAccount: false,
    session: undefined,
    jobs: [],
    planned: [],
    done: [],
    failed: new Set(),
  };
}

/** The names of the jobs in headings; a job without one goes by its own name. */
const TITLES: Readonly<Record<string, string>> = {
  'sign-in': 'Sign-in',
  parameters: 'Parameters (SSM)',
  objects: 'Objects (S3)',
  images: 'Images (ECR)',
  deploy: 'Rollout',
};

export function titleOf({ name }: Pick<Job, 'name'>): string {
  return TITLES[name] ?? name;
}
