/**
 * CityHash128 of CityHash 1.0.2 (Google, MIT licence), the checksum of ClickHouse's compressed blocks. Later versions of the
 * algorithm differ. Only for inputs of 8 bytes and more, which blocks always are.
 */
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const K3 = 0xc949d7c7509e6557n;
const MULTIPLIER = 0x9ddfea08eb382d69n;

type Pair = readonly [bigint, bigint];

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: number) =>
  bits === 0 ? value : u64((value >> BigInt(bits)) | (value << BigInt(64 - bits)));
const shiftMix = (value: bigint) => value ^ (value >> 47n);
const word = (bytes: Buffer, at: number) => bytes.readBigUInt64LE(at);

/** The low half first, the order in which it is written. */
export function cityHash128(bytes: Buffer): Buffer {
  const length = bytes.length;
  const [low, high] =
    length >= 16
      ? hashWithSeed(bytes.subarray(16), [word(bytes, 0) ^ K3, word(bytes, 8)])
      : hashWithSeed(Buffer.alloc(0), [
          word(bytes, 0) ^ u64(BigInt(length) * K0),
          word(bytes, length - 8) ^ K1,
        ]);
  const hash = Buffer.alloc(16);
  hash.writeBigUInt64LE(low, 0);
  hash.writeBigUInt64LE(high, 8);
  return hash;
}

function hashWithSeed(bytes: Buffer, seed: Pair): Pair {
  const length = bytes.length;
  if (length < 128) return murmur(bytes, seed);
  let [x, y] = seed;
  let z = u64(BigInt(length) * K1);
  const v0 = u64(rotate(y ^ K1, 49) * K1 + word(bytes, 0));
  let v: Pair = [v0, u64(rotate(v0, 42) * K1 + word(bytes, 8))];
  let w: Pair = [
    u64(rotate(u64(y + z), 35) * K1 + x),
    u64(rotate(u64(x + word(bytes, 88)), 53) * K1),
  ];
  let at = 0;
  const step = () => {
    x = u64(rotate(u64(x + y + v[0] + word(bytes, at + 16)), 37) * K1);
    y = u64(rotate(u64(y + v[1] + word(bytes, at + 48)), 42) * K1);
    x ^= w[1];
    y ^= v[0];
    z = rotate(z ^ w[0], 33);
    v = weakHash(bytes, at, [u64(v[1] * K1), u64(x + w[0])]);
    w = weakHash(bytes, at + 32, [u64(z + w[1]), y]);
    [x, z] = [z, x];
    at += 64;
  };
  while (length - at >= 128) {
    step();
    step();
  }
  y = u64(y + rotate(w[0], 37) * K0 + z);
  x = u64(x + rotate(u64(v[0] + z), 49) * K0);
  // The last pieces are read from the end, and overlap with bytes that were already read.
  const rest = length - at;
  for (let done = 32; done < rest + 32; done += 32) {
    y = u64(rotate(u64(y - x), 42) * K0 + v[1]);
    w = [u64(w[0] + word(bytes, length - done + 16)), w[1]];
    x = u64(rotate(x, 49) * K0 + w[0]);
    w = [u64(w[0] + v[0]), w[1]];
    v = weakHash(bytes, length - done, v);
  }
  x = hash16(x, v[0]);
  y = hash16(y, w[0]);
  return [u64(hash16(u64(x + v[1]), w[1]) + y), hash16(u64(x + w[1]), u64(y + v[1]))];
}

function murmur(bytes: Buffer, [low, high]: Pair): Pair {
  const length = bytes.length;
  let [a, b] = [low, high];
  let c: bigint;
  let d: bigint;
  if (length <= 16) {
    a = u64(shiftMix(u64(a * K1)) * K1);
    c = u64(b * K1 + hashUpTo16(bytes));
    d = shiftMix(u64(a + (length >= 8 ? word(bytes, 0) : c)));
  } else {
    c = hash16(u64(word(bytes, length - 8) + K1), a);
    d = hash16(u64(b + BigInt(length)), u64(c + word(bytes, length - 16)));
    a = u64(a + d);
    for (let at = 0; at < length - 16; at += 16) {
      a = u64((a ^ u64(shiftMix(u64(word(bytes, at) * K1)) * K1)) * K1);
      b ^= a;
      c = u64((c ^ u64(shiftMix(u64(word(bytes, at + 8) * K1)) * K1)) * K1);
      d ^= c;
    }
  }
  a = hash16(a, c);
  b = hash16(d, b);
  return [a ^ b, hash16(b, a)];
}

function hash16(u: bigint, v: bigint): bigint {
  const a = shiftMix(u64((u ^ v) * MULTIPLIER));
  return u64(shiftMix(u64((v ^ a) * MULTIPLIER)) * MULTIPLIER);
}

function hashUpTo16(bytes: Buffer): bigint {
  const length = bytes.length;
  if (length > 8) {
    const last = word(bytes, length - 8);
    return hash16(word(bytes, 0), rotate(u64(last + BigInt(length)), length)) ^ last;
  }
  if (length >= 4) {
    const first = BigInt(bytes.readUInt32LE(0));
    return hash16(u64(BigInt(length) + (first << 3n)), BigInt(bytes.readUInt32LE(length - 4)));
  }
  if (length === 0) return K2;
  const y = BigInt(bytes.readUInt8(0) + (bytes.readUInt8(length >> 1) << 8));
  const z = BigInt(length + (bytes.readUInt8(length - 1) << 2));
  return u64(shiftMix(u64(u64(y * K2) ^ u64(z * K3))) * K2);
}

function weakHash(bytes: Buffer, at: number, [a, b]: Pair): Pair {
  const first = u64(a + word(bytes, at));
  const second = rotate(u64(b + first + word(bytes, at + 24)), 21);
  const third = u64(first + word(bytes, at + 8) + word(bytes, at + 16));
  return [u64(third + word(bytes, at + 24)), u64(second + rotate(third, 44) + first)];
}
