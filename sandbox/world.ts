import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { listOf } from './iam/match.ts';
import { checkPolicy, type PolicyDocument } from './iam/policy.ts';

export interface Role {
  readonly trust: PolicyDocument;
  /** Inline policies by name. */
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  /** 3600 when left out. */
  readonly maxSessionSeconds?: number;
}

export interface User {
  readonly keys: readonly { readonly id: string; readonly secret: string }[];
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
}

export interface Account {
  readonly name?: string;
  /** `aws` when left out. */
  readonly partition?: string;
  readonly oidcProviders?: readonly { readonly url: string; readonly audiences: readonly string[] }[];
  /** By name; a path goes before it: `ci/publish`. */
  readonly roles?: Readonly<Record<string, Role>>;
  /** Name of the profile → name of the role in it. */
  readonly instanceProfiles?: Readonly<Record<string, string>>;
  readonly users?: Readonly<Record<string, User>>;
  readonly managedPolicies?: Readonly<Record<string, PolicyDocument>>;
}

/** A job that GitHub runs, or anything else that gets tokens from an OIDC issuer. */
export interface GithubJob {
  readonly repository: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  readonly event?: string;
  readonly ref?: string;
  readonly environment?: string;
  readonly actor?: string;
  /** Whether the job has `id-token: write`; it has when left out. */
  readonly idToken?: boolean;
  /** `repo:OWNER@ID/REPO@ID:…`, as repositories made after 2026-07-15 have it. */
  readonly immutableSub?: boolean;
  /** The repository that a pull request comes from, when it is a fork. */
  readonly fork?: string;
  /** Claims that replace or add to those of the above; `null` removes one. */
  readonly claims?: Readonly<Record<string, string | number | null>>;
  /** `other`: tokens are signed with a key that the issuer does not publish. */
  readonly signedWith?: 'other';
}

/** What there is when a sandbox starts. Sections of the services that are not named here are read by those services. */
export interface World {
  /** 12 digits → account. */
  readonly accounts: Readonly<Record<string, Account>>;
  readonly github: { readonly issuer: string; readonly jobs: Readonly<Record<string, GithubJob>> };
  readonly region: string;
  /** The EC2 instance that the metadata service speaks for. */
  readonly instance?: { readonly id: string; readonly account: string; readonly profile: string };
  /** The role that the container credentials endpoint gives. */
  readonly container?: { readonly account: string; readonly role: string };
  readonly [section: string]: unknown;
}

/** An object is merged into the world (lists are replaced, `null` removes); a function edits the parsed world. */
export type WorldChange = Readonly<Record<string, unknown>> | ((world: Editable<World>) => void);

/** The same shape without `readonly`, for edits. */
export type Editable<T> = T extends object ? { -readonly [K in keyof T]: Editable<T[K]> } : T;

let parsed: Editable<World> | undefined;

/** world.yaml, parsed once. */
function worldOfFile(): Editable<World> {
  parsed ??= parse(readFileSync(new URL('./world.yaml', import.meta.url), 'utf8')) as Editable<World>;
  return structuredClone(parsed);
}

/** @throws Error naming the account and the policy that cannot be understood. */
export function loadWorld(change?: WorldChange): World {
  const world = worldOfFile();
  if (typeof change === 'function') change(world);
  else if (change) merge(world, change);
  for (const [id, account] of Object.entries(world.accounts)) checkAccount(id, account as Account);
  return world as World;
}

/** The section of a service, by its key in world.yaml. */
export function sectionOf<T>(world: World, key: string): Readonly<Record<string, T>> {
  return (world[key] ?? {}) as Record<string, T>;
}

function merge(into: Record<string, unknown>, change: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(change)) {
    const before = into[key];
    if (value === null) delete into[key];
    else if (isObject(value) && isObject(before)) merge(before, value);
    else into[key] = structuredClone(value);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkAccount(id: string, account: Account): void {
  if (!/^\d{12}$/.test(id)) throw new Error(`world: "${id}" is not an account id of 12 digits`);
  const policies: [string, PolicyDocument][] = [];
  for (const [name, role] of Object.entries(account.roles ?? {})) {
    policies.push([`role ${name}, trust`, role.trust], ...named(`role ${name}`, role.policies));
    for (const statement of listOf(role.trust.Statement)) {
      if (!statement.Principal)
        throw new Error(`world: account ${id}, role ${name}: the trust policy names no Principal`);
    }
  }
  for (const [name, user] of Object.entries(account.users ?? {}))
    policies.push(...named(`user ${name}`, user.policies));
  policies.push(...named('managed policy', account.managedPolicies));
  for (const [where, policy] of policies) {
    try {
      checkPolicy(policy);
    } catch (error) {
      throw new Error(`world: account ${id}, ${where}: ${(error as Error).message}`);
    }
  }
}

function named(owner: string, policies: Readonly<Record<string, PolicyDocument>> = {}): [string, PolicyDocument][] {
  return Object.entries(policies).map(([name, policy]) => [`${owner}, policy ${name}`, policy]);
}
