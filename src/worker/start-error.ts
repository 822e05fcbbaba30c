/** A worker can't start. The message tells the person who started it why. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
