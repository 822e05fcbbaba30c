import { terminalSize } from './terminal-size.js';
import type { Output } from '../verb.js';

/** Shows the progress of long work: on a terminal it rewrites one line, elsewhere it writes a new line now and then. */
export interface ProgressLine {
  show(text: string): void;
  /** Leaves the cursor at the beginning of a line. */
  end(): void;
}

const REWRITE = '\r\u001b[K';
const LINE_EVERY_MS = 10_000;

export function createProgressLine(
  output: Output,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  let shown = '';
  let lastMs = -Infinity;
  return {
    show(text) {
      if (text === shown) return;
      if (output.isTTY === true) {
        output.write(REWRITE + text.slice(0, terminalSize(output).columns - 1));
        shown = text;
        return;
      }
      if (nowMs() - lastMs < LINE_EVERY_MS) return;
      lastMs = nowMs();
      shown = text;
      output.write(`${text}\n`);
    },
    end() {
      if (shown !== '' && output.isTTY === true) output.write(REWRITE);
      shown = '';
    },
  };
}
