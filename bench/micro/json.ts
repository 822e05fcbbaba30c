import { Buffer } from 'node:buffer';
import { strings, uint64s } from '../../src/adapters/clickhouse/native/native.js';
import { columnTypeOf } from '../../src/domain/types/create-column-type.js';
import { flattenJson } from '../../src/domain/types/json-flattened/flatten-json.js';
import { JSON_TEXT_PREFIX } from '../../src/domain/types/native/layout.js';
import { measureSteps } from './measure-steps.js';

// What flattening costs for one object of a JSON column.

/** So few that the encoder gives other work no turn, and a round is done when it returns. */
const ROWS = 8_000;

const { node } = columnTypeOf('JSON');

function flatten(objectOf: (row: number) => object): () => void {
  const texts = Array.from({ length: ROWS }, (_, row) => JSON.stringify(objectOf(row)));
  const data = Buffer.concat([uint64s([JSON_TEXT_PREFIX]), strings(texts)]);
  const rules = { keepsIntegers: true, turn: () => Promise.resolve() };
  return () => {
    void flattenJson(node, { data, rows: ROWS }, rules).then((flattened) => {
      if (flattened === null) throw new Error('the objects of this benchmark must be flattened');
    });
  };
}

const common = (row: number) => ({
  user: `u${row % 1_000}`,
  amount: row * 1.5,
  ok: row % 2 === 0,
  geo: { country: ['CH', 'DE', 'FR'][row % 3], city: `city-${row % 100}` },
});

measureSteps(
  [
    {
      name: 'flatten: six paths, 110 bytes',
      round: flatten((row) => ({ ...common(row), at: '2026-01-02T03:04:05Z' })),
    },
    {
      name: 'flatten: five paths and an array of objects, 110 bytes',
      round: flatten((row) => ({ ...common(row), items: [{ sku: `s${row % 50}`, qty: row % 7 }] })),
    },
  ],
  ROWS,
);
