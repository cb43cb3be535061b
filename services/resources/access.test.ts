import { fuzzConnections } from '@relais/http/fuzz-connections';
import t from 'tap';
import { checkAccess } from './access-check.ts';
import { accessProbe } from './access-probe.ts';
import { exchangeAccess } from './exchange/access.ts';
import { offersAccess } from './offers/access.ts';
import { directoryAccess } from './organisations/access.ts';
import { placesAccess } from './places/access.ts';
import { searchAccess } from './search/access.ts';
import { staysAccess } from './stays/access.ts';
import { waitingListsAccess } from './waiting-lists/access.ts';

const probe = await accessProbe();
const areas = [
  await offersAccess(probe),
  await directoryAccess(probe),
  await exchangeAccess(probe),
  searchAccess,
  await placesAccess(probe),
  await staysAccess(probe),
  await waitingListsAccess(probe),
];

fuzzConnections(t, { app: probe.app, command: '/v1/offers', token: probe.tokens.owner });
checkAccess(t, probe, 'rest', areas);
