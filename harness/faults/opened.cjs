// Preloaded into the action: writes the path of a file, each time that it is opened for reading, to the file that OPENED_LIST names. Right before the
// SWAP_NTH time that SWAP_FILE is opened, a link to SWAP_TO takes its place.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { OPENED_LIST: list, SWAP_FILE, SWAP_NTH, SWAP_TO } = process.env;
const { appendFileSync: append, renameSync, symlinkSync } = fs;
let busy = false;
let times = 0;

function isForReading(flags) {
  return typeof flags === 'number' ? (flags & 3) === fs.constants.O_RDONLY : !flags || flags.startsWith('r');
}

function note(path, flags) {
  const text = String(path);
  if (busy || !isForReading(flags)) return;
  if (text === SWAP_FILE && ++times === Number(SWAP_NTH)) {
    renameSync(text, `${SWAP_TO}.before`);
    symlinkSync(SWAP_TO, text);
  }
  busy = true;
  append(list, `${text}\n`);
  busy = false;
}

for (const name of ['open', 'openSync']) {
  const real = fs[name];
  fs[name] = (path, flags, ...rest) => {
    note(path, typeof flags === 'function' ? 'r' : flags);
    return real(path, flags, ...rest);
  };
}
for (const name of ['readFile', 'readFileSync', 'createReadStream']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (typeof path !== 'number') note(path);
    return real(path, ...rest);
  };
}
for (const name of ['open', 'readFile']) {
  const real = fs.promises[name];
  fs.promises[name] = (path, flags, ...rest) => {
    note(path, name === 'open' ? flags : 'r');
    return real(path, flags, ...rest);
  };
}
syncBuiltinESMExports();
