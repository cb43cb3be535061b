import { CaseId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import t from 'tap';
import {
  carrier,
  caseFacts,
  caseId,
  client,
  coordinator,
  now,
  receiver,
  sender,
  stranger,
  uuid,
} from '../fixture.ts';
import { allowedMergeActions, decide, type Merge, type MergeCommand, merges } from './decide.ts';

const other = CaseId.parse(uuid(80));
const both = client(carrier, 'coordinator', [sender, receiver]);
const theirs = { ...caseFacts, case: other, owner: receiver };
const merge = {
  type: 'merge',
  actor: both,
  now,
  body: { kept: caseId, absorbed: other, reason: 'same_person' },
  facts: { kept: caseFacts, absorbed: theirs },
} as const satisfies MergeCommand;
const undo: MergeCommand = {
  type: 'undo',
  actor: both,
  now,
  body: { reason: 'different_persons' },
  facts: merge.facts,
};
const outcome = (command: MergeCommand, state: Merge = merges.initial): unknown => {
  const decision = decide(command, state);
  return decision.accepted ? decision.events.map(({ type }) => type) : decision.refusal.code;
};
const given = (...commands: readonly MergeCommand[]): Merge =>
  commands.reduce<Merge>((state, command) => {
    const decision = decide(command, state);
    if (!decision.accepted) throw new Error(decision.refusal.code);
    for (const { type, data } of decision.events) mergeContract.schemas[type]?.parse(data);
    return decision.events.reduce(merges.evolve, state);
  }, merges.initial);

t.test('who speaks for both owners merges, nobody else learns that files resemble', async (t) => {
  t.same(outcome(merge), ['merge-made.v1']);
  t.equal(outcome({ ...merge, actor: coordinator }), 'not-found');
  t.equal(outcome({ ...merge, actor: client(sender) }), 'not-found');
  t.equal(outcome({ ...merge, actor: client(stranger) }), 'not-found');
  const own = { kept: caseFacts, absorbed: { ...theirs, owner: sender } };
  t.same(outcome({ ...merge, actor: client(sender), facts: own }), ['merge-made.v1']);
});

t.test('a case merges with another, and into one only', async (t) => {
  const same = { ...merge, body: { ...merge.body, absorbed: caseId } };
  t.equal(outcome(same), 'same-case');
  const taken = { ...merge.facts, absorbed: { ...theirs, mergedInto: CaseId.parse(uuid(81)) } };
  t.equal(outcome({ ...merge, facts: taken }), 'already-merged');
  const gone = { ...merge.facts, absorbed: { ...theirs, persons: [] } };
  t.equal(outcome({ ...merge, facts: gone }), 'person-forgotten', 'nothing tells whose file it is');
  t.equal(outcome({ ...merge, facts: { ...merge.facts, absorbed: null } }), 'not-found');
  t.equal(outcome(merge, given(merge)), 'already-exists');
});

t.test(
  'a merge is undone once, by who speaks for the owners that both files have now',
  async (t) => {
    t.same(outcome(undo, given(merge)), ['merge-undone.v1']);
    t.equal(outcome(undo, given(merge, undo)), 'wrong-state');
    t.equal(outcome({ ...undo, actor: client(stranger) }, given(merge)), 'not-found');
    t.equal(outcome(undo), 'not-found');
    t.same(allowedMergeActions(given(merge)), ['undo']);
    t.same(allowedMergeActions(given(merge, undo)), []);
    const handedOver = { ...merge.facts, kept: { ...caseFacts, owner: stranger } };
    const later = { ...undo, facts: handedOver };
    t.equal(outcome(later, given(merge)), 'not-found', 'one of the files is another’s now');
    const present = client(carrier, 'coordinator', [stranger, receiver]);
    t.same(outcome({ ...later, actor: present }, given(merge)), ['merge-undone.v1']);
  },
);

t.test('a merge that could not be carried out is void', async (t) => {
  t.same(outcome({ type: 'void' }, given(merge)), ['merge-voided.v1']);
  t.same(outcome({ type: 'void' }, given(merge, { type: 'void' })), []);
  t.equal(outcome(undo, given(merge, { type: 'void' })), 'wrong-state');
});
