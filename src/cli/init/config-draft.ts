import type { ColumnOptions } from '../../domain/contract/contract-options.js';

/** A config that `init` writes, in TypeScript or in YAML. */
export interface ConfigDraft {
  /** What a reader should know about the contract, one line each. */
  readonly comments: readonly string[];
  /** Null: the pipeline uses a built-in contract. */
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
  /** Why the column has these options; empty if there is nothing to say. */
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

/** Whether the config can give the type alone, because the column has no other options. */
export function isTypeAlone(options: ColumnOptions): boolean {
  return Object.keys(options).join() === 'type';
}
