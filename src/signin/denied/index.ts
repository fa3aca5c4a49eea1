import { partitionOf } from '../../aws/partition.ts';
import { Problem } from '../../base/problem.ts';
import { isExpired } from '../../base/retryable.ts';
import { type Claims, showClaims } from '../identity/claims.ts';
import { isKeyFetchFailure } from '../sts/retryable.ts';
import { StsError } from '../sts/sts.ts';
import type { Asked, Explanation } from './asked.ts';
import { deniedHop, ofOtherPolicy } from './hop.ts';
import {
  isGithubDotCom,
  isOfOneRun,
  issuerHost,
  reusableWorkflowPolicy,
  roleParts,
  trustPolicyFor,
} from './trust-policy.ts';

/** This machine's clock and AWS's may differ by so much. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const CLOCK_TOLERANCE_MS = 4 * 60_000;

/** Why STS refused, and what to do about it; anything but an error of STS stays as it is. */
export function denied(error: unknown, asked: Asked, now: number): unknown {
  if (!(error instanceof StsError)) return error;
  const { callerArn, claims, roleArn } = asked;
  const action = claims ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
  const details =
    clockSkew(error, now) ?? (claims ? ofToken(error, asked, claims) : undefined) ?? ofRequest(error, asked);
  const hop = callerArn ? ` by ${callerArn}` : '';
  return new Problem({
    what: `${action} of ${roleArn}${hop} was refused with ${error.name} (HTTP ${error.status})`,
    ...details,
    why: [error.message && `AWS says: ${error.message}`, details?.why, asking(asked)].filter(Boolean).join('\n'),
    cause: error,
  });
}

function asking({ endpoint, region, claims, durationSeconds }: Asked): string {
  const audience = claims ? `, audience ${claims.aud}` : '';
  return `Asked: ${endpoint.host}, region ${region}${audience}, ${durationSeconds} seconds`;
}

function clockSkew({ date, name, message }: StsError, now: number): Explanation | undefined {
  const about = /ExpiredToken|SignatureDoesNotMatch|RequestTimeTooSkewed|InvalidIdentityToken/.test(name);
  const skew = date === undefined ? 0 : now - date;
  if (!about || Math.abs(skew) < CLOCK_TOLERANCE_MS || /audience|provider/i.test(message)) return undefined;
  const minutes = Math.round(Math.abs(skew) / 60_000);
  return {
    why: `the clock of this machine is ${minutes} minutes ${skew > 0 ? 'ahead of' : 'behind'} AWS's`,
    fix: 'set the clock of the runner (NTP), and run the job again',
  };
}

