import { boundHeap } from '../base/heap.ts';
import type { Access, Job } from '../job.ts';
import { applyObjects } from './apply/apply.ts';
import type { ObjectsResult } from './apply/result.ts';
import { objectsPermissions } from './permissions.ts';
import type { ObjectsPlan } from './plan/plan.ts';
import { planObjects } from './plan/planner.ts';
import { describeObjects, reportObjects } from './report.ts';
import type { ObjectsRequest } from './request.ts';

/** Uploads files to S3 so that the bucket's owner can serve them. */
export function objectsJob(request: ObjectsRequest, access: Access): Job<ObjectsPlan, ObjectsResult> {
  boundHeap();
  return {
    name: 'objects',
    plan: () => planObjects(request, access),
    permissions: (plan, result) => objectsPermissions(request, access.session, { plan, result }),
    apply: (plan) => applyObjects(request, access, plan),
    report: reportObjects,
    describe: describeObjects,
  };
}
