import { runKafkaProgram } from './kafka-programs.js';
import type { PipelineWorld } from './pipeline-world.js';

export interface GroupPartition {
  readonly partition: number;
  readonly current: number;
  readonly lag: number;
}

/** The output of `kafka-consumer-groups --describe` for the world's group. */
export async function describeGroup({
  addresses,
  groupId,
}: Pick<PipelineWorld, 'addresses' | 'groupId'>): Promise<readonly GroupPartition[]> {
  const text = await runKafkaProgram('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
    '--bootstrap-server',
    addresses.kafka,
    '--describe',
    '--group',
    groupId,
  ]);
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const head = lines.find((fields) => fields.includes('CURRENT-OFFSET')) ?? [];
  const field = (fields: readonly string[], name: string) => Number(fields[head.indexOf(name)]);
  return lines
    .filter((fields) => fields[0] === groupId)
    .map((fields) => ({
      partition: field(fields, 'PARTITION'),
      current: field(fields, 'CURRENT-OFFSET'),
      lag: field(fields, 'LAG'),
    }));
}
