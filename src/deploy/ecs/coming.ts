import { together } from '../../base/parallel.ts';
import type { ComingImage } from '../../job.ts';
import { comingBuilt } from '../source/built.ts';
import type { Stage } from '../target.ts';
import type { EcsPlan } from './plan.ts';
import { checkPlatform, platformOfTasks } from './platform.ts';

/** What this step is to push, before it is. @throws Problem or Problems: images that the tasks of the service cannot run */
export async function checkComing(
  plan: EcsPlan,
  coming: readonly ComingImage[],
  { access, published }: Stage,
): Promise<void> {
  const { definition, service, target: on } = plan;
  const platform = platformOfTasks(definition, service);
  if (!platform) return;
  await together(
    plan.coming.map(async (source) => {
      checkPlatform(await comingBuilt(source, coming, { access, published, on }), { platform, on });
    }),
  );
}
