// The id of a Kafka cluster: 16 random bytes in base64url, as Kafka's own tools make them.
import { randomUUID } from 'node:crypto';

/** 22 characters. None starts with a hyphen: Kafka's tools would read one as an option, and refuse to start. */
export function clusterId(uuid: () => string = randomUUID): string {
  const id = Buffer.from(uuid().replaceAll('-', ''), 'hex').toString('base64url');
  return id.startsWith('-') ? clusterId(uuid) : id;
}
