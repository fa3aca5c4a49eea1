import { existsSync, statSync } from 'node:fs';
import { sectionNames, sectionOf } from '../../aws/ini.ts';
import { sdkHandler } from '../../aws/sdk-handler.ts';
import { configSection, namedProfile, readShared, sharedFiles } from '../../aws/shared-config.ts';
import { Problem } from '../../base/problem.ts';
import { PROGRAM_MS } from '../../base/timeouts.ts';
import type { SignInContext } from '../sts/context.ts';
import type { Credentials } from '../sts/sts.ts';
import { reasonOf } from './profile-reason.ts';
import { Absent, Failing, type Given } from './source.ts';

/** A program of a profile (`credential_process`) may ask a person or a slow service; the SDK gives it no deadline. */
const ONCE = { attempts: 1, callMs: PROGRAM_MS };

/** Credentials of the profile that the environment names, or of the default one, by the SDK: keys, SSO, roles, programs. */
export async function profileCredentials({ call, env, http, region }: SignInContext, say: () => void): Promise<Given> {
  const named = namedProfile(env);
  const profile = named?.name ?? 'default';
  const { config, credentials } = sharedFiles(env);
  if (!existsSync(config) && !existsSync(credentials)) throw new Absent(`neither ${config} nor ${credentials} exists`);
  const configText = readShared(config);
  const credentialsText = readShared(credentials);
  const text = sectionOf(configText, configSection(profile)) + sectionOf(credentialsText, profile);
  if (text === '') {
    const known = [
      ...new Set([
        ...sectionNames(configText).map((it) => it.replace(/^profile /, '')),
        ...sectionNames(credentialsText),
      ]),
    ];
    const others = known.length > 0 ? `; there are ${known.slice(0, 10).join(', ')}` : '';
    throw new Absent(`it is neither in ${config} nor in ${credentials}${named ? others : ''}`);
  }
  if (/^\s*(credential_process|sso_\w+|role_arn|aws_access_key_id)\s*=/m.test(text)) say();
  mustBeFiles([configText, credentialsText], profile);
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  const requestHandler = sdkHandler(http);
  const provide = fromIni({
    profile,
    filepath: credentials,
    configFilepath: config,
    clientConfig: { region, requestHandler },
  });
  const ask = (signal: AbortSignal): Promise<Credentials> =>
    Promise.race([provide({ callerClientConfig: { region: async () => region } }), aborted(signal)]);
  const found = await call(`credentials of the profile ${profile}`, ask, {
    rules: ONCE,
    classify: () => 'fatal',
  }).catch((cause: unknown) => {
    if (cause instanceof Problem) throw cause;
    throw reasonOf(cause, text);
  });
  return { credentials: found };
}

/**
 * The SDK reads a token file in one go: a pipe would hold up the whole process, deaf to deadlines and signals.
 * @throws Failing
 */
function mustBeFiles([config = '', credentials = '']: readonly string[], profile: string): void {
  const seen = new Set<string>();
  for (let name: string | undefined = profile; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const text: string = sectionOf(config, configSection(name)) + sectionOf(credentials, name);
    const [, tokenFile] = /^\s*web_identity_token_file\s*=\s*(.+?)\s*$/m.exec(text) ?? [];
    if (tokenFile && statSync(tokenFile, { throwIfNoEntry: false })?.isFile() === false)
      throw new Failing(`its web_identity_token_file ${tokenFile} is not a file`);
    name = /^\s*source_profile\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
  }
}

/** The SDK's providers take no signal: what they have begun is abandoned. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
