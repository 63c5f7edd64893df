// A database in Postgres for one run, dropped afterwards.

import { Client } from 'pg';

export interface Database {
  url: string;
  drop(): Promise<void>;
}

/** Creates a database next to the one that `serverUrl` names. */
export async function createDatabase(serverUrl: string, name: string): Promise<Database> {
  await administer(serverUrl, `create database "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    drop: () => administer(serverUrl, `drop database if exists "${name}" with (force)`),
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
