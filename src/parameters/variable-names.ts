/** What every shell and every reader of a .env file takes as a variable's name. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** With dots, as Spring has them: only `docker run --env-file` takes these. */
export const DOTTED = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** How names are written that are made from names of parameters and fields. */
export const NAME_CASES = ['upper', 'keep', 'lower'] as const;
export type NameCase = (typeof NAME_CASES)[number];

/** The variable's name for a parameter's name, relative to its path: `db/user-name` gives `DB_USER_NAME`. */
export function nameFrom(relative: string, nameCase: NameCase): string {
  const name = relative.replaceAll(/[^A-Za-z0-9_]/g, '_');
  if (nameCase === 'keep') return name;
  return nameCase === 'upper' ? name.toUpperCase() : name.toLowerCase();
}
