import { randomUUID } from 'node:crypto';
import { AssociationId, CaseId, OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { PublishOffer } from '@relais/contracts/offers';
import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';

type Asked = { readonly referral: ReferralId; readonly reservation: ReservationId };

/** An offer with so many places, and what is asked of it. */
export type Course = {
  /** For the pool to be opened, which comes before all else or late. */
  readonly published: Recorded;
  /** Each of another referral, that was accepted and waits for its place. */
  requests(count: number): Recorded[];
  /** Each of these referrals was cancelled. */
  releases(held: readonly Asked[]): Recorded[];
  /** The ledger: who has a place, by the events alone. */
  holders(): Promise<Ledger>;
};
export type Ledger = {
  readonly held: readonly Asked[];
  /** At any moment. */
  readonly heldMax: number;
  readonly refused: number;
  readonly released: number;
  /** Reservations are asked for once each, however often that is heard. */
  readonly answersMax: number;
};

const association = AssociationId.parse(randomUUID());
const parties = {
  case: CaseId.parse(randomUUID()),
  sender: AssociationId.parse(randomUUID()),
  receiver: association,
};

export async function newCourse(log: Log, places: number): Promise<Course> {
  const offer = OfferId.parse(randomUUID());
  const theme = 'logement-hebergement--rechercher-une-solution-dhebergement-temporaire';
  const terms = PublishOffer.parse({ kind: 'place', title: 'CPH', themes: [theme], places });
  const data = { offer, association, ...terms, contact: null, source: null };
  const published = recorded(`offer-${offer}`, { type: 'offer-published.v2', data });
  const { id, type, metadata } = published;
  await log.append(published.stream, [{ id, type, data, metadata }], { expected: 'none' });

  return {
    published,
    requests: (count) =>
      Array.from({ length: count }, () => {
        const reservation = ReservationId.parse(randomUUID());
        const more = { persons: [], grounds: [], text: null };
        return ofReferral(ReferralId.parse(randomUUID()), {
          type: 'referral-place-requested.v1',
          data: { ...parties, offer, reservation, ...more },
        });
      }),
    releases: (held) =>
      held.map(({ referral, reservation }) =>
        ofReferral(referral, {
          type: 'referral-place-released.v1',
          data: { ...parties, offer, reservation, because: 'cancelled' },
        }),
      ),
    holders: openLedger(log, offer),
  };
}

/** Folds the pool's events by itself, those that are new each time: the service's own fold is what is judged. */
function openLedger(log: Log, offer: OfferId): () => Promise<Ledger> {
  const held = new Map<ReservationId, ReferralId>();
  const answers = new Map<ReservationId, number>();
  const counts = { heldMax: 0, refused: 0, released: 0 };
  let from = 0n;
  const answered = (reservation: ReservationId) =>
    answers.set(reservation, (answers.get(reservation) ?? 0) + 1);
  const enter = ({ type, data }: PlacePoolEvent) => {
    if (type === 'place-reserved.v1') {
      held.set(data.reservation, data.referral);
      counts.heldMax = Math.max(counts.heldMax, held.size);
      answered(data.reservation);
    } else if (type === 'place-refused.v1') {
      counts.refused += 1;
      answered(data.reservation);
    } else if (type === 'place-released.v1') {
      held.delete(data.reservation);
      counts.released += 1;
    }
  };
  return async () => {
    for await (const record of log.read(`place-pool-${offer}`, { from })) {
      enter(parse(placePoolContract, record));
      from = record.revision + 1n;
    }
    return {
      held: [...held].map(([reservation, referral]) => ({ referral, reservation })),
      ...counts,
      answersMax: Math.max(...answers.values()),
    };
  };
}

const ofReferral = (referral: ReferralId, event: ReferralEvent): Recorded =>
  recorded(`referral-${referral}`, event);

/** As a reaction is given it. */
function recorded(stream: string, event: { type: string; data: unknown }): Recorded {
  const id = randomUUID();
  const recordedAt = new Date().toISOString();
  const of = { correlationId: id, causationId: id, commandId: id, occurredAt: recordedAt };
  const metadata = { actor: 'test', association, schemaVersion: 1, ...of };
  return { id, ...event, metadata, stream, revision: 0n, position: 0n, recordedAt };
}
