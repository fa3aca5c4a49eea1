/** What every shell and every reader of a .env file takes as a variable's name. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variable's name for a parameter's name, relative to its path: `db/user-name` gives `DB_USER_NAME`. */
export function nameFrom(relative: string): string {
  return relative.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}
