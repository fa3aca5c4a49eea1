import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { formatPrivateHost, isPublicHost, PUBLIC_HOSTS, parsePrivateHost, spellings } from '../../aws/ecr-hosts.ts';
import { partitionOf } from '../../aws/partition.ts';
import { CHECK_ENDPOINTS, Problem } from '../../base/problem.ts';
import { quote } from '../../base/quote.ts';
import type { Access } from '../../job.ts';
import type { RegistryName } from '../request.ts';
import { publicRegistry } from './ecr-public.ts';
import type { Registry } from './registry.ts';
import { maskToken, passwordOf } from './token.ts';

/** The registries of a step, logged in to. */
export interface Registries {
  /** Those of `ecr-registries`, in order, then those that only `images` names. */
  readonly all: readonly Registry[];
  /** @param host as written before a repository; undefined: the first registry */
  find(host: string | undefined): Registry;
  /** Undefined: not one of the step's. */
  known(host: string): Registry | undefined;
}

/** A registry that is wanted: by account and region, under a host of its own if one was written. */
interface WantedRegistry {
  readonly account: string;
  readonly region: string;
  readonly host: string | undefined;
}

/** What `GetAuthorizationToken` gives for one region. The token opens every registry there that the role may use. */
interface Token {
  /** The newest. */
  secret: string;
  renew(): Promise<void>;
  /** Account → `https://HOST` or, on loopback, `http://127.0.0.1:PORT`. */
  readonly endpoints: ReadonlyMap<string, URL>;
}

/**
 * Logs in to all registries: one call a region serves all accounts and spellings of their hosts.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export async function openRegistries(
  names: readonly RegistryName[],
  hosts: readonly (string | undefined)[],
  access: Access,
): Promise<Registries> {
  const { accountId, region } = access.session;
  const own: RegistryName = { kind: 'account', account: accountId };
  const listed = names.length > 0 ? names : [own];
  const further = hosts.filter((host) => host !== undefined).map(nameOfHost);
  const wanted = [...listed, ...further].map((name) => wantedOf(name, region));
  mustBeOfPartition(wanted, access.session);
  const regions = [...new Set(wanted.flatMap((it) => (it === 'public' ? [] : [it.region])))];
  const tokens = new Map<string, Token>();
  const work = regions.map(async (at) => {
    const accounts = wanted.flatMap((it) => (it !== 'public' && it.region === at ? [it.account] : []));
    tokens.set(at, await tokenOf(at, [...new Set(accounts)], access));
  });
  const ecrPublic = wanted.includes('public') ? publicRegistry(access) : undefined;
  await Promise.all([...work, ecrPublic]);

  const all: Registry[] = [];
  for (const it of wanted) {
    const registry = it === 'public' ? await ecrPublic! : registryOf(it, tokens.get(it.region)!, access);
    if (!all.some(({ host }) => host === registry.host)) all.push(registry);
  }
  return { all, find: (host) => find(all, host), known: (host) => known(all, host) };
}

/** @throws Problem for a registry that no login of this role opens: the partitions of AWS know nothing of each other's roles */
function mustBeOfPartition(wanted: readonly (WantedRegistry | 'public')[], { partition }: Access['session']): void {
  for (const it of wanted) {
    const other = it === 'public' ? 'aws' : partitionOf(it.region).name;
    if (other === partition) continue;
    throw new Problem({
      what: `${it === 'public' ? 'ECR Public' : `the registry ${it.host ?? `of ${it.account} in ${it.region}`}`} is in the partition ${other}, and the role is in ${partition}`,
      fix: `push to it in a step of its own that assumes a role of ${other}; that step can read images of ${partition} with the login that this one leaves (ecr-login: true)`,
    });
  }
}

function nameOfHost(host: string): RegistryName {
  return isPublicHost(host) ? { kind: 'public' } : { kind: 'host', host };
}

