import { listLetters } from '../../adapters/clickhouse/dead-letter-table/list-letters.js';
import {
  DEAD_LETTER_REASONS,
  DEAD_LETTER_STATUSES,
  type DeadLetterStatus,
} from '../../domain/dead-letters/dead-letter.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { nearestNameOr } from '../../domain/nearest-name.js';
import { deadLettersOf, writtenName } from '../../domain/table/table-name.js';
import { deadLetterLines } from '../dead-letter-lines.js';
import { CommandError, EXIT, UsageError } from '../errors.js';
import { completed, openProject } from '../project/open-project.js';
import { routeOf } from '../temporal/route-of.js';
import { withClient } from '../temporal/with-client.js';
import { styleFor } from '../text/style.js';
import { wholeNumber } from '../values.js';
import { defineVerb } from '../verb.js';

const STATUSES: readonly string[] = [...DEAD_LETTER_STATUSES, 'all'];
const UNKNOWN_TABLE = 60;
const UNKNOWN_DATABASE = 81;

export const deadLetters = defineVerb({
  positionals: [
    { name: 'pipeline', help: 'the pipeline that writes to the table', optional: true },
  ],
  options: {
    table: { type: 'string', value: 'NAME', help: 'the table of events, instead of a pipeline' },
    reason: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'only dead letters with this reason',
    },
    status: {
      type: 'string',
      value: 'WHICH',
      help: 'open (default), redriven, dropped or all',
    },
    limit: { type: 'string', value: 'N', help: 'how many of the newest to list (default: 20)' },
    'show-values': {
      type: 'boolean',
      help: 'show keys and values of the records, at most 1,000 bytes of each',
    },
  },
  description:
    'The counts are by path and stage as well. The command shows the content of records only with --show-values. It connects to ClickHouse with the environment of the worker, and asks Temporal only for the table of a pipeline.',
  examples: ['millrace dead-letters orders', 'millrace dead-letters --table shop.orders --limit 5'],
  async run(invocation) {
    const { positionals, values, environment, stdout, result } = invocation;
    const [pipeline] = positionals;
    const status = statusOf(values.status ?? 'open');
    const reasons = (values.reason ?? []).map(knownReason);
    const limit = wholeNumber('limit', values.limit ?? '20');
    const project = await openProject(invocation);
    const route =
      values.table !== undefined || pipeline === undefined
        ? { table: values.table }
        : await withClient(environment, (client) => routeOf(client, pipeline, invocation));
    const { table } = completed(pipeline ?? '', route, project.config);
    const written = writtenName(deadLettersOf(table));
    try {
      const list = await listLetters(project.config.clickhouse, {
        ...{ table, status, limit, reasons },
        withValues: values['show-values'] === true ? 'with values' : 'without values',
      });
      const lines = deadLetterLines(list, written, styleFor(stdout, environment));
      result({ table: written, ...list }, lines.join('\n'));
      return EXIT.ok;
    } catch (error) {
      throw explained(error, written);
    }
  },
});

function statusOf(text: string): DeadLetterStatus | null {
  if (!STATUSES.includes(text)) {
    throw new UsageError(`--status is one of ${STATUSES.join(', ')}, not ${text}`);
  }
  return text === 'all' ? null : (text as DeadLetterStatus);
}

function knownReason(text: string): string {
  if (DEAD_LETTER_REASONS.some((reason) => reason === text)) return text;
  const all = `it is one of ${DEAD_LETTER_REASONS.join(', ')}`;
  throw new UsageError(
    `no dead letter has the reason ${text}: ${nearestNameOr(all, text, DEAD_LETTER_REASONS)}`,
  );
}

function explained(error: unknown, table: string): unknown {
  if (!(error instanceof InsertFailed)) return error;
  const { code } = error.error;
  if (code === UNKNOWN_TABLE || code === UNKNOWN_DATABASE) {
    return new CommandError(
      `${table} does not exist, or this user may not see it. A worker creates it together with the table of events: check the name of that table.`,
      { cause: error },
    );
  }
  return new CommandError(`ClickHouse did not answer: ${error.message}`, { cause: error });
}
