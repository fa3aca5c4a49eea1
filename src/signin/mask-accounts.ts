import type { Runner } from '../base/runner.ts';

// mask-aws-account-id: an account id is masked before the first line that may hold it, be it of an input, of a trust policy or of
// what AWS says.

const ACCOUNT_ID = /(?<!\d)\d{12}(?!\d)/g;

/** Inputs and variables that name accounts. */
const INPUTS = [
  'role-to-assume',
  'allowed-account-ids',
  'managed-session-policies',
  's3-bucket-owner',
  'ecr-registries',
];

/** Masks what the inputs name, before any of them is checked. */
export function maskNamedAccounts(runner: Pick<Runner, 'input' | 'mask' | 'env'>): void {
  if (!/^true$/i.test(runner.input('mask-aws-account-id').trim())) return;
  const texts = [...INPUTS.map((name) => runner.input(name)), runner.env.AWS_ROLE_ARN ?? ''];
  for (const text of texts) maskIn(text, runner);
}

/** A runner that masks every account id in what it says, and then says it. */
export function discreet<R extends Pick<Runner, 'info' | 'notice' | 'warning' | 'mask'>>(runner: R): R {
  const first = (say: (text: string) => void) => (text: string) => {
    maskIn(text, runner);
    say(text);
  };
  return { ...runner, info: first(runner.info), notice: first(runner.notice), warning: first(runner.warning) };
}

/** Masks the ids in what an error will say. */
export function maskInError(thrown: unknown, runner: Pick<Runner, 'mask'>): void {
  if (thrown instanceof Error) maskIn(thrown.message, runner);
}

function maskIn(text: string, { mask }: Pick<Runner, 'mask'>): void {
  for (const [id] of text.matchAll(ACCOUNT_ID)) mask(id);
}
