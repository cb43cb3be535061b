import { randomBytes, randomUUID } from 'node:crypto';
import { PersonId } from '@relais/contracts/ids';
import type { Sealed } from '@relais/contracts/sealed';
import type { Recorded } from '@relais/event-log/log';
import { copyIntoPostgres } from '@relais/event-log/postgres-import';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import opened from '../../contracts/samples/case-opened.v1.json' with { type: 'json' };
import consented from '../../contracts/samples/consent-given.v1.json' with { type: 'json' };
import drafted from '../../contracts/samples/referral-drafted.v1.json' with { type: 'json' };
import sent from '../../contracts/samples/referral-sent.v1.json' with { type: 'json' };

/** Who sends and who receives every prepared referral. */
export const sendingAssociation = sent.sender;
export const receivingAssociation = sent.receiver;

const referralsPerBatch = 2_500;
const dayMs = 86_400_000;

/** Of a prepared referral: its case, the consent, the draft, the sending. */
export const eventsPerReferral = 4;

/**
 * Referrals that were sent and wait for an answer, each of a case of its own: with ids, a sealed name and deadlines
 * of their own, everything else as in the golden samples. Gives their ids.
 */
export async function fillReferrals(
  database: Database,
  masterKey: string,
  referrals: number,
): Promise<string[]> {
  await migrate(database, eventLogMigrations);
  await migrate(database, vaultMigrations);
  const vault = await openVault({
    keyStore: postgresKeyStore(database, readMasterKeys(masterKey)),
  });
  const target = copyIntoPostgres(database);
  const now = Date.now();
  const ids: string[] = [];
  while (ids.length < referrals) {
    const size = Math.min(referralsPerBatch, referrals - ids.length);
    const prepared = Array.from({ length: size }, () => prepare(now));
    const sealed = await vault.sealMany(prepared.map(({ name }) => name));
    await target.write(prepared.flatMap(({ records }, index) => records(sealed[index] as Sealed)));
    ids.push(...prepared.map(({ id }) => id));
  }
  vault.close();
  await target.log.close();
  await database.query('analyze event_log.event');
  return ids;
}

/** As if the reactions had dealt with all that is in the log by now: they begin with what follows. */
export async function skipReactions(database: Database): Promise<void> {
  await database.query(
    `insert into event_log.consumer (name, position)
     select 'referrals-' || name, position from event_log.head,
       unnest('{forgetting,consequences,related,deadlines,consent-dates}'::text[]) as name`,
  );
}

function prepare(now: number) {
  const [id, caseId, openedId] = [randomUUID(), randomUUID(), randomUUID()];
  const person = PersonId.parse(randomUUID());
  const opening = `case-${caseId}`;
  const identity = {
    givenName: `Exemple ${randomBytes(4).toString('hex')}`,
    familyName: null,
    birthDate: '1990',
    sex: null,
  };
  return {
    id,
    name: {
      ...{ person, category: 'identity' as const, plaintext: JSON.stringify(identity) },
      at: {
        ...{ stream: opening, eventId: openedId, type: 'case-opened.v1' },
        field: 'persons.0.identity',
      },
    },
    records(sealed: Sealed): Recorded[] {
      const persons = [{ person, role: 'main', identity: sealed, contact: null }];
      const own = { case: caseId, persons: [person] };
      const deadlines = deadlinesFrom(now);
      const at = new Date(now).toISOString();
      const recorded = (stream: string, revision: bigint, type: string, data: unknown) =>
        recordOf({ stream, revision, type, data }, at);
      return [
        { ...recorded(opening, 0n, 'case-opened.v1', { ...opened, persons }), id: openedId },
        recorded(`consent-${caseId}`, 0n, 'consent-given.v1', { ...consented, validUntil: null }),
        recorded(`referral-${id}`, 0n, 'referral-drafted.v1', { ...drafted, ...own }),
        recorded(`referral-${id}`, 1n, 'referral-sent.v1', { ...sent, ...own, deadlines }),
      ];
    },
  };
}

function deadlinesFrom(now: number) {
  const days = (count: number) => new Date(now + count * dayMs).toISOString();
  return {
    policy: sent.deadlines.policy,
    ...{ acknowledgeBy: days(5), secondReminderAt: days(9) },
    ...{ decideBy: days(14), expiresAt: days(21) },
  };
}

/** An event of the sender, as a command of its own would have recorded it. */
function recordOf(
  event: Pick<Recorded, 'stream' | 'revision' | 'type' | 'data'>,
  recordedAt: string,
): Recorded {
  const commandId = randomUUID();
  return {
    ...event,
    ...{ id: randomUUID(), position: 0n, recordedAt },
    metadata: {
      actor: 'bench-0',
      association: sendingAssociation,
      ...{ correlationId: commandId, causationId: commandId, commandId },
      occurredAt: recordedAt,
      schemaVersion: 1,
    },
  };
}
