#!/usr/bin/env node
'use strict';
// Only syntax and functions of old Nodes before the version check: its sentence must appear on them, before the bundle
// is read and the SQLite addon is loaded, which crashes the process on a Node that it was not built for.

var found = process.versions.node.split('.').map(Number);
var supported = (found[0] === 20 && found[1] >= 17) || (found[0] === 22 && found[1] >= 14) || found[0] > 22;
var main = require('path').join(__dirname, '../dist/cli/main.cjs');

if (!supported) {
  console.error(
    'mlp needs Node 20.17 or later of the 20 line, or Node 22.14 or later, and this is Node ' +
      process.versions.node +
      ': install a current one from https://nodejs.org and start mlp again.',
  );
  process.exitCode = 2;
} else if (!require('fs').existsSync(main)) {
  console.error('mlp is not built here: run `npm run build` in ' + require('path').dirname(__dirname) + ' first.');
  process.exitCode = 2;
} else {
  start(main);
}

// Runs the bundle as a module, with the machine code that V8 made of it the last time: compiling it anew is a quarter of
// the CPU of a run with nothing to do. The code lies beside the bundle, so that whoever may change the one may change the
// other and nobody else; where that folder cannot be written, every start compiles.
function start(file) {
  var fs = require('fs');
  var Module = require('module');
  var vm = require('vm');
  var stat = fs.statSync(file);
  var base = file + '.' + [process.version, process.arch, stat.size, Math.floor(stat.mtimeMs)].join('-');
  // That of a run holds what every command needs, and serves all; that of another command lacks what a run needs.
  var ofRun = base + '-run.cache';
  var ofOther = base + '.cache';
  var isRun = process.argv[2] === 'run' && process.argv.indexOf('--help') < 0 && process.argv.indexOf('-h') < 0;
  var known = readCache(fs, ofRun);
  var lacksRun = known === undefined;
  if (lacksRun) known = readCache(fs, ofOther);
  var script = new vm.Script(
    '(function(exports,require,module,__filename,__dirname){' + fs.readFileSync(file, 'utf8') + '\n})',
    {
      filename: file,
      cachedData: known,
    },
  );
  // At the end, when the functions that a run needs have been compiled; one that failed may have needed few.
  process.on('exit', function (code) {
    var isBetter = lacksRun && isRun && code === 0;
    if (known !== undefined && !script.cachedDataRejected && !isBetter) return;
    var cache = lacksRun && !isBetter ? ofOther : ofRun;
    try {
      fs.writeFileSync(cache + '.' + process.pid, script.createCachedData());
      fs.renameSync(cache + '.' + process.pid, cache);
    } catch {
      // A folder that cannot be written.
    }
  });
  var loaded = new Module(file, module);
  loaded.filename = file;
  require.cache[file] = loaded;
  script
    .runInThisContext()
    .call(loaded.exports, loaded.exports, Module.createRequire(file), loaded, file, require('path').dirname(file));
  loaded.loaded = true;
}

function readCache(fs, path) {
  try {
    return fs.readFileSync(path);
  } catch {
    return undefined;
  }
}
