import { type HandoverEvent, handoverContract } from '@relais/contracts/handovers';
import t from 'tap';
import {
  caseFacts,
  caseId,
  client,
  coordinator,
  now,
  receiver,
  referent,
  sealed,
  sender,
  stranger,
  uuid,
} from '../fixture.ts';
import type { HandoverCommand, UserHandoverCommand } from './actions.ts';
import { allowedHandoverActions, decide, handovers } from './decide.ts';
import { evolve, type Handover } from './state.ts';

const common = { now, facts: { case: caseFacts, related: false, recipientKnown: true } };
const owner = { ...common, actor: client(sender) };
const recipient = { ...common, actor: client(receiver) };
const reason = sealed();
const request: UserHandoverCommand = {
  type: 'request',
  ...owner,
  body: { case: caseId, to: receiver, reason },
};
const accept: UserHandoverCommand = { type: 'accept', ...recipient, body: { referent } };
const refuse: UserHandoverCommand = { type: 'refuse', ...recipient, body: { reason } };
const revoke: UserHandoverCommand = { type: 'revoke', ...owner, body: {} };
const related = { ...common.facts, related: true };
const ask: UserHandoverCommand = {
  type: 'ask',
  ...recipient,
  facts: related,
  body: { case: caseId, reason },
};
const grant: UserHandoverCommand = { type: 'grant', ...owner, body: {} };

function happened(command: HandoverCommand, state: Handover): readonly HandoverEvent[] {
  const decision = decide(command, state);
  if (!decision.accepted) throw new Error(decision.refusal.code);
  for (const { type, data } of decision.events) handoverContract.schemas[type]?.parse(data);
  return decision.events;
}
const given = (...commands: readonly HandoverCommand[]): Handover =>
  commands.reduce<Handover>(
    (state, command) => happened(command, state).reduce(evolve, state),
    handovers.initial,
  );
const outcome = (command: HandoverCommand, state: Handover): unknown => {
  const decision = decide(command, state);
  return decision.accepted ? decision.events.map(({ type }) => type) : decision.refusal.code;
};
const none = handovers.initial;

t.test('the owner or a coordinator offers a case, nobody else', async (t) => {
  t.same(outcome(request, none), ['handover-requested.v1']);
  t.same(outcome({ ...request, actor: coordinator }, none), ['handover-requested.v1']);
  t.equal(outcome({ ...request, actor: client(stranger) }, none), 'not-found');
  t.equal(outcome({ ...request, actor: client(stranger), facts: related }, none), 'not-your-part');
  t.equal(outcome({ ...request, facts: { ...common.facts, case: null } }, none), 'not-found');
  const archived = { ...common.facts, case: { ...caseFacts, archivedBy: [sender] } };
  t.equal(outcome({ ...request, facts: archived }, none), 'case-archived');
  t.equal(
    outcome({ ...request, body: { case: caseId, to: sender, reason } }, none),
    'to-the-owner',
  );
});

t.test('a case goes to nobody who does not work with cases', async (t) => {
  const facts = { ...common.facts, recipientKnown: false };
  t.equal(outcome({ ...request, facts }, none), 'association-unknown');
  t.equal(outcome({ ...request, facts, actor: client(stranger) }, none), 'not-found');
  const proposed: UserHandoverCommand = {
    type: 'askReorientation',
    ...{ ...owner, facts },
    body: { case: caseId, to: stranger, meeting: null, reason },
  };
  t.equal(outcome(proposed, none), 'association-unknown');
});

t.test('only the recipient accepts, and what ended stays ended', async (t) => {
  const requested = given(request);
  t.same(outcome(accept, requested), ['handover-accepted.v1']);
  t.equal(outcome({ ...accept, actor: client(sender) }, requested), 'not-your-part');
  t.equal(outcome({ ...accept, actor: client(stranger) }, requested), 'not-found');
  t.same(allowedHandoverActions(requested, client(receiver)), ['accept', 'refuse']);
  t.same(allowedHandoverActions(requested, client(sender)), ['revoke']);
  for (const end of [accept, refuse, revoke]) {
    const ended = given(request, end);
    t.match(
      [accept, refuse, revoke].map((again) => outcome(again, ended)),
      ['wrong-state', 'wrong-state', 'wrong-state'],
    );
  }
  const gone = { ...common.facts, case: { ...caseFacts, owner: stranger } };
  t.equal(outcome({ ...accept, facts: gone }, requested), 'owner-changed');
});

t.test('nobody accepts what he initiated', async (t) => {
  const ofReceiver = client(receiver, 'coordinator', [sender]);
  t.equal(outcome({ ...request, actor: ofReceiver }, none), 'own-initiative');
  t.equal(outcome({ ...grant, actor: ofReceiver }, given(ask)), 'own-initiative');
  t.notOk(allowedHandoverActions(given(ask), ofReceiver).includes('grant'));
});

t.test('who takes part may ask; granting opens the handover to it', async (t) => {
  t.same(outcome(ask, none), ['handover-asked.v2']);
  t.equal(outcome({ ...ask, facts: common.facts }, none), 'not-found');
  const asked = given(ask);
  t.equal(outcome(accept, asked), 'wrong-state');
  t.same(outcome(grant, asked), ['handover-granted.v1', 'handover-requested.v1']);
  t.equal(outcome({ ...grant, actor: client(receiver) }, asked), 'not-your-part');
  t.same(outcome(accept, given(ask, grant)), ['handover-accepted.v1']);
  t.match(given(ask, { ...grant, type: 'deny', body: { reason } }), { status: 'denied' });
});

t.test('an accepted handover whose case had gone elsewhere is void, once', async (t) => {
  const accepted = given(request, accept);
  t.same(outcome({ type: 'void' }, accepted), ['handover-voided.v1']);
  t.same(outcome({ type: 'void' }, given(request, accept, { type: 'void' })), []);
  t.equal(outcome({ type: 'void' }, given(request)), 'not-found');
  for (const open of [given(request), given(ask), given(ask, grant)]) {
    t.same(outcome({ type: 'lapse' }, open), ['handover-voided.v1']);
  }
  t.equal(outcome({ type: 'lapse' }, accepted), 'not-found', 'it may be the one that moved it');
});

t.test('a meeting decides on a reorientation, and its decision is named', async (t) => {
  const put: UserHandoverCommand = {
    type: 'askReorientation',
    ...owner,
    body: { case: caseId, to: null, meeting: null, reason },
  };
  const decided: UserHandoverCommand = {
    type: 'acceptReorientation',
    ...common,
    actor: coordinator,
    body: { decision: uuid(70) },
  };
  t.same(outcome(put, none), ['reorientation-asked.v2']);
  t.match(happened(decided, given(put)), [{ data: { decision: uuid(70) } }]);
  t.equal(outcome({ ...decided, actor: client(sender) }, given(put)), 'not-your-part');
  t.equal(outcome({ ...decided, type: 'denyReorientation' }, given(put, decided)), 'wrong-state');
  const lapse = { type: 'lapse' } as const;
  t.same(outcome(lapse, given(put)), ['reorientation-voided.v1'], 'the case went elsewhere');
  t.same(outcome(lapse, given(put, lapse)), []);
  t.equal(outcome(lapse, given(put, decided)), 'not-found');
  t.same(allowedHandoverActions(given(put, lapse), client(receiver)), []);
  const settled = given(put, lapse, decided);
  t.match(settled, { status: 'reorientation_accepted' }, 'the meeting had decided before');
});
