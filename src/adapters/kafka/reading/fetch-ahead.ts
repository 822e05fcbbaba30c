/**
 * Gives what `open` gives, and lets it work on the next ones meanwhile. Ends at once when the signal aborts, with the
 * signal's reason; what is under way then ends by itself, unheard.
 */
export async function* fetchAhead<T>(
  open: (signal: AbortSignal) => AsyncGenerator<T>,
  { ahead, signal }: { readonly ahead: number; readonly signal: AbortSignal },
): AsyncGenerator<T> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const forward = () => {
    stop.abort(signal.reason);
  };
  signal.addEventListener('abort', forward);
  const stopped = rejectionOf(stop.signal);
  const source = open(stop.signal);
  const asked: Promise<IteratorResult<T, void>>[] = [];
  try {
    for (;;) {
      while (asked.length < ahead) asked.push(unheard(source.next()));
      // The generator answers in the order of the questions.
      const result = await Promise.race([asked.shift() ?? source.next(), stopped]);
      signal.throwIfAborted();
      if (result.done) return;
      asked.push(unheard(source.next()));
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', forward);
    stop.abort();
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return unheard(
    new Promise<never>((_, reject) => {
      const fail = () => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', fail, { once: true });
    }),
  );
}

/** A failure that nobody waits for any more must not end the process. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
