import type { InputReader } from '../base/inputs.ts';
import { quote } from '../base/quote.ts';
import { counted } from '../base/units.ts';
import { ROLE_ARN } from './role-input.ts';
import { OWN_TAG_KEYS, type SessionTags } from './session-tags.ts';

/** Inputs of other actions that this one leaves out on purpose. */
export const KEY_INPUTS = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];

/** Keys as inputs are what this action replaces; what was given is never quoted. */
export function checkNoKeys(inputs: InputReader): void {
  const given = KEY_INPUTS.filter((name) => inputs.text(name));
  if (given.length === 0) return;
  inputs.wrong(given[0]!, undefined, {
    what: 'there are no inputs for access keys',
    why: 'the job has an identity of its own and does not need a stored key',
    fix: [
      'leave out aws-access-key-id, aws-secret-access-key and aws-session-token, and write:',
      'permissions:',
      '  id-token: write',
      'with:',
      '  role-to-assume: arn:aws:iam::ACCOUNT:role/NAME',
      'setup/ makes provider and role in one command. Keys in the environment work with credentials-source: ambient.',
    ].join('\n'),
  });
}

/** A comma or a line separates ids: workflows that move over bring commas. */
export function readAccountIds(inputs: InputReader, roles: readonly string[]): string[] {
  const items = inputs
    .lines('allowed-account-ids')
    .flatMap(({ text, line }) => text.split(',').map((id) => ({ id: id.trim(), line })));
  const ids = items.filter(({ id }) => id !== '');
  if (items.length > 0 && ids.length === 0) {
    inputs.wrong('allowed-account-ids', undefined, {
      what: 'there is no account id in it',
      why: 'a secret or variable that is not there is an empty string',
      fix: 'give the ids, or leave the input out: then every account is accepted',
    });
  }
  const wrong = ids.filter(({ id }) => !/^\d{12}$/.test(id));
  for (const { id, line } of wrong) {
    inputs.wrong('allowed-account-ids', line, {
      what: `${quote(id)} is not an account id`,
      fix: 'write 12 digits, in quotes where the first is 0: YAML takes it away',
    });
  }
  const last = ROLE_ARN.exec(roles.at(-1) ?? '')?.[2];
  if (last && ids.length > 0 && wrong.length === 0 && !ids.some(({ id }) => id === last)) {
    inputs.wrong('role-to-assume', undefined, {
      what: `the role is in account ${last}, which allowed-account-ids does not list`,
      fix: 'correct the role, or add the account',
    });
  }
  return ids.map(({ id }) => id);
}

/** `[\w+=,.@-]{2,64}`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function sessionNames(inputs: InputReader, roles: readonly string[]): string[] {
  const names = linesForRoles(inputs, roles, {
    input: 'role-session-name',
    form: /^[\w+=,.@-]{2,64}$/,
    wrong: (text) => ({
      what: `${quote(text)} is not a session name`,
      fix: 'write 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -',
    }),
  });
  return names.length > 0 ? names : [sessionName(inputs.env)];
}

/** `[\w+=,.@:/-]*`, 2 to 1224 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function externalIds(inputs: InputReader, roles: readonly string[]): string[] {
  return linesForRoles(inputs, roles, {
    input: 'role-external-id',
    form: /^[\w+=,.@:/-]{2,1224}$/,
    wrong: () => ({
      what: 'it is not an external id',
      fix: 'write 2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -',
    }),
  });
}

interface LinesForRoles {
  readonly input: string;
  readonly form: RegExp;
  readonly wrong: (text: string) => { readonly what: string; readonly fix: string };
}

/** What takes one line for all roles of a chain, or one for each. */
function linesForRoles(inputs: InputReader, roles: readonly string[], { input, form, wrong }: LinesForRoles): string[] {
  const lines = inputs.lines(input);
  for (const { text, line } of lines) if (!form.test(text)) inputs.wrong(input, line, wrong(text));
  if (lines.length > 1 && lines.length !== roles.length) {
    inputs.wrong(input, undefined, {
      what: `there are ${lines.length} lines for ${counted(roles.length, 'role')}`,
      fix: 'write one line for all roles, or one line for each role',
    });
  }
  return lines.map(({ text }) => text);
}

