import { resolve } from 'node:path';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { SignInContext } from '../sts/context.ts';
import { readClaims } from './claims.ts';
import type { IdToken, WebIdentity } from './web-identity.ts';

/** The identity of a token file: the input's, or the one of the environment. */
export function fileIdentity(context: SignInContext, input: string | undefined): WebIdentity {
  const tokenFile = input ?? context.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
  return {
    identity: { kind: 'token-file', described: 'the web identity token file' },
    plain: 'named',
    tokenFile,
    token: () => fileToken(context, tokenFile),
  };
}

/**
 * Reads a web identity token file each time it is used: kubelet rotates it. A symlink is followed, since mounted service account
 * tokens are symlinks. https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 * @param path relative to GITHUB_WORKSPACE
 */
async function fileToken({ env, mask }: SignInContext, path: string): Promise<IdToken> {
  if (path === '') {
    throw new Problem({
      on: 'Input web-identity-token-file',
      what: 'no token file is given: the input is empty and AWS_WEB_IDENTITY_TOKEN_FILE is not set, but credentials-source is token-file',
      fix: 'give the path of the file, or choose another credentials-source',
    });
  }
  const full = resolve(env.GITHUB_WORKSPACE ?? '', path);
  const token = await Promise.resolve(full)
    .then(readText)
    .then(
      (text) => text.trim(),
      (cause: unknown) => {
        throw new Problem({
          what: `the web identity token file ${full} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'})`,
          fix: 'check web-identity-token-file and AWS_WEB_IDENTITY_TOKEN_FILE, and that the file is mounted where this step runs',
          cause,
        });
      },
    );
  if (token) mask(token);
  const claims = readClaims(token);
  if (!claims) {
    throw new Problem({
      what: `the web identity token file ${full} does not hold a JSON web token`,
      fix: 'the file must hold one id token and nothing else, as EKS writes it',
    });
  }
  return { token, claims };
}
