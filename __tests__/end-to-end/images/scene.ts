import type { Files } from '../../../harness/image.ts';
import { type Puller, puller } from '../../../harness/puller.ts';
import { ROLE, type SceneOptions, type Scene as Stage, scene as stage } from '../../../harness/scene.ts';
import type { Sandbox } from '../../../sandbox/index.ts';

export interface Scene extends Stage {
  readonly puller: Puller;
}

/** A job with these files in its workspace, whose steps run as the publisher, and somebody who pulls. */
export async function scene(files: Files, options: Omit<SceneOptions, 'files'> = {}): Promise<Scene> {
  const { sandbox, job, step } = await stage({ ...options, files });
  const pulls = await puller(sandbox);
  sandbox.log.clear();
  return { sandbox, job, puller: pulls, step: (inputs, more) => step({ 'role-to-assume': ROLE, ...inputs }, more) };
}

/** Requests to the registry, in order: `PutManifest`, … */
export function requests({ log }: Sandbox): string[] {
  return log.of('registry').map(({ action }) => action);
}
