import type { WhyUnavailable } from '../../../domain/log/topic-offsets.js';
import { BrokerRefused, BrokerSilent, LeaderMissing } from '../protocol/errors.js';

/** Of a transient failure. */
export function whyUnavailable(error: unknown): WhyUnavailable {
  if (error instanceof LeaderMissing) return 'leaderless';
  if (error instanceof BrokerSilent) return 'silent';
  return error instanceof BrokerRefused ? 'refused' : 'unreachable';
}
