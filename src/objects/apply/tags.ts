import { hash } from 'node:crypto';
import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import { escapeXml } from '../../aws/xml.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { onObjects } from '../plan/iam-actions.ts';
import type { ObjectsPlan, PlannedBucket, Retagging } from '../plan/plan.ts';
import { TAGS_AT_ONCE } from '../plan/tags.ts';
import { ownerHeader } from '../s3/wire.ts';

/**
 * Gives what stays the tags that it lacks. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @throws Problem when S3 refuses one
 */
export async function setTags(
  { aws, session }: Access,
  { buckets, retags }: Pick<ObjectsPlan, 'buckets' | 'retags'>,
): Promise<void> {
  let done = 0;
  await eachOf(retags, TAGS_AT_ONCE, async ({ bucket: name, key, tags }) => {
    try {
      await putTags({ aws }, { bucket: buckets.get(name)!, key, tags });
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      const vanished = thrown.code === 'NoSuchKey';
      throw new Problem({
        what: `s3:PutObjectTagging was refused with ${thrown.code} (HTTP ${thrown.status}) after ${counted(done, 'object')} of ${retags.length}`,
        on: `s3://${name}/${key}`,
        why: vanished
          ? 'somebody else deleted the object while the step ran; nothing was deleted by this step'
          : `${thrown.details.why ?? 'the tags of s3-tags could not be set'}; everything was uploaded, nothing was deleted`,
        fix: vanished
          ? 'run the job again, which uploads it'
          : allowing({ said: thrown.details.why, needed: [onObjects(['s3:PutObjectTagging'], { name, ...session })] }),
        cause: thrown,
      });
    }
    done++;
  });
}

interface Tagged extends Pick<Retagging, 'key' | 'tags'> {
  readonly bucket: PlannedBucket;
}

/** Replaces all tags of an object. @throws Refused */
export async function putTags({ aws }: Pick<Access, 'aws'>, { bucket, key, tags }: Tagged): Promise<void> {
  const body = Buffer.from(bodyOf(tags));
  const headers = {
    ...ownerHeader(bucket),
    'content-type': 'application/xml',
    'content-md5': hash('md5', body, 'base64'),
  };
  const asked = { method: 'PUT', key, query: { tagging: '' }, headers, body } as const;
  await aws.call('s3:PutObjectTagging', (signal) => bucket.wire.ask(asked, signal));
}

function bodyOf(tags: Readonly<Record<string, string>>): string {
  const all = Object.entries(tags).map(
    ([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${all.join('')}</TagSet></Tagging>`;
}
