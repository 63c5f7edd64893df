// Before all tests: seed MongoDB, start the server unless one is given. After them: stop it and remove what it left.

import { announce, beginRun, environment } from './environment';
import { startNaru } from './naru';
import { createDatabase } from './postgres';
import { dropRunDatabases, seedJee } from './mongodb';

export default async function setup(): Promise<() => Promise<void>> {
  beginRun();
  await seedJee();
  if (environment.portalUrl !== undefined) {
    announce({ portalUrl: environment.portalUrl, connectUrl: environment.connectUrl });
    return dropRunDatabases;
  }

  const database = await createDatabase(environment.databaseUrl, `naru_e2e_${environment.run}`);
  const naru = await startNaru(database.url).catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  announce(naru);
  return async () => {
    try {
      await naru.stop();
    } finally {
      await database.drop();
      await dropRunDatabases();
    }
  };
}
