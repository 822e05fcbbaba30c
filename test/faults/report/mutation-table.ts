import type { CaseResult } from '../fault-case.js';
import type { MutationResult } from '../mutations/run-mutations.js';

/** One row for each guard: what the worker does without it, which case detects that, and what the case counts. */
export function mutationTable(results: readonly MutationResult[]): string {
  return [
    '| guard removed | what happens instead | case that notices | result |',
    '| --- | --- | --- | --- |',
    ...results.map(line),
  ].join('\n');
}

function line({ mutation, red }: MutationResult): string {
  const { guard, without } = mutation;
  const cases = red.length === 0 ? 'none' : red.map(({ name }) => `\`${name}\``).join(' <br> ');
  return `| ${guard} | ${without} | ${cases} | ${red.map(found).join(' <br> ')} |`;
}

function found({ lost, doubled, records, failure }: CaseResult): string {
  const counts = `lost ${lost}, doubled ${doubled} of ${records.toLocaleString('en-US')}`;
  if (lost + doubled > 0 || failure === null) return counts;
  return failure.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
