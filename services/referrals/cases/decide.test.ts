import { type CaseEvent, caseContract } from '@relais/contracts/case-events';
import { GoalId, type VulnerabilityId } from '@relais/contracts/cases';
import { CaseId, HandoverId, MergeId, WorkerId } from '@relais/contracts/ids';
import t from 'tap';
import {
  after,
  client,
  coordinator,
  now,
  person,
  receiver,
  referent,
  sealed,
  sender,
  stranger,
  uuid,
} from '../fixture.ts';
import type { CaseCommand, UserCaseCommand } from './actions.ts';
import { allowedCaseActions, caseFile, decide } from './decide.ts';
import { type CaseState, caseFacts, evolve, hasBreakGlass } from './state.ts';

const common = {
  actor: client(sender),
  now,
  facts: { newIds: [person], involved: false, received: [] },
};
const who = { role: 'main', identity: sealed('identity'), contact: null } as const;
const open: CaseCommand = {
  type: 'open',
  ...common,
  body: { kind: 'household', referent, persons: [who] },
};

/** The case after these commands; each event must be one that the contract reads. */
const given = (...commands: readonly CaseCommand[]): CaseState =>
  commands.reduce<CaseState>(
    (state, command) => events(command, state).reduce(evolve, state),
    caseFile.initial,
  );
function events(command: CaseCommand, state: CaseState): readonly CaseEvent[] {
  const decision = decide(command, state);
  if (!decision.accepted) throw new Error(decision.refusal.code);
  for (const { type, data } of decision.events) caseContract.schemas[type]?.parse(data);
  return decision.events;
}
const outcome = (command: CaseCommand, state: CaseState): unknown => {
  const decision = decide(command, state);
  return decision.accepted ? decision.events.map(({ type }) => type) : decision.refusal.code;
};
const as = (command: UserCaseCommand, association: string, involved = false): CaseCommand => ({
  ...command,
  actor: client(association),
  facts: { ...command.facts, involved },
});
const opened = given(open);
const note: UserCaseCommand = {
  type: 'addSharedNote',
  ...common,
  body: { author: null, text: sealed() },
};
const archive: UserCaseCommand = { type: 'archive', ...common, body: { reason: 'moved_away' } };
const forget: UserCaseCommand = { type: 'forgetPerson', ...common, body: { person } };

t.test('a case is opened once, with one main person', async (t) => {
  t.same(outcome(open, caseFile.initial), ['case-opened.v1']);
  t.equal(outcome(open, opened), 'already-exists');
  const two = { ...open, body: { ...open.body, persons: [who, who] } } as CaseCommand;
  t.equal(outcome(two, caseFile.initial), 'one-main-person');
  t.equal(
    outcome({ ...open, actor: client(sender, 'auditor') }, caseFile.initial),
    'not-your-part',
  );
});

t.test('the owner keeps the file; who takes part notes; a stranger learns nothing', async (t) => {
  const assign: UserCaseCommand = {
    type: 'assignReferent',
    ...common,
    body: { referent: WorkerId.parse(uuid(60)) },
  };
  t.same(outcome(assign, opened), ['case-referent-assigned.v1']);
  t.same(outcome({ ...assign, body: { referent } }, opened), [], 'already so');
  t.equal(outcome(as(assign, receiver, true), opened), 'not-your-part');
  t.equal(outcome(as(assign, stranger), opened), 'not-found');
  t.equal(outcome(assign, caseFile.initial), 'not-found');
  t.same(outcome(as(note, receiver, true), opened), ['case-shared-note-added.v1']);
  t.same(outcome({ ...note, type: 'addPrivateNote' }, opened), ['case-private-note-added.v1']);
  t.equal(outcome(as(note, stranger), opened), 'not-found');
});