function wantedOf(name: RegistryName, region: string): WantedRegistry | 'public' {
  if (name.kind === 'public') return 'public';
  if (name.kind === 'account') return { account: name.account, region, host: undefined };
  const parsed = parsePrivateHost(name.host);
  return { account: parsed?.account ?? '', region: parsed?.region ?? region, host: name.host };
}

async function tokenOf(
  region: string,
  accounts: readonly string[],
  { aws, http, runner, session }: Access,
): Promise<Token> {
  const ecr = new ECRClient(aws.client(region));
  const ask = async (registryIds?: string[]) => {
    const command = new GetAuthorizationTokenCommand({ registryIds });
    const answer = await aws.call('ecr:GetAuthorizationToken', (abortSignal) => ecr.send(command, { abortSignal }));
    const data = answer.authorizationData ?? [];
    for (const { authorizationToken } of data) maskToken(runner.mask, authorizationToken ?? '');
    return data;
  };
  const [first] = await ask();
  if (!first?.authorizationToken || !first.proxyEndpoint)
    throw new Problem({ what: 'ECR gave no login', on: region, fix: CHECK_ENDPOINTS });
  const endpoint = checkedEndpoint(first.proxyEndpoint, http);
  const endpoints = new Map([[session.accountId, endpoint]]);
  const others = accounts.filter((account) => account !== session.accountId && account !== '');
  const form = parsePrivateHost(endpoint.host);
  for (const account of form ? others : []) {
    endpoints.set(account, new URL(`https://${formatPrivateHost({ ...form!, account })}`));
  }
  // The host of another account follows from one's own, except where hosts are not AWS's (a local server).
  const answers = form || others.length === 0 ? [] : await ask([...others]);
  for (const [at, { proxyEndpoint }] of answers.entries()) {
    if (proxyEndpoint) endpoints.set(others[at]!, checkedEndpoint(proxyEndpoint, http));
  }
  const token: Token = {
    secret: first.authorizationToken,
    endpoints,
    renew: async () => {
      const [again] = await ask();
      if (again?.authorizationToken) token.secret = again.authorizationToken;
    },
  };
  return token;
}

/** @throws Problem for what is not an address, or that a login may not be sent to */
function checkedEndpoint(text: string, { check }: Access['http']): URL {
  if (!/^https?:/.test(text) || !URL.canParse(text)) {
    throw new Problem({
      what: `ECR gave an address of the registry that is not a URL: ${quote(text)}`,
      fix: CHECK_ENDPOINTS,
    });
  }
  const url = new URL(text);
  check(url);
  return url;
}

function registryOf({ account, region, host }: WantedRegistry, token: Token, { session }: Access): Registry {
  const endpoint = token.endpoints.get(account || session.accountId) ?? [...token.endpoints.values()][0]!;
  const given = host === undefined ? undefined : parsePrivateHost(host);
  const parsed = given && parsePrivateHost(endpoint.host) ? given : parsePrivateHost(endpoint.host);
  const name = parsed ? formatPrivateHost(parsed) : endpoint.host;
  return {
    host: name,
    hosts: parsed ? spellings(parsed) : [name, ...(given ? spellings(given) : [])],
    base: parsed ? new URL(`https://${name}`) : endpoint,
    account: account || session.accountId,
    region,
    partition: session.partition,
    isPublic: false,
    password: passwordOf(token.secret),
    authorization: async () => `Basic ${token.secret}`,
    renew: () => token.renew(),
  };
}

function known(all: readonly Registry[], host: string): Registry | undefined {
  const wanted = isPublicHost(host) ? PUBLIC_HOSTS[0] : host;
  return all.find((it) => it.host === wanted) ?? all.find((it) => it.hosts.includes(wanted));
}

function find(all: readonly Registry[], host: string | undefined): Registry {
  if (host === undefined) return all[0]!;
  const found = known(all, host);
  if (found) return found;
  throw new Problem({
    what: `${host} is not one of the step's registries`,
    fix: `write one of ${all.map((it) => it.host).join(', ')}, or add it to ecr-registries`,
  });
}
