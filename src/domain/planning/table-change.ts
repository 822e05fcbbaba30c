import type { BatchPlan, HeldRanges } from '../pipeline/batch-plan.js';
import { lostColumnsOf } from '../contract/planned-contract.js';
import { instant } from '../readable-units.js';
import { alter } from '../table/guarantee.js';
import { writtenName } from '../table/table-name.js';
import { guaranteeWith, type Target } from '../table/target.js';

/** An expected column, lineage included, that no insert fills as the table is now. */
export interface Unfilled {
  readonly column: string;
  /** For example `column payload is missing`. */
  readonly why: string;
  /** The part of `ALTER TABLE` behind the table's name that fixes it; null where only another table does. */
  readonly mend: string | null;
}

/** A table as it is now. */
export interface FoundTable {
  readonly target: Target;
  readonly unfilled: readonly Unfilled[];
  /** With `fsync`: why the table may answer before rows are on disk, and the statement that fixes it. */
  readonly notDurable: string | null;
  /** When somebody last changed it, in milliseconds since 1970 by the server's clock; null where that is not known. */
  readonly changedAtMs: number | null;
}

/** What a table no longer does that a pipeline was promised at its start. */
export interface TableChange {
  /** In sentences. */
  readonly detail: string;
  /** What `continue` gives up. */
  readonly givesUp: GivesUp;
}

export interface GivesUp {
  readonly columns: readonly string[];
  readonly guarantee: boolean;
  readonly durability: boolean;
}

type Promised = Pick<BatchPlan, 'wishes' | 'contract'> & {
  readonly cut: Pick<BatchPlan['cut'], 'columns'>;
};

/** Null where the plan can be carried out as it was made: columns that were added, and types that hold more, change nothing. */
export function changeOf(plan: Promised, found: FoundTable): TableChange | null {
  const { target, notDurable } = found;
  const { lanes, durability, guarantee } = plan.wishes;
  const changed = lostColumnsOf(plan.contract, target.contract);
  const columns = [
    ...changed.map(({ column }) => column),
    ...plan.cut.columns.filter((column) => !target.columns.includes(column)),
  ].filter((column, at, all) => all.indexOf(column) === at);
  const now = guaranteeWith(target, lanes);
  const less = guarantee === 'exactly-once' && now.level !== 'exactly-once' ? now : null;
  const fsync = durability === 'fsync' ? notDurable : null;
  const name = writtenName(target.table);
  const lost =
    columns.length > 0
      ? lostColumns(name, columns, { ...found, unfilled: [...changed, ...found.unfilled] })
      : null;
  const fixes = [
    ...(lost === null ? [] : [lost.fix]),
    // Columns that are gone are the first of its reasons.
    ...(less === null || lost !== null
      ? []
      : [
          `This pipeline was started with "guarantee":"exactly-once", and ${name} gives ${less.level}: ${less.why.join('; ')}`,
        ]),
    ...(fsync === null ? [] : [fsync]),
  ];
  if (fixes.length === 0) return null;
  const givesUp = {
    columns,
    guarantee: less !== null,
    durability: fsync !== null,
  };
  const detail = [lost?.what, changedAt(found), fixes.join('; ')].filter(Boolean).join(' ');
  return { detail, givesUp };
}

/** The hold of a plan whose table no longer does what it did. */
export function heldForTable(
  plan: BatchPlan,
  { target }: FoundTable,
  { detail, givesUp }: TableChange,
): HeldRanges {
  const partitions = plan.ranges.map(({ partition }) => partition);
  return { partitions, reason: 'TableChanged', detail, foundTarget: target, givesUp };
}

/** What a person decided to go on without, for the record. */
export function decidedWithout(
  { columns, guarantee, durability }: GivesUp,
  target: Target,
): string {
  const gone = [
    ...(columns.length > 0 ? [`without ${columns.join(', ')}`] : []),
    ...(guarantee ? [`with the guarantee ${target.guarantee.level}`] : []),
    ...(durability ? ['without fsync'] : []),
  ];
  return `go on into ${writtenName(target.table)} ${gone.join(', ')}`;
}

function lostColumns(
  name: string,
  columns: readonly string[],
  { unfilled, target }: FoundTable,
): { readonly what: string; readonly fix: string } {
  const faults = unfilled.filter(({ column }) => columns.includes(column));
  const mends = faults.flatMap(({ mend }) => (mend === null ? [] : [mend]));
  const isWhole = mends.length > 0 && mends.length === faults.length;
  return {
    what: `${name} no longer stores everything (${faults.map(({ why }) => why).join(', ')}): ClickHouse would put a default in its place. Rows that were inserted before stay as they are.`,
    // Last, so that the statement can be copied up to the end.
    fix: isWhole
      ? `Restore it: ${alter({ name: target.table }, mends.join(', '))}`
      : 'No ALTER changes the type of a key column: put a table in its place that stores them',
  };
}

function changedAt({ changedAtMs }: FoundTable): string {
  if (changedAtMs === null) return '';
  return `The table was last changed at ${instant(changedAtMs)} by the clock of the server.`;
}
