import { type Address, formatAddress } from '../protocol/address.js';
import type { JointQuestion } from '../protocol/request.js';
import type { BrokerConnections } from './broker-connections.js';

/** Most topics in one request: the answer about this many takes some hundred KiB. */
const MAX_TOPICS = 500;

interface Waiting {
  readonly question: JointQuestion<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins requests about different topics that are made in the same instant. Hundreds of idle pipelines look at their topics twice
 * a second. Joined, that takes a handful of requests, over one connection to each broker.
 */
export class SharedQuestions {
  readonly #connections: BrokerConnections;
  /** By broker and kind of question. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(connections: BrokerConnections) {
    this.#connections = connections;
  }

  /** Throws as `BrokerConnections.send` does. */
  ask<Answer>(address: Address, question: JointQuestion<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = { question, resolve, reject } as unknown as Waiting;
      const key = `${formatAddress(address)} ${question.key}`;
      const others = this.#waiting.get(key);
      if (others !== undefined) {
        others.push(waiting);
        return;
      }
      const all = [waiting];
      this.#waiting.set(key, all);
      // By then, everything that the same event woke has asked.
      setImmediate(() => {
        this.#waiting.delete(key);
        for (let at = 0; at < all.length; at += MAX_TOPICS) {
          void this.#askTogether(address, all.slice(at, at + MAX_TOPICS));
        }
      });
    });
  }

  silentSinceMs(address: Address): number | null {
    return this.#connections.silentSinceMs(address);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #askTogether(address: Address, waiting: readonly Waiting[]): Promise<void> {
    try {
      const [first] = waiting;
      if (first === undefined) return;
      const request = first.question.join(waiting.map(({ question }) => question.part));
      const answers = await this.#connections.send(address, request);
      for (const [index, { resolve }] of waiting.entries()) resolve(answers[index]);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
