// Installs what package-lock.json names, if node_modules does not have it. Plain JavaScript: it runs on any Node, before
// there is a Node 24. Called by the scripts themselves: with ignore-scripts (.npmrc) npm runs no pre-scripts. What follows it
// must be an `npm run` of its own, whose shell then finds the Node 24 that was just installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.keyless-installed';
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).update(process.platform).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const { status } = spawnSync('npm', ['ci'], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}
