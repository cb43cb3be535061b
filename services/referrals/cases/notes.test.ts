import { PersonId } from '@relais/contracts/ids';
import t from 'tap';
import { client, now, person, receiver, referent, sealed, sender, uuid } from '../fixture.ts';
import type { CaseCommand } from './actions.ts';
import { caseFile, decide } from './decide.ts';
import type { CaseState } from './state.ts';

const child = PersonId.parse(uuid(67));
const as = (association: string, ...received: PersonId[]) => ({
  ...{ actor: client(association), now },
  facts: { newIds: [person], involved: received.length > 0, received },
});
const opening: CaseCommand = {
  type: 'open',
  ...{ ...as(sender), facts: { ...as(sender).facts, newIds: [person, child] } },
  body: {
    ...{ kind: 'household', referent },
    persons: [
      { role: 'main', identity: sealed('identity'), contact: null },
      { role: 'child', identity: sealed('identity', child), contact: null },
    ],
  },
};
const opened = decide(opening, caseFile.initial);
const household = (opened.accepted ? opened.events : []).reduce<CaseState>(
  caseFile.evolve,
  caseFile.initial,
);

t.test('a receiver writes about whom it was sent, or the main person', async (t) => {
  const by = (who: ReturnType<typeof as>, about?: PersonId) => {
    const text = sealed('social', about ?? person);
    const body = { author: null, text, ...(about !== undefined && { person: about }) };
    const decision = decide({ type: 'addSharedNote', ...who, body }, household);
    return decision.accepted ? 'written' : decision.refusal.code;
  };
  t.equal(by(as(receiver, person), child), 'person-unknown');
  t.equal(by(as(receiver, child), child), 'written');
  t.equal(by(as(receiver, child), person), 'written');
  t.equal(by(as(receiver, child)), 'written', 'about nobody by name');
  t.equal(by(as(sender), child), 'written');
});
