import type { Runner } from '../../base/runner.ts';
import { FORMS } from './forms.ts';
import { type PartsOf, partsOf } from './parts.ts';
import { SHORTEST } from './trivial.ts';

/**
 * As many patterns as the runner may search each line of the log for, before forms that are seldom printed are left out; it costs
 * some 0.2 ms a line (docs/parameters.md has the figures).
 */
const BUDGET = 4_000;
/** Of what the values need by themselves; with what the commands themselves add it stays below five times. */
const MAX_TIMES = 4.5;
/** From here on each line of the log costs a millisecond, and a build that prints 100,000 lines takes minutes longer. */
export const MANY_PATTERNS = 20_000;

/** Hides values in the log of the job. */
export interface Hider {
  /** Hides values that have just arrived: they and their parts at once, and the forms that steps print every day. */
  hide(values: readonly PartsOf[]): void;
  /** Hides one text, whatever it is. */
  force(text: string): void;
  /** Hides what the budget allows of the other forms. Returns how many patterns the runner has to search for now. */
  finish(): number;
}

export function makeHider({ mask }: Pick<Runner, 'mask'>): Hider {
  const masked = new Set<string>();
  const texts = new Set<string>();
  let own = 0;
  let patterns = 0;
  const isNew = (text: string) => {
    if (text.length < SHORTEST || /[\r\n]/.test(text) || masked.has(text)) return false;
    masked.add(text);
    return true;
  };
  const take = (forms: readonly string[]) => {
    const added = [...new Set(forms)].filter(isNew);
    patterns += sumOf(added);
    return added;
  };
  const force = (text: string) => {
    if (text === '' || masked.has(text)) return;
    masked.add(text);
    mask(text);
    patterns += patternsOf(text);
    own += patternsOf(text);
  };
  return {
    hide: (values) => {
      const added = values.flatMap((value) => partsOf(value)).filter((text) => !texts.has(text));
      for (const text of added) {
        texts.add(text);
        own += patternsOf(text);
        if (!isNew(text)) continue;
        mask(text);
        patterns += patternsOf(text);
      }
      // The runner registers each line of a mask, and searches the command itself for all that it knows: one for many is cheap.
      const forms = take(added.flatMap(FORMS.likely));
      if (forms.length > 0) mask(forms.join('\n'));
    },
    force,
    finish: () => {
      const limit = Math.max(BUDGET, MAX_TIMES * own);
      const later: string[] = [];
      for (const formsOf of [FORMS.base64, FORMS.common, FORMS.rare]) {
        for (const text of [...texts].sort()) {
          const forms = new Set(formsOf(text).filter((form) => !masked.has(form)));
          if (patterns + sumOf([...forms]) <= limit) later.push(...take([...forms]));
        }
      }
      if (later.length > 0) mask(later.join('\n'));
      return patterns;
    },
  };
}

function sumOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + patternsOf(text), 0);
}

/** What the runner makes of a mask: itself, its base64 at three offsets, and each of its other encodings that differs. */
function patternsOf(text: string): number {
  const differs = [/"/, /'/, /["\\\x00-\x1f\u0085\u2028\u2029]/, /[^\w.~-]/, /[&<>"']/].filter((one) => one.test(text));
  return 4 + differs.length + (text.includes('&') ? 2 : 0);
}
