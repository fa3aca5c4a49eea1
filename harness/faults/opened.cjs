// Preloaded into the action: writes the path of every file that is opened for reading to the file that OPENED_LIST names.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const list = process.env.OPENED_LIST;
const append = fs.appendFileSync;
const seen = new Set();
let busy = false;

function note(path, flags) {
  const text = String(path);
  if (busy || seen.has(text) || (typeof flags === 'string' && !flags.startsWith('r'))) return;
  seen.add(text);
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
    if (name === 'readFile' || flags === undefined || typeof flags === 'string')
      note(path, name === 'open' ? flags : 'r');
    return real(path, flags, ...rest);
  };
}
syncBuiltinESMExports();
