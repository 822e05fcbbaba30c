import { contractFromTable } from '../../domain/contract/contract-from-table.js';
import { sourceText } from '../../domain/contract/contract-spec.js';
import { TABLE_CONTRACT } from '../../domain/table/planned-contract.js';
import type { DescribedTable } from '../../domain/ports/table-contents.js';
import { counted } from '../../domain/readable-units.js';
import { nameFrom } from '../sample/suggest-contract.js';
import type { ConfigDraft, DraftColumn } from './config-draft.js';
import type { Suggestion } from '../sample/suggest-contract.js';

interface Names {
  /** The name of the pipeline and of its contract. */
  readonly name: string;
  readonly topic: string;
  readonly table: string;
}

/** What `init` writes if neither a topic nor a table is given. */
export function exampleDraft(): ConfigDraft {
  const topic = 'stream-events';
  return {
    comments: [
      'A pipeline moves a topic into a table. This one uses the built-in contract stream_events: JSON with event_id, event_type,',
      'timestamp, payload, source and metadata. For events of your own: millrace init --from-topic, or --from-table.',
    ],
    contract: null,
    pipeline: { ...pipelineOf({ name: topic, topic, table: 'stream_events' }), contract: null },
  };
}

/** The draft for a topic, from a sample of it. */
export function topicDraft(suggestion: Suggestion, names: Names): ConfigDraft {
  const { records, events, rejected } = suggestion;
  const others = records - events;
  return {
    comments: [
      `The columns were inferred from the newest ${records} records of topic ${names.topic}. Review them: a value that does not fit`,
      'its column is never rounded or truncated: its record becomes a dead letter.',
      ...(others === 0
        ? []
        : [
            `${counted(others, 'of these records is not a JSON object and becomes a dead letter', 'of these records are not JSON objects and become dead letters')}.`,
          ]),
      ...(rejected === 0
        ? []
        : [
            `${counted(rejected, 'record differs from all others and becomes a dead letter', 'records differ from all others and become dead letters')}: the comment of the column says where.`,
          ]),
    ],
    contract: suggestion,
    pipeline: { ...pipelineOf(names), contract: suggestion.name },
  };
}

/** The draft for an existing table: either the table is the contract, or the config lists its columns. */
export function tableDraft(
  described: DescribedTable,
  names: Names,
  { writesColumns }: { readonly writesColumns: boolean },
): ConfigDraft {
  if (!writesColumns) {
    return {
      comments: [
        `Contract ${TABLE_CONTRACT} takes its columns from the table: each column is read from the event's field of the same name.`,
      ],
      contract: null,
      pipeline: { ...pipelineOf(names), contract: TABLE_CONTRACT },
    };
  }
  const { spec, notes } = contractFromTable(described.columns);
  const columns = spec.columns.map(({ name, type, from, default: value }): DraftColumn => {
    const isPlain = sourceText(from) === name;
    const why = value === null ? '' : 'the table has a DEFAULT: to use it, add default: { sql }';
    return { name, why, options: isPlain ? { type } : { type, path: [name] } };
  });
  const contract = { name: names.name, columns, id: null, eventTime: null };
  return {
    comments: [`The columns of ${names.table}.`, ...notes],
    contract: { ...contract, orderBy: [], partitionBy: null },
    pipeline: { ...pipelineOf(names), contract: names.name },
  };
}

function pipelineOf({ name, topic, table }: Names) {
  return { name, topic, groupId: `millrace-${nameFrom(name)}`, table };
}
