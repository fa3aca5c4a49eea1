import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What an expression may name: `github`, `inputs`, `matrix`, `steps`, `needs`, … */
export type Contexts = Readonly<Record<string, unknown>>;

/** The text with every `${{ }}` in it replaced by its value, by GitHub's own evaluator. */
export function evaluated(text: unknown, contexts: Contexts): string {
  return String(text ?? '').replaceAll(/\$\{\{(.+?)\}\}/g, (_, expression: string) => {
    const { tokens } = new Lexer(expression).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
    const known = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
    return new Evaluator(parsed, known).evaluate().coerceString();
  });
}

export function evaluatedAll(
  values: Readonly<Record<string, unknown>> = {},
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, evaluated(value, contexts)]));
}
