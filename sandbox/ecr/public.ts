import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { serveRegistry } from '../registry/index.ts';
import { AwsError, type Core, json, type ServiceCall, type ServiceFactory } from '../service.ts';
import { addRepository, type Login, type RegistryState } from './state.ts';

const TOKEN_MS = 12 * 3600 * 1000;
/** The one region whose endpoint gives logins, and the account whose aliases the sandbox knows. */
const REGION = 'us-east-1';
const ACCOUNT = '111122223333';
const ALIASES = ['octo'];

/**
 * ECR Public's API, as far as a push needs it, and the registry that stands for public.ecr.aws: `registries` has it under
 * `public/us-east-1`, its address as `endpoint` of its world. Anyone may pull; a push needs a bearer token.
 */
export const makeEcrPublic: ServiceFactory = (core) => {
  const logins = new Map<string, Login>();
  const state: PublicRegistry = {
    account: ACCOUNT,
    region: REGION,
    partition: 'aws',
    isPublic: true,
    world: {},
    repositories: new Map(),
  };
  core.registries.set('public/us-east-1', state);
  const listener = withTokens(core, logins, serveRegistry({ core, state, logins }));
  void core.listen(listener).then((endpoint) => Object.assign(state.world, { endpoint }));
  return {
    name: 'ecr-public',
    protocol: 'json',
    targetPrefix: 'SpencerFrontendService',
    handle: (call) => {
      const act = ACTIONS[call.action];
      if (call.region !== REGION) throw new AwsError('InvalidParameterException', 400, `ECR Public is in ${REGION}`);
      if (!act) throw new AwsError('UnknownOperationException', 400, `no ${call.action}`);
      return json(act({ core, call, state, logins }));
    },
  };
};

type PublicRegistry = RegistryState & { readonly world: { endpoint?: string } };

interface Asked {
  readonly core: Core;
  readonly call: ServiceCall;
  readonly state: PublicRegistry;
  readonly logins: Map<string, Login>;
}

const ACTIONS: Readonly<Record<string, (asked: Asked) => object>> = {
  CreateRepository: ({ call, state }) => {
    const name = String(call.input.repositoryName);
    call.authorize({
      action: 'ecr-public:CreateRepository',
      resource: `arn:aws:ecr-public::${call.caller.account}:repository/${name}`,
    });
    addRepository(state, `${ALIASES[0]}/${name}`);
    return { repository: { repositoryName: name, registryId: call.caller.account } };
  },
  DescribeRegistries: ({ call: { authorize, caller } }) => {
    authorize({ action: 'ecr-public:DescribeRegistries', resource: '*' });
    const aliases = caller.account === ACCOUNT ? ALIASES.map((name) => ({ name, status: 'ACTIVE' })) : [];
    return { registries: [{ registryId: caller.account, aliases }] };
  },
  GetAuthorizationToken: ({ core, call: { authorize, caller }, logins }) => {
    authorize({ action: 'ecr-public:GetAuthorizationToken', resource: '*' });
    authorize({ action: 'sts:GetServiceBearerToken', resource: '*' });
    const password = randomBytes(120).toString('base64');
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    core.secrets.add(password).add(authorizationToken);
    const expires = core.clock.now() + TOKEN_MS;
    logins.set(password, { caller, region: REGION, expires });
    return { authorizationData: { authorizationToken, expiresAt: expires / 1000 } };
  },
};

/** The registry, and in front of it the place where a login becomes a bearer token. */
function withTokens({ secrets }: Core, logins: Map<string, Login>, registry: RequestListener): RequestListener {
  return (request, response) => {
    if (!request.url?.startsWith('/token/')) return registry(request, response);
    const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
    const password = Buffer.from(basic, 'base64').toString().slice('AWS:'.length);
    const login = logins.get(password);
    response.writeHead(login ? 200 : 401, { 'content-type': 'application/json' });
    const token = randomBytes(60).toString('base64url');
    if (login) logins.set(token, login);
    secrets.add(token);
    return response.end(JSON.stringify(login ? { token } : {}));
  };
}
