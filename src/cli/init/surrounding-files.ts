/** Variables of `.env.example` that are not secrets, with their values for servers on the user's machine. */
const SERVERS = {
  KAFKA_BOOTSTRAP_SERVERS: 'localhost:9092',
  KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT',
  CLICKHOUSE_HOST: 'localhost',
  CLICKHOUSE_PORT: '8123',
  CLICKHOUSE_DATABASE: 'default',
  CLICKHOUSE_USER: 'default',
  TEMPORAL_ADDRESS: 'localhost:7233',
  TEMPORAL_NAMESPACE: 'default',
} as const;

/** The file is meant for version control, so it has nothing from the command's environment. */
export const ENVIRONMENT_FILE = `# Copy this file to .env, and keep .env out of version control. Variables of the process override it.
# All variables: node_modules/millrace/docs/reference/environment.md
${Object.entries(SERVERS)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n')}

# Secrets. To keep one in a file, set the variable with the suffix _FILE to its path instead.
CLICKHOUSE_PASSWORD=
KAFKA_SASL_MECHANISM=
KAFKA_SASL_USERNAME=
KAFKA_SASL_PASSWORD=
`;

/** Servers for the user's machine. The images are those of Millrace's own docker-compose.yml. */
export const COMPOSE_FILE = `# Servers for development on this machine: docker compose up --detach --wait
# Temporal's UI is then at http://localhost:8233. There are no passwords, so the ports are open to this machine only.
services:
  temporal:
    image: temporalio/temporal:1.9.1
    command: server start-dev --ip 0.0.0.0 --db-filename /data/temporal.db --log-level warn
    ports:
      - '127.0.0.1:7233:7233'
      - '127.0.0.1:8233:8233'
    volumes:
      - temporal:/data

  kafka:
    image: apache/kafka:4.1.1
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@localhost:9093
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
      KAFKA_CONTROLLER_LISTENER_NAMES: CONTROLLER
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1
      KAFKA_LOG_DIRS: /var/lib/kafka/data
    ports:
      - '127.0.0.1:9092:9092'
    volumes:
      - kafka:/var/lib/kafka/data

  clickhouse:
    image: clickhouse/clickhouse-server:26.7
    environment:
      # The user default, without a password.
      CLICKHOUSE_SKIP_USER_SETUP: 1
    ports:
      - '127.0.0.1:8123:8123'
    volumes:
      - clickhouse:/var/lib/clickhouse
    ulimits:
      nofile: 262144

volumes:
  temporal:
  kafka:
  clickhouse:
`;
