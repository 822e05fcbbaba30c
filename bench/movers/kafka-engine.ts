import { columnList, parsingSettings } from '../stage/tables.js';
import { type Mover, MOVER_TITLES } from './mover.js';

/** Rows of one insert, and of one answer to the Kafka client. Larger ones were no faster. */
const BLOCK_ROWS = 131_072;
const POLL_ROWS = 65_536;

/** A reader for each partition, up to the number of cores. */
const MAX_CONSUMERS = 2;

/** ClickHouse's own Kafka table engine with a materialized view. It runs inside the server, and dies with it. */
export const kafkaEngine: Mover = {
  name: 'kafkaEngine',
  title: MOVER_TITLES.kafkaEngine,
  table: 'plain',
  isSlow: false,
  canShare: false,
  rewrites: null,
  version: () => Promise.resolve('part of ClickHouse'),
  open({ stack, sql, ...job }) {
    const queue = `${job.database}.queue`;
    const view = `${job.database}.queue_to_table`;
    const columns = Object.keys(job.shape.columns).join(', ');
    let isMade = false;
    return Promise.resolve({
      async startProcess() {
        if (!isMade) {
          isMade = true;
          await sql(`CREATE TABLE ${queue} (${columnList(job.shape)}) ENGINE = Kafka SETTINGS
            kafka_broker_list = '${stack.addresses.kafka}', kafka_topic_list = '${job.topic}',
            kafka_group_name = '${job.group}', kafka_format = 'JSONEachRow',
            kafka_num_consumers = ${Math.min(MAX_CONSUMERS, job.partitions)}, kafka_thread_per_consumer = 1,
            kafka_max_block_size = ${BLOCK_ROWS}, kafka_poll_max_batch_size = ${POLL_ROWS},
            ${parsingSettings(job.shape)}`);
          await sql(`CREATE MATERIALIZED VIEW ${view} TO ${job.database}.${job.table} AS
            SELECT ${columns} FROM ${queue}`);
        } else if (stack.clickHouse.pid === null) {
          await stack.clickHouse.restart();
        }
        return {
          pid: null,
          failure: () => null,
          kill: () => stack.clickHouse.kill('SIGKILL'),
          stop: () => Promise.resolve(),
        };
      },
      begin: () => Promise.resolve(),
      isRunning: () => Promise.resolve(true),
      historyEvents: () => Promise.resolve(null),
      async end() {
        await sql(`DROP TABLE ${view} SYNC`);
        await sql(`DROP TABLE ${queue} SYNC`);
      },
    });
  },
};
