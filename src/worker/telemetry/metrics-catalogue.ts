/**
 * Every metric of Millrace by the name that Prometheus sees. Names and labels are frozen, because dashboards use them.
 * Counters count whole numbers. The unit is the last part of a name.
 */
export const METRICS = {
  millrace_records_total: counter('Records that were read and processed.', ['pipeline']),
  millrace_rows_total: counter('Records that became rows.', ['pipeline']),
  millrace_value_bytes_total: counter('Bytes of the values of processed records.', ['pipeline']),
  millrace_filtered_records_total: counter(
    'Records that the contract filtered, by `when`, its transform or `tombstones`.',
    ['pipeline'],
  ),
  millrace_dead_letters_total: counter('Records that became dead letters.', ['pipeline', 'reason']),
  millrace_found_rows_total: counter(
    'Rows that an earlier, unfinished attempt had left in the table.',
    ['pipeline'],
  ),
  millrace_repaired_rows_total: counter(
    'Rows that ClickHouse had acknowledged and lost, and that were sent again.',
    ['pipeline'],
  ),
  millrace_batches_total: counter('Batches that ended, by outcome: done, recut or held.', [
    'pipeline',
    'outcome',
  ]),
  millrace_batches_in_hand: gauge('Batches that this worker is working on.', ['pipeline']),
  millrace_batch_seconds: histogram('Duration of the last attempt of a batch.', ['pipeline']),
  millrace_batch_phase_seconds: histogram(
    'Time of a batch by phase: wait, fetch, decode, insert, commit. Phases overlap.',
    ['pipeline', 'phase'],
  ),
  millrace_freshness_seconds: histogram(
    "Age of a batch's oldest record when its rows could be queried.",
    ['pipeline'],
  ),
  millrace_fetched_bytes_total: counter('Bytes read from Kafka, as received.', ['pipeline']),
  millrace_inserts_total: counter('Inserts that ClickHouse acknowledged.', ['pipeline']),
  millrace_inserted_rows_total: counter('Rows in acknowledged inserts, including repeated ones.', [
    'pipeline',
  ]),
  millrace_inserted_bytes_total: counter('Bytes in acknowledged inserts.', ['pipeline']),
  millrace_insert_seconds: histogram('Duration of an insert, acknowledged or not.', ['pipeline']),
  millrace_refused_inserts_total: counter(
    'Batches that ended or were retried because ClickHouse refused an insert, by its error code and the action that follows.',
    ['pipeline', 'code', 'action'],
  ),
  millrace_failed_attempts_total: counter(
    'Attempts of activities that failed, by cause. Each is retried unless a decision is needed.',
    ['pipeline', 'activity', 'cause'],
  ),
  millrace_pipeline_state: gauge(
    '1 for the state that a running pipeline is in: starting, running, paused, draining or held.',
    ['pipeline', 'state'],
  ),
  millrace_holds: gauge('Held partitions, which wait for a decision.', ['pipeline', 'reason']),
  millrace_exactly_once: gauge('1 if the guarantee is exactly-once, 0 if it is weaker.', [
    'pipeline',
  ]),
  millrace_guarantee: gauge('1 for the guarantee in force: exactly-once, at-least-once or none.', [
    'pipeline',
    'level',
  ]),
  millrace_lag_records: gauge(
    'Records between the committed offsets and the ends of the log, including those of open transactions.',
    ['pipeline'],
  ),
  millrace_lag_most_records: gauge('Largest lag of a partition.', ['pipeline']),
  millrace_waiting_seconds: gauge('Minimum time that the oldest uncommitted record has waited.', [
    'pipeline',
  ]),
  millrace_partition_lag_records: gauge(
    'Lag of one partition, for topics of up to 32 partitions.',
    ['pipeline', 'partition'],
  ),
  millrace_partition_waiting_seconds: gauge(
    'Minimum time that the oldest uncommitted record of one partition has waited, for topics of up to 32 partitions.',
    ['pipeline', 'partition'],
  ),
  millrace_open_transaction_seconds: gauge(
    'Minimum time that the oldest open transaction of a partition has been open; up to 32 partitions.',
    ['pipeline', 'partition'],
  ),
  millrace_open_transaction_first_offset: gauge(
    'First offset of the oldest open transaction: nothing at or after it can be read until the transaction ends.',
    ['pipeline', 'partition'],
  ),
  millrace_partition_unavailable_seconds: gauge(
    'How long the leader of a partition has not answered, 0 while it answers; `broker` is its number and address, `none` without a leader, and empty at 0. Up to 32 partitions.',
    ['pipeline', 'partition', 'broker'],
  ),
  millrace_watch_failures_total: counter('How often lag or states could not be read.', ['of']),
  millrace_event_loop_delay_p99_seconds: gauge(
    'Delay of the event loop, 99th percentile of the last ten seconds.',
    [],
  ),
  millrace_event_loop_delay_max_seconds: gauge(
    'Longest delay of the event loop in the last ten seconds.',
    [],
  ),
  millrace_event_loop_busy_ratio: gauge(
    'Share of the last ten seconds in which the event loop was busy.',
    [],
  ),
  millrace_process_cpu_seconds_total: counter('CPU time of all threads of the worker.', []),
  millrace_process_resident_memory_bytes: gauge('Resident memory of the worker.', []),
  millrace_process_heap_used_bytes: gauge('Used part of the JavaScript heap.', []),
  millrace_process_external_memory_bytes: gauge('Buffers outside the JavaScript heap.', []),
  millrace_build_info: gauge('Always 1; its labels name the versions.', ['version', 'node']),
} as const satisfies Record<`millrace_${string}`, MetricShape>;

export interface MetricShape {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricName = keyof typeof METRICS;

/** The labels of a metric. All of them are required. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;

export type NamesOf<Kind extends MetricShape['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

function counter<const Labels extends readonly string[]>(help: string, labels: Labels) {
  return { kind: 'counter', help, labels } as const;
}

function gauge<const Labels extends readonly string[]>(help: string, labels: Labels) {
  return { kind: 'gauge', help, labels } as const;
}

/** All histograms are in seconds. */
function histogram<const Labels extends readonly string[]>(help: string, labels: Labels) {
  return { kind: 'histogram', help, labels } as const;
}
