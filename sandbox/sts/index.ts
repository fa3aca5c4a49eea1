import type { Issuer } from '../github/tokens.ts';
import { queryResult, type XmlValue } from '../http/render.ts';
import { AwsError, type Core, type Service, type ServiceCall } from '../service.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
export function makeSts(core: Core, issuer: Issuer): Service {
  const actions: Readonly<Record<string, (call: ServiceCall) => Promise<XmlValue> | XmlValue>> = {
    AssumeRoleWithWebIdentity: (call) => assumeRoleWithWebIdentity(core, issuer, call),
    AssumeRole: (call) => assumeRole(core, call),
    GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.account }),
  };
  return {
    name: 'sts',
    protocol: 'query',
    unsigned: ['AssumeRoleWithWebIdentity'],
    handle: async (call) => {
      const run = actions[call.action];
      if (!run)
        throw new AwsError('InvalidAction', 400, `Could not find operation ${call.action} for version 2011-06-15`);
      return queryResult(call.action, await run(call), NAMESPACE);
    },
  };
}
