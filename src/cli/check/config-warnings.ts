import type { Config } from '../../config/environment.js';
import { completeSettings, type PipelineInput } from '../../domain/pipeline/settings.js';
import { parseTableName, writtenName } from '../../domain/table/table-name.js';
import type { Surroundings } from '../verb.js';
import { error, type Problem, warning } from './problem.js';

type Pipelines = Readonly<Record<string, PipelineInput>>;

/** What a pipeline takes from the environment of the worker if the config leaves it out. */
const FROM_ENVIRONMENT = [
  { field: 'topic', variable: 'KAFKA_TOPIC', fallback: 'stream-events' },
  { field: 'groupId', variable: 'KAFKA_GROUP_ID', fallback: 'spark-stream-group' },
  { field: 'table', variable: 'CLICKHOUSE_TABLE', fallback: 'stream_events' },
] as const;

/** Pipelines for which neither config nor environment names a topic, a group or a table. They get those of the built-in job. */
export function unnamedProblems(
  pipelines: Pipelines,
  {
    file,
    environment,
  }: { readonly file: string; readonly environment: Surroundings['environment'] },
): readonly Problem[] {
  return Object.entries(pipelines).flatMap(([name, input]) => {
    const unnamed = FROM_ENVIRONMENT.filter(
      ({ field, variable }) => input[field] === undefined && (environment[variable] ?? '') === '',
    );
    if (unnamed.length === 0) return [];
    const listed = (key: 'field' | 'variable' | 'fallback') =>
      unnamed.map((each) => each[key]).join(' and ');
    const text = `pipeline ${name} names no ${listed('field')}: where the worker's environment does not set ${listed('variable')}, it uses ${listed('fallback')}. Give the pipeline its own`;
    return [warning(file, text)];
  });
}

/** Pairs of pipelines that can't run at the same time. `config`: null if the environment can't be used. */
export function pairProblems(
  pipelines: Pipelines,
  { file, config }: { readonly file: string; readonly config: Config | null },
): readonly Problem[] {
  if (config === null) return [];
  const all = Object.entries(pipelines)
    // A bounded run reads the range that it names, whatever others have committed or inserted.
    .filter(([, { until }]) => until === undefined)
    .map(([name, input]) => {
      const { topic, groupId, table } = completeSettings(input, config.defaults).settings;
      const target = parseTableName(table, config.defaults.database);
      return { name, topic, groupId, table: target === null ? table : writtenName(target) };
    });
  return all.flatMap((pipeline, index) => {
    const others = all.slice(0, index).filter(({ topic }) => topic === pipeline.topic);
    const sameTable = others.find(({ table }) => table === pipeline.table);
    const sameGroup = others.find(({ groupId }) => groupId === pipeline.groupId);
    if (sameTable !== undefined) {
      const text = `pipelines ${sameTable.name} and ${pipeline.name} move the same topic into the same table: each record would become two rows, so the second one does not start. Remove one of them, or give it another table`;
      return [error(file, text)];
    }
    if (sameGroup === undefined) return [];
    const text = `pipelines ${sameGroup.name} and ${pipeline.name} read the same topic with the same groupId: each would continue at the offsets that the other one committed. Give each its own groupId`;
    return [error(file, text)];
  });
}
