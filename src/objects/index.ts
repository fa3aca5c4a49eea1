import { setFlagsFromString } from 'node:v8';
import type { Access, Job } from '../job.ts';
import { applyObjects } from './apply/apply.ts';
import type { ObjectsResult } from './apply/result.ts';
import { objectsPermissions } from './permissions.ts';
import type { ObjectsPlan } from './plan/plan.ts';
import { planObjects } from './plan/planner.ts';
import { describeObjects, reportObjects } from './report.ts';
import type { ObjectsRequest } from './request.ts';

/**
 * V8 doubles the space of its new objects when many of them stay, as the files of a large tree do: 60 MB more for no gain in time
 * (docs/performance.md). It reads this flag each time that it would.
 */
const KEEP_YOUNG_SPACE = '--semi-space-growth-factor=1';

/** Uploads files to S3 so that the bucket's owner can serve them. */
export function objectsJob(request: ObjectsRequest, access: Access): Job<ObjectsPlan, ObjectsResult> {
  setFlagsFromString(KEEP_YOUNG_SPACE);
  return {
    name: 'objects',
    plan: () => planObjects(request, access),
    permissions: (plan, result) => objectsPermissions(request, access.session, { plan, result }),
    apply: (plan) => applyObjects(request, access, plan),
    report: reportObjects,
    describe: describeObjects,
  };
}
