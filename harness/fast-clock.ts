/**
 * Preloaded into a step (`--import`): what it sleeps (the pauses of a wait or a retry) takes no time, and its clock moves on by it.
 * Everything else keeps its time: the deadline of a call is one of this machine.
 */
const { now } = Date;
const { setTimeout: start } = globalThis;
let ahead = 0;

Date.now = () => now() + ahead;

function startFast(callback: () => void, ms = 0): ReturnType<typeof setTimeout> {
  // The house's clock has one function that sleeps: src/base/clock.ts.
  if (!/^\s*at \S*\bsleep\b/m.test(new Error().stack ?? '')) return start(callback, ms);
  const wakes = Date.now() + ms;
  return start(() => {
    ahead = Math.max(ahead, wakes - now());
    callback();
  }, 1);
}

globalThis.setTimeout = Object.assign(startFast, start) as typeof setTimeout;
