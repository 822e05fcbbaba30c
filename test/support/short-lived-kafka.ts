/**
 * Flags for the JVM of a broker that lives for a test: without the optimizing compiler it needs a third less CPU until it
 * answers, and what it would win by that compiler comes later.
 */
export const SHORT_LIVED: readonly string[] = ['-XX:TieredStopAtLevel=1'];
