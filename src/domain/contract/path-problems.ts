import type { ColumnType } from '../types/column-type.js';
import type { ColumnSpec, WhenSpec } from './contract-spec.js';

interface PathColumn {
  readonly name: string;
  readonly path: readonly string[];
  /** Takes the text of an object, whatever is in it: other columns may reach into the same one. */
  readonly isWhole: boolean;
  /** Takes objects. */
  readonly isObject: boolean;
}

/** Columns that can't all have their values: two on one path, or one below another that holds no object. */
export function pathProblems(
  columns: readonly (ColumnSpec & { readonly columnType: ColumnType })[],
  when: WhenSpec | null,
): readonly string[] {
  const paths = columns.flatMap(({ name, from, read, columnType }): readonly PathColumn[] => {
    if (from.kind !== 'event') return [];
    const isText = read === 'json' || read === 'json-object';
    const isWhole = isText || columnType.layout.kind === 'json-text';
    const isObject = isWhole || takesObject(columnType);
    return [{ name, path: from.path, isWhole, isObject }];
  });
  return [
    ...paths.flatMap((column, index) => [
      ...emptyKeys(`column ${column.name}`, column.path),
      ...paths.slice(0, index).flatMap((other) => conflictOf(column, other)),
    ]),
    ...(when === null ? [] : whenProblems(when.path, paths)),
  ];
}

function emptyKeys(what: string, path: readonly string[]): readonly string[] {
  const isWrong = path.length === 0 || path.includes('');
  return isWrong ? [`${what}: its path "${path.join('.')}" has an empty key`] : [];
}

/** A record that has the field of `when` could not be stored, because a column takes the field around it as a scalar. */
function whenProblems(path: readonly string[], columns: readonly PathColumn[]): readonly string[] {
  const outer = columns.find(
    (column) =>
      !column.isObject &&
      column.path.length < path.length &&
      column.path.every((key, index) => path[index] === key),
  );
  return [
    ...emptyKeys('when', path),
    ...(outer === undefined
      ? []
      : [
          `when: its path ${path.join('.')} lies below the field ${outer.path.join('.')}, which column ${outer.name} takes as a value without fields`,
        ]),
  ];
}

function conflictOf(a: PathColumn, b: PathColumn): readonly string[] {
  const [outer, inner] = a.path.length <= b.path.length ? [a, b] : [b, a];
  if (outer.path.length === 0 || !outer.path.every((key, index) => inner.path[index] === key))
    return [];
  const path = outer.path.join('.');
  if (outer.path.length === inner.path.length) {
    return a.isWhole || b.isWhole
      ? []
      : [`columns ${b.name} and ${a.name}: both take the field ${path}`];
  }
  return outer.isObject
    ? []
    : [
        `column ${inner.name}: its path ${inner.path.join('.')} lies below the field ${path}, which column ${outer.name} takes as a value without fields`,
      ];
}

function takesObject({ node, layout }: ColumnType): boolean {
  if (layout.kind === 'json-text') return true;
  if (node.name === 'Nullable') return layout.kind === 'nullable' && layout.of.kind === 'json-text';
  return node.name === 'Map' || node.name === 'Tuple';
}
