import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';
import { type Http, readBody, USER_AGENT } from '../../base/http.ts';
import type { PlainUse } from '../../base/plain-http.ts';
import { type Problem, Unproven } from '../../base/problem.ts';

/** Credentials of a session; `expiration` is missing for long-lived keys. */
export type Credentials = Pick<
  AwsCredentialIdentity,
  'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration'
>;

/** A session that STS gave. */
export interface Assumed {
  readonly credentials: Credentials;
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
}

/** An answer of STS that is an error. Its message is AWS's, and holds ARNs and the like, no secret. */
export class StsError extends Error {
  readonly status: number;
  /** STS's clock, from its answer, in milliseconds since 1970. */
  readonly date: number | undefined;

  constructor(code: string, status: number, message: string, date: number | undefined) {
    super(message);
    this.name = code;
    this.status = status;
    this.date = date;
  }
}

export interface StsCall {
  readonly http: Http;
  readonly endpoint: URL;
  readonly region: string;
  /** Left out for `AssumeRoleWithWebIdentity`, which is not signed. */
  readonly credentials?: Credentials;
  readonly signal: AbortSignal;
  /** Where it may go in plain HTTP. */
  readonly plain?: PlainUse;
}

/** What both ways to assume a role take. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export interface AssumeParams {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** JSON. */
  readonly policy?: string | undefined;
  readonly policyArns?: readonly string[];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeWithWebIdentity(call: StsCall, params: AssumeParams, token: string): Promise<Assumed> {
  const fields = { ...assumeFields(params), WebIdentityToken: token };
  return assumed(await send(call, 'AssumeRoleWithWebIdentity', fields), call);
}

export interface AssumeRoleParams extends AssumeParams {
  readonly externalId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(call: StsCall, params: AssumeRoleParams): Promise<Assumed> {
  const fields: Record<string, string> = assumeFields(params);
  if (params.externalId) fields.ExternalId = params.externalId;
  Object.entries(params.tags).forEach(([key, value], index) => {
    fields[`Tags.member.${index + 1}.Key`] = key;
    fields[`Tags.member.${index + 1}.Value`] = value;
  });
  params.transitiveTagKeys.forEach((key, index) => {
    fields[`TransitiveTagKeys.member.${index + 1}`] = key;
  });
  return assumed(await send(call, 'AssumeRole', fields), call);
}

/** The ARN of the caller. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export async function callerIdentity(call: StsCall): Promise<string> {
  const arn = element(await send(call, 'GetCallerIdentity', {}), 'Arn');
  if (!arn) throw noAnswerOfSts(call.endpoint, 200);
  return arn;
}

function assumeFields({ roleArn, sessionName, durationSeconds, policy, policyArns = [] }: AssumeParams) {
  const fields: Record<string, string> = {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(durationSeconds),
  };
  if (policy) fields.Policy = policy;
  policyArns.forEach((arn, index) => {
    fields[`PolicyArns.member.${index + 1}.arn`] = arn;
  });
  return fields;
}

/**
 * One query call. STS is spoken to without the SDK's client: it takes a form, and its unsigned call is the only one that most
 * steps need, which so begin 100 ms earlier (bench/sign-in).
 */
async function send(call: StsCall, action: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2011-06-15', ...fields }).toString();
  const url = new URL(call.endpoint);
  const plain = { 'content-type': 'application/x-www-form-urlencoded', host: url.host, 'user-agent': USER_AGENT };
  const headers = call.credentials ? signed(call.region, call.credentials, url.pathname, plain, body) : plain;
  const answer = await call.http.request({
    method: 'POST',
    url,
    headers,
    body: Buffer.from(body),
    signal: call.signal,
    plain: call.plain ?? 'named',
  });
  const xml = (await readBody(answer, 1 << 20)).toString('utf8');
  if (answer.status === 200) return xml;
  const date = Date.parse(answer.headers.date ?? '');
  const code = element(xml, 'Code');
  // An error of STS has a code; a load balancer's 429 and 5xx have none, and pass.
  if (!code && answer.status < 500 && answer.status !== 429) throw noAnswerOfSts(url, answer.status);
  const message = element(xml, 'Message');
  throw new StsError(code || `HTTP${answer.status}`, answer.status, message, Number.isNaN(date) ? undefined : date);
}

function noAnswerOfSts({ host }: URL, status: number): Problem {
  return new Unproven({
    on: host,
    what: `what answered there is not AWS's Security Token Service (HTTP ${status})`,
    why: 'a proxy, a firewall or another server answers in its place',
    fix: 'check sts-endpoint, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL, and the proxy of the runner',
  });
}

/**
 * Signature version 4 of a form that is posted to a path without a query.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signed(
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  path: string,
  plain: Readonly<Record<string, string>>,
  body: string,
): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = { ...plain, 'x-amz-date': time };
  if (sessionToken) headers['x-amz-security-token'] = sessionToken;
  const names = Object.keys(headers).sort();
  const list = names.join(';');
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', path, '', lines, list, sha256(body)].join('\n');
  const scope = [time.slice(0, 8), region, 'sts', 'aws4_request'];
  const key = scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n')).toString(
    'hex',
  );
  const credential = `${accessKeyId}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${list}, Signature=${signature}`;
  return { ...headers, authorization };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function assumed(xml: string, { endpoint }: StsCall): Assumed {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    element(xml, name),
  ) as [string, string, string];
  const expiration = new Date(element(xml, 'Expiration'));
  const arn = element(xml, 'Arn');
  if (!accessKeyId || !secretAccessKey || !sessionToken || !arn || Number.isNaN(expiration.getTime())) {
    throw noAnswerOfSts(endpoint, 200);
  }
  return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, arn };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the first element of this name. STS's answers repeat none of those that are read here. */
export function element(xml: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return text
    .replace(/&#x([0-9a-f]{1,5});/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]!);
}
