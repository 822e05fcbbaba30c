import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { runCommand } from './command-line/run-command.js';
import { type Lock, licenceProblems } from './dependencies/licences.js';
import { readAudit } from './dependencies/vulnerabilities.js';

/** `npm run check:dependencies`: licences and known vulnerabilities of what users install with the package. */

const AUDIT = ['audit', '--omit=dev', '--json'];
const AUDIT_TIMEOUT_MS = 30_000;

async function main(): Promise<number> {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const { problems, unanswered } = readAudit(await audit());
  const all = [...licenceProblems(lock), ...problems];
  for (const problem of all) console.error(problem);
  if (unanswered !== null) {
    console.log(
      `The registry did not say which packages have known vulnerabilities (${unanswered}): they were not checked.`,
    );
  }
  return all.length === 0 ? 0 : 1;
}

/** The output of npm audit. Its exit code adds nothing to that. */
function audit(): Promise<string> {
  return new Promise((resolve) => {
    execFile('npm', AUDIT, { timeout: AUDIT_TIMEOUT_MS }, (_, stdout) => {
      resolve(stdout);
    });
  });
}

runCommand(main);
