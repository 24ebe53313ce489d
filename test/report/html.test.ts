/** The page shell, escaping and plots of HTML that mlp writes. */
import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {axisFor} from '../../src/report/html/axis.ts';
import {escapeHtml, html, trusted} from '../../src/report/html/html.ts';
import {linePlot} from '../../src/report/html/line-plot.ts';
import {page} from '../../src/report/html/page.ts';
import {SCRIPT, SCRIPT_SHA256} from '../../src/report/html/script.ts';

describe('html', () => {
  it('escapes every value, in text and in attributes, alone and in lists', () => {
    const name = `<script>alert("1")</script> & 'x' ]]>`;
    const safe = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; ]]&gt;';
    expect(html`<a title="${name}">${[name, [name]]}</a>`.toString()).toBe(`<a title="${safe}">${safe}${safe}</a>`);
  });

  it('escapes once, and leaves out what is undefined or false, but not zero', () => {
    expect(html`${html`<b>${'<'}</b>`}${undefined}${false}${0}`.toString()).toBe('<b>&lt;</b>0');
  });

  it('shows controls, direction overrides and lone surrogates instead of sending them', () => {
    expect(escapeHtml('a\u0000b\u202ec\ud800\nd')).toBe('a\\u0000b\\u202ec\\ud800\nd');
    expect(escapeHtml('précision β 日本 👩‍🔬')).toBe('précision β 日本 👩‍🔬');
  });
});

describe('page', () => {
  const text = page({title: '<title> & "co"', body: html`<p>hello</p>`});

  it('fetches nothing and lets no script run but its own', () => {
    expect(text).toContain(`script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`);
    expect(SCRIPT_SHA256).toBe(createHash('sha256').update(SCRIPT).digest('base64'));
    expect(text).toContain(`default-src 'none'`);
    expect(text).not.toMatch(/https?:|url\(|@import|src=/);
    expect(text).toContain(`<script>${SCRIPT}</script>`);
    expect(SCRIPT).not.toContain('</');
  });

  it('escapes the title and holds the body', () => {
    expect(text).toContain('<title>&lt;title&gt; &amp; &quot;co&quot;</title>');
    expect(text).toContain('<p>hello</p>');
    expect(text.endsWith('</html>\n')).toBe(true);
  });
});

describe('axisFor', () => {
  const labels = (values: readonly number[], options = {}): readonly string[] => {
    const axis = axisFor(values, options);
    return axis.ticks.map(axis.label);
  };

  it('marks round numbers around the data', () => {
    expect(labels([0.12, 0.87])).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(labels([-3, 12])).toEqual(['-5', '0', '5', '10', '15']);
    expect(labels([1e-9, 4e-9])).toEqual(['1e-9', '2e-9', '3e-9', '4e-9']);
  });

  it('tells neighbours apart however small the differences', () => {
    const shown = labels([0.99991, 0.99994]);
    expect(new Set(shown).size).toBe(shown.length);
    const large = labels([1_000_001, 1_000_004]);
    expect(new Set(large).size).toBe(large.length);
  });

  it('keeps to the data when tight, and to whole numbers for steps', () => {
    expect(axisFor([1, 3], {tight: true, whole: true}).ticks).toEqual([1, 2, 3]);
    expect(axisFor([1, 3], {tight: true}).low).toBe(1);
  });

  it.each([
    ['nothing', []],
    ['no finite number', [Number.NaN, Number.POSITIVE_INFINITY]],
    ['one value', [7]],
    ['zero only', [0]],
    ['the largest doubles', [-Number.MAX_VALUE, Number.MAX_VALUE]],
    ['the smallest', [0, 5e-324]],
    ['neighbouring doubles', [1, 1 + Number.EPSILON]],
  ])('ends that are finite and apart for %s', (_what, values) => {
    const axis = axisFor(values);
    expect(Number.isFinite(axis.low) && Number.isFinite(axis.high)).toBe(true);
    expect(axis.low).toBeLessThan(axis.high);
    expect(axis.ticks.every((tick) => Number.isFinite(tick))).toBe(true);
  });
});

describe('linePlot', () => {
  const at = (...values: readonly number[]) => values.map((y, x) => ({x, y}));

  it('draws a curve a series, tells them apart without colour, and says it in words', () => {
    const text = linePlot({
      title: 'loss',
      series: [
        {name: 'before', points: at(3, 2, 1)},
        {name: 'after', points: at(2, 1, 0.5)},
      ],
    }).toString();
    expect(text.match(/class="curve"/g)).toHaveLength(2);
    expect(text).toContain('stroke-dasharray');
    expect(text).toContain(
      '<desc>before: 3 points between 1 and 3, last 1. after: 3 points between 0.5 and 2, last 0.5.',
    );
    expect(text).toContain('aria-label="loss"');
  });

  it('has a gap and a mark where a value is no finite number', () => {
    const text = linePlot({
      series: [{name: 'a', points: at(1, 2, Number.NaN, 3, 4, Number.POSITIVE_INFINITY)}],
    }).toString();
    expect(/class="curve" d="(M[^"]*)"/.exec(text)?.[1]?.match(/M/g)).toHaveLength(2);
    expect(text.match(/class="missing"/g)).toHaveLength(2);
    expect(text).toContain('× not a finite number');
    expect(text).not.toMatch(/="[^"]*(NaN|Infinity)[^"]*"/);
  });

  it('shows a value alone between gaps', () => {
    const points = at(...Array.from({length: 200}, (_, index) => (index === 100 ? 1 : Number.NaN)));
    expect(
      linePlot({series: [{name: 'a', points}]})
        .toString()
        .match(/<circle/g),
    ).toHaveLength(1);
  });

  it('says so when there is nothing to draw', () => {
    expect(linePlot({series: []}).toString()).toContain('no points');
    expect(linePlot({series: [{name: 'a', points: at(Number.NaN)}]}).toString()).toContain(
      'none of them a finite number',
    );
  });

  it('sorts by x, thins many points, and keeps their extremes', () => {
    const points = Array.from({length: 100_000}, (_, x) => ({x, y: x === 54_321 ? 1000 : Math.sin(x)})).reverse();
    const text = linePlot({series: [{name: 'a', points}]}).toString();
    expect(text.length).toBeLessThan(40_000);
    // The top of the frame is the highest mark of the axis, 1000.
    expect(text).toMatch(/L[\d.]+ 8L/);
  });

  it('escapes names', () => {
    const text = linePlot({title: '<i>', series: [{name: '"><script>', points: at(1, 2)}]}).toString();
    expect(text).not.toMatch(/<i>|<script>/);
  });

  it.each([
    ['constant', at(5, 5, 5)],
    ['huge', at(-Number.MAX_VALUE, Number.MAX_VALUE)],
    ['tiny', at(0, 5e-324)],
    [
      'infinite x',
      [
        {x: Number.POSITIVE_INFINITY, y: 1},
        {x: 0, y: 1},
      ],
    ],
  ])('has only numbers for coordinates: %s', (_what, points) => {
    expect(linePlot({series: [{name: 'a', points}]}).toString()).not.toMatch(/NaN|Infinity/);
  });

  it('can be put into a template without being escaped', () => {
    expect(html`${trusted('<hr>')}${linePlot({series: []})}`.toString()).toMatch(/^<hr><figure/);
  });
});
