import { isExpired, shapeOf, type Verdict, verdictOf } from '../../base/retryable.ts';

/**
 * The class of an error of STS or of the token endpoint. A denial, or a provider that is not there, may be a change on its way
 * through IAM, so it is tried again within seconds; an expired id token is replaced, and tried again. That AWS could not fetch the issuer's keys has the same code as a
 * wrong token: AWS's text alone tells them apart.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
 */
export function signInVerdict(error: unknown): Verdict {
  const { name } = shapeOf(error);
  if (isExpired(error)) return 'renewed';
  if (name === 'AccessDenied' || isMissingProvider(error)) return 'grace';
  if (name === 'IDPCommunicationError' || isKeyFetchFailure(error)) return 'transient';
  return verdictOf(error);
}

export function isKeyFetchFailure(error: unknown): boolean {
  return shapeOf(error).name === 'InvalidIdentityToken' && /verification key/.test((error as Error).message);
}

function isMissingProvider(error: unknown): boolean {
  return shapeOf(error).name === 'InvalidIdentityToken' && /No OpenIDConnect provider/i.test((error as Error).message);
}
