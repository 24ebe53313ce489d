import {expect, it} from 'vitest';
import {parseYaml} from '../../../src/stages/shared/parse-yaml.ts';

const valueOf = async (text: string): Promise<unknown> => (await parseYaml('a.yaml', text)).value;
const mistake = (text: string): Promise<string> =>
  parseYaml('a.yaml', text).then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );

it('reads values of YAML 1.2, and keys as they are written', async () => {
  expect(await valueOf('\uFEFFa: [NO, off, 0x10, 012, 1e3, ~, "1", true, 2024-01-01, -.inf]\n')).toEqual({
    a: ['NO', 'off', 16, 12, 1000, null, '1', true, '2024-01-01', -Infinity],
  });
  expect(await valueOf('NO: 1\n0x10: 2\n~: 3\ntrue: 4\n1.50: 5\n__proto__: 6\n')).toEqual(
    JSON.parse('{"NO": 1, "0x10": 2, "~": 3, "true": 4, "1.50": 5, "__proto__": 6}'),
  );
  expect(await valueOf('a: &x [1]\nb: *x\nc:\n')).toEqual({a: [1], b: [1], c: null});
  expect(await valueOf('')).toBeNull();
  expect(await valueOf('{"json": [1, {"a": null}]}')).toEqual({json: [1, {a: null}]});
});

it('knows the lines of members and items, and of what is not there', async () => {
  const {lineOf} = await parseYaml('a.yaml', '# first\na:\n  b:\n    - 1\n    - {c: 2}\nd: {e: 1, f: 2}\n');
  expect(lineOf([])).toBe(2);
  expect(lineOf(['a', 'b'])).toBe(3);
  expect(lineOf(['a', 'b', 1, 'c'])).toBe(5);
  expect(lineOf(['d', 'f'])).toBe(6);
  expect(lineOf(['a', 'nope', 'c'])).toBe(2);
});

it('says where it is wrong', async () => {
  expect(await mistake('a: 1\nb: [1\n')).toMatch(/^`a\.yaml:[23]`: /);
  expect(await mistake('a: 1\nb: 2\na: 3\n')).toBe('`a.yaml:3`: the key `a` is there twice');
  expect(await mistake('a: *x\n')).toBe('`a.yaml:1`: there is no anchor `&x` before this');
  expect(await mistake('a: &x\n  b: *x\n')).toBe('`a.yaml:2`: an alias stands inside of what it stands for');
  expect(await mistake(`a: ${'['.repeat(20_000)}`)).toMatch(/^`a\.yaml.*`/);
});

it('is not brought down by aliases of aliases, nor by ten thousand keys', async () => {
  const bomb = Array.from(
    {length: 12},
    (_, level) =>
      `a${String(level + 1)}: &a${String(level + 1)} [${Array(9)
        .fill(`*a${String(level)}`)
        .join(', ')}]`,
  );
  expect(await mistake(`a0: &a0 x\n${bomb.join('\n')}\n`)).toContain('the aliases stand for too many values');
  const keys = Array.from({length: 10_000}, (_, index) => `k${String(index)}: 1\n`).join('');
  expect(Object.keys((await valueOf(keys)) as object)).toHaveLength(10_000);
});
