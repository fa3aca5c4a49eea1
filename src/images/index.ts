import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner } from '../base/runner.ts';
import type { Access, Job } from '../job.ts';
import { applyPushes, type PushResult } from './apply/index.ts';
import { type Compressor, makeCompressor } from './compress/layers.ts';
import { describePlan } from './describe.ts';
import { type Existing, leaveLogin, readExisting } from './login/index.ts';
import { pullsFrom } from './login/pull.ts';
import { makeHasher } from './model/hash.ts';
import { makeThreads } from './model/threads.ts';
import { permissionsOf } from './permissions.ts';
import { comingImages } from './plan/coming.ts';
import type { ImagesPlan, Push } from './plan/plan.ts';
import { planImages } from './plan/planner.ts';
import { makeProver } from './plan/prove.ts';
import { openRepository } from './registry/client.ts';
import { makePace } from './registry/pace.ts';
import type { Registry } from './registry/registry.ts';
import { pushLine, reportImages } from './report.ts';
import type { ImagesRequest } from './request.ts';

type Planned = ImagesPlan & { readonly existing: Existing | undefined };

/** Logs in to ECR and pushes images: `ecr-…` and `image…` inputs. */
export function imagesJob(
  request: ImagesRequest,
  access: Access,
  { outputCredentials }: { readonly outputCredentials: boolean },
): Job<Planned, readonly PushResult[]> {
  const { aws, http, runner, signal } = access;
  const pace = makePace();
  const open = (registry: Registry, name: string) =>
    openRepository(registry, name, { http, call: aws.call, pace: () => pace(registry.host, signal) });
  let temp: string | undefined;
  const threads = makeThreads();
  const hasher = makeHasher(threads);
  let compressor: Compressor | undefined;
  return {
    name: 'images',
    plan: async () => {
      const existing = request.login ? await readExisting(runner) : undefined;
      const runnerTemp = runner.env.RUNNER_TEMP;
      if (request.images.length > 0) temp = await makeFolder(runner);
      const { workspace, compression } = request;
      const places = { workspace, runnerTemp, temp: temp ?? tmpdir(), hasher, signal };
      compressor = makeCompressor({ to: compression, temp: places.temp, threads, signal });
      const prover = makeProver({ compressor, compression, signal, warn: runner.warning });
      return {
        ...(await planImages(request, access, { places, open, prover, pullFrom: pullsFrom(access) })),
        existing,
      };
    },
    coming: (plan, results) =>
      comingImages(
        plan,
        results?.map(({ digest }) => digest),
      ),
    permissions: permissionsOf,
    apply: async ({ registries, pushes, existing }) => {
      if (existing) await leaveLogin(registries, existing, { runner, skipLogout: request.skipLogout });
      const opened = (push: Push) => open(push.registry, push.repository);
      return applyPushes(pushes, { access, open: opened, compressor: compressor!, told: pushLine });
    },
    end: async () => {
      threads.close();
      if (temp) await rm(temp, { recursive: true, force: true });
    },
    report: (plan, results) => reportImages(plan, results, { credentials: outputCredentials }),
    describe: describePlan,
  };
}

/** A folder for what is unpacked and compressed; it is removed with the step, or with the job. */
async function makeFolder(runner: Runner): Promise<string> {
  const base = runner.env.RUNNER_TEMP || tmpdir();
  await mkdir(base, { recursive: true });
  const path = await mkdtemp(join(base, 'keyless-images-'));
  runner.undoLater({ kind: 'folder', path });
  return path;
}
