import { randomUUID } from 'node:crypto';
import { type Actor, actorOf } from '@relais/contracts/actors';
import { AssociationId, OfferId, PersonId } from '@relais/contracts/ids';
import { offerContract } from '@relais/contracts/offer-events';
import { isVisible, viewersOf, visibleTo } from '@relais/contracts/offer-visibility';
import { PublishOffer } from '@relais/contracts/offers';
import fc from 'fast-check';
import t from 'tap';
import { allowedActions, type OfferCommand, offerAggregate } from './decide.ts';
import type { Offer } from './offer.ts';

const { decide, evolve, initial } = offerAggregate;
const association = AssociationId.parse(randomUUID());
const offer = OfferId.parse(randomUUID());
const { contact: _, ...terms } = PublishOffer.parse({
  kind: 'place',
  title: 'CPH de Créteil',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 50,
});
const { kind: __, places: ___, ...said } = terms;
const contact = {
  person: PersonId.parse(randomUUID()),
  category: 'contact',
  text: 'c2Vh',
} as const;
const source = { name: 'exemple', id: '42', url: null, licence: null, updatedOn: null };

const actor = (
  role: 'partner' | 'coordinator' | 'auditor',
  of: string,
  remit: string[] = [],
): Actor => actorOf({ clientId: randomUUID(), association: of, role, remit });
const owner = actor('partner', association);
const stranger = actor('partner', randomUUID());

const publish: OfferCommand = {
  ...{ type: 'publish', offer, association, terms, contact, links: 'fine' },
};
const change = {
  type: 'change',
  ...{ actor: owner, terms: { ...said, title: 'CPH' }, contact: undefined, links: 'fine' },
} as const satisfies OfferCommand;
const mirror = {
  type: 'mirror',
  ...{ offer, association, terms, contact: undefined, source },
} as const satisfies OfferCommand;
const reclassify: OfferCommand = { type: 'reclassify', actor: owner, kind: 'service' };
const after = (...commands: readonly OfferCommand[]): Offer =>
  commands.reduce((state, command) => {
    const decision = decide(command, state);
    return decision.accepted ? decision.events.reduce(evolve, state) : state;
  }, initial);
type Simple = 'confirm' | 'suspend' | 'resume' | 'withdraw' | 'forget-contact';
const by = (type: Simple, who: Actor = owner): OfferCommand => ({ type, actor: who });

t.test('an offer is published, changed, suspended, resumed and withdrawn', async (t) => {
  t.match(after(publish), { state: 'open', association, hasContact: true });
  t.match(after(publish, change), {
    terms: { title: 'CPH', kind: 'place', places: 50 },
    hasContact: true,
  });
  t.match(after(publish, { ...change, contact: null }), { hasContact: false });
  t.match(after(publish, reclassify), { terms: { kind: 'service' } });
  t.match(after(publish, by('forget-contact')), { state: 'open', hasContact: false });
  t.match(after(publish, by('suspend')), { state: 'suspended' });
  t.match(after(publish, by('suspend'), by('resume')), { state: 'open' });
  t.match(after(publish, by('suspend'), by('withdraw')), { state: 'withdrawn', hasContact: false });
});

t.test('what is refused of an offer names why', async (t) => {
  const refusals: [string, OfferCommand[], OfferCommand][] = [
    ['already-exists', [publish], publish],
    ['organisation-unknown', [], { ...publish, links: 'organisation-unknown' }],
    ['site-unknown', [publish], { ...change, links: 'site-unknown' }],
    ['not-found', [], by('suspend')],
    ['not-your-offer', [publish], by('withdraw', stranger)],
    ['not-your-offer', [publish], { ...change, actor: stranger, links: 'site-unknown' }],
    ['not-your-offer', [publish], by('suspend', actor('auditor', association))],
    ['not-your-offer', [publish], by('suspend', actor('coordinator', randomUUID()))],
    ['wrong-state', [publish, by('withdraw')], by('resume')],
    ['wrong-state', [publish, by('withdraw')], change],
    ['wrong-state', [publish, by('withdraw')], by('confirm')],
    ['no-contact', [publish, by('withdraw')], by('forget-contact')],
    ['mirror-read-only', [mirror], change],
    ['mirror-read-only', [mirror], by('confirm')],
    ['mirror-read-only', [mirror], by('withdraw')],
    ['not-a-mirror', [publish], mirror],
    ['not-a-mirror', [mirror], { ...mirror, source: { ...source, id: '43' } }],
    ['not-a-mirror', [publish], { type: 'unmirror', source }],
  ];
  for (const [code, given, when] of refusals) {
    t.same(decide(when, after(...given)), { accepted: false, refusal: { code } }, code);
  }
  const coordinator = actor('coordinator', randomUUID(), [association]);
  t.match(after(publish, by('suspend', coordinator)), { state: 'suspended' });
});

