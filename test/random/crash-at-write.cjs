/**
 * Preloaded into a real `mlp`: kills it with SIGKILL at its MLP_CRASH_AT-th write, half of the bytes written where a write
 * has bytes. A write is whatever changes the disk: files, folders, links, modes, and statements that change the database.
 */
'use strict';
const fs = require('node:fs');
const SqliteDatabase = require('better-sqlite3');

let left = Number(process.env.MLP_CRASH_AT);

function die() {
  process.kill(process.pid, 'SIGKILL');
}

function count(before) {
  left--;
  if (left !== 0) return;
  if (before !== undefined) before();
  die();
}

const writes = [
  'appendFileSync',
  'chmodSync',
  'copyFileSync',
  'fchmodSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'symlinkSync',
  'unlinkSync',
  'utimesSync',
  'writeSync',
];
for (const name of writes) {
  const real = fs[name];
  fs[name] = function (...given) {
    count();
    return real.apply(fs, given);
  };
}

const realWrite = fs.writeFileSync;
fs.writeFileSync = function (file, content, ...rest) {
  count(() => realWrite.call(fs, file, content.slice(0, content.length >> 1), ...rest));
  return realWrite.call(fs, file, content, ...rest);
};

const memory = new SqliteDatabase(':memory:');
const statement = Object.getPrototypeOf(memory.prepare('SELECT 1'));
memory.close();
const realRun = statement.run;
statement.run = function (...cells) {
  count();
  return realRun.apply(this, cells);
};
