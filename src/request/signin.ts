import { type InputReader, quote } from './read.ts';

export interface SignInRequest {
  readonly region: string;
  /** ARNs of the roles to assume, in order; empty: the job's own identity is used. */
  readonly roles: readonly string[];
  readonly audience: string | undefined;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Whether later steps get the credentials as variables. */
  readonly exportToEnv: boolean;
}

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;

/** @param otherJobs whether the step has a job besides signing in: credentials then stay in the step by default */
export function signInRequest(inputs: InputReader, { otherJobs }: { otherJobs: boolean }): SignInRequest {
  const region = inputs.text('aws-region') ?? inputs.env.AWS_REGION ?? inputs.env.AWS_DEFAULT_REGION ?? '';
  if (!REGION.test(region)) {
    inputs.wrong('aws-region', undefined, {
      what: region ? `${quote(region)} is no region` : 'no region is given',
      fix: 'write a region such as eu-west-1, or set AWS_REGION',
    });
  }
  const roles = inputs.lines('role-to-assume').map(({ text, line }) => {
    if (!ROLE_ARN.test(text)) {
      inputs.wrong('role-to-assume', line, {
        what: `${quote(text)} is no role ARN`,
        fix: 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME',
      });
    }
    return text;
  });
  return {
    region,
    roles,
    audience: inputs.text('audience'),
    sessionName: inputs.text('role-session-name') ?? sessionName(inputs.env),
    durationSeconds: inputs.integer('role-duration-seconds', { min: 900, max: 43_200 }) ?? 3_600,
    exportToEnv: inputs.boolean('output-env-credentials', !otherJobs),
  };
}

/** `gha-RUNID-ATTEMPT-REPO`, within what STS takes: `[\w+=,.@-]{2,64}`. */
function sessionName(env: InputReader['env']): string {
  const repository = (env.GITHUB_REPOSITORY ?? '').split('/').pop() ?? '';
  const name = `gha-${env.GITHUB_RUN_ID ?? '0'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}-${repository}`;
  return name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}
