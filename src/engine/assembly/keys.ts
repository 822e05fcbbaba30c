import { field } from './cells';
import { byteAt, isSame } from './text';

// Keys of the objects that are open, so that repeated ones are noticed. An object adds its keys after those of the
// objects around it, and removes them when it ends.

const MAX_KEYS: usize = 256;
/** Position and length of each key. */
const keysAt = memory.data(256 * 8);
let count: usize = 0;

/** Where the keys of the next object begin. */
@inline
export function openKeys(): usize {
  return count;
}

/** Removes the keys of an object. */
@inline
export function closeKeys(base: usize): void {
  count = base;
}

/** False if the object whose keys begin at `base` already has the key, or if there is no room for it. */
export function addKey(base: usize, text: usize, length: usize): bool {
  for (let key = base; key < count; key++) {
    const at = keysAt + (key << 3);
    if (field(at, 4) == length && isSame(field(at, 0), text, length)) return false;
  }
  return push(text, length);
}

/**
 * Also returns false if the key is a path above or below a key of the object, as `a.b` is below `a`. If no two keys of an
 * object are, no two paths through it are equal or below each other.
 */
export function addPath(base: usize, text: usize, length: usize): bool {
  for (let key = base; key < count; key++) {
    const at = keysAt + (key << 3);
    const other = field(at, 0);
    const size = field(at, 4);
    const shared = min<usize>(size, length);
    if (!isSame(other, text, shared)) continue;
    if (size == length || byteAt((size > length ? other : text) + shared) == 0x2e) return false;
  }
  return push(text, length);
}

@inline
function push(text: usize, length: usize): bool {
  if (count == MAX_KEYS) return false;
  const at = keysAt + (count << 3);
  store<u32>(at, <u32>text);
  store<u32>(at, <u32>length, 4);
  count++;
  return true;
}