/** Errors that are about the token or the trust in it. */
function ofToken(error: StsError, asked: Asked, claims: Claims): Explanation | undefined {
  const { partition, account } = roleParts(asked.roleArn);
  const host = issuerHost(claims);
  const provider = `arn:${partition}:iam::${account}:oidc-provider/${host}`;
  if (error.name === 'AccessDenied') return ofOtherPolicy(error.message, asked) ?? ofTrust(asked, claims);
  if (isKeyFetchFailure(error) || error.name === 'IDPCommunicationError') {
    if (!isGithubDotCom(claims))
      return {
        why: `AWS could not fetch the public keys of the issuer ${claims.iss} in time: an outage, or a server that the internet does not reach`,
        fix: `see that AWS can reach ${claims.iss}/.well-known/openid-configuration, and the jwks_uri in it, from the internet, with a certificate that it trusts; if it was an outage, run the job again`,
      };
    return {
      why: "AWS could not fetch the issuer's public keys in time: an outage between AWS and the issuer, not your set-up",
      fix: 'run the job again; if it happens often, stagger the jobs that start together',
    };
  }
  if (error.name === 'IDPRejectedClaim') {
    return {
      why: showClaims(claims),
      fix: 'the identity provider refused a claim of the token: check the settings of the provider',
    };
  }
  if (isExpired(error)) return expired(asked, claims);
  if (error.name !== 'InvalidIdentityToken') return undefined;
  if (/No OpenIDConnect provider/i.test(error.message)) {
    return {
      why: [
        `account ${account} has no identity provider ${provider}`,
        showClaims(claims),
        ...machineHints(asked, claims),
      ].join('\n'),
      fix: `create it in account ${account}, or correct the account in role-to-assume:\naws iam create-open-id-connect-provider --url ${claims.iss} --client-id-list ${claims.aud}`,
    };
  }
  if (/audience/i.test(error.message)) {
    const usual = partitionOf(asked.region).audience;
    const unusual =
      claims.aud === usual ? '' : `, or leave the input audience out: its default in this region is ${usual}`;
    return {
      why: `the audience of the token is ${claims.aud}, which ${provider} does not list\n${showClaims(claims)}`,
      fix: `add the audience${unusual}:\naws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider} --client-id ${claims.aud}`,
    };
  }
  if (/thumbprint/i.test(error.message)) {
    return {
      why: `the certificate of the issuer ${claims.iss} is another one than when ${provider} was made`,
      fix: `give the provider the thumbprint of today's certificate chain:\naws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ${provider} --thumbprint-list …`,
    };
  }
  return {
    why: showClaims(claims),
    fix: `check that ${provider} is the provider of the issuer ${claims.iss}${asked.tokenFile ? `, and that ${asked.tokenFile} holds an id token, not an access token` : ''}`,
  };
}

function expired({ tokenFile }: Asked, claims: Claims): Explanation {
  const at = new Date(claims.exp * 1000).toISOString();
  return tokenFile
    ? {
        why: `the token in ${tokenFile} expired at ${at}`,
        fix: 'renew the file, and find out why the identity provider or kubelet no longer does',
      }
    : { why: `the id token expired at ${at}`, fix: 'run the job again' };
}

/** STS does not say which condition failed: everything that the token itself gives away is listed. */
function ofTrust(asked: Asked, claims: Claims): Explanation {
  const { account, name } = roleParts(asked.roleArn);
  const hints = [
    ...subjectHints(claims),
    ...machineHints(asked, claims),
    `The role may not exist: STS answers the same when account ${account} has no role ${name} (letter case counts).`,
  ];
  const policy = (it: object) => JSON.stringify(it, undefined, 2);
  const variant = reusableWorkflowPolicy(claims, asked.roleArn);
  const fix = [
    `the trust policy of ${name} in account ${account} must accept this token. This one does:`,
    policy(trustPolicyFor(claims, asked.roleArn)),
    ...(variant ? ['Or, for every repository of the owner that calls this reusable workflow:', policy(variant)] : []),
  ];
  return {
    why: [
      'the trust policy of the role does not accept this token; AWS does not say which condition failed',
      showClaims(claims),
      ...hints.map((hint) => `- ${hint}`),
    ].join('\n'),
    fix: fix.join('\n'),
  };
}

/** A role for a runner of one's own may trust the machine, and not GitHub. */
function machineHints({ tokenFile }: Asked, claims: Claims): string[] {
  if (tokenFile || claims.runner_environment !== 'self-hosted') return [];
  return [
    'This runner is self-hosted: if the role trusts the machine (its instance profile or pod) and not GitHub, write credentials-source: ambient.',
  ];
}

