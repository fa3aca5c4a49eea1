import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { serveRegistry } from '../registry/index.ts';
import { AwsError, json, type ServiceCall, type ServiceFactory } from '../service.ts';
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
  const state: RegistryState & { world: { endpoint?: string } } = {
    account: ACCOUNT,
    region: REGION,
    partition: 'aws',
    isPublic: true,
    world: {},
    repositories: new Map(),
  };
  core.registries.set('public/us-east-1', state);
  const registry = serveRegistry({ core, state, logins });
  const listener: RequestListener = (request, response) => {
    if (!request.url?.startsWith('/token/')) return registry(request, response);
    const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
    const password = Buffer.from(basic, 'base64').toString().slice('AWS:'.length);
    const login = logins.get(password);
    response.writeHead(login ? 200 : 401, { 'content-type': 'application/json' });
    const token = randomBytes(60).toString('base64url');
    if (login) logins.set(token, login);
    core.secrets.add(token);
    return response.end(JSON.stringify(login ? { token } : {}));
  };
  void core.listen(listener).then((endpoint) => Object.assign(state.world, { endpoint }));

  const createRepository = (call: ServiceCall) => {
    const name = String(call.input.repositoryName);
    call.authorize({
      action: 'ecr-public:CreateRepository',
      resource: `arn:aws:ecr-public::${call.caller.account}:repository/${name}`,
    });
    addRepository(state, `${ALIASES[0]}/${name}`);
    return json({ repository: { repositoryName: name, registryId: call.caller.account } });
  };
  return {
    name: 'ecr-public',
    protocol: 'json',
    targetPrefix: 'SpencerFrontendService',
    handle: (call) => {
      const { action, region, authorize } = call;
      if (region !== REGION) throw new AwsError('InvalidParameterException', 400, `ECR Public is in ${REGION}`);
      if (action === 'CreateRepository') return createRepository(call);
      if (action === 'DescribeRegistries') {
        authorize({ action: 'ecr-public:DescribeRegistries', resource: '*' });
        const aliases = call.caller.account === ACCOUNT ? ALIASES.map((name) => ({ name, status: 'ACTIVE' })) : [];
        return json({ registries: [{ registryId: call.caller.account, aliases }] });
      }
      if (action !== 'GetAuthorizationToken') throw new AwsError('UnknownOperationException', 400, `no ${action}`);
      authorize({ action: 'ecr-public:GetAuthorizationToken', resource: '*' });
      authorize({ action: 'sts:GetServiceBearerToken', resource: '*' });
      const password = randomBytes(120).toString('base64');
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      core.secrets.add(password).add(authorizationToken);
      const expires = core.clock.now() + TOKEN_MS;
      logins.set(password, { caller: call.caller, region: REGION, expires });
      return json({ authorizationData: { authorizationToken, expiresAt: expires / 1000 } });
    },
  };
};
