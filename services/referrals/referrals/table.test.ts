import type { Actor } from '@relais/contracts/actors';
import { ReferralAction, type ReferralState } from '@relais/contracts/referrals';
import t from 'tap';
import { carrier, client, coordinator, receiver, sender, stranger } from '../fixture.ts';
import { referralActions, userActions } from './actions.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { addressed, favourable, openToEligible, type Setting } from './favourable.ts';
import { bySystem, play, steps } from './fixture.ts';
import { allowedActions, partiesOf, refusalOf } from './permitted.ts';
import { relation } from './relation.ts';
import type { DraftedReferral, Referral } from './state.ts';
import { everyState } from './states.ts';

/** The table of the specification, written down a second time and by hand: who, from where, to where. */
const specification: { readonly [Action in Exclude<ReferralAction, 'draft'>]: string } = {
  send: 'sender: draft > sent',
  acknowledge: 'receiver: sent > under_review',
  claim: 'eligible: sent > under_review',
  requestInfo: 'receiver: under_review > info_requested',
  supplyInfo: 'sender: info_requested > under_review',
  waitlist: 'receiver: sent under_review > waitlisted',
  accept: 'receiver: sent under_review waitlisted > accepted',
  decline: 'receiver: sent under_review info_requested waitlisted > declined',
  redirect: 'receiver coordinator: sent under_review declined > redirected',
  withdraw: 'sender coordinator: draft sent under_review info_requested waitlisted > withdrawn',
  start: 'receiver: accepted > in_progress',
  hold: 'receiver: in_progress > on_hold',
  resume: 'receiver: on_hold > in_progress',
  complete: 'receiver: accepted in_progress on_hold > completed',
  fail: 'receiver: accepted in_progress on_hold > failed',
  requestCancellation: 'sender: accepted in_progress on_hold > same',
  cancel: 'receiver: accepted in_progress on_hold > cancelled',
  unaccept: 'receiver: accepted > under_review',
  reopen:
    'coordinator receiver: declined withdrawn redirected expired cancelled failed completed > under_review',
  close: 'sender: declined withdrawn redirected expired cancelled failed completed > closed',
  enteredInError: `coordinator: ${everyState.filter((state) => !/closed|error/.test(state)).join(' ')} > entered_in_error`,
  note: `sender receiver coordinator: ${everyState.join(' ')} > same`,
};

const reviewed = ['draft', 'send', 'acknowledge'] as const;
const accepted = ['draft', 'send', 'accept'] as const;
const wrong = favourable('enteredInError', coordinator);

/** A referral in each state; ended ones ended in the way that lets most be done to them. */
const inState: { readonly [State in ReferralState]: (setting: Setting) => Referral } = {
  draft: (it) => play(...steps(it, 'draft')),
  sent: (it) => play(...steps(it, 'draft', 'send')),
  under_review: (it) => play(...steps(it, ...reviewed)),
  info_requested: (it) => play(...steps(it, ...reviewed, 'requestInfo')),
  waitlisted: (it) => play(...steps(it, ...reviewed, 'waitlist')),
  accepted: (it) => play(...steps(it, ...accepted)),
  in_progress: (it) => play(...steps(it, ...accepted, 'start')),
  on_hold: (it) => play(...steps(it, ...accepted, 'start', 'hold')),
  declined: (it) => play(...steps(it, ...reviewed, 'decline')),
  withdrawn: (it) => play(...steps(it, ...reviewed, 'withdraw')),
  redirected: (it) => play(...steps(it, ...reviewed, 'redirect')),
  expired: (it) => play(...steps(it, 'draft', 'send'), ...bySystem.overdue()),
  cancelled: (it) => play(...steps(it, ...accepted, 'cancel')),
  failed: (it) => play(...steps(it, ...accepted, 'fail')),
  completed: (it) => play(...steps(it, ...accepted, 'complete')),
  closed: (it) => play(...steps(it, ...reviewed, 'decline', 'close')),
  entered_in_error: (it) => play(...steps(it, 'draft', 'send'), wrong),
};

