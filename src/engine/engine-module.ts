import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { powersOfFive } from './powers-of-five.js';

/** Exports of the WebAssembly module. Positions are addresses in its memory. */
export interface EngineExports {
  heapBase(): number;
  powersOfFiveAt(): number;
  /** Begins the rows of a call. The program's slots must have been set. */
  begin(program: number): void;
  /** Takes records `[first, end)` until one is in doubt. Returns that one, or `end`. */
  take(program: number, first: number, end: number): number;
}

export interface EngineInstance {
  readonly memory: ArrayBuffer;
  readonly exports: EngineExports;
}

/** Creates instances of the engine. Each has a memory of its own with this many bytes, which never grows. */
export interface EngineModule {
  /** The first address that a program may use. */
  readonly heapBase: number;
  instantiate(memoryBytes: number): EngineInstance;
}

/** The part of WebAssembly's API that is used. TypeScript declares it only in its library for browsers. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65_536;

/** Written by `npm run engine` next to this file, and by `npm run build` next to its JavaScript. */
const PATH = fileURLToPath(new URL('./engine.wasm', import.meta.url));

/** Null if the engine was not compiled, or if this Node.js has no SIMD. */
export function loadEngine(path = PATH): EngineModule | null {
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  if (!wasm.validate(bytes)) return null;
  const module = new wasm.Module(bytes);
  const powers = powersOfFive();
  const instantiate = (memoryBytes: number): EngineInstance => {
    const memory = new wasm.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
    const abort = () => {
      throw new Error('the engine has aborted');
    };
    const instance = new wasm.Instance(module, { env: { memory, abort } });
    const exports = instance.exports as EngineExports;
    new BigUint64Array(memory.buffer, exports.powersOfFiveAt(), powers.length).set(powers);
    return { memory: memory.buffer, exports };
  };
  return { heapBase: instantiate(PAGE_BYTES).exports.heapBase(), instantiate };
}
