import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, makeClock } from './clock.ts';
import { type Caller, type Credentials, makeKeyRing } from './credentials.ts';
import type { RegistryState } from './ecr/state.ts';
import { type Faults, makeFaults } from './faults.ts';
import { makeGithub } from './github/index.ts';
import { githubEnv } from './github/jobs.ts';
import { makeIssuer } from './github/tokens.ts';
import { serve } from './http/server.ts';
import { findRole, sessionOf, usersOf } from './iam/identities.ts';
import { makeLog, type RequestLog } from './log.ts';
import { makeContainerCredentials } from './metadata/container.ts';
import { makeInstanceMetadata } from './metadata/instance.ts';
import type { Core } from './service.ts';
import { SERVICES } from './services.ts';
import { makeSts } from './sts/index.ts';
import { type Editable, loadWorld, type World, type WorldChange } from './world.ts';

export interface SandboxOptions {
  /** What differs from world.yaml. */
  readonly world?: WorldChange;
  /** Of the faults with a probability. */
  readonly seed?: number;
  /** Any free port when left out. */
  readonly port?: number;
}

/** GitHub and AWS on this machine: real HTTP on loopback, strict where AWS is strict. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, the endpoint of every AWS service. */
  readonly url: string;
  /** The environment of a step of a job of the world: what GitHub's runner sets, and where AWS is. */
  env(job?: string): Record<string, string>;
  /** The variables that EKS Pod Identity and ECS set. */
  containerEnv(): Record<string, string>;
  /** An id token of a job, as a web identity token file holds it. */
  token(job: string, audience?: string): Promise<string>;
  /** Credentials of a session of a role of the world, for a test that plays somebody else: the bucket's owner, a puller. */
  signInAs(roleArn: string, sessionName?: string): Credentials & { readonly caller: Caller };
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Every secret that was minted or is held; none of them may show in a log or a file. */
  readonly secrets: ReadonlySet<string>;
  /** Live: what a test changes here holds for the next request (IAM), or from the start (services with a state). */
  readonly world: Editable<World>;
  /** Live: what the registry of `ACCOUNT/REGION` holds, once somebody has logged in to it; a second writer changes it here. */
  readonly registries: ReadonlyMap<string, RegistryState>;
  /** What the users of each target of a rollout get now: `ecs:prod/web` → its images. */
  readonly serving: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export async function startSandbox({ world: change, seed, port = 0 }: SandboxOptions = {}): Promise<Sandbox> {
  const { listen, close } = listeners();
  let handler: RequestListener = (_request, response) => response.writeHead(503).end();
  const url = await listen((request, response) => handler(request, response), port);
  const core = makeCore(loadWorld(change), { url, listen, faults: makeFaults(seed) });
  const { world, keys, secrets } = core;
  const requestTokens = new Map(Object.keys(world.github.jobs).map((job) => [job, secret(secrets)]));
  const containerToken = secret(secrets);
  const issuer = makeIssuer(core);
  const services = [
    makeGithub(core, issuer, requestTokens),
    makeInstanceMetadata(core),
    makeContainerCredentials(core, containerToken),
    makeSts(core, issuer),
    ...SERVICES.map((make) => make(core)),
  ];
  handler = (request, response) => {
    serve(core, services, { request, response }).catch(() => response.destroy());
  };

  const { log, faults, clock, serving, registries } = core;
  return {
    url,
    env: (job = Object.keys(world.github.jobs)[0] ?? '') => stepEnv(core, job, requestTokens.get(job)),
    containerEnv: () => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    }),
    token: (job, audience = 'sts.amazonaws.com') => issuer.token(job, audience),
    signInAs: (roleArn, sessionName = 'test') => {
      const role = findRole(world, roleArn);
      if (!role) throw new Error(`world: no role ${roleArn}`);
      return keys.mint(sessionOf(role, sessionName), 3600);
    },
    log,
    faults,
    clock,
    secrets,
    world: world as Editable<World>,
    serving,
    registries,
    stop: close,
  };
}

/** What the services share: nobody has called yet, and the access keys of the world's users are held. */
function makeCore(world: World, given: Pick<Core, 'url' | 'listen' | 'faults'>): Core {
  const clock = makeClock();
  const secrets = new Set<string>();
  const keys = makeKeyRing(clock, secrets);
  for (const { id, secret: secretAccessKey, caller } of usersOf(world)) {
    keys.hold({ accessKeyId: id, secretAccessKey, sessionToken: '', expires: Number.POSITIVE_INFINITY, caller });
  }
  return {
    ...given,
    ...{ world, clock, secrets, keys, log: makeLog() },
    ...{ registries: new Map(), serving: new Map(), buckets: new Map() },
  };
}

/** What a step of a job has in its environment; a job without `id-token: write` has no way to ask for a token. */
function stepEnv({ url, world }: Core, job: string, requestToken = ''): Record<string, string> {
  const asking = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github/token/${encodeURIComponent(job)}?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  return {
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_REGION: world.region,
    ...githubEnv(world, job),
    ...(world.github.jobs[job]?.idToken === false ? {} : asking),
  };
}

/** Ports on loopback, closed together. */
function listeners() {
  const servers: Server[] = [];
  return {
    listen: async (handler: RequestListener, at = 0) => {
      const server = createServer({ keepAliveTimeout: 60_000 }, handler);
      servers.push(server);
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

function secret(secrets: Set<string>): string {
  const made = randomBytes(48).toString('base64url');
  secrets.add(made);
  return made;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
