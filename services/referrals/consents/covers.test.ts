import type { ConsentEvent } from '@relais/contracts/consents';
import { ConsentId, PersonId } from '@relais/contracts/ids';
import { Category } from '@relais/contracts/sealed';
import fc from 'fast-check';
import t from 'tap';
import {
  after,
  consentId,
  consentsOf,
  given,
  now,
  person,
  receiver,
  stranger,
  uuid,
} from '../fixture.ts';
import { covers, type Sharing, sharable } from './covers.ts';
import { exception, withdrawn } from './fixture.ts';
import { beforeWithdrawal } from './state.ts';

const to = (association = receiver, eligible = false) => ({ association, eligible });
const sharing = (changes: Partial<Sharing> = {}): Sharing => ({
  recipient: to(),
  purpose: 'referral',
  categories: ['identity'],
  persons: [person],
  at: now,
  ...changes,
});
t.test('a consent covers what it names, to whom it names, while it lives', async (t) => {
  const consents = consentsOf(given({ validUntil: after(10) }));
  const covered = (changes: Partial<Sharing>) => covers(consents, sharing(changes)).covered;
  t.same(covers(consents, sharing()), {
    covered: true,
    grounds: [{ by: 'consent', consent: consentId }],
  });
  t.notOk(covered({ categories: ['identity', 'health'] }));
  t.notOk(covered({ recipient: to(stranger) }));
  t.ok(covered({ recipient: to(stranger, true) }), 'one of all that are eligible');
  t.notOk(covered({ purpose: 'observatory' }));
  t.notOk(covered({ at: '2025-12-31T23:59:59Z' }));
  t.notOk(covered({ at: after(10) }), 'it ends at that moment');
  t.notOk(covers(consentsOf(given(), withdrawn), sharing()).covered);
  t.ok(covers(beforeWithdrawal(consentsOf(given(), withdrawn), consentId), sharing()).covered);
});

t.test('a consent is not for who joined the case after it, nor is an exception', async (t) => {
  const late = PersonId.parse(uuid(60));
  const later = given({ consent: ConsentId.parse(uuid(51)) });
  const both = sharing({ persons: [person, late], categories: ['identity', 'health'] });
  const newcomers = new Map([consentId, uuid(50)].map((id) => [id, [late]]));
  const before = { ...consentsOf(given(), exception), newcomers };
  t.same(covers(before, both), { covered: false, missing: ['identity', 'health'] });
  t.ok(covers(before, { ...both, persons: [person] }).covered);
  const after = { ...consentsOf(given(), exception, later), newcomers };
  t.same(covers(after, both), { covered: false, missing: ['health'] });
  t.same(sharable(after, both), ['identity', 'housing']);
});

t.test('the person’s latest word counts', async (t) => {
  const later = ConsentId.parse(uuid(51));
  const without = given({
    consent: later,
    categories: ['housing'],
    withheld: [{ category: 'identity', why: null }],
  });
  t.same(covers(consentsOf(given(), without), sharing()), {
    covered: false,
    missing: ['identity'],
  });
  t.ok(covers(consentsOf(without, given()), sharing()).covered);
  t.same(sharable(consentsOf(given(), without), sharing()), ['housing']);
});

t.test('who withdraws the consent that withheld something has not given it', async (t) => {
  const later = ConsentId.parse(uuid(51));
  const without = given({
    consent: later,
    categories: ['housing'],
    withheld: [{ category: 'identity', why: null }],
  });
  const recipients = { associations: [receiver], openToEligible: false };
  const taken: ConsentEvent = {
    type: 'consent-withdrawn.v1',
    data: { consent: later, withdrawnBy: 'person', reason: null, recipients },
  };
  t.notOk(covers(consentsOf(given(), without, taken), sharing()).covered);
  t.ok(covers(consentsOf(without, taken, given()), sharing()).covered, 'a later word gives it');
});

t.test('an exception covers what consent does not, until it ends', async (t) => {
  const consents = consentsOf(given(), exception);
  const both = sharing({ categories: ['identity', 'health'] });
  t.match(covers(consents, both), {
    grounds: [{ by: 'consent' }, { by: 'exception', exception: uuid(50) }],
  });
  t.notOk(covers(consents, { ...both, at: after(24) }).covered);
});

t.test('less is covered whenever more is; nothing without a live word', async (t) => {
  const categories = fc.uniqueArray(fc.constantFrom(...Category.options), { minLength: 1 });
  const consent = fc
    .record({ categories, held: categories, associations: fc.subarray([receiver, stranger]) })
    .map(({ categories: named, held, associations }) =>
      given({
        categories: named,
        withheld: held
          .filter((category) => !named.includes(category))
          .map((category) => ({ category, why: null })),
        recipients: { associations, openToEligible: false },
      }),
    );
  fc.assert(
    fc.property(fc.array(consent, { maxLength: 4 }), categories, (events, asked) => {
      const consents = consentsOf(...events);
      const coverage = covers(consents, sharing({ categories: asked }));
      const one = asked.map((category) => covers(consents, sharing({ categories: [category] })));
      const all = consentsOf(...events, withdrawn);
      const possible = sharable(consents, sharing());
      return (
        coverage.covered === one.every(({ covered }) => covered) &&
        coverage.covered === asked.every((category) => possible.includes(category)) &&
        !covers(all, sharing({ categories: asked })).covered
      );
    }),
  );
  t.pass();
});
