import { terminalSize } from './terminal-size.js';
import type { Output } from '../verb.js';
import { shownLength } from './table.js';

/** A screenful of lines that is redrawn in place. */
export interface LiveView {
  draw(lines: readonly string[]): void;
  /** Restores the terminal. */
  end(): void;
}

const ALTERNATE_SCREEN = '\u001b[?1049h\u001b[?25l';
const MAIN_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';
const NO_STYLE = '\u001b[0m';

/** Draws on a terminal. Leaves out lines and columns beyond its size, because a scrolled screen can't be redrawn in place. */
export function createLiveView(output: Output): LiveView {
  output.write(ALTERNATE_SCREEN);
  return {
    draw(lines) {
      const { columns, rows } = terminalSize(output);
      const fitting = lines.length <= rows ? lines : [...lines.slice(0, rows - 1), '…'];
      const text = fitting.map((line) => cut(line, columns) + END_OF_LINE).join('\r\n');
      output.write(HOME + text + BELOW);
    },
    end() {
      output.write(MAIN_SCREEN);
    },
  };
}

/** Shortens a line to this many columns. Styles do not count. */
function cut(line: string, columns: number): string {
  if (shownLength(line) <= columns) return line;
  let shown = 0;
  let kept = '';
  // eslint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[\d*m)/)) {
    if (part.startsWith('\u001b')) {
      kept += part;
      continue;
    }
    const room = Math.max(0, columns - 1 - shown);
    kept += part.slice(0, room);
    shown += Math.min(part.length, room);
  }
  return `${kept}…${NO_STYLE}`;
}
