import { setTimeout } from 'node:timers/promises';
import { completeSettings } from '../../domain/pipeline/settings.js';
import { quotedName } from '../../domain/shown-name.js';
import { parseTableName, writtenName } from '../../domain/table/table-name.js';
import { TABLE_CONTRACT } from '../../domain/table/planned-contract.js';
import { CommandError } from '../errors.js';
import { CLICKHOUSE_ADDRESS, hintingAt, KAFKA_ADDRESS } from '../project/address-hint.js';
import { type Servers, withServers } from '../project/connect-servers.js';
import { type Project, readSettings } from '../project/open-project.js';
import { readSample } from '../sample/read-sample.js';
import type { Surroundings } from '../verb.js';
import type { ConfigDraft } from './config-draft.js';
import { exampleDraft, tableDraft, topicDraft } from './draft-config.js';
import { renderTest } from './render-test.js';
import { renderTypeScript } from './render-typescript.js';
import { renderYaml } from './render-yaml.js';
import { nameFrom, suggestContract } from '../sample/suggest-contract.js';
import { COMPOSE_FILE, ENVIRONMENT_FILE } from './surrounding-files.js';
import { assertNoConfig, type NewFile, writeFiles, type WrittenFiles } from './write-files.js';

export interface InitRequest {
  readonly fromTopic: string | undefined;
  readonly fromTable: string | undefined;
  /** With `fromTable`. */
  readonly topic: string | undefined;
  /** With `fromTopic`. */
  readonly table: string | undefined;
  /** The name of the pipeline. */
  readonly name: string | undefined;
  /** How many records the sample has. */
  readonly records: number;
  readonly isYaml: boolean;
  readonly writesColumns: boolean;
  readonly signal: AbortSignal;
}

export interface Initialized extends WrittenFiles {
  readonly draft: ConfigDraft;
  /** The database of the pipeline's table, if ClickHouse answered and has no such database. Otherwise null. */
  readonly missingDatabase: string | null;
}

type Drafted = Pick<Initialized, 'draft' | 'missingDatabase'>;

/** ClickHouse is only asked for a hint, so `init` does not wait long for it. */
const DATABASE_MS = 5_000;

/** Writes a config and the files that go with it. Overwrites nothing. Throws `CommandError`. */
export async function runInit(
  { environment, directory }: Pick<Surroundings, 'environment' | 'directory'>,
  request: InitRequest,
): Promise<Initialized> {
  assertNoConfig(directory);
  const { draft, missingDatabase } = await draftFor(environment, request);
  const files: NewFile[] = [
    request.isYaml
      ? { name: 'millrace.yaml', text: renderYaml(draft) }
      : { name: 'millrace.config.ts', text: renderTypeScript(draft) },
    { name: '.env.example', text: ENVIRONMENT_FILE },
    { name: 'docker-compose.yml', text: COMPOSE_FILE },
    // The columns of a table may need values that only its owner knows.
    ...(draft.contract === null || request.fromTopic === undefined
      ? []
      : [{ name: 'millrace.test.mjs', text: renderTest(draft.contract) }]),
  ];
  return { draft, missingDatabase, ...writeFiles(directory, files) };
}

async function draftFor(
  environment: Surroundings['environment'],
  request: InitRequest,
): Promise<Drafted> {
  const { fromTopic, fromTable } = request;
  if (fromTopic === undefined && fromTable === undefined) {
    return { draft: exampleDraft(), missingDatabase: null };
  }
  const project: Project = {
    config: readSettings(environment),
    declared: { path: null, contracts: [], pipelines: {} },
  };
  return fromTopic === undefined
    ? { draft: await draftFromTable(project, fromTable ?? '', request), missingDatabase: null }
    : draftFromTopic(project, fromTopic, request);
}

async function draftFromTopic(
  project: Project,
  topic: string,
  { records: count, signal, ...request }: InitRequest,
): Promise<Drafted> {
  const name = request.name ?? nameFrom(topic);
  const table = request.table ?? name.replace(/\W/g, '_');
  const [sample, missingDatabase] = await withServers(project, ({ kafka, clickhouse }) =>
    Promise.all([
      hintingAt(KAFKA_ADDRESS, readSample(kafka.source, { topic, count, signal })),
      databaseMissing(project, table, clickhouse),
    ]),
  );
  const suggestion = suggestContract(name, sample);
  if (suggestion.columns.length === 0) {
    const found =
      suggestion.records === 0 ? 'has no records' : `has no JSON objects in its newest records`;
    throw new CommandError(
      `Topic ${topic} ${found}, so no columns can be inferred. Run init without --from-topic, and declare the columns yourself`,
    );
  }
  return { draft: topicDraft(suggestion, { name, topic, table }), missingDatabase };
}

/** The database of the table if it is missing. Null if it exists, or if ClickHouse does not say. */
async function databaseMissing(
  { config: { defaults } }: Project,
  text: string,
  { plans }: Servers['clickhouse'],
): Promise<string | null> {
  const table = parseTableName(text, defaults.database);
  if (table === null) return null;
  const late = new AbortController();
  try {
    const { settings } = completeSettings({ table: text }, defaults);
    const plan = await Promise.race([
      plans.plan(table, settings),
      setTimeout(DATABASE_MS, null, { signal: late.signal }),
    ]);
    const isMissing = plan?.statements.some(({ kind }) => kind === 'database') === true;
    return isMissing ? table.database : null;
  } catch {
    return null;
  } finally {
    late.abort();
  }
}

async function draftFromTable(
  project: Project,
  text: string,
  { topic, writesColumns, ...request }: InitRequest,
): Promise<ConfigDraft> {
  const table = parseTableName(text, project.config.defaults.database);
  if (table === null) {
    throw new CommandError(
      `${quotedName(text)} is not a table name: give "table" or "database.table"`,
    );
  }
  const described = await hintingAt(
    CLICKHOUSE_ADDRESS,
    withServers(project, ({ clickhouse }) => clickhouse.contents.describe(table, TABLE_CONTRACT)),
  );
  if (described === null) {
    throw new CommandError(
      `${writtenName(table)} does not exist, or this user may not see it: create it, or GRANT SHOW TABLES, SHOW COLUMNS ON it`,
    );
  }
  if (described.unfit !== null) throw new CommandError(described.unfit);
  const name = request.name ?? nameFrom(table.table);
  const names = { name, topic: topic ?? name, table: writtenName(table) };
  return tableDraft(described, names, { writesColumns });
}
