import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, type ServiceCall } from '../service.ts';
import type { Checksum } from './model.ts';
import { header } from './request.ts';

/** The algorithms that this action and its peers send; another one is an error of the sandbox, not of S3. */
const ALGORITHMS: Readonly<Record<string, (body: Buffer) => string>> = {
  'x-amz-checksum-crc32': (body) => crcBase64(crc32(body)),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/**
 * Verifies `Content-MD5` and the checksum in a header or trailer. @returns the checksum that S3 keeps, if one was sent
 * @throws AwsError BadDigest
 */
export function verifyBody(call: Pick<ServiceCall, 'headers' | 'trailers' | 'body'>): Checksum | undefined {
  const { body, trailers } = call;
  const md5 = header(call, 'content-md5');
  if (md5 !== '' && createHash('md5').update(body).digest('base64') !== md5) throw badDigest('Content-MD5');
  const length = header(call, 'x-amz-decoded-content-length');
  if (length !== '' && Number(length) !== body.length) {
    throw new AwsError(
      'IncompleteBody',
      400,
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  const stated = { ...call.headers, ...trailers };
  const names = Object.keys(stated).filter((name) => name.startsWith('x-amz-checksum-') && !IS_SETTING.test(name));
  if (names.length > 1) throw new AwsError('InvalidRequest', 400, 'Expecting a single x-amz-checksum- header');
  const name = names[0];
  if (header(call, 'x-amz-trailer') !== '' && trailers[header(call, 'x-amz-trailer')] === undefined) {
    throw new AwsError('MalformedTrailerError', 400, 'The request contained trailing data that was not well-formed');
  }
  if (name === undefined) return undefined;
  const value = String(stated[name]);
  if (checksumOf(name, body) !== value) throw badDigest(name);
  return { header: name, value, type: 'FULL_OBJECT' };
}

const IS_SETTING = /^x-amz-checksum-(algorithm|type|mode)$/;

export function checksumOf(name: string, body: Buffer): string {
  const compute = ALGORITHMS[name];
  if (!compute) throw new AwsError('NotImplemented', 501, `the sandbox does not know ${name}`);
  return compute(body);
}

/** The checksum of the parts' checksums, `…-N`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export function compositeOf(name: string, parts: readonly string[]): string {
  return `${checksumOf(name, Buffer.concat(parts.map((sum) => Buffer.from(sum, 'base64'))))}-${parts.length}`;
}

function crcBase64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString('base64');
}

function badDigest(name: string): AwsError {
  return new AwsError('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);
}
