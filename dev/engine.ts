import { runCommand } from './command-line/run-command.js';
import { compileIfStale } from './engine/compile-engine.js';

/** `npm run engine`: compiles the engine if the module was not made from the current sources. */

runCommand(async () => {
  await compileIfStale();
  return 0;
});
