import { makeMasker } from '../../harness/masker.ts';
import { ALPHABETS, passwords, runnerAfter } from './imitation.ts';
import { BASE64, PRINTERS } from './printers.ts';

/**
 * What is hidden, in which forms, and what it costs: `npm run bench:masks` prints the tables of docs/parameters.md. The runner is
 * imitated (harness/masker.ts): it searches each line of the log for each pattern, and each `add-mask` command is such a line.
 */
const COUNTS = [20, 200, 1_000];
const LENGTH = 20;

/** Passwords of every kind, as many of each. */
function mixed(count: number): string[] {
  const kinds = Object.values(ALPHABETS).map((alphabet) => passwords(Math.ceil(count / 4), alphabet, LENGTH));
  return kinds.flat().slice(0, count);
}

const steps = COUNTS.map((count) => {
  const values = mixed(count);
  return { count, values, ...runnerAfter(values.map((value) => ({ value, secret: true }))) };
});

console.log(`| printed as | ${steps.map(({ count }) => `of ${count} passwords`).join(' | ')} |`);
console.log(`| --- | ${steps.map(() => '---:').join(' | ')} |`);
const printers = [
  ...Object.entries(PRINTERS).map(([name, print]) => ({ name, print, isHidden: (masked: string) => masked === '***' })),
  // Base64 has characters of what is around it, and some that belong to both.
  ...Object.entries(BASE64).map(([name, print]) => ({
    name,
    print,
    isHidden: (masked: string) => masked.includes('***'),
  })),
];
for (const { name, print, isHidden } of printers) {
  const shares = steps.map(({ values, masker }) => {
    const hidden = values.filter((value) => isHidden(masker.mask(print(value))));
    return `${Math.floor((100 * hidden.length) / values.length)} %`;
  });
  console.log(`| ${name.replaceAll('|', '\\|')} | ${shares.join(' | ')} |`);
}

console.log(
  '\n| passwords | masks | patterns | times their own | commands | the step itself | each line of 100 characters |',
);
console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const { count, values, masker, commands } of steps) {
  const own = makeMasker();
  for (const value of values) own.add(value);
  const again = makeMasker();
  const began = performance.now();
  for (const command of commands) {
    again.mask(`::add-mask::${command.replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
    again.add(command);
  }
  const added = performance.now() - began;
  const line = 'The quick brown fox jumps over the lazy dog. '.repeat(3).slice(0, 100);
  const start = performance.now();
  for (let nth = 0; nth < 200; nth++) again.mask(line + nth);
  const each = (performance.now() - start) / 200;
  const masks = commands.flatMap((command) => command.split('\n')).length;
  const times = (masker.patterns / own.patterns).toFixed(1);
  console.log(
    `| ${count} | ${masks} | ${masker.patterns} | ${times} | ${commands.length} | ${(added / 1_000).toFixed(2)} s | ${each.toFixed(2)} ms |`,
  );
}
