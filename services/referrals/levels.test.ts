import { CaseLevel, ReferralLevel } from '@relais/contracts/views/levels';
import fc from 'fast-check';
import t from 'tap';
import { type CaseTies, caseLevel, type ReferralTies, referralLevel } from './levels.ts';

const association: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd');
const reader = fc.record({
  role: fc.constantFrom('partner', 'coordinator', 'auditor', 'administrator'),
  association,
  remit: fc.uniqueArray(association, { maxLength: 2 }),
});
const caseTies: fc.Arbitrary<CaseTies> = fc.record({
  owner: association,
  formerOwners: fc.uniqueArray(association),
  mergedOwners: fc.uniqueArray(association, { maxLength: 2 }),
  receives: fc.constantFrom('open', 'ended', 'none'),
  breakGlass: fc.boolean(),
});
const referralTies: fc.Arbitrary<ReferralTies> = fc.record({
  owner: association,
  sender: association,
  receiver: fc.option(association),
  sent: fc.boolean(),
  open: fc.boolean(),
  eligible: fc.boolean(),
  breakGlass: fc.boolean(),
});
const opensIdentity = (level: string) =>
  ['owner', 'break-glass', 'coordinator-of-remit'].includes(level);

t.test(
  'only the owner, the coordinator of its remit and a break-glass reach an identity',
  async (t) => {
    fc.assert(
      fc.property(reader, caseTies, (who, ties) => {
        const level = caseLevel(who, ties);
        CaseLevel.parse(level);
        if (!opensIdentity(level)) return true;
        const owns = who.association === ties.owner && who.role !== 'auditor';
        const coordinates = who.role === 'coordinator' && who.remit.includes(ties.owner);
        return owns || coordinates || ties.breakGlass;
      }),
      { numRuns: 2_000 },
    );
    t.pass();
  },
);

t.test('an administrator sees nothing, and a partner without a part neither', async (t) => {
  fc.assert(
    fc.property(reader, caseTies, referralTies, (who, ofCase, ofReferral) => {
      if (who.role === 'administrator') {
        return caseLevel(who, ofCase) === 'none' && referralLevel(who, ofReferral) === 'none';
      }
      if (who.role !== 'partner') return true;
      const { association: me } = who;
      const partOfCase =
        me === ofCase.owner ||
        ofCase.formerOwners.includes(me) ||
        ofCase.mergedOwners.includes(me) ||
        ofCase.receives !== 'none' ||
        ofCase.breakGlass;
      const { owner, sender, receiver, eligible, breakGlass } = ofReferral;
      const partOfReferral = [owner, sender, receiver].includes(me) || eligible || breakGlass;
      return (
        (partOfCase || caseLevel(who, ofCase) === 'none') &&
        (partOfReferral || referralLevel(who, ofReferral) === 'none')
      );
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

t.test(
  'what was shared is the owner’s and the receiver’s while the referral is open',
  async (t) => {
    fc.assert(
      fc.property(reader, referralTies, (who, ties) => {
        const level = referralLevel(who, ties);
        ReferralLevel.parse(level);
        if (level === 'receiver-open') {
          return ties.sent && ties.open && ties.receiver === who.association;
        }
        if (level === 'owner') {
          return ties.owner === who.association && (ties.sent || ties.sender === who.association);
        }
        return true;
      }),
      { numRuns: 2_000 },
    );
    t.pass();
  },
);

t.test(
  'before it is sent, a referral is known to its side, its coordinator and auditors only',
  async (t) => {
    fc.assert(
      fc.property(reader, referralTies, (who, ties) => {
        const drafted = { ...ties, sent: false, eligible: false };
        const level = referralLevel(who, drafted);
        if (level === 'none') return true;
        // Of a draft they see what auditors see, not what it needs: no emergency lies in what nobody was sent.
        if (who.role === 'auditor') return level === 'auditor';
        const side = who.association === ties.sender;
        return side || (who.role === 'coordinator' && who.remit.includes(ties.owner));
      }),
      { numRuns: 2_000 },
    );
    t.pass();
  },
);
