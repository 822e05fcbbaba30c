import type { ContractSpec } from '../../src/domain/contract/contract-spec.js';
import { parseType } from '../../src/domain/types/text/parse-type.js';
import { sampleValue } from './contract-values.js';

/** A record in the form that Kafka clients take. */
export interface SampleRecord {
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Makes records that a contract accepts, from its columns: each field has a value of its column's type. It does not know what a
 * validation, a transform or an expression of the table requires in addition.
 */
export function createContractEvents(
  spec: ContractSpec,
): (index: number, nowMs: number) => SampleRecord {
  const columns = spec.columns.map((column) => ({ ...column, node: parseType(column.type) }));
  return (index, nowMs) => {
    const event: Tree = {};
    const headers: Record<string, string> = {};
    let key: string | null = null;
    for (const { from, read, node } of columns) {
      const value = sampleValue(node, { index, nowMs, read });
      if (from.kind === 'key') key = textOf(value);
      if (from.kind === 'header' && value !== null) headers[from.header] = textOf(value);
      if (from.kind === 'headers') headers['demo'] = String(index);
      if (from.kind === 'event') setAt(event, from.path, value);
    }
    if (spec.when !== null) setAt(event, spec.when.path, spec.when.in[index % spec.when.in.length]);
    return { key, value: JSON.stringify(event), headers };
  };
}

type Tree = Record<string, unknown>;

function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const inner = tree[name];
  const next: Tree = typeof inner === 'object' && inner !== null ? (inner as Tree) : {};
  tree[name] = next;
  setAt(next, rest, value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
