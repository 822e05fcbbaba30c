import type { HoldKind } from './hold.js';
import { lostColumnsOf, type PlannedContract } from '../table/planned-contract.js';
import { instant } from '../readable-units.js';
import type { FoundTable } from '../table/found-table.js';
import { alter } from '../table/guarantee.js';
import { writtenName } from '../table/table-name.js';
import { guaranteeWith, type TableWishes, type Target } from '../table/target.js';

/** How the table falls short of what it provided when the pipeline started. */
export interface TableChange {
  /** What changed and how to fix it, in sentences. */
  readonly detail: string;
  /** What `continue` gives up. */
  readonly givesUp: GivesUp;
}

/** The part of a plan that says what the table has to provide. */
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
    'the table was altered: it stores less than before, no longer provides the exactly-once guarantee that the start required, or no longer writes to disk before it answers (`fsync`)',
  choices: [
    { action: 'retry', meaning: 'The table has been restored: try the same records again' },
    {
      action: 'continue',
      meaning: 'The change is intended: continue with less, and keep this decision in the status',
    },
  ],
  more: 'The hold shows the statement that restores the table. After that statement nothing is lost, and existing rows stay as they are. The decision about the table holds for all partitions, and `status` lists it under `decisions`.',
};

/** Null if the plan can be carried out unchanged. New columns, and types that hold more values, make no difference. */
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
    // Missing columns would also be the first of its reasons.
    ...(less === null || lost !== null
      ? []
      : [
          `This pipeline was started with "guarantee":"exactly-once", but ${name} now provides ${less.level}: ${less.why.join('; ')}`,
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

/** What a person decided to continue without, as an entry for the decisions. */
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
  // A column may be at fault twice: for the contract and for the table.
  const alterations = new Set(faults.map(({ alteration }) => alteration));
  const whys = faults.map(({ why }) => why);
  // The contract of the worker may have changed too, so that it no longer names a column that the plan stores.
  const missing = faults.length === 0 ? columns : [];
  return {
    what: `${name} no longer stores everything (${[...whys, ...missing.map((each) => `${each} is missing`)].join(', ')}): ClickHouse would store defaults instead of the missing values. Existing rows are not affected.`,
    // The fix comes last, so that the statement can be copied up to the end.
    fix:
      faults.length > 0 && !alterations.has(null)
        ? `Restore it: ${alter({ name: target.table }, [...alterations].join(', '))}`
        : missing.length > 0
          ? `Add ${missing.join(', ')} again, with the types that the table had before`
          : faults.some(({ wouldLoseValues }) => wouldLoseValues)
            ? 'No ALTER keeps all stored values: change the types in the contract, or replace the table with one that stores these values'
            : 'No ALTER can change the type of a key column: replace the table with one that stores these values',
  };
}

function changedAt({ changedAtMs }: FoundTable): string {
  if (changedAtMs === null) return '';
  return `The table was last changed at ${instant(changedAtMs)}, according to the server's clock.`;
}
