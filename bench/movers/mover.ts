import type { Stack } from '../../dev/stack/start-stack.js';
import type { Sql } from '../stage/sql.js';
import type { TableShape } from '../stage/tables.js';

export const MOVER_NAMES = [
  'millrace',
  'millraceWithoutLineage',
  'kafkaEngine',
  'spark',
  'redpandaConnect',
  'bento',
  'sinker',
] as const;
export type MoverName = (typeof MOVER_NAMES)[number];

export const MOVER_TITLES: Readonly<Record<MoverName, string>> = {
  millrace: 'Millrace',
  millraceWithoutLineage: 'Millrace, table without lineage',
  kafkaEngine: 'ClickHouse Kafka table engine',
  spark: 'PySpark structured streaming',
  redpandaConnect: 'Redpanda Connect, raw lines',
  bento: 'Bento, raw lines',
  sinker: 'clickhouse_sinker',
};

/** Millrace itself, with any table. */
export function isOurs(mover: MoverName): boolean {
  return mover === 'millrace' || mover === 'millraceWithoutLineage';
}

/** What one run of a mover has to move, and where to. */
export interface Job {
  readonly stack: Stack;
  readonly sql: Sql;
  readonly topic: string;
  readonly partitions: number;
  /** Unique to this run. Also used for everything else that needs a name. */
  readonly group: string;
  readonly database: string;
  readonly table: string;
  readonly shape: TableShape;
  /** For settings and logs. */
  readonly folder: string;
}

/** A program that moves events from Kafka into ClickHouse. */
export interface Mover {
  readonly name: MoverName;
  readonly title: string;
  /** `plain` must exist before the mover starts; the mover creates its `own`. */
  readonly table: 'plain' | 'own';
  /** Receives a third of the records, because it moves fewer than 50,000 per second. */
  readonly isSlow: boolean;
  /** Two processes can share the work, so that one may die. */
  readonly canShare: boolean;
  /** Says in words what the mover changes, if it does. Its rows then have another hash than those of the others. */
  readonly rewrites: string | null;
  /** The version that the program reports. */
  version(): Promise<string>;
  open(job: Job): Promise<MoverRun>;
}

/** One move. */
export interface MoverRun {
  /** Starts one process of the mover. */
  startProcess(): Promise<MoverProcess>;
  /**
   * Starts the move, for movers that do not start it themselves. Called once, right after the first process was started.
   */
  begin(): Promise<void>;
  /** False until the work at its start is over, if it reports that. */
  isRunning(): Promise<boolean>;
  /** Events in the history of its workflow so far. Null if it has no workflow. */
  historyEvents(): Promise<number | null>;
  /** Removes everything from the servers. */
  end(): Promise<void>;
}

export interface MoverProcess {
  /** Null if the mover runs inside the ClickHouse server. */
  readonly pid: number | null;
  /** How it ended, if nobody asked it to. */
  failure(): string | null;
  /** Sends SIGKILL, and resolves once the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}
