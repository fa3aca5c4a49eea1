/** Hides a login in every form it takes: the password, the base64 text of configs and headers. */
export function maskToken(mask: (value: string) => void, token: string): void {
  mask(token);
  mask(passwordOf(token));
}

/** The token is the base64 of `AWS:PASSWORD`. */
export function passwordOf(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}
