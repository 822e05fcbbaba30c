import { startKafkaProgram } from '../../support/kafka-programs.js';
import { createGaps, type Gaps } from './gaps.js';

/** Kafka's own consumer beside a pipeline, with its defaults, as the reference of the same trial. */
export interface BesideConsumer {
  readonly gaps: Gaps;
  stop(): Promise<void>;
}

const LINE = /Partition:(\d+)/;

/** Reads committed records of the topic from now on, in its own group. */
export async function startBesideConsumer(kafka: string, topic: string): Promise<BesideConsumer> {
  const gaps = createGaps();
  const { stop } = await startKafkaProgram(
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    [
      ...['--bootstrap-server', kafka, '--topic', topic, '--group', `${topic}-beside`],
      ...['--isolation-level', 'read_committed'],
      ...['--property', 'print.partition=true', '--property', 'print.value=false'],
    ],
    (line) => {
      const [, partition] = LINE.exec(line) ?? [];
      if (partition !== undefined) gaps.arrived(Number(partition));
    },
  );
  return { gaps, stop };
}
