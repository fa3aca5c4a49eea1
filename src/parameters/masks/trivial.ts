/** A mask is a plain substring: a shorter one would turn half of the log into `***`. */
export const SHORTEST = 4;

/** Words that every log has, or that settings have as their value: switches, stages, levels, users, engines, words of a language. */
const WORDS = new Set(
  `true false yes no on off null none nil undefined default auto enabled disabled enable disable active inactive required optional
  local localhost dev develop development test tests testing qa uat int integration stage staging live prod production sandbox demo preview canary
  main master trunk release latest stable beta alpha current previous next
  trace debug verbose info notice warn warning error errors fatal critical silent quiet
  root admin administrator user users username guest public private owner group nobody daemon system service services operator ubuntu debian ec2-user
  postgres postgresql mysql mariadb sqlite sqlite3 redis mongo mongodb mssql oracle dynamodb rabbitmq kafka nginx apache httpd node nodejs python python3
  java ruby golang rust docker podman kubernetes linux windows macos darwin alpine amazon aws amd64 arm64 x86_64 bash zsh
  app apps application web api www http https grpc tcp udp ssl tls smtp imap ldap ssh sftp ftp file files data database db cache queue worker workers
  server servers client clients host hosts port proxy gateway frontend backend site shop store blog email mail name names password secret secrets token key keys
  value values text string number boolean object array list json yaml toml xml html csv utf8 utf-8 utf8mb4 latin1 utc gmt ascii base64 plain basic bearer
  memory disk disable prefer require allow deny verify-ca verify-full strict lax same-origin
  else then done esac elif endif begin end case when while until break continue return function class import export from with

  if fi do for in eof version config configs env environment include includes settings options steps jobs runs name: users: data:`
    .split(/\s+/)
    .filter(Boolean),
);

/** No word, address or version of the lists is longer. */
const LONGEST_WORD = 60;
const SHORT_NUMBER = /^[+-]?[\d.,:]{1,5}$/;
/** A region, or one of its zones; `blue-horse-7` is a password. */
const REGION =
  /^(af|ap|ca|cn|eu|eu-isoe|eusc-de|il|me|mx|sa|us|us-gov|us-iso[a-z]?)-(north|south)?(east|west|central)?-\d[a-z]?$/;
/** An account's id is in every ARN that a step prints. */
const ACCOUNT = /^\d{12}$/;
/** Versions, addresses that every machine has, media types, folders of a system, algorithms of tokens. */
const EVERYDAY =
  /^(v?\d+(\.\d+){1,2}([-+]\w+)?|127\.0\.0\.1(:\d+)?|0\.0\.0\.0(:\d+)?|localhost:\d+|::1?|\/(etc|tmp|var|usr|bin|opt|dev|app|home|srv)?(\/[a-z]+)?|[a-z]+\/(json|xml|html|plain|yaml)|[HREP]S(256|384|512)|EdDSA)$/;

/**
 * Too short or too common to be hidden: as a mask it would hide everything else that reads the same, and GitHub drops job
 * outputs that contain a mask. The rule is the same for a whole value and for a part of one.
 * @param secret a text of a SecureString or a secret; of other values a single plain word is not hidden either
 */
export function isTrivial(text: string, { secret }: { readonly secret: boolean }): boolean {
  const word = text.trim();
  if (word.length < SHORTEST || SHORT_NUMBER.test(word) || REGION.test(word) || ACCOUNT.test(word)) return true;
  if (word.length > LONGEST_WORD) return false;
  const bare = word.replace(/^["'([{]+|["')\]},:;]+$/g, '');
  if (bare.length < SHORTEST || WORDS.has(bare.toLowerCase()) || EVERYDAY.test(bare)) return true;
  return !secret && /^([a-z]{1,14}|[A-Z]{1,14}|[A-Z][a-z]{1,13})$/.test(word);
}

/** Around a key, `name:`, `[section]`, a tag. */
const STRUCTURE = /^(-----(BEGIN|END) .*|[\w.-]+:|\[[\w .:-]+\]|<[/?]?[\w:.-]+\s*\/?>)$/;

/**
 * Whether a line of a value of several lines says something of its own: a key's line does, `else` and `users:` do not.
 * What stands behind a `=` or `:` in it is looked at for itself.
 */
export function isTellingLine(line: string): boolean {
  const text = line.trim();
  if (isTrivial(text, { secret: true }) || STRUCTURE.test(text)) return false;
  if (/\s/.test(text)) return text.length >= 16;
  return text.length >= 12 || (text.length >= 6 && /\d|[a-z][A-Z]|[A-Z][a-z]*[A-Z]/.test(text));
}
