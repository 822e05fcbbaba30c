// Promise: options of `start` become the input of the workflow, override --input and the config, and are judged by the
// workflow's own rules before anything is sent.
import { expect, test } from 'vitest';
import { batchChange, pipelineInput } from '../../../src/cli/pipeline-options.js';
import { UsageError } from '../../../src/cli/errors.js';

test('every option has its field', () => {
  const values = {
    ...{ topic: 'orders', group: 'g', table: 'shop.orders', contract: 'orders', replay: true },
    ...{ from: '2026-11-23T00:00:00Z', until: 'now', existing: 'insert', 'on-data-loss': 'skip' },
    ...{ guarantee: 'exactly-once', log: 'same', durability: 'fsync', lanes: '4' },
    ...{ 'max-rows': '1000', 'max-bytes': '2048', 'interval-seconds': '0.5' },
  };
  expect(pipelineInput({}, values)).toEqual({
    ...{ topic: 'orders', groupId: 'g', table: 'shop.orders', contract: 'orders', replay: true },
    ...{ from: { timestamp: '2026-11-23T00:00:00Z' }, until: 'now', existing: 'insert' },
    ...{ onDataLoss: 'skip', guarantee: 'exactly-once', log: 'same', durability: 'fsync' },
    ...{ lanes: 4, batch: { maxRows: 1_000, maxBytes: 2_048, intervalSeconds: 0.5 } },
  });
});

test('offsets are parsed as JSON, and words stay words', () => {
  expect(pipelineInput({}, { from: '{"offsets":{"0":"123"}}' })).toEqual({
    from: { offsets: { 0: '123' } },
  });
  expect(pipelineInput({}, { from: 'earliest' })).toEqual({ from: 'earliest' });
});

test('options override --input, which overrides the config, and batches are merged field by field', () => {
  const config = { topic: 'a', table: 't', batch: { maxRows: 5, intervalSeconds: 1 } };
  expect(pipelineInput(config, { input: '{"topic":"b","lanes":3}', lanes: '2' })).toEqual({
    ...config,
    ...{ topic: 'b', lanes: 2 },
  });
  expect(pipelineInput(config, { 'interval-seconds': '9' })).toEqual({
    ...config,
    batch: { maxRows: 5, intervalSeconds: 9 },
  });
});

test.each([
  [{ lanes: 'two' }, '--lanes takes a whole number, not two'],
  [{ 'interval-seconds': '5s' }, '--interval-seconds takes a number, not 5s'],
  [{ lanes: '99' }, 'pipeline input is not valid'],
  [{ from: 'yesterday' }, 'give "committed", "earliest", "latest"'],
  [{ from: '2026-13-45' }, 'give an instant such as'],
  [{ input: '{lanes:2}' }, '--input is not JSON'],
  [{ input: '[1]' }, '--input takes a JSON object'],
  [{ input: '{"lane":2}' }, 'lane'],
  [{ replay: true }, '"replay" reads records again'],
])('%j is a usage error', (values, said) => {
  const act = () => pipelineInput({}, values);
  expect(act).toThrow(UsageError);
  expect(act).toThrow(said);
});

test('a change of batches names only the given fields', () => {
  expect(batchChange({})).toEqual({});
  expect(batchChange({ lanes: '4' })).toEqual({ lanes: 4 });
  expect(batchChange({ 'max-rows': '10' })).toEqual({ batch: { maxRows: 10 } });
});
