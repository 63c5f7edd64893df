// The Kafka Connect API of the server under test, as far as tests arrange things with it.

import { environment } from './environment';
import { until } from './until';

const CONNECTOR_CLASS = 'com.mongodb.kafka.connect.MongoSourceConnector';
const SETTLE_LIMIT_MS = 45_000;

/** Creates a connector over the test's MongoDB; waits until its task runs unless it is enough that it is accepted. */
export async function createConnector(
  name: string,
  config: Record<string, string>,
  goal: 'running' | 'accepted' = 'running',
): Promise<void> {
  await call('POST', '/connectors', {
    name,
    config: {
      'connector.class': CONNECTOR_CLASS,
      'tasks.max': '1',
      'connection.uri': environment.mongodbUri,
      ...config,
    },
  });
  if (goal === 'accepted') return;
  let last: Status | undefined;
  await until(`${name} runs`, SETTLE_LIMIT_MS, async () => {
    last = await status(name);
    return last.tasks.some((task) => task.state === 'RUNNING');
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says ${JSON.stringify(last)}`);
  });
}

/** Deletes a connector if there is one. */
export async function deleteConnector(name: string): Promise<void> {
  const response = await fetch(`${environment.connectUrl}/connectors/${encodeURIComponent(name)}`, { method: 'DELETE' });
  if (!response.ok && response.status !== 404) throw new Error(`DELETE ${name} answered ${response.status}`);
}

/** Asks for a change of state, as somebody else would while a page is open. */
export async function act(name: string, action: 'pause' | 'resume' | 'stop'): Promise<void> {
  await call('PUT', `/connectors/${encodeURIComponent(name)}/${action}`);
}

/** Names of all connectors. */
export async function connectorNames(): Promise<string[]> {
  return (await call('GET', '/connectors')) as string[];
}

/** A connector's configuration. */
export async function connectorConfig(name: string): Promise<Record<string, string>> {
  return (await call('GET', `/connectors/${encodeURIComponent(name)}/config`)) as Record<string, string>;
}

/** The connector's state, e.g. `PAUSED`. */
export async function connectorState(name: string): Promise<string> {
  return (await status(name)).connector.state;
}

interface Status {
  connector: { state: string };
  tasks: { state: string }[];
}

async function status(name: string): Promise<Status> {
  return (await call('GET', `/connectors/${encodeURIComponent(name)}/status`)) as Status;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(environment.connectUrl + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
