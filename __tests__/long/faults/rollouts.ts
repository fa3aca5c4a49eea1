import type { Sandbox } from '../../../sandbox/index.ts';
import type { Scenario } from './step.ts';

const BUNDLE = 'what the function and the instances run';

/** A function with an alias, a group of instances and a bundle, side by side. */
export const ROLLOUTS = {
  inputs: {
    'role-to-assume': 'arn:aws:iam::111122223333:role/publish',
    's3-upload': 'build => s3://shop-artifacts',
    deploy: [
      's3://shop-artifacts/app.zip => lambda:mailer:live',
      'template:7 => asg:web',
      's3://shop-artifacts/app.zip => codedeploy:shop/web',
    ].join('\n'),
  },
  files: async () => ({ 'build/app.zip': Buffer.from(BUNDLE) }),
  look: async (sandbox) => ({
    lambda: found(sandbox, 'lambda:mailer:live', (serving) => !serving.startsWith('BwcH')),
    group: found(sandbox, 'asg:web', (serving) => serving.split(', ').every((one) => one.startsWith('template:7#'))),
    codeDeploy: found(sandbox, 'codedeploy:shop/web', (serving) => serving.endsWith(BUNDLE.slice(0, 40))),
  }),
} satisfies Scenario;

/** A target that serves what it did before is not touched. */
function found({ serving }: Sandbox, target: string, isNew: (serving: string) => boolean) {
  const now = serving.get(target) ?? '';
  return { touched: isNew(now), wrong: isNew(now) ? [] : [`${target} serves ${now}`] };
}
