import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {unifiedDiff} from '../../src/base/unified-diff.ts';

it('says nothing of equal texts', () => {
  expect(unifiedDiff('a\n', 'a\n', 'f')).toBe('');
});

it('shows three lines around a change, and changes far apart by themselves', () => {
  const lines = Array.from({length: 30}, (_, index) => `${index}\n`);
  const after = [...lines.slice(0, 5), 'new\n', ...lines.slice(5, 25), 'x\n', ...lines.slice(26)];
  expect(unifiedDiff(lines.join(''), after.join(''), 'f')).toBe(
    '--- f\n+++ f\n@@ -3,6 +3,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n@@ -23,7 +24,7 @@\n 22\n 23\n 24\n-25\n+x\n 26\n 27\n 28\n',
  );
});

it('is what `patch` takes, whatever the texts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-diff-'));
  const text = fc
    .tuple(fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n')), fc.constantFrom('', 'a', 'end'))
    .map(([lines, end]) => lines.join('') + end);
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '');
        writeFileSync(join(folder, 'f'), before);
        execFileSync('git', ['apply', '--unidiff-zero', '-p0', '-'], {
          cwd: folder,
          input: unifiedDiff(before, after, 'f'),
        });
        expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(after);
      }),
      {numRuns: 12},
    );
  } finally {
    rmSync(folder, {recursive: true});
  }
});
