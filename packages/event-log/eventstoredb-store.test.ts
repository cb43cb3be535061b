import t from 'tap';
import { startDouble } from './double/server.ts';
import { openEventStoreLog } from './eventstoredb-store.ts';
import { logContract } from './log-contract.ts';

const double = await startDouble();
t.teardown(() => double.close());
await logContract(t, 'eventstoredb, on the double of the server', () =>
  openEventStoreLog({ url: double.url }),
);

// biome-ignore lint/style/noProcessEnv: the live server of `npm run test:log` is named by the environment.
const live = process.env.EVENTSTORE_URL;
if (live !== undefined && live !== '') {
  await logContract(t, 'eventstoredb, on the live server', () => openEventStoreLog({ url: live }));
}
