import { z } from 'zod';
import { READ_VARIANTS } from '../types/value-rule.js';

/**
 * The schema of what users write as a contract, in TypeScript and in YAML. JavaScript and YAML have no compiler that says
 * that an option is misspelt, and it would be left out in silence. The descriptions are what editors and the reference show.
 */

const SOURCES = ['event', 'key', 'value', 'timestamp', 'headers', 'rest', 'transform', 'server'];

const path = z.union([z.string(), z.array(z.string('must be a string'))], {
  error: 'must be a string or an array of them',
});

const header = z.strictObject({ header: z.string('must be a string') });

const columnOptions = z
  .strictObject({
    type: z
      .string('must be a string')
      .describe("A ClickHouse type, for example LowCardinality(String) or DateTime64(3, 'UTC')."),
    from: z
      .union([z.enum(SOURCES), header], {
        error: `must be ${oneOf(SOURCES)} or { header: 'name' }`,
      })
      .optional()
      .describe(
        'Where the value comes from; the field of the event unless given. `rest`: the top-level fields that no other column takes. `server`: ClickHouse fills the column by its default.',
      ),
    path: path
      .optional()
      .describe(
        "The field in nested objects: 'customer.id', or an array where a key has a dot. The column's name unless given.",
      ),
    read: z
      .enum(READ_VARIANTS, `must be ${oneOf(READ_VARIANTS)}`)
      .optional()
      .describe("How the value is spelt where the type's own spelling is not meant."),
    default: z
      .unknown()
      .optional()
      .describe(
        'For a missing field: a constant, or { sql: expression }, which ClickHouse evaluates for each row.',
      ),
    null: z
      .enum(['reject', 'default'], "must be 'reject' or 'default'")
      .optional()
      .describe(
        '`default`: null counts as missing. Otherwise it is a dead letter where the type is not Nullable.',
      ),
  })
  .refine((column) => column.path === undefined || (column.from ?? 'event') === 'event', {
    path: ['path'],
    error: 'has a meaning only for fields of the event: drop it, or from',
  });

const column = z.union([z.string(), columnOptions], {
  error: 'it must be a type, or an object with a type',
});

const table = z.strictObject(
  {
    orderBy: z
      .array(z.string('must be a string'), 'must be an array of columns or expressions')
      .optional()
      .describe('Columns or expressions of the sorting key.'),
    partitionBy: z
      .string('must be an expression')
      .optional()
      .describe(
        'An expression, for example toYYYYMM(created). Without it, the table has no partitions.',
      ),
  },
  'must be an object',
);

const when = z.strictObject(
  {
    path: path.describe('The field of the event that decides.'),
    in: z
      .array(
        z.union([z.string(), z.number(), z.boolean()], {
          error: 'must be a string, a number, true or false',
        }),
        'must be an array of strings, numbers or booleans',
      )
      .describe('Its values that make a row.'),
  },
  'must be an object',
);

/** What YAML can say of a contract, whose name is its key there. */
export const PLAIN_OPTIONS = {
  format: z
    .strictObject({ kind: z.literal('json', "must be 'json'") }, "must be { kind: 'json' }")
    .optional()
    .describe('How records are encoded; JSON unless given.'),
  columns: z
    .record(z.string(), column, 'must be an object')
    .describe('The columns of the table, by their names: a ClickHouse type, or an object.'),
  table: table.optional().describe('How the table is created if it does not exist.'),
  when: when
    .optional()
    .describe('Records that do not match are filtered. Without it, every record makes a row.'),
  tombstones: z
    .enum(['reject', 'skip'], "must be 'reject' or 'skip'")
    .optional()
    .describe('What becomes of records without a value: dead letters unless given.'),
  id: text().describe(
    'The column that tells events apart, if there is one. verify compares it for a sample of the rows.',
  ),
  eventTime: text().describe(
    "The column whose time divides blocks and the table; the record's timestamp unless given.",
  ),
  version: text().describe(
    'Change it with the transform or the validation, so that two of them are never taken for one contract.',
  ),
};

export const contractOptions = z.strictObject(
  {
    name: z.string('must be a string'),
    ...PLAIN_OPTIONS,
    transform: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
    validate: z
      .custom(isStandardSchema, 'must be a schema of the Standard Schema: zod, valibot, arktype')
      .optional(),
  },
  'must be an object',
);

function text() {
  return z.string('must be a string').optional();
}

function isStandardSchema(value: unknown): boolean {
  const { '~standard': standard } = (value ?? {}) as {
    readonly '~standard'?: { readonly validate?: unknown };
  };
  return typeof standard?.validate === 'function';
}

function oneOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
