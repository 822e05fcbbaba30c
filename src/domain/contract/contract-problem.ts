/** Something in a contract that can't be used, and its place. */
export interface ContractProblem {
  /** Keys from the contract's options down to the place: `['columns', 'amount', 'type']`. */
  readonly at: readonly (string | number)[];
  /** A complete sentence that names the column. */
  readonly text: string;
}

/** A problem in the options of one column. */
export function columnProblem(name: string, what: string): ContractProblem {
  return { at: ['columns', name], text: `column ${name}: ${what}` };
}
