import picomatch from 'picomatch';
import type { InputLine, InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import { meantGlob } from './rules/globs.ts';
import { type HeaderRule, MAX_TAGS, type MetadataRule } from './rules/settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: 2 KB of user metadata. */
const MAX_METADATA_BYTES = 2_048;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws Problem for what cannot be a glob, or hardly is the one that was meant */
export function parseGlob(text: string): string {
  const problem = problemOfGlob(text);
  if (problem) throw new Problem(problem);
  try {
    picomatch(meantGlob(text));
  } catch {
    throw new Problem({ what: `${quote(text)} is not a glob`, fix: 'write a glob, assets/**/*.js' });
  }
  return text;
}

/**
 * The glob of a line `!GLOB`. A path in the workspace may be absolute, as `${{ github.workspace }}` makes it.
 * @throws Problem for what is a line of another kind, or would leave out what it is to keep
 */
export function parseExclusion(text: string, workspace: string | undefined): string {
  if (text.includes(' => ')) {
    throw new Problem({
      what: `${quote(text)} has an address, and an exclusion has none`,
      fix: 'write !GLOB alone, which holds for all lines; for a LOCAL that begins with ! write ./!NAME => s3://BUCKET/PREFIX',
    });
  }
  if (text.startsWith('!')) {
    throw new Problem({
      what: `${quote(`!${text}`)} would leave out everything else`,
      fix: 'write one !; what is excluded cannot be taken back by a later line: exclude less',
    });
  }
  const root = (workspace ?? '').replaceAll('\\', '/').replace(/\/*$/, '/');
  const slashed = process.platform === 'win32' ? text.replaceAll('\\', '/') : text;
  return parseGlob(root.length > 1 && slashed.startsWith(root) ? slashed.slice(root.length) : text);
}

/** What would match nothing without a word, and so publish what was meant to stay out. */
function problemOfGlob(text: string): { what: string; fix: string } | undefined {
  if (meantGlob(text) === '') return { what: 'there is no glob', fix: 'write a glob, assets/**/*.js' };
  if (/^(["'`]).*\1$/.test(text)) {
    return {
      what: `${quote(text)} is in quotes, which would be part of the name`,
      fix: 'write the glob without quotes',
    };
  }
  if (/\s#/.test(text)) {
    return {
      what: `${quote(text)} has a note behind it, which would be part of the name`,
      fix: 'write the note on a line of its own that begins with #; for a name with # in it write [#]',
    };
  }
  return undefined;
}

/** @throws Problem */
export function parseRule(text: string): HeaderRule {
  const arrow = text.indexOf('=>');
  const glob = text.slice(0, Math.max(0, arrow)).trim();
  const value = text.slice(arrow + 2).trim();
  if (arrow < 0 || glob === '' || value === '') {
    throw new Problem({ what: `${quote(text)} is not a rule`, fix: 'write GLOB => VALUE; **/* means every file' });
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new Problem({
      what: `${quote(value)} has characters that a header cannot carry`,
      fix: 'write printable ASCII',
    });
  }
  return { glob: parseGlob(glob), value };
}

/** Directives that mean nothing without a number of seconds. */
const SECONDS = /^(max-age|s-maxage|stale-while-revalidate|stale-if-error)(=|$)/i;
/** What is meant to be one of them. */
const NEARLY = /^(max_?age|smax-?age|s_maxage|s-max[-_]age)(=|$)/i;
/** `private="set-cookie"` has a list in quotes. */
const DIRECTIVE = /^[\w-]+(=("[^"]*"|[^\s"=;:,]+))?$/;

/**
 * `GLOB => public, max-age=3600`: browsers and CDNs leave out what they cannot read, without a word.
 * https://www.rfc-editor.org/rfc/rfc9111#name-cache-control @throws Problem
 */
export function parseCacheControl(text: string): HeaderRule {
  const rule = parseRule(text);
  const directives = rule.value.match(/([^,"]|"[^"]*")+/g) ?? [];
  const wrong = directives
    .map((one) => one.trim())
    .find((one) => !DIRECTIVE.test(one) || NEARLY.test(one) || (SECONDS.test(one) && !/=\d+$/.test(one)));
  if (wrong === undefined) return rule;
  throw new Problem({
    what: `${quote(wrong)} is not a directive of Cache-Control`,
    fix: 'write directives with commas between them, and seconds in digits: public, max-age=31536000, immutable',
  });
}

/** `GLOB => text/html; charset=utf-8` @throws Problem */
export function parseContentType(text: string): HeaderRule {
  const rule = parseRule(text);
  if (/^[\w.+!#$&^-]+\/[\w.+!#$&^-]+\s*(;|$)/.test(rule.value)) return rule;
  throw new Problem({
    what: `${quote(rule.value)} is not a content type`,
    fix: 'write TYPE/SUBTYPE, and parameters after a semicolon: text/html; charset=utf-8',
  });
}

/** `GLOB => gzip` @throws Problem */
export function parseContentEncoding(text: string): HeaderRule {
  const rule = parseRule(text);
  if (!/\b(utf-?\d+|iso-8859-\d+|ascii|base64)\b/i.test(rule.value)) return rule;
  throw new Problem({
    what: `${quote(rule.value)} is not an encoding of HTTP`,
    fix: 'write gzip or br, for files that are compressed; a charset belongs in s3-content-type: text/html; charset=utf-8',
  });
}

/** `GLOB => DATE`, in any form that says its time zone. @throws Problem */
export function parseExpires(text: string): HeaderRule {
  const { glob, value } = parseRule(text);
  const time = Date.parse(value);
  if (Number.isNaN(time) || !/(GMT|UTC|Z|[+-]\d\d:?\d\d)$/.test(value)) {
    throw new Problem({
      what: `${quote(value)} is not a date of HTTP`,
      fix: 'write Wed, 21 Oct 2026 07:28:00 GMT, or 2026-10-21T07:28:00Z',
    });
  }
  return { glob, value: new Date(time).toUTCString() };
}

/** `GLOB => en`, or several: https://www.rfc-editor.org/rfc/rfc9110#name-content-language @throws Problem */
export function parseLanguage(text: string): HeaderRule {
  const rule = parseRule(text);
  if (/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(\s*,\s*[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)*$/.test(rule.value)) return rule;
  throw new Problem({ what: `${quote(rule.value)} is not a language`, fix: 'write a language tag, en or de-CH' });
}

/** @throws Problem */
export function parseMetadata(text: string): MetadataRule {
  const { glob, value: pair } = parseRule(text);
  const [, name = '', value = ''] = /^([\w.-]+)\s*=\s*(.+)$/.exec(pair) ?? [];
  if (name === '') throw new Problem({ what: `${quote(pair)} is not metadata`, fix: 'write GLOB => NAME=VALUE' });
  if (name.length + value.length > MAX_METADATA_BYTES) {
    throw new Problem({
      what: `the metadata ${quote(name)} is too long`,
      fix: `S3 takes ${MAX_METADATA_BYTES} bytes in all`,
    });
  }
  return { glob, name: name.toLowerCase(), value };
}

/** Lines of `KEY=VALUE`. */
export function parseTags(lines: readonly InputLine[], inputs: InputReader): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const { text, line } of lines) {
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(0, equals)).trim();
    const value = text.slice(equals + 1).trim();
    const fits = key.length <= 128 && value.length <= 256 && TAG_TEXT.test(key) && TAG_TEXT.test(value);
    if (key === '' || !fits) {
      inputs.wrong('s3-tags', line, {
        what: `${quote(text)} is not a tag`,
        fix: 'write KEY=VALUE; letters, digits, spaces and _ . : / = + - @, the key at most 128, the value at most 256',
      });
    } else tags[key] = value;
  }
  if (Object.keys(tags).length > MAX_TAGS) {
    inputs.wrong('s3-tags', undefined, { what: 'there are too many tags', fix: `S3 takes ${MAX_TAGS} tags an object` });
  }
  return tags;
}
