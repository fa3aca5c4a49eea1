import { hash } from 'node:crypto';
import type { Environment } from '../base/environment.ts';
import { type Http, readBody, USER_AGENT } from '../base/http.ts';
import type { CallOptions } from '../base/retry.ts';
import { shapeOf, type Verdict, verdictOf } from '../base/retryable.ts';
import type { Aws } from './client.ts';
import { notAws } from './not-aws.ts';
import { partitionOf } from './partition.ts';
import type { ProvenAction } from './proof.ts';
import type { SessionCredentials } from './session.ts';
import { endpointSettings } from './shared-config.ts';
import { makeSigner } from './sigv4.ts';
import { firstText, nodeOf, readXml, type XmlNode } from './xml.ts';

/** An object as AWS answered it. Every key is kept, those that no release of an SDK knows yet too. */
export type Json = Readonly<Record<string, unknown>>;

/** How a service is spoken to. https://smithy.io/2.0/aws/protocols/index.html */
export interface ApiService<Name extends string = string> {
  /** As it stands in hosts, credential scopes and IAM's actions: `ecs`. */
  readonly name: Name;
  /** What ends the variable `AWS_ENDPOINT_URL_…`: `AUTO_SCALING`. */
  readonly variable: string;
  /** Of JSON 1.1: what `X-Amz-Target` starts with. */
  readonly targetPrefix?: string;
  /** Of the query protocol: the API's version. */
  readonly version?: string;
}

/** The calls of a service that proof.ts has an entry for. */
export type CallOf<Name extends string, Action = ProvenAction> = Action extends `${Name}:${infer Call}` ? Call : never;

export interface RestCall<Name extends string> {
  /** `UpdateFunctionCode`, for messages. */
  readonly action: CallOf<Name>;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/**
 * One service by signed requests of our own. An SDK's client drops keys of an answer that its release does not know, and
 * brings 100 to 400 kB into dist/: this is what ECS, Lambda, Auto Scaling and CodeDeploy need of one.
 * @throws Refused when AWS answered with an error; Problem when it did not answer, or not as AWS does
 */
export interface Api<Name extends string> {
  /** JSON 1.1: `json('DescribeServices', { … })`. */
  json(action: CallOf<Name>, input: Json, how?: CallOptions): Promise<Json>;
  /** The query protocol; the answer's `…Result`. */
  query(action: CallOf<Name>, input: Json, how?: CallOptions): Promise<XmlNode>;
  rest(call: RestCall<Name>, how?: CallOptions): Promise<Json>;
}

export interface ApiDeps {
  readonly http: Http;
  readonly aws: Pick<Aws, 'call' | 'fips'>;
  readonly session: { readonly region: string; readonly credentials: SessionCredentials };
  readonly env: Environment;
}

/** If a clock is off by more than this, AWS refuses the signature for its date; the date of its answer is then the right one. */
const MAX_SKEW_MS = 240_000;

/** An error that AWS answered, in the shape of the SDK's errors. */
class ApiError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  readonly $fault = 'client';

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode: status };
  }
}

