// MongoDB as the tests' source: the database `jee` for the main job, and databases of the run's own.

import { Binary, BSONRegExp, type Db, Decimal128, Double, Int32, Long, MaxKey, MinKey, MongoClient, ObjectId, Timestamp, UUID } from 'mongodb';

import { environment } from './environment';

/** How many documents of each collection the seed keeps in `jee`; others may lie beside them. */
export const JEE = { patients: 240, visits: 120, staff: 12 } as const;

const FAMILIES = ['Kim', 'Lee', 'Park', 'Choi', 'Jung', 'Kang'];
const GIVEN = ['Ji-woo', 'Seo-yeon', 'Min-jun', 'Ha-eun', 'Do-yun', 'Su-bin', 'Ye-jun'];
const WARDS = ['cardiology', 'paediatrics', 'surgery', 'neurology'];

/** Does something with a connection of its own. */
export async function withMongo<T>(act: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(environment.mongodbUri, { serverSelectionTimeoutMS: 10_000 });
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

/** The name of a database that this run owns and removes at its end. */
export function ownDatabase(purpose: string): string {
  return `e2e_${environment.run}_${purpose}`;
}

/** Removes the databases of this run. */
export async function dropRunDatabases(): Promise<void> {
  await withMongo(async (client) => {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const own = databases.filter((database) => database.name.startsWith(ownDatabase('')));
    for (const { name } of own) await client.db(name).dropDatabase();
  });
}

/** Puts the hospital's documents in place. They have fixed ids, so that doing it again changes nothing that others added. */
export async function seedJee(): Promise<void> {
  await withMongo(async (client) => {
    const jee = client.db('jee');
    await put(jee, 'patients', JEE.patients, patient);
    await put(jee, 'visits', JEE.visits, visit);
    await put(jee, 'staff', JEE.staff, member);
  });
}

/** A document with every type that can be told apart, for `records.spec`. */
export function everyType(id: ObjectId): Record<string, unknown> {
  return {
    _id: id,
    long_max: Long.MAX_VALUE,
    long_min: Long.MIN_VALUE,
    beyond_double: Long.fromString('9007199254740993'),
    int: new Int32(42),
    double: new Double(0.1),
    whole_double: new Double(3),
    decimal: Decimal128.fromString('1234567890.123456789012345678901234'),
    date: new Date('2024-02-29T12:34:56.789Z'),
    timestamp: new Timestamp({ t: 1_700_000_000, i: 7 }),
    uuid: new UUID('0f8fad5b-d9cb-469f-a165-70867728950e'),
    binary: new Binary(Buffer.from('naru'), 0),
    regex: new BSONRegExp('^na.u$', 'i'),
    text: '나루 <b>&amp;</b> "quoted" \\ \u0001',
    yes: true,
    nothing: null,
    list: [new Int32(1), 'two', { three: Long.fromNumber(3) }],
    nested: { deep: { deeper: new ObjectId('65f0c0ffee65f0c0ffee65f0') } },
    least: new MinKey(),
    greatest: new MaxKey(),
  };
}

async function put(
  db: Db,
  collection: string,
  count: number,
  make: (index: number) => Record<string, unknown>,
): Promise<void> {
  const operations = Array.from({ length: count }, (_, index) => {
    const _id = fixedId(collection, index);
    return { replaceOne: { filter: { _id }, replacement: make(index), upsert: true } };
  });
  await db.collection(collection).bulkWrite(operations, { ordered: false });
}

function fixedId(collection: string, index: number): ObjectId {
  const prefix = Buffer.from(collection.padEnd(8, '_')).subarray(0, 8).toString('hex');
  return new ObjectId(prefix + index.toString(16).padStart(8, '0'));
}

function patient(index: number): Record<string, unknown> {
  return {
    number: Long.fromNumber(1_000_000 + index),
    name: { family: pick(FAMILIES, index), given: pick(GIVEN, index) },
    born: new Date(Date.UTC(1950 + (index % 60), index % 12, 1 + (index % 28))),
    ward: pick(WARDS, index),
    weight_kg: new Double(48 + (index % 40) + 0.5),
    balance: Decimal128.fromString(`${index * 17}.${String(index % 100).padStart(2, '0')}`),
    record: Long.fromString('9007199254740993').add(index),
    chart: new UUID(`00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`),
    photo: new Binary(Buffer.from(`photo ${index}`), 0),
    allergies: index % 3 === 0 ? ['penicillin', 'pollen'] : [],
    discharged: index % 4 === 0 ? null : new Date(Date.UTC(2026, index % 12, 1)),
    note: index % 5 === 0 ? '재진 필요' : 'stable',
  };
}

function visit(index: number): Record<string, unknown> {
  return {
    patient: fixedId('patients', index % JEE.patients),
    at: new Date(Date.UTC(2026, index % 12, 1 + (index % 28), 9, index % 60)),
    ward: pick(WARDS, index),
    fee: Decimal128.fromString(`${30_000 + index * 100}`),
  };
}

function member(index: number): Record<string, unknown> {
  return { name: `${pick(FAMILIES, index)} ${pick(GIVEN, index + 3)}`, ward: pick(WARDS, index), licence: new Int32(7_000 + index) };
}

function pick<T>(from: readonly T[], index: number): T {
  return from[index % from.length] as T;
}
