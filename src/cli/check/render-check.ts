import { relative } from 'node:path';
import type { Contract } from '../../domain/contract/define-contract.js';
import { engineColumns } from '../../engine/column-plan.js';
import type { Style } from '../text/style.js';
import type { CheckedPipeline } from './check-pipeline.js';
import type { Checked } from './run-check.js';

export interface RenderOptions {
  readonly directory: string;
  readonly isOffline: boolean;
  readonly style: Style;
}

/** The text for people: what was checked, then a line for each problem. */
export function renderCheck(
  { path, isUsable, contracts, withoutRoom, pipelines, problems }: Checked,
  { directory, isOffline, style }: RenderOptions,
): string {
  const lines: string[] = [];
  const file = path === null ? 'No config file' : relative(directory, path);
  lines.push(
    contracts.length === 0
      ? `${file}: ${isUsable ? 'no contracts of its own' : 'cannot be used'}`
      : `${file}:`,
  );
  if (path === null) {
    lines.push(
      '  npx millrace init writes one. Without it, only the built-in contracts can be used.',
    );
  }
  lines.push(...contracts.map(contractLine));
  if (withoutRoom.length > 0) {
    lines.push(
      `The engine has no memory left for ${withoutRoom.join(', ')}, so the slower reference reader reads their records and makes the same rows. Raise MILLRACE_MEMORY_MIB, of which the engine gets an eighth.`,
    );
  }
  if (isOffline) lines.push('The servers were not contacted.');
  lines.push(...pipelines.flatMap(pipelineLines));
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  return [
    ...lines,
    ...(problems.length === 0 ? [] : ['']),
    ...problems.map(({ severity, place, text }) => {
      const mark = severity === 'error' ? style.red : style.yellow;
      return `${mark(severity.padEnd(7))} ${place}: ${text}`;
    }),
    '',
    problems.length === 0
      ? style.green('No problems found.')
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}.`,
  ].join('\n');
}

function pipelineLines(pipeline: CheckedPipeline): readonly string[] {
  const { name, contract, topic, partitions, table, guarantee, willCreate, problems } = pipeline;
  const size = partitions === null ? '' : ` (${count(partitions, 'partition')})`;
  const line = `pipeline ${name}: topic ${topic}${size}, contract ${contract}, table ${table}`;
  const isRefused = problems.some(({ severity }) => severity === 'error');
  // A pipeline that can't start neither creates its tables nor guarantees exactly-once.
  if (isRefused && (guarantee === null || guarantee.level === 'exactly-once')) return [line];
  const level =
    guarantee === null
      ? willCreate.length > 0
        ? `exactly-once; the start creates ${willCreate.join(' and ')}`
        : 'not known yet'
      : guarantee.level;
  return [line, `  guarantee: ${level}`];
}

/** Says which of the two readers serves the contract, and why the engine can't. */
function contractLine(contract: Contract): string {
  const { name, columns } = contract.spec;
  const all = engineColumns(contract);
  const reasons = new Map<string, string[]>();
  for (const { column, readBy, why } of all) {
    if (readBy === 'reference') reasons.set(why, [...(reasons.get(why) ?? []), column]);
  }
  const why = [...reasons].map(([reason, named]) =>
    named.length === all.length ? reason : `${named.join(', ')}: ${reason}`,
  );
  const reader = why.length === 0 ? 'the engine' : `the reference reader (${why.join('; ')})`;
  return `  contract ${name}: ${count(columns.length, 'column')}, read by ${reader}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
