import { UnsupportedTypeError } from './column-type.js';
import { printType } from './text/print-type.js';
import { innerTypes, numberArgument, type TypeNode } from './text/type-node.js';

export function expectNoArguments(node: TypeNode): void {
  if (node.args.length > 0) throw wrongArguments(node, 'takes no parameters');
}

/** The whole number at an index of the arguments. */
export function wholeArgument(
  node: TypeNode,
  index: number,
  { min, max, what }: { readonly min: number; readonly max: number; readonly what: string },
): number {
  const value = numberArgument(node, index);
  if (value !== undefined && value >= min && value <= max) return value;
  throw wrongArguments(node, `needs ${what} from ${min} to ${max}`);
}

/** The single type in a container. */
export function onlyInner(node: TypeNode): TypeNode {
  const [inner, ...more] = innerTypes(node);
  if (inner !== undefined && more.length === 0 && node.args.length === 1) return inner;
  throw wrongArguments(node, 'needs exactly one type');
}

/** Checks for the name of a time zone, which only affects how times are displayed. */
export function expectZone(node: TypeNode, index: number): void {
  const zone = node.args[index];
  const hasMore = node.args.length > index + 1;
  if (hasMore || (zone !== undefined && zone.kind !== 'text')) {
    throw wrongArguments(
      node,
      `takes a time zone in quotes as parameter ${index + 1}, and no further parameters`,
    );
  }
}

export function wrongArguments(node: TypeNode, what: string): UnsupportedTypeError {
  return new UnsupportedTypeError(`${printType(node)}: ${node.name} ${what}`);
}
