// The id of a Kafka cluster: 16 random bytes in base64url, as Kafka's own tools generate it.
import { randomUUID } from 'node:crypto';

/** 22 characters, never starting with a hyphen: Kafka's tools would read that as an option and refuse to start. */
export function clusterId(uuid: () => string = randomUUID): string {
  const id = Buffer.from(uuid().replaceAll('-', ''), 'hex').toString('base64url');
  return id.startsWith('-') ? clusterId(uuid) : id;
}
