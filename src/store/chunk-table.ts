/**
 * The states of all runs in memory, to be looked through: one long array of traces, and for every chunk the names of its
 * stages and where in the array it lies. Blobs are read as hexadecimal text, since twenty thousand of them as buffers of
 * their own cost more than everything else.
 */
import {runId} from '../model/ids.ts';
import type {RunId, StageName} from '../model/ids.ts';
import type {Database} from './database.ts';
import {parseChunkList, readNames} from './run-states.ts';

export interface ChunkTable {
  /** By chunk. */
  readonly ids: readonly number[];
  /** Names of the stages of a chunk: equal lists are one array. */
  readonly names: readonly (readonly StageName[])[];
  /** By chunk, and one more: where its traces begin. */
  readonly starts: Uint32Array;
  /** 0 where a stage has none. */
  readonly traces: Uint32Array;
  /** The largest of `traces`. */
  readonly newest: number;
}

export function readChunkTable(database: Database): ChunkTable {
  const sql = 'SELECT id, names, hex(traces) FROM state_chunks';
  const rows = database.tuples<[id: number, names: number, traces: string]>(sql);
  const lists = new Map<number, readonly StageName[]>();
  for (const [, names] of rows) if (!lists.has(names)) lists.set(names, readNames(database, names));
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach(([, names], chunk) => {
    starts[chunk + 1] = (starts[chunk] ?? 0) + (lists.get(names)?.length ?? 0);
  });
  const traces = new Uint32Array(starts[rows.length] ?? 0);
  rows.forEach(([, , hex], chunk) => {
    unpackHex(hex, traces, starts[chunk] ?? 0);
  });
  return {
    ids: rows.map(([id]) => id),
    names: rows.map(([, names]) => lists.get(names) ?? []),
    starts,
    traces,
    newest: largestOf(traces),
  };
}

function largestOf(numbers: Uint32Array): number {
  let largest = 0;
  for (const number of numbers) if (number > largest) largest = number;
  return largest;
}

const DIGITS = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;

/** See run-states.ts for the bytes. */
function unpackHex(hex: string, into: Uint32Array, start: number): void {
  const width = 2 * (DIGITS[hex.charCodeAt(1)] ?? 1);
  let place = start;
  for (let at = 2; at + width <= hex.length; place++) {
    let trace = 0;
    for (const end = at + width; at < end; at++) trace = trace * 16 + (DIGITS[hex.charCodeAt(at)] as number);
    into[place] = trace;
  }
}

/** The chunks of every run that has a state. */
export function readRunChunks(database: Database): readonly (readonly [run: RunId, chunks: readonly number[]])[] {
  const states = new Map<number, readonly number[]>();
  for (const [id, text] of database.tuples<[number, string]>('SELECT id, chunks FROM states'))
    states.set(id, parseChunkList(text));
  return database
    .tuples<[number, number]>('SELECT id, state FROM runs WHERE state IS NOT NULL')
    .map(([run, state]) => [runId(run), states.get(state) ?? []] as const);
}
