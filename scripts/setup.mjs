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

// The tests, the sandbox and the demo run TypeScript, and play GitHub's runner, which has Node 24.
const own = existsSync('node_modules/.bin/node') || existsSync('node_modules/.bin/node.exe');
if (!own && Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `This needs Node 24 and found ${process.versions.node}: install it (https://nodejs.org/en/download) and run the command again. ` +
      `On Linux npm brings it along; for ${process.platform} ${process.arch} it does not.`,
  );
  process.exit(1);
}
