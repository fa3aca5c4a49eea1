import { type ConditionBlock, type ConditionContext, checkConditions, conditionsHold } from './conditions.ts';
import { arnMatches, fillVariables, globMatches, listOf } from './match.ts';

type OneOrMore = string | readonly string[];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore>>;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** Who asks, as principals of resource policies name it. */
export interface Principal {
  /** ARN of the user, or of the assumed role's session; empty for anonymous and web identities. */
  readonly arn: string;
  /** ARN of the role behind a session. */
  readonly roleArn?: string | undefined;
  readonly account: string;
  /** ARN of the identity provider that vouches for a web identity. */
  readonly federated?: string;
  /** `ec2.amazonaws.com`. */
  readonly service?: string;
}

export interface PolicyQuestion {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  /** Set for resource and trust policies: statements are then matched by principal, and need no resource. */
  readonly principal?: Principal;
}

/** How a principal is named: as itself, by its session alone, by its account, which only delegates, or as anybody. */
export type Grant = 'session' | 'identity' | 'account';

export interface PolicyAnswer {
  readonly effect: 'allow' | 'deny' | 'none';
  /** For resource policies that allow: the strongest way in which the principal was named. */
  readonly grant?: Grant;
}

/** What the policies, taken together, say to one question: a Deny wins over every Allow. */
export function evaluate(policies: readonly PolicyDocument[], question: PolicyQuestion): PolicyAnswer {
  let effect: PolicyAnswer['effect'] = 'none';
  const grants = new Set<Grant>();
  for (const statement of policies.flatMap((policy) => listOf(policy.Statement))) {
    const grant = question.principal ? principalMatches(statement.Principal, question.principal) : 'identity';
    if (!grant || !applies(statement, question)) continue;
    if (statement.Effect === 'Deny') return { effect: 'deny' };
    effect = 'allow';
    grants.add(grant);
  }
  const grant = (['session', 'identity', 'account'] as const).find((kind) => grants.has(kind));
  return grant && question.principal ? { effect, grant } : { effect };
}

function applies(statement: PolicyStatement, { action, resource, context, principal }: PolicyQuestion): boolean {
  // Actions are compared without regard to letter case.
  const ofAction = (patterns: OneOrMore | undefined) =>
    listOf(patterns).some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()));
  const ofResource = (patterns: OneOrMore | undefined) =>
    listOf(patterns).some((pattern) => arnMatches(fillVariables(pattern, context), resource));
  const actionFits = statement.Action !== undefined ? ofAction(statement.Action) : !ofAction(statement.NotAction);
  const isTrustPolicy = principal && statement.Resource === undefined && statement.NotResource === undefined;
  const resourceFits =
    isTrustPolicy ||
    (statement.Resource !== undefined ? ofResource(statement.Resource) : !ofResource(statement.NotResource));
  return actionFits && resourceFits && conditionsHold(statement.Condition, context);
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html: a role's ARN stands for all its
 * sessions; an account's stands for the account, which decides by its own identity policies.
 */
function principalMatches(stated: PolicyStatement['Principal'], who: Principal): Grant | undefined {
  if (stated === undefined) return undefined;
  if (stated === '*') return 'identity';
  const aws = listOf(stated.AWS);
  if (aws.includes('*')) return 'identity';
  if (who.federated && listOf(stated.Federated).some((one) => one === who.federated || one === '*')) return 'identity';
  if (who.service && listOf(stated.Service).includes(who.service)) return 'identity';
  if (who.roleArn && aws.includes(who.arn)) return 'session';
  if (who.arn && (aws.includes(who.arn) || (who.roleArn && aws.includes(who.roleArn)))) return 'identity';
  const root = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/;
  return aws.some((one) => root.exec(one)?.[1] === who.account) ? 'account' : undefined;
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/**
 * Refuses what this evaluator would not understand, rather than ignore it.
 * @throws Error in the words of AWS's MalformedPolicyDocument.
 */
export function checkPolicy(value: unknown): PolicyDocument {
  const policy = value as Partial<PolicyDocument> | null;
  if (typeof policy !== 'object' || policy === null || policy.Statement === undefined)
    throw new Error('Syntax errors in policy.');
  if (policy.Version !== undefined && policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17')
    throw new Error(`The policy must contain a valid version string, not ${policy.Version}`);
  for (const statement of listOf(policy.Statement)) {
    const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
    if (unknown) throw new Error(`Syntax errors in policy: unknown element ${unknown}`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw new Error('Missing required field Effect');
    if (statement.Action === undefined && statement.NotAction === undefined)
      throw new Error('Missing required field Action');
    checkConditions(statement.Condition);
  }
  return policy as PolicyDocument;
}
