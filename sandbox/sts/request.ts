import { checkPolicy, type PolicyDocument } from '../iam/policy.ts';
import { AwsError, type ServiceCall } from '../service.ts';
import type { World } from '../world.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: what both ways to assume a role take. */
export interface AssumeInput {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly sessionPolicies: readonly PolicyDocument[] | undefined;
  /** Percent of the packed limit that session policies and tags fill; a guess at AWS's packing. */
  readonly packedPercent: number;
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', 400, message);
}

/** @throws AwsError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge */
export function readAssumeInput(world: World, { input, entry }: ServiceCall, tagsSize = 0): AssumeInput {
  const roleArn = text(input.RoleArn);
  const sessionName = text(input.RoleSessionName);
  const seconds = Number(input.DurationSeconds ?? 3600);
  Object.assign(entry.params, { roleArn, sessionName, seconds });
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) throw validationError('Request ARN is invalid');
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw validationError(
      `1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43200)
    throw validationError(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200`,
    );
  const inline = text(input.Policy);
  const arns = memberList(input, 'PolicyArns').map((member) => text(member.arn));
  if (inline.length + arns.join('').length > 2048)
    throw validationError(
      'Value at policy failed to satisfy constraint: Member must have length less than or equal to 2048',
    );
  if (arns.length > 10) throw validationError('At most 10 managed session policies');
  const packedPercent = Math.ceil(((inline.length + arns.join('').length + tagsSize) / 2700) * 100);
  if (packedPercent > 100)
    throw new AwsError(
      'PackedPolicyTooLarge',
      400,
      `Packed policy consumes ${packedPercent}% of allotted space, please use smaller policy.`,
    );
  const policies = [...(inline ? [parseInline(inline)] : []), ...arns.map((arn) => managedPolicy(world, arn))];
  if (policies.length > 0) entry.params.sessionPolicies = policies.length;
  return { roleArn, sessionName, seconds, sessionPolicies: policies.length > 0 ? policies : undefined, packedPercent };
}

function parseInline(inline: string): PolicyDocument {
  try {
    return checkPolicy(JSON.parse(inline));
  } catch {
    throw new AwsError('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
  }
}

function managedPolicy(world: World, arn: string): PolicyDocument {
  const [, account = '', name = ''] = /^arn:[\w-]+:iam::(\d{12}|aws):policy\/(.+)$/.exec(arn) ?? [];
  const policy = world.accounts[account]?.managedPolicies?.[name];
  if (!policy) throw new AwsError('MalformedPolicyDocument', 400, `Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

/** `Tags.member.1.Key` … of a query form, as a list of objects with lower-case keys. */
export function memberList(input: Readonly<Record<string, unknown>>, name: string): Record<string, unknown>[] {
  const list: Record<string, unknown>[] = [];
  for (const [key, value] of Object.entries(input)) {
    const [, index, field = 'value'] = new RegExp(`^${name}\\.member\\.(\\d+)(?:\\.(\\w+))?$`).exec(key) ?? [];
    if (index === undefined) continue;
    const member = list[Number(index) - 1] ?? {};
    list[Number(index) - 1] = member;
    member[field.toLowerCase()] = value;
  }
  return list;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
