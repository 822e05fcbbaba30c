import { parseType } from '../types/text/parse-type.js';
import { printType } from '../types/text/print-type.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import type { ColumnDefault, ColumnSource, ColumnSpec, ContractSpec } from './contract-spec.js';
import type { ColumnOptions, ContractOptions } from './define-contract.js';

/** The spec of what a user has written, with every default written out. Nothing is judged here. */
export function specOf(options: ContractOptions): ContractSpec {
  const { name, columns, table, when } = options;
  return {
    name,
    format: options.format ?? { kind: 'json' },
    columns: Object.entries(columns).map(([column, written]) =>
      columnSpecOf(column, typeof written === 'string' ? { type: written } : written),
    ),
    table: { orderBy: table?.orderBy ?? [], partitionBy: table?.partitionBy ?? null },
    when: when === undefined ? null : { path: pathOf(when.path), in: when.in },
    tombstones: options.tombstones ?? 'reject',
    id: options.id ?? null,
    eventTime: options.eventTime ?? null,
    version: options.version ?? '',
  };
}

function columnSpecOf(name: string, options: ColumnOptions): ColumnSpec {
  return {
    name,
    type: canonicalText(options.type),
    from: sourceOf(name, options),
    read: options.read ?? null,
    default: defaultOf(options.default),
    null: options.null ?? 'reject',
  };
}

/**
 * ClickHouse's own spelling of a type. A text that can't be read stays as it is: the check of the contract says what is
 * wrong with it.
 */
export function canonicalText(text: string): string {
  try {
    return printType(parseType(text));
  } catch (error) {
    if (error instanceof TypeTextError) return text;
    throw error;
  }
}

function sourceOf(name: string, { from = 'event', path }: ColumnOptions): ColumnSource {
  if (typeof from === 'object') return { kind: 'header', header: from.header };
  return from === 'event' ? { kind: 'event', path: pathOf(path ?? [name]) } : { kind: from };
}

function pathOf(path: string | readonly string[]): readonly string[] {
  return typeof path === 'string' ? path.split('.') : path.flatMap((part) => part);
}

function defaultOf(value: unknown): ColumnDefault | null {
  if (value === undefined) return null;
  const isSql = typeof value === 'object' && value !== null && Object.keys(value).join() === 'sql';
  const { sql } = isSql ? (value as { readonly sql: unknown }) : { sql: null };
  return typeof sql === 'string' ? { kind: 'sql', sql } : { kind: 'value', value };
}
