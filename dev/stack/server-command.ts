import type { GuardedCommand } from './guarded-process.js';

/** How to start one server, on one data folder and one set of ports. */
export interface ServerCommand extends GuardedCommand {
  readonly name: string;
  /** `HOST:PORT`, or a URL. */
  readonly address: string;
  /** Asks the server itself. False until it answers. Never throws. */
  readonly isReady: () => Promise<boolean>;
  /** What a person can do if it does not start. */
  readonly advice: string;
}
