import { BrokerRefused, BrokerUnreachable } from '../protocol/errors.js';

/** Translates an error of kafkajs into our own words: which broker, what happened, and none of its advice. */
export function toKafkaError(
  error: unknown,
  asked: {
    readonly address: string;
    readonly request: string;
    /** The broker has answered something before. */
    readonly isKnown: boolean;
  },
): Error {
  const { address, request, isKnown } = asked;
  if (!(error instanceof Error)) return new Error(`${request} failed`, { cause: error });
  const options = { cause: error };
  switch (error.name) {
    case 'KafkaJSRequestTimeoutError':
      return new BrokerUnreachable(address, `did not answer ${request} in time`, options);
    case 'KafkaJSConnectionClosedError':
      return new BrokerUnreachable(
        address,
        `closed the connection ${isKnown ? `during ${request}` : 'without an answer: it may expect TLS or a login'}`,
        options,
      );
    case 'KafkaJSConnectionError':
    case 'KafkaJSLockTimeout':
      return new BrokerUnreachable(address, `can't be reached: ${reason(error)}`, options);
    case 'KafkaJSSASLAuthenticationError':
      return new Error(
        `Kafka broker ${address} refused the login: ${error.message}. Check user, password and mechanism`,
        options,
      );
    case 'KafkaJSProtocolError':
      if ('code' in error && typeof error.code === 'number') {
        return new BrokerRefused(address, { code: error.code, of: request });
      }
      return error;
    case 'RangeError':
      return new Error(
        `Kafka broker ${address} answered ${request} with bytes that can't be read: ${error.message}`,
        options,
      );
    default:
      return error;
  }
}

/** Node's message about the socket, for example `connect ECONNREFUSED 127.0.0.1:9092`. */
function reason({ message }: Error): string {
  return message.replace(/^Connection error: /, '').trim();
}
