import { freePort } from '../../dev/stack/free-port.js';
import { type OwnKafka, startOwnKafka } from './kafka-own-broker.js';

/** A separate broker that accepts this user by SASL/PLAIN on a port beside its plain one. */
export async function startSaslBroker(user: string, password: string) {
  const saslPort = await freePort();
  const more = `SASL_PLAINTEXT://127.0.0.1:${saslPort}`;
  const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  const broker: OwnKafka = await startOwnKafka((settings) => ({
    ...settings,
    listeners: `${settings['listeners']!},${more}`,
    'advertised.listeners': `${settings['advertised.listeners']!},${more}`,
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${module} required user_${user}="${password}";`,
  }));
  return { broker, saslPort };
}
