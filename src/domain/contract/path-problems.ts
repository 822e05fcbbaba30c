import type { ColumnType } from '../types/column-type.js';
import { columnProblem, type ContractProblem } from './contract-problem.js';
import type { ColumnSpec, WhenSpec } from './contract-spec.js';

interface PathColumn {
  readonly name: string;
  readonly path: readonly string[];
  /** Takes the whole text of an object, so that other columns may take fields of the same object. */
  readonly isWhole: boolean;
  /** Takes objects. */
  readonly isObject: boolean;
}

/** Columns that can't all have a value: two with the same path, or one below another that does not take objects. */
export function pathProblems(
  columns: readonly (ColumnSpec & { readonly columnType: ColumnType })[],
  when: WhenSpec | null,
): readonly ContractProblem[] {
  const paths = columns.flatMap(({ name, from, read, columnType }): readonly PathColumn[] => {
    if (from.kind !== 'event') return [];
    const isText = read === 'json' || read === 'json-object';
    const isWhole = isText || columnType.layout.kind === 'json-text';
    const isObject = isWhole || takesObject(columnType);
    return [{ name, path: from.path, isWhole, isObject }];
  });
  return [
    ...paths.flatMap((column, index) => [
      ...emptyKeys(column.path).map((what) => columnProblem(column.name, what)),
      ...paths.slice(0, index).flatMap((other) => conflictOf(column, other)),
    ]),
    ...(when === null ? [] : whenProblems(when.path, paths)),
  ];
}

function emptyKeys(path: readonly string[]): readonly string[] {
  const isWrong = path.length === 0 || path.includes('');
  return isWrong ? [`its path "${path.join('.')}" has an empty key`] : [];
}

/** A record with the field of `when` could not be stored, because a column takes the surrounding field as a scalar. */
function whenProblems(
  path: readonly string[],
  columns: readonly PathColumn[],
): readonly ContractProblem[] {
  const outer = columns.find(
    (column) =>
      !column.isObject &&
      column.path.length < path.length &&
      column.path.every((key, index) => path[index] === key),
  );
  const below =
    outer === undefined
      ? []
      : [
          `its path ${path.join('.')} is below the field ${outer.path.join('.')}, which column ${outer.name} takes as a value without fields`,
        ];
  return [...emptyKeys(path), ...below].map((what) => ({ at: ['when'], text: `when: ${what}` }));
}

function conflictOf(a: PathColumn, b: PathColumn): readonly ContractProblem[] {
  const [outer, inner] = a.path.length <= b.path.length ? [a, b] : [b, a];
  if (outer.path.length === 0 || !outer.path.every((key, index) => inner.path[index] === key))
    return [];
  const path = outer.path.join('.');
  if (outer.path.length === inner.path.length) {
    return a.isWhole || b.isWhole
      ? []
      : [
          {
            at: ['columns', a.name],
            text: `columns ${b.name} and ${a.name}: both take the field ${path}`,
          },
        ];
  }
  return outer.isObject
    ? []
    : [
        columnProblem(
          inner.name,
          `its path ${inner.path.join('.')} is below the field ${path}, which column ${outer.name} takes as a value without fields`,
        ),
      ];
}

function takesObject({ node, layout }: ColumnType): boolean {
  if (layout.kind === 'json-text') return true;
  if (node.name === 'Nullable') return layout.kind === 'nullable' && layout.of.kind === 'json-text';
  return node.name === 'Map' || node.name === 'Tuple';
}
