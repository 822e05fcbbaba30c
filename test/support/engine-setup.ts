import { compileIfStale } from '../../dev/engine/compile-engine.js';

/** No test may run against a module that was compiled from other sources than those of the checkout. */
export default async function setup(): Promise<void> {
  await compileIfStale();
}
