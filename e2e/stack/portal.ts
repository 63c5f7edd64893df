// What tests ask of the portal without a browser.

import { environment } from './environment';
import { until } from './until';

const ARRIVAL_LIMIT_MS = 45_000;

/** Waits until a topic holds at least so many records in partition 0: until its last one has a page of its own. */
export async function waitForRecords(topic: string, count: number): Promise<void> {
  const url = `${environment.portalUrl}/topics/${encodeURIComponent(topic)}/0/${count - 1}`;
  await until(`${topic} has ${count} records`, ARRIVAL_LIMIT_MS, async () => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  });
}
