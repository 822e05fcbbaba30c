import { keyHint, placeText, type SchemaProblem, schemaProblems } from '../schema-problems.js';
import { canonicalText, specOf } from './contract-options.js';
import { columnProblem, type ContractProblem } from './contract-problem.js';
import { contractProblems, typeProblem } from './contract-problems.js';
import { contractOptions } from './options-schema.js';
import { typesLeftOut, usableOptions } from './usable-options.js';

/** Everything that is wrong in `ContractOptions`, whatever their shape, each in a sentence. */
export function optionProblems(options: unknown): readonly ContractProblem[] {
  const shape = schemaProblems(contractOptions, options);
  return [
    ...shape.map((problem) => ({ at: problem.at, text: optionText(problem) })),
    ...contentProblems(options, shape),
  ];
}

/** What contradicts itself in those options that have the right shape. `shape`: the problems of the others. */
export function contentProblems(
  written: unknown,
  shape: readonly SchemaProblem[],
): readonly ContractProblem[] {
  const usable = usableOptions(written, shape);
  if (usable === null) return [];
  const { options, leftOut, hasTransform } = usable;
  return [
    ...typesLeftOut(written, leftOut).flatMap(([column, type]) => {
      const problem = typeProblem(canonicalText(type));
      return problem === null ? [] : [columnProblem(column, problem)];
    }),
    ...contractProblems(specOf(options), { hasTransform, leftOut }),
  ];
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
