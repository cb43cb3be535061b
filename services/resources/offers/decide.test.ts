import { randomUUID } from 'node:crypto';
import { type Actor, actorOf } from '@relais/contracts/actors';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import { offerContract } from '@relais/contracts/offer-events';
import { PublishOffer } from '@relais/contracts/offers';
import type { OfferAction } from '@relais/contracts/resource-views';
import fc from 'fast-check';
import t from 'tap';
import { allowedActions, type Offer, type OfferCommand, offerAggregate } from './decide.ts';

const { decide, evolve, initial } = offerAggregate;
const association = AssociationId.parse(randomUUID());
const offer = OfferId.parse(randomUUID());
const published = PublishOffer.parse({
  kind: 'place',
  title: 'CPH de Créteil',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 50,
});
const { contact: _, ...terms } = published;

const actor = (
  role: 'partner' | 'coordinator' | 'auditor',
  of: string,
  remit: string[] = [],
): Actor => actorOf({ clientId: randomUUID(), association: of, role, remit });
const owner = actor('partner', association);
const stranger = actor('partner', randomUUID());

const publish: OfferCommand = { type: 'publish', offer, association, terms, contact: null };
const after = (...commands: readonly OfferCommand[]): Offer =>
  commands.reduce((state, command) => {
    const decision = decide(command, state);
    return decision.accepted ? decision.events.reduce(evolve, state) : state;
  }, initial);
const by = (type: OfferAction, who: Actor = owner): OfferCommand => ({ type, actor: who });

t.test('an offer is published, suspended, resumed and withdrawn', async (t) => {
  t.match(after(publish), { state: 'open', association, counted: true });
  t.match(after(publish, by('suspend')), { state: 'suspended' });
  t.match(after(publish, by('suspend'), by('resume')), { state: 'open' });
  t.match(after(publish, by('suspend'), by('withdraw')), { state: 'withdrawn' });
  t.match(after(publish, by('withdraw')), { state: 'withdrawn' });
});

t.test('what is refused names why', async (t) => {
  const refusals: [string, OfferCommand[], OfferCommand][] = [
    ['already-exists', [publish], publish],
    ['not-found', [], by('suspend')],
    ['not-your-offer', [publish], by('withdraw', stranger)],
    ['not-your-offer', [publish], by('suspend', actor('auditor', association))],
    ['not-your-offer', [publish], by('suspend', actor('coordinator', randomUUID()))],
    ['wrong-state', [publish, by('withdraw')], by('resume')],
    ['wrong-state', [publish, by('withdraw')], by('suspend')],
  ];
  for (const [code, given, when] of refusals) {
    t.same(decide(when, after(...given)), { accepted: false, refusal: { code } }, code);
  }
  const coordinator = actor('coordinator', randomUUID(), [association]);
  t.match(after(publish, by('suspend', coordinator)), { state: 'suspended' });
});

const action = fc.constantFrom<OfferAction>('suspend', 'resume', 'withdraw');
const who = fc.constantFrom(owner, stranger);

t.test('exactly the allowed actions are accepted with an event, and none twice', async (t) => {
  const isRight = (history: readonly OfferAction[], type: OfferAction, actor: Actor): boolean => {
    const before = after(publish, ...history.map((past) => by(past)));
    if (before.state === 'absent') return false;
    const decision = decide(by(type, actor), before);
    const changed = decision.accepted && decision.events.length > 0;
    if (changed !== allowedActions(actor, before).includes(type)) return false;
    if (!decision.accepted) return true;
    for (const event of decision.events) offerContract.schemas[event.type]?.parse(event.data);
    const again = decide(by(type, actor), decision.events.reduce(evolve, before));
    return again.accepted && again.events.length === 0;
  };
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.array(action, { maxLength: 6 }), action, who, isRight));
  });
});
