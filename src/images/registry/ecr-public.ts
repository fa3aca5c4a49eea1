import { PUBLIC_HOSTS } from '../../aws/ecr-hosts.ts';
import { readBody } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { Registry } from './registry.ts';
import { maskToken, passwordOf } from './token.ts';

/** ECR Public has its API and its logins in one region. https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
export const PUBLIC_REGION = 'us-east-1';

/** Logs in to ECR Public, whose registry takes a bearer token that the login is exchanged for. */
export async function publicRegistry({ aws, http, runner, session }: Access): Promise<Registry> {
  const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr-public');
  const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
  const answer = await aws.call('ecr-public:GetAuthorizationToken', (abortSignal) =>
    ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal }),
  );
  const token = answer.authorizationData?.authorizationToken ?? '';
  maskToken(runner.mask, token);
  const base = new URL(`https://${PUBLIC_HOSTS[0]}`);
  let bearer: Promise<string> | undefined;
  const exchange = async () => {
    const url = new URL('/token/?service=public.ecr.aws&scope=aws', base);
    const { token: given = '' } = await aws.call('public.ecr.aws/token', async (signal) => {
      const answer = await http.request({ method: 'GET', url, headers: { authorization: `Basic ${token}` }, signal });
      const body = await readBody(answer);
      if (answer.status !== 200) throw new NotExchanged(answer.status, url.origin);
      return { token: tokenIn(body) };
    });
    runner.mask(given);
    return `Bearer ${given}`;
  };
  return {
    host: PUBLIC_HOSTS[0],
    hosts: PUBLIC_HOSTS,
    base,
    account: session.accountId,
    region: PUBLIC_REGION,
    partition: session.partition,
    isPublic: true,
    password: passwordOf(token),
    authorization: () => {
      bearer ??= exchange();
      return bearer;
    },
    renew: async () => {
      bearer = undefined;
    },
  };
}

/** `status` tells the house's retries which answer may change. */
class NotExchanged extends Problem {
  readonly status: number;

  constructor(status: number, on: string) {
    super({
      what: `ECR Public did not accept the login (HTTP ${status})`,
      on,
      ...(status < 500 && status !== 429
        ? { fix: 'check whether the role may call ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken' }
        : {}),
    });
    this.status = status;
  }
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token } = JSON.parse(body.toString('utf8')) as { token?: unknown };
    return typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}
