import type { z } from 'zod';

/** Something that a schema does not accept. */
export interface SchemaProblem {
  /** Keys and indexes from the checked value down to the place. */
  readonly at: readonly (string | number)[];
  /** `unknown`: the last key of `at` does not exist. */
  readonly kind: 'unknown' | 'wrong';
  /** Follows the name of the place: `must be a string`. Empty for an unknown key. */
  readonly what: string;
  /** For an unknown key: the keys that exist. */
  readonly known: readonly string[];
}

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** What a schema does not accept in a value, with one problem for each unknown key. Empty if it accepts the value. */
export function schemaProblems(schema: z.ZodType, value: unknown): readonly SchemaProblem[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, schema));
}

function problemsOf(issue: Issue, schema: Schema): readonly SchemaProblem[] {
  const at = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = optionsAt(schema, at);
    return issue.keys.map((key) => ({ at: [...at, key], kind: 'unknown', what: '', known }));
  }
  const inside = issue.code === 'invalid_union' ? meantBranch(issue.errors) : null;
  if (inside !== null) {
    return inside.flatMap((each) => problemsOf({ ...each, path: [...at, ...each.path] }, schema));
  }
  return [{ at, kind: 'wrong', what: issue.message, known: [] }];
}

/** The branch of a union that has the value's type, if there is only one. Its own problems are more helpful. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter((issues) => !issues.some(({ path }) => path.length === 0));
  const only = meant.length === 1 ? meant[0] : branches.find(hasUnknownKeysOnly);
  return only ?? null;
}

function hasUnknownKeysOnly(issues: readonly Issue[]): boolean {
  return issues.length > 0 && issues.every(({ code }) => code === 'unrecognized_keys');
}

/** The keys that a schema has at a place. */
function optionsAt(schema: Schema, at: readonly (string | number)[]): readonly string[] {
  const { def } = schema._zod as unknown as { readonly def: SchemaDef };
  if (def.innerType !== undefined) return optionsAt(def.innerType, at);
  if (def.options !== undefined) return def.options.flatMap((option) => optionsAt(option, at));
  const [key, ...rest] = at;
  if (key === undefined) return Object.keys(def.shape ?? {});
  const inner = def.shape?.[key] ?? def.valueType ?? def.element;
  return inner === undefined ? [] : optionsAt(inner, rest);
}

/** Definitions of zod's objects, records, arrays, unions and wrappers. */
interface SchemaDef {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly valueType?: Schema;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
}
