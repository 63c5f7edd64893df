// The server under test: one process on free ports with a database and a sealing key of its own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { environment } from './environment';
import { until } from './until';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

export interface Naru {
  portalUrl: string;
  connectUrl: string;
  logFile: string;
  /** Asks it to end and waits until it has; fails when it has to be killed or ends badly. */
  stop(): Promise<void>;
}

/** Starts the server on a database and waits until it says that it is ready. */
export async function startNaru(databaseUrl: string): Promise<Naru> {
  if (!existsSync(environment.binary)) {
    throw new Error(`${environment.binary} is missing. Build it: cargo build --profile ci --package server`);
  }
  if (!existsSync(environment.site)) {
    throw new Error(`${environment.site} is missing. Build it: cargo xtask build`);
  }
  mkdirSync(environment.results, { recursive: true });
  const logFile = join(environment.results, 'naru.log');
  const [portal, connect, admin] = await freePorts(3);
  const settings = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    NARU_KAFKA_BOOTSTRAP_SERVERS: environment.kafka,
    NARU_PORTAL_LISTEN: `127.0.0.1:${portal}`,
    NARU_CONNECT_LISTEN: `127.0.0.1:${connect}`,
    NARU_ADMIN_LISTEN: `127.0.0.1:${admin}`,
    NARU_SECRET_KEY_FILE: writeKey(),
    NARU_SITE_DIR: environment.site,
  };

  migrate(settings);
  const child = spawn(environment.binary, ['serve'], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ready = `http://127.0.0.1:${admin}/health/ready`;
  try {
    await until(`${ready} answers 200`, START_LIMIT_MS, async () => {
      if (child.exitCode !== null) {
        throw new Error(`naru ended with ${child.exitCode} before it was ready:\n${tail(logFile)}`);
      }
      return (await fetch(ready).catch(() => undefined))?.ok;
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    portalUrl: `http://127.0.0.1:${portal}`,
    connectUrl: `http://127.0.0.1:${connect}`,
    logFile,
    stop: () => stop(child),
  };
}

function migrate(settings: NodeJS.ProcessEnv): void {
  const done = spawnSync(environment.binary, ['migrate'], { env: settings, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`naru migrate ended with ${done.status}:\n${done.stdout}${done.stderr}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`naru ended by itself with ${child.exitCode}`);
  child.kill('SIGTERM');
  try {
    await until('naru ends after SIGTERM', STOP_LIMIT_MS, () => child.exitCode !== null || child.signalCode !== null);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (child.exitCode !== 0) throw new Error(`naru ended with ${child.exitCode ?? child.signalCode} after SIGTERM`);
}

/** Ports that were free a moment ago; all are held until the last one is known, so they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function writeKey(): string {
  const path = join(environment.results, 'sealing.key');
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return path;
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').split('\n').slice(-20).join('\n');
}
