import { randomUUID } from 'node:crypto';
import { type Actor, actorOf, system } from '@relais/contracts/actors';
import {
  AssociationId,
  OfferId,
  PersonId,
  RegistrationId,
  SeriesId,
  WorkerId,
} from '@relais/contracts/ids';
import { sessionContract } from '@relais/contracts/session-events';
import { SeriesTerms } from '@relais/contracts/sessions';
import fc from 'fast-check';
import t from 'tap';
import { instantOf, occurrences, refusalOf } from '../series/recurrence.ts';
import type { KnownSeries } from '../series/state.ts';
import { decide, type SessionCommand } from './decide.ts';
import { countOf, evolve, type Session, untouched } from './state.ts';
import { factsOf } from './stored.ts';

const id = <Value>(schema: { parse(value: unknown): Value }): Value => schema.parse(randomUUID());
const association = id(AssociationId);
const local = '2027-03-16T18:00';
const before = '2027-03-01T08:00:00.000Z';
const actor = (of: string) =>
  actorOf({ clientId: randomUUID(), association: of, role: 'partner', remit: [] });
const organiser = actor(association);
const asking = (actor: Actor) => ({ actor, now: before, seesPersons: true });
const open = { isOpen: true, withdrawnAt: null };
const others = [id(AssociationId), id(AssociationId)];

const seriesOf = (more: object = {}): KnownSeries => {
  const terms = SeriesTerms.parse({
    schedule: { start: local },
    durationMinutes: 60,
    seats: 2,
    ...more,
  });
  const ids = { series: id(SeriesId), association, offer: id(OfferId) };
  return { state: 'planned', ...ids, parts: [{ from: null, terms }], endsFrom: null };
};
const workers = Array.from({ length: 4 }, () => id(WorkerId));
const after = (session: Session, command: SessionCommand): Session => {
  const decision = decide(command, session);
  if (!decision.accepted) return session;
  for (const event of decision.events) sessionContract.schemas[event.type]?.parse(event.data);
  return decision.events.reduce(evolve, session);
};

const knows = ({ registrations }: Session, of: string): boolean =>
  registrations.some((one) => one.id === of);
const seatsIn = ({ override }: Session): number => override?.seats?.limit ?? 2;
const stateIn = ({ registrations }: Session, of: string | undefined) =>
  registrations.find((one) => one.id === of)?.state;

/** Fewer seats take none away from who has one, and nobody is added to those. */
const isOverfull = (was: Session, now: Session): boolean =>
  countOf(now, 'confirmed') > Math.max(seatsIn(now), countOf(was, 'confirmed'));
const hasIdleSeat = (now: Session): boolean =>
  countOf(now, 'waiting') > 0 && countOf(now, 'confirmed') < seatsIn(now);
/** Somebody had a seat while the first who waited is waiting still. */
const isPassed = (was: Session, now: Session): boolean => {
  const first = was.registrations.find(({ state }) => state === 'waiting');
  const isStillWaiting = stateIn(now, first?.id) === 'waiting';
  return (
    isStillWaiting &&
    now.registrations.some(({ id, state }) => state === 'confirmed' && stateIn(was, id) !== state)
  );
};

t.test('nobody is confirmed beyond the seats, and whoever waits comes first', async (t) => {
  const series = seriesOf();
  const registrations = Array.from({ length: 8 }, () => id(RegistrationId));
  const facts = (by: string) => factsOf(series, local, open, asking(actor(by)));
  const step = fc.record({
    what: fc.constantFrom('register', 'cancel', 'more', 'less', 'settle', 'cancelSession'),
    at: fc.nat(7),
    by: fc.constantFrom(...others),
    worker: fc.constantFrom(...workers),
  });
  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
  const commandOf = ({ what, at, by, worker }: Step): SessionCommand => {
    const registration = registrations[at] as RegistrationId;
    const limit = what === 'more' ? 4 : 1;
    const unchanged = { movedTo: null, durationMinutes: null, site: null, place: null, link: null };
    switch (what) {
      case 'register': {
        const registrant = { who: 'worker', worker } as const;
        const asked = { registration, by, registrant, label: null, occurredAt: undefined };
        return { type: 'register', ...asked, personsMay: true, ...facts(by) };
      }
      case 'cancel': {
        const asked = { registration, reason: 'ill', occurredAt: undefined };
        return { type: 'cancelRegistration', ...asked, ...facts(by) };
      }
      case 'settle':
        return { type: 'settle', ...factsOf(series, local, open, asking(system)) };
      case 'cancelSession':
        return { type: 'cancel', reason: 'weather', ...facts(association) };
      default: {
        const override = { ...unchanged, seats: { limit } };
        const asked = { override, reason: 'more_room', siteIsKnown: true };
        return { type: 'change', ...asked, ...facts(association) };
      }
    }
  };
  const isRight = (steps: readonly Step[]): boolean => {
    let session = untouched;
    for (const one of steps) {
      const command = commandOf(one);
      // Ids derive from the command: none is used twice.
      if (command.type === 'register' && knows(session, command.registration)) continue;
      const next = after(session, command);
      if (isOverfull(session, next) || hasIdleSeat(next) || isPassed(session, next)) return false;
      session = next;
    }
    return true;
  };
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(step, { maxLength: 20 }), isRight)));
});

