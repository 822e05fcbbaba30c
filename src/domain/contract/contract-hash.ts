import { createHash } from 'node:crypto';
import type { ContractSpec } from './contract-spec.js';

/** Sixteen hexadecimal digits that are the same for the same contract, wherever and in which order it was written down. */
export function contractHash(spec: ContractSpec): string {
  const text = canonicalJson(['millrace', 'contract', 1, spec]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** JSON with the keys of objects in order, and whole numbers of any size. */
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
