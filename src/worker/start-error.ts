/** What keeps a worker from starting, in words for whoever started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
