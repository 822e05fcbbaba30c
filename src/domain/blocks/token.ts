import { createHash } from 'node:crypto';
import type { OffsetSpan } from '../records/offset-range.js';

/** Owner of a token. The same offsets of another pipeline, or for another table, are a different insert. */
export interface TokenOwner {
  /** First execution run id of the workflow. */
  readonly pipelineId: string;
  readonly table: { readonly database: string; readonly table: string };
}

/**
 * ClickHouse drops an insert whose token it knows. So a token stands for one set of offsets: the same offsets always have
 * the same token, however they were fetched, and other offsets never have it. The hashed data is frozen: with another
 * token, a batch that an older release has sent would be inserted twice.
 */
export function blockToken(owner: TokenOwner, spans: readonly OffsetSpan[]): string {
  return hash(['rows', ...ownerKey(owner), canonical(spans)]);
}

/** Token for the rows of a block that were missing when it was reconciled. */
export function missingToken(token: string, spans: readonly OffsetSpan[]): string {
  return hash(['missing', token, canonical(spans)]);
}

/**
 * Token for the rows that were missing when they were read back. Each round has its own, because the server may know the
 * previous one.
 */
export function readBackToken(token: string, round: number): string {
  return `${token}/${round}`;
}

function ownerKey({ pipelineId, table }: TokenOwner): readonly string[] {
  return [pipelineId, table.database, table.table];
}

type Run = readonly [partition: number, epoch: number, first: number, end: number];

/** The offsets as ascending runs of maximum length, so that each set has exactly one form. */
function canonical(spans: readonly OffsetSpan[]): readonly Run[] {
  const sorted = spans
    .filter(({ first, end }) => first < end)
    .sort((a, b) => a.partition - b.partition || a.epoch - b.epoch || a.first - b.first);
  const runs: [number, number, number, number][] = [];
  for (const { partition, epoch, first, end } of sorted) {
    const last = runs.at(-1);
    if (last?.[0] === partition && last[1] === epoch && first <= last[3]) {
      last[3] = Math.max(last[3], end);
    } else runs.push([partition, epoch, first, end]);
  }
  if (runs.length === 0) throw new Error('Token: a block without offsets has no token');
  return runs;
}

/** JSON text is unambiguous: different lists of strings and numbers have different texts. 128 bits do not collide by chance. */
function hash(parts: readonly unknown[]): string {
  const text = JSON.stringify(['millrace', 'v1', ...parts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
