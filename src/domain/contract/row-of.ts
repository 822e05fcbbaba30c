/**
 * The TypeScript type of a ClickHouse type that is written as text, derived by template literal types. Texts are split at
 * commas rather than at characters, because the compiler follows at most 1,000 steps. Texts that are too long for it, or
 * have quoted names, become string or unknown, and are never an error.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Type of a text that is no known ClickHouse type. The compiler shows its key. */
export interface UnknownType<T extends string> {
  readonly 'not a ClickHouse type that Millrace knows': T;
}

type Trim<S extends string> = S extends ` ${infer R}` | `\n${infer R}`
  ? Trim<R>
  : S extends `${infer R} ` | `${infer R}\n`
    ? Trim<R>
    : S;

type Small =
  'Int8' | 'Int16' | 'Int32' | 'UInt8' | 'UInt16' | 'UInt32' | 'Float32' | 'Float64' | 'BFloat16';
type Big = 'Int64' | 'UInt64' | 'Int128' | 'UInt128' | 'Int256' | 'UInt256';
type Texts =
  | 'String'
  | 'UUID'
  | 'IPv4'
  | 'IPv6'
  | 'Date'
  | 'Date32'
  | 'DateTime'
  | 'DateTime64'
  | 'Time'
  | 'Time64'
  | `FixedString(${number})`
  | `Decimal${string}`
  | `DateTime(${string})`
  | `DateTime64(${string})`
  | `Time64(${string})`;
type Point = readonly [number, number];
interface Shapes {
  Point: Point;
  Ring: readonly Point[];
  LineString: readonly Point[];
  MultiLineString: readonly (readonly Point[])[];
  Polygon: readonly (readonly Point[])[];
  MultiPolygon: readonly (readonly (readonly Point[])[])[];
}

/** A tuple with one `0` for each occurrence of the character in the text. */
type Count<
  S extends string,
  C extends string,
  N extends 0[] = [],
> = S extends `${string}${C}${infer R}` ? Count<R, C, [...N, 0]> : N;
type IsBalanced<S extends string> = Count<S, '('> extends Count<S, ')'> ? true : false;

/** The parts between commas that are outside of parentheses. */
type Split<
  S extends string,
  Open extends string = '',
  Parts extends string[] = [],
> = S extends `${infer A},${infer R}`
  ? IsBalanced<`${Open}${A}`> extends true
    ? Split<R, '', [...Parts, Trim<`${Open}${A}`>]>
    : Split<R, `${Open}${A},`, Parts>
  : [...Parts, Trim<`${Open}${S}`>];

type Members<P extends readonly string[]> = {
  readonly [E in P[number] as NameOf<E>]: E extends `${infer Named}` ? Value<TypeOf<Named>> : never;
};
type NameOf<E extends string> = E extends `\`${infer N}\` ${string}` | `"${infer N}" ${string}`
  ? N
  : E extends `${infer N} ${string}`
    ? N
    : never;
type TypeOf<E extends string> = E extends `\`${string}\` ${infer T}` | `"${string}" ${infer T}`
  ? Trim<T>
  : E extends `${string} ${infer T}`
    ? Trim<T>
    : never;
type Places<P extends readonly string[]> = { readonly [I in keyof P]: Value<P[I]> };
type IsNamed<P extends readonly string[]> = P[0] extends `${infer Name} ${string}`
  ? Name extends `${string}(${string}`
    ? false
    : true
  : false;

/** The names in quotes. The result is `string` for escaped quotes, and for more names than the compiler follows. */
type EnumNames<S extends string, Names extends string = never, N extends 0[] = []> = S extends
  `${string}\\${string}` | `${string}''${string}`
  ? string
  : N['length'] extends 300
    ? string
    : S extends `${string}'${infer Name}'${infer R}`
      ? EnumNames<R, Names | Name, [...N, 0]>
      : Names;

/** The value of a column, as a transform receives it and returns it. */
export type Value<T extends string> = string extends T
  ? unknown
  : T extends Small
    ? number
    : T extends Big
      ? bigint
      : T extends Texts
        ? string
        : T extends 'Bool'
          ? boolean
          : T extends 'JSON' | `JSON(${string})`
            ? JsonObject
            : Compound<T>;

type Compound<T extends string> = T extends `Nullable(${infer U})`
  ? Value<Trim<U>> | null
  : T extends `LowCardinality(${infer U})`
    ? Value<Trim<U>>
    : T extends `Array(${infer U})`
      ? readonly Value<Trim<U>>[]
      : T extends `Enum8(${infer U})` | `Enum16(${infer U})` | `Enum(${infer U})`
        ? EnumNames<U>
        : T extends `Map(${infer U})`
          ? MapOf<Split<U>, T>
          : T extends `Tuple(${infer U})`
            ? TupleOf<Split<U>>
            : T extends `Nested(${infer U})`
              ? readonly Members<Split<U>>[]
              : T extends keyof Shapes
                ? Shapes[T]
                : UnknownType<T>;

type MapOf<P extends readonly string[], T extends string> = P extends readonly [
  string,
  infer V extends string,
]
  ? { readonly [key: string]: Value<V> }
  : UnknownType<T>;
type TupleOf<P extends readonly string[]> = IsNamed<P> extends true ? Members<P> : Places<P>;

/** Whether any part of a type text is wrong. */
export type IsWrong<V> = [V] extends [never]
  ? false
  : unknown extends V
    ? false
    : [V] extends [UnknownType<string>]
      ? true
      : V extends readonly unknown[]
        ? IsWrong<V[number]>
        : V extends JsonObject
          ? IsWrongIn<V>
          : false;

type IsWrongIn<V extends JsonObject> = true extends { [K in keyof V]: IsWrong<V[K]> }[keyof V]
  ? true
  : false;
