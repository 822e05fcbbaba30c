import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../domain/table/planned-contract.js';
import { isTopicName, TOPIC_NAME_RULE } from '../domain/pipeline/input.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import { parseTableName } from '../domain/table/table-name.js';
import type { ConfigProblem } from './config-problem.js';

/** Finds pipelines that the schema accepts but that can't be started. `contracts` are the names that the config declares. */
export function pipelineProblems(
  pipelines: Readonly<Record<string, PipelineInput>>,
  contracts: readonly string[],
): readonly ConfigProblem[] {
  const known = [...contracts, DEFAULT_CONTRACT, TABLE_CONTRACT];
  return Object.entries(pipelines).flatMap(([name, { contract, topic, table }]) => {
    const problem = (field: string, what: string): ConfigProblem => ({
      at: ['pipelines', name, field],
      text: `pipeline ${name}: ${what}`,
    });
    const problems: ConfigProblem[] = [];
    if (!/^[A-Za-z_][\w.-]{0,99}$/.test(name)) {
      const text = `pipeline "${name}": the name must begin with a letter and have at most 100 letters, digits, dashes and dots`;
      problems.push({ at: ['pipelines', name], text });
    }
    if (contract !== undefined && !known.includes(contract)) {
      const what = `there is no contract ${contract}: the config has ${known.join(', ')}`;
      problems.push(problem('contract', what));
    }
    if (topic !== undefined && !isTopicName(topic)) {
      problems.push(
        problem('topic', `"${topic}" is not a valid Kafka topic name: ${TOPIC_NAME_RULE}`),
      );
    }
    if (table !== undefined && parseTableName(table, 'default') === null) {
      const what = `"${table}" is not a table name: give "table" or "database.table"`;
      problems.push(problem('table', what));
    }
    return problems;
  });
}
