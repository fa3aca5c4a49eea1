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
    trust: properties.AssumeRolePolicyDocument as PolicyDocument,
    policies: Object.fromEntries(
      policies.map(({ Properties }) => [Properties.PolicyName as string, Properties.PolicyDocument as PolicyDocument]),
    ),
  };
}
