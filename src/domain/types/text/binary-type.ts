import { parseType } from './parse-type.js';
import { printType } from './print-type.js';
import type { TypeNode } from './type-node.js';
import { TypeTextError } from './type-tokens.js';

/**
 * The type without LowCardinality and Nested. Values of both have the same `RowBinary` form without them, and servers
 * require no setting for it. A text that can't be parsed is returned unchanged.
 */
export function binaryType(text: string): string {
  return rewritten(text, (node) => withoutLowCardinality(withoutNested(node)));
}

/** The type with each Nested written as `Array(Tuple(...))`, which no server flattens. */
export function unnestedType(text: string): string {
  return rewritten(text, withoutNested);
}

function rewritten(text: string, rewrite: (node: TypeNode) => TypeNode): string {
  try {
    return printType(rewrite(parseType(text)));
  } catch (error) {
    if (error instanceof TypeTextError) return text;
    throw error;
  }
}

function withoutNested(node: TypeNode): TypeNode {
  const inner = within(node, withoutNested);
  if (inner.name !== 'Nested') return inner;
  return { name: 'Array', args: [{ kind: 'type', type: { ...inner, name: 'Tuple' } }] };
}

function withoutLowCardinality(node: TypeNode): TypeNode {
  const [only] = node.args;
  const isLow = node.name === 'LowCardinality' && only?.kind === 'type';
  return isLow ? withoutLowCardinality(only.type) : within(node, withoutLowCardinality);
}

function within(node: TypeNode, rewrite: (node: TypeNode) => TypeNode): TypeNode {
  return {
    ...node,
    args: node.args.map((arg) =>
      arg.kind === 'type' || arg.kind === 'member' ? { ...arg, type: rewrite(arg.type) } : arg,
    ),
  };
}
