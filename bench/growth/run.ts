import { parseArgs } from 'node:util';
import { grow, KINDS, type Kind } from './sweep.ts';

/**
 * How the cost of an upload grows with its files, or with its rules: `npm run bench:growth -- --files 1000,10000,100000 --kind new,unchanged`. The exponent
 * compares the processor time of a row with that of the row before: 1 is linear.
 */
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000,10000,50000' },
    kind: { type: 'string', default: KINDS.join(',') },
  },
});

console.log('| what | number | s | CPU s | MB | requests | exponent |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const kind of values.kind.split(',') as Kind[]) {
  let before: { readonly files: number; readonly cpu: number } | undefined;
  for (const files of values.files.split(',').map(Number)) {
    const { code, seconds, cpuSeconds, megabytes, requests, log } = await grow(kind, files);
    if (code !== 0) throw new Error(`${kind}, ${files} files: ${log.slice(-2_000)}`);
    const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
    const exponent = before ? Math.log(cpuSeconds / before.cpu) / Math.log(files / before.files) : undefined;
    console.log(
      `| ${kind} | ${files} | ${seconds.toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${Math.round(megabytes)} | ${total} | ${exponent?.toFixed(2) ?? ''} |`,
    );
    before = { files, cpu: cpuSeconds };
  }
}
