/** Of what an archive or a registry holds; real ones have less than ten. */
export const MAX_JSON_DEPTH = 100;

/** Objects and lists of one file: a megabyte of empty ones becomes forty of memory. A thousand manifests, or layers, have five thousand. */
export const MAX_JSON_PARTS = 100_000;

/** An object or list, or undefined. The parser's own error quotes what it read, so it is not passed on. */
export function parsedJson(bytes: Buffer): object | undefined {
  if (isExcessive(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Looked at before it is parsed: megabytes of brackets become hundreds of megabytes of objects, and overflow the stack later. */
function isExcessive(bytes: Buffer): boolean {
  let [depth, parts, inString] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_JSON_DEPTH || ++parts > MAX_JSON_PARTS) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
