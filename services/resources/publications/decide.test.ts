import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import { PublishTool, publicationContract } from '@relais/contracts/publications';
import fc from 'fast-check';
import t from 'tap';
import { clientOf, deciding } from '../deciding-probe.ts';
import {
  allowedPublicationActions,
  type Publication,
  type PublicationCommand,
  publicationAggregate,
} from './decide.ts';

const { initial } = publicationAggregate;
const { after, outcome } = deciding(publicationAggregate, publicationContract);
const now = '2026-11-25T10:00:00.000Z';
const writing = AssociationId.parse(randomUUID());
const [keeper, reader] = [clientOf(writing), clientOf(randomUUID())];
const coordinator = clientOf(randomUUID(), 'coordinator', [writing]);
const terms = (body: string) =>
  PublishTool.parse({
    ...{ kind: 'guide', title: 'Premiers droits', body },
    themes: ['difficultes-financieres--acquerir-une-autonomie-budgetaire'],
  });
const publish: PublicationCommand = {
  ...{ type: 'publish', actor: keeper, now, body: terms('Une'), facts: null },
};
const by = (type: 'revise' | 'withdraw', actor: Actor, body: object = {}): PublicationCommand =>
  ({ type, actor, now, body, facts: null }) as PublicationCommand;
const revise = (text: string, actor = keeper) => by('revise', actor, terms(text));

t.test('a guide is published in versions; the same again is none', async (t) => {
  t.same(outcome(publish, initial), ['publication-published.v1']);
  const first = after(publish);
  t.same(outcome(revise('Deux'), first), ['publication-revised.v1']);
  t.same(outcome(revise('Une'), first), []);
  t.same(outcome(revise('Une'), after(publish, revise('Deux'))), ['publication-revised.v1']);
  t.same(outcome(by('withdraw', coordinator), first), ['publication-withdrawn.v1']);
});

t.test('what is refused names why', async (t) => {
  const first = after(publish);
  const refusals: [string, PublicationCommand, Publication][] = [
    ['already-exists', publish, first],
    ['not-found', revise('Deux'), initial],
    ['not-your-part', revise('Deux', reader), first],
    ['wrong-state', revise('Deux'), after(publish, by('withdraw', keeper))],
    ['occurred-in-future', by('withdraw', keeper, { occurredAt: '2027-01-01T00:00:00Z' }), first],
  ];
  for (const [code, command, one] of refusals) t.equal(outcome(command, one), code, code);
});

const step = fc.record({
  text: fc.constantFrom('Une', 'Deux', null),
  who: fc.constantFrom(keeper, coordinator, reader),
});
type Walked = typeof step extends fc.Arbitrary<infer One> ? One : never;
const commandOf = ({ text, who }: Walked) =>
  text === null ? by('withdraw', who) : revise(text, who);

t.test('exactly the allowed actions are accepted, and again they change nothing', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), step, (history, next) => {
        const story = [publish, ...history.map(commandOf)];
        const before = after(...story);
        const action = next.text === null ? 'withdraw' : 'revise';
        const isAllowed =
          before.state !== 'absent' && allowedPublicationActions(before, next.who).includes(action);
        const again = outcome(commandOf(next), after(...story, commandOf(next)));
        return (
          Array.isArray(outcome(commandOf(next), before)) === isAllowed &&
          (!isAllowed || again.length === 0 || again === 'wrong-state')
        );
      }),
    ),
  );
});
