import { Kafka, logLevel } from 'kafkajs';
import { randomInt } from 'node:crypto';
import type { Contract } from '../../src/domain/contract/define-contract.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { createContractEvents } from '../events/contract-events.js';
import { ensureTopic } from '../events/create-topic.js';
import { type Produced, produceFast } from '../events/fast-producer.js';
import { produceRecords } from '../events/produce-records.js';

/** What a demo moves: one pipeline, and the records for it. */
export interface DemoSubject {
  readonly workflowId: string;
  readonly topic: string;
  /** `table` or `database.table`. */
  readonly table: string;
  /** The input of the workflow `pipeline`. The worker's defaults fill in what it leaves out. */
  readonly input: PipelineInput;
  /** The config file of the worker; null for the built-in contract alone. */
  readonly configFile: string | null;
  produce(load: DemoLoad): Promise<readonly Produced[]>;
}

export interface DemoLoad {
  readonly broker: string;
  readonly events: number;
  /** How many events in a thousand are invalid and become dead letters. Only the built-in contract supports it. */
  readonly badPermille: number;
  readonly onProgress: (acknowledged: number) => void;
}

/** The built-in contract, with the default names of the worker. */
export const STREAM_EVENTS: DemoSubject = {
  ...{ workflowId: 'stream-events', topic: 'stream-events', table: 'stream_events' },
  ...{ input: {}, configFile: null },
  produce: (load) => produceStreamEvents('stream-events', load),
};

export interface ProjectPipeline {
  readonly name: string;
  readonly input: PipelineInput;
  /** Null for the built-in contract. */
  readonly contract: Contract | null;
  /** Absolute. */
  readonly configFile: string;
}

const FROM_THE_START: PipelineInput = {
  from: undefined,
  until: undefined,
  replay: undefined,
  log: undefined,
};

/** A pipeline of the user's project. Ignores where it begins and ends: the demo's topic has only the demo's records. */
export function pipelineSubject(pipeline: ProjectPipeline): DemoSubject {
  const { name, contract, configFile } = pipeline;
  const input = { ...pipeline.input, ...FROM_THE_START };
  const { topic = name, table = name.replaceAll(/\W/g, '_'), groupId = `millrace-${name}` } = input;
  const named = { ...input, topic, table, groupId };
  const common = { workflowId: name, topic, table, input: named, configFile };
  if (contract === null) return { ...common, produce: (load) => produceStreamEvents(topic, load) };
  return {
    ...common,
    async produce({ broker, events, onProgress }) {
      const kafka = kafkaAt(broker);
      const partitions = await ensureTopic(kafka, topic);
      const recordAt = createContractEvents(contract.spec);
      return produceRecords(kafka, { topic, partitions, count: events, recordAt, onProgress });
    },
  };
}

async function produceStreamEvents(
  topic: string,
  { broker, events, badPermille, onProgress }: DemoLoad,
): Promise<readonly Produced[]> {
  const partitions = await ensureTopic(kafkaAt(broker), topic);
  const load = { topic, partitions, count: events, badPermille, onProgress };
  return produceFast({ brokers: broker, seed: randomInt(2 ** 31), ...load });
}

function kafkaAt(broker: string): Kafka {
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
}
