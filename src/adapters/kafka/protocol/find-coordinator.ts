import type { Address } from './address.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

/** Which broker keeps the offsets of a group. */
export function findCoordinatorRequest(
  groupId: string,
): KafkaRequest<{ readonly code: number; readonly address: Address }> {
  return {
    name: 'FindCoordinator',
    ...VERSIONS.FindCoordinator,
    flexible: false,
    body: new WireWriter().string(groupId).int8(GROUP).toBuffer(),
    decode: (answer) => {
      const code = answer.int16();
      answer.string();
      answer.int32();
      return { code, address: { host: answer.string() ?? '', port: answer.int32() } };
    },
  };
}

const GROUP = 0;
