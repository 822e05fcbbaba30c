import { counted } from '../domain/readable-units.js';
import type { OpenPipeline } from './temporal/open-pipelines.js';
import type { Style } from './text/style.js';
import { type Column, countList, number, tableLines } from './text/table.js';

const COLUMNS: readonly Column[] = [
  { title: 'pipeline' },
  { title: 'state' },
  { title: 'topic → table' },
  { title: 'lag', align: 'right' },
  { title: 'rows/s', align: 'right' },
  { title: 'notes' },
];

/** A line for each open pipeline. */
export function pipelineLines(
  pipelines: readonly OpenPipeline[],
  namespace: string,
  style: Style,
): readonly string[] {
  if (pipelines.length === 0) {
    return [
      `No pipeline is open in namespace ${namespace} of Temporal. \`millrace start <pipeline>\` starts one.`,
    ];
  }
  const [titles = '', ...rows] = tableLines(
    COLUMNS,
    pipelines.map((each) => [
      style.bold(each.workflowId),
      stateOf(each, style),
      each.topic === null ? '' : `${each.topic} → ${each.table ?? ''}`,
      each.lag === null ? '' : number(each.lag),
      each.rowsPerSecond === null ? '' : number(each.rowsPerSecond),
      note(each, style),
    ]),
  );
  const count = counted(pipelines.length, 'open pipeline', 'open pipelines');
  return [style.dim(titles), ...rows, '', `${count} in namespace ${namespace}`];
}

function stateOf({ state, noAnswer }: OpenPipeline, style: Style): string {
  if (noAnswer !== null || state === null) return style.yellow('NO ANSWER');
  const mark = { running: style.green, held: style.red }[state as string] ?? style.yellow;
  return mark(state.toUpperCase());
}

/** What a person has to know beyond the state: why a pipeline does not run. */
function note({ state, detail, holds, noAnswer, lastFailure }: OpenPipeline, style: Style): string {
  const held = Object.keys(holds).length > 0 ? [`held partitions: ${countList(holds)}`] : [];
  if (noAnswer !== null) {
    const last = state === null ? [] : [`last recorded state: ${state}`];
    return style.yellow([noAnswer, ...last, ...held].join('; '));
  }
  const why = state === 'running' || state === 'held' || detail === null ? [] : [detail];
  const failure = lastFailure === null ? [] : [style.yellow(lastFailure.replaceAll(/\s+/g, ' '))];
  return [...why, ...failure, ...held].join('; ');
}
