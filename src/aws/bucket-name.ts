/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; old buckets may have capitals and underscores. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

export function isBucketName(name: string): boolean {
  return BUCKET.test(name);
}
