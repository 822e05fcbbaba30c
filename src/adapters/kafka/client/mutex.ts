/** One at a time, in the order of the calls. A failure of one says nothing to the next. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    // Whoever called hears of the failure; the chain itself must not be a rejection that nobody handles.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
