import type { GithubJob, World } from '../world.ts';

/** GitHub's numbers of a job that the world leaves out. */
const DEFAULTS = {
  repositoryId: '1296269',
  ownerId: '583231',
  event: 'push',
  ref: 'refs/heads/main',
  actor: 'octocat',
};

/** @throws Error when the world has no such job. */
export function findJob(world: World, name: string): GithubJob & typeof DEFAULTS {
  const job = world.github.jobs[name];
  if (!job) throw new Error(`world: no job "${name}" in github.jobs`);
  return { ...DEFAULTS, ...job };
}

/**
 * `sub` in GitHub's form. An environment wins over every other form; a pull request has no branch in it; `:` in a value is
 * escaped. https://docs.github.com/actions/reference/security/oidc#example-subject-claims
 */
export function subjectOf(job: ReturnType<typeof findJob>): string {
  const [owner = '', repository = ''] = job.repository.split('/');
  const name = job.immutableSub ? `${owner}@${job.ownerId}/${repository}@${job.repositoryId}` : job.repository;
  if (job.environment) return `repo:${name}:environment:${job.environment.replaceAll(':', '%3A')}`;
  if (job.event === 'pull_request') return `repo:${name}:pull_request`;
  return `repo:${name}:ref:${job.ref.replaceAll(':', '%3A')}`;
}

/** The claims of a job's token; `now` in seconds. https://docs.github.com/actions/reference/security/oidc */
export function claimsOf(
  world: World,
  name: string,
  { audience, now }: { readonly audience: string; readonly now: number },
): Record<string, unknown> {
  const job = findJob(world, name);
  const [owner] = job.repository.split('/');
  const workflow = `${job.repository}/.github/workflows/publish.yml@${job.ref}`;
  const claims: Record<string, unknown> = {
    iss: world.github.issuer,
    aud: audience || `https://github.com/${owner}`,
    sub: subjectOf(job),
    jti: crypto.randomUUID(),
    iat: now,
    nbf: now - 600,
    exp: now + 300,
    actor: job.actor,
    actor_id: '1',
    repository: job.repository,
    repository_id: job.repositoryId,
    repository_owner: owner,
    repository_owner_id: job.ownerId,
    repository_visibility: 'private',
    event_name: job.event,
    ref: job.ref,
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    base_ref: '',
    head_ref: '',
    ...(job.environment ? { environment: job.environment } : {}),
    workflow: 'publish',
    workflow_ref: workflow,
    job_workflow_ref: workflow,
    run_id: '7000000001',
    run_number: '10',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    ...job.claims,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

/** What the runner tells a step of the job about it. */
export function githubEnv(world: World, name: string): Record<string, string> {
  const job = findJob(world, name);
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: job.repositoryId,
    GITHUB_REPOSITORY_OWNER: job.repository.split('/')[0] ?? '',
    GITHUB_REPOSITORY_OWNER_ID: job.ownerId,
    GITHUB_REF: job.ref,
    GITHUB_SHA: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
    GITHUB_EVENT_NAME: job.event,
    GITHUB_ACTOR: job.actor,
    GITHUB_WORKFLOW: 'publish',
    GITHUB_WORKFLOW_REF: `${job.repository}/.github/workflows/publish.yml@${job.ref}`,
    GITHUB_JOB: name,
    GITHUB_ACTION: 'keyless-aws',
    GITHUB_RUN_ID: '7000000001',
    GITHUB_RUN_NUMBER: '10',
    GITHUB_RUN_ATTEMPT: '1',
  };
}
