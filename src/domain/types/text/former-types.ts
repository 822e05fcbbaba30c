import { binaryType } from './binary-type.js';
import { parseType } from './parse-type.js';
import { printType } from './print-type.js';
import { innerTypes, numberArgument, type TypeNode, typeNode } from './type-node.js';
import { TypeTextError } from './type-tokens.js';

/** Common numbers of fraction digits: seconds, milliseconds, microseconds. */
const SCALES = [0, 3, 6];

/**
 * The less precise types that a column may have had before an ALTER. Rows that were inserted before have values with that
 * precision. Covers only types that truncate values instead of rejecting them, and no types in containers.
 */
export function formerTypes(text: string): readonly string[] {
  let node: TypeNode;
  try {
    node = parseType(binaryType(text));
  } catch (error) {
    if (error instanceof TypeTextError) return [];
    throw error;
  }
  const [inner] = innerTypes(node);
  if (node.name !== 'Nullable' || inner === undefined) return coarser(node).map(printType);
  return coarser(inner).map((type) => printType(typeNode('Nullable', { kind: 'type', type })));
}

function coarser(node: TypeNode): readonly TypeNode[] {
  switch (node.name) {
    case 'Float64':
      return [typeNode('Float32')];
    case 'DateTime64':
    case 'Time64': {
      const scale = numberArgument(node, 0) ?? 3;
      return SCALES.filter((fewer) => fewer < scale).map((fewer) => ({
        ...node,
        args: [{ kind: 'number', text: String(fewer) }, ...node.args.slice(1)],
      }));
    }
    default:
      return [];
  }
}
