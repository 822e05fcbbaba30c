import { splitList, withoutStrings } from './table-clauses.js';

/** Rules that move rows to other disks or compress them again. All others remove rows, or merge them into fewer. */
const KEEPS_ROWS = / (?:TO (?:DISK|VOLUME) |RECOMPRESS CODEC\()/;

/** The rules of a table's TTL, by what they do to its rows. */
export function ttlRules(ttl: string): {
  readonly deleting: readonly string[];
  readonly other: readonly string[];
} {
  const rules = splitList(ttl);
  return {
    deleting: rules.filter((rule) => !keepsRows(rule)),
    other: rules.filter(keepsRows),
  };
}

function keepsRows(rule: string): boolean {
  return KEEPS_ROWS.test(withoutStrings(rule));
}
