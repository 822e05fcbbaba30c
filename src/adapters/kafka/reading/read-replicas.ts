import type { Address } from '../protocol/address.js';
import type { Leaders } from '../client/topic-client.js';

/** Kafka's own consumer follows a replica for as long (`metadata.max.age.ms`). By then the leader may know a better one. */
const FOLLOWED_MS = 5 * 60_000;

/** How long a replica that failed is not used: it is likely to need longer, and its leader would name it again at once. */
const LEFT_MS = 30_000;

/** Where to fetch a partition. */
export interface FetchPlace {
  readonly address: Address;
  readonly leaderEpoch: number;
  readonly isFollower: boolean;
}

interface Choice {
  /** Number of the broker that the leader named; null if only the leader is asked. */
  readonly follower: number | null;
  /** On the clock of `performance.now()`. */
  readonly untilMs: number;
}

/**
 * Chooses the replica that each partition of a topic is read from (KIP-392). A leader that gets the client's rack answers with
 * the number of a follower in that rack instead of records. Followers may lag behind, so only records are taken from them.
 */
export class ReadReplicas {
  readonly #rack: string | null;
  readonly #choices = new Map<number, Choice>();

  constructor(rack: string | null) {
    this.#rack = rack;
  }

  /** Null if the partition has no leader. Nothing is read then, because nobody vouches for its log. */
  placeOf(partition: number, leaders: Leaders): FetchPlace | null {
    const leader = leaders.of(partition);
    if (leader === null) return null;
    const follower = this.#choiceOf(partition)?.follower ?? null;
    if (follower === null) return { ...leader, isFollower: false };
    const address = leaders.broker(follower);
    if (address !== null) return { ...leader, address, isFollower: true };
    this.leave(partition);
    return { ...leader, isFollower: false };
  }

  /** The rack for one request; empty if one of its partitions must be read from its leader. */
  rackFor(partitions: readonly number[]): string {
    const isLeft = (partition: number) => this.#choiceOf(partition)?.follower === null;
    return this.#rack === null || partitions.some(isLeft) ? '' : this.#rack;
  }

  /** The leader has named the broker. */
  follow(partition: number, follower: number): void {
    this.#choices.set(partition, { follower, untilMs: performance.now() + FOLLOWED_MS });
  }

  /** The leader serves the partition itself for a while. */
  leave(partition: number): void {
    this.#choices.set(partition, { follower: null, untilMs: performance.now() + LEFT_MS });
  }

  #choiceOf(partition: number): Choice | null {
    const choice = this.#choices.get(partition) ?? null;
    if (choice === null || performance.now() < choice.untilMs) return choice;
    this.#choices.delete(partition);
    return null;
  }
}
