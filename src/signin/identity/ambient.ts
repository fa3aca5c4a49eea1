import { sdkHandler } from '../../aws/handler.ts';
import { shortly } from '../../base/edge.ts';
import { readBody } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { METADATA_MS, PROGRAM_MS } from '../../base/timeouts.ts';
import type { SignInContext } from '../sts/context.ts';
import type { Credentials } from '../sts/sts.ts';
import type { Ambient } from './choose.ts';

/** No source of the machine gave any. */
export class NoCredentials extends Problem {}

/** A program of a profile (`credential_process`) may ask a person or a slow service; the SDK gives it no deadline. */
const ONCE_IN_A_MINUTE = { attempts: 1, callMs: PROGRAM_MS };

/** Where the SDK asks what the machine is, if it is not the usual place. */
const METADATA_VARIABLES = ['AWS_EC2_METADATA_SERVICE_ENDPOINT', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];

/** Credentials of what the machine is, through the SDK's own providers; says in a notice what EC2 calls them. */
export async function ambientCredentials(context: SignInContext, ambient: Ambient): Promise<Credentials> {
  const { call, http, region } = context;
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  for (const name of METADATA_VARIABLES) {
    const given = context.env[name];
    if (given && URL.canParse(given)) http.check(new URL(given), 'metadata');
  }
  const requestHandler = sdkHandler(http);
  const provide = defaultProvider({ clientConfig: { region, requestHandler }, maxRetries: 0, timeout: METADATA_MS });
  const ask = (signal: AbortSignal): Promise<Credentials & { $source?: object }> =>
    Promise.race([provide(), aborted(signal)]);
  const how = { rules: ONCE_IN_A_MINUTE, classify: () => 'fatal' as const };
  const credentials = await call(`credentials from ${ambient.described}`, ask, how).catch((cause: unknown) => {
    if (cause instanceof Problem) throw cause;
    throw new NoCredentials({
      what: `no credentials could be loaded from ${ambient.described}`,
      why: `the SDK's providers gave none (${shortly(cause)})`,
      fix: 'check that this source is there for this step; or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume',
      cause,
    });
  });
  // The SDK marks what came from its files; the metadata service's credentials have no mark.
  const notice = ambient.kind === 'instance' && !credentials.$source ? await instanceProfileNotice(context) : undefined;
  if (notice) context.notice(notice);
  return credentials;
}

/** The SDK's providers know no signal: what they are at is left to itself. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

/**
 * On EC2, a notice when the instance profile and its role have different names: a trust policy, or Elastic Beanstalk's
 * `roleName`, needs the role's. Silent when the metadata service does not answer.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
async function instanceProfileNotice({ env, http }: SignInContext): Promise<string | undefined> {
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254';
  const get = async (method: string, path: string, headers: Record<string, string>) => {
    const signal = AbortSignal.timeout(METADATA_MS);
    const answer = await http.request({ method, url: new URL(path, base), headers, signal, plain: 'metadata' });
    const body = (await readBody(answer, 1 << 16)).toString('utf8');
    return answer.status === 200 ? body : '';
  };
  try {
    const token = await get('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' });
    const read = (path: string) => get('GET', `/latest/meta-data/iam/${path}`, { 'x-aws-ec2-metadata-token': token });
    const [info, role] = await Promise.all([read('info'), read('security-credentials/')]);
    const profile = /instance-profile\/([\w+=,.@/-]+)/.exec(info)?.[1]?.split('/').at(-1);
    if (!profile || !role || profile === role) return undefined;
    return `This machine's instance profile is named ${profile}, the role in it ${role}: policies, and Elastic Beanstalk's roleName, need the role's name.`;
  } catch {
    return undefined;
  }
}
