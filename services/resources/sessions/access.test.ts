import t from 'tap';
import { checkAccess } from '../access-check.ts';
import { accessProbe } from '../access-probe.ts';
import { calendarsAccess } from '../calendars/access.ts';
import { sessionsAccess } from './access.ts';

const probe = await accessProbe();
await probe.settled();
checkAccess(t, probe, 'sessions', [await sessionsAccess(probe), await calendarsAccess(probe)]);
