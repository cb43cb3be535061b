import { randomUUID } from 'node:crypto';
import { UnavailabilityId } from '@relais/contracts/ids';
import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import fc from 'fast-check';
import t from 'tap';
import type { PoolCommand } from './commands.ts';
import { balanceEvery, poolAggregate } from './decide.ts';
import {
  addUnit,
  after,
  carryOut,
  confirm,
  endGap,
  expire,
  giveBack,
  hold,
  offer,
  open,
  plan,
  release,
  reserve,
  someone,
  tomorrow,
  units,
} from './pool-fixture.ts';
import { evolve, type Pool, unavailableOf } from './state.ts';

const awa = someone();
const persons = Array.from({ length: 8 }, someone);
const gaps = Array.from({ length: 3 }, () => UnavailabilityId.parse(randomUUID()));
const anyone = fc.constantFrom(...persons);
const command: fc.Arbitrary<PoolCommand> = fc.oneof(
  { weight: 8, arbitrary: anyone.map(reserve) },
  { weight: 5, arbitrary: anyone.map(release) },
  { weight: 4, arbitrary: anyone.map((held) => hold(held)) },
  { weight: 2, arbitrary: anyone.map((held) => giveBack(held)) },
  { weight: 2, arbitrary: anyone.map((held) => expire(held, tomorrow)) },
  { weight: 2, arbitrary: anyone.map(confirm) },
  { weight: 2, arbitrary: fc.constantFrom(...units).map(addUnit) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...units)
      .map(({ unit }): PoolCommand => ({ type: 'removeUnit', offer, unit })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...gaps), fc.constantFrom(null, ...units))
      .map(([id, unit]) => plan(id, { unit: unit?.unit ?? null })),
  },
  { weight: 2, arbitrary: fc.constantFrom(...gaps).map(endGap) },
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
        return carryOut(pool, next).events.length === 0 && fits(before, pool) && isWhole(pool);
      });
    };
    t.doesNotThrow(() => {
      fc.assert(fc.property(fc.nat(4), fc.array(command, { maxLength: 60 }), isRight));
    });
  },
);

/** A referral has one place, a named place one holder, and none that is not given. */
function isWhole({ held, units, unavailabilities }: Pool): boolean {
  const referrals = held.flatMap(({ referral }) => referral ?? []);
  const taken = held.flatMap(({ unit }) => unit ?? []);
  const broken = unavailabilities.flatMap(({ began, unit }) => (began && unit ? [unit] : []));
  const known = units.map(({ unit }) => unit);
  return (
    new Set(referrals).size === referrals.length &&
    new Set([...taken, ...broken]).size === taken.length + broken.length &&
    [...taken, ...broken].every((unit) => known.includes(unit))
  );
}

t.test('a balance says all that went before it, in time', async (t) => {
  const isRight = (history: readonly PoolCommand[]): boolean => {
    let pool = after(open(4));
    let sinceBalance: PlacePoolEvent[] = [];
    let balanced = 0;
    for (const next of [...history, ...history, ...history].flatMap(fresh)) {
      const done = carryOut(pool, next);
      pool = done.pool;
      sinceBalance.push(...done.events);
      const at = sinceBalance.findLastIndex(({ type }) => type === 'place-pool-balanced.v2');
      if (at >= 0) {
        sinceBalance = sinceBalance.slice(at);
        balanced += 1;
      }
      if (sinceBalance.length > balanceEvery + 6) return false;
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

function fits(before: Pool, after: Pool): boolean {
  if (after.held.length <= before.held.length) return true;
  return before.pool === 'open' && after.held.length + unavailableOf(after) <= before.capacity;
}
