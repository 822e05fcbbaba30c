export interface Progress {
  show(label: string, bytes: number, totalBytes: number): void;
  end(label: string): void;
}

/** Without a terminal, a line at this interval shows that it continues. */
const LINE_EVERY_MS = 5_000;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows parallel downloads: on a terminal it rewrites one line, elsewhere it writes a line now and then. */
export function createProgress(output: Output): Progress {
  const running = new Map<string, string>();
  let lastLineMs = 0;

  const line = () => [...running].map(([label, amount]) => `${label}: ${amount}`).join(' · ');
  const draw = () => {
    // \r and the two codes: back to the start of the line, clear to its end.
    if (output.isTTY) output.write(`\r\u001b[K${running.size > 0 ? `Downloading ${line()}` : ''}`);
  };

  return {
    show(label, bytes, totalBytes) {
      const isNew = !running.has(label);
      running.set(label, `${megabytes(bytes)} of ${megabytes(totalBytes)} MB`);
      draw();
      if (output.isTTY) return;
      const nowMs = Date.now();
      if (!isNew && nowMs - lastLineMs < LINE_EVERY_MS) return;
      lastLineMs = nowMs;
      output.write(`Downloading ${line()}\n`);
    },
    end(label) {
      running.delete(label);
      draw();
      if (!output.isTTY) output.write(`Downloaded ${label}\n`);
    },
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
