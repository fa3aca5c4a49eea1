import type { IncomingMessage, RequestListener } from 'node:http';
import type { Login, RegistryState } from '../ecr/state.ts';
import { cutConnection } from '../faults.ts';
import { decide } from '../iam/access.ts';
import type { LogEntry } from '../log.ts';
import type { Core } from '../service.ts';
import { answerBlob, answerUpload, makeUploads } from './blobs.ts';
import { type RegistryCall, RegistryError, SilentError } from './call.ts';
import { answerManifest } from './manifests.ts';
import { importUpstream } from './pull-through.ts';
import { type RegistryRequest, route } from './route.ts';

export interface RegistryDeps {
  readonly core: Core;
  readonly state: RegistryState;
  /** By password. */
  readonly logins: ReadonlyMap<string, Login>;
}

/** The registry of one account in one region, with ECR's ways: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export function serveRegistry(deps: RegistryDeps): RequestListener {
  const uploads = makeUploads();
  return (request, response) => {
    serve(deps, { uploads, request, response }).catch((error) => {
      console.error('sandbox: the registry failed', error);
      response.destroy();
    });
  };
}

async function serve(
  deps: RegistryDeps,
  { uploads, request, response }: Pick<RegistryCall, 'uploads' | 'request' | 'response'>,
) {
  const { core, state } = deps;
  const asked = route(request);
  const entry = core.log.add(newEntry(request, asked, state));
  const fault = core.faults.next('registry', asked.action);
  if (fault && fault.kind !== 'meanwhile') entry.error = fault.kind;
  if (fault && (await cutConnection(fault, request, response))) return;
  const answer: RegistryCall['answer'] = (status, headers = {}, body = '') => {
    entry.status = status;
    const bytes = Buffer.from(body);
    if (!request.complete) request.resume();
    response.writeHead(status, {
      'docker-distribution-api-version': 'registry/2.0',
      'content-length': bytes.length,
      ...headers,
    });
    if (fault?.kind === 'truncate' && bytes.length > 1) {
      response.write(bytes.subarray(0, bytes.length >> 1));
      response.socket?.destroySoon();
    } else response.end(asked.method === 'HEAD' ? undefined : bytes);
  };
  try {
    throwPlanned(fault);
    const login = loginOf(deps, request);
    entry.caller = login.caller.arn;
    entry.account = login.caller.account;
    const call: RegistryCall = {
      ...asked,
      name: asked.repository,
      request,
      response,
      state,
      uploads,
      entry,
      answer,
      ...accessOf(deps, login, asked.repository),
      importUpstream: () => importUpstream(call),
    };
    await dispatch(call);
  } catch (thrown) {
    if (!(thrown instanceof RegistryError)) throw thrown;
    entry.error = thrown.code;
    if (thrown instanceof SilentError) response.socket?.destroy();
    else refuse(core, thrown, answer);
  }
}

function refuse({ url }: Core, { status, code, message }: RegistryError, answer: RegistryCall['answer']): void {
  const challenge = { 'www-authenticate': `Basic realm="${url}/",service="ecr.amazonaws.com"` };
  const headers = { 'content-type': 'application/json', ...(status === 401 ? challenge : {}) };
  answer(status, headers, JSON.stringify({ errors: [{ code, message }] }));
}

/** A fault that is an answer like any other. */
function throwPlanned(fault: ReturnType<Core['faults']['next']>): void {
  if (fault?.kind === 'throttle') throw new RegistryError(429, 'TOOMANYREQUESTS', 'Rate exceeded');
  if (fault?.kind === 'status') {
    throw new RegistryError(fault.status ?? 500, fault.code ?? 'UNKNOWN', fault.message ?? 'planned by the sandbox');
  }
}

async function dispatch(call: RegistryCall): Promise<void> {
  switch (call.kind) {
    case 'ping':
      return call.answer(200, { 'content-type': 'application/json' }, '{}');
    case 'manifest':
      return answerManifest(call);
    case 'tags':
      return listTags(call);
    case 'blob':
      return answerBlob(call);
    case 'upload':
      return answerUpload(call);
    case 'unknown':
      throw new RegistryError(404, 'UNSUPPORTED', `the sandbox's registry has no ${call.method} ${call.request.url}`);
  }
}

/** No client of a push needs it; skopeo asks for it when it inspects an image. More than 1000 at a time is an error. */
function listTags({ authorize, repository, query, answer }: RegistryCall): void {
  authorize('ecr:ListImages');
  const { name, tags } = repository();
  if (Number(query.get('n') ?? 0) > 1000)
    throw new RegistryError(405, 'UNSUPPORTED', "Invalid parameter at 'maxResults'");
  answer(200, { 'content-type': 'application/json' }, JSON.stringify({ name, tags: [...tags.keys()] }));
}

/** A login is good for one region; the caller is who asked for it. */
function loginOf({ core, logins, state }: RegistryDeps, { headers }: IncomingMessage): Login {
  const [scheme, text = ''] = (headers.authorization ?? '').split(' ');
  const bearer = state.isPublic && scheme === 'Bearer' ? logins.get(text) : undefined;
  if (bearer) return bearer;
  if (scheme !== 'Basic') throw new RegistryError(401, 'UNAUTHORIZED', 'Not Authorized');
  const [user, ...password] = Buffer.from(text, 'base64').toString().split(':');
  const login = user === 'AWS' ? logins.get(password.join(':')) : undefined;
  if (!login) throw new RegistryError(401, 'UNAUTHORIZED', 'Not Authorized');
  if (login.region !== state.region) throw new RegistryError(400, 'UNAUTHORIZED', 'The token is for another region');
  if (login.expires <= core.clock.now()) {
    throw new RegistryError(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
  }
  return login;
}

function accessOf({ core, state }: RegistryDeps, { caller }: Login, asked: string) {
  const arnOf = (name: string) =>
    state.isPublic
      ? `arn:aws:ecr-public::${state.account}:repository/${name.slice(name.indexOf('/') + 1)}`
      : `arn:${state.partition}:ecr:${state.region}:${state.account}:repository/${name}`;
  const ask = (action: string, name: string) =>
    decide({
      action: state.isPublic ? action.replace('ecr:', 'ecr-public:') : action,
      resource: arnOf(name),
      resourceAccount: state.account,
      principal: caller,
      identityPolicies: caller.identityPolicies,
      sessionPolicies: caller.sessionPolicies,
      resourcePolicy: state.repositories.get(name)?.policy,
      context: { 'aws:PrincipalArn': caller.arn, 'aws:RequestedRegion': core.world.region },
    });
  return {
    allowed: (action: string, name: string) => ask(action, name).allowed,
    authorize: (action: string, name = asked) => {
      const decision = ask(action, name);
      if (decision.allowed) return;
      const text = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${arnOf(name)} ${decision.why}`;
      throw new RegistryError(403, 'DENIED', text);
    },
    repository: (name = asked) => {
      const found = state.repositories.get(name);
      if (found) return found;
      const text = `The repository with name '${name}' does not exist in the registry with id '${state.account}'`;
      throw new RegistryError(404, 'NAME_UNKNOWN', text);
    },
  };
}

function newEntry(request: IncomingMessage, { method, action }: RegistryRequest, { region }: RegistryState): LogEntry {
  return {
    service: 'registry',
    action,
    method,
    path: (request.url ?? '').split('?')[0]!,
    caller: 'anonymous',
    account: '',
    region,
    status: 0,
    bytesIn: 0,
    bytesOut: 0,
    userAgent: String(request.headers['user-agent'] ?? ''),
    params: {},
  };
}
