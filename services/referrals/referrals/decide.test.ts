import { deadlinePolicy } from '@relais/contracts/deadlines';
import t from 'tap';
import {
  after,
  caseFacts,
  client,
  consentId,
  consentsOf,
  coordinator,
  given,
  now,
  offer,
  person,
  receiver,
  sealed,
  sender,
  stranger,
} from '../fixture.ts';
import type { ReferralCommand } from './commands.ts';
import { decide } from './decide.ts';
import { addressed, counted, favourable, otherReferral, reservation } from './favourable.ts';
import { bySystem, play, steps } from './fixture.ts';
import { allowedActions } from './permitted.ts';
import { absent, type Referral } from './state.ts';

const types = (command: ReferralCommand, referral: Referral): readonly string[] => {
  const decision = decide(command, referral);
  return decision.accepted ? decision.events.map(({ type }) => type) : [decision.refusal.code];
};
const [bySender, byReceiver] = [client(sender), client(receiver)];
const sent = play(...steps(addressed, 'draft', 'send'));

t.test('a person in the sender’s care is referred, others are not', async (t) => {
  const draft = favourable('draft', bySender);
  const withCase = (changes: object) =>
    types({ ...draft, facts: { ...draft.facts, case: { ...caseFacts, ...changes } } }, absent);
  t.same(withCase({}), ['referral-drafted.v1']);
  t.same(withCase({ owner: stranger }), ['not-in-your-care']);
  t.same(withCase({ archivedBy: [sender] }), ['case-archived']);
  t.same(withCase({ mergedInto: caseFacts.case }), ['case-merged']);
  t.same(withCase({ persons: [] }), ['person-unknown']);
  t.same(types({ ...draft, facts: { ...draft.facts, case: null } }, absent), ['not-in-your-care']);
  t.same(types({ ...draft, facts: { ...draft.facts, offer: null } }, absent), ['offer-unknown']);
  t.same(types({ ...draft, actor: client(sender, 'auditor') }, absent), ['not-your-part']);
  const ahead = { ...draft, body: { ...draft.body, occurredAt: after(1) } };
  t.same(types(ahead, absent), ['occurred-in-future']);
});

t.test('nothing is sent that no consent covers, nor to an offer that is closed', async (t) => {
  const draft = play(...steps(addressed, 'draft'));
  const send = favourable('send', bySender);
  const asked = { ...send, body: { categories: ['identity', 'health'] as const } };
  t.match(decide(asked, draft), {
    refusal: { code: 'consent-missing', categories: ['health'] },
  });
  const facts = { ...send.facts, consents: consentsOf() };
  t.same(types({ ...send, facts }, draft), ['consent-missing']);
  const closed = { ...send.facts, offer: { ...offer, open: false } };
  t.same(types({ ...send, facts: closed }, draft), ['offer-closed']);
  const stray = { ...send.facts, shared: [sealed('health')] };
  t.same(types({ ...send, facts: stray }, draft), ['shared-not-asked']);
  t.match(decide(send, draft), {
    events: [{ data: { categories: ['identity', 'housing'], grounds: [{ consent: consentId }] } }],
  });
});

t.test('a counted offer is accepted when its place is reserved', async (t) => {
  const open = play(...steps(counted, 'draft', 'send'));
  t.same(types(favourable('accept', byReceiver, counted), open), ['referral-place-requested.v1']);
  const asked = play(...steps(counted, 'draft', 'send', 'accept'));
  t.equal(asked.status, 'sent');
  t.same(allowedActions(asked, byReceiver), ['decline', 'note']);
  t.same(types(favourable('accept', byReceiver, counted), asked), ['place-pending']);
  t.match(decide(bySystem.confirm(1), asked), {
    events: [{ type: 'referral-accepted.v1', data: { place: { reservation: reservation(1) } } }],
  });
  t.same(types(bySystem.confirm(7), asked), ['not-found']);
  const full = play(...steps(counted, 'draft', 'send', 'accept'), bySystem.refuse(1));
  t.ok(allowedActions(full, byReceiver).includes('accept'), 'it may be tried again');
});

t.test(
  'a place is given back when it is no longer needed, and when it comes too late',
  async (t) => {
    const asked = steps(counted, 'draft', 'send', 'accept');
    const held = play(...asked, bySystem.confirm(1));
    const back = 'referral-place-released.v1';
    t.same(types(favourable('cancel', byReceiver), held), ['referral-cancelled.v1', back]);
    t.same(types(favourable('fail', byReceiver), held), ['referral-failed.v1', back]);
    t.same(types(favourable('unaccept', byReceiver), held), ['referral-unaccepted.v2', back]);
    t.same(types(bySystem.consentWithdrawn(), held), ['referral-cancelled.v1', back]);
    t.same(types(favourable('start', byReceiver), held), ['referral-started.v1']);
    t.match(decide(favourable('complete', byReceiver), held), {
      events: [{ type: 'referral-completed.v1', data: { place: { reservation: reservation(1) } } }],
    });
    const withdrawn = play(...asked, ...steps(counted, 'withdraw'));
    t.same(types(bySystem.confirm(1), withdrawn), [back]);
    const late = play(...asked, ...steps(counted, 'withdraw'), bySystem.confirm(1));
    t.same(types(bySystem.confirm(1), late), []);
  },
);

