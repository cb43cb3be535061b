import { randomUUID } from 'node:crypto';
import { OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import fc from 'fast-check';
import t from 'tap';
import {
  balanceEvery,
  decide,
  evolve,
  type Pool,
  type PoolCommand,
  poolAggregate,
} from './decide.ts';

const offer = OfferId.parse(randomUUID());
const someone = () => ({
  referral: ReferralId.parse(randomUUID()),
  reservation: ReservationId.parse(randomUUID()),
});
type Held = ReturnType<typeof someone>;

const open = (capacity: number): PoolCommand => ({ type: 'open', offer, capacity });
const reserve = (held: Held): PoolCommand => ({ type: 'reserve', offer, ...held });
const release = (held: Held): PoolCommand => ({ type: 'release', offer, ...held });

/** Events of a command, and the pool after it. */
function carryOut(
  pool: Pool,
  command: PoolCommand,
): { events: readonly PlacePoolEvent[]; pool: Pool } {
  const decision = decide(command, pool);
  const events = decision.accepted ? decision.events : [];
  return { events, pool: events.reduce(evolve, pool) };
}
const after = (...commands: readonly PoolCommand[]): Pool =>
  commands.reduce((pool, command) => carryOut(pool, command).pool, poolAggregate.initial);
const types = (pool: Pool, command: PoolCommand) =>
  carryOut(pool, command).events.map(({ type }) => type);

const [awa, bilal, chen] = [someone(), someone(), someone()];

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
  t.same(after(open(1), reserve(awa), reserve(renewed)).held, [renewed]);
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

const persons = Array.from({ length: 8 }, someone);
const command: fc.Arbitrary<PoolCommand> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...persons).map(reserve) },
  { weight: 5, arbitrary: fc.constantFrom(...persons).map(release) },
  {
    weight: 1,
    arbitrary: fc.nat(4).map((capacity): PoolCommand => ({ type: 'resize', offer, capacity })),
  },
  { weight: 1, arbitrary: fc.constant<PoolCommand>({ type: 'close', offer }) },
);

t.test(
  'never more held than fits, never a command that counts twice, always by the contract',
  async (t) => {
    const isRight = (capacity: number, history: readonly PoolCommand[]): boolean => {
      let pool = after(open(capacity));
      return history.every((next) => {
        const before = pool;
        const done = carryOut(before, next);
        pool = done.pool;
        for (const event of done.events) placePoolContract.schemas[event.type]?.parse(event.data);
        return (
          carryOut(pool, next).events.length === 0 &&
          fits(before, pool) &&
          new Set(pool.held.map(({ referral }) => referral)).size === pool.held.length
        );
      });
    };
    t.doesNotThrow(() => {
      fc.assert(fc.property(fc.nat(4), fc.array(command, { maxLength: 60 }), isRight));
    });
  },
);

t.test('a balance says all that went before it, in time', async (t) => {
  const isRight = (history: readonly PoolCommand[]): boolean => {
    let pool = after(open(4));
    let sinceBalance: PlacePoolEvent[] = [];
    let balanced = 0;
    for (const next of [...history, ...history, ...history].flatMap(fresh)) {
      const done = carryOut(pool, next);
      pool = done.pool;
      sinceBalance.push(...done.events);
      const at = sinceBalance.findLastIndex(({ type }) => type === 'place-pool-balanced.v1');
      if (at >= 0) {
        sinceBalance = sinceBalance.slice(at);
        balanced += 1;
      }
      if (sinceBalance.length > balanceEvery + 3) return false;
      if (balanced > 0) {
        const folded = sinceBalance.reduce(evolve, poolAggregate.initial);
        if (JSON.stringify(folded) !== JSON.stringify(pool)) return false;
      }
    }
    return balanced > 0;
  };
  t.doesNotThrow(() => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 40, maxLength: 60 }), (choices) =>
        isRight(choices.map((choice) => (choice ? reserve(awa) : release(awa)))),
      ),
      { numRuns: 20 },
    );
  });
});

/** Someone new each time, who takes a place and gives it back. */
function fresh(like: PoolCommand): PoolCommand[] {
  const held = someone();
  return like.type === 'reserve' ? [reserve(held)] : [reserve(held), release(held)];
}

const fits = (before: Pool, after: Pool): boolean =>
  after.held.length <= before.held.length ||
  (before.pool === 'open' && after.held.length <= before.capacity);