export function openApi<Name extends string>(service: ApiService<Name>, deps: ApiDeps): Api<Name> {
  const send = openConnection(service, deps);
  return {
    json: (action, input, how) => {
      const headers = { 'x-amz-target': `${service.targetPrefix}.${action}` };
      const body = Buffer.from(JSON.stringify(input));
      const request = { method: 'POST', path: '/', type: 'application/x-amz-json-1.1', headers, body };
      return send(request, { action, read: readObject }, how);
    },
    query: (action, input, how) => {
      const form = new URLSearchParams({ Action: action, Version: service.version ?? '', ...flat(input) });
      const body = Buffer.from(form.toString());
      const request = { method: 'POST', path: '/', type: 'application/x-www-form-urlencoded; charset=utf-8', body };
      return send(request, { action, read: (text) => resultOf(action, text) }, how);
    },
    rest: ({ action, method, path, query = {}, body }, how) => {
      const bytes = Buffer.from(body ? JSON.stringify(body) : '');
      const names = Object.keys(query).sort();
      const text = names
        // What comes from an answer may hold half a character, which no address can.
        .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent((query[name] ?? '').toWellFormed())}`)
        .join('&');
      const request = { method, path, query: text, type: 'application/json', body: bytes };
      return send(request, { action, read: readObject }, how);
    },
  };
}

interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How an answer is read; `undefined` for what is not one of AWS. */
interface AnswerReader<T> {
  readonly action: string;
  readonly read: (text: string) => T | undefined;
}

type Connection = <T extends Json>(request: ApiRequest, reading: AnswerReader<T>, how?: CallOptions) => Promise<T>;

/** Signs, sends and tries again; a clock that is off is set by what AWS answers. */
function openConnection(service: ApiService, { http, aws, session, env }: ApiDeps): Connection {
  const { region, credentials } = session;
  const endpoint = endpointOf(service, { region, fips: aws.fips }, env);
  const sign = makeSigner({ region, service: service.name, credentials });
  let offset = 0;

  const exchange = async (request: ApiRequest, signal: AbortSignal) => {
    const { method, query = '', type, headers = {}, body } = request;
    const path = endpoint.pathname.replace(/\/$/, '') + request.path;
    const unsigned = {
      host: endpoint.host,
      'content-type': type,
      'user-agent': USER_AGENT,
      'x-amz-content-sha256': hash('sha256', body, 'hex'),
      ...headers,
    };
    const signed = await sign({ method, path, query, headers: unsigned }, new Date(Date.now() + offset));
    const url = new URL(`${endpoint.origin}${path}${query === '' ? '' : `?${query}`}`);
    const sent = { ...signed, 'content-length': String(body.length) };
    const answer = await http.request({ method, url, headers: sent, body, signal });
    return { status: answer.status, headers: answer.headers, text: (await readBody(answer, 16 << 20)).toString() };
  };

  return (request, { action, read }, how = {}) => {
    let moved = false;
    const attempt = async (signal: AbortSignal) => {
      moved = false;
      // Of calls side by side each may be refused before the first answer has set the clock.
      const used = offset;
      const { status, headers, text } = await exchange(request, signal);
      if (status >= 200 && status < 300) {
        const value = read(text);
        if (value === undefined) throw notAws(`${service.name}:${action}`);
        return value;
      }
      const skew = Date.parse(String(headers.date)) - Date.now();
      moved = Math.abs(skew - used) > MAX_SKEW_MS;
      if (moved) offset = skew;
      throw errorOf(status, String(headers['x-amzn-errortype'] ?? ''), text);
    };
    const classify = (error: unknown): Verdict =>
      moved && shapeOf(error).status < 500 ? 'transient' : (how.classify ?? verdictOf)(error);
    const call = `${service.name}:${action}` as 'ecs:DescribeServices';
    return aws.call(call, attempt, { ...how, classify });
  };
}

/**
 * Where a service is: what the environment says, then the shared config file, else the region's own endpoint.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(
  { name, variable }: ApiService,
  { region, fips: named = false }: { readonly region: string; readonly fips?: boolean | undefined },
  env: Environment,
): URL {
  const shared = endpointSettings(variable.toLowerCase(), env);
  const configured = env[`AWS_ENDPOINT_URL_${variable}`] || env.AWS_ENDPOINT_URL || shared.endpoint;
  const ignored = (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? shared.ignoreConfigured) === 'true';
  if (configured && !ignored) return new URL(configured);
  const { domain, dualStackDomain } = partitionOf(region);
  const fips = named || (env.AWS_USE_FIPS_ENDPOINT ?? shared.fips) === 'true' ? '-fips' : '';
  const dualStack = (env.AWS_USE_DUALSTACK_ENDPOINT ?? shared.dualStack) === 'true';
  return new URL(`https://${name}${fips}.${region}.${dualStack ? dualStackDomain : domain}`);
}

function readObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}', withoutNulls);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Lambda writes what a function does not have as `null`. */
function withoutNulls(_key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((it) => it !== undefined);
  return value ?? undefined;
}

/** `<ActionResponse><ActionResult>…`; EC2's answers have no `…Result`. */
function resultOf(action: string, text: string): XmlNode | undefined {
  const response = nodeOf(readXml(text), `${action}Response`);
  return response && (nodeOf(response, `${action}Result`) ?? response);
}

/** JSON: `__type` or a header, maybe with a namespace before and a link after it. Query: `<Error><Code>`. */
function errorOf(status: number, header: string, text: string): ApiError {
  const json = readObject(text);
  const typed = header || String(json?.__type ?? json?.code ?? '') || firstText(text, 'Code');
  const code = typed.split(':')[0]?.split('#').at(-1);
  const message = String(json?.message ?? json?.Message ?? '') || firstText(text, 'Message');
  return new ApiError(code || `HTTP${status}`, message, status);
}

/** Lists of Auto Scaling that came from EC2, and go as there: of the performance that instance types are measured by. */
const ITEM_LISTS = new Set(['Reference']);

/** A value as fields of a form: `A.B.member.1.C=v`. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function flat(input: Json, prefix = ''): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const key = prefix + name;
    if (Array.isArray(value)) {
      const element = ITEM_LISTS.has(name) ? 'item' : 'member';
      for (const [at, one] of value.entries()) Object.assign(fields, flat({ [`${key}.${element}.${at + 1}`]: one }));
    } else if (typeof value === 'object' && value !== null) Object.assign(fields, flat(value as Json, `${key}.`));
    else fields[key] = String(value);
  }
  return fields;
}
