import { hash } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';
import { makeSigner } from '../../aws/sigv4.ts';
import { firstText } from '../../aws/xml.ts';
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

  constructor(code: string, message: string, { status, date }: Pick<StsError, 'status' | 'date'>) {
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
  /** AWS's time, as far as it is known. */
  readonly at: Date;
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
  const arn = firstText(await send(call, 'GetCallerIdentity', {}), 'Arn');
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
 * One query call. STS is spoken to without the SDK's client: it takes a form, and its unsigned call is the only one that most steps
 * need. The signed ones are the same form with a signature, which S3's requests need as well (aws/sigv4.ts): with client-sts each of
 * them would begin 120 ms later, and there would be two ways to read what STS answers.
 */
async function send(call: StsCall, action: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2011-06-15', ...fields }).toString();
  const url = new URL(call.endpoint);
  const plain = { 'content-type': 'application/x-www-form-urlencoded', host: url.host, 'user-agent': USER_AGENT };
  const headers = call.credentials ? await signed(call, call.credentials, { url, plain, body }) : plain;
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
  const code = firstText(xml, 'Code');
  // An error of STS has a code; a load balancer's 429 and 5xx have none, and are temporary.
  if (!code && answer.status < 500 && answer.status !== 429) throw noAnswerOfSts(url, answer.status);
  const message = firstText(xml, 'Message');
  throw new StsError(code || `HTTP${answer.status}`, message, {
    status: answer.status,
    date: Number.isNaN(date) ? undefined : date,
  });
}

function signed(
  { region, at }: StsCall,
  credentials: Credentials,
  { url, plain, body }: { readonly url: URL; readonly plain: Readonly<Record<string, string>>; readonly body: string },
): Promise<Record<string, string>> {
  const sign = makeSigner({ region, service: 'sts', credentials: async () => credentials });
  const headers = { ...plain, 'x-amz-content-sha256': hash('sha256', body, 'hex') };
  return sign({ method: 'POST', path: url.pathname, query: '', headers }, at);
}

function noAnswerOfSts({ host }: URL, status: number): Problem {
  return new Unproven({
    on: host,
    what: `what answered there is not AWS's Security Token Service (HTTP ${status})`,
    why: 'a proxy, a firewall or another server answers in its place',
    fix: 'check sts-endpoint, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL, and the proxy of the runner',
  });
}

function assumed(xml: string, { endpoint }: StsCall): Assumed {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    firstText(xml, name),
  ) as [string, string, string];
  const expiration = new Date(firstText(xml, 'Expiration'));
  const arn = firstText(xml, 'Arn');
  if (!accessKeyId || !secretAccessKey || !sessionToken || !arn || Number.isNaN(expiration.getTime())) {
    throw noAnswerOfSts(endpoint, 200);
  }
  return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, arn };
}
