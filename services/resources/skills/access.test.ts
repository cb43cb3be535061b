import t from 'tap';
import { checkAccess } from '../access-check.ts';
import { accessProbe } from '../access-probe.ts';
import { exchangesAccess } from '../exchanges/access.ts';
import { expertiseAccess } from './access.ts';

const probe = await accessProbe();
await probe.settled();
checkAccess(t, probe, 'expertise', [await exchangesAccess(probe), await expertiseAccess(probe)]);
