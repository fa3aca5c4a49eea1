import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOY, type scene } from '../../../harness/scene.ts';

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';
const SUBJECT = 'system:serviceaccount:ci:runner';

/** The role of an EKS service account (IRSA), which may assume DEPLOY. */
export const POD_ROLE = 'arn:aws:iam::111122223333:role/pod';

/** A world with an EKS cluster: the issuer of its own, a provider and a role for it. */
export function eksWorld(claims: Readonly<Record<string, unknown>> = {}) {
  return {
    github: {
      jobs: { pod: { repository: 'octo-org/shop', claims: { iss: `https://${ISSUER}`, sub: SUBJECT, ...claims } } },
    },
    accounts: {
      '111122223333': {
        oidcProviders: [{ url: `https://${ISSUER}`, audiences: ['sts.amazonaws.com'] }],
        roles: {
          pod: {
            trust: {
              Statement: {
                Effect: 'Allow',
                Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${ISSUER}` },
                Action: 'sts:AssumeRoleWithWebIdentity',
                Condition: { StringEquals: { [`${ISSUER}:sub`]: SUBJECT } },
              },
            },
            policies: {
              hop: { Statement: { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: DEPLOY } },
            },
          },
        },
      },
    },
  };
}

/** Writes the pod's token to `token` in the workspace. @returns its path */
export async function writeToken({ sandbox, job }: Awaited<ReturnType<typeof scene>>): Promise<string> {
  const path = join(job.workspace, 'token');
  writeFileSync(path, `${await sandbox.token('pod')}\n`);
  return path;
}