t.test('goals and vulnerabilities change, and only those of the case', async (t) => {
  const goal = GoalId.parse(person);
  const set: CaseCommand = { type: 'setGoal', ...common, body: { text: sealed(), dueOn: null } };
  const change: CaseCommand = { type: 'changeGoal', ...common, body: { goal, status: 'reached' } };
  t.equal(outcome(change, opened), 'goal-unknown');
  t.same(outcome(change, given(open, set)), ['case-goal-changed.v1']);
  t.same(outcome(change, given(open, set, change)), []);
  const record: CaseCommand = {
    type: 'recordVulnerability',
    ...common,
    body: { person, what: sealed('health'), visibility: 'owner' },
  };
  const vulnerability = person as string as VulnerabilityId;
  const show: CaseCommand = {
    type: 'changeVisibility',
    ...common,
    body: { vulnerability, visibility: 'shared' },
  };
  const end: CaseCommand = { type: 'endVulnerability', ...common, body: { vulnerability } };
  t.equal(outcome(show, opened), 'vulnerability-unknown');
  t.same(outcome(show, given(open, record)), ['case-vulnerability-visibility-changed.v1']);
  t.equal(outcome(show, given(open, record, end)), 'vulnerability-ended');
});

t.test('each association archives a case for itself, and takes it back', async (t) => {
  const archived = given(open, archive);
  t.match(decide(note, archived), {
    refusal: {
      code: 'wrong-state',
      state: 'archived',
      allowedActions: ['unarchive', 'forgetPerson'],
    },
  });
  t.same(outcome(as(note, receiver, true), archived), ['case-shared-note-added.v1']);
  const back: CaseCommand = { type: 'unarchive', ...common, body: {} };
  t.same(outcome(note, given(open, archive, back)), ['case-shared-note-added.v1']);
});

t.test('glass is broken by auditors and coordinators, with an end within a day', async (t) => {
  const until = (hours: number, actor = client(stranger, 'auditor')): CaseCommand => ({
    type: 'breakGlass',
    ...common,
    actor,
    body: { reason: sealed('administrative'), until: after(hours) },
  });
  t.same(outcome(until(24), opened), ['case-break-glass-opened.v1']);
  t.equal(outcome(until(25), opened), 'break-glass-too-long');
  t.equal(outcome(until(0), opened), 'break-glass-too-long');
  t.equal(outcome(until(1, client(stranger)), opened), 'not-found');
  t.equal(outcome(until(1, client(sender)), opened), 'not-your-part');
  const broken = given(open, until(2, coordinator));
  const name = coordinator.role === 'system' ? '' : coordinator.clientId;
  t.ok(hasBreakGlass(broken, name, after(1)));
  t.notOk(hasBreakGlass(broken, name, after(2)));
});

t.test('a person is forgotten once, and nothing is written about them afterwards', async (t) => {
  t.same(outcome(forget, opened), ['case-person-forgotten.v1']);
  const without = given(open, forget);
  t.same(outcome(forget, without), []);
  t.equal(outcome(note, without), 'person-forgotten');
  if (without.status === 'open') {
    t.same(caseFacts(CaseId.parse(uuid(10)), without).persons, []);
  }
});

const handover: CaseCommand = {
  type: 'handOver',
  handover: HandoverId.parse(uuid(61)),
  from: common.actor.role === 'system' ? receiver : sender,
  to: receiver,
  referent: WorkerId.parse(uuid(62)),
};

t.test(
  'a handover changes owner and referent once, and the former owner may archive',
  async (t) => {
    const handed = given(open, handover);
    t.match(handed, { owner: receiver, referent: uuid(62), formerOwners: [sender] });
    t.same(outcome(handover, handed), []);
    t.equal(
      outcome({ ...handover, handover: HandoverId.parse(uuid(63)) }, handed),
      'owner-changed',
    );
    t.same(allowedCaseActions(handed, client(sender), false), ['archive']);
  },
);

t.test('undoing a merge gives back the case as it was', async (t) => {
  const merge = MergeId.parse(uuid(64));
  const other = CaseId.parse(uuid(65));
  const absorbed: CaseCommand = { type: 'merge', merge, as: 'absorbed', other };
  const merged = given(open, absorbed);
  t.equal(outcome(note, merged), 'case-merged');
  t.same(outcome(absorbed, merged), []);
  t.equal(outcome({ ...absorbed, merge: MergeId.parse(uuid(66)) }, merged), 'already-merged');
  const restored = given(open, absorbed, { type: 'unmerge', merge });
  t.same(restored, { ...opened, undone: [merge] });
  t.same(outcome(absorbed, restored), [], 'a merge undone is not made again by a late report');
});
