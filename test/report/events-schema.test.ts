import {describe, expect, expectTypeOf, test} from 'vitest';
import {EVENT_SCHEMA_VERSION} from '../../src/model/event.ts';
import type {RunEvent} from '../../src/model/event.ts';
import {stageName} from '../../src/model/ids.ts';
import {eventSchemas, eventsJsonSchema} from '../../src/report/events-schema.ts';
import {eventLine} from '../../src/report/reporters/json.ts';
import {sampleEvents, sampleReasons} from './sample-events.ts';

const {event: eventSchema, line: lineSchema} = await eventSchemas();
type Mirror = ReturnType<(typeof eventSchema)['parse']>;

test('the mirror and the events are the same type', () => {
  expectTypeOf<Mirror>().toExtend<RunEvent>();
  expectTypeOf<RunEvent>().toExtend<Mirror>();
  expectTypeOf<Mirror['type']>().toEqualTypeOf<RunEvent['type']>();
});

describe('a line of --json', () => {
  test.each(sampleEvents)('of $type is read back as the event it was, NaN and infinities included', (event) => {
    const {schema_version: version, ...rest} = lineSchema.parse(JSON.parse(eventLine(event)));
    expect(version).toBe(EVENT_SCHEMA_VERSION);
    expect(rest).toEqual(event);
  });

  test.each(Object.values(sampleReasons))('holds the reason $kind', (reason) => {
    const event: RunEvent = {type: 'stage.end', stage: stageName('a'), outcome: 'ran', reason, durationMs: 1};
    expect(eventSchema.parse(JSON.parse(eventLine(event)))).toEqual(event);
  });

  test('of another version or an unknown type is refused', () => {
    expect(lineSchema.safeParse({schema_version: 2, ...sampleEvents[0]}).success).toBe(false);
    expect(lineSchema.safeParse({schema_version: 1, type: 'stage.begin'}).success).toBe(false);
    expect(lineSchema.safeParse({...sampleEvents[0]}).success).toBe(false);
  });

  test('stays one line whatever a stage prints', () => {
    const event: RunEvent = {type: 'notice', level: 'info', code: 'x', message: 'a\nb\u2028\u0000'};
    expect(eventLine(event)).not.toMatch(/[\n\0]/);
  });
});

test('the published schema describes the text on the wire', async () => {
  const schema = JSON.stringify(await eventsJsonSchema());
  expect(schema).toContain('https://json-schema.org/draft/2020-12/schema');
  for (const {type} of sampleEvents) expect(schema).toContain(`"const":"${type}"`);
  for (const kind of Object.keys(sampleReasons)) expect(schema).toContain(`"const":"${kind}"`);
  expect(schema).toContain('"enum":["NaN","Infinity","-Infinity"]');
  expect(schema).toContain('"schema_version"');
});