const actors: { readonly [name: string]: Actor } = {
  sender: client(sender),
  receiver: client(receiver),
  coordinator,
  stranger: client(stranger),
  'coordinator of others': client(carrier, 'coordinator', [stranger]),
  'auditor of the sender': client(sender, 'auditor'),
  'administrator of the receiver': client(receiver, 'administrator'),
};

/** The receiver may reopen only what it ended itself, and takes no part in a draft. */
const isException = (action: string, state: string, who: string): boolean =>
  (action === 'reopen' && who === 'receiver' && !/declined|cancelled|completed/.test(state)) ||
  (action === 'note' && who === 'receiver' && state === 'draft');

type UserAction = keyof typeof specification;

/** Where the specification lets this actor's action lead; undefined where it does not. */
function specified(action: UserAction, state: ReferralState, name: string): string | undefined {
  const [, who = '', states = '', to = ''] =
    /^(.+): (.+) > (.+)$/.exec(specification[action]) ?? [];
  const allowed = who.split(' ').includes(name) && states.split(' ').includes(state);
  if (!allowed || isException(action, state, name)) return undefined;
  return to === 'same' ? state : to;
}

t.test('every action, state and actor: allowed exactly where the specification says', async (t) => {
  const actions = Object.keys(specification) as UserAction[];
  const cells = everyState.flatMap((state) =>
    actions.flatMap((action) =>
      Object.entries(actors).map(([name, actor]) => ({ state, action, name, actor })),
    ),
  );
  for (const { state, action, name, actor } of cells) {
    const referral = inState[state](addressed);
    const decision = decide(favourable(action, actor), referral);
    const end = decision.accepted ? decision.events.reduce(evolve, referral).status : undefined;
    const expected = specified(action, state, name);
    const listed = allowedActions(referral, actor).includes(action);
    if (end !== expected || listed !== decision.accepted) {
      t.fail(`${action} of ${state} by ${name}: ${end}, not ${expected}; listed ${listed}`);
    }
  }
  t.equal(cells.length, 17 * 22 * 7);
});

t.test('a refusal says what was wrong, and nothing to a stranger', async (t) => {
  const sent = inState.sent(addressed);
  const codeOf = (action: ReferralAction, actor: Actor) => {
    const decision = decide(favourable(action, actor), sent);
    return decision.accepted ? 'accepted' : decision.refusal;
  };
  t.same(codeOf('acknowledge', client(stranger)), { code: 'not-found' });
  t.same(decide(favourable('note', client(sender)), { status: 'absent' }), {
    accepted: false,
    refusal: { code: 'not-found' },
  });
  t.same(codeOf('acknowledge', client(sender)), { code: 'not-your-part' });
  t.same(codeOf('start', client(receiver)), {
    code: 'wrong-state',
    state: 'sent',
    allowedActions: ['acknowledge', 'waitlist', 'accept', 'decline', 'redirect', 'note'],
  });
});

t.test('the first eligible association claims it, and is the receiver from then on', async (t) => {
  const open = inState.sent(openToEligible);
  const [first, second] = [client(receiver), client(stranger)];
  t.equal(relation(partiesOf(open as DraftedReferral), first, true), 'eligible');
  t.match(refusalOf('accept', open, first, true), {
    ...{ code: 'claim-first', state: 'sent', allowedActions: ['claim'] },
  });
  t.same(refusalOf('withdraw', open, first, true), { code: 'not-your-part' });
  const decision = decide(favourable('claim', first, openToEligible), open);
  t.ok(decision.accepted && decision.events[0]?.type === 'referral-claimed.v1');
  const claimed = decision.accepted ? decision.events.reduce(evolve, open) : open;
  t.match(decide(favourable('claim', second, openToEligible), claimed), {
    refusal: { code: 'already-claimed' },
  });
  t.match(decide(favourable('claim', first, openToEligible), claimed), {
    refusal: { code: 'wrong-state' },
  });
  t.ok(allowedActions(claimed, first).includes('accept'));
  t.same(allowedActions(claimed, second, true), []);
});

t.test('every action people do has a row, and every row leads from and to states', async (t) => {
  t.same(Object.keys(referralActions).slice(0, userActions.length), ReferralAction.options);
  for (const [action, { moves, who }] of Object.entries(referralActions)) {
    t.ok(Object.keys(moves).length > 0 && who.length > 0, action);
  }
});
