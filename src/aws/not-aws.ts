import { CHECK_ENDPOINTS, Unproven } from '../base/problem.ts';

/**
 * An answer that AWS did not give: the page of a proxy, or half an answer. Its text may hold anything and is not passed on.
 * @param status HTTP's, where the answer itself was an error
 * @param cause a parser's error: its text may quote the answer
 */
export function notAws(
  action: string,
  { status, cause }: { readonly status?: number; readonly cause?: Error } = {},
): Unproven {
  return new Unproven({
    what: `${action} was answered with something that is not an answer from AWS${status ? ` (HTTP ${status})` : ''}`,
    why: 'something between this step and AWS answers in its place, or cuts its answers short: a proxy, a firewall, another server',
    fix: CHECK_ENDPOINTS,
    cause,
  });
}
