import type { Choice, HoldKind } from './hold.js';

export const tableRefuses: HoldKind = {
  meaning:
    'the table, a view behind it or a proxy in front of it refused the records in ten attempts in a row, and single records could not be identified as the cause; the detail names the error',
  choices: [
    { action: 'retry', meaning: 'The cause has been fixed: send the same records again' },
    {
      action: 'continue',
      meaning:
        'The records are bad: the refused ones become dead letters, and the others become rows',
    },
    { action: 'skipTo', meaning: 'Skip the whole range: the decision is recorded' },
  ],
  choicesFor: ({ view }) => (view === undefined ? null : VIEW_REFUSES),
  more: 'If a view refuses the records, `continue` keeps the rows in the table, but the view stays without them. Partitions whose records may already be in the table are held together and continue together.',
};

const VIEW_REFUSES: readonly Choice[] = [
  {
    action: 'retry',
    meaning:
      'The view has been fixed: send the same blocks again, so that it agrees with the table',
  },
  {
    action: 'continue',
    meaning: 'Continue without the view: the table has the rows, but the view does not',
  },
  { action: 'skipTo', meaning: 'Skip the whole range: the decision is recorded' },
];

/** Most of the rows that were sent one by one were refused. */
export function refusesMostRows(
  table: string,
  rows: { readonly refused: number; readonly accepted: number; readonly lastError: string },
): string {
  const { refused, accepted, lastError } = rows;
  return `${table} refused ${refused} of ${refused + accepted} rows, the last one with ${lastError}: probably the table is at fault, not the records.`;
}

/** The same records were refused in many attempts. `inARow`: consecutive refusals of rows that were sent one by one. */
export function refusesAgain(
  table: string,
  attempts: {
    readonly times: number;
    readonly error: string;
    readonly inARow: number;
    /** Rows of these records may be in the table. */
    readonly isWhole: boolean;
  },
): string {
  const { times, error, inARow, isWhole } = attempts;
  const found =
    inARow > 1
      ? ` The last ${inARow} rows, each sent on its own, were all refused, so probably the table is at fault, not the records.`
      : '';
  const rest = isWhole
    ? ' Rows of these records may already be in the table, so all partitions of the batch are held together.'
    : '';
  return `${times} attempts in a row to write these records into ${table} ended with ${error}.${found}${rest}`;
}
