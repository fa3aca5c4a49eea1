import { isUtf8 } from 'node:buffer';
import { existsSync, realpathSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join, sep } from 'node:path';
import { fileProblem } from '../base/edge/files.ts';
import type { Environment } from '../base/environment.ts';
import { Problem } from '../base/problem.ts';
import { readBytes, readText } from '../base/read-text.ts';
import { sectionOf } from './ini.ts';

/** Where the two shared files are. */
export interface SharedFiles {
  readonly config: string;
  readonly credentials: string;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html: a `~` at the start is the home folder. */
export function sharedFiles(env: Environment): SharedFiles {
  const { config, credentials } = defaultFiles(env);
  return {
    config: inHome(env.AWS_CONFIG_FILE, env) || config,
    credentials: inHome(env.AWS_SHARED_CREDENTIALS_FILE, env) || credentials,
  };
}

/** Where they are when no variable says so. */
export function defaultFiles(env: Environment): SharedFiles {
  const folder = join(home(env), '.aws');
  return { config: join(folder, 'config'), credentials: join(folder, 'credentials') };
}

/** As the SDKs and the aws CLI find it: a service of the system may have no HOME. */
function home(env: Environment): string {
  return env.HOME || env.USERPROFILE || homeOfUser();
}

function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    // A container's user may have no name.
    return sep;
  }
}

function inHome(path: string | undefined, env: Environment): string | undefined {
  return path?.replace(/^~(?=$|[/\\])/, () => home(env));
}

/** A profile, and the variable that names it. */
export interface NamedProfile {
  readonly name: string;
  readonly by: 'AWS_PROFILE' | 'AWS_DEFAULT_PROFILE';
}

/**
 * The profile that the environment names. AWS_DEFAULT_PROFILE is what the aws CLI, boto3 and the SDK for Go know besides:
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export function namedProfile({ AWS_PROFILE, AWS_DEFAULT_PROFILE }: Environment): NamedProfile | undefined {
  if (AWS_PROFILE) return { name: AWS_PROFILE, by: 'AWS_PROFILE' };
  return AWS_DEFAULT_PROFILE ? { name: AWS_DEFAULT_PROFILE, by: 'AWS_DEFAULT_PROFILE' } : undefined;
}

/** The name of the profile in use. */
export function profileInUse(env: Environment): string {
  return namedProfile(env)?.name ?? 'default';
}

/** The head of a profile's section in the config file; in the credentials file it is the name. */
export function configSection(profile: string): string {
  return profile === 'default' ? profile : `profile ${profile}`;
}

/** The text of a file of profiles; empty when there is none. @throws Problem for UTF-16, in which no AWS tool finds anything */
export function readShared(file: string): string {
  const bytes = sharedBytes(file);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw notUtf8(file, 'UTF-16');
  return bytes.toString('utf8');
}

/** The same of a file that is to be changed. @throws Problem where what is written back would not be what the user has */
export function readSharedToChange(file: string): string {
  if (isNothing(file)) {
    const fix = 'give the variable that names it a file, or leave aws-profile out: the variables are enough';
    throw new Problem({ on: file, what: 'no profile can be written there', fix });
  }
  const text = readShared(file);
  if (!isUtf8(sharedBytes(file))) throw notUtf8(file, 'another encoding');
  return text;
}

function sharedBytes(file: string): Buffer {
  const isThere = existsSync(file) && !isNothing(file);
  return onShared(file, 'read', () => (isThere ? readBytes(file) : Buffer.alloc(0)));
}

/** `AWS_CONFIG_FILE=/dev/null`, or a link to it, is how a file is turned off. */
function isNothing(file: string): boolean {
  try {
    return file === devNull || realpathSync(file) === devNull;
  } catch {
    return false;
  }
}

/** PowerShell 5 writes UTF-16 with `>` and Out-File. */
function notUtf8(file: string, encoding: string): Problem {
  return new Problem({
    on: `The file of AWS profiles ${file}`,
    what: `it is not in UTF-8 but in ${encoding}`,
    fix: 'save it as UTF-8; PowerShell does with Set-Content -Encoding ascii',
  });
}

const FIX = 'check HOME, its folder .aws and the disk; or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE';

/** An error of the file system is told with what helps against it here. */
export function onShared<T>(file: string, done: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw fileProblem(thrown, { on: `The file of AWS profiles ${file}`, doing: done, fix: FIX });
  }
}

/** What the profile in use says of how AWS is spoken to. */
export interface EndpointSettings {
  /** `endpoint_url` of the service, or of the profile. */
  readonly endpoint: string | undefined;
  readonly fips: string | undefined;
  readonly dualStack: string | undefined;
  readonly ignoreConfigured: string | undefined;
}

/**
 * The settings of the profile in use that decide where a service is, as the SDK's clients read them. A file that cannot be read
 * counts as absent here, as it does for them.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointSettings(service: string, env: Environment): EndpointSettings {
  const text = configText(env);
  const profile = settingsIn(sectionOf(text, configSection(profileInUse(env))));
  const services = profile.get('services');
  const own = services === undefined ? undefined : settingsIn(sectionOf(text, `services ${services}`));
  return {
    endpoint: own?.get(`${service}.endpoint_url`) ?? profile.get('endpoint_url'),
    fips: profile.get('use_fips_endpoint'),
    dualStack: profile.get('use_dualstack_endpoint'),
    ignoreConfigured: profile.get('ignore_configured_endpoint_urls'),
  };
}

/**
 * The endpoints of the profile in use as variables, which come before it: the JavaScript SDK's clients read them of the profile in
 * AWS_PROFILE alone.
 */
export function endpointVariables(env: Environment): Record<string, string> {
  const text = configText(env);
  const profile = settingsIn(sectionOf(text, configSection(profileInUse(env))));
  if (env.AWS_ENDPOINT_URL || profile.get('ignore_configured_endpoint_urls') === 'true') return {};
  const services = profile.get('services');
  const own = services === undefined ? [] : [...settingsIn(sectionOf(text, `services ${services}`))];
  const named = own.flatMap(([key, value]) => {
    const service = /^(.+)\.endpoint_url$/.exec(key)?.[1];
    return service ? [[`AWS_ENDPOINT_URL_${service.toUpperCase()}`, value] as const] : [];
  });
  const all = profile.get('endpoint_url');
  return { ...(all ? { AWS_ENDPOINT_URL: all } : {}), ...Object.fromEntries(named) };
}

/** The region of the profile in use, if it has one. */
export function profileRegion(env: Environment): string | undefined {
  return settingsIn(sectionOf(configText(env), configSection(profileInUse(env)))).get('region');
}

function configText(env: Environment): string {
  const { config } = sharedFiles(env);
  try {
    return existsSync(config) ? readText(config) : '';
  } catch {
    // As if it were not there.
    return '';
  }
}

/** Settings of a section by name; those that stand below another one (`s3 =`, indented lines) as `s3.name`. */
function settingsIn(section: string): Map<string, string> {
  const found = new Map<string, string>();
  let above = '';
  for (const line of section.split(/\r?\n/).slice(1)) {
    const [, indent = '', name = '', value = ''] =
      /^(\s*)([^\s=#;]+)\s*=\s*(.*?)\s*$/.exec(line.split(/(?:^|\s)[;#]/)[0] ?? '') ?? [];
    if (name === '') continue;
    if (indent === '') above = value === '' ? name : '';
    const key = indent !== '' && above !== '' ? `${above}.${name}` : name;
    if (value !== '') found.set(key, value);
  }
  return found;
}
