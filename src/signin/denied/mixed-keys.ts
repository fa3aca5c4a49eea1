import type { Credentials } from '../sts/sts.ts';

/**
 * Why AWS does not know a key that is valid by itself: its session token is missing, or is the one of other keys, as in a job whose
 * earlier step left its own. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
 */
export function mixedKeys({ accessKeyId, sessionToken }: Pick<Credentials, 'accessKeyId' | 'sessionToken'>) {
  if (accessKeyId.startsWith('AKIA') && sessionToken)
    return "the key is a long-lived one (AKIA…), which has no session token, but one is given: an earlier step may have left it; write AWS_SESSION_TOKEN: '' in the env of this step, or take it out of the profile";
  if (accessKeyId.startsWith('ASIA') && !sessionToken)
    return 'the key is that of a session (ASIA…), and its session token is missing: give AWS_SESSION_TOKEN, or aws_session_token in the profile, as well';
  return undefined;
}
