import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Sentence } from './contract.ts';

/** A registry with a repository that may be pushed to; `authorization` is the value of that header. */
export interface RegistryGround {
  readonly url: string;
  readonly repository: string;
  readonly authorization: string;
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (data: string | Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

async function send(
  { url, authorization }: RegistryGround,
  path: string,
  init: RequestInit & { readonly method: string },
) {
  const headers = { authorization, ...(init.headers as Record<string, string> | undefined) };
  return fetch(new URL(path, url), { redirect: 'manual', ...init, headers });
}

async function upload(ground: RegistryGround, content: string, digest = digestOf(content)): Promise<Response> {
  const opened = await send(ground, `/v2/${ground.repository}/blobs/uploads/`, { method: 'POST' });
  expect(opened.status).toBe(202);
  const place = new URL(opened.headers.get('location') ?? '', ground.url);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  return send(ground, place.href, { method: 'PUT', body: content, headers });
}

function manifestOf(config: string, layers: readonly string[]): string {
  const descriptor = (mediaType: string, content: string) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
  });
}

const putManifest = (ground: RegistryGround, reference: string, body: string) =>
  send(ground, `/v2/${ground.repository}/manifests/${reference}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': OCI_MANIFEST },
  });

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md, where ECR keeps to it. */
export const REGISTRY_SENTENCES: readonly Sentence<RegistryGround>[] = [
  {
    says: 'a wrong password is 401 with a challenge',
    holds: async (ground) => {
      const authorization = `Basic ${Buffer.from('AWS:wrong').toString('base64')}`;
      const answer = await send({ ...ground, authorization }, `/v2/${ground.repository}/manifests/none`, {
        method: 'GET',
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/i);
    },
  },
  {
    says: 'a blob is there after POST and one PUT, and only then',
    holds: async (ground) => {
      const content = 'a blob of the contract';
      const path = `/v2/${ground.repository}/blobs/${digestOf(content)}`;
      expect((await send(ground, path, { method: 'HEAD' })).status).toBe(404);
      expect((await upload(ground, content)).status).toBe(201);
      const there = await send(ground, path, { method: 'HEAD' });
      expect([there.status, there.headers.get('content-length')]).toEqual([200, String(content.length)]);
    },
  },
  {
    says: 'a blob that does not match its digest is refused',
    holds: async (ground) => {
      expect((await upload(ground, 'content', digestOf('other'))).status).toBe(400);
    },
  },
  {
    says: 'a manifest is given back byte for byte, by tag and by digest',
    holds: async (ground) => {
      const manifest = manifestOf('{"config":1}', ['layer one']);
      for (const content of ['{"config":1}', 'layer one']) await upload(ground, content);
      expect((await putManifest(ground, 'contract', manifest)).status).toBe(201);
      for (const reference of ['contract', digestOf(manifest)]) {
        const headers = { accept: OCI_MANIFEST };
        const answer = await send(ground, `/v2/${ground.repository}/manifests/${reference}`, {
          method: 'GET',
          headers,
        });
        expect([answer.status, await answer.text()]).toEqual([200, manifest]);
      }
    },
  },
  {
    says: 'a manifest whose blob is missing is refused',
    holds: async (ground) => {
      await upload(ground, '{"config":2}');
      const { status } = await putManifest(ground, 'broken', manifestOf('{"config":2}', ['never uploaded']));
      expect(status).toBeGreaterThanOrEqual(400);
      expect((await send(ground, `/v2/${ground.repository}/manifests/broken`, { method: 'GET' })).status).toBe(404);
    },
  },
  {
    says: 'a tag that is not there is 404 MANIFEST_UNKNOWN',
    holds: async (ground) => {
      const answer = await send(ground, `/v2/${ground.repository}/manifests/not-there`, { method: 'GET' });
      const { errors } = (await answer.json()) as { errors: { code: string }[] };
      expect([answer.status, errors[0]?.code]).toEqual([404, 'MANIFEST_UNKNOWN']);
    },
  },
];
