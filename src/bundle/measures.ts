/** Numbers out of metrics files and the outcome of gates, as a bundle shows and stores them. */
import {isJsonObject, leavesOf, type Json} from '../base/json.ts';

export interface Measure {
  readonly name: string;
  readonly value: number;
  /** Of the interval, where one was given. */
  readonly low?: number;
  readonly high?: number;
  /** Rows it was measured on. */
  readonly rows?: number;
}

/** @param metrics a metrics file: numbers, or `{value, lo, hi, n}`, nested as one likes. What is no number is left out. */
export function measuresOf(metrics: Json): readonly Measure[] {
  if (!isJsonObject(metrics)) return [];
  const isMeasure = (value: Json): boolean => isJsonObject(value) && typeof value['value'] === 'number';
  const whole = new Set<string>();
  const look = (value: Json, path: string): void => {
    if (isMeasure(value)) whole.add(path);
    else if (isJsonObject(value))
      for (const [name, one] of Object.entries(value)) look(one, path === '' ? name : `${path}.${name}`);
  };
  look(metrics, '');
  return leavesOf(metrics, (path) => whole.has(path)).flatMap(([name, value]): readonly Measure[] => {
    if (typeof value === 'number') return [{name, value}];
    if (!isJsonObject(value) || typeof value['value'] !== 'number') return [];
    const {value: number, lo, hi, n} = value;
    return [
      {
        name,
        value: number,
        ...(typeof lo === 'number' && typeof hi === 'number' ? {low: lo, high: hi} : {}),
        ...(typeof n === 'number' ? {rows: n} : {}),
      },
    ];
  });
}

const GATE_STATES = ['pass', 'fail', 'inconclusive', 'unjudged'] as const;

export type GateState = (typeof GATE_STATES)[number];

export const isGateState = (value: unknown): value is GateState => GATE_STATES.some((state) => state === value);

/** @returns undefined for what is no gates file of version 1. */
export function gateStateOf(gates: Json): GateState | undefined {
  if (!isJsonObject(gates) || gates['version'] !== 1) return undefined;
  const {state} = gates;
  return isGateState(state) ? state : undefined;
}
