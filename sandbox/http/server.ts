import type { IncomingMessage, ServerResponse } from 'node:http';
import { ANONYMOUS } from '../credentials.ts';
import { cutConnection, type Fault } from '../faults.ts';
import { decide } from '../iam/access.ts';
import type { LogEntry } from '../log.ts';
import {
  type AccessCheck,
  type Answer,
  AwsError,
  type Core,
  type Head,
  type Protocol,
  type Service,
  type ServiceCall,
} from '../service.ts';
import { authError, authenticate, type Verified } from './authenticate.ts';
import { payloadOf } from './payload.ts';
import { renderError } from './render.ts';
import { readSignature, sha256 } from './sigv4.ts';

/** One request on its way through the sandbox. */
interface Exchange {
  readonly core: Core;
  readonly head: Head;
  readonly entry: LogEntry;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers one request to the port that all AWS services and GitHub share. */
export async function serve(
  core: Core,
  services: readonly Service[],
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): Promise<void> {
  const head = headOf(request);
  const service = route(services, head);
  const exchange = { core, head, request, response, entry: core.log.add(newEntry(service, head)) };
  const { answer, truncate } = await answered(exchange, service);
  if (!answer) return;
  exchange.entry.status = answer.status ?? 200;
  // S3 tells in `date` and in `last-modified` of one clock.
  const time = service?.name === 's3' ? core.clock.now() : core.clock.wall();
  response.setHeader('date', new Date(time).toUTCString());
  await send(answer, exchange, { truncate });
}

/** The answer, errors included; none when a fault cut the connection. */
async function answered(
  exchange: Exchange,
  service: Service | undefined,
): Promise<{ answer: Answer | undefined; truncate: boolean }> {
  const { core, head, entry, request, response } = exchange;
  try {
    if (!service)
      throw new AwsError('UnknownService', 404, `the sandbox has no service for ${head.method} ${head.path}`);
    const received = service.streams ? Buffer.alloc(0) : await readAll(counted(request, entry));
    const input = service.streams ? {} : inputOf(head, service.protocol, received);
    const action = actionOf(service, head, input);
    entry.action = action ?? `${head.method} ${head.path}`;
    const fault = core.faults.next(service.name, entry.action);
    if (fault && fault.kind !== 'meanwhile') entry.error = fault.kind;
    if (fault && (await cutConnection(fault, request, response))) return { answer: undefined, truncate: false };
    if (fault?.kind === 'expire') expireCaller(core, head);
    const verified = verify({ core, head }, service, { action, body: received });
    Object.assign(entry, { caller: verified.caller.arn || 'anonymous', account: verified.caller.account });
    if (fault) failAsPlanned(fault, service);
    if (!action) throw new AwsError('UnknownOperationException', 404, `the sandbox does not know ${entry.action}`);
    const answer = await handle(exchange, service, { action, input, received, verified });
    return { answer, truncate: fault?.kind === 'truncate' };
  } catch (thrown) {
    // The caller hung up in the middle of its body: there is nobody to answer.
    if (request.destroyed && !request.complete) return { answer: undefined, truncate: false };
    const error = thrown instanceof AwsError ? thrown : bug(thrown);
    entry.error = error.code;
    if (!request.complete) request.resume();
    return { answer: renderError(error, service?.protocol ?? 'plain', 'sandbox'), truncate: false };
  }
}

interface Understood {
  readonly action: string;
  readonly input: Record<string, unknown>;
  /** The whole body; empty for a service that streams. */
  readonly received: Buffer;
  readonly verified: Verified;
}

async function handle(exchange: Exchange, service: Service, { action, input, received, verified }: Understood) {
  const { core, head, entry, request } = exchange;
  const { caller, signed, secret } = verified;
  const payload = payloadOf(head, service.streams ? counted(request, entry) : once(received), { signed, secret });
  const region = signed?.region ?? core.world.region;
  entry.region = region;
  return service.handle({
    ...head,
    action,
    region,
    caller,
    body: service.streams ? received : await readAll(payload.stream),
    stream: payload.stream,
    trailers: payload.trailers,
    input,
    entry,
    ...accessOf(service, { caller, region, request }),
  });
}

function headOf({ method = 'GET', url = '/', headers }: IncomingMessage): Head {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  // A `+` in a signed query is a plus; only forms write spaces so.
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1).replaceAll('+', '%2B'));
  return { method, path, query, headers };
}

