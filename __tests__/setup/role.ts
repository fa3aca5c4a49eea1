import type { PolicyDocument } from '../../sandbox/iam/policy.ts';
import type { Role } from '../../sandbox/world.ts';
import { render, type Values } from './cloudformation.ts';

/** The role that the template makes, as the sandbox's world takes it. */
export function roleOf(values: Values, account?: string, region?: string): Role & { readonly name: string } {
  const { Resources } = render(values, account, region);
  const properties = Resources.Role?.Properties ?? {};
  const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
  return {
    name: properties.RoleName as string,
    maxSessionSeconds: properties.MaxSessionDuration as number,
    trust: document(properties.AssumeRolePolicyDocument),
    policies: Object.fromEntries(
      policies.map(({ Properties }) => [Properties.PolicyName as string, Properties.PolicyDocument as PolicyDocument]),
    ),
  };
}

/** CloudFormation takes a policy as an object, or as the text of one. */
function document(policy: unknown): PolicyDocument {
  return (typeof policy === 'string' ? JSON.parse(policy) : policy) as PolicyDocument;
}
