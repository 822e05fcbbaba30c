import type { HoldKind } from './hold.js';
import { lostColumnsOf, type PlannedContract } from '../table/planned-contract.js';
import { instant } from '../readable-units.js';
import type { FoundTable } from '../table/found-table.js';
import { alter } from '../table/guarantee.js';
import { writtenName } from '../table/table-name.js';
import { guaranteeWith, type TableWishes, type Target } from '../table/target.js';

/** What a table no longer does that a pipeline was promised at its start. */
export interface TableChange {
  /** In sentences. */
  readonly detail: string;
  /** What `continue` gives up. */
  readonly givesUp: GivesUp;
}

/** Of a plan, what the table has to do for it. */
interface Promised {
  readonly wishes: TableWishes;
  readonly contract?: PlannedContract | undefined;
  readonly cut: { readonly columns: readonly string[] };
}

/** What `continue` gives up after a hold `TableChanged`. */
export interface GivesUp {
  readonly columns: readonly string[];
  readonly guarantee: boolean;
  readonly durability: boolean;
}

export const tableChanged: HoldKind = {
  meaning:
    'the table was altered and stores less than it did, no longer carries the exactly-once that the start asked for, or no longer writes to disk first (`fsync`)',
  choices: [
    { action: 'retry', meaning: 'The table has been restored: try the same records again' },
    {
      action: 'continue',
      meaning: 'The change is intended: continue with less, and keep this decision in the status',
    },
  ],
  more: 'The hold shows the statement that restores the table; after it nothing is lost, and rows inserted before stay as they are. The decision about the table holds for all partitions, and `status` lists it under `decisions`.',
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
  return `continue with ${writtenName(target.table)} ${gone.join(', ')}`;
}

function lostColumns(
  name: string,
  columns: readonly string[],
  { unfilled, target }: FoundTable,
): { readonly what: string; readonly fix: string } {
  const faults = unfilled.filter(({ column }) => columns.includes(column));
  const alterations = faults.flatMap(({ alteration }) => (alteration === null ? [] : [alteration]));
  const isWhole = alterations.length > 0 && alterations.length === faults.length;
  return {
    what: `${name} no longer stores everything (${faults.map(({ why }) => why).join(', ')}): ClickHouse would put a default in its place. Rows that were inserted before stay as they are.`,
    // Last, so that the statement can be copied up to the end.
    fix: isWhole
      ? `Restore it: ${alter({ name: target.table }, alterations.join(', '))}`
      : 'No ALTER changes the type of a key column: replace the table with one that stores them',
  };
}

function changedAt({ changedAtMs }: FoundTable): string {
  if (changedAtMs === null) return '';
  return `The table was last changed at ${instant(changedAtMs)} by the clock of the server.`;
}
