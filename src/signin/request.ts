import { partitionOf, REGION_FORM, regionOf } from '../aws/partition.ts';
import type { IdentitySource } from '../aws/session.ts';
import type { InputReader } from '../base/inputs.ts';
import { isPlainAllowed, parsePlainHost, plainProblem } from '../base/plain-http.ts';
import { isProxyUrl, type ProxySettings, proxyFrom } from '../base/proxy.ts';
import { quote } from '../base/quote.ts';
import {
  checkNoKeys,
  externalIds,
  readAccountIds,
  readSessionPolicies,
  readTags,
  sessionNames,
} from './request-parts.ts';
import { readRoles } from './role-input.ts';
import type { SessionTags } from './session-tags.ts';

/** Plain data: the profile of `refresh-credentials` keeps it as JSON. */
export interface SignInRequest {
  readonly region: string;
  /** The region as it is given, which may be an older name: `us-east-1-fips`, `aws-global`. */
  readonly regionName: string;
  readonly source: IdentitySource | 'auto';
  /** ARNs of the roles to assume, in order; empty: the job's own identity is used. A bare name only with ambient. */
  readonly roles: readonly string[];
  /** The input; the variable is looked at when it is used. */
  readonly tokenFile: string | undefined;
  readonly audience: string | undefined;
  /** One for all roles, or one for each. */
  readonly sessionNames: readonly string[];
  readonly externalIds: readonly string[];
  /** Of the last role. */
  readonly durationSeconds: number;
  readonly sessionPolicy: string | undefined;
  readonly sessionPolicyArns: readonly string[];
  readonly tags: SessionTags;
  readonly allowedAccountIds: readonly string[];
  readonly maskAccountId: boolean;
  /** Of STS, instead of the region's. */
  readonly endpoint: string | undefined;
  readonly proxy: ProxySettings;
  /** Hosts beyond this machine that may be reached over plain HTTP. */
  readonly plainHttpHosts: readonly string[];
  readonly attempts: number | undefined;
  /** Of the whole step; 0: none. */
  readonly timeoutSeconds: number;
  readonly unsetCurrent: boolean;
  readonly useExisting: boolean;
  readonly specialCharactersWorkaround: boolean;
  readonly exports: ExportRequest;
}

/** What later steps get of the sign-in. */
export interface ExportRequest {
  /** Variables: the credentials, or where later steps find them. */
  readonly toEnv: boolean;
  /** `output-env-credentials: true` is given: the credentials themselves. */
  readonly keysToEnv: boolean;
  readonly toOutputs: boolean;
  readonly profile: { readonly name: string; readonly overwrite: boolean } | undefined;
  /** The profile holds no credentials but a credential_process. */
  readonly refresh: boolean;
}

const REGION = new RegExp(`^${REGION_FORM}$`);
const SOURCES = ['auto', 'github-oidc', 'token-file', 'ambient'] as const;

/** @param otherJobs whether the step has a job besides signing in: credentials then stay in the step by default */
export function signInRequest(inputs: InputReader, { otherJobs }: { otherJobs: boolean }): SignInRequest {
  checkNoKeys(inputs);
  const regionName = readRegion(inputs);
  const { region } = regionOf(regionName);
  const source = readSource(inputs);
  const roles = readRoles(inputs, source, partitionOf(region).name);
  const allowedAccountIds = readAccountIds(inputs, roles);
  const endpoint = inputs.text('sts-endpoint');
  if (endpoint && !(isHttpUrl(endpoint) && new URL(endpoint).pathname === '/')) {
    inputs.wrong('sts-endpoint', undefined, {
      what: `${quote(endpoint)} is not an endpoint`,
      fix: 'write a URL such as https://sts.eu-west-1.amazonaws.com',
    });
  }
  const plainHttpHosts = inputs.parsed('plain-http-hosts', parsePlainHost);
  if (endpoint) checkPlainEndpoint(inputs, { name: 'sts-endpoint', url: endpoint }, plainHttpHosts);
  checkEndpointVariables(inputs, plainHttpHosts);
  const attempts = inputs.integer('retry-max-attempts', { min: 0, max: 100 }) || undefined;
  return {
    region,
    regionName,
    source,
    roles,
    tokenFile: inputs.text('web-identity-token-file'),
    audience: inputs.text('audience'),
    sessionNames: sessionNames(inputs, roles),
    externalIds: externalIds(inputs, roles),
    durationSeconds: readDuration(inputs, roles),
    ...readSessionPolicies(inputs),
    tags: readTags(inputs),
    allowedAccountIds,
    maskAccountId: inputs.boolean('mask-aws-account-id', false),
    endpoint,
    proxy: readProxy(inputs),
    plainHttpHosts,
    attempts: inputs.boolean('disable-retry', false) ? 1 : attempts,
    timeoutSeconds: inputs.integer('action-timeout-s', { min: 0, max: 86_400 }) ?? 0,
    unsetCurrent: inputs.boolean('unset-current-credentials', false),
    useExisting: inputs.boolean('use-existing-credentials', false),
    specialCharactersWorkaround: inputs.boolean('special-characters-workaround', false),
    exports: readExports(inputs, { otherJobs }),
  };
}