/** Which service a request is for: by its path, its signature's scope, its target, its form; what is left is S3's. */
function route(services: readonly Service[], head: Head): Service | undefined {
  const named = (name: string) => services.find((service) => service.name === name);
  if (head.path.startsWith('/github/')) return named('github');
  if (head.path.startsWith('/latest/')) return named('imds');
  if (head.path.startsWith('/container/')) return named('container');
  const signed = readSignature(head);
  const prefix = String(head.headers['x-amz-target'] ?? '').split('.')[0];
  const byTarget = prefix ? services.find((service) => service.targetPrefix === prefix) : undefined;
  if (signed && signed !== 'malformed') {
    const byScope = services.filter((service) => service.name === signed.service);
    return byScope.find((service) => service === byTarget) ?? byScope[0];
  }
  if (byTarget) return byTarget;
  const isForm = String(head.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return head.method === 'POST' && isForm ? named('sts') : named('s3');
}

function newEntry(service: Service | undefined, { method, path, headers }: Head): LogEntry {
  return {
    service: service?.name ?? 'unknown',
    action: '',
    method,
    path,
    caller: 'anonymous',
    account: '',
    region: '',
    status: 0,
    bytesIn: 0,
    bytesOut: 0,
    userAgent: String(headers['user-agent'] ?? ''),
    params: {},
  };
}

function inputOf(head: Head, protocol: Protocol, body: Buffer): Record<string, unknown> {
  if (protocol === 'query') return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  if (!isJson(protocol)) return {};
  try {
    return JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>;
  } catch {
    throw new AwsError('SerializationException', 400, `The body of ${head.headers['x-amz-target']} is not JSON`);
  }
}

function actionOf(service: Service, head: Head, input: Record<string, unknown>): string | undefined {
  if (service.protocol === 'query') return typeof input.Action === 'string' ? input.Action : undefined;
  if (service.protocol === 'json') return String(head.headers['x-amz-target'] ?? '').split('.')[1];
  return service.actionOf?.(head);
}

function isJson(protocol: Protocol): boolean {
  return protocol === 'json' || protocol === 'rest-json';
}

function verify(
  { core, head }: Pick<Exchange, 'core' | 'head'>,
  service: Service,
  { action, body }: { readonly action: string | undefined; readonly body: Buffer },
): Verified {
  if (service.protocol === 'plain') return { caller: ANONYMOUS, signed: undefined, secret: '' };
  const stated = head.headers['x-amz-content-sha256'];
  const presignedS3 = service.name === 's3' && head.query.has('X-Amz-Signature');
  const payloadHash = stated ? String(stated) : presignedS3 ? 'UNSIGNED-PAYLOAD' : sha256(body);
  const verified = authenticate(head, { payloadHash, keys: core.keys, clock: core.clock });
  if ('failure' in verified) throw authError(verified.failure, service.protocol, service.name);
  const { unsigned = [] } = service;
  const mayBeUnsigned = unsigned === 'allowed' || (action !== undefined && unsigned.includes(action));
  if (!verified.signed && !mayBeUnsigned) throw authError('missing', service.protocol, service.name);
  if (verified.signed && service.name === 's3' && !verified.signed.presigned && !stated)
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  return verified;
}

function expireCaller(core: Core, head: Head): void {
  const signed = readSignature(head);
  if (signed && signed !== 'malformed') core.keys.expire(signed.accessKeyId);
}

/** @throws AwsError for the faults that are answers. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function failAsPlanned(fault: Fault, { protocol, name }: Service): void {
  if (fault.kind === 'throttle') {
    if (name === 's3') throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
    throw new AwsError(isJson(protocol) ? 'ThrottlingException' : 'Throttling', 400, 'Rate exceeded');
  }
  const { status = 500, code = status === 503 ? 'ServiceUnavailable' : 'InternalFailure' } = fault;
  if (fault.kind === 'status') throw new AwsError(code, status, fault.message ?? 'planned by the sandbox');
}

function accessOf(
  service: Service,
  { caller, region, request }: { caller: Verified['caller']; region: string; request: IncomingMessage },
): Pick<ServiceCall, 'authorize' | 'allowed'> {
  const ask = (check: AccessCheck) =>
    decide({
      action: check.action,
      resource: check.resource,
      resourceAccount: check.resourceAccount ?? caller.account,
      principal: caller,
      identityPolicies: caller.identityPolicies,
      sessionPolicies: caller.sessionPolicies,
      resourcePolicy: check.resourcePolicy,
      context: {
        ...(caller.arn ? { 'aws:PrincipalArn': caller.roleArn ?? caller.arn, 'aws:userid': caller.userId } : {}),
        ...(caller.account ? { 'aws:PrincipalAccount': caller.account } : {}),
        ...Object.fromEntries(Object.entries(caller.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
        'aws:SourceIp': request.socket.remoteAddress ?? '127.0.0.1',
        // The sandbox has no TLS, and stands in for endpoints that have.
        'aws:SecureTransport': 'true',
        'aws:RequestedRegion': region,
        ...check.context,
      },
    });
  return {
    allowed: (check) => ask(check).allowed,
    authorize: (check) => {
      const decision = ask(check);
      if (decision.allowed) return;
      const who = caller.arn ? `User: ${caller.arn}` : 'User: anonymous';
      const resource = service.name === 's3' ? `"${check.resource}"` : check.resource;
      throw new AwsError(
        isJson(service.protocol) ? 'AccessDeniedException' : 'AccessDenied',
        service.protocol === 'json' ? 400 : 403,
        `${who} is not authorized to perform: ${check.action} on resource: ${resource} ${decision.why}`,
      );
    },
  };
}

function bug(thrown: unknown): AwsError {
  console.error('sandbox: a service failed', thrown);
  return new AwsError('SandboxBug', 500, String(thrown));
}

async function send(
  answer: Answer,
  { entry, response }: Exchange,
  { truncate }: { readonly truncate: boolean },
): Promise<void> {
  const { status = 200, headers = {}, body = '', isBare = false } = answer;
  const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
  // Of an answer without a body nothing is left.
  if (truncate && isWhole && body.length === 0) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    ...(isBare ? {} : { [entry.service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: crypto.randomUUID() }),
    ...(isWhole ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  });
  const parts = isWhole ? once(Buffer.from(body)) : body;
  for await (const part of parts) {
    const chunk = truncate ? part.subarray(0, Math.floor(part.length / 2)) : part;
    entry.bytesOut += chunk.length;
    if (!response.write(chunk) && !response.destroyed) await new Promise((drained) => response.once('drain', drained));
    if (truncate) {
      response.socket?.destroySoon();
      return;
    }
  }
  response.end();
}

async function* once(buffer: Buffer): AsyncGenerator<Buffer> {
  if (buffer.length > 0) yield buffer;
}

async function* counted(body: AsyncIterable<Buffer>, entry: LogEntry): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    entry.bytesIn += chunk.length;
    yield chunk;
  }
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
