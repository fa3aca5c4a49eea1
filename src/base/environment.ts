/** Variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The program that plays GitHub's runner here, act or what is made of it; `undefined` on GitHub's own. */
export function actLike(env: Environment): string | undefined {
  if (env.GITEA_ACTIONS || env.FORGEJO_ACTIONS) return 'Gitea or Forgejo';
  return env.ACT ? 'act' : undefined;
}
