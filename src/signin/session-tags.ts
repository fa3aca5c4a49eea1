import type { Environment } from '../base/environment.ts';
export interface SessionTags {
  /** `role-skip-session-tagging`: no tags at all, those of the input included. */
  readonly skip: boolean;
  readonly custom: Readonly<Record<string, string>>;
  readonly transitiveKeys: readonly string[];
}

/** Tags of one call of `AssumeRole`. */
export interface HopTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

export interface TagsOfHop {
  readonly all: HopTags;
  /** Without the tags that configure-aws-credentials drops where the session gets too large, too. */
  readonly fewer: HopTags;
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

/** Those that it gives since 6.2, and drops where they do not fit. A tag of the input takes the place of one. */
const LESSER_TAGS: Readonly<Record<string, string>> = {
  EventName: 'GITHUB_EVENT_NAME',
  BaseRef: 'GITHUB_BASE_REF',
  HeadRef: 'GITHUB_HEAD_REF',
  RunId: 'GITHUB_RUN_ID',
  Job: 'GITHUB_JOB',
  TriggeringActor: 'GITHUB_TRIGGERING_ACTOR',
};

/** Variables of the runner that tags are made from. */
export const TAG_VARIABLES: readonly string[] = [...Object.values(TAGS_OF_JOB), ...Object.values(LESSER_TAGS)];

/** Tag keys that a step cannot set itself. */
export const OWN_TAG_KEYS: readonly string[] = ['GitHub', ...Object.keys(TAGS_OF_JOB)];

/** All tag keys that a session of this job may have besides those of the input. */
export const JOB_TAG_KEYS: readonly string[] = [...OWN_TAG_KEYS, ...Object.keys(LESSER_TAGS)];

/**
 * The tags of a session that is assumed with `AssumeRole`. A tag that was passed on as transitive cannot be set again on the
 * next role, so from the second hop on those are left out.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function tagsOfHop({ skip, custom, transitiveKeys }: SessionTags, env: Environment, hop: number): TagsOfHop {
  const needed = { GitHub: 'Actions', ...tagsFrom(TAGS_OF_JOB, env) };
  const chosen = new Set(Object.keys(custom).map((key) => key.toLowerCase()));
  const lesser = Object.entries(tagsFrom(LESSER_TAGS, env)).filter(([key]) => !chosen.has(key.toLowerCase()));
  const passedOn = new Set(hop === 0 ? [] : transitiveKeys.map((key) => key.toLowerCase()));
  const made = (all: Readonly<Record<string, string>>): HopTags => {
    const tags = skip
      ? {}
      : Object.fromEntries(Object.entries(all).filter(([key]) => !passedOn.has(key.toLowerCase())));
    return { tags, transitiveTagKeys: hop === 0 ? transitiveKeys.filter((key) => Object.hasOwn(tags, key)) : [] };
  };
  return {
    all: made({ ...needed, ...Object.fromEntries(lesser), ...custom }),
    fewer: made({ ...needed, ...custom }),
  };
}

function tagsFrom(variables: Readonly<Record<string, string>>, env: Environment): Record<string, string> {
  const all = Object.entries(variables).map(([key, variable]) => [key, tagValue(env[variable] ?? '')] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** What a tag's value may hold, at most 256 characters of it, and no half of a character that takes two. */
function tagValue(text: string): string {
  return text
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_')
    .slice(0, 256)
    .replace(/[\ud800-\udbff]$/, '');
}
