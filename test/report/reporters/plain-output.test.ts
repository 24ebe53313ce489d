import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../src/model/event.ts';
import {createPlainReporter} from '../../../src/report/reporters/plain.ts';
import {end, fakeContext, output, plan, progress, start, summary} from '../stage-events.ts';

function report(events: readonly RunEvent[]): string {
  const context = fakeContext();
  const reporter = createPlainReporter(context);
  for (const event of events) reporter.event(event);
  reporter.close();
  return context.printed();
}

describe('what stages print', () => {
  test('comes with its stage, line by line, also when stages are interleaved in the middle of a line', () => {
    const events = [
      plan(['a', 'b']),
      start('a'),
      start('b'),
      output('a', 'epoch '),
      output('b', 'one\ntw'),
      output('a', '1\n\nepoch 2'),
      end('a', 'ran'),
      output('b', 'o\n'),
      end('b', 'ran'),
    ];
    expect(report(events)).toMatchInlineSnapshot(`
      "b | one
      a | epoch 1
      a |
      a | epoch 2
      ✓ a         ran 1.0s       never ran before
      b | two
      ✓ b         ran 1.0s       never ran before
      "
    `);
  });

  test('colours and other escape sequences are taken out, also when one is cut in two', () => {
    const events = [
      plan(['a']),
      output('a', '\u001b[3'),
      output('a', '1mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u0007bell\n'),
    ];
    expect(report(events)).toBe('a | red link \\u0007bell\n');
  });

  test('of a progress bar only the last state is shown', () => {
    const events = [plan(['a']), output('a', '10 %\r50 %\r'), output('a', '\u001b[2K100 %\r\nnext\r\n')];
    expect(report(events)).toBe('a | 100 %\na | next\n');
  });

  test('a progress bar that never ends its line does not grow for ever', () => {
    const bar = '#'.repeat(100);
    const events = [
      plan(['a']),
      ...Array.from({length: 1000}, (_, index) => output('a', `\r${bar} ${String(index)}`)),
      end('a', 'ran'),
    ];
    expect(report(events)).toContain(`a | ${bar} 999\n`);
  });

  test('characters that were no UTF-8 do no harm', () => {
    expect(report([plan(['a']), output('a', 'caf\ufffd \u0085x\n')])).toBe('a | caf\ufffd \\u0085x\n');
  });
});

describe('the heartbeat', () => {
  test('says every minute what is running, and ends with the run', () => {
    const context = fakeContext();
    const reporter = createPlainReporter(context);
    reporter.event(plan({a: 1000, train: 200_000}));
    reporter.event(end('a', 'skipped'));
    expect(context.timers()).toBe(0);
    reporter.event(start('train', {kind: 'new'}, 200_000));
    context.pass(30_000);
    reporter.event(progress('train', {rssBytes: 1.2e9, cpuMs: 28_200}));
    context.pass(30_000);
    expect(context.printed().split('\n').at(-2)).toBe(
      '1/2 · 1 running: train 1m00s (30 % of last time · 1.2 GB · 94 % cpu) · 1:00',
    );
    reporter.event(summary({ran: 1}));
    expect(context.timers()).toBe(0);
    reporter.close();
  });
});
