import { runCommand } from './command-line/run-command.js';
import { compileIfStale } from './engine/compile-engine.js';

/** `npm run engine`: compiles the engine where the module is not that of the sources. */

runCommand(async () => {
  await compileIfStale();
  return 0;
});
