import { writeFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Problem } from '../../../src/base/problem.ts';
import { diskFull } from '../../../src/images/model/disk-full.ts';

const failureOf = async (path: string) => diskFull(await writeFile(path, 'x').catch((thrown) => thrown), '/temp/layer');

/** Linux alone has a device that is always full: https://man7.org/linux/man-pages/man4/full.4.html */
(process.platform === 'linux' ? test : test.skip)('a full disk is said as such, with its folder', async () => {
  const problem = await failureOf('/dev/full');
  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).message).toContain('/temp: the disk is full');
});

test('any other failure to write stays what it is', async () => {
  expect(await failureOf('/no/such/folder')).toMatchObject({ code: 'ENOENT' });
});
