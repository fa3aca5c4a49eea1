import net from 'node:net';
import { NoAnswer } from '../../base/deadline.ts';
import type { Environment } from '../../base/environment.ts';
import { type Http, readBody, USER_AGENT } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { CallOptions } from '../../base/retry.ts';
import { shapeOf, type Verdict, verdictOf } from '../../base/retryable.ts';
import type { SignInContext } from '../sts/context.ts';
import type { Credentials } from '../sts/sts.ts';
import { Absent, credentialsOf, Failing, type Given } from './source.ts';

/** For the machine's metadata service, which is either near or not there at all. */
const METADATA_MS = 1_000;

/**
 * The role of an EC2 instance, by its metadata service, version 2 (a token first), and version 1 where it knows no other. No
 * proxy is used: the service is the machine's own.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
export async function instanceCredentials(context: SignInContext): Promise<Given> {
  const { env, call } = context;
  if (/^(?!false$)./i.test(env.AWS_EC2_METADATA_DISABLED ?? '')) throw new Absent('AWS_EC2_METADATA_DISABLED is set');
  const base = serviceUrl(env);
  if (!meansInstance(context)) await checkReachable(base);
  const http = context.direct();
  try {
    return await call(
      "the machine's role from EC2's metadata service",
      (signal) => read(http, base, { env, signal }),
      patience(context),
    );
  } catch (error) {
    if (error instanceof MetadataError && error.status === 404)
      throw new Absent('it says that this machine has no role');
    if (error instanceof MetadataError && error.status >= 400 && error.status < 500 && error.status !== 429) {
      throw new Absent(`the server at ${base.host} gives no credentials (HTTP ${error.status})`);
    }
    if (error instanceof Problem && error.details.cause instanceof NoAnswer)
      throw new Failing(`${error.details.what}${HOP_LIMIT}`, { cause: error });
    throw error;
  } finally {
    http.close();
  }
}

/** A token that is asked for out of a container has one hop more to go: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html */
const HOP_LIMIT =
  '; in a container, version 2 answers only with a hop limit of 2: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id …';

const OUTAGE_MS = 20_000;

/** An outage of seconds is common when an instance starts, or when many processes ask: AWS says to try again with back-off. */
export function patience({ attempts = 30 }: Pick<SignInContext, 'attempts'>): CallOptions {
  return { rules: { attempts, callMs: 5_000, budgetMs: OUTAGE_MS, capMs: 2_000 }, classify: metadataVerdict };
}

function serviceUrl(env: Environment): URL {
  const given = env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
  const ipv6 = /^ipv6$/i.test(env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ?? '');
  const url = URL.parse(given || (ipv6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254'));
  if (!url) throw new Failing('AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL: write http://169.254.169.254');
  return url;
}

/** Whether this is meant to be an instance: then a service that does not answer is an outage, and is waited for. */
function meansInstance({ env, meant }: SignInContext): boolean {
  return Boolean(env.AWS_EC2_METADATA_SERVICE_ENDPOINT) || meant || isMadeByAmazon();
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
function isMadeByAmazon(): boolean {
  try {
    return /amazon/i.test(readText('/sys/devices/virtual/dmi/id/sys_vendor'));
  } catch {
    return false;
  }
}

/** A machine that is not in EC2 has nobody at this address: found out in a second, not by retries. */
async function checkReachable(base: URL): Promise<void> {
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const code = await new Promise<string>((resolve) => {
    const socket = net.connect({ host, port: Number(base.port || 80) });
    const end = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(METADATA_MS, () => end('ETIMEDOUT'));
    socket.once('connect', () => end(''));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });
  // A service that refuses or resets the connection exists, and may be starting.
  if (code !== '' && code !== 'ECONNREFUSED' && code !== 'ECONNRESET') {
    throw new Absent(`nothing answers at ${base.host} (${code}): this machine is probably not an EC2 instance`);
  }
}

/** An answer of the metadata service, or of a container's agent, that is an error. */
export class MetadataError extends Error {
  readonly status: number;

  constructor(status: number, message = '') {
    super(message);
    this.name = 'MetadataError';
    this.status = status;
  }
}

/** An answer that is cut short or empty is temporary, as an error of the server is. */
function metadataVerdict(error: unknown): Verdict {
  if (error instanceof MetadataError) {
    const { status } = error;
    return status === 200 || status === 401 || status === 408 || status === 429 || status >= 500
      ? 'transient'
      : 'fatal';
  }
  return shapeOf(error).code === '' ? 'fatal' : verdictOf(error);
}

async function read(http: Http, base: URL, { env, signal }: { env: Environment; signal: AbortSignal }): Promise<Given> {
  const get = async (method: 'GET' | 'PUT', path: string, headers: Record<string, string>) => {
    const url = new URL(path, base);
    const answer = await http.request({
      method,
      url,
      headers: { 'user-agent': USER_AGENT, ...headers },
      signal,
      plain: 'metadata',
    });
    const body = (await readBody(answer, 1 << 16)).toString('utf8').trim();
    if (answer.status !== 200) throw new MetadataError(answer.status);
    return body;
  };
  const token = await get('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }).catch(
    (error: unknown) => {
      const old = error instanceof MetadataError && [403, 404, 405].includes(error.status);
      if (!old || env.AWS_EC2_METADATA_V1_DISABLED === 'true') throw error;
      return '';
    },
  );
  const path = (name: string) =>
    get('GET', `/latest/meta-data/iam/${name}`, token ? { 'x-aws-ec2-metadata-token': token } : {});
  const role = (await path('security-credentials/')).split('\n')[0]?.trim() ?? '';
  if (role === '') throw new MetadataError(200, 'it names no role');
  const [answer, info] = await Promise.all([path(`security-credentials/${role}`), path('info').catch(() => '')]);
  const notice = nameNotice(role, info);
  return { credentials: credentialsIn(answer), ...(notice ? { notice } : {}) };
}

function credentialsIn(answer: string): Credentials {
  const found = credentialsOf(answer);
  if (typeof found !== 'string') return found;
  throw new MetadataError(200, found);
}

/**
 * The instance profile and its role may have different names: a trust policy, or Elastic Beanstalk's `roleName`, needs the role's.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
function nameNotice(role: string, info: string): string | undefined {
  const profile = /instance-profile\/([\w+=,.@/-]+)/.exec(info)?.[1]?.split('/').at(-1);
  if (!profile || profile === role) return undefined;
  return `This machine's instance profile is named ${profile}, the role in it ${role}: policies, and Elastic Beanstalk's roleName, need the role's name.`;
}
