/** A contract that can't be used. It was returned instead of an error, so that the rest of the config file runs. */
export interface BrokenContract {
  readonly name: string;
  readonly problems: readonly string[];
  /** What `defineContract` returned. */
  readonly standIn: object;
}

/** A config file may import another copy of `millrace`, so the list has a name that all copies know. */
const LIST = Symbol.for('millrace.broken-contracts');

type Shared = typeof globalThis & { [LIST]?: BrokenContract[] | undefined };

/** What ran to its end, or the error that ended it, and the contracts that can't be used. */
export interface Collected<T> {
  readonly outcome: { readonly value: T } | { readonly error: unknown };
  readonly broken: readonly BrokenContract[];
}

/** Ends when no config file is being run any more. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a config file. Meanwhile, `defineContract` does not throw at the first contract that can't be used. Files are run one after
 * another, because nothing tells which of them a contract belongs to.
 */
export function collectBrokenContracts<T>(run: () => Promise<T>): Promise<Collected<T>> {
  const collected = last.then(() => collect(run));
  last = collected;
  return collected;
}

async function collect<T>(run: () => Promise<T>): Promise<Collected<T>> {
  const shared = globalThis as Shared;
  const broken: BrokenContract[] = [];
  shared[LIST] = broken;
  try {
    return { outcome: { value: await run() }, broken };
  } catch (error) {
    return { outcome: { error }, broken };
  } finally {
    shared[LIST] = undefined;
  }
}

/** The list to add a contract to that can't be used. Null if no config file is being loaded. */
export function brokenContracts(): BrokenContract[] | null {
  return (globalThis as Shared)[LIST] ?? null;
}
