import { setImmediate as turn } from 'node:timers/promises';
import { isAccessDenied } from '../client/access-denied.js';
import type { Server } from '../client/client.js';
import type { Block, BlockColumn } from '../../../domain/blocks/block.js';
import { isRefusal } from '../../../domain/insert-failures/decide.js';
import type { InsertError } from '../../../domain/insert-failures/insert-error.js';
import { sqlName, type TableName } from '../../../domain/table/table-name.js';
import { columnTypeOf } from '../../../domain/types/create-column-type.js';
import {
  flattenJson,
  type FlattenRules,
} from '../../../domain/types/json-flattened/flatten-json.js';

/** In which form JSON columns are sent: as text, or flattened where the server reads that and would store the same. */
export interface JsonForm {
  /** The block's columns with JSON flattened. Null if no column is. */
  flattened(table: TableName, block: Block): Promise<readonly BlockColumn[] | null>;
  /** Sends text until another server may be answering. */
  sendText(): void;
}

/** Servers that read flattened JSON can also write it: both came with 25.6. */
const WRITES_FLATTENED = 'output_format_native_use_flattened_dynamic_and_json_serialization';

/** Values of a profile with which a server stores the types that the flattened form names. Other values need the text. */
const ASSUMED: Readonly<Record<string, readonly string[]>> = {
  allow_simdjson: ['1'],
  input_format_json_infer_incomplete_types_as_strings: ['1'],
  input_format_json_try_infer_numbers_from_strings: ['0'],
  input_format_try_infer_integers: ['1'],
  input_format_try_infer_variants: ['0'],
  json_type_escape_dots_in_keys: ['0'],
  max_dynamic_subcolumns_in_json_type_parsing: ['auto'],
  schema_inference_make_columns_nullable: ['1', '3', 'auto'],
  schema_inference_make_json_columns_nullable: ['0'],
};

/** The first release whose types of integers and fractions on one path were compared with those of the text. */
const KEEPS_INTEGERS = [26, 7] as const;

/** After a column could not be flattened, so many blocks at most are sent without trying again. */
const MAX_PAUSE = 64;

export function createJsonForm(server: Server): JsonForm {
  let known: { readonly outages: number; readonly rules: Promise<FlattenRules | null> } | null =
    null;
  const tries = new Map<string, { pause: number; left: number }>();
  const rulesOf = () => {
    const outages = server.outages();
    if (known?.outages !== outages) known = { outages, rules: ask(server) };
    const { rules } = known;
    rules.catch(() => {
      if (known?.rules === rules) known = null;
    });
    return rules;
  };
  const flatten = async (table: TableName, column: BlockColumn, rows: number) => {
    const place = `${sqlName(table)}.${column.name}`;
    const waiting = tries.get(place);
    if (waiting !== undefined && waiting.left > 0) {
      waiting.left--;
      return null;
    }
    const rules = await rulesOf();
    if (rules === null) return null;
    const data = await flattenJson(columnTypeOf(column.type).node, { ...column, rows }, rules);
    if (data === null) {
      const pause = Math.min(MAX_PAUSE, (waiting?.pause ?? 0) * 2 || 1);
      tries.set(place, { pause, left: pause });
      return null;
    }
    tries.delete(place);
    return { ...column, data };
  };
  return {
    async flattened(table, { columns, rows }) {
      const sent: BlockColumn[] = [];
      let some = false;
      for (const column of columns) {
        const flat = isJson(column) ? await flatten(table, column, rows) : null;
        some ||= flat !== null;
        sent.push(flat ?? column);
      }
      return some ? sent : null;
    },
    sendText() {
      known = { outages: server.outages(), rules: Promise.resolve(null) };
    },
  };
}

/** Whether the server may not have understood the form. A view and a constraint only see rows that it has read. */
export function mayBeForm(error: InsertError): boolean {
  return (
    error.code !== null && isRefusal(error) && error.view === null && error.constraintOf === null
  );
}

/** JSON within other types is always text. */
function isJson({ type }: BlockColumn): boolean {
  return /^JSON\b/.test(type);
}

async function ask(server: Server): Promise<FlattenRules | null> {
  const rows = await settingsOf(server);
  const isKnown = rows.some(({ name }) => name === WRITES_FLATTENED);
  const isAsAssumed = rows.every(({ name, value }) => ASSUMED[name]?.includes(value) ?? true);
  if (!isKnown || !isAsAssumed) return null;
  return { keepsIntegers: keepsIntegers(rows[0]?.version ?? ''), turn };
}

/** Empty if the user may not see the settings. The text needs no grant, so an insert must not fail for that. */
async function settingsOf(
  server: Server,
): Promise<readonly { readonly name: string; readonly value: string; readonly version: string }[]> {
  try {
    return await server.rows({
      sql: 'SELECT name, value, version() AS version FROM system.settings WHERE name IN {names:Array(String)}',
      parameters: { names: [WRITES_FLATTENED, ...Object.keys(ASSUMED)] },
    });
  } catch (error) {
    if (isAccessDenied(error)) return [];
    throw error;
  }
}

function keepsIntegers(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [first, second] = KEEPS_INTEGERS;
  return major > first || (major === first && minor >= second);
}
