import { HOLD_REASONS } from '../../src/domain/holds/hold.js';
import { HOLD_KINDS } from '../../src/domain/holds/hold-kinds.js';
import { withGeneratedPart } from './generated-part.js';
import { code, markdownTable } from './markdown-table.js';

/** Replaces the reasons of holds in the guide, and the answers to them, by those of the code. */
export function withHolds(page: string): string {
  return withGeneratedPart(page, 'holds', holdsTable());
}

function holdsTable(): string {
  const rows = HOLD_REASONS.map((reason) => {
    const { meaning, choices, more } = HOLD_KINDS[reason];
    const answers = choices.map((choice) => `${code(choice.action)}: ${choice.meaning}.`);
    return [code(reason), meaning, [...answers, ...(more === undefined ? [] : [more])].join(' ')];
  });
  return markdownTable(['reason', 'what happened', 'answers, the usual one first'], rows);
}
