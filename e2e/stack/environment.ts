// What the tests are told from outside, and what the set-up tells the workers: environment variables, read in one place.
//
// The set-up writes `NARU_E2E_*` into its own environment before the workers start; they inherit it.

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';

const E2E = resolve(__dirname, '..');

export const environment = {
  /** The built server. */
  get binary(): string {
    return resolve(E2E, process.env['NARU_E2E_BINARY'] ?? '../target/ci/naru');
  },
  /** The built portal that the server hands out. */
  get site(): string {
    return resolve(E2E, process.env['NARU_SITE_DIR'] ?? '../target/site');
  },
  /** Postgres, with a user who may create databases. */
  get databaseUrl(): string {
    return required('DATABASE_URL');
  },
  /** Brokers. */
  get kafka(): string {
    return required('NARU_KAFKA_BOOTSTRAP_SERVERS');
  },
  /** A replica set that the tests may write to. */
  get mongodbUri(): string {
    return required('NARU_TEST_MONGODB_URI');
  },
  /** The portal under test: given from outside, or written by the set-up. */
  get portalUrl(): string | undefined {
    return process.env['NARU_E2E_PORTAL_URL'];
  },
  /** The Kafka Connect API of the same server. */
  get connectUrl(): string {
    return required('NARU_E2E_CONNECT_URL');
  },
  /** The server's log, where the set-up has started it. */
  get logFile(): string | undefined {
    return process.env['NARU_E2E_LOG_FILE'];
  },
  /** A word in every name that this run makes, so that runs on shared services do not meet. */
  get run(): string {
    return required('NARU_E2E_RUN');
  },
  /** Where everything goes that a person may want to look at afterwards. */
  results: resolve(E2E, 'test-results'),
};

/** Tells the workers, and the rest of this process. */
export function announce(values: {
  portalUrl: string;
  connectUrl: string;
  logFile?: string;
}): void {
  process.env['NARU_E2E_PORTAL_URL'] = values.portalUrl;
  process.env['NARU_E2E_CONNECT_URL'] = values.connectUrl;
  if (values.logFile !== undefined) process.env['NARU_E2E_LOG_FILE'] = values.logFile;
}

/** Chooses the run's word. */
export function beginRun(): void {
  process.env['NARU_E2E_RUN'] = `r${randomBytes(3).toString('hex')}`;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set. Bring the services up first: eval "$(cargo xtask stack env)"`);
  }
  return value;
}
