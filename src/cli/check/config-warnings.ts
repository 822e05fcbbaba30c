import type { LoadedConfig } from '../../config/config-file.js';
import type { Config } from '../../config/environment.js';
import { completeSettings, type PipelineInput } from '../../domain/pipeline/settings.js';
import { parseTableName, writtenName } from '../../domain/table/table-name.js';
import type { Surroundings } from '../verb.js';
import { error, type Problem, warning } from './problem.js';

type Pipelines = Readonly<Record<string, PipelineInput>>;

/** What a pipeline takes from the environment of the worker if the config leaves it out. */
const FROM_ENVIRONMENT = [
  { field: 'topic', variable: 'KAFKA_TOPIC' },
  { field: 'groupId', variable: 'KAFKA_GROUP_ID' },
  { field: 'table', variable: 'CLICKHOUSE_TABLE' },
] as const;

/** Finds what the schema accepts, but what is rarely intended or does not run. `config`: null if the environment can't be used. */
export function configWarnings(
  declared: LoadedConfig,
  about: { readonly file: string; readonly config: Config | null } & Pick<
    Surroundings,
    'environment'
  >,
): readonly Problem[] {
  const { config, file } = about;
  const unused = unusedContracts(declared, file);
  if (config === null) return unused;
  const { pipelines } = declared;
  return [
    ...unused,
    ...unnamedProblems(pipelines, { ...about, config }),
    ...pairProblems(pipelines, { file, config }),
  ];
}

function unusedContracts({ contracts, pipelines }: LoadedConfig, file: string): readonly Problem[] {
  const used = new Set(Object.values(pipelines).map(({ contract }) => contract));
  const unused = contracts.map(({ spec }) => spec.name).filter((name) => !used.has(name));
  return unused.map((name) =>
    warning(
      file,
      `no pipeline uses contract ${name}: set it as the contract of a pipeline, or remove it`,
    ),
  );
}

/** Pipelines for which neither config nor environment names a topic, a group or a table. They get those of the built-in job. */
function unnamedProblems(
  pipelines: Pipelines,
  {
    file,
    environment,
    config: { defaults },
  }: { readonly file: string; readonly config: Config } & Pick<Surroundings, 'environment'>,
): readonly Problem[] {
  return Object.entries(pipelines).flatMap(([name, input]) => {
    const unnamed = FROM_ENVIRONMENT.filter(
      ({ field, variable }) => input[field] === undefined && (environment[variable] ?? '') === '',
    );
    if (unnamed.length === 0) return [];
    const listed = (of: (each: (typeof unnamed)[number]) => string) =>
      unnamed.map(of).join(' and ');
    const fields = listed(({ field }) => field);
    const variables = listed(({ variable }) => variable);
    const used = listed(({ field }) => defaults[field]);
    const text = `pipeline ${name} has no ${fields}: unless the environment of the worker sets ${variables}, the pipeline uses ${used}. Set ${fields} for the pipeline`;
    return [warning(file, text)];
  });
}

/** Pairs of pipelines that can't run at the same time. */
function pairProblems(
  pipelines: Pipelines,
  { file, config }: { readonly file: string; readonly config: Config },
): readonly Problem[] {
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