t.test('reminders are given once, and only where somebody is concerned', async (t) => {
  const series = seriesOf();
  const facts = factsOf(series, local, open, asking(organiser));
  const remind: SessionCommand = { type: 'remind', of: 'upcoming', ...facts };
  t.same(decide(remind, untouched), { accepted: true, events: [] });
  const registrant = { who: 'worker', worker: id(WorkerId) } as const;
  const registered = after(untouched, {
    ...{ type: 'register', registration: id(RegistrationId), by: association, registrant },
    ...{ label: null, occurredAt: undefined, personsMay: true, ...facts },
  });
  const reminded = after(registered, remind);
  t.equal(reminded.reminded.upcoming, true);
  t.same(decide(remind, reminded), { accepted: true, events: [] });
});

t.test('to who sees no persons, one who is registered is not there', async (t) => {
  const begun = '2027-03-16T17:30:00.000Z';
  const series = seriesOf({ confirmation: 'organiser' });
  const facts = (seesPersons: boolean, now = before) =>
    factsOf(series, local, open, { actor: organiser, seesPersons, now });
  const registration = id(RegistrationId);
  const registrant = { who: 'person', person: id(PersonId), case: null, referral: null } as const;
  const asked = { registration, by: association, registrant, label: null, occurredAt: undefined };
  const registered = after(untouched, {
    ...{ type: 'register', ...asked, personsMay: true, ...facts(true) },
  });
  const attendances = [{ registration, attendance: 'seen' as const }];
  const what = { registration, reason: 'other', attendances, occurredAt: undefined };
  for (const [type, now] of [
    ['confirmRegistration', before],
    ['refuseRegistration', before],
    ['cancelRegistration', before],
    ['recordAttendance', begun],
  ] as const) {
    const refusal = { accepted: false, refusal: { code: 'registration-not-found' } };
    t.match(decide({ type, ...what, ...facts(false, now) }, registered), refusal, type);
    t.notMatch(decide({ type, ...what, ...facts(true, now) }, registered), refusal, type);
  }
});

t.test('rules are understood or refused, and never run away', async (t) => {
  const schedule = (rule: string | null, start = local) => ({
    ...{ start, rule, timeZone: 'Europe/Paris', extra: [], except: [] },
  });
  const refusals: [string, string][] = [
    ['FREQ=WEEKLY;BYDAY=MO', 'start-not-in-rule'],
    ['FREQ=WEEKLY;COUNT=3;UNTIL=20270501T000000Z', 'rule-not-understood'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'rule-not-understood'],
    ['FREQ=DAILY;UNTIL=20990101T000000Z', 'too-many-sessions'],
  ];
  for (const [rule, code] of refusals) t.match(refusalOf(schedule(rule)), { code }, rule);
  for (const rule of [null, 'FREQ=WEEKLY;COUNT=2', 'FREQ=WEEKLY;UNTIL=20270324T000000Z']) {
    const except = [local, '2027-03-23T18:00'];
    t.match(refusalOf({ ...schedule(rule), except }), { code: 'no-date-left' }, `${rule}`);
    t.equal(refusalOf({ ...schedule(rule), except, extra: ['2027-04-01T18:00'] }), undefined);
  }
  t.match(refusalOf(schedule(null, '2027-03-28T02:30')), { code: 'no-such-local-time' });
  const monthly = { ...schedule('FREQ=MONTHLY;BYDAY=3TU'), except: ['2027-05-18T18:00'] };
  const window = {
    from: Temporal.Instant.from('2027-03-01T00:00:00Z'),
    until: Temporal.Instant.from('2027-07-01T00:00:00Z'),
  };
  t.equal(refusalOf(monthly), undefined);
  t.same(
    occurrences(monthly, window).map(({ local, at }) => [local, at.toString()]),
    [
      ['2027-03-16T18:00', '2027-03-16T17:00:00Z'],
      ['2027-04-20T18:00', '2027-04-20T16:00:00Z'],
      ['2027-06-15T18:00', '2027-06-15T16:00:00Z'],
    ],
  );
  const twice = instantOf('2026-10-25T02:30', 'Europe/Paris');
  t.equal(
    twice?.toString(),
    '2026-10-25T00:30:00Z',
    'of a time that comes twice the first is meant',
  );
});
