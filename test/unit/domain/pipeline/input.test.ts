// Promise: every input is either accepted or refused with a message that names the field and its valid values.
import { expect, test } from 'vitest';
import { parseConfigureInput, parsePipelineInput } from '../../../../src/domain/pipeline/input.js';

test('a missing input is an empty input', () => {
  expect(parsePipelineInput(undefined)).toEqual({ kind: 'valid', value: {} });
  expect(parsePipelineInput(null)).toEqual({ kind: 'valid', value: {} });
});

test.each([
  [{ from: 'earliest', until: 'now', lanes: 4, batch: { maxRows: 1, intervalSeconds: 0.2 } }],
  [{ from: { offsets: { 0: '12', 3: '0' } }, existing: 'skip' }],
  [{ from: 'earliest', replay: true, existing: 'insert' }],
  [{ replay: false }],
  [{ contract: 'table', topic: 'orders', table: 'shop.orders' }],
  [
    {
      from: { timestamp: '2026-11-22T00:00:00Z' },
      until: { timestamp: '2026-11-23T00:00:00+01:00' },
    },
  ],
])('%j is understood', (input) => {
  expect(parsePipelineInput(input)).toEqual({ kind: 'valid', value: input });
});

test.each([
  [{ tpoic: 'x' }, 'tpoic'],
  [{ lanes: 0 }, 'lanes'],
  [{ lanes: 17 }, 'lanes'],
  [{ batch: { maxRows: '10' } }, 'batch.maxRows'],
  [{ batch: { maxrows: 10 } }, 'batch'],
  [{ from: 'yesterday' }, '"earliest"'],
  [
    { replay: true },
    '"replay" reads records again, so it needs a position to begin at: give "from"',
  ],
  [{ replay: true, from: 'committed' }, 'give "from"'],
  [{ replay: true, from: 'latest' }, 'give "from" as "earliest"'],
  [{ replay: true, from: 'earliest', existing: 'skip' }, '"existing":"skip" skips them'],
  [{ from: { offsets: { 0: 12 } } }, 'from'],
  [{ from: { offsets: { 0: '99999999999999999' } } }, 'from'],
  [{ until: { timestamp: 'tomorrow' } }, 'until'],
  [{ guarantee: 'exactly once' }, 'guarantee'],
  [{ contract: '' }, 'contract'],
  [{ contract: '9 lives' }, 'the name of a contract begins with a letter'],
  ['stream-events', 'object'],
  [[], 'object'],
])('%j is refused, naming %s', (input, named) => {
  const parsed = parsePipelineInput(input);
  expect(parsed.kind).toBe('invalid');
  expect(parsed.kind === 'invalid' && parsed.why).toContain(named);
});

test('a change of nothing is refused with an example', () => {
  const parsed = parseConfigureInput({});
  expect(parsed.kind === 'invalid' && parsed.why).toContain('{"lanes":4}');
});
