import { Buffer } from 'node:buffer';
import type { RecordRun } from '../../src/domain/records/record-run.js';

const TYPES = ['user_action', 'page_view', 'purchase', 'login'];
const SOURCES = ['web-app', 'ios', 'android', 'api'];
const START_MS = Date.UTC(2026, 10, 1);
/** Takes the place of the varints between the values of a Kafka record batch. */
const GAP = Buffer.alloc(12, 0xff);

/** An event of the average size in the benchmarks, 289 bytes. */
export function sampleEvent(index: number): string {
  return JSON.stringify({
    event_id: `evt-${String(index).padStart(12, '0')}`,
    event_type: TYPES[index % 4],
    timestamp: new Date(START_MS + index * 10).toISOString().slice(0, 19),
    payload: {
      user_id: String(index % 10_007),
      action: 'click',
      page: `/products/${index % 313}`,
      value: (index % 997) / 7,
      tags: ['a', 'b', String(index % 17)],
    },
    source: SOURCES[(index >> 2) % 4],
    metadata: { version: '1.0', region: 'eu-west-1', session: `s-${index % 5_003}` },
  });
}

/** Records as in a fetch: one partition, one buffer. */
export function sampleRun(first: number, count: number, partition: number): RecordRun {
  const values = Array.from({ length: count }, (_, index) => sampleEvent(first + index));
  return { ...runOfValues(values, START_MS, first), partition };
}

/** These values as one partition, from an offset on. */
export function runOfValues(texts: readonly string[], timestamp: number, first = 0): RecordRun {
  const values = texts.map((text) => Buffer.from(text));
  const count = values.length;
  const valueStarts = new Int32Array(count);
  const valueEnds = new Int32Array(count);
  let at = 0;
  values.forEach((value, index) => {
    valueStarts[index] = at + GAP.length;
    at += GAP.length + value.length;
    valueEnds[index] = at;
  });
  return {
    partition: 0,
    count,
    bytes: Buffer.concat(values.flatMap((value) => [GAP, value])),
    offsets: Float64Array.from({ length: count }, (_, index) => first + index),
    timestamps: new Float64Array(count).fill(timestamp),
    valueStarts,
    valueEnds,
    keyStarts: new Int32Array(count).fill(-1),
    keyEnds: new Int32Array(count).fill(-1),
    headers: () => [],
  };
}
