import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoted } from '../../src/cli/text/shell.js';
import { ownProgram } from '../stack/own-program.js';
import { openPage, startChromium } from './chromium.js';

const require = createRequire(import.meta.url);

export interface TerminalCommand {
  /** The arguments of `millrace`. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly columns: number;
  readonly rows: number;
  /** When the picture is taken, for a command that does not end by itself. The default waits for its end. */
  readonly afterMs?: number;
}

/** What a command writes to a terminal of this size, including every escape sequence. */
async function outputOf(command: TerminalCommand): Promise<string> {
  const { environment, workFolder, columns, rows, afterMs } = command;
  const program = ownProgram('src/cli/main');
  const line = [program.command, ...program.arguments, ...command.arguments].map(quoted).join(' ');
  const child = spawn(
    'script',
    [
      '--quiet',
      '--flush',
      '--command',
      `stty cols ${columns} rows ${rows}; exec ${line}`,
      '/dev/null',
    ],
    {
      env: { ...environment, TERM: 'xterm-256color' },
      cwd: workFolder,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject).once('close', () => {
      resolve();
    });
  });
  if (afterMs === undefined) {
    await ended;
    return text;
  }
  await Promise.race([ended, sleep(afterMs)]);
  // This sequence leaves the view, and what follows it is not part of the picture.
  const seen = text;
  child.kill('SIGTERM');
  await ended;
  return seen;
}

/** Draws commands as a terminal shows them. */
export async function openTerminal(chromiumPath: string) {
  const browser = await startChromium(chromiumPath);
  return {
    /** Writes a picture of what the command leaves on the screen. */
    async picture(command: TerminalCommand, path: string): Promise<void> {
      const text = await outputOf(command);
      const page = await openPage(browser, {
        deviceScaleFactor: 1.5,
        viewport: { width: 1_280, height: 900 },
      });
      await page.setContent(
        '<body style="margin:0;background:#1b1f27"><div id="terminal" style="display:inline-block;padding:12px"></div>',
      );
      const folder = require.resolve('@xterm/xterm/package.json').replace('package.json', '');
      await page.addStyleTag({ path: `${folder}css/xterm.css` });
      await page.addScriptTag({ path: `${folder}lib/xterm.js` });
      await page.evaluate(drawing(command, `$ millrace ${command.arguments.join(' ')}\r\n${text}`));
      await page.locator('#terminal').screenshot({ path });
      await page.close();
    },
    close: () => browser.close(),
  };
}

/** Runs in the page, whose globals TypeScript does not know here. */
function drawing({ columns, rows }: TerminalCommand, text: string): string {
  const options = {
    cols: columns,
    rows,
    fontFamily: 'DejaVu Sans Mono, Liberation Mono, monospace',
    fontSize: 14,
    theme: { background: '#1b1f27' },
    cursorInactiveStyle: 'none',
  };
  return `new Promise((resolve) => {
    const terminal = new Terminal(${JSON.stringify(options)});
    terminal.open(document.getElementById('terminal'));
    terminal.write(${JSON.stringify(text)}, () => setTimeout(resolve, 500));
  })`;
}
