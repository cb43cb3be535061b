import { ExceptionId } from '@relais/contracts/consents';
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
  receiver,
  referent,
  sealed,
  sender,
  stranger,
  uuid,
} from '../fixture.ts';
import type { ConsentCommand } from './actions.ts';
import { allowedConsentActions, decide } from './decide.ts';
import { exception, withdrawn } from './fixture.ts';
import { noConsents } from './state.ts';

const terms = {
  purposes: ['referral'] as const,
  recipients: { associations: [receiver], openToEligible: false },
  categories: ['identity'] as const,
};
const give = (changes: object = {}, actor = client(sender)): ConsentCommand => ({
  type: 'give',
  actor,
  now,
  body: {
    ...terms,
    givenBy: 'person',
    representative: null,
    interpreter: null,
    language: 'ps',
    formVersion: '2026-1',
    withheld: [],
    validFrom: now,
    validUntil: null,
    evidence: 'b'.repeat(64),
    ...changes,
  },
  facts: { case: caseFacts, newId: uuid(52) },
});
const except = (hours: number): ConsentCommand => ({
  type: 'recordException',
  actor: coordinator,
  now,
  body: {
    ...terms,
    legalBasis: 'child_protection',
    reason: sealed('administrative'),
    author: referent,
    until: after(hours),
  },
  facts: { case: caseFacts, newId: uuid(53) },
});
const outcome = (command: ConsentCommand, state = noConsents) => {
  const decision = decide(command, state);
  return decision.accepted ? decision.events.map(({ type }) => type) : decision.refusal.code;
};

t.test('the owner and its coordinator record consents, nobody else knows of them', async (t) => {
  t.same(outcome(give()), ['consent-given.v1']);
  t.same(outcome(give({}, coordinator)), ['consent-given.v1']);
  t.equal(outcome(give({}, client(stranger))), 'not-found');
  t.equal(outcome({ ...give(), facts: { case: null, newId: uuid(1) } }), 'not-found');
  t.same(allowedConsentActions(noConsents, client(sender), caseFacts), ['give', 'recordException']);
  t.same(allowedConsentActions(noConsents, client(stranger), caseFacts), []);
});

t.test('a consent that contradicts itself is refused', async (t) => {
  t.equal(
    outcome(give({ recipients: { associations: [], openToEligible: false } })),
    'no-recipient',
  );
  t.equal(outcome(give({ withheld: [{ category: 'identity', why: null }] })), 'withheld-and-given');
  t.equal(outcome(give({ validUntil: now })), 'validity-reversed');
  t.equal(outcome(give({ occurredAt: after(1) })), 'occurred-in-future');
});

t.test('it is withdrawn once, an exception has an end', async (t) => {
  const withdraw: ConsentCommand = {
    ...give(),
    type: 'withdraw',
    body: { consent: consentId, withdrawnBy: 'person', reason: null },
  };
  t.same(outcome(withdraw, consentsOf(given())), ['consent-withdrawn.v1']);
  t.same(outcome(withdraw, consentsOf(given(), withdrawn)), []);
  t.equal(outcome(withdraw), 'consent-unknown');
  t.same(outcome(except(24)), ['consent-exception-recorded.v1']);
  t.equal(outcome(except(0)), 'exception-too-long');
  t.equal(outcome(except(24 * 91)), 'exception-too-long');
  const end: ConsentCommand = {
    ...give(),
    type: 'endException',
    body: { exception: ExceptionId.parse(uuid(50)) },
  };
  t.same(outcome(end, consentsOf(exception)), ['consent-exception-ended.v1']);
  t.equal(outcome(end), 'exception-unknown');
});
