import { relative } from 'node:path';
import type { Checked } from './run-check.js';

/** What people read: what was checked, then a line for each problem. */
export function renderCheck(
  { path, contracts, pipelines, problems }: Checked,
  { directory, isOffline }: { readonly directory: string; readonly isOffline: boolean },
): string {
  const lines: string[] = [];
  const file = path === null ? 'No config file' : relative(directory, path);
  const names = contracts.map(
    ({ spec }) => `${spec.name} (${count(spec.columns.length, 'column')})`,
  );
  lines.push(`${file}: ${names.length === 0 ? 'no contracts of its own' : names.join(', ')}`);
  if (isOffline) lines.push('Servers were not asked.');
  for (const { name, contract, topic, partitions, table, guarantee, willCreate } of pipelines) {
    const size = partitions === null ? '' : ` (${count(partitions, 'partition')})`;
    const level =
      guarantee === null
        ? willCreate.length > 0
          ? `exactly-once; the start creates ${willCreate.join(' and ')}`
          : 'not known yet'
        : guarantee.level;
    lines.push(
      `pipeline ${name}: topic ${topic}${size}, contract ${contract}, table ${table}`,
      `  guarantee: ${level}`,
    );
  }
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  return [
    ...lines,
    ...(problems.length === 0 ? [] : ['']),
    ...problems.map(({ severity, place, text }) => `${severity.padEnd(7)} ${place}: ${text}`),
    '',
    problems.length === 0
      ? 'No problems found.'
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}.`,
  ].join('\n');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
