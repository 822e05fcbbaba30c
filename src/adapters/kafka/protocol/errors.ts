import { errorName, isTransientCode, toAdvice } from './protocol-errors.js';

/** A broker that can't be reached, or that closed the connection or kept silent on it. */
export class BrokerUnreachable extends Error {
  override readonly name: string = 'BrokerUnreachable';
  readonly address: string;
  readonly what: string;

  constructor(address: string, what: string, options?: ErrorOptions) {
    super(`Kafka broker ${address} ${what}`, options);
    this.address = address;
    this.what = what;
  }
}

/** A broker that is connected, or accepts connections, and has answered nothing for too long. */
export class BrokerSilent extends BrokerUnreachable {
  override readonly name = 'BrokerSilent';
}

/** A broker that answered with an error of Kafka's protocol. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
  readonly code: number;

  constructor(address: string, refusal: { readonly code: number; readonly of: string }) {
    const { code, of } = refusal;
    super(
      `Kafka broker ${address} refused ${of}: ${errorName(code)} (code ${code})${toAdvice(code)}`,
    );
    this.code = code;
  }
}

/** A request that Millrace can do without, and the broker does not know. */
export class RequestUnknown extends Error {
  override readonly name = 'RequestUnknown';

  constructor(address: string, request: string) {
    super(`Kafka broker ${address} does not know ${request}`);
  }
}

/** No broker leads the partition, or there is no such partition. */
export class LeaderMissing extends Error {
  override readonly name = 'LeaderMissing';

  constructor(topic: string, partition: number) {
    super(
      `partition ${partition} of topic "${topic}" does not exist or has no leader: a broker that holds it must come back`,
    );
  }
}

/** Bytes that are not what Kafka's record format promises. */
export class RecordsCorrupt extends Error {
  override readonly name = 'RecordsCorrupt';
}

/** Passes by itself, once metadata is asked for again or a broker has caught up. */
export function isTransient(error: unknown): boolean {
  if (error instanceof BrokerRefused) return isTransientCode(error.code);
  return error instanceof BrokerUnreachable || error instanceof LeaderMissing;
}
