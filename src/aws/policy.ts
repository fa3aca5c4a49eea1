/** An IAM policy document. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Statement['conditions'];
}

/**
 * The least policy that grants these statements: statements on equal resources and conditions become one with all their
 * actions, then statements with equal actions and conditions become one with all their resources; sorted, so that equal
 * plans give equal text.
 */
export function policyOf(statements: readonly Statement[]): PolicyDocument {
  const byResource = merge(statements, ({ resources, conditions }) =>
    JSON.stringify([sorted(resources), conditions ?? {}]),
  );
  const byAction = merge(byResource, ({ actions, conditions }) => JSON.stringify([sorted(actions), conditions ?? {}]));
  return {
    Version: '2012-10-17',
    Statement: byAction
      .map(({ actions, resources, conditions }) => ({
        Effect: 'Allow' as const,
        Action: sorted(actions),
        Resource: sorted(resources),
        ...(conditions ? { Condition: conditions } : {}),
      }))
      .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
  };
}

function merge(statements: readonly Statement[], key: (statement: Statement) => string): Statement[] {
  const merged = new Map<string, Statement>();
  for (const statement of statements) {
    const before = merged.get(key(statement));
    merged.set(key(statement), {
      ...statement,
      actions: [...(before?.actions ?? []), ...statement.actions],
      resources: [...(before?.resources ?? []), ...statement.resources],
    });
  }
  return [...merged.values()];
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One statement of an IAM policy, before statements are merged. */
export interface Statement {
  readonly actions: readonly string[];
  /** ARNs, or `*` for actions that know no resource. */
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
