import { nearestNameOr } from '../nearest-name.js';
import { placeText, type SchemaProblem, schemaProblems } from '../schema-problems.js';
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
export function optionText({ at, kind, what, known }: SchemaProblem): string {
  const [first, column, ...below] = at;
  const isInColumn = first === 'columns' && column !== undefined;
  const prefix = isInColumn ? `column ${column}: ` : '';
  const place = placeText(isInColumn ? below : at);
  if (kind === 'unknown') {
    const hint = nearestNameOr(`it has ${known.join(', ')}`, String(at.at(-1)), known);
    return `${prefix}there is no option ${place}: ${hint}`;
  }
  if (at.length === 0) return `it ${what}`;
  return place === '' ? prefix + what : `${prefix}${place} ${what}`;
}
