import { Buffer } from 'node:buffer';

/** Addresses are multiples of this, because loads of 16 bytes are fastest there. */
const ALIGNMENT = 16;

/** Allocates the engine's memory from the first address on. Without a memory, it only counts the bytes that are needed. */
export class ProgramMemory {
  readonly bytes: Buffer | null;
  readonly view: DataView | null;
  next: number;

  constructor(first: number, memory: ArrayBuffer | null) {
    this.next = aligned(first);
    this.bytes = memory && Buffer.from(memory);
    this.view = memory && new DataView(memory);
  }

  /** Allocates this many zero bytes and returns their address. */
  allocate(size: number): number {
    const address = this.next;
    this.next = aligned(address + size);
    return address;
  }

  /** Copies the bytes and returns the address of the copy. */
  copy(bytes: Uint8Array, slack = 0): number {
    const address = this.allocate(bytes.length + slack);
    this.bytes?.set(bytes, address);
    return address;
  }

  setUint32(address: number, value: number): void {
    this.view?.setUint32(address, value >>> 0, true);
  }

  setBigInt64(address: number, value: bigint): void {
    this.view?.setBigInt64(address, BigInt.asIntN(64, value), true);
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
