/** A ClickHouse type as a tree, with all names and defaults written as the server prints them. */
export interface TypeNode {
  /** For example `Decimal`; never an alias. */
  readonly name: string;
  readonly args: readonly TypeArgument[];
}

export type TypeArgument =
  | { readonly kind: 'type'; readonly type: TypeNode }
  /** An element of a named Tuple or Nested, or a typed path of JSON, whose keys are joined by dots. */
  | { readonly kind: 'member'; readonly name: string; readonly type: TypeNode }
  /** As it was written, so that no digit is lost. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'enum'; readonly name: string; readonly value: number }
  /** `max_dynamic_paths=16` */
  | { readonly kind: 'setting'; readonly name: string; readonly value: number }
  /** `SKIP path` of JSON */
  | { readonly kind: 'skip'; readonly path: string }
  /** `SKIP REGEXP 'pattern'` of JSON */
  | { readonly kind: 'skip-pattern'; readonly pattern: string };

export type Member = Extract<TypeArgument, { kind: 'member' }>;

export function typeNode(name: string, ...args: readonly TypeArgument[]): TypeNode {
  return { name, args };
}

export function typeArgument(type: TypeNode): TypeArgument {
  return { kind: 'type', type };
}

/** The types among the arguments, in order, with or without names. */
export function innerTypes({ args }: TypeNode): readonly TypeNode[] {
  return args.flatMap((arg) => (arg.kind === 'type' || arg.kind === 'member' ? [arg.type] : []));
}

export function membersOf({ args }: TypeNode): readonly Member[] {
  return args.filter((arg) => arg.kind === 'member');
}

/** The whole number at an index of the arguments. Undefined if there is none. */
export function numberArgument({ args }: TypeNode, index: number): number | undefined {
  const arg = args[index];
  return arg?.kind === 'number' && /^[+-]?\d{1,9}$/.test(arg.text) ? Number(arg.text) : undefined;
}
