import { randomUUID } from 'node:crypto';
import { AssociationId, CaseId, OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { PublishOffer } from '@relais/contracts/offers';
import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { openDatabase } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { openPoolDesk } from './pool-desk.ts';
import { answerWithPlaces } from './react.ts';

const association = AssociationId.parse(randomUUID());
const parties = {
  case: CaseId.parse(randomUUID()),
  sender: AssociationId.parse(randomUUID()),
  receiver: association,
};

const { url, database } = await freshDatabase(t, { max: 4 });
await migrate(database, eventLogMigrations);
/** As many logs as there would be processes, each with a pool of its own. */
const logs = await Promise.all(
  Array.from({ length: 3 }, async () => {
    const own = openDatabase({ url, max: 6 });
    const log = openPostgresLog(own);
    t.teardown(async () => {
      await log.close();
      await own.close();
    });
    return log;
  }),
);
const [log] = logs as [Log, ...Log[]];

t.test('three reactors give fifty places to two hundred referrals, each place once', async (t) => {
  const offer = await publish(50);
  const requests = Array.from({ length: 200 }, () => request(offer));
  const records = await Promise.all(requests.map(({ referral, event }) => write(referral, event)));

  await Promise.all(logs.map((own) => deliver(own, records)));
  const pool = await poolEvents(offer);
  const reserved = pool.filter(({ type }) => type === 'place-reserved.v1');
  const refused = pool.filter(({ type }) => type === 'place-refused.v1');
  t.equal(reserved.length, 50);
  t.equal(refused.length, 150);
  t.equal(new Set([...reserved, ...refused].map(reservationOf)).size, 200, 'each answered once');

  await Promise.all(logs.map((own) => deliver(own, records)));
  t.equal((await poolEvents(offer)).length, pool.length, 'delivered again, nothing happens');
});

t.test('a place is given back once, and then somebody else gets it', async (t) => {
  const offer = await publish(1);
  const [first, second, third] = [request(offer), request(offer), request(offer)];
  await deliver(log, [await write(first.referral, first.event)]);
  await deliver(log, [await write(second.referral, second.event)]);
  const { reservation } = first;
  const released = await write(first.referral, {
    type: 'referral-place-released.v1',
    data: { ...parties, offer, reservation, because: 'cancelled' },
  });
  await Promise.all(logs.map((own) => deliver(own, [released])));
  const completed = await write(first.referral, {
    type: 'referral-completed.v1',
    data: {
      ...parties,
      outcome: 'helped',
      place: { offer, reservation },
      text: null,
      visibleTo: [],
    },
  });
  await Promise.all(logs.map((own) => deliver(own, [completed])));
  await deliver(log, [await write(third.referral, third.event)]);
  t.match(await poolEvents(offer), [
    { type: 'place-pool-opened.v1', data: { capacity: 1 } },
    { type: 'place-reserved.v1', data: { reservation } },
    { type: 'place-refused.v1', data: { reservation: second.reservation, reason: 'no_capacity' } },
    { type: 'place-released.v1', data: { reservation } },
    { type: 'place-reserved.v1', data: { reservation: third.reservation } },
  ]);
});

t.test('a request for an offer without counted places, or withdrawn, is refused', async (t) => {
  const uncounted = await publish(null);
  const withdrawn = await publish(3);
  await deliver(log, [
    await append(`offer-${withdrawn}`, 0n, {
      type: 'offer-withdrawn.v1',
      data: { offer: withdrawn, association },
    }),
  ]);
  for (const offer of [uncounted, withdrawn]) {
    const asked = request(offer);
    await deliver(log, [await write(asked.referral, asked.event)]);
    const last = (await poolEvents(offer)).at(-1);
    t.match(last, { type: 'place-refused.v1', data: { reason: 'place_no_longer_available' } });
  }
});

t.test('a pool that lived long is read from its last balance', async (t) => {
  const offer = await publish(2);
  for (let round = 0; round < 70; round++) {
    const { referral, reservation, event } = request(offer);
    const asked = await write(referral, event);
    const given = await write(referral, {
      type: 'referral-place-released.v1',
      data: { ...parties, offer, reservation, because: 'cancelled' },
    });
    await deliver(log, [asked, given]);
  }
  const events = await poolEvents(offer);
  t.equal(events.filter(({ type }) => type === 'place-pool-balanced.v2').length, 1);
  t.equal(events.filter(({ type }) => type === 'place-released.v1').length, 70);
  t.equal(events.filter(({ type }) => type === 'place-refused.v1').length, 0);
});

function request(offer: OfferId) {
  const referral = ReferralId.parse(randomUUID());
  const reservation = ReservationId.parse(randomUUID());
  const event: ReferralEvent = {
    type: 'referral-place-requested.v1',
    data: { ...parties, offer, reservation, persons: [], grounds: [], text: null },
  };
  return { referral, reservation, event };
}

/** Answers events in their order, a lost race again and again, as `runReaction` does. */
async function deliver(own: Log, records: readonly Recorded[]): Promise<void> {
  const pools = openPoolDesk(own);
  const answer = answerWithPlaces({ log: own, pools, now: () => new Date() });
  for (const record of records) {
    for (let isAnswered = false; !isAnswered; ) {
      isAnswered = await answer(record).then(
        () => true,
        (error: unknown) => {
          if (error instanceof TryAgain) return false;
          throw error;
        },
      );
    }
  }
}

async function publish(places: number | null): Promise<OfferId> {
  const offer = OfferId.parse(randomUUID());
  const theme = 'logement-hebergement--rechercher-une-solution-dhebergement-temporaire';
  const terms = PublishOffer.parse({ kind: 'place', title: 'CPH', themes: [theme], places });
  const data = { offer, association, ...terms, contact: null, source: null };
  await append(`offer-${offer}`, 'none', { type: 'offer-published.v2', data });
  return offer;
}

async function write(referral: ReferralId, event: ReferralEvent): Promise<Recorded> {
  const stream = `referral-${referral}`;
  let expected: bigint | 'none' = 'none';
  for await (const { revision } of log.read(stream)) expected = revision;
  return await append(stream, expected, event);
}

async function append(
  stream: string,
  expected: bigint | 'none',
  event: { type: string; data: unknown },
): Promise<Recorded> {
  const id = randomUUID();
  const metadata = {
    actor: 'test',
    association,
    correlationId: id,
    causationId: id,
    commandId: id,
    occurredAt: new Date().toISOString(),
    schemaVersion: 1,
  };
  await log.append(stream, [{ id, ...event, metadata }], { expected });
  for await (const record of log.read(stream, { backwards: true, max: 1 })) return record;
  throw new Error(`${stream} is empty`);
}

async function poolEvents(offer: OfferId): Promise<PlacePoolEvent[]> {
  const events: PlacePoolEvent[] = [];
  for await (const record of log.read(`place-pool-${offer}`)) {
    events.push(parse(placePoolContract, record));
  }
  return events;
}

const reservationOf = ({ data }: PlacePoolEvent): string =>
  'reservation' in data ? data.reservation : '';
