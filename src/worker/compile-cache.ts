import nodeModule from 'node:module';

/**
 * Lets Node.js 22.8 and later keep compiled code between starts, which saves about a tenth of a start's CPU. Node.js chooses the
 * folder, and ignores one it can't write. The variables NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE are Node's own.
 */
export function enableCompileCache(): void {
  const { enableCompileCache: enable } = nodeModule as {
    readonly enableCompileCache?: () => unknown;
  };
  enable?.();
}
