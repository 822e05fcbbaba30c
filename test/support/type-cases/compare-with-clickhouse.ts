import { Buffer } from 'node:buffer';
import { nativeBlock } from '../../../src/adapters/clickhouse/native/native.js';
import type { ContractSpec } from '../../../src/domain/contract/contract-spec.js';
import { specOf } from '../../../src/domain/contract/contract-options.js';
import { JsonReader } from '../../../src/domain/formats/json/json-reader.js';
import { runOf } from '../json-run.js';
import type { Ask } from './ask.js';
import type { RandomContract, RandomRecord } from './random-contract.js';

export interface Comparison {
  readonly cases: number;
  /** Became rows in Millrace. */
  readonly accepted: number;
  /** Of these, those that ClickHouse also made rows of the same JSON. */
  readonly compared: number;
}

/**
 * Reads the records with the contract, stores the rows, lets ClickHouse store the same values from JSON, and compares.
 * Throws at the first difference: a record with the wrong result, or a row that is not equal.
 */
export async function compareWithClickHouse(
  ask: Ask,
  table: string,
  { columns, records }: RandomContract,
): Promise<Comparison> {
  const spec = specOf({
    name: 'random',
    columns: Object.fromEntries(
      columns.map(({ name, type, path }) => [name, { type: type.text, path }]),
    ),
  });
  const reader = new JsonReader(spec);
  const run = runOf(records.map(({ text }) => text));
  const accepted: number[] = [];
  for (const [index, record] of records.entries()) {
    const outcome = reader.read(run, index);
    const wanted = expectedOf(spec, columns, record);
    const { reason, path } = reader.rejection;
    const got = outcome === 'rejected' ? `${reason} at ${path}` : outcome;
    if (got !== wanted) {
      throw new Error(
        `${describe(spec)}\nthe record ${record.text}\nhas to be: ${wanted}\nand was:    ${got}`,
      );
    }
    if (outcome === 'row') accepted.push(index);
  }
  const declared = spec.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  await ask(
    `CREATE OR REPLACE TABLE ${table} (n UInt32, theirs UInt8, ${declared}) ENGINE = Memory`,
  );
  if (accepted.length === 0) return { cases: records.length, accepted: 0, compared: 0 };
  await ask(
    `INSERT INTO ${table} (n, ${spec.columns.map(({ name }) => name).join(', ')}) FORMAT Native`,
    blockOf(reader, accepted),
  );
  const lines = accepted.map((index) => lineOf(columns, records[index]!, index));
  await insertLines(ask, table, lines);
  return {
    cases: records.length,
    accepted: accepted.length,
    compared: await compare(ask, table, { spec, records, rows: accepted.length }),
  };
}

/** The expected result of a record: `row`, or the first fault in the contract's order. */
function expectedOf(
  spec: ContractSpec,
  columns: RandomContract['columns'],
  { values }: RandomRecord,
): string {
  for (const [index, { type, path }] of columns.entries()) {
    const value = values[index] ?? null;
    if (value === null && !type.isNullable) return `missing_field at ${path.join('.')}`;
    if (value !== null && value.fault !== null)
      return `${value.fault} at ${path.join('.')}${value.path}`;
  }
  return spec.columns.length > 0 ? 'row' : '';
}

function blockOf(reader: JsonReader, accepted: readonly number[]): Buffer {
  const numbers = Buffer.alloc(accepted.length * 4);
  accepted.forEach((index, row) => numbers.writeUInt32LE(index, row * 4));
  const encoded = reader.writer
    .encode(accepted.length)
    .map(({ name, type, parts }) => ({ name, type, data: Buffer.concat(parts) }));
  return Buffer.concat(
    nativeBlock(accepted.length, [{ name: 'n', type: 'UInt32', data: numbers }, ...encoded]),
  );
}

/** Some refusals end the whole insert, which is then halved until the rest is stored. */
async function insertLines(ask: Ask, table: string, lines: readonly string[]): Promise<void> {
  try {
    await ask(`INSERT INTO ${table} FORMAT JSONEachRow`, Buffer.from(lines.join('\n')));
  } catch {
    if (lines.length < 2) return;
    const half = Math.floor(lines.length / 2);
    await insertLines(ask, table, lines.slice(0, half));
    await insertLines(ask, table, lines.slice(half));
  }
}

/** The values for ClickHouse, each under its column's name. */
function lineOf(
  columns: RandomContract['columns'],
  { values }: RandomRecord,
  index: number,
): string {
  const members = columns.flatMap(({ name }, column) => {
    const value = values[column] ?? null;
    return value === null ? [] : [`"${name}":${value.json}`];
  });
  return `{"n":${index},"theirs":1,${members.join(',')}}`.replaceAll('\n', ' ');
}

async function compare(
  ask: Ask,
  table: string,
  { spec, records, rows }: { spec: ContractSpec; records: readonly RandomRecord[]; rows: number },
): Promise<number> {
  const text = await ask(`SELECT * FROM ${table} ORDER BY n, theirs FORMAT TabSeparated`);
  const ours = new Map<string, string>();
  let compared = 0;
  for (const line of text.split('\n')) {
    const [n = '', theirs, ...values] = line.split('\t');
    const stored = values.join('\t');
    if (theirs === '0') ours.set(n, stored);
    if (theirs !== '1') continue;
    compared++;
    if (ours.get(n) !== stored) {
      throw new Error(
        `${describe(spec)}\nthe record ${records[Number(n)]?.text}\nis stored here as:  ${ours.get(n)}\nby ClickHouse as:   ${stored}`,
      );
    }
  }
  if (ours.size !== rows) throw new Error(`${describe(spec)}: ${ours.size} of ${rows} rows stored`);
  return compared;
}

function describe({ columns }: ContractSpec): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join('\n');
}
