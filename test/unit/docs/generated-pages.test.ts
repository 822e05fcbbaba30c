// Promise: generated pages and schemas match the code, and editors judge millrace.yaml by the shipped JSON Schema as the worker
// does.
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { generatedPages } from '../../../dev/docs/generated-pages.js';

test.each(generatedPages)('$path is what npm run docs writes', async ({ path, make }) => {
  const options = await resolveConfig(path);
  const made = await format(make(), { ...options, filepath: path });
  expect(readFileSync(path, 'utf8')).toBe(made);
});

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync('schema/millrace.schema.json', 'utf8')) as JsonSchema,
);
const COLUMNS = { id: 'Int64', at: { type: 'DateTime', read: 'epoch-s', default: 0 } };

test.each([
  ['a contract and a pipeline', { contracts: { a: { columns: COLUMNS } }, pipelines: { a: {} } }],
  ['a position', { pipelines: { a: { from: { offsets: { 0: '12' } }, until: 'now' } } }],
])('the schema accepts %s', (_, config) => {
  expect(schema.safeParse(config).success).toBe(true);
});

test.each([
  ['a misspelled key', { contract: {} }],
  ['a contract without columns', { contracts: { a: {} } }],
  ['a misspelled option', { contracts: { a: { columns: { b: { type: 'String', pth: 'c' } } } } }],
  ['a transform', { contracts: { a: { columns: COLUMNS, transform: 'x' } } }],
  ['too many lanes', { pipelines: { a: { lanes: 17 } } }],
])('the schema refuses %s', (_, config) => {
  expect(schema.safeParse(config).success).toBe(false);
});
