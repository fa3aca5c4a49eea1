import { createHash } from 'node:crypto';
import type { Caller } from '../credentials.ts';
import type { Role, World } from '../world.ts';
import type { PolicyDocument } from './policy.ts';

export interface FoundRole extends Role {
  readonly arn: string;
  /** Without its path. */
  readonly name: string;
  readonly id: string;
  readonly account: string;
  readonly partition: string;
}

/** The role with this ARN, letter for letter; `undefined` when there is none. */
export function findRole(world: World, arn: string): FoundRole | undefined {
  const [, partition = '', account = '', path = ''] = /^arn:([^:]+):iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  const found = world.accounts[account];
  const role = found?.roles?.[path];
  if (!role || (found?.partition ?? 'aws') !== partition) return undefined;
  return { ...role, arn, name: path.split('/').at(-1) ?? path, id: uniqueId('AROA', arn), account, partition };
}

export function roleArn(world: World, account: string, role: string): string {
  return `arn:${world.accounts[account]?.partition ?? 'aws'}:iam::${account}:role/${role}`;
}

/** What a session adds to its role. */
export interface SessionTraits {
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
}

/** A session of a role, as the services see its caller. */
export function sessionOf(role: FoundRole, sessionName: string, traits: SessionTraits = {}): Caller {
  return {
    kind: 'assumed-role',
    arn: `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    roleArn: role.arn,
    account: role.account,
    userId: `${role.id}:${sessionName}`,
    identityPolicies: Object.values(role.policies ?? {}),
    ...(traits.sessionPolicies ? { sessionPolicies: traits.sessionPolicies } : {}),
    tags: traits.tags ?? {},
    transitiveTagKeys: traits.transitiveTagKeys ?? [],
  };
}

/** The users of the world with their access keys. */
export function usersOf(world: World): { id: string; secret: string; caller: Caller }[] {
  return Object.entries(world.accounts).flatMap(([account, { partition = 'aws', users = {} }]) =>
    Object.entries(users).flatMap(([name, { keys, policies = {} }]) => {
      const arn = `arn:${partition}:iam::${account}:user/${name}`;
      const caller: Caller = {
        kind: 'user',
        arn,
        account,
        userId: uniqueId('AIDA', arn),
        identityPolicies: Object.values(policies),
        tags: {},
        transitiveTagKeys: [],
      };
      return keys.map(({ id, secret }) => ({ id, secret, caller }));
    }),
  );
}

/** A stable id in AWS's form, so that two runs print the same. */
export function uniqueId(prefix: string, of: string): string {
  const digest = createHash('sha256').update(of).digest();
  return prefix + [...digest.subarray(0, 17)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('');
}
