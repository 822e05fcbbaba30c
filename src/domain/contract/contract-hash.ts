import { createHash } from 'node:crypto';
import type { ContractSpec } from './contract-spec.js';

/**
 * Sixteen hexadecimal digits that are the same for the same contract, wherever it was written. They don't cover what a
 * transform or a validation does; `version` distinguishes contracts that differ in those.
 */
export function contractHash(
  spec: ContractSpec,
  runs: { readonly hasTransform: boolean; readonly hasValidation: boolean },
): string {
  const { columns, table, ...rest } = spec;
  // Recorded plans contain the hash. An option that a later release adds must be left out if it is null, so that it changes no
  // hash.
  const said = {
    ...withoutNulls(rest),
    columns: columns.map(withoutNulls),
    table: withoutNulls(table),
  };
  const text = canonicalJson(['millrace', 'contract', 1, said, runs]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** JSON with sorted keys, and with whole numbers of any size. */
function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return `{"bigint":"${value}"}`;
  if (value instanceof Uint8Array) return `{"bytes":"${hexOf(value)}"}`;
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof Date) return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? 'null' : JSON.stringify(value);
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
