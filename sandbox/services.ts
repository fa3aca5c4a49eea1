import { makeAutoScaling, makeEc2 } from './autoscaling/index.ts';
import { makeCloudFront } from './cloudfront/index.ts';
import { makeCodeDeploy } from './codedeploy/index.ts';
import { makeEcr } from './ecr/index.ts';
import { makeEcrPublic } from './ecr/public.ts';
import { makeEcs } from './ecs/index.ts';
import { makeLambda } from './lambda/index.ts';
import { makeS3 } from './s3/index.ts';
import type { ServiceFactory } from './service.ts';
import { makeSsm } from './ssm/index.ts';

/** The services other than GitHub, STS and the metadata endpoints, which index.ts makes. One line each. */
export const SERVICES: readonly ServiceFactory[] = [
  makeSsm,
  makeS3,
  makeCloudFront,
  makeEcr,
  makeEcrPublic,
  makeEcs,
  makeLambda,
  makeAutoScaling,
  makeEc2,
  makeCodeDeploy,
];
