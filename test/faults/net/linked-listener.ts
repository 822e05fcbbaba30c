import type { KafkaSettings } from '../../../dev/stack/kafka-settings.js';

/**
 * A second listener of a broker, which sends its clients to a link: `port` is its own, `advertised` that of the link.
 */
export function withListener(
  own: KafkaSettings,
  { port, advertised }: { readonly port: number; readonly advertised: number },
): KafkaSettings {
  const also = (name: string, more: string) => `${own[name] ?? ''},${more}`;
  return {
    ...own,
    listeners: also('listeners', `LINKED://127.0.0.1:${port}`),
    'advertised.listeners': also('advertised.listeners', `LINKED://127.0.0.1:${advertised}`),
    'listener.security.protocol.map': also('listener.security.protocol.map', 'LINKED:PLAINTEXT'),
  };
}
