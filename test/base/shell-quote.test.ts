import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {quoteIn, quoteWord, ShellReader, type ShellContext} from '../../src/base/shell-quote.ts';

/** What sh makes of many scripts at once: one process for a whole property keeps the test short. */
const sh = (script: string): string => execFileSync('sh', ['-eu', '-c', script], {encoding: 'utf8'});

const anyText = fc.string({unit: fc.constantFrom(...'ab \'"\\$`#*?~!;&|<>(){}[]=\n\tü-', '\u{1F600}'), maxLength: 12});
/** A here-document ends at its mark and always with a line end. */
const heredocText = anyText.filter((text) => !text.split('\n').includes('EOF'));

test('any text put into a script is one word with exactly its characters', () => {
  fc.assert(
    fc.property(fc.array(anyText, {minLength: 1, maxLength: 40}), (texts) => {
      const script = texts.map((text) => `printf '%s\\0' ${quoteWord(text)}`).join('\n');
      expect(sh(script).split('\0').slice(0, -1)).toEqual(texts);
    }),
    {numRuns: 20},
  );
});

const around: Readonly<Record<'double' | 'single', (value: string) => string>> = {
  double: (value) => `printf '%s\\0' "<${value}>"`,
  single: (value) => `printf '%s\\0' '<${value}>'`,
};

test.each(['double', 'single'] as const)(
  'a value inside %s quotes keeps its characters and does not end the quotes',
  (context) => {
    fc.assert(
      fc.property(fc.array(anyText, {minLength: 1, maxLength: 40}), (texts) => {
        const script = texts.map((text) => around[context](quoteIn(context, text))).join('\n');
        expect(sh(script).split('\0').slice(0, -1)).toEqual(texts.map((text) => `<${text}>`));
      }),
      {numRuns: 20},
    );
  },
);

test('a value in a here-document is not expanded by the shell', () => {
  fc.assert(
    fc.property(heredocText, (text) => {
      expect(sh(`cat <<EOF\n<${quoteIn('heredoc', text)}>\nEOF\n`)).toBe(`<${text}>\n`);
    }),
    {numRuns: 25},
  );
});

test.each<[string, ShellContext]>([
  ['echo ', 'plain'],
  ['echo "', 'double'],
  ['echo "a" ', 'plain'],
  ["echo '", 'single'],
  ["echo 'it' ", 'plain'],
  ['echo \\"', 'plain'],
  ['echo "\\"', 'double'],
  ['echo "$(cat ', 'plain'],
  ['echo "$(cat "a") ', 'double'],
  ['echo $(( 1 << ', 'plain'],
  ["echo a # don't ", 'comment'],
  ["echo a # don't\necho ", 'plain'],
  ['echo a#b ', 'plain'],
  ['cat <<EOF\n', 'heredoc'],
  ["cat <<'EOF'\n", 'literal'],
  ["cat <<EOF\nit's\nEOF\necho ", 'plain'],
  ['cat <<-EOF\n\tx\n\tEOF\necho ', 'plain'],
  ['cat <<A <<B\na\nA\n', 'heredoc'],
  ['cat <<EOF\n$(echo ', 'plain'],
  ['cat <<EOF\n$(echo "', 'double'],
  ['cat <<EOF\n$(echo (a)\n) ', 'heredoc'],
  ['cat <<EOF\n\\$(echo ', 'heredoc'],
  ["cat <<'EOF'\n$(echo ", 'literal'],
  ['cat <<EOF\n$(echo a)\nEOF\necho ', 'plain'],
  ['cat <<A <<B\na\nA\nB\n', 'plain'],
  ['cat <<< "', 'double'],
])('after %j a value stands in %s context', (script, context) => {
  const reader = new ShellReader();
  reader.read(script);
  expect(reader.context).toBe(context);
});

test.each<[string, boolean]>([
  ['echo `', true],
  ['echo "`', true],
  ['echo `a` ', false],
  ["echo '`' ", false],
  ['echo \\`', false],
  ['# ` \necho ', false],
  ['cat <<EOF\n`', true],
  ["cat <<'EOF'\n`", false],
])('after %j a value stands between back-ticks: %s', (script, isInBackTicks) => {
  const reader = new ShellReader();
  reader.read(script);
  expect(reader.isInBackTicks).toBe(isInBackTicks);
});
