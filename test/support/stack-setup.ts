import type { TestProject } from 'vitest/node';
import { externalAddresses } from '../../dev/stack/external-addresses.js';
import { startStack } from '../../dev/stack/start-stack.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import type { SharedStack } from './stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    stack: SharedStack;
  }
}

/** One stack for all integration tests. It ends with vitest's main process, however that ends. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const external = externalAddresses();
  if (external !== null) {
    provide('stack', { addresses: external, isExternal: true });
    return () => Promise.resolve();
  }
  const stack = await startStack({
    kafkaFlags: SHORT_LIVED_JVM,
    onEnd: (what) => {
      process.stderr.write(`\nThe tests' own stack is broken: ${what}\n`);
    },
  });
  provide('stack', { addresses: stack.addresses, isExternal: false });
  return () => stack.stop();
}
