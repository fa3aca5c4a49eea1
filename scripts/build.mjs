// src/ → lib/ (tsc) → dist/ (ncc). Equal sources give equal bytes: CI builds again and compares.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const run = (...args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
};
for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
run(
  'node_modules/@vercel/ncc/dist/ncc/cli.js',
  'build',
  'lib/index.js',
  '-o',
  'dist',
  '--target',
  'es2022',
  '--license',
  'licenses.txt',
);
writeFileSync(
  'dist/post.js',
  "// The post step: a door of index.js.\nprocess.argv[2] = 'post';\nawait import('./index.js');\n",
);
