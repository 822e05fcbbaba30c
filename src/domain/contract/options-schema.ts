import { z } from 'zod';
import { nearestName } from '../nearest-name.js';
import { READ_VARIANTS } from '../types/value-rule.js';

/**
 * The schema of contracts that users write in TypeScript and in YAML. JavaScript and YAML have no compiler that reports a
 * misspelt option; it would be ignored silently. Editors and the reference show the descriptions.
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
        'Where the value comes from. By default, the field of the event. `rest`: the top-level fields that no other column uses. `server`: ClickHouse fills the column with its default.',
      ),
    path: path
      .optional()
      .describe(
        "Path of the field through nested objects: 'customer.id', or an array if a key contains a dot. By default, the column's name.",
      ),
    read: z
      .enum(READ_VARIANTS, {
        error: ({ input }) => `must be ${oneOf(READ_VARIANTS)}${meant(input, READ_VARIANTS)}`,
      })
      .optional()
      .describe('Selects another representation of the value than the one of the type.'),
    default: z
      .unknown()
      .optional()
      .describe(
        'Value of a missing field: a constant, or { sql: expression }, which ClickHouse evaluates for each row.',
      ),
    null: z
      .enum(['reject', 'default'], "must be 'reject' or 'default'")
      .optional()
      .describe(
        '`default`: null counts as missing. Otherwise, a record with null becomes a dead letter unless the type is Nullable.',
      ),
  })
  .refine((column) => column.path === undefined || (column.from ?? 'event') === 'event', {
    path: ['path'],
    error: 'applies only to fields of the event: remove it, or remove from',
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
    path: path.describe('Path of the field that is compared.'),
    in: z
      .array(
        z.union([z.string(), z.number(), z.boolean()], {
          error: 'must be a string, a number, true or false',
        }),
        'must be an array of strings, numbers or booleans',
      )
      .describe('Records with one of these values become rows.'),
  },
  'must be an object',
);

/** The options that YAML has for a contract. The name is the contract's key there. */
export const PLAIN_OPTIONS = {
  format: z
    .strictObject({ kind: z.literal('json', "must be 'json'") }, "must be { kind: 'json' }")
    .optional()
    .describe('How records are encoded. By default, JSON.'),
  columns: z
    .record(z.string(), column, 'must be an object')
    .describe('The columns of the table, by their names: a ClickHouse type, or an object.'),
  table: table.optional().describe('How the table is created if it does not exist.'),
  when: when
    .optional()
    .describe('Records that do not match are filtered. Without it, all records become rows.'),
  tombstones: z
    .enum(['reject', 'skip'], "must be 'reject' or 'skip'")
    .optional()
    .describe('What happens to records without a value. By default, they become dead letters.'),
  id: text().describe(
    'The column that identifies an event, if there is one. verify compares it for a sample of the rows.',
  ),
  eventTime: text().describe(
    'The column whose time partitions the table and its blocks. By default, the timestamp of the record.',
  ),
  version: text().describe(
    'Change it with the transform or the validation, so that both versions count as different contracts.',
  ),
};

export const contractOptions = z.strictObject(
  {
    name: z.string('must be a string'),
    ...PLAIN_OPTIONS,
    transform: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
    validate: z
      .custom(
        isStandardSchema,
        'must be a schema that implements Standard Schema, such as one of zod, valibot or arktype',
      )
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

function meant(given: unknown, words: readonly string[]): string {
  const near = typeof given === 'string' ? nearestName(given, words) : null;
  return near === null ? '' : `: did you mean '${near}'?`;
}

function oneOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