t.test(
  'a coordinator cancels what the sender asked to cancel; a receiver alone refuses late',
  async (t) => {
    const accepted = steps(addressed, 'draft', 'send', 'accept');
    const cancel = favourable('cancel', coordinator);
    t.same(types(cancel, play(...accepted)), ['cancellation-not-requested']);
    const asked = play(...accepted, ...steps(addressed, 'requestCancellation'));
    t.match(decide(cancel, asked), {
      events: [{ data: { by: 'coordinator', requested: true, lateRefusal: false } }],
    });
    t.same(types(favourable('requestCancellation', bySender), asked), ['cancellation-requested']);
    t.match(decide(favourable('cancel', byReceiver), play(...accepted)), {
      events: [{ data: { by: 'receiver', requested: false, lateRefusal: true } }],
    });
  },
);

t.test('a coordinator withdraws only at the person’s request', async (t) => {
  const withdraw = favourable('withdraw', coordinator);
  const bySelf = { ...withdraw, body: { ...withdraw.body, requestedBy: 'sender' as const } };
  t.same(types(withdraw, sent), ['referral-withdrawn.v1']);
  t.same(types(bySelf, sent), ['person-must-ask']);
});

t.test('a withdrawn consent stops what it carried, unless something else covers it', async (t) => {
  const accepted = play(...steps(addressed, 'draft', 'send', 'accept'));
  t.same(types(bySystem.consentWithdrawn(), sent), ['referral-withdrawn.v1']);
  t.same(types(bySystem.consentWithdrawn(), accepted), ['referral-cancelled.v1']);
  const why = { consent: consentId, because: 'withdrawn' } as const;
  const still = { type: 'consentWithdrawn', now, ...why } as const;
  t.same(types({ ...still, consents: consentsOf(given()) }, accepted), []);
  const draft = play(...steps(addressed, 'draft'));
  t.same(types(bySystem.consentWithdrawn(), draft), ['referral-withdrawn.v1']);
  const never = consentsOf(given({ purposes: ['observatory'] }));
  t.same(
    types({ ...still, consents: never }, draft),
    [],
    'a draft that waits for consent waits on',
  );
});

t.test('a consent that ends by its date takes no service from anybody', async (t) => {
  const { consents } = bySystem.consentWithdrawn();
  const ended = { type: 'consentWithdrawn', now, consent: null, consents } as const;
  const accepted = play(...steps(addressed, 'draft', 'send', 'accept'));
  const decision = decide({ ...ended, because: 'expired' }, sent);
  t.match(decision, { events: [{ data: { reason: 'consent_lapsed' } }] });
  t.same(types({ ...ended, because: 'expired' }, accepted), []);
  t.same(types({ ...ended, because: 'ended' }, accepted), ['referral-cancelled.v1']);
});

t.test(
  'a redirected referral has a child, sent where consent covers the new association',
  async (t) => {
    const redirect = favourable('redirect', byReceiver);
    const here = {
      ...redirect,
      body: { ...redirect.body, target: { to: 'offer' as const, offer: offer.offer } },
      facts: { ...redirect.facts, offer },
    };
    t.same(types(here, sent), ['same-target']);
    const child = {
      type: 'openChild',
      now,
      parent: otherReferral,
      case: caseFacts.case,
      sender,
      persons: [person],
      kind: 'placement',
      themes: [],
      priority: 'urgent',
      target: { to: 'association', association: receiver },
      need: sealed(),
      categories: ['identity'],
      shared: [sealed('identity')],
      offer: null,
      consents: consentsOf(given()),
      policy: deadlinePolicy,
    } as const;
    t.same(types(child, absent), ['referral-drafted.v1', 'referral-sent.v1']);
    const uncovered = { ...child, consents: consentsOf() };
    t.same(types(uncovered, absent), ['referral-drafted.v1']);
    t.same(types(child, sent), [], 'it is opened once');
    const parent = play(...steps(addressed, 'draft', 'send', 'redirect'));
    const close = favourable('close', bySender);
    t.same(types({ ...close, facts: { childOpen: true } }, parent), ['child-open']);
    t.same(types(bySystem.closeLater(true), parent), ['referral-close-postponed.v1']);
    t.same(types(bySystem.closeLater(), parent), ['referral-closed.v1']);
  },
);

t.test('another placement of the person is flagged once, and closes nothing', async (t) => {
  t.same(types(bySystem.flag(), sent), ['referral-flagged.v1']);
  const flagged = play(...steps(addressed, 'draft', 'send'), bySystem.flag());
  t.same([types(bySystem.flag(), flagged), flagged.status], [[], 'sent']);
});
