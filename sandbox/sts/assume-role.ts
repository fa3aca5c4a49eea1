import type { XmlValue } from '../http/render.ts';
import { decide } from '../iam/access.ts';
import { type FoundRole, findRole, sessionOf } from '../iam/identities.ts';
import { AwsError, type Core, type ServiceCall } from '../service.ts';
import { type AssumeInput, memberList, readAssumeInput, text, validationError } from './request.ts';
import { credentialsXml } from './web-identity.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(core: Core, call: ServiceCall): XmlValue {
  const { caller, entry } = call;
  const own = readTags(call);
  const tags = { ...inheritedTags(call, own), ...own };
  const input = readAssumeInput(core.world, call, JSON.stringify(tags).length);
  const transitive = memberList(call.input, 'TransitiveTagKeys').map((member) => text(member.value).toLowerCase());
  Object.assign(entry.params, { tags: own, transitive, externalId: text(call.input.ExternalId) });

  const role = permittedRole(core, call, { ...input, tags: own });
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

type Tags = Readonly<Record<string, string>>;

/** Transitive tags of the caller's session, none of which may be set again. */
function inheritedTags({ caller }: ServiceCall, own: Tags): Tags {
  const inherited = Object.entries(caller.tags).filter(([key]) => caller.transitiveTagKeys.includes(key.toLowerCase()));
  const clash = Object.keys(own).find((key) => inherited.some(([one]) => sameKey(one, key)));
  if (clash)
    throw new AwsError(
      'InvalidParameterValue',
      400,
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${clash}`,
    );
  return Object.fromEntries(inherited);
}

/** @throws AwsError AccessDenied unless identity and trust policy allow sts:AssumeRole, and for tags sts:TagSession */
function permittedRole(
  { world }: Core,
  call: ServiceCall,
  { roleArn, sessionName, tags }: AssumeInput & { readonly tags: Tags },
): FoundRole {
  const { caller, input } = call;
  const role = findRole(world, roleArn);
  const tagKeys = Object.keys(tags);
  const context = {
    'sts:RoleSessionName': sessionName,
    'aws:PrincipalArn': caller.roleArn ?? caller.arn,
    'aws:PrincipalAccount': caller.account,
    ...(input.ExternalId ? { 'sts:ExternalId': text(input.ExternalId) } : {}),
    ...Object.fromEntries(Object.entries(caller.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(tagKeys.length > 0 ? { 'aws:TagKeys': tagKeys } : {}),
  };
  const allows = (action: string) =>
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
    }).allowed;
  const actions = tagKeys.length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  const denied = actions.find((action) => !allows(action));
  if (role && !denied) return role;
  throw new AwsError(
    'AccessDenied',
    403,
    `User: ${caller.arn} is not authorized to perform: ${denied ?? actions[0]} on resource: ${roleArn}`,
  );
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
