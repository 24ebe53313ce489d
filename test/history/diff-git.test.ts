/** Git read in few processes: contents that are no text, empty ones, missing ones; and how many processes that takes. */
import {expect, it} from 'vitest';
import {readBlobs, resolveNames} from '../../src/history/git.ts';
import {openHost} from '../../src/host/open-host.ts';
import {GitRig} from '../safety/git-rig.ts';

it('texts come back whole, whatever stands beside them', async () => {
  await using rig = new GitRig();
  rig.git('init', '--quiet', '--initial-branch=main');
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['latin', new Uint8Array([0x7b, 0xe9, 0xff, 0x0a, 0x0a])],
    ['empty', ''],
    ['größe 名', 'a\n\nb'],
    ['line', '\n'],
    ['like a title', `${'0'.repeat(40)} blob 3\nabc\n`],
  ];
  for (const [name, content] of contents) rig.write(`p/${name}`, content);
  rig.commit('all');
  const host = openHost(rig.path('p'));
  const names = await resolveNames(host, [...contents.map(([name]) => `HEAD:./${name}`), 'HEAD:./none', 'HEAD:p', '']);
  expect(names?.slice(contents.length)).toMatchObject(['missing', {type: 'tree'}, 'missing']);
  const hashes = (names ?? []).slice(0, contents.length).map((found) => (typeof found === 'object' ? found.hash : ''));
  const absent = '1'.repeat(40);
  const texts = await readBlobs(host, [hashes[0] ?? '', absent, ...hashes]);
  expect(texts.size).toBe(contents.length);
  expect(texts.has(absent)).toBe(false);
  expect(texts.get(hashes[0] ?? '')).toBe('{\ufffd\ufffd\n\n');
  contents.slice(1).forEach(([, content], index) => expect(texts.get(hashes[index + 1] ?? '')).toBe(content));
  await using plain = new GitRig();
  expect(await resolveNames(openHost(plain.folder), ['HEAD'])).toBeUndefined();
});

it('a diff of two revisions starts Git twice, of two runs never', async () => {
  await using rig = new GitRig();
  rig.git('init', '--quiet', '--initial-branch=main');
  rig.write('.gitignore', '.mlp/\n');
  rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  s: {cmd: cp in m.json, deps: [in], metrics: [m.json]}\n');
  for (const value of [1, 2]) {
    rig.write('in', `{"f1": ${value}}`);
    await rig.run();
    rig.commit(String(value));
  }
  const started: string[] = [];
  rig.wrap = (host) => ({
    ...host,
    processes: {
      ...host.processes,
      capture: (argv, options) => {
        started.push(argv.slice(0, 3).join(' '));
        return host.processes.capture(argv, options);
      },
    },
  });
  expect((await rig.mlp('diff', 'HEAD~1', 'HEAD')).out).toMatch(/f1 +1 +2/);
  expect(started).toEqual(['git cat-file --batch-check', 'git cat-file --batch']);
  started.length = 0;
  expect((await rig.mlp('diff', '1', '2')).out).toMatch(/f1 +1 +2/);
  expect(started).toEqual([]);
});
