import { expect } from 'vitest';
import { commandsOf, documentedCommands, GETTING_STARTED } from './documented-blocks.js';
import type { NewUser, Running } from './new-user.js';

/** Runs the commands of the docs as a user does. A command that no document contains cannot be run. */
export interface DocumentedCommands {
  /** Returns what it printed, and fails if it fails. `changes` replaces what differs between machines. */
  run(command: string, changes?: Readonly<Record<string, string>>): Promise<string>;
  /** For a command that keeps running. */
  runInTerminal(command: string): Running;
  /** Commands that were not run. */
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
