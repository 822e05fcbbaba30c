import type { z } from 'zod';
import { nearestNameOr } from './nearest-name.js';
import { oneOf, plainMessages } from './plain-messages.js';

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
  /** For an unknown key: the keys one level deeper, such as `batch.maxRows`. */
  readonly deeper: readonly string[];
}

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

export type Checked<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly problems: readonly SchemaProblem[] };

/** Checks a value. There is one problem for each unknown key, and these are first: a misspelt key is missing elsewhere. */
export function checkWith<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const parsed = schema.safeParse(value, { error: plainMessages, reportInput: true });
  if (parsed.success) return { kind: 'valid', value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, schema));
  const isUnknown = ({ kind }: SchemaProblem) => kind === 'unknown';
  return {
    kind: 'invalid',
    problems: [...problems.filter(isUnknown), ...problems.filter((each) => !isUnknown(each))],
  };
}

/** What a schema does not accept in a value. Empty if it accepts the value. */
export function schemaProblems(schema: z.ZodType, value: unknown): readonly SchemaProblem[] {
  const checked = checkWith(schema, value);
  return checked.kind === 'valid' ? [] : checked.problems;
}

/** What to use instead of an unknown key: the key that was probably meant, otherwise all that exist. */
export function keyHint({ at, known, deeper }: SchemaProblem): string {
  const given = String(at.at(-1));
  const same = deeper.filter((path) => path.toLowerCase().endsWith(`.${given.toLowerCase()}`));
  if (same.length > 0) return `did you mean ${oneOf(same)}?`;
  const within = deeper.filter((path) => isWithin(path, given));
  const listed = `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
  const otherwise = within.length > 0 ? `did you mean ${oneOf(within)}?` : listed;
  return nearestNameOr(otherwise, given, known);
}

/** Whether a name begins with the key of an option one level deeper, as `batchSize` begins with that of `batch.maxRows`. */
function isWithin(path: string, name: string): boolean {
  const [key = ''] = path.split('.');
  return name.toLowerCase().startsWith(key.toLowerCase());
}

/** `table.orderBy[1]` */
export function placeText(at: readonly (string | number)[]): string {
  return at
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : (index > 0 ? '.' : '') + key))
    .join('');
}

function problemsOf(issue: Issue, schema: Schema): readonly SchemaProblem[] {
  const at = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = optionsAt(schema, at);
    const deeper = known.flatMap((key) =>
      optionsAt(schema, [...at, key]).map((option) => `${key}.${option}`),
    );
    return issue.keys.map((key) => ({
      at: [...at, key],
      kind: 'unknown',
      what: '',
      known,
      deeper,
    }));
  }
  const inside = issue.code === 'invalid_union' ? meantBranch(issue.errors) : null;
  if (inside !== null) {
    return inside.flatMap((each) => problemsOf({ ...each, path: [...at, ...each.path] }, schema));
  }
  const isMissing = at.length > 0 && issue.code === 'invalid_type' && issue.input === undefined;
  return [
    { at, kind: 'wrong', what: isMissing ? 'is missing' : issue.message, known: [], deeper: [] },
  ];
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
