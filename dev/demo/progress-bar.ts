/** Shows the progress of long work: a bar on a terminal, a line now and then elsewhere. */
export interface ProgressBar {
  begin(what: string, total: number): void;
  show(done: number): void;
  end(): void;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CELLS = 30;
const LINE_EVERY_MS = 2_000;

export function createProgressBar(output: Output): ProgressBar {
  let what = '';
  let total = 0;
  let startedMs = 0;
  let lastLineMs = 0;

  const text = (done: number): string => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const cells = Math.round(share * CELLS);
    const seconds = Math.max(0.001, (Date.now() - startedMs) / 1_000);
    const rate = Math.round(done / seconds).toLocaleString('en-US');
    const bar = '█'.repeat(cells) + '░'.repeat(CELLS - cells);
    return `${what.padEnd(9)} ${bar} ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} · ${rate}/s`;
  };
  const finish = () => {
    if (what !== '' && output.isTTY) output.write('\n');
    what = '';
  };

  return {
    begin(nextWhat, nextTotal) {
      finish();
      what = nextWhat;
      total = nextTotal;
      startedMs = Date.now();
      lastLineMs = 0;
    },
    show(done) {
      if (output.isTTY) {
        output.write(`\r\u001b[K${text(done)}`);
        return;
      }
      const nowMs = Date.now();
      if (done < total && nowMs - lastLineMs < LINE_EVERY_MS) return;
      lastLineMs = nowMs;
      output.write(`${text(done)}\n`);
    },
    end: finish,
  };
}
