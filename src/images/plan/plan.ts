import type { Content } from '../model/content.ts';
import type { Descriptor, Node } from '../model/image.ts';
import type { NewRepository } from '../new-repository.ts';
import type { Registry } from '../registry/registry.ts';
import type { Finished } from './finish.ts';

/** What a tag is, and becomes. */
export interface TagPlan {
  /** Undefined: the image is pushed by its digest alone. */
  readonly tag: string | undefined;
  /** Digest that the tag has now, and the type of its manifest. */
  readonly before: string | undefined;
  readonly beforeType?: string | undefined;
  /** `same`: it has this digest already. `keep`: it has another one, and image-tag-exists is skip. */
  readonly action: 'put' | 'same' | 'keep';
}

/** What is done about one blob. `reused`: a plain layer that the registry holds compressed already. */
export interface BlobPlan {
  /** Of a layer that is to be compressed: of its plain tar. */
  readonly descriptor: Descriptor;
  readonly action: 'present' | 'reused' | 'mount' | 'upload' | 'compress';
  readonly content: Content | undefined;
  /** The repository of the same registry that has it. */
  readonly mountFrom?: string | undefined;
}

/** One image to one repository. */
export interface Push {
  /** What was written before the arrow. */
  readonly source: string;
  readonly registry: Registry;
  readonly repository: string;
  /** Who creates the repository: this step, with its settings, or the registry when it is pushed to; undefined: it is there. */
  readonly create: NewRepository | 'on push' | undefined;
  readonly tags: readonly TagPlan[];
  /** What becomes of a tag that has another image by then. */
  readonly tagExists: 'overwrite' | 'fail' | 'skip';
  readonly image: Node;
  /** Layers that the registry holds compressed, by the digest of their plain tar. */
  readonly known: ReadonlyMap<string, Descriptor>;
  /** Manifests of the registry that are the same image: digest of the source's manifest → manifest. */
  readonly adopted: ReadonlyMap<string, Finished>;
  /** Blobs that the registry holds, and whose bytes are not what their digest says. */
  readonly damaged: ReadonlySet<string>;
  /** The manifests; undefined until the last layer is compressed. */
  readonly finished: Finished | undefined;
  readonly blobs: readonly BlobPlan[];
  /** Digests of manifests below an index that has its tags already, and that the registry has lost. */
  readonly missing: readonly string[];
  /** What planning had to ask, for the policy: whether the tag is immutable, configs of which repositories. */
  readonly asked: {
    readonly settings: boolean;
    readonly configsOf: readonly string[];
    readonly blobs: boolean;
    /** Repository creation templates; aliases of ECR Public. */
    readonly templates: boolean;
    readonly aliases: boolean;
  };
}

/** A repository of one of the step's registries that an image is read from. */
export interface Pulled {
  readonly registry: Registry;
  readonly repository: string;
}

export interface ImagesPlan {
  readonly registries: readonly Registry[];
  /** The login that is left for later steps; undefined: none. */
  readonly login: boolean;
  readonly pushes: readonly Push[];
  readonly pulled: readonly Pulled[];
}

/** Whether nothing of the image has to be written. */
export function isDone({ tags, blobs, missing }: Pick<Push, 'tags' | 'blobs' | 'missing'>): boolean {
  return tags.every(({ action }) => action !== 'put') && missing.length === 0 && !blobs.some(isSent);
}

/** Whether bytes of a blob may have to be sent. */
export function isSent({ action }: BlobPlan): boolean {
  return action === 'upload' || action === 'compress' || action === 'mount';
}
