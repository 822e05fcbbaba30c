import { keyHint, placeText, type SchemaProblem, schemaProblems } from '../schema-problems.js';
import type { ContractProblem } from './contract-problem.js';
import { contractOptions } from './options-schema.js';

/** What does not have the shape of `ContractOptions`, each in a sentence. */
export function optionProblems(options: unknown): readonly ContractProblem[] {
  return schemaProblems(contractOptions, options).map((problem) => ({
    at: problem.at,
    text: optionText(problem),
  }));
}

/** A problem below the contract's options, as a sentence that names the column. */
export function optionText(problem: SchemaProblem): string {
  const { at, kind, what } = problem;
  const [first, column, ...below] = at;
  const isInColumn = first === 'columns' && column !== undefined;
  const prefix = isInColumn ? `column ${column}: ` : '';
  const place = placeText(isInColumn ? below : at);
  if (kind === 'unknown') return `${prefix}there is no option ${place}: ${keyHint(problem)}`;
  if (at.length === 0) return `it ${what}`;
  return place === '' ? prefix + what : `${prefix}${place} ${what}`;
}
