import type { PolicyDocument } from '../../sandbox/iam/policy.ts';
import type { Role } from '../../sandbox/world.ts';
import { render, type Values } from './cloudformation.ts';

/** The role that the template makes, as the sandbox's world takes it. */
export function roleOf(values: Values, account?: string, region?: string): Role & { readonly name: string } {
  const properties = render(values, account, region).Resources.Role?.Properties ?? {};
  const policies = (properties.Policies ?? []) as { PolicyName: string; PolicyDocument: PolicyDocument }[];
  return {
    name: properties.RoleName as string,
    maxSessionSeconds: properties.MaxSessionDuration as number,
    trust: properties.AssumeRolePolicyDocument as PolicyDocument,
    policies: Object.fromEntries(policies.map((policy) => [policy.PolicyName, policy.PolicyDocument])),
  };
}
