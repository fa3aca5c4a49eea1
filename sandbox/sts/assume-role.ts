import { decide } from '../iam/access.ts';
import { findRole, sessionOf } from '../iam/identities.ts';
import type { XmlValue } from '../render.ts';
import { AwsError, type Core, type ServiceCall } from '../service.ts';
import { memberList, readAssumeInput, text, validationError } from './request.ts';
import { credentialsXml } from './web-identity.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(core: Core, call: ServiceCall): XmlValue {
  const { caller } = call;
  const own = readTags(call);
  const inherited = Object.fromEntries(
    Object.entries(caller.tags).filter(([key]) => caller.transitiveTagKeys.includes(key.toLowerCase())),
  );
  const clash = Object.keys(own).find((key) => Object.keys(inherited).some((one) => sameKey(one, key)));
  if (clash)
    throw new AwsError(
      'InvalidParameterValue',
      400,
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${clash}`,
    );
  const tags = { ...inherited, ...own };
  const input = readAssumeInput(core.world, call, JSON.stringify(tags).length);
  const transitive = memberList(call.input, 'TransitiveTagKeys').map((member) => text(member.value).toLowerCase());
  Object.assign(call.entry.params, { tags: own, transitive, externalId: text(call.input.ExternalId) });

  const role = findRole(core.world, input.roleArn);
  const context: Record<string, string | string[]> = {
    'sts:RoleSessionName': input.sessionName,
    'aws:PrincipalArn': caller.roleArn ?? caller.arn,
    'aws:PrincipalAccount': caller.account,
  };
  if (call.input.ExternalId) context['sts:ExternalId'] = text(call.input.ExternalId);
  for (const [key, value] of Object.entries(caller.tags)) context[`aws:PrincipalTag/${key}`] = value;
  for (const [key, value] of Object.entries(own)) context[`aws:RequestTag/${key}`] = value;
  if (Object.keys(own).length > 0) context['aws:TagKeys'] = Object.keys(own);

  for (const action of Object.keys(own).length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole']) {
    const decision =
      role &&
      decide({
        action,
        resource: role.arn,
        resourceAccount: role.account,
        principal: caller,
        identityPolicies: caller.identityPolicies,
        sessionPolicies: caller.sessionPolicies,
        resourcePolicy: role.trust,
        context,
      });
    if (!decision?.allowed)
      throw new AwsError(
        'AccessDenied',
        403,
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.roleArn}`,
      );
  }
  if (!role) throw new Error('unreachable');
  if (caller.kind === 'assumed-role' && input.seconds > 3600)
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  if (input.seconds > (role.maxSessionSeconds ?? 3600))
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');

  const session = sessionOf(role, input.sessionName, {
    ...(input.sessionPolicies ? { sessionPolicies: input.sessionPolicies } : {}),
    tags,
    transitiveTagKeys: [...caller.transitiveTagKeys, ...transitive],
  });
  return {
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    Credentials: credentialsXml(core.keys.mint(session, input.seconds)),
    PackedPolicySize: input.packedPercent,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
function readTags({ input }: ServiceCall): Record<string, string> {
  const tags = memberList(input, 'Tags').map((member) => [text(member.key), text(member.value)] as const);
  if (tags.length > 50) throw validationError("Value at 'tags' failed to satisfy constraint: at most 50 tags");
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || value.length > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value))
      throw validationError(`Value at 'tags' failed to satisfy constraint: key ${key}`);
    if (tags.filter(([other]) => sameKey(other, key)).length > 1)
      throw new AwsError(
        'InvalidParameterValue',
        400,
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
  }
  return Object.fromEntries(tags);
}

function sameKey(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
