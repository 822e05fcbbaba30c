import { inspect } from 'node:util';
import type { DraftColumn, DraftContract } from './config-draft.js';

/** Example values by the beginning of their type. Values of the sample itself never get into a file. */
const EXAMPLES: readonly (readonly [begin: string, value: unknown])[] = [
  ['Bool', true],
  ['UInt', 1],
  ['Int', -1],
  ['Float', 1.5],
  ['Decimal', '1.5'],
  ['UUID', '6f2d1c1e-4b7a-4c50-9d7e-0a1b2c3d4e5f'],
  ['DateTime', '2026-01-31T12:00:00Z'],
  ['Date', '2026-01-31'],
  ['IPv4', '192.0.2.1'],
  ['IPv6', '2001:db8::1'],
  ['Array', []],
  ['Map', {}],
  ['JSON', {}],
  ['String', 'text'],
  ['LowCardinality(String', 'text'],
];

/** A test with the testing kit, for `node --test` and without a server. */
export function renderTest({ name, columns }: DraftContract): string {
  const layout = { depth: 20, maxArrayLength: null, breakLength: 90 };
  const event = inspect(exampleEvent(columns), layout).replaceAll('\n', '\n  ');
  return `// Run it with: node --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testConfig } from 'millrace/testing';

const { contract } = await testConfig();

test('an event becomes a row', () => {
  const event = ${event};
  const { rows, deadLetters } = contract(${inspect(name)}).read([{ value: event }]);
  assert.deepEqual(deadLetters, []);
  assert.equal(rows.length, 1);
});

test('a record that is not an event becomes a dead letter', () => {
  const { rows, deadLetters } = contract(${inspect(name)}).read([{ value: 'not JSON' }]);
  assert.deepEqual(rows, []);
  assert.equal(deadLetters[0]?.reason, 'invalid_json');
});
`;
}

/** An event with every required field. */
export function exampleEvent(columns: readonly DraftColumn[]): object {
  const event = {};
  for (const { name, options } of columns) {
    const { type, path = name, default: value, from = 'event' } = options;
    const isOptional = value !== undefined || type.includes('Nullable(');
    if (isOptional || from !== 'event') continue;
    const example = EXAMPLES.find(([begin]) => type.startsWith(begin));
    put(event, typeof path === 'string' ? path.split('.') : path, example?.[1] ?? 'text');
  }
  return event;
}

function put(event: object, path: readonly string[], value: unknown): void {
  let object = event as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    object[key] ??= {};
    object = object[key] as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) object[last] = value;
}
