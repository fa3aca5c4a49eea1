import type { InputReader } from '../base/inputs.ts';
import type { Runner } from '../base/runner.ts';
import { readWorkflowFile } from './workflow-file.ts';

/** What does not happen when the input is empty. */
const LEAVES: Readonly<Record<string, string>> = {
  'role-to-assume': 'no role is assumed, and the step is what the machine or its environment is',
  'allowed-account-ids': 'every account is accepted',
  'inline-session-policy': 'it narrows nothing',
  'managed-session-policies': 'they narrow nothing',
  images: 'no image is pushed',
  's3-upload': 'nothing is uploaded',
  's3-bucket-owner': 'the bucket may belong to anybody',
  'ssm-parameters': 'no parameter is read',
  deploy: 'nothing is rolled out',
};

/**
 * GitHub gives an input that the workflow fills from a variable or secret that is not there as it gives one that is left out. The
 * workflow's own file tells them apart, where each of its steps of this action has the input.
 */
export function checkGivenEmpty(inputs: InputReader, { env, warning }: Pick<Runner, 'env' | 'warning'>): void {
  const empty = Object.entries(LEAVES).filter(([name]) => inputs.text(name) === undefined);
  const steps = readWorkflowFile(env)?.steps ?? [];
  if (steps.length === 0) return;
  for (const [name, left] of empty.filter(([name]) => steps.every((step) => step.has(name))))
    warning(`Input ${name} is in the workflow, but gets an empty value: ${left}. Is its variable or secret there?`);
}
