import { compileIfStale } from '../../dev/engine/compile-engine.js';

/** No test runs against a module of other sources than those of the checkout. */
export default async function setup(): Promise<void> {
  await compileIfStale();
}