/** `gha-RUNID-ATTEMPT-REPO`, within what STS takes. */
function sessionName(env: InputReader['env']): string {
  const repository = (env.GITHUB_REPOSITORY ?? '').split('/').pop() ?? '';
  const name = `gha-${env.GITHUB_RUN_ID ?? '0'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}-${repository}`;
  return name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}

/** Inline policy and ARNs are together at most 2048 characters of plain text, and at most ten ARNs. */
export function readSessionPolicies(inputs: InputReader): {
  sessionPolicy: string | undefined;
  sessionPolicyArns: string[];
} {
  const arns = inputs.lines('managed-session-policies');
  for (const { text, line } of arns) {
    if (!/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(text)) {
      inputs.wrong('managed-session-policies', line, {
        what: `${quote(text)} is not the ARN of a policy`,
        fix: 'write arn:aws:iam::111122223333:policy/NAME',
      });
    }
  }
  if (arns.length > 10)
    inputs.wrong('managed-session-policies', undefined, {
      what: `there are ${arns.length} policies`,
      fix: 'write at most 10, the limit of AWS',
    });
  const sessionPolicy = minified(inputs, 'inline-session-policy', {
    fits: isPolicy,
    form: 'a JSON policy with a Statement',
  });
  const size = (sessionPolicy ?? '').length + arns.map(({ text }) => text).join('').length;
  if (size > 2048) {
    inputs.wrong(sessionPolicy ? 'inline-session-policy' : 'managed-session-policies', undefined, {
      what: `the session policies have ${size} characters, not counting white space`,
      fix: 'shorten the policy to the limit of AWS, 2048 characters, or narrow the role itself',
    });
  }
  return { sessionPolicy, sessionPolicyArns: arns.map(({ text }) => text) };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html: at most 50 tags. */
export function readTags(inputs: InputReader): SessionTags {
  const json = minified(inputs, 'custom-tags', {
    fits: isTags,
    form: 'a JSON object whose values are texts, numbers or booleans, such as {"team": "shop"}',
  });
  const custom = json ? textsOf(JSON.parse(json) as Record<string, string | number | boolean>) : {};
  const wrong = (what: string, fix: string) => inputs.wrong('custom-tags', undefined, { what, fix });
  const seen = new Set(OWN_TAG_KEYS.map((key) => key.toLowerCase()));
  for (const [key, value] of Object.entries(custom)) {
    if (seen.has(key.toLowerCase()))
      wrong(
        `the tag ${quote(key)} is given twice, or is one that this action sets`,
        `use a different key: ${OWN_TAG_KEYS.join(', ')} are set by this action, and upper and lower case count as the same`,
      );
    seen.add(key.toLowerCase());
    if (
      key.length < 1 ||
      key.length > 128 ||
      value.length > 256 ||
      !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value) ||
      /^aws:/i.test(key)
    ) {
      wrong(
        `AWS does not accept the tag ${quote(key)}`,
        'write keys of 1 to 128 and values of at most 256 letters, digits, spaces and _ . : / = + - @, and no key that starts with aws:',
      );
    }
  }
  if (Object.keys(custom).length > 50 - OWN_TAG_KEYS.length)
    wrong(
      'there are too many tags',
      `write at most ${50 - OWN_TAG_KEYS.length}: AWS allows 50, and this action sets ${OWN_TAG_KEYS.length} of them`,
    );
  return {
    skip: inputs.boolean('role-skip-session-tagging', false),
    custom,
    transitiveKeys: inputs.lines('transitive-tag-keys').map(({ text }) => text),
  };
}

/** JSON without white space; `undefined` when absent or wrong. The parser's own error is not passed on: it quotes. */
function minified(
  inputs: InputReader,
  name: string,
  { fits, form }: { readonly fits: (value: unknown) => boolean; readonly form: string },
): string | undefined {
  const text = inputs.text(name);
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (fits(value)) return JSON.stringify(value);
  } catch {
    // Said below.
  }
  inputs.wrong(name, undefined, { what: 'it is not in the accepted form', fix: `write ${form}` });
  return undefined;
}

function isPolicy(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Statement' in value;
}

function isTags(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((it) => ['string', 'number', 'boolean'].includes(typeof it))
  );
}

/** As configure-aws-credentials reads them: 8080 is "8080". */
function textsOf(tags: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}
