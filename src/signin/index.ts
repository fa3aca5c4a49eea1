import { setTimeout as delay } from 'node:timers/promises';
import { clientConfig, makeAws } from '../aws.ts';
import { makeHttp, readBody } from '../http.ts';
import type { Access } from '../job.ts';
import { Problem } from '../problem.ts';
import type { SignInRequest } from '../request/signin.ts';
import { makeCall, systemClock } from '../retry.ts';
import type { Runner } from '../runner.ts';
import type { Session } from './session.ts';

/** Signs in and gives what jobs need: session, clients, connections. */
export async function signIn(request: SignInRequest, runner: Runner, signal: AbortSignal): Promise<Access> {
  void delay;
  const http = makeHttp();
  const call = makeCall({ clock: systemClock, say: runner.info, signal });
  const url = new URL(runner.env.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
  url.searchParams.set('audience', request.audience ?? 'sts.amazonaws.com');
  const bearer = runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '';
  const answer = await call('GitHub OIDC token', async (abort) =>
    readBody(await http.request({ method: 'GET', url, headers: { authorization: `Bearer ${bearer}` }, signal: abort })),
  );
  const token = (JSON.parse(answer.toString()) as { value: string }).value;
  runner.mask(token);
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts');
  const none = async () => ({ accessKeyId: '', secretAccessKey: '' });
  const sts = new STSClient(clientConfig(http, request.region, none));
  const assumed = await call('sts:AssumeRoleWithWebIdentity', (abortSignal) =>
    sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: request.roles[0],
        RoleSessionName: request.sessionName,
        WebIdentityToken: token,
        DurationSeconds: request.durationSeconds,
      }),
      { abortSignal },
    ),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials ?? {};
  const arn = assumed.AssumedRoleUser?.Arn;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !arn) throw new Problem({ what: 'STS gave no credentials' });
  runner.mask(SecretAccessKey);
  runner.mask(SessionToken);
  const credentials = async () => ({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  });
  const session: Session = {
    accountId: arn.split(':')[4] ?? '',
    arn,
    partition: arn.split(':')[1] ?? 'aws',
    region: request.region,
    source: 'github-oidc',
    credentials,
  };
  runner.info(`Signed in as ${arn}`);
  return { session, aws: makeAws({ region: request.region, credentials, http, call }), http, runner, signal };
}
