import { type Address, formatAddress } from '../protocol/address.js';
import { BrokerUnreachable } from '../protocol/errors.js';

export interface FirstAnswer<Answer> {
  readonly answer: Answer;
  readonly address: Address;
}

/**
 * Asks one broker after the other, the next one as soon as the previous one fails or has been silent for `staggerMs`. Resolves
 * with the first answer. Only `BrokerUnreachable` leads on to the next broker; any other failure is thrown at once.
 */
export function firstAnswer<Answer>(
  addresses: readonly Address[],
  staggerMs: number,
  ask: (address: Address) => Promise<Answer>,
): Promise<FirstAnswer<Answer>> {
  return new Promise((resolve, reject) => {
    const left = [...addresses];
    const failures: BrokerUnreachable[] = [];
    let timer: NodeJS.Timeout | undefined;
    const askNext = () => {
      clearTimeout(timer);
      const address = left.shift();
      if (address === undefined) return;
      timer = setTimeout(askNext, staggerMs);
      ask(address).then(
        (answer) => {
          clearTimeout(timer);
          resolve({ answer, address });
        },
        (error: unknown) => {
          if (!(error instanceof BrokerUnreachable)) {
            clearTimeout(timer);
            reject(error instanceof Error ? error : new Error(String(error)));
            return;
          }
          failures.push(error);
          if (failures.length === addresses.length) reject(noneReachable(failures));
          else askNext();
        },
      );
    };
    if (left.length === 0) reject(new Error('there is no broker to connect to'));
    askNext();
  });
}

function noneReachable(failures: readonly BrokerUnreachable[]): BrokerUnreachable {
  const addresses = failures.map(({ address }) => address).join(', ');
  const last = failures.at(-1);
  return new BrokerUnreachable(addresses, last?.what ?? "can't be reached", { cause: last });
}

/** The same addresses, each once. */
export function distinct(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [formatAddress(address), address])).values()];
}
