/** Lets several callers wait for the next change of something that they share. */
export class Changes {
  #resolve: () => void = () => undefined;
  #next: Promise<void> = this.#create();

  next(): Promise<void> {
    return this.#next;
  }

  notify(): void {
    this.#resolve();
    this.#next = this.#create();
  }

  #create(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
