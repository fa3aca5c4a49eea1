import type { PolicyDocument } from '../../../sandbox/iam/policy.ts';
import type { Editable } from '../../../sandbox/world.ts';

/** The JSON documents in a message, in order: policies to paste. */
export function policiesIn(text: string): Editable<PolicyDocument>[] {
  const found: Editable<PolicyDocument>[] = [];
  for (const match of text.matchAll(/^ *\{\n[\s\S]*?^ *\}$/gm)) {
    const indent = /^ */.exec(match[0])![0];
    // A document ends at the brace that stands as far in as the one that began it.
    const whole = text.slice(match.index).split('\n');
    const end = whole.findIndex((line, index) => index > 0 && line === `${indent}}`);
    const document = whole.slice(0, end + 1).join('\n');
    try {
      const parsed = JSON.parse(document);
      if (parsed.Statement) found.push(parsed);
    } catch {
      // A brace inside a document that was read already.
    }
  }
  return found;
}
