import { expect } from 'vitest';
import { commandsOf, documentedCommands, GETTING_STARTED } from './documented-blocks.js';
import type { NewUser, Running } from './new-user.js';

/** The commands of the docs, as somebody runs them. One that no document has can't be run. */
export interface DocumentedCommands {
  /** Gives what it printed; fails where it fails. `changes` replaces what differs on every machine. */
  run(command: string, changes?: Readonly<Record<string, string>>): Promise<string>;
  /** For one that stays up. */
  runInTerminal(command: string): Running;
  /** Those that were not run. */
  left(): readonly string[];
}

export function createDocumentedCommands(user: NewUser): DocumentedCommands {
  const left = new Set(documentedCommands());
  const known = new Set([...left, ...commandsOf(GETTING_STARTED)]);
  const take = (command: string) => {
    if (!known.has(command)) throw new Error(`no document has: ${command}`);
    left.delete(command);
  };
  return {
    async run(command, changes = {}) {
      take(command);
      const changed = Object.entries(changes).reduce(
        (text, [from, to]) => text.replace(from, to),
        command,
      );
      const { code, text } = await user.run(changed);
      expect(code, `${changed}\n${text}`).toBe(0);
      return text;
    },
    runInTerminal(command) {
      take(command);
      return user.runInTerminal(command);
    },
    left: () => [...left],
  };
}
