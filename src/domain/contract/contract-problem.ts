/** Something in a contract that can't be used, and where it is written. */
export interface ContractProblem {
  /** Keys from the contract's options down to the place: `['columns', 'amount', 'type']`. */
  readonly at: readonly (string | number)[];
  /** A whole sentence, which names the column. */
  readonly text: string;
}

/** Of a column's own options. */
export function columnProblem(name: string, what: string): ContractProblem {
  return { at: ['columns', name], text: `column ${name}: ${what}` };
}
