import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {commandOf, dynamicOf, stageOf, testKinds} from './check.ts';
import {expandDynamic} from '../../src/config/expand.ts';

const value = fc.string({unit: fc.constantFrom(...'ab \'"\\$`#*?~!;&|<>(){}[]=:-\n\tü', '\u{1F600}'), maxLength: 10});
const STAGE = 'printf "%s\\\\0" ${params.v} "<${params.v}>" \'(${params.v})\' "$(printf %s ${params.v}.)" ${params.l}';

test('a param reaches the program with exactly its characters, in whatever quotes it stands', async () => {
  await fc.assert(
    fc.asyncProperty(value, fc.array(value, {minLength: 1, maxLength: 3}), async (v, l) => {
      const stage = await stageOf(`a:\n  cmd: ${JSON.stringify(STAGE.replaceAll('\\\\', '\\'))}\n`, {
        head: 'params: p.json\n',
        files: {'p.json': JSON.stringify({v, l})},
      });
      const output = execFileSync('sh', ['-eu', '-c', String(commandOf(stage))], {encoding: 'utf8'});
      expect(output.split('\0').slice(0, -1)).toEqual([v, `<${v}>`, `(${v})`, `${v}.`, ...l]);
    }),
    {numRuns: 40},
  );
});

test('a command inside a here-document gets its values as words, too', async () => {
  const script = 'cat <<EOF\n$(printf "<%s>" ${params.v})\nEOF\n';
  for (const v of ['a; echo b', 'a b', "it's", '$(echo x)', 'a"b']) {
    const stage = await stageOf(`a:\n  cmd: ${JSON.stringify(script)}\n`, {
      head: 'params: p.json\n',
      files: {'p.json': JSON.stringify({v})},
    });
    const output = execFileSync('sh', ['-eu', '-c', String(commandOf(stage))], {encoding: 'utf8'});
    expect(output).toBe(`<${v}>\n`);
  }
});

test('an item that is known only during the run is quoted in the same way', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na:\n  foreach: ${stages.s.outs[0]}\n  cmd: |\n    printf "%s\\0" ${item.v} "<${item.v}>" \'(${item.v})\'\n',
    'a',
  );
  await fc.assert(
    fc.asyncProperty(value, async (v) => {
      const stages = expandDynamic(dynamic, [{v}], testKinds);
      const [stage] = stages.ok ? stages.value : [];
      const output = execFileSync('sh', ['-eu', '-c', stage === undefined ? '' : String(commandOf(stage))], {
        encoding: 'utf8',
      });
      expect(output.split('\0').slice(0, -1)).toEqual([v, `<${v}>`, `(${v})`]);
    }),
    {numRuns: 40},
  );
});
