/**
 * A CommonJS module that Node loads before a program or a function: it tells which project files are opened through
 * `node:fs`. A thread has its own instance of that module, so that functions beside each other are told apart.
 */
import type {FileHook} from '../language.ts';

const PROGRAM = `'use strict';
try {
  const at = process.env.MLP_OPENED;
  if (at) listen(require('fs'), require('path'), require('url'), at);
} catch {}

function listen(fs, path, url, at) {
  const [top, ...declared] = fs.readFileSync(at + '.known', 'utf8').split('\\0');
  const root = top.endsWith('/') ? top : top + '/';
  const known = new Set(declared);
  const seen = new Set();
  const {openSync, writeSync, closeSync} = fs;

  function note(letter, given) {
    try {
      if (typeof given === 'number' || given == null) return;
      let file = given instanceof URL ? url.fileURLToPath(given) : Buffer.isBuffer(given) ? given.toString() : given;
      if (typeof file !== 'string') return;
      file = path.resolve(file);
      if (!file.startsWith(root)) return;
      file = file.slice(root.length);
      if (file.startsWith('.mlp/') || /(^|\\/)node_modules\\//.test(file)) return;
      const record = letter + file;
      if (seen.has(record) || seen.size > 20000) return;
      seen.add(record);
      for (let above = file; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/'))))
        if (known.has(above)) return;
      const log = openSync(at + '.log', 'a');
      try {
        writeSync(log, record + '\\0');
      } finally {
        closeSync(log);
      }
    } catch {}
  }

  const ofFlags = (flags) =>
    typeof flags === 'number' ? (flags & 3) !== 0 : typeof flags === 'string' && /[wa+]/.test(flags);
  const read = (args) => note('R', args[0]);
  const write = (args) => note('W', args[0]);
  const open = (args) => note(ofFlags(args[1]) ? 'W' : 'R', args[0]);
  const move = (args) => note('W', args[1]);
  const copy = (args) => {
    read(args);
    move(args);
  };
  const both = {readFile: read, writeFile: write, appendFile: write, truncate: write, open, rename: move, copyFile: copy};
  const streams = {createReadStream: read, createWriteStream: write};

  function wrap(target, name, look) {
    const original = target[name];
    if (typeof original !== 'function') return;
    const wrapped = function (...args) {
      look(args);
      return Reflect.apply(original, this, args);
    };
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
    target[name] = wrapped;
  }

  for (const [name, look] of Object.entries(both)) {
    wrap(fs, name, look);
    wrap(fs, name + 'Sync', look);
    if (fs.promises) wrap(fs.promises, name, look);
  }
  for (const [name, look] of Object.entries(streams)) wrap(fs, name, look);
  const {syncBuiltinESMExports} = require('module');
  if (syncBuiltinESMExports) syncBuiltinESMExports();
}
`;

export const NODE_FILE_HOOK: FileHook = {
  file: 'node/hook.cjs',
  text: PROGRAM,
  preloadsFunctions: true,
  variables: (path, env) => {
    const quoted = `--require "${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    const declared = env['NODE_OPTIONS'];
    return {NODE_OPTIONS: declared === undefined || declared === '' ? quoted : `${quoted} ${declared}`};
  },
};
