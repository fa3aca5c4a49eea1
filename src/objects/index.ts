import type { Access, Job } from '../job.ts';
import type { ObjectsRequest } from '../request/objects.ts';
import { applyObjects, type ObjectsResult } from './apply.ts';
import { objectsPermissions } from './permissions.ts';
import { type ObjectsPlan, planObjects } from './plan.ts';
import { describeObjects, reportObjects } from './report.ts';

/** Uploads files to S3 so that the bucket's owner can serve them. */
export function objectsJob(access: Access, request: ObjectsRequest): Job<ObjectsPlan, ObjectsResult> {
  return {
    name: 'objects',
    plan: () => planObjects(access, request),
    permissions: (plan) => objectsPermissions(plan, request, access.session),
    apply: (plan) => applyObjects(access, request, plan),
    report: reportObjects,
    describe: describeObjects,
  };
}
