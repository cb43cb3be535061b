/** A process that keeps the read model and reacts until it is killed: `node react-process.ts <url> <master key>`. */
import { runProjection } from '@relais/event-log/project';
import { followPositions } from '@relais/event-log/wait-for';
import { openDatabase } from '@relais/postgres/database';
import { readMasterKeys } from '@relais/vault/master-key';
import { referralsProjection } from '../project.ts';
import { runReactions } from '../react.ts';
import { openParts } from './stage.ts';

const [url = '', secret = ''] = process.argv.slice(2);
const database = openDatabase({ url, max: 10 });
const { log, rows, vault } = await openParts(url, database, readMasterKeys(secret));
const { signal } = new AbortController();
const run = { log, database, signal, owner: `${process.pid}`, report: () => undefined };
const positions = followPositions(database, signal);
await Promise.all([
  runProjection({ ...run, projection: referralsProjection }),
  runReactions({ ...run, rows, vault, positions, now: () => new Date() }),
]);
