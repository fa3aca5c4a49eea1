import { randomBytes } from 'node:crypto';
import { AwsError, json, type ServiceFactory } from '../service.ts';

const TOKEN_MS = 12 * 3600 * 1000;
/** The one region whose endpoint gives logins. */
const REGION = 'us-east-1';

/** The API of ECR Public, as far as a login needs it. Its registry is public.ecr.aws, which the sandbox is not. */
export const makeEcrPublic: ServiceFactory = (core) => ({
  name: 'ecr-public',
  protocol: 'json',
  targetPrefix: 'SpencerFrontendService',
  handle: ({ action, region, authorize }) => {
    if (action !== 'GetAuthorizationToken') throw new AwsError('UnknownOperationException', 400, `no ${action}`);
    if (region !== REGION) throw new AwsError('InvalidParameterException', 400, `ECR Public is in ${REGION}`);
    authorize({ action: 'ecr-public:GetAuthorizationToken', resource: '*' });
    authorize({ action: 'sts:GetServiceBearerToken', resource: '*' });
    const password = randomBytes(120).toString('base64');
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    core.secrets.add(password).add(authorizationToken);
    return json({ authorizationData: { authorizationToken, expiresAt: (core.clock.now() + TOKEN_MS) / 1000 } });
  },
});
