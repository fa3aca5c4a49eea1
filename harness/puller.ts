import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { Sandbox } from '../sandbox/index.ts';
import { digestOf } from './image.ts';

/** Somebody who pulls: reads a repository with a login of their own, and checks every digest on the way. */
export interface Puller {
  readonly url: string;
  readonly authorization: string;
  get(path: string): Promise<{ status: number; body: Buffer; type: string }>;
  /** The digest of a tag; undefined when it is not there. */
  digest(repository: string, tag: string): Promise<string | undefined>;
  /** Pulls all of an image: manifests, configs, layers. Returns digests of the manifests, the asked one first. */
  pull(repository: string, reference: string): Promise<string[]>;
}

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export async function puller(
  sandbox: Sandbox,
  { role = 'arn:aws:iam::111122223333:role/publish', region = 'eu-west-1', account = '111122223333' } = {},
): Promise<Puller> {
  const credentials = sandbox.signInAs(role);
  const ecr = new ECRClient({ region, endpoint: sandbox.url, credentials });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({ registryIds: [account] }));
  const { proxyEndpoint: url = '', authorizationToken } = authorizationData?.[0] ?? {};
  const authorization = `Basic ${authorizationToken}`;
  const get: Puller['get'] = async (path) => {
    const answer = await fetch(new URL(path, url), { headers: { authorization, accept: ACCEPT } });
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, body, type: answer.headers.get('content-type') ?? '' };
  };
  const pull: Puller['pull'] = async (repository, reference) => {
    const { status, body } = await get(`/v2/${repository}/manifests/${reference}`);
    if (status !== 200) throw new Error(`${repository}:${reference} is HTTP ${status}`);
    const manifest = JSON.parse(body.toString());
    for (const blob of manifest.layers ? [manifest.config, ...manifest.layers] : []) {
      if (blob.urls) continue;
      const got = await get(`/v2/${repository}/blobs/${blob.digest}`);
      if (got.status !== 200 || digestOf(got.body) !== blob.digest) throw new Error(`blob ${blob.digest} is not there`);
    }
    const children: string[] = [];
    for (const child of manifest.manifests ?? []) children.push(...(await pull(repository, child.digest)));
    return [digestOf(body), ...children];
  };
  return {
    url,
    authorization,
    get,
    pull,
    digest: async (repository, tag) => {
      const { status, body } = await get(`/v2/${repository}/manifests/${tag}`);
      return status === 200 ? digestOf(body) : undefined;
    },
  };
}
