/**
 * - `retry`, `slow-down`, `operator`: send the same block under the same token again: soon, later, or after a person has
 *   acted.
 * - `shrink`, `split`, `refresh`, `bisect`: the workflow re-splits the same records: with fewer rows and bytes, with fewer
 *   table partitions, with other columns, or with half as many rows until each faulty row has a block of its own.
 */
export type InsertAction =
  'retry' | 'slow-down' | 'operator' | 'shrink' | 'split' | 'refresh' | 'bisect';

interface CodeGroup {
  /** Why these codes get this action. */
  readonly why: string;
  readonly action: InsertAction;
  /**
   * Codes whose error texts may be shown. They are helpful and quote no row: they are raised before any row is read, or by
   * the state of the server.
   */
  readonly quoted: Readonly<Record<number, string>>;
  /** Codes whose error texts may quote a row, so they are not passed on. */
  readonly silent?: Readonly<Record<number, string>>;
  /**
   * A row's value can raise these errors as well. If the columns are unchanged, they don't show whether the rows are to
   * blame.
   */
  readonly isAlsoByValue?: true;
}

/**
 * ClickHouse's error codes with an action of their own, from its `ErrorCodes.cpp` (26.7). A missing code says nothing about
 * the cause; `decide.ts` finds it out. Therefore a code belongs to `retry`, `slow-down` or `operator` only if no row's
 * value can raise it. The names are for readers, and for when the server can't be asked.
 */
