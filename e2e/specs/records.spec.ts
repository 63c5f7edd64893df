// A topic's records as a reader finds them: where reading begins is in the URL, and nothing is rounded on the way.

import { ObjectId } from 'mongodb';

import { expect, test } from '../fixtures/test';
import { RecordsPage, TopicsPage } from '../pages/topics';
import { createConnector, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { everyType, ownDatabase, withMongo } from '../stack/mongodb';
import { waitForRecords } from '../stack/portal';
import { until } from '../stack/until';

const PLAIN = 60;
const CHANGED = new ObjectId('65f0c0ffee65f0c0ffee0001');

test.describe.configure({ mode: 'serial' });

let json: string;
let bson: string;
let after: Date;

test.beforeAll(async () => {
  const database = ownDatabase('records');
  json = `plain.${database}.types`;
  bson = `bytes.${database}.types`;
  await withMongo(async (client) => {
    const types = client.db(database).collection<Record<string, unknown> & { _id: unknown }>('types');
    await types.insertMany(Array.from({ length: PLAIN }, (_, index) => ({ _id: index, note: `plain ${index}` })));
    await types.insertOne(everyType(CHANGED) as { _id: unknown });
  });
  const common = {
    database,
    collection: 'types',
    'startup.mode': 'copy_existing',
    'publish.full.document.only': 'true',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  };
  await createConnector(`records-json-${environment.run}`, {
    ...common,
    'topic.prefix': 'plain',
    'output.json.formatter': 'com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson',
    'output.format.value': 'json',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  });
  await createConnector(`records-bson-${environment.run}`, {
    ...common,
    'topic.prefix': 'bytes',
    'output.format.value': 'bson',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  });
  await waitForRecords(json, PLAIN + 1);
  await waitForRecords(bson, PLAIN + 1);
  // The form's times have seconds: the late record begins one.
  after = new Date(Math.ceil((Date.now() + 1) / 1000) * 1000);
  await until('a new second', 2_000, () => Date.now() >= after.getTime());
  await withMongo(async (client) => {
    await client.db(database).collection<Record<string, unknown> & { _id: unknown }>('types').insertOne({ _id: 'late', note: 'after the copy' });
  });
  await waitForRecords(json, PLAIN + 2);
});

test.afterAll(async () => {
  await deleteConnector(`records-json-${environment.run}`);
  await deleteConnector(`records-bson-${environment.run}`);
});

test('a topic is found in the list and shows its newest records first', async ({ page }) => {
  const topics = new TopicsPage(page);
  await topics.frame.open('/topics');

  await topics.search.fill(json);
  await topics.search.press('Enter');
  await expect(topics.row(json)).toContainText(`records-json-${environment.run}`);
  await topics.link(json).click();

  const records = new RecordsPage(page);
  await expect(records.rows.first()).toContainText('after the copy');
  await expect(records.rows.first()).toContainText(String(PLAIN + 1));
});

test('reading begins at the beginning, at an offset or at a moment, and the URL says so', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}`);

  await records.readFrom('beginning');
  await expect(page).toHaveURL(/[?&]from=beginning/);
  await expect(records.rows.first()).toContainText('plain 0');

  await records.readFrom({ offset: 30 }, 0);
  await expect(page).toHaveURL(/[?&]from=offset&offset=30&partition=0/);
  await expect(records.rows.first()).toContainText('plain 30');

  await records.readFrom({ time: after });
  await expect(page).toHaveURL(/[?&]from=time&at=/);
  await expect(records.rows).toHaveCount(1);
  await expect(records.rows.first()).toContainText('after the copy');

  // The address alone gives the same page to whoever gets it.
  const copied = await page.context().newPage();
  await copied.goto(page.url());
  await expect(new RecordsPage(copied).rows).toHaveCount(1);
});

test('64-bit numbers and decimals are shown to the last digit', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}/0/${PLAIN}`);

  const value = records.value;
  for (const exact of ['9223372036854775807', '-9223372036854775808', '9007199254740993', '1234567890.123456789012345678901234']) {
    await expect(value).toContainText(exact);
  }
});

test('text of a document stays text', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}/0/${PLAIN}`);

  await expect(records.value).toContainText('나루 <b>&amp;</b>');
  await expect(records.value.locator('b')).toHaveCount(0);
});

test('BSON values keep their types apart', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${bson}/0/${PLAIN}`);

  const typed: [string, string, string][] = [
    ['_id', 'ObjectId', CHANGED.toHexString()],
    ['long_max', 'Long', '9223372036854775807'],
    ['int', 'Int', '42'],
    ['whole_double', 'Double', '3'],
    ['decimal', 'Decimal128', '1234567890.123456789012345678901234'],
    ['date', 'Date', '2024-02-29'],
    ['timestamp', 'Timestamp', '1700000000'],
    ['uuid', 'UUID', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['regex', 'RegExp', '/^na.u$/i'],
    ['least', 'MinKey', ''],
  ];
  for (const [name, type, text] of typed) {
    const row = records.field(name);
    await expect(row).toContainText(type);
    await expect(row).toContainText(text);
  }
});

test('the raw view shows the bytes as they are', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}?from=offset&offset=${PLAIN}&view=raw`);

  await expect(records.rows.first()).toContainText('"long_max": 9223372036854775807');
});

test('a record has an address of its own, and one that is gone says so', async ({ page, watch }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}?from=beginning`);

  await records.permalink(0, 7).click();
  await expect(page).toHaveURL(new RegExp(`/topics/${json}/0/7$`));
  await expect(records.value).toContainText('plain 7');

  watch.expectAnswer(`/topics/${json}/0/999999`, 404);
  const response = await page.goto(`/topics/${json}/0/999999`);
  expect(response?.status()).toBe(404);
});

test('the live tail shows a document that is inserted meanwhile', async ({ page }) => {
  const records = new RecordsPage(page);
  await records.frame.open(`/topics/${json}?from=live`);
  await expect(records.live).toContainText('Live');
  await expect(records.rows).toHaveCount(0);

  const note = `seen live by ${environment.run}`;
  await withMongo((client) => client.db(ownDatabase('records')).collection('types').insertOne({ note }));

  await expect(records.rows.filter({ hasText: note })).toBeVisible();
});
