import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../domain/table/planned-contract.js';
import { isTopicName, TOPIC_NAME_RULE } from '../domain/pipeline/input.js';
import { isObject } from '../domain/is-object.js';
import { nearestNameOr } from '../domain/nearest-name.js';
import type { SchemaProblem } from '../domain/schema-problems.js';
import { quotedName, shownName } from '../domain/shown-name.js';
import { parseTableName } from '../domain/table/table-name.js';
import type { ConfigProblem } from './config-problem.js';

export interface PipelineChecks {
  /** Names of the contracts that the config declares, usable or not. Null if nobody knows them. */
  readonly contracts: readonly string[] | null;
  /** What the schema does not accept. Fields that it names are not checked further. */
  readonly shape: readonly SchemaProblem[];
}

/** Finds pipelines that can't be started although the schema accepts them. `written` may have any shape. */
export function pipelineProblems(
  written: unknown,
  { contracts, shape }: PipelineChecks,
): readonly ConfigProblem[] {
  if (!isObject(written)) return [];
  const known = [...(contracts ?? []), DEFAULT_CONTRACT, TABLE_CONTRACT];
  const isWrong = (...place: readonly string[]) =>
    shape.some(({ at }) => ['pipelines', ...place].every((key, index) => at[index] === key));
  return Object.entries(written).flatMap(([name, pipeline]) => {
    const text = (field: string): string | undefined => {
      const value = isObject(pipeline) && !isWrong(name, field) ? pipeline[field] : undefined;
      return typeof value === 'string' ? value : undefined;
    };
    const [contract, topic, table] = [text('contract'), text('topic'), text('table')];
    const problem = (field: string, what: string): ConfigProblem => ({
      at: ['pipelines', name, field],
      text: `pipeline ${shownName(name)}: ${what}`,
    });
    const problems: ConfigProblem[] = [];
    if (!/^[A-Za-z_][\w.-]{0,99}$/.test(name)) {
      const what = `pipeline ${quotedName(name)}: the name must begin with a letter and have at most 100 letters, digits, dashes and dots`;
      problems.push({ at: ['pipelines', name], text: what });
    }
    if (contract !== undefined && contracts !== null && !known.includes(contract)) {
      const hint = nearestNameOr(`the config has ${known.join(', ')}`, contract, known);
      problems.push(problem('contract', `there is no contract ${shownName(contract)}: ${hint}`));
    }
    if (topic !== undefined && !isTopicName(topic)) {
      problems.push(
        problem(
          'topic',
          `${quotedName(topic)} is not a valid Kafka topic name: ${TOPIC_NAME_RULE}`,
        ),
      );
    }
    if (table !== undefined && parseTableName(table, 'default') === null) {
      const what = `${quotedName(table)} is not a table name: give "table" or "database.table"`;
      problems.push(problem('table', what));
    }
    return problems;
  });
}
