import { below, type Files, LayoutBuilder } from '../../../harness/image.ts';
import { ROLE, type SceneOptions, type Scene as Stage, scene as stage } from '../../../harness/scene.ts';

/** Where the sandbox's first registry is on AWS. */
export const REGISTRY = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';

/** What the sandbox's functions run at first: an image that is nowhere. */
export const OLD_IMAGE = 'a'.repeat(64);

/** A world with a change of its service `web` on ECS. */
export function web(change: Record<string, unknown>) {
  return { ecs: { '111122223333': { prod: { web: change } } } };
}

/** One step with every job: an image, files and a parameter, and all that was published into service. */
export const EVERY_JOB = {
  files: { 'build/app.zip': Buffer.from('bundle') },
  inputs: {
    images: 'oci:one => shop:1',
    's3-upload': 'build => s3://shop-artifacts/releases/',
    'ssm-parameters': 'LEVEL=/shop/prod/log-level',
    deploy: [
      'shop:1 => ecs:prod/web/web',
      'shop:1 => lambda:resize:live',
      's3://shop-artifacts/releases/app.zip => codedeploy:shop/web',
      'template:7 => asg:web',
    ].join('\n'),
  },
};

export interface Scene extends Stage {
  /** Digests of the images in the workspace, `one` and `two`. */
  readonly one: string;
  readonly two: string;
}

/** A job with two images in its workspace, whose steps run as the publisher. */
export async function scene(options: SceneOptions & { readonly files?: Files } = {}): Promise<Scene> {
  const images = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const layout = new LayoutBuilder();
      const image = await layout.image([name]);
      return { digest: image.digest, files: below(name, layout.layout(image)) };
    }),
  );
  const [one, two] = images as [(typeof images)[0], (typeof images)[0]];
  const it = await stage({ ...options, files: { ...one.files, ...two.files, ...options.files } });
  return {
    ...it,
    one: one.digest,
    two: two.digest,
    // A rollout is watched for minutes: pauses take no time here, except where a step is cancelled in one of them.
    step: (inputs, more) =>
      it.step({ 'role-to-assume': ROLE, ...inputs }, { sleeps: more?.started ? 'real' : 'skipped', ...more }),
  };
}

/** The output `deployments`. */
export function deployments(outputs: Readonly<Record<string, string>>) {
  return JSON.parse(outputs.deployments ?? '[]') as {
    target: string;
    before: string;
    after: string;
    id: string;
    state: string;
  }[];
}

/** Actions that a rollout needs only when it fails: they are taken away where it does. */
export const OF_FAILURE: readonly string[] = [
  'ecs:StopServiceDeployment',
  'ecs:StopTask',
  'ecs:ListTasks',
  'autoscaling:RollbackInstanceRefresh',
  'autoscaling:CancelInstanceRefresh',
  'autoscaling:DescribeScalingActivities',
  'codedeploy:StopDeployment',
  'codedeploy:ListDeploymentTargets',
  'codedeploy:BatchGetDeploymentTargets',
  // Where it is missing the architecture is not checked, and a warning says so.
  'ecr:GetDownloadUrlForLayer',
  // What Lambda itself reads on behalf of the caller of a versioned object.
  's3:GetObjectVersion',
];
