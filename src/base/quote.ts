/** A value as it was given, shortened to one line for a message. */
export function quote(given: string): string {
  const short = given.length > 120 ? `${given.slice(0, 117)}…` : given;
  return `"${short.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, ' ')}"`;
}
