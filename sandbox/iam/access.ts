import type { ConditionContext } from './conditions.ts';
import { evaluate, type PolicyDocument, type Principal } from './policy.ts';

export interface AccessQuestion {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly principal: Principal;
  readonly identityPolicies: readonly PolicyDocument[];
  /** `undefined`: the session has none, and may do what its role may. */
  readonly sessionPolicies?: readonly PolicyDocument[] | undefined;
  readonly resourcePolicy?: PolicyDocument | undefined;
  readonly context: ConditionContext;
}

/** `why` is the end of AWS's message: `because no identity-based policy allows the ssm:GetParameters action`. */
export type AccessDecision = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

/**
 * Whether a request is allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: a Deny anywhere wins; in one account
 * the identity's policies or the resource's policy must allow, across accounts both must; a session policy narrows what the
 * identity's policies give, and what a resource policy gives to the role, but not what it gives to the session by name.
 */
export function decide(question: AccessQuestion): AccessDecision {
  const { action, resource, context, principal } = question;
  const asked = { action, resource, context };
  const identity = evaluate(question.identityPolicies, asked);
  const session = question.sessionPolicies ? evaluate(question.sessionPolicies, asked) : undefined;
  const policies = question.resourcePolicy ? [question.resourcePolicy] : [];
  const resourceBased = evaluate(policies, { ...asked, principal });

  if (identity.effect === 'deny') return denied('with an explicit deny in an identity-based policy');
  if (session?.effect === 'deny') return denied('with an explicit deny in a session policy');
  if (resourceBased.effect === 'deny') return denied('with an explicit deny in a resource-based policy');

  const withinSession = session === undefined || session.effect === 'allow';
  const byIdentity = identity.effect === 'allow';
  const byResource = resourceBased.effect === 'allow';
  if (principal.account === question.resourceAccount) {
    if (byResource && resourceBased.grant === 'session') return { allowed: true };
    const named = byResource && resourceBased.grant === 'identity';
    if (!byIdentity && !named) return lacking('identity-based', action);
    return withinSession ? { allowed: true } : lacking('session', action);
  }
  if (!byIdentity && principal.arn) return lacking('identity-based', action);
  if (!withinSession) return lacking('session', action);
  return byResource ? { allowed: true } : lacking('resource-based', action);
}

function denied(why: string): AccessDecision {
  return { allowed: false, why };
}

function lacking(kind: string, action: string): AccessDecision {
  return denied(`because no ${kind} policy allows the ${action} action`);
}
