import { allowing, readDenial } from '../../aws/denied.ts';
import { showClaims } from '../identity/claims.ts';
import type { Asked, Explanation } from './asked.ts';
import { hopPolicies, roleParts } from './trust-policy.ts';

/** A policy of an organization, an endpoint or a boundary that AWS names: the two sides of the hop have nothing to do with it. */
export function ofOtherPolicy(message: string, { roleArn, claims }: Asked): Explanation | undefined {
  const { lacks, denies, action } = readDenial(message);
  if (!denies && (!lacks || lacks === 'identity-based' || lacks === 'resource-based')) return undefined;
  const needed = [{ actions: [action ?? 'sts:AssumeRole'], resources: [roleArn] }];
  return { ...(claims ? { why: showClaims(claims) } : {}), fix: allowing({ said: message, needed }) };
}

/** AWS's sentence names no more than the action: both sides of the hop are told. */
export function deniedHop(message: string, asked: Asked, callerArn: string): Explanation {
  const { account, name } = roleParts(asked.roleArn);
  const tagging = /sts:TagSession/.test(message);
  const { identity, trust } = hopPolicies(callerArn, asked.roleArn, {
    also: [
      ...(asked.tags ? ['sts:TagSession'] : []),
      // A session that was given a source identity hands it on, whether it is asked to or not.
      ...(/sts:SetSourceIdentity/.test(message) ? ['sts:SetSourceIdentity'] : []),
    ],
    externalId: asked.externalId,
  });
  const callerAccount = callerArn.split(':')[4] ?? '';
  const sides =
    callerAccount === account
      ? 'one side is enough to allow it, because the caller and the role are in the same account'
      : `both sides must allow it: the caller in account ${callerAccount}, and the role in account ${account}`;
  const hints = [
    tagging
      ? 'The session is tagged, which needs sts:TagSession on both sides; role-skip-session-tagging: true avoids that.'
      : '',
    asked.externalId
      ? 'An external id was sent: it must equal the one in the trust policy.'
      : 'If the trust policy demands an external id (sts:ExternalId), give role-external-id.',
    `The role may not exist: STS answers the same when account ${account} has no role ${name} (letter case counts).`,
    asked.byTokenFile
      ? `The other way: credentials-source: token-file asks for the role with the token itself. Account ${account} then needs an identity provider of the token's issuer, and the role must trust it.`
      : '',
  ].filter(Boolean);
  return {
    why: [sides, ...hints.map((hint) => `- ${hint}`)].join('\n'),
    fix: [
      `the caller ${callerArn} needs this identity policy:`,
      JSON.stringify(identity, undefined, 2),
      `and the role ${name} in account ${account} this trust policy:`,
      JSON.stringify(trust, undefined, 2),
    ].join('\n'),
  };
}
