import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { Issuer } from '../github/tokens.ts';
import type { XmlValue } from '../http/render.ts';
import { type FoundRole, findRole, sessionOf } from '../iam/identities.ts';
import { evaluate } from '../iam/policy.ts';
import { AwsError, type Core, type ServiceCall } from '../service.ts';
import type { World } from '../world.ts';
import { type AssumeInput, readAssumeInput, text, validationError } from './request.ts';

/** Claims that STS offers as condition keys for GitHub's issuer, in addition to `aud`, `sub` and `amr`. */
const GITHUB_KEYS = [
  'actor',
  'actor_id',
  'job_workflow_ref',
  'repository',
  'repository_id',
  'workflow',
  'ref',
  'environment',
  'enterprise_id',
];

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleWithWebIdentity(core: Core, issuer: Issuer, call: ServiceCall): Promise<XmlValue> {
  const { world } = core;
  const input = readAssumeInput(world, call);
  const account = input.roleArn.split(':')[4] ?? '';
  const { claims, provider } = await verifyToken(core, issuer, { token: text(call.input.WebIdentityToken), account });
  call.entry.params.sub = claims.sub;

  const partition = world.accounts[account]?.partition ?? 'aws';
  const providerArn = `arn:${partition}:iam::${account}:oidc-provider/${provider.url.replace(/^https?:\/\//, '')}`;
  const role = trustedRole(world, input, { claims, providerArn });
  if (input.seconds > (role.maxSessionSeconds ?? 3600))
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');

  const { sessionPolicies } = input;
  const caller = sessionOf(role, input.sessionName, sessionPolicies ? { sessionPolicies } : {});
  return {
    Audience: text(claims.aud),
    AssumedRoleUser: { AssumedRoleId: caller.userId, Arn: caller.arn },
    Provider: providerArn,
    Credentials: credentialsXml(core.keys.mint(caller, input.seconds)),
    SubjectFromWebIdentityToken: claims.sub ?? '',
    ...(sessionPolicies ? { PackedPolicySize: input.packedPercent } : {}),
  };
}

/** @throws AwsError AccessDenied, without saying whether the role is missing or does not trust the token */
function trustedRole(
  world: World,
  input: AssumeInput,
  { claims, providerArn }: { readonly claims: JWTPayload; readonly providerArn: string },
): FoundRole {
  const role = findRole(world, input.roleArn);
  const host = providerArn.slice(providerArn.indexOf('/') + 1);
  const names = ['aud', 'sub', ...(host.startsWith('token.actions.') ? GITHUB_KEYS : [])];
  const given = names.filter((name) => typeof claims[name] === 'string');
  const context = Object.fromEntries(given.map((name) => [`${host}:${name}`, text(claims[name])]));
  const trusted =
    role &&
    evaluate([role.trust], {
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: role.arn,
      context: { ...context, 'sts:RoleSessionName': input.sessionName },
      principal: { arn: '', account: '', federated: providerArn },
    });
  if (role && trusted?.effect === 'allow') return role;
  throw new AwsError('AccessDenied', 403, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
}

export function credentialsXml(minted: ReturnType<Core['keys']['mint']>): XmlValue {
  return {
    AccessKeyId: minted.accessKeyId,
    SecretAccessKey: minted.secretAccessKey,
    SessionToken: minted.sessionToken,
    Expiration: new Date(minted.expires).toISOString().replace('.000', ''),
  };
}

/** @throws AwsError InvalidIdentityToken, ExpiredTokenException, in AWS's words. */
async function verifyToken(
  { world, clock }: Core,
  issuer: Issuer,
  { token, account }: { readonly token: string; readonly account: string },
) {
  const claims = readClaims(token);
  const url = String(claims.iss ?? '');
  const provider = world.accounts[account]?.oidcProviders?.find((one) => one.url === url);
  if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${url}`);
  const key = issuer.publicKey(decodeProtectedHeader(token).kid);
  if (!key)
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  try {
    await compactVerify(token, key, { algorithms: ['RS256'] });
  } catch {
    throw invalidToken('The web identity token provided could not be validated: its signature is not valid');
  }
  if (!provider.audiences.includes(String(claims.aud))) throw invalidToken('Incorrect token audience');
  const now = clock.now() / 1000;
  if (now >= (claims.exp ?? 0))
    throw new AwsError(
      'ExpiredTokenException',
      400,
      `Token expired: current date/time ${Math.floor(now)} must be before the expiration date/time ${claims.exp}`,
    );
  if (now < (claims.nbf ?? 0)) throw invalidToken('The web identity token provided is not yet valid');
  return { claims, provider };
}

function readClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
}

function invalidToken(message: string): AwsError {
  return new AwsError('InvalidIdentityToken', 400, message);
}
