import type { MoveFigures } from './figures.js';
import { speedAndCost } from './report.js';
import { type MoverSummary, summaryOf } from './summary.js';

/** A mover, a setting or a kind of records that is measured beside others. */
export interface Turn {
  readonly name: string;
  readonly move: () => Promise<MoveFigures>;
}

/**
 * Moves each in turn, in rounds, so that a change of the machine affects all of them. Prints each move, and returns the medians in
 * the given order.
 */
export async function moveInTurn(
  rounds: number,
  turns: readonly Turn[],
): Promise<readonly MoverSummary[]> {
  const moves = turns.map((): MoveFigures[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { name, move }] of turns.entries()) {
      const figures = await move();
      moves[index]?.push(figures);
      console.log(`${name}: ${speedAndCost(figures)}`);
    }
  }
  return moves.map(summaryOf);
}

/** The exit code of a run of moves. */
export function exitCodeOf(moves: readonly Pick<MoveFigures, 'lost' | 'doubled'>[]): number {
  return moves.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
}