t.test('a mirrored offer follows its source, and is open again when it is back', async (t) => {
  t.match(after(mirror), { state: 'open', source, terms: { places: null } });
  t.same(decide(mirror, after(mirror)), { accepted: true, events: [] });
  const later = { ...mirror, terms: { ...terms, kind: 'service', title: 'CPH' } };
  t.match(after(mirror, later), { terms: { kind: 'service', title: 'CPH' } });
  t.match(after(mirror, { type: 'unmirror', source }), { state: 'withdrawn' });
  t.match(after(mirror, { type: 'unmirror', source }, mirror), { state: 'open' });
});

const ask = (reminder: number): OfferCommand => ({ type: 'ask-confirmation', reminder });
const grow: OfferCommand = { type: 'grow-stale' };

t.test(
  'whoever keeps an offer is asked about it once each time, until somebody says',
  async (t) => {
    t.match(after(publish, ask(1), ask(2)), { reminders: 2, isStale: false });
    t.match(after(publish, ask(1), grow), { isStale: true });
    for (const said of [by('confirm'), change]) {
      t.match(after(publish, ask(1), grow, said), { reminders: 0, isStale: false });
    }
    const silent: [OfferCommand[], OfferCommand][] = [
      [[publish, ask(1)], ask(1)],
      [[publish, grow], grow],
      [[publish, grow], ask(2)],
      [[publish, by('withdraw')], ask(1)],
      [[mirror], ask(1)],
      [[mirror], grow],
    ];
    for (const [given, when] of silent) {
      t.same(decide(when, after(...given)), { accepted: true, events: [] });
    }
  },
);

t.test('exactly the allowed actions are accepted with an event, and none twice', async (t) => {
  const command = fc.constantFrom<OfferCommand>(
    ...[change, { ...change, actor: stranger }, reclassify, mirror, ask(1), ask(2), grow],
    ...[by('confirm'), by('suspend'), by('resume'), by('withdraw'), by('forget-contact')],
    ...[by('suspend', stranger), { type: 'unmirror', source } as const],
  );
  const isRight = (
    first: OfferCommand,
    history: readonly OfferCommand[],
    last: OfferCommand,
  ): boolean => {
    const before = after(first, ...history);
    const decision = decide(last, before);
    if (!decision.accepted) return true;
    for (const event of decision.events) offerContract.schemas[event.type]?.parse(event.data);
    const again = decide(last, decision.events.reduce(evolve, before));
    const isRepeated = again.accepted && again.events.length > 0 && last.type !== 'confirm';
    if (isRepeated || before.state === 'absent') return false;
    if (!('actor' in last)) return true;
    const isAllowed = allowedActions(last.actor, before).includes(last.type);
    return decision.events.length === 0 || isAllowed;
  };
  const first = fc.constantFrom<OfferCommand>(publish, mirror);
  t.doesNotThrow(() => {
    fc.assert(fc.property(first, fc.array(command, { maxLength: 6 }), command, isRight));
  });
});

t.test(
  'an offer for named members is for them, who offers it and who coordinates them',
  async (t) => {
    const named = AssociationId.parse(randomUUID());
    const shown = (visibility: typeof terms.visibility) => ({
      association,
      terms: { ...terms, visibility },
    });
    const forNamed = shown({ to: 'members', members: [named] });
    const cases: [Actor, boolean][] = [
      [owner, true],
      [actor('partner', named), true],
      [actor('auditor', named), true],
      [actor('coordinator', randomUUID(), [association]), true],
      [actor('coordinator', randomUUID(), [named]), true],
      [actor('coordinator', randomUUID(), [randomUUID()]), false],
      [actor('partner', randomUUID(), [named]), false],
      [stranger, false],
      [{ role: 'system' }, false],
    ];
    for (const [who, sees] of cases) t.equal(isVisible(who, forNamed), sees);
    for (const to of ['public', 'network'] as const) t.ok(isVisible(stranger, shown({ to })));
    t.same(visibleTo(forNamed), [association, named]);
    t.equal(visibleTo(shown({ to: 'network' })), null);
    t.same(viewersOf(actor('partner', named, [association])), [named]);
  },
);
