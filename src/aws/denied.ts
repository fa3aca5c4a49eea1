import { type PolicyDocument, policyOf, type Statement } from './policy.ts';

/** Codes of a missing permission, in all of the protocols; an answer to HEAD has no body that could name one. */
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Unknown', 'Forbidden', '403'];

/** Whether an answer says that a permission is missing. */
export function saysDenied({ code, status }: { readonly code: string; readonly status: number }): boolean {
  return DENIED.includes(code) && (status === 403 || status === 400);
}

/** Calls whose name is not that of the IAM action behind them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const ACTION_OF: Readonly<Record<string, string>> = {
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CopyObject': 's3:PutObject',
  's3:HeadBucket': 's3:ListBucket',
};

/** What a refused call needs. */
export interface Lacking {
  /** AWS's sentence, where there is one. */
  readonly said?: string | undefined;
  readonly needed: readonly Statement[];
}

/** What a call needs when nothing else is known: the action on the resource that AWS names, or on everything. */
export function neededFor(call: string, said?: string): Statement[] {
  return [{ actions: [ACTION_OF[call] ?? call], resources: [readDenial(said).resource ?? '*'] }];
}

/**
 * What to do about a missing permission: which policy has to change, and a whole policy to paste. Where a call needs another
 * action as well (to pass a role, to use a key), AWS's sentence names that one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function allowing({ said, needed }: Lacking): string {
  const { caller, action, resource, lacks, denies } = readDenial(said);
  if (denies) return `a Deny in a ${denies} policy forbids it: lift it there, as allowing it elsewhere does not help`;
  const isNamed = action === undefined || needed.some(({ actions }) => actions.includes(action));
  const all = isNamed ? needed : [{ actions: [action], resources: [resource ?? '*'] }, ...needed];
  const [where, isOfResource] = WHERE[lacks ?? ''] ?? OF_ROLE;
  const policy = isOfResource ? ofResource(all, caller) : policyOf(all);
  return `${where}:\n${JSON.stringify(policy, undefined, 2)}`;
}

const OF_ROLE = ['let the role do it', false] as const;

/** By the kind of policy that AWS names. */
const WHERE: Readonly<Record<string, readonly [where: string, isOfResource: boolean]>> = {
  'resource-based': ['let the policy of the resource, in the account that owns it, allow it to the role', true],
  session: ['let inline-session-policy or managed-session-policies of this step allow it too', false],
  'permissions boundary': ["let the role's permissions boundary allow it too", false],
  'VPC endpoint': ['let the policy of the VPC endpoint that the runner uses allow it too', false],
  'service control': ["let the organization's service control policies allow it too", false],
  'resource control': ["let the organization's resource control policies allow it too", false],
};

/** What AWS's sentence says of a missing permission. */
export interface Denial {
  /** ARN of the session. */
  readonly caller?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  /** The kind of policy that does not allow it. */
  readonly lacks?: string | undefined;
  /** The kind of policy that has a Deny. */
  readonly denies?: string | undefined;
}

/** `User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the ACTION action` */
export function readDenial(said = ''): Denial {
  return {
    caller: /User: (arn:\S+) is not/.exec(said)?.[1],
    action: /not authorized to perform: ([\w-]+:\w+)/.exec(said)?.[1],
    resource: /on (?:the )?resource: ["']?(arn:[^\s"']+)/.exec(said)?.[1],
    lacks: /because no ([\w -]+?)(?: policy)? allows/.exec(said)?.[1],
    denies: /with an explicit deny in an? ([\w -]+?)(?: policy)?(?:[:.,]|$)/.exec(said)?.[1],
  };
}

/** The role of `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`; its path, if it has one, is not in there. */
function roleOf(caller: string): string {
  return caller.replace(/^(arn:[\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

/** A repository's policy does not name a resource: it is the repository itself. */
function ofResource(needed: readonly Statement[], caller: string | undefined): object {
  const { Version, Statement }: PolicyDocument = policyOf(needed);
  return {
    Version,
    Statement: Statement.map(({ Effect, Action, Resource, Condition }) => ({
      Effect,
      ...(caller ? { Principal: { AWS: roleOf(caller) } } : {}),
      Action,
      ...(Action.every((action) => action.startsWith('ecr:')) ? {} : { Resource }),
      ...(Condition ? { Condition } : {}),
    })),
  };
}