const GROUPS: readonly CodeGroup[] = [
  {
    why: 'Temporary: a timeout, load, the network, a server that starts or stops.',
    action: 'retry',
    quoted: {
      159: 'TIMEOUT_EXCEEDED',
      164: 'READONLY',
      202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
      203: 'NO_FREE_CONNECTION',
      209: 'SOCKET_TIMEOUT',
      210: 'NETWORK_ERROR',
      425: 'SYSTEM_ERROR',
    },
    silent: {
      23: 'CANNOT_READ_FROM_ISTREAM',
      24: 'CANNOT_WRITE_TO_OSTREAM',
      86: 'RECEIVED_ERROR_FROM_REMOTE_IO_SERVER',
      95: 'CANNOT_READ_FROM_SOCKET',
      96: 'CANNOT_WRITE_TO_SOCKET',
      100: 'UNKNOWN_PACKET_FROM_SERVER',
      102: 'UNEXPECTED_PACKET_FROM_SERVER',
      160: 'TOO_SLOW',
      198: 'DNS_ERROR',
      216: 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
      236: 'ABORTED',
      279: 'ALL_CONNECTION_TRIES_FAILED',
      297: 'SHARD_HAS_NO_CONNECTIONS',
      394: 'QUERY_WAS_CANCELLED',
      410: 'EXTERNAL_SERVER_IS_NOT_RESPONDING',
      439: 'CANNOT_SCHEDULE_TASK',
      473: 'DEADLOCK_AVOIDED',
      519: 'NO_REMOTE_SHARD_AVAILABLE',
      677: 'THREAD_WAS_CANCELED',
      733: 'TABLE_IS_BEING_RESTARTED',
      735: 'QUERY_WAS_CANCELLED_BY_CLIENT',
      904: 'TOO_MANY_UNAVAILABLE_SHARDS',
      // A library that ClickHouse uses threw: a dictionary whose HTTP source is down comes as 1001 (26.7).
      1000: 'POCO_EXCEPTION',
      1001: 'STD_EXCEPTION',
      1002: 'UNKNOWN_EXCEPTION',
    },
  },
  {
    why: 'Temporary: Keeper or other replicas are not ready.',
    action: 'retry',
    quoted: {
      225: 'NO_ZOOKEEPER',
      285: 'TOO_FEW_LIVE_REPLICAS',
      319: 'UNKNOWN_STATUS_OF_INSERT',
      999: 'KEEPER_EXCEPTION',
    },
    silent: {
      235: 'DUPLICATE_DATA_PART',
      244: 'UNEXPECTED_ZOOKEEPER_ERROR',
      254: 'NO_ACTIVE_REPLICAS',
      265: 'NO_AVAILABLE_REPLICA',
      286: 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE',
      289: 'REPLICA_IS_NOT_IN_QUORUM',
      369: 'ALL_REPLICAS_ARE_STALE',
      384: 'PART_IS_TEMPORARILY_LOCKED',
      416: 'REPLICA_STATUS_CHANGED',
      529: 'NOT_A_LEADER',
      568: 'RAFT_ERROR',
      738: 'PART_IS_LOCKED',
    },
  },
  {
    why: 'Temporary: the source of a dictionary or of a remote disk does not answer.',
    action: 'retry',
    quoted: {},
    silent: {
      484: 'INTERNAL_REDIS_ERROR',
      499: 'S3_ERROR',
      500: 'AZURE_BLOB_STORAGE_ERROR',
      510: 'CACHE_DICTIONARY_UPDATE_FAIL',
      528: 'CASSANDRA_INTERNAL_ERROR',
      614: 'POSTGRESQL_CONNECTION_FAILURE',
      634: 'MONGODB_ERROR',
      696: 'ASYNC_LOAD_CANCELED',
      722: 'ASYNC_LOAD_WAIT_FAILED',
    },
  },
  {
    why: 'The server is overloaded or short of space or memory: more requests would make it worse.',
    action: 'slow-down',
    quoted: {
      201: 'QUOTA_EXCEEDED',
      242: 'TABLE_IS_READ_ONLY',
      243: 'NOT_ENOUGH_SPACE',
      252: 'TOO_MANY_PARTS',
    },
    silent: {
      75: 'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
      76: 'CANNOT_OPEN_FILE',
      77: 'CANNOT_CLOSE_FILE',
      172: 'CANNOT_CREATE_DIRECTORY',
      173: 'CANNOT_ALLOCATE_MEMORY',
      204: 'CANNOT_FSYNC',
      214: 'CANNOT_STATVFS',
      294: 'CANNOT_WRITE_TO_FILE',
      364: 'RECEIVED_ERROR_TOO_MANY_REQUESTS',
      586: 'CANNOT_CREATE_FILE',
      641: 'CANNOT_APPEND_TO_FILE',
      692: 'TOO_MANY_MUTATIONS',
      700: 'USER_SESSION_LIMIT_EXCEEDED',
      745: 'SERVER_OVERLOADED',
      749: 'TCP_CONNECTION_LIMIT_REACHED',
      762: 'HTTP_CONNECTION_LIMIT_REACHED',
      776: 'RESOURCE_LIMIT_EXCEEDED',
      777: 'MEMORY_RESERVATION_KILLED',
      778: 'MEMORY_RESERVATION_FAILED',
    },
  },
  {
    why: 'Somebody has to provide a grant, a login, a table, a dictionary or a setting.',
    action: 'operator',
    quoted: {
      47: 'UNKNOWN_IDENTIFIER',
      60: 'UNKNOWN_TABLE',
      81: 'UNKNOWN_DATABASE',
      115: 'UNKNOWN_SETTING',
      192: 'UNKNOWN_USER',
      193: 'WRONG_PASSWORD',
      194: 'REQUIRED_PASSWORD',
      452: 'SETTING_CONSTRAINT_VIOLATION',
      497: 'ACCESS_DENIED',
      516: 'AUTHENTICATION_FAILED',
      774: 'TABLE_IS_PERMANENTLY_READ_ONLY',
    },
    silent: {
      46: 'UNKNOWN_FUNCTION',
      48: 'NOT_IMPLEMENTED',
      156: 'DICTIONARIES_WAS_NOT_LOADED',
      195: 'IP_ADDRESS_NOT_ALLOWED',
      218: 'TABLE_IS_DROPPED',
      281: 'DICTIONARY_IS_EMPTY',
      291: 'DATABASE_ACCESS_DENIED',
      344: 'SUPPORT_IS_DISABLED',
      392: 'QUERY_IS_PROHIBITED',
      446: 'FUNCTION_NOT_ALLOWED',
      479: 'UNKNOWN_DISK',
      481: 'PATH_ACCESS_DENIED',
      482: 'DICTIONARY_ACCESS_DENIED',
      489: 'INCORRECT_DICTIONARY_DEFINITION',
      511: 'UNKNOWN_ROLE',
      620: 'QUERY_NOT_ALLOWED',
      673: 'RESOURCE_ACCESS_DENIED',
      695: 'ASYNC_LOAD_FAILED',
      720: 'USER_EXPIRED',
      759: 'LICENSING_EXCEPTION',
      763: 'SESSION_REFUSED',
    },
  },
  {
    why: 'The block is too large for the memory of the server.',
    action: 'shrink',
    quoted: { 241: 'MEMORY_LIMIT_EXCEEDED' },
  },
  {
    why: 'The columns of the table differ from those that were sent.',
    action: 'refresh',
    quoted: { 16: 'NO_SUCH_COLUMN_IN_TABLE' },
    silent: { 517: 'CANNOT_ASSIGN_ALTER' },
  },
  {
    why: 'The type of a column differs from the type that was sent, or a value does not fit a computed column.',
    action: 'refresh',
    quoted: {},
    silent: { 33: 'CANNOT_READ_ALL_DATA', 131: 'TOO_LARGE_STRING_SIZE' },
    isAlsoByValue: true,
  },
  {
    why: 'A row has a value that the table cannot store.',
    action: 'bisect',
    quoted: {},
    silent: {
      6: 'CANNOT_PARSE_TEXT',
      27: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
      38: 'CANNOT_PARSE_DATE',
      41: 'CANNOT_PARSE_DATETIME',
      53: 'TYPE_MISMATCH',
      72: 'CANNOT_PARSE_NUMBER',
      117: 'INCORRECT_DATA',
      349: 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
      469: 'VIOLATED_CONSTRAINT',
    },
  },
];

interface KnownCode {
  readonly name: string;
  readonly action: InsertAction;
  /** The text of the error may be shown. */
  readonly isQuotable: boolean;
  readonly isAlsoByValue: boolean;
}

/** By ClickHouse's number. */
export const CLICKHOUSE_CODES: ReadonlyMap<number, KnownCode> = new Map(
  GROUPS.flatMap(({ action, quoted, silent = {}, isAlsoByValue = false }) => {
    const known = { action, isAlsoByValue };
    return [
      ...named(quoted, (name) => ({ ...known, name, isQuotable: true })),
      ...named(silent, (name) => ({ ...known, name, isQuotable: false })),
    ];
  }),
);

function named(
  names: Readonly<Record<number, string>>,
  known: (name: string) => KnownCode,
): readonly (readonly [number, KnownCode])[] {
  return Object.entries(names).map(([code, name]) => [Number(code), known(name)]);
}
