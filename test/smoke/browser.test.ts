/**
 * The report, and the pages that stages write, in a real browser without a screen: they open from a file, draw everything,
 * run their own script and no other, and ask the network for nothing.
 */
import {spawn} from 'node:child_process';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {readFileSync, statSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {browser, canTestBrowser} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';

const PIPELINE = `mlp: 1
name: "browser <test>"
stages:
  first: {cmd: "echo one > one.txt; sh log.sh", outs: [one.txt]}
  second: {cmd: "cp one.txt two.txt; echo '<script>document.title = 1</script>'", deps: [one.txt], outs: [two.txt]}
  third: {cmd: "cat nothing", deps: [two.txt]}
`;
const LOG = `for step in 1 2 3 4; do
  echo "{\\"name\\": \\"log <loss>\\", \\"value\\": 0.$step, \\"step\\": $step}" >> "$MLP_METRICS"
done
`;

interface Opened {
  /** The document after its scripts ran. */
  readonly dom: string;
  /** What the page's scripts complained of. */
  readonly complaints: readonly string[];
}

describe.runIf(canTestBrowser)('a report in a browser', () => {
  const rig = new Rig();
  let server: Server;
  const asked: string[] = [];

  beforeAll(async () => {
    // All names, and so all requests that leave the page, lead here.
    server = createServer(({headers, url}, response) => {
      // The browser asks its maker for the time and for updates, which no page has a hand in.
      if (!/\.(google|googleapis)\.com$/.test(headers.host ?? '')) asked.push(`${headers.host ?? ''}${url ?? ''}`);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    rig.write('pipeline.yaml', PIPELINE);
    rig.write('log.sh', LOG);
    await rig.run();
    await rig.mlp('report', '-o', 'report.html');
  });

  afterAll(async () => {
    server.close();
    await rig[Symbol.asyncDispose]();
  });

  /** Not synchronously: the server of this process must be able to answer meanwhile. */
  async function open(file: string, ...options: readonly string[]): Promise<Opened> {
    const {port} = server.address() as AddressInfo;
    const child = spawn(
      browser,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-domain-reliability',
        '--no-first-run',
        '--enable-logging=stderr',
        `--user-data-dir=${rig.path('profile')}`,
        '--no-proxy-server',
        `--host-resolver-rules=MAP * 127.0.0.1:${String(port)}`,
        ...options,
        `file://${rig.path(file)}`,
      ],
      {timeout: 60_000, env: {...process.env, HOME: rig.folder}},
    );
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(status, stderr).toBe(0);
    return {dom: stdout, complaints: stderr.split('\n').filter((line) => line.includes(':CONSOLE'))};
  }

  it('shows graph, timeline, curves, tables and logs, without an error and without the network', async () => {
    const {dom, complaints} = await open('report.html', '--dump-dom');
    expect(complaints).toEqual([]);
    expect(asked).toEqual([]);
    expect(dom).toContain('<title>browser &lt;test&gt;: run 1</title>');
    for (const part of [
      '<svg class="graph"',
      '<div class="timeline"',
      'class="bar critical"',
      '<path class="curve"',
      'aria-label="first: log &lt;loss&gt;"',
      '&lt;script&gt;document.title = 1&lt;/script&gt;',
    ])
      expect(dom).toContain(part);
    expect(dom.match(/<g class="node (good|bad)">/g)).toHaveLength(3);
    // Made by the page's script: headings can be clicked, which shows that its hash in the policy is right.
    expect(dom).toMatch(/<th><button type="button">stage<\/button><\/th>/);
  });

  it('runs no other script and loads nothing, even if something got into the page', async () => {
    const page = rig.read('report.html');
    const bad =
      '<script>document.title="owned"</script><img src="http://example.org/a.png" onerror="document.title=1"><link rel="stylesheet" href="http://example.org/a.css">';
    rig.write('bad.html', page.replace('<h1>', `${bad}<h1>`));
    const {dom, complaints} = await open('bad.html', '--dump-dom');
    expect(dom).toContain('<title>browser &lt;test&gt;: run 1</title>');
    expect(complaints.length).toBeGreaterThanOrEqual(3);
    expect(asked).toEqual([]);
    // Without the policy the same page does ask, so the count above means something.
    rig.write('open.html', '<img src="http://example.org/a.png">');
    await open('open.html', '--dump-dom');
    expect(asked).toEqual(['example.org/a.png']);
  });

  it('shows the pages of `evaluate` and `validate` as well', async () => {
    await using other = new Rig();
    const rows = Array.from({length: 300}, (_, row) => {
      const share = ((row * 37) % 100) / 100;
      return `<b>${row}</b>,${row % 3 === 0 ? 'a' : 'b<i>'},${share < 0.4 ? 'a' : 'b<i>'},${1 - share},${share},${row % 5}`;
    });
    other.write('rows.csv', ['row_id,y_true,y_pred,p_a,p_b<i>,slice', ...rows, ''].join('\n'));
    other.write('schema.yaml', 'columns: {row_id: {type: string}, slice: {type: integer, maximum: 3}}\n');
    other.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  judge:
    uses: evaluate
    deps: {predictions: rows.csv}
    with: {slices: [slice], fairness: [slice], positive: a}
    outs: {html: evaluation.html}
  check:
    uses: validate
    with: {data: rows.csv, schema: schema.yaml, fail_on: never}
    outs: {page: profile.html}
`,
    );
    expect((await other.mlp('run')).code).toBe(0);
    const before = asked.length;
    for (const [page, least] of [
      ['evaluation.html', 5],
      ['profile.html', 3],
    ] as const) {
      rig.write(page, other.read(page));
      expect(statSync(rig.path(page)).size).toBeLessThan(1_000_000);
      const {dom, complaints} = await open(page, '--dump-dom');
      expect(complaints, page).toEqual([]);
      expect(dom.match(/<svg /g)?.length, page).toBeGreaterThanOrEqual(least);
      // What users named is text, wherever it stands.
      expect(dom, page).not.toContain('<i>');
    }
    expect(asked).toHaveLength(before);
  });

  it('can be drawn wide and narrow', async () => {
    for (const [name, width] of [
      ['wide', 1280],
      ['narrow', 500],
    ] as const) {
      const shot = rig.path(`${name}.png`);
      await open('report.html', `--window-size=${String(width)},1600`, `--screenshot=${shot}`);
      expect(statSync(shot).size).toBeGreaterThan(20_000);
      // Width of a PNG: four bytes behind the first chunk's name.
      expect(readFileSync(shot).readUInt32BE(16)).toBe(width);
    }
  });
});
