import type { PipelineInput, PipelineSettings } from './public-types.js';

/** What the worker's environment says where a pipeline's input says nothing. */
export interface SettingsDefaults {
  readonly topic: string;
  readonly groupId: string;
  /** `table` or `database.table`. */
  readonly table: string;
  /** Of tables that are named without one. */
  readonly database: string;
  readonly intervalSeconds: number;
  /** Silence after which a batch is given to another worker. */
  readonly failoverSeconds: number;
}

const DEFAULT_ROWS = 200_000;
const DEFAULT_BYTES = 64 * 1_024 * 1_024;
const DEFAULT_LANES = 2;

/** The effective settings, and the names of those that came from the environment. */
export function completeSettings(
  input: PipelineInput,
  defaults: SettingsDefaults,
): { readonly settings: PipelineSettings; readonly fromEnvironment: readonly string[] } {
  const { batch = {} } = input;
  const settings: PipelineSettings = {
    ...(input.contract !== undefined && { contract: input.contract }),
    topic: input.topic ?? defaults.topic,
    groupId: input.groupId ?? defaults.groupId,
    table: input.table ?? defaults.table,
    from: input.from ?? 'committed',
    ...(input.replay && { replay: true }),
    until: input.until ?? null,
    existing: input.existing ?? 'insert',
    batch: {
      maxRows: batch.maxRows ?? DEFAULT_ROWS,
      maxBytes: batch.maxBytes ?? DEFAULT_BYTES,
      intervalSeconds: batch.intervalSeconds ?? defaults.intervalSeconds,
    },
    lanes: input.lanes ?? DEFAULT_LANES,
    onDataLoss: input.onDataLoss ?? 'hold',
    guarantee: input.guarantee ?? 'report',
    durability: input.durability ?? 'server',
  };
  const fromEnvironment = [
    ...(['topic', 'groupId', 'table'] as const).filter((name) => input[name] === undefined),
    ...(batch.intervalSeconds === undefined ? ['batch.intervalSeconds'] : []),
  ];
  return { settings, fromEnvironment };
}
