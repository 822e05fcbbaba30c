import { type EngineModule, loadEngine } from '../../../src/engine/engine-module.js';

/** The engine as `npm run engine` has compiled it. */
export function compiledEngine(): EngineModule {
  const engine = loadEngine();
  if (engine === null) throw new Error('the engine is not compiled: npm run engine');
  return engine;
}
