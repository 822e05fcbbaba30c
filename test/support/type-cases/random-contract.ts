import fc from 'fast-check';
import { anyTypeCase } from './container-cases.js';
import type { TypeCase, ValueCase } from './value-case.js';

/** A column of a random contract. */
export interface RandomColumn {
  readonly name: string;
  readonly type: TypeCase;
  readonly path: readonly string[];
}

/** A record for such a contract: its text, and the expected result. */
export interface RandomRecord {
  readonly text: string;
  /** By column. Null if the field is missing. */
  readonly values: readonly (ValueCase | null)[];
}

export interface RandomContract {
  readonly columns: readonly RandomColumn[];
  readonly records: readonly RandomRecord[];
}

const PATHS = [['c0'], ['c1'], ['in', 'c2'], ['in', 'deep', 'c3'], ['c4 "ü"'], ['in', 'c5']];

/** Contracts of up to six columns, types nested to depth three, and this many records of each. */
export function randomContract(records: number): fc.Arbitrary<RandomContract> {
  return fc.array(anyTypeCase(3), { minLength: 1, maxLength: PATHS.length }).chain((types) => {
    const columns = types.map((type, index) => ({
      name: `c${index}`,
      type,
      path: PATHS[index]!,
    }));
    return fc
      .array(recordOf(columns), { minLength: records, maxLength: records })
      .map((written) => ({ columns, records: written }));
  });
}

function recordOf(columns: readonly RandomColumn[]): fc.Arbitrary<RandomRecord> {
  return fc
    .record({
      values: fc.tuple(...columns.map(({ type }) => type.values)),
      missing: fc.nat(60),
      spelling: fc.nat(7),
    })
    .map(({ values, missing, spelling }) => {
      const kept = values.map((value, index) => (index === missing ? null : value));
      return { values: kept, text: recordText(columns, kept, spelling) };
    });
}

/** The fields in nested objects, among others that the contract does not know, with varied escapes and whitespace. */
function recordText(
  columns: readonly RandomColumn[],
  values: readonly (ValueCase | null)[],
  spelling: number,
): string {
  const space = spelling % 2 === 0 ? '' : ' \t\r\n';
  const fields = columns.flatMap(({ path }, index) => {
    const value = values[index];
    return value === null || value === undefined ? [] : [{ path, json: value.json }];
  });
  const key = (text: string) => {
    const json = JSON.stringify(text);
    // Any character may be written as an escape.
    return spelling === 3 ? json.replace('c', '\\u0063') : json;
  };
  const object = (depth: number, within: typeof fields): string => {
    const members = within
      .filter(({ path }) => path.length === depth + 1)
      .map(({ path, json }) => `${key(path[depth]!)}${space}:${space}${json}`);
    const below = new Set(
      within.filter(({ path }) => path.length > depth + 1).map(({ path }) => path[depth]!),
    );
    for (const name of below) {
      members.push(
        `${key(name)}:${object(
          depth + 1,
          within.filter(({ path }) => path[depth] === name && path.length > depth + 1),
        )}`,
      );
    }
    if (spelling > 3) members.reverse();
    if (spelling === 5)
      members.unshift('"other":{"c0":[1,{"c1":"}"}],"c2":null}', '"c0 ":1', '"":-0.5e+3');
    // Of equal keys the last counts.
    if (spelling === 6 && depth === 0 && !values.includes(null))
      members.unshift('"c0":"not this","in":{"c2":1,"c5":[]}', '"in":5');
    return `{${space}${members.join(`${space},`)}${space}}`;
  };
  return `${space}${object(0, fields)}${space}`;
}
