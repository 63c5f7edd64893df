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
  /** A connector, and a topic with binary keys and one very wide record, whose names are as long as people make them. */
  long: { connector: string; topic: string };
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
    long: {
      connector: `${purpose}-${environment.run}-a-name-that-says-everything-about-its-purpose`.slice(0, 60),
      topic: `${longDatabase(purpose)}.${LONG_COLLECTION}`,
    },
  };
  await createConnector(world.connector, {
    database,
    'startup.mode': 'copy_existing',
    'publish.full.document.only': 'true',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  });
  await makeLong(purpose, world.long.connector);
  const nobody = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=500';
  await createConnector(world.broken, { 'connection.uri': nobody, database }, 'accepted');
  await hasWritten(world.connector, world.topic);
  await hasWritten(world.long.connector, world.long.topic);
  return world;
}

async function hasWritten(connector: string, topic: string): Promise<void> {
  await until(`${connector} has copied`, ARRIVAL_LIMIT_MS, async () => {
    const page = await fetch(`${environment.portalUrl}/connectors/${connector}`);
    return (await page.text()).includes(`href="/topics/${topic}"`);
  });
}

const LONG_COLLECTION = 'a_collection_whose_name_is_one_long_word_without_any_break_in_it';

function longDatabase(purpose: string): string {
  return ownDatabase(`${purpose}_with_a_name_as_long_as_names_may_be_in_here`).slice(0, 60);
}

/** Long names, binary keys, and a record wider than any window. */
async function makeLong(purpose: string, connector: string): Promise<void> {
  const fields = Array.from({ length: 60 }, (_, index) => [`a_field_with_a_long_name_${index}`, 'x'.repeat(index * 20)]);
  const wide = { ...Object.fromEntries(fields), one_word: 'w'.repeat(3_000), deep: { deep: { deep: { deep: [[[['down']]]] } } } };
  await withMongo((client) => client.db(longDatabase(purpose)).collection(LONG_COLLECTION).insertMany([wide, { short: true }]));
  await createConnector(connector, {
    database: longDatabase(purpose),
    'startup.mode': 'copy_existing',
    'publish.full.document.only': 'true',
    'output.format.key': 'bson',
    'key.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  });
}

/** Removes what [`makeWorld`] made. */
export async function removeWorld(world: World | undefined): Promise<void> {
  if (world === undefined) return;
  await deleteConnector(world.connector);
  await deleteConnector(world.broken);
  await deleteConnector(world.long.connector);
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
    { name: 'overview-long', path: `/connectors/${world.long.connector}` },
    { name: 'configuration-long', path: `/connectors/${world.long.connector}/config` },
    { name: 'preview-long', path: `/topics/${world.long.topic}` },
    { name: 'preview-long-raw', path: `/topics/${world.long.topic}?view=raw` },
    { name: 'record-long', path: `/topics/${world.long.topic}/0/0` },
    { name: 'wizard-new', path: '/connectors/new' },
    { name: 'not-found', path: '/nowhere', status: 404 },
  ];
}
