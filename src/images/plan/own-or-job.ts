import { Problem } from '../../base/problem.ts';
import type { Node } from '../model/image.ts';
import { RegistryRefused } from '../registry/denied.ts';
import type { Registry } from '../registry/registry.ts';

export interface Readers {
  /** The step's own registry; undefined: the host is not one. */
  readonly own: Registry | undefined;
  /** The same host, with what the job's docker config has for it. */
  readonly job: () => Registry;
  readonly repository: string;
  readonly read: (registry: Registry) => Promise<Node>;
}

/**
 * Reads an image with the step's own login; where that may not, with the job's. Two accounts may each let in a role of their own alone: then
 * an earlier step has logged in with the one that reads (containers/skopeo#1798, mdlavin/copy-docker-image#3).
 */
export async function readAsOwnOrJob({ own, job, repository, read }: Readers): Promise<Node> {
  if (!own) return read(job());
  try {
    return await read(own);
  } catch (refusal) {
    if (!(refusal instanceof RegistryRefused) || refusal.status !== 403 || refusal.isExpired) throw refusal;
    const other = job();
    const { details } = refusal;
    const fix = `${details.fix ?? ''};\nor log in to ${other.host} in an earlier step, as a role that may read it`;
    if (!(await hasLogin(other, repository))) throw new Problem({ ...details, fix });
    try {
      return await read(other);
    } catch (thrown) {
      // What the step's own role lacks can be told; of the other nothing is known.
      throw thrown instanceof RegistryRefused ? new Problem({ ...details, fix }) : thrown;
    }
  }
}

async function hasLogin(registry: Registry, repository: string): Promise<boolean> {
  try {
    return (await registry.authorization(repository)) !== undefined;
  } catch (thrown) {
    if (thrown instanceof Problem) return false;
    throw thrown;
  }
}
