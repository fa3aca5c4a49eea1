import type { Aws } from '../../aws/client.ts';
import type { Http } from '../../base/http.ts';
import { hasBlob, openBlob, probeBlob, readBlob, readConfig } from './blobs.ts';
import { putManifest, readManifest } from './manifests.ts';
import { type Registry, repositoryArn } from './registry.ts';
import type { RegistryWire, Repository, UploadRules } from './repository.ts';
import { getter, sender } from './send.ts';
import { UPLOAD_RULES, uploadBlob } from './upload.ts';

export interface RegistryDeps {
  readonly http: Http;
  readonly call: Aws['call'];
  /** Waits for the next free slot under the quota of PutImage. */
  readonly pace: () => Promise<void>;
  /** The house's when left out. */
  readonly upload?: UploadRules;
}

/** The calls of one repository, each with its retries and its proof. */
export function openRepository(
  registry: Registry,
  name: string,
  { http, call, pace, upload = UPLOAD_RULES }: RegistryDeps,
): Repository {
  const send = sender(registry, name, http);
  const get = getter(registry, name, { http, send });
  const wire: RegistryWire = { arn: repositoryArn(registry, name), send, get, call, pace, rules: upload };
  return {
    name,
    arn: wire.arn,
    manifest: (reference) => readManifest(reference, wire),
    putManifest: (reference, mediaType, bytes) => putManifest(reference, { mediaType, bytes }, wire),
    hasBlob: (blob) => hasBlob(blob, wire),
    read: (blob, use) => readBlob(blob, use, wire),
    probe: (blob) => probeBlob(blob, wire),
    open: (blob, from, to) => openBlob(blob, { from, to }, wire),
    config: (blob) => readConfig(blob, wire),
    push: (blob) => uploadBlob(blob, wire),
  };
}