/** What a look at `sub` tells about conditions that cannot match. */
export function subjectHints(claims: Claims): string[] {
  const { sub, iss, environment } = claims;
  const hints: string[] = [];
  if (!isGithubDotCom(claims)) {
    hints.push(
      `The issuer is ${iss}: the provider's name and the condition keys must begin with ${issuerHost(claims)}.`,
    );
  }
  const isGithub = Boolean(claims.repository);
  if (isGithub && !sub.startsWith('repo:')) {
    hints.push('The sub is customised (it does not start with repo:): the policy must use it exactly as shown above.');
  } else if (isGithub && !/^repo:[^:]+:(ref:[^:]+|environment:[^:]+|pull_request)$/.test(sub)) {
    hints.push('The sub is customised (more follows what is usual): the policy must have all of it, in this order.');
  }
  if (isGithub && isOfOneRun(sub)) {
    hints.push(
      'A part of the sub (of the merge queue, the pull request or the run) is another one each time: the policy must take any, as the one below does.',
    );
  }
  if (/^repo:[^/:]+@\d+\/[^:]+@\d+:/.test(sub)) {
    hints.push(
      'The repository has the immutable sub (OWNER@ID/REPO@ID), as all new, renamed and moved repositories have since July 2026: a policy for repo:OWNER/REPO can never match.',
    );
  }
  if (environment && sub.includes(':environment:')) {
    hints.push(
      `The job has environment: ${environment}, so the sub ends in it: a condition on ref:refs/heads/… can never match.`,
    );
  }
  if (/:pull_request(:|$)/.test(sub)) {
    hints.push(
      'The job runs for a pull request, whose sub names no branch: a condition on ref:… can never match, and one that does match lets in every pull request of the repository.',
    );
  }
  if (sub.includes('%3A')) hints.push('A colon inside a name is written %3A in the sub.');
  if (/[A-Z]/.test(sub)) hints.push('The sub has capitals: StringEquals and StringLike are case-sensitive.');
  hints.push('A * in the policy needs StringLike: StringEquals takes it as a plain asterisk.');
  return hints;
}

/** Errors that are about the request, however it is proven. */
function ofRequest(error: StsError, asked: Asked): Explanation | undefined {
  const { account, name } = roleParts(asked.roleArn);
  const { message } = error;
  switch (error.name) {
    case 'AccessDenied':
      return (
        ofOtherPolicy(message, asked) ?? (asked.callerArn ? deniedHop(message, asked, asked.callerArn) : undefined)
      );
    case 'ValidationError':
      if (/role chaining/i.test(message))
        return {
          fix: "a role that is assumed with another role's credentials lasts at most 3600 seconds: lower role-duration-seconds",
        };
      if (/MaxSessionDuration/i.test(message)) {
        return {
          why: `role-duration-seconds is ${asked.durationSeconds}, more than the maximum session duration of the role`,
          fix: `lower role-duration-seconds, or raise the role's maximum in account ${account}:\naws iam update-role --role-name ${name} --max-session-duration ${asked.durationSeconds}`,
        };
      }
      if (/\btags\b/i.test(message)) return { fix: 'check custom-tags; role-skip-session-tagging: true sends no tags' };
      return { fix: `check the inputs role-to-assume (${asked.roleArn}), role-session-name and the session policies` };
    case 'InvalidParameterValue':
      if (!/tag/i.test(message)) return undefined;
      return {
        why: 'a transitive tag of the session before comes along, and may not be given anew',
        fix: 'leave that tag out of custom-tags and transitive-tag-keys, or set role-skip-session-tagging: true',
      };
    case 'MalformedPolicyDocument':
      return {
        fix: "check that inline-session-policy is a valid JSON policy, and that each ARN of managed-session-policies exists in the role's account",
      };
    case 'PackedPolicyTooLarge':
      return {
        why: 'session policies and tags together are larger than AWS packs into a session; EKS Pod Identity fills most of it with its own tags',
        fix: 'shorten inline-session-policy and custom-tags, or set role-skip-session-tagging: true',
      };
    case 'RegionDisabledException':
      return {
        fix: `STS is turned off in ${asked.region} for account ${account}: turn it on in IAM under Account settings, or use another aws-region`,
      };
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return {
        fix:
          asked.mixed ??
          `the credentials that this step found are not valid, or no longer are: check where they come from, and whether their account has enabled the region ${asked.region}, as opt-in regions answer so too`,
      };
    case 'SignatureDoesNotMatch':
      return {
        fix: 'the secret key that this step found does not belong to its access key id, or is not whole: store it anew',
      };
    default:
      return isExpired(error)
        ? { fix: 'the credentials that this step found have expired: sign in again before this step' }
        : undefined;
  }
}
