import { authorisationMatrix } from '@relais/http/authorisation-matrix';
import { fuzzRoutes } from '@relais/http/fuzz';
import { fuzzConnections } from '@relais/http/fuzz-connections';
import t from 'tap';
import { type AreaAccess, accessProbe } from './access-probe.ts';
import { calendarsAccess } from './calendars/access.ts';
import { exchangeAccess } from './exchange/access.ts';
import { exchangesAccess } from './exchanges/access.ts';
import { offersAccess } from './offers/access.ts';
import { directoryAccess } from './organisations/access.ts';
import { placesAccess } from './places/access.ts';
import { searchAccess } from './search/access.ts';
import { sessionsAccess } from './sessions/access.ts';
import { expertiseAccess } from './skills/access.ts';
import { staysAccess } from './stays/access.ts';
import { waitingListsAccess } from './waiting-lists/access.ts';

// A minute on a quiet machine, four where whole platforms run beside it.
t.setTimeout(600_000);
const probe = await accessProbe();
const { app, tokens, tokenOf } = probe;
await probe.settled();

/** Each area says who may use its routes. */
const areas: readonly AreaAccess[] = [
  await offersAccess(probe),
  await directoryAccess(probe),
  await exchangeAccess(probe),
  searchAccess,
  await placesAccess(probe),
  await exchangesAccess(probe),
  await sessionsAccess(probe),
  await calendarsAccess(probe),
  await staysAccess(probe),
  await waitingListsAccess(probe),
  await expertiseAccess(probe),
];

/** Samples of one name are those of all areas. */
const samples: { [name: string]: unknown[] } = {};
for (const [name, values] of areas.flatMap((area) => Object.entries(area.samples))) {
  samples[name] = [...(samples[name] ?? []), ...values];
}

// What holds the probe's own tokens comes first: they do not last for all of it on a busy machine.
fuzzConnections(t, { app, command: '/v1/offers', token: tokens.owner });
authorisationMatrix(t, {
  ...{ app, token: (role) => tokenOf(role), relations: tokens },
  table: Object.assign({}, ...areas.map(({ table }) => table)),
  async request(operation, relation) {
    const area = areas.find(({ table }) => Object.hasOwn(table, operation));
    if (area === undefined) throw new Error(`no area has ${operation}`);
    return area.request(operation, relation);
  },
});
fuzzRoutes(t, { app, token: (role) => tokenOf(role), samples, runs: 8 });
