import type { HoldKind } from './hold.js';

export const tooManyRejections: HoldKind = {
  meaning:
    'more than half of a block, and over 1,000 records, would become dead letters; none of them was written. The hold gives an example offset for each reason',
  choices: [
    {
      action: 'retry',
      meaning: 'The contract or the transform has been fixed: retry these records',
    },
    { action: 'continue', meaning: 'The records are bad: write them as dead letters' },
    { action: 'skipTo', meaning: 'Skip the whole range: the decision is recorded' },
  ],
};

/** `byReason` counts the rejections by reason, each with the offset of one record. */
export function mostlyRejected(block: {
  readonly deadLetters: number;
  readonly records: number;
  readonly byReason: string;
}): string {
  const { deadLetters, records, byReason } = block;
  return `${deadLetters} of ${records} records would become dead letters: either the records are bad, or the contract is wrong. By reason: ${byReason}.`;
}
