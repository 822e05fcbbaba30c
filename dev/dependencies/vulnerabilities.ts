/** Severities that fail the check. */
const SERIOUS: readonly string[] = ['high', 'critical'];

export interface Audit {
  /** One line for each production package with a serious vulnerability. */
  readonly problems: readonly string[];
  /** Why the registry did not answer; null if it did. */
  readonly unanswered: string | null;
}

/** Reads what `npm audit --json` has printed. */
export function readAudit(text: string): Audit {
  const answer = parsed(text);
  const { vulnerabilities } = answer;
  if (vulnerabilities === undefined) {
    // After a dash, npm names the address that it asked.
    const [why = ''] = (answer.message ?? 'npm audit printed no JSON').split(' - ');
    return { problems: [], unanswered: why };
  }
  const problems = Object.values(vulnerabilities)
    .filter(({ severity }) => SERIOUS.includes(severity))
    .map(
      ({ name, severity, range }) =>
        `${name} ${range} has a vulnerability (${severity}): npm audit shows it, and npm audit fix may replace the package`,
    );
  return { problems, unanswered: null };
}

interface Answer {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly name: string; readonly severity: string; readonly range: string }>
  >;
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
