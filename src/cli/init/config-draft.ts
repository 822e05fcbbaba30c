import type { ColumnOptions } from '../../domain/contract/contract-options.js';

/** A config that `init` writes, in TypeScript or in YAML. */
export interface ConfigDraft {
  /** What a reader should know of the contract, a line each. */
  readonly comments: readonly string[];
  /** Null: the pipeline uses a contract that is always there. */
  readonly contract: DraftContract | null;
  readonly pipeline: DraftPipeline;
}

export interface DraftContract {
  readonly name: string;
  readonly columns: readonly DraftColumn[];
  readonly id: string | null;
  readonly eventTime: string | null;
  readonly orderBy: readonly string[];
  readonly partitionBy: string | null;
}

export interface DraftColumn {
  readonly name: string;
  readonly options: ColumnOptions;
  /** Why it is what it is; empty where there is nothing to say. */
  readonly why: string;
}

export interface DraftPipeline {
  readonly name: string;
  /** Null: `stream_events`. */
  readonly contract: string | null;
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
}

/** The pipeline's fields in the order in which people write them. */
export function pipelineFields(pipeline: DraftPipeline): readonly (readonly [string, string])[] {
  const { contract, topic, groupId, table } = pipeline;
  return [
    ...(contract === null ? [] : [['contract', contract] as const]),
    ['topic', topic],
    ['groupId', groupId],
    ['table', table],
  ];
}

/** A column without options of its own is its type alone. */
export function isTypeAlone(options: ColumnOptions): boolean {
  return Object.keys(options).join() === 'type';
}
