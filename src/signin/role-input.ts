import type { IdentitySource } from '../aws/session.ts';
import type { InputReader } from '../base/inputs.ts';
import { quote } from '../base/quote.ts';

export const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/;
const BARE_NAME = /^[\w+=,.@-]{1,64}$/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export function readRoles(inputs: InputReader, source: IdentitySource | 'auto', partition: string): string[] {
  return inputs.lines('role-to-assume').map(({ text, line }) => {
    const problem = roleProblem(text, source, partition);
    if (problem) inputs.wrong('role-to-assume', line, problem);
    return text;
  });
}

function roleProblem(text: string, source: IdentitySource | 'auto', partition: string) {
  const found = ROLE_ARN.exec(text);
  if (found) {
    if (found[1] === partition) return ofAws(text);
    return {
      what: `${quote(text)} is in partition ${found[1]}, but the region is in ${partition}`,
      why: 'each partition has accounts, roles and regions of its own',
      fix: `correct aws-region, or the ARN: in this region it begins with arn:${partition}:`,
    };
  }
  if (/:instance-profile\//.test(text)) {
    return {
      what: `${quote(text)} is an instance profile, which cannot be assumed`,
      why: 'an instance profile only passes a role to an EC2 instance; the role itself can be assumed, and may have another name',
      fix: `write the ARN of the role: aws iam get-instance-profile --instance-profile-name ${text.split('/').at(-1)} --query InstanceProfile.Roles[0].Arn`,
    };
  }
  const [, account, session] = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)/.exec(text) ?? [];
  if (session) {
    return {
      what: `${quote(text)} is the ARN of a session of a role`,
      fix: `write the ARN of the role: arn:${partition}:iam::${account}:role/${session}, with the role's path, if it has one`,
    };
  }
  const other = /:(user|policy|group|oidc-provider)\//.exec(text)?.[1];
  if (other)
    return { what: `${quote(text)} is the ARN of ${other === 'oidc-provider' ? 'an' : 'a'} ${other}`, fix: ROLE_FORM };
  if (/\barn:.*[\s,]+arn:/.test(text))
    return { what: `${quote(text)} is more than one role`, fix: 'write one role a line' };
  if (BARE_NAME.test(text) && source === 'ambient') return undefined;
  return { what: `${quote(text)} is not the ARN of a role`, ...misspelled(text) };
}

/** Roles that AWS makes, and that nobody else may give another trust policy. */
function ofAws(arn: string) {
  const name = arn.split('/').at(-1) ?? '';
  const fix = 'make a role of your own with the policies that the job needs, and let it trust GitHub: setup/ does both';
  if (name.startsWith('AWSReservedSSO_')) {
    const why = 'people sign in to it; its trust policy cannot be changed';
    return { what: `${quote(arn)} is a role of IAM Identity Center (a permission set)`, why, fix };
  }
  if (!arn.includes(':role/aws-service-role/')) return undefined;
  return { what: `${quote(arn)} is a service-linked role`, why: 'its service alone can assume it', fix };
}

/** What keeps a text from being a role's ARN, where it can be seen. */
function misspelled(text: string): { readonly why?: string; readonly fix: string } {
  const [, hidden] = INVISIBLE.exec(text) ?? [];
  const inside = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/.exec(text)?.[0];
  const [, region, account] = /^arn:[\w-]+:iam:([^:]*):([^:]*):role\//.exec(text) ?? [];
  if (BARE_NAME.test(text)) {
    const why = 'a name does not say which account the role is in; only with an ambient identity is the account known';
    return { why, fix: ROLE_FORM };
  }
  if (hidden) {
    const code = hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return {
      why: `it has a character that is not to be seen (U+${code}), as copied text may have`,
      fix: 'type it anew',
    };
  }
  if (inside && inside !== text)
    return {
      why: 'there is more than the ARN, as quotes that a secret or variable was stored with',
      fix: `write ${inside}`,
    };
  if (region) return { why: `IAM has no regions: nothing stands where ${quote(region)} is`, fix: ROLE_FORM };
  if (account === '')
    return {
      why: 'the account id is missing: a secret or variable that is not there is an empty string',
      fix: ROLE_FORM,
    };
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    const why = `the account id ${quote(account)} is not 12 digits without dashes; YAML takes a 0 at the beginning away from a number`;
    return { why, fix: ROLE_FORM };
  }
  return { fix: ROLE_FORM };
}

/** Marks of direction, soft hyphens, spaces without a width: `quote` would show nothing of them. */
const INVISIBLE = /([\u00ad\u200b-\u200f\u2060-\u2064\ufeff])/;

const ROLE_FORM = 'write the ARN of a role, arn:aws:iam::111122223333:role/NAME';