function readRegion(inputs: InputReader): string {
  const region = inputs.text('aws-region') ?? (inputs.env.AWS_REGION || inputs.env.AWS_DEFAULT_REGION || '');
  if (!REGION.test(regionOf(region).region)) {
    // An availability zone, capitals, quotes.
    const meant = region
      .toLowerCase()
      .replace(/^["'\s]+|["'\s]+$/g, '')
      .replace(/(?<=\d)[a-z]$/, '');
    inputs.wrong('aws-region', undefined, {
      what: region ? `${quote(region)} is not a region` : 'no region is given',
      fix: REGION.test(meant) ? `write ${meant}` : 'write a region such as eu-west-1, or set AWS_REGION',
    });
  }
  return region;
}

/** Only of the services that this action calls: an endpoint of another service does no harm here. */
const ENDPOINT_VARIABLE =
  /^AWS_ENDPOINT_URL(_(STS|ECR|ECR_PUBLIC|S3|SSM|SECRETS_MANAGER|CLOUDFRONT|ECS|LAMBDA|AUTO_SCALING|CODEDEPLOY|SSO|SSO_OIDC))?$/;

/** The SDK would fail on these with an error of its own in the middle of the step. */
function checkEndpointVariables(inputs: InputReader, plainHttpHosts: readonly string[]): void {
  const { env, wrong } = inputs;
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return;
  for (const name of Object.keys(env).filter((it) => ENDPOINT_VARIABLE.test(it))) {
    const url = env[name];
    if (!url) continue;
    if (isHttpUrl(url)) checkPlainEndpoint(inputs, { name, url }, plainHttpHosts);
    else wrong(name, undefined, { what: `${quote(url)} is not a URL`, fix: 'write https://HOST, or unset it' });
  }
}

/** Each request is checked again when it is sent: a shared config file may name an endpoint as well. */
function checkPlainEndpoint(
  { wrong }: InputReader,
  { name, url }: { readonly name: string; readonly url: string },
  hosts: readonly string[],
): void {
  if (!isHttpUrl(url) || isPlainAllowed(new URL(url), 'named', hosts)) return;
  const { what, ...rest } = plainProblem(new URL(url), 'named');
  wrong(name, undefined, { what: `${quote(url)}: ${what}`, ...rest });
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** `role-chaining` and `force-skip-oidc` are older names of `credentials-source: ambient`. */
function readSource(inputs: InputReader): IdentitySource | 'auto' {
  const source = inputs.oneOf('credentials-source', SOURCES, 'auto');
  const older = ['role-chaining', 'force-skip-oidc'].filter((name) => inputs.boolean(name, false));
  if (older[0] && source !== 'auto' && source !== 'ambient') {
    inputs.wrong(older[0], undefined, {
      what: `it means credentials-source: ambient, but credentials-source is ${source}`,
      fix: 'leave one of the two out',
    });
  }
  // With a token file, force-skip-oidc only keeps GitHub's token out.
  return older.length > 0 && !inputs.text('web-identity-token-file') ? 'ambient' : source;
}

function readDuration(inputs: InputReader, roles: readonly string[]): number {
  const seconds = inputs.integer('role-duration-seconds', { min: 900, max: 43_200 }) ?? 3_600;
  if (roles.length > 1 && seconds > 3_600) {
    inputs.wrong('role-duration-seconds', undefined, {
      what: `${seconds} is too long for a chain of roles`,
      why: "a session that is assumed with another role's credentials lasts an hour at most",
      fix: 'write 900 to 3600; if this step takes longer, it signs in again by itself',
    });
  }
  return seconds;
}

function readProxy(inputs: InputReader): ProxySettings {
  const given = inputs.text('http-proxy');
  const proxy = proxyFrom(inputs.env, given, inputs.text('no-proxy'));
  if ([proxy.httpProxy, proxy.httpsProxy].some((url) => url && !isProxyUrl(url))) {
    // Not quoted: it may hold a password.
    inputs.wrong('http-proxy', undefined, {
      what: `${given ? 'it' : 'HTTP_PROXY, HTTPS_PROXY or ALL_PROXY'} is not the URL of an HTTP proxy`,
      fix: 'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, and special characters in the password as %XX',
    });
  }
  return proxy;
}

function readExports(inputs: InputReader, { otherJobs }: { readonly otherJobs: boolean }): ExportRequest {
  const home = inputs.env.HOME || inputs.env.USERPROFILE;
  const refresh = inputs.boolean('refresh-credentials', false);
  const overwrite = inputs.boolean('overwrite-aws-profile', false);
  const name = inputs.text('aws-profile');
  if (name && !/^[\w.@+-]{1,128}$/.test(name)) {
    inputs.wrong('aws-profile', undefined, {
      what: `${quote(name)} is not the name of a profile`,
      fix: 'write letters, digits and _ . @ + - only',
    });
  }
  if (name && !home && !(inputs.env.AWS_CONFIG_FILE && inputs.env.AWS_SHARED_CREDENTIALS_FILE)) {
    inputs.wrong('aws-profile', undefined, {
      what: 'there is no home folder to write the profile to',
      fix: 'set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE',
    });
  }
  // As configure-aws-credentials: a profile alone exports no variable.
  const toEnv = inputs.boolean('output-env-credentials', refresh || (!otherJobs && !name));
  if (refresh && !toEnv && !name) {
    inputs.wrong('refresh-credentials', undefined, {
      what: 'output-env-credentials is false and aws-profile is not given, so no later step could find the profile',
      fix: 'give aws-profile: NAME, or leave output-env-credentials out',
    });
  }
  return {
    toEnv,
    keysToEnv: toEnv && inputs.text('output-env-credentials') !== undefined,
    toOutputs: inputs.boolean('output-credentials', false),
    profile: name ? { name, overwrite } : undefined,
    refresh,
  };
}
