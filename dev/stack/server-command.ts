import type { GuardedCommand } from './guarded-process.js';

/** How one server is started, on one data folder and one set of ports. */
export interface ServerCommand extends GuardedCommand {
  readonly name: string;
  /** `HOST:PORT`, or a URL. */
  readonly address: string;
  /** Asks the server itself; false as long as it doesn't answer. Never throws. */
  readonly isReady: () => Promise<boolean>;
  /** What a person can do when it doesn't start. */
  readonly advice: string;
}
