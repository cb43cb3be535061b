import { randomUUID } from 'node:crypto';
import { AssociationId, UnavailabilityId, UnitId } from '@relais/contracts/ids';
import t from 'tap';
import type { PoolCommand } from './commands.ts';
import { decide, poolAggregate } from './decide.ts';
import {
  addUnit,
  after,
  association,
  carryOut,
  code,
  confirm,
  endGap,
  expire,
  giveBack,
  type Held,
  hold,
  now,
  offer,
  open,
  plan,
  release,
  reserve,
  someone,
  tomorrow,
  types,
  units,
} from './pool-fixture.ts';
import { freeOf, holderOf } from './state.ts';

const [awa, bilal, chen] = [someone(), someone(), someone()];

const gap = UnavailabilityId.parse(randomUUID());
const [roomA, roomB] = units as [(typeof units)[number], (typeof units)[number]];

t.test(
  'the last place goes to one, the next is refused, a released place is free again',
  async (t) => {
    t.same(types(after(open(1)), reserve(awa)), ['place-reserved.v1']);
    t.match(carryOut(after(open(1), reserve(awa)), reserve(bilal)).events, [
      { type: 'place-refused.v1', data: { ...bilal, reason: 'no_capacity' } },
    ]);
    t.same(types(after(open(1), reserve(awa), release(awa)), reserve(bilal)), [
      'place-reserved.v1',
    ]);
  },
);

t.test('what was done already is done once', async (t) => {
  const full = after(open(1), reserve(awa), reserve(bilal));
  t.same(types(full, reserve(awa)), [], 'held');
  t.same(types(full, reserve(bilal)), [], 'refused before');
  t.same(types(after(open(1), reserve(awa), release(awa)), release(awa)), [], 'released before');
  t.same(types(after(open(1), reserve(awa), release(awa)), reserve(awa)), [], 'held before');
  t.same(types(full, open(9)), [], 'opened before');
  t.same(types(after(open(1)), release(chen)), [], 'never held');
});

t.test('a referral holds one place, whatever its reservations', async (t) => {
  const renewed = { ...awa, reservation: someone().reservation };
  const pool = after(open(1), reserve(awa));
  t.same(types(pool, reserve(renewed)), ['place-released.v1', 'place-reserved.v1']);
  t.match(after(open(1), reserve(awa), reserve(renewed)).held, [renewed]);
});

t.test('a pool that nobody opened, or that is closed, gives no place', async (t) => {
  const closed = after(open(2), reserve(awa), { type: 'close', offer });
  for (const pool of [poolAggregate.initial, closed]) {
    t.match(carryOut(pool, reserve(bilal)).events, [
      { type: 'place-refused.v1', data: { reason: 'place_no_longer_available' } },
    ]);
  }
  t.same(types(closed, release(awa)), ['place-released.v1'], 'what is held can still be released');
  const resize: PoolCommand = { type: 'resize', offer, capacity: 5 };
  t.match(decide(resize, closed), { refusal: { code: 'wrong-state' } });
  t.match(decide(resize, poolAggregate.initial), { refusal: { code: 'places-not-counted' } });
});

t.test(
  'a pool made smaller than what is held gives nothing until enough is released',
  async (t) => {
    const pool = after(open(2), reserve(awa), reserve(bilal), {
      type: 'resize',
      offer,
      capacity: 1,
    });
    t.same(types(pool, reserve(chen)), ['place-refused.v1']);
    const less = after(
      open(2),
      reserve(awa),
      reserve(bilal),
      { type: 'resize', offer, capacity: 1 },
      release(awa),
    );
    t.same(types(less, reserve(chen)), ['place-refused.v1']);
    t.same(types(carryOut(less, release(bilal)).pool, reserve(chen)), ['place-reserved.v1']);
  },
);

