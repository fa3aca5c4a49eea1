type Env = Readonly<Record<string, string | undefined>>;

export interface SessionTags {
  /** From the job, unless `role-skip-session-tagging`. */
  readonly skip: boolean;
  readonly custom: Readonly<Record<string, string>>;
  readonly transitiveKeys: readonly string[];
}

/** The tags that configure-aws-credentials gives a session, by the runner's variable. */
const TAGS_OF_JOB: Readonly<Record<string, string>> = {
  Repository: 'GITHUB_REPOSITORY',
  Workflow: 'GITHUB_WORKFLOW',
  Action: 'GITHUB_ACTION',
  Actor: 'GITHUB_ACTOR',
  Commit: 'GITHUB_SHA',
  Branch: 'GITHUB_REF',
};

/** Tag keys that a step can't choose itself. */
export const OWN_TAG_KEYS: readonly string[] = ['GitHub', ...Object.keys(TAGS_OF_JOB)];

/**
 * The tags of a session that is assumed with `AssumeRole`. A tag that was passed on as transitive can't be set again on the
 * next role, so from the second hop on those are left out.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function tagsOfHop(
  { skip, custom, transitiveKeys }: SessionTags,
  env: Env,
  hop: number,
): { readonly tags: Readonly<Record<string, string>>; readonly transitiveTagKeys: readonly string[] } {
  const all: Record<string, string> = { ...(skip ? {} : tagsOfJob(env)), ...custom };
  if (hop === 0) return { tags: all, transitiveTagKeys: transitiveKeys.filter((key) => Object.hasOwn(all, key)) };
  const passedOn = new Set(transitiveKeys.map((key) => key.toLowerCase()));
  const rest = Object.entries(all).filter(([key]) => !passedOn.has(key.toLowerCase()));
  return { tags: Object.fromEntries(rest), transitiveTagKeys: [] };
}

function tagsOfJob(env: Env): Record<string, string> {
  const tags: Record<string, string> = { GitHub: 'Actions' };
  for (const [key, variable] of Object.entries(TAGS_OF_JOB)) {
    const value = tagValue(env[variable] ?? '');
    if (value) tags[key] = value;
  }
  return tags;
}

/** What a tag's value may hold, at most 256 characters of it. */
function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
}
