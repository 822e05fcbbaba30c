/** Length (4 bytes), then the frame. The first two bytes of a request are its API key. */
const HEAD_BYTES = 6;
const LENGTH_BYTES = 4;

export function apiKeyOf(head: Buffer): number {
  return head.readInt16BE(LENGTH_BYTES);
}

/** Frames of Kafka's protocol in one direction of a connection. */
export interface Frames<Begun> {
  /** The results of `begin` for each frame whose first bytes are complete with these. */
  take(bytes: Buffer): readonly Begun[];
}

/** @param begin - receives the first six bytes of each frame */
export function createFrames<Begun>(begin: (head: Buffer) => Begun): Frames<Begun> {
  let head = Buffer.alloc(0);
  let left = 0;
  return {
    take(bytes) {
      const begun: Begun[] = [];
      for (let at = 0; at < bytes.length;) {
        if (left > 0) {
          const skipped = Math.min(left, bytes.length - at);
          left -= skipped;
          at += skipped;
          continue;
        }
        const part = bytes.subarray(at, at + HEAD_BYTES - head.length);
        head = Buffer.concat([head, part]);
        at += part.length;
        if (head.length < HEAD_BYTES) continue;
        left = head.readInt32BE(0) - (HEAD_BYTES - LENGTH_BYTES);
        begun.push(begin(head));
        head = Buffer.alloc(0);
      }
      return begun;
    },
  };
}