t.test('a place that is kept goes back at its hour, unless it is confirmed', async (t) => {
  const kept = after(open(1), hold(awa));
  t.equal(code(kept, hold(bilal)), 'no-place');
  t.same(types(kept, expire(awa, now)), [], 'not before');
  t.same(types(kept, expire(awa, tomorrow)), ['place-given-back.v1']);
  t.same(types(after(open(1), hold(awa), confirm(awa)), expire(awa, tomorrow)), []);
  t.equal(freeOf(after(open(1), hold(awa), expire(awa, tomorrow))), 1);
  t.equal(code(after(open(1)), hold(awa, '2026-12-25T12:00:00Z')), 'hold-too-long');
  t.equal(code(after(open(1)), hold(awa, '2026-11-24T12:00:00Z')), 'hold-too-long');
  t.equal(code(after(open(9), hold(awa), hold(bilal)), hold(chen)), 'too-many');
  t.equal(code(after(open(1)), confirm(awa)), 'not-found');
});

t.test('what an association keeps is given back by it or by who offers it, once', async (t) => {
  const kept = after(open(1), hold(awa));
  const stranger = AssociationId.parse(randomUUID());
  t.equal(code(kept, giveBack(awa, stranger)), 'not-found');
  t.same(types(kept, giveBack(awa, association)), ['place-given-back.v1']);
  t.same(types(kept, giveBack(awa)), ['place-given-back.v1']);
  t.same(types(after(open(1), hold(awa), giveBack(awa)), giveBack(awa, association)), []);
});

t.test('places have names: whoever comes gets one that suits everybody first', async (t) => {
  const named = after(open(1), addUnit(roomB), addUnit(roomA));
  t.equal(named.capacity, 2, 'a name more than places is a place more');
  const one = after(open(2), addUnit(roomB), addUnit(roomA), reserve(awa));
  t.equal(holderOf(one, roomA.unit)?.referral, awa.referral, 'the accessible one stays free');
  const assign = (held: Held, unit: UnitId): PoolCommand => {
    const { reservation } = held;
    return { type: 'assign', offer, reservation, unit, now };
  };
  t.same(types(one, assign(awa, roomB.unit)), ['place-assigned.v1']);
  const both = after(open(2), addUnit(roomB), addUnit(roomA), reserve(awa), reserve(bilal));
  t.equal(code(both, assign(awa, roomB.unit)), 'unit-taken');
  t.equal(code(both, assign(awa, UnitId.parse(randomUUID()))), 'unit-unknown');
  t.equal(code(both, { type: 'removeUnit', offer, unit: roomA.unit }), 'unit-taken');
  t.equal(code(both, addUnit({ ...roomA, unit: UnitId.parse(randomUUID()) })), 'unit-exists');
  t.equal(code(both, { type: 'resize', offer, capacity: 1 }), 'fewer-than-units');
});

t.test('places under repair are not given; who is in one is not put out', async (t) => {
  const less = after(open(2), reserve(awa), plan(gap));
  t.equal(freeOf(less), 0);
  t.same(types(less, reserve(bilal)), ['place-refused.v1']);
  t.equal(freeOf(after(open(2), reserve(awa), plan(gap), endGap(gap))), 1);
  const lived = after(open(1), addUnit(roomA), reserve(awa));
  const planned = [plan(gap, { unit: roomA.unit })] as const;
  t.same(
    types(lived, planned[0]),
    ['places-unavailability-planned.v1'],
    'it begins when they leave',
  );
  const later = carryOut(lived, planned[0]).pool;
  t.same(types(later, release(awa)), ['place-released.v1', 'places-unavailability-began.v1']);
  t.equal(
    code(less, plan(UnavailabilityId.parse(randomUUID()), { until: now })),
    'period-reversed',
  );
});

t.test('a place that somebody stays in comes back with the end of the stay', async (t) => {
  const stayed = after(open(1), { type: 'setPolicy', offer, policy: 'cph' }, reserve(awa));
  t.same(types(stayed, { ...release(awa), used: true } as PoolCommand), []);
  t.same(types(stayed, release(awa)), ['place-released.v1'], 'not when the referral failed');
});
