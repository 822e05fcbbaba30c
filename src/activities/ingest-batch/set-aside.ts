import type { DeadLetter } from '../../domain/blocks/block.js';
import { DEFAULT_CONTRACT } from '../../domain/table/planned-contract.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { onInsertError } from '../../domain/insert-failures/decide.js';
import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import { attemptName } from '../attempt/execution.js';
import type { BatchAttempt } from './batch-attempt.js';

/**
 * Writes the dead letters of a block. If they are too large for the server, or for a proxy in front of it, writes them in
 * halves. A dead letter that is written twice replaces itself.
 */
export async function setAside(
  letters: readonly DeadLetter[],
  number: number,
  attempt: BatchAttempt,
  dependencies: { readonly deadLetters: DeadLetterTable },
): Promise<void> {
  if (letters.length === 0) return;
  try {
    await insert(letters, number, attempt, dependencies);
  } catch (error) {
    if (!(error instanceof InsertFailed) || onInsertError(error.error) !== 'shrink') throw error;
    if (letters.length === 1) throw error;
    const half = Math.ceil(letters.length / 2);
    await setAside(letters.slice(0, half), number, attempt, dependencies);
    await setAside(letters.slice(half), number, attempt, dependencies);
  }
}

async function insert(
  letters: readonly DeadLetter[],
  number: number,
  { plan, log, execution, guard, signal }: BatchAttempt,
  { deadLetters }: { readonly deadLetters: DeadLetterTable },
): Promise<void> {
  const [first] = letters;
  if (first === undefined) return;
  await guard.assertMaySend();
  await deadLetters.insert(plan.table, log, letters, {
    // A killed server may remember the token of dead letters that it lost, so every attempt has a token of its own, and so has
    // every half of a refused insert.
    token: `${attemptName(execution)}/${first.partition}-${first.offset}/${letters.length}`,
    batch: `${execution.workflowId}/${plan.batch}`,
    contract: plan.contract?.name ?? DEFAULT_CONTRACT,
    id: { ...execution, lane: plan.lane, batch: plan.batch, block: number, send: 0 },
    signal,
  });
}
