// Every page of the portal in a state worth looking at, for the specs that go over all of them.

import { ObjectId } from 'mongodb';

import { createConnector, deleteConnector } from './connect';
import { environment } from './environment';
import { everyType, ownDatabase, withMongo } from './mongodb';
import { until } from './until';

const ARRIVAL_LIMIT_MS = 45_000;

export interface Place {
  /** A word for titles and file names. */
  name: string;
  path: string;
  /** What the answer's status has to be; 200 when not given. */
  status?: number;
}

export interface World {
  /** A connector that has copied and follows. */
  connector: string;
  /** A connector whose MongoDB is not there. */
  broken: string;
  /** A topic with records. */
  topic: string;
}

/** Makes connectors and records to look at. `purpose` keeps files apart that run side by side. */
export async function makeWorld(purpose: string): Promise<World> {
  const database = ownDatabase(purpose);
  await withMongo(async (client) => {
    const db = client.db(database);
    const patients = Array.from({ length: 120 }, (_, index) => ({
      name: `Patient ${index}`,
      ward: index % 2 ? 'surgery' : 'cardiology',
    }));
    await db.collection('patients').insertMany([everyType(new ObjectId()), ...patients]);
    await db.collection('visits').insertMany(Array.from({ length: 30 }, (_, index) => ({ fee: index * 1000 })));
  });
  const world = {
    connector: `${purpose}-hospital-${environment.run}`,
    broken: `${purpose}-away-${environment.run}`,
    topic: `${database}.patients`,
  };
  await createConnector(world.connector, {
    database,
    'startup.mode': 'copy_existing',
    'publish.full.document.only': 'true',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  });
  const nobody = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=500';
  await createConnector(world.broken, { 'connection.uri': nobody, database }, 'accepted');
  await until(`${world.connector} has copied`, ARRIVAL_LIMIT_MS, async () => {
    const page = await fetch(`${environment.portalUrl}/connectors/${world.connector}`);
    return (await page.text()).includes(`href="/topics/${world.topic}"`);
  });
  return world;
}

/** Removes what [`makeWorld`] made. */
export async function removeWorld(world: World | undefined): Promise<void> {
  if (world === undefined) return;
  await deleteConnector(world.connector);
  await deleteConnector(world.broken);
}

/** All pages. `draft` is the path of one step of a draft. */
export function places(world: World, draft: string): Place[] {
  const step = (word: string): string => draft.replace(/step=[a-z]+/, `step=${word}`);
  const connector = `/connectors/${world.connector}`;
  return [
    { name: 'connectors', path: '/' },
    { name: 'connectors-no-match', path: '/?search=nothing-is-called-this' },
    { name: 'overview', path: connector },
    { name: 'overview-broken', path: `/connectors/${world.broken}` },
    { name: 'configuration', path: `${connector}/config` },
    { name: 'confirm-pause', path: `${connector}/pause` },
    { name: 'confirm-delete', path: `${connector}/delete` },
    { name: 'wizard-1-mongodb', path: step('mongodb') },
    { name: 'wizard-2-what', path: step('what') },
    { name: 'wizard-3-when', path: step('when') },
    { name: 'wizard-4-kafka', path: step('kafka') },
    { name: 'wizard-5-review', path: step('review') },
    { name: 'topics', path: '/topics' },
    { name: 'topics-no-match', path: '/topics?search=nothing-is-called-this' },
    { name: 'preview', path: `/topics/${world.topic}` },
    { name: 'preview-raw', path: `/topics/${world.topic}?from=beginning&view=raw` },
    { name: 'preview-live', path: `/topics/${world.topic}?from=live` },
    { name: 'record', path: `/topics/${world.topic}/0/0` },
    { name: 'not-found', path: '/nowhere', status: 404 },
  ];
}
