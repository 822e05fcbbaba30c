import type { AvailableOffsets } from '../../domain/log/topic-offsets.js';
import type { TablePlan } from '../../domain/ports/table-plans.js';
import type { Guarantee } from '../../domain/table/guarantee-level.js';
import { columnReason, withTopicId } from '../../domain/table/guarantee.js';
import { writtenName } from '../../domain/table/table-name.js';
import { CLICKHOUSE_ADDRESS, KAFKA_ADDRESS, withAddressHint } from '../project/address-hint.js';
import type { NamedPipeline } from '../project/open-project.js';
import type { Servers } from '../project/connect-servers.js';
import { error, type Problem, warning } from './problem.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import type { Flow } from '../../domain/pipeline/side-by-side.js';

/** What a start of the pipeline would find on the servers. */
export interface CheckedPipeline {
  readonly name: string;
  readonly contract: string;
  readonly topic: string;
  /** Null if Kafka did not answer. */
  readonly partitions: number | null;
  /** `database.table` */
  readonly table: string;
  /** Null: there is no table yet. */
  readonly guarantee: Guarantee | null;
  readonly willCreate: readonly string[];
  /** Which records it would move, and into which table. Null if that is unknown. */
  readonly flow: Omit<Flow, 'taskQueue'> | null;
  readonly problems: readonly Problem[];
}

/** Asks both servers, with the code that a start of the pipeline uses. Creates nothing. */
export async function checkPipeline(
  { name, settings, table }: NamedPipeline,
  { kafka, clickhouse }: Servers,
): Promise<CheckedPipeline> {
  const place = `pipeline ${name}`;
  const [topic, plan] = await Promise.all([
    attempted(`${place}, Kafka`, kafka.source.availableOffsets(settings.topic), KAFKA_ADDRESS),
    attempted(`${place}, ClickHouse`, clickhouse.plans.plan(table, settings), CLICKHOUSE_ADDRESS),
  ]);
  const found = foundIn(topic.value, plan.value);
  const isMissing = plan.value?.target === null && plan.value.statements.length > 0;
  return {
    name,
    contract: settings.contract ?? 'stream_events',
    topic: settings.topic,
    partitions: topic.value?.partitionCount ?? null,
    table: writtenName(table),
    guarantee: found,
    willCreate:
      isMissing && plan.value.notCreated === null
        ? created(plan.value).map(({ table: each }) => writtenName(each))
        : [],
    flow:
      topic.value === null
        ? null
        : {
            ...{ topic: settings.topic, topicId: topic.value.topicId, table },
            tableId: plan.value?.target?.tableId ?? '',
          },
    problems: [
      ...topic.problems,
      ...plan.problems,
      ...(topic.value?.unavailable ?? []).map(({ partition, why }) =>
        warning(
          `${place}, Kafka`,
          `partition ${partition} of ${settings.topic} is currently unavailable (${why})`,
        ),
      ),
      ...(plan.value === null ? [] : planProblems(place, plan.value)),
      ...guaranteeProblems(place, settings, { guarantee: found, plan: plan.value }),
    ],
  };
}

interface Attempted<T> {
  readonly value: T | null;
  readonly problems: readonly Problem[];
}

/** `address`: the variables to check if nothing answers at all. */
async function attempted<T>(
  place: string,
  work: Promise<T>,
  address: string,
): Promise<Attempted<T>> {
  try {
    return { value: await work, problems: [] };
  } catch (failure) {
    const text = failure instanceof Error ? failure.message : String(failure);
    return { value: null, problems: [error(place, withAddressHint(text, address))] };
  }
}

function foundIn(topic: AvailableOffsets | null, plan: TablePlan | null): Guarantee | null {
  const target = plan?.target ?? null;
  if (target === null) return null;
  return (topic === null ? target : withTopicId(target, topic.topicId)).guarantee;
}

function created({ statements }: TablePlan): TablePlan['statements'] {
  return statements.filter(({ kind }) => kind === 'create');
}

function planProblems(place: string, plan: TablePlan): readonly Problem[] {
  const { refusals, notCreated, target, warnings } = plan;
  const missing = created(plan)
    .map(({ table }) => writtenName(table))
    .join(' and ');
  return [
    ...refusals.map((refusal) => error(place, refusal)),
    ...(notCreated === null
      ? []
      : [
          error(
            place,
            `${missing} must be created first, because ${notCreated}: millrace ddl prints the statements`,
          ),
        ]),
    ...(target === null
      ? []
      : (target.notStored?.map((column) => {
          const severity = column.optional ? warning : error;
          return severity(place, columnReason(target.table, column));
        }) ?? [])),
    ...warnings.map((text) => warning(place, text)),
  ];
}

/** Says why the guarantee is not exactly-once, except for columns that are not stored: they have their own problems. */
function guaranteeProblems(
  place: string,
  settings: PipelineSettings,
  { guarantee, plan }: { readonly guarantee: Guarantee | null; readonly plan: TablePlan | null },
): readonly Problem[] {
  if (guarantee === null || guarantee.level === 'exactly-once') return [];
  const target = plan?.target ?? null;
  const told = target?.notStored?.map((column) => columnReason(target.table, column)) ?? [];
  const reasons = guarantee.why.filter((why) => !told.includes(why));
  const severity = settings.guarantee === 'exactly-once' ? error : warning;
  return reasons.map((why) => severity(place, `the guarantee is ${guarantee.level}: ${why}`));
}
