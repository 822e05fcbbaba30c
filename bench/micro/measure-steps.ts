/** One step of the work on records. A round processes each of the records. */
export interface Step {
  readonly name: string;
  readonly round: () => void;
}

const ROUNDS = 25;

/**
 * Prints the cost of one record in each step, in microseconds of CPU time of one core. CPU time is less affected by other work
 * on the machine than wall time, and the best round is the least disturbed.
 */
export function measureSteps(steps: readonly Step[], records: number): void {
  for (const { name, round } of steps) {
    const costs = Array.from({ length: ROUNDS }, () => {
      const before = process.cpuUsage();
      round();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / records;
    }).sort((a, b) => a - b);
    const [best = 0, median = 0] = [costs[0], costs[ROUNDS >> 1]];
    console.log(`${name.padEnd(50)} best ${best.toFixed(3)}  median ${median.toFixed(3)} us`);
  }
}
