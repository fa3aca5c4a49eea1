import { Problem, type ProblemDetails } from '../problem.ts';

/**
 * Reads JSON that the outside world wrote.
 * @throws Problem that does not quote it: it may hold a secret
 */
export function parseJson(text: string, problem: Pick<ProblemDetails, 'what' | 'on' | 'why' | 'fix'>): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(problem);
  }
}
