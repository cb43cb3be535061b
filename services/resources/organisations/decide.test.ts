import { randomUUID } from 'node:crypto';
import { type Actor, actorOf } from '@relais/contracts/actors';
import { DescribeOrganisation, DescribeSite } from '@relais/contracts/directory';
import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import { AssociationId, OrganisationId, PersonId, SiteId } from '@relais/contracts/ids';
import fc from 'fast-check';
import t from 'tap';
import { type Site, type SiteCommand, siteAggregate } from '../sites/decide.ts';
import {
  allowedActions,
  type Organisation,
  type OrganisationCommand,
  organisationAggregate,
} from './decide.ts';

const association = AssociationId.parse(randomUUID());
const elsewhere = AssociationId.parse(randomUUID());
const organisation = OrganisationId.parse(randomUUID());
const actor = (role: 'partner' | 'coordinator', of: string, remit: string[] = []): Actor =>
  actorOf({ clientId: randomUUID(), association: of, role, remit });
const keeper = actor('partner', association);
const stranger = actor('partner', elsewhere);
const coordinator = actor('coordinator', elsewhere, [association]);
const { contact: _, ...terms } = DescribeOrganisation.parse({ name: 'Aurore' });
const contact = {
  person: PersonId.parse(randomUUID()),
  category: 'contact',
  text: 'c2Vh',
} as const;
const source = { name: 'exemple', id: '42', url: null, licence: null, updatedOn: null };

const register = {
  ...{ type: 'register', actor: keeper, organisation, association, terms, contact },
  parent: 'none',
} as const satisfies OrganisationCommand;
const change = {
  ...{ type: 'change', actor: keeper, terms: { ...terms, shortName: 'A' }, contact: undefined },
  parent: 'none',
} as const satisfies OrganisationCommand;
const mirror = {
  ...{ type: 'mirror', organisation, association, terms, contact: undefined, source },
} as const satisfies OrganisationCommand;
const by = (type: 'retire' | 'forget-contact', who = keeper): OrganisationCommand => ({
  type,
  actor: who,
});
const { decide, evolve, initial } = organisationAggregate;
const after = (...commands: readonly OrganisationCommand[]): Organisation =>
  commands.reduce((state, command) => {
    const decision = decide(command, state);
    return decision.accepted ? decision.events.reduce(evolve, state) : state;
  }, initial);

t.test('an organisation is registered, changed, retired, and put back by a change', async (t) => {
  t.match(after(register), { state: 'listed', hasContact: true });
  t.match(after(register, change), { terms: { shortName: 'A' }, hasContact: true });
  t.match(after(register, { ...change, contact: null }), { hasContact: false });
  t.match(after(register, by('forget-contact')), { state: 'listed', hasContact: false });
  t.match(after(register, by('retire')), { state: 'retired', hasContact: false });
  t.match(after(register, by('retire'), change), { state: 'listed' });
  t.match(after(register, { ...change, terms, actor: coordinator }, by('retire', coordinator)), {
    state: 'retired',
  });
});

t.test('what is refused of an organisation names why', async (t) => {
  const notOurs = { ...terms, member: elsewhere };
  const refusals: [string, OrganisationCommand[], OrganisationCommand][] = [
    ['already-exists', [register], register],
    ['not-found', [], change],
    ['not-your-entry', [register], { ...change, actor: stranger }],
    ['not-your-entry', [register], by('retire', stranger)],
    ['parent-unknown', [], { ...register, parent: 'unknown' }],
    ['parent-below', [register], { ...change, parent: 'below' }],
    ['member-not-yours', [], { ...register, terms: notOurs }],
    ['member-not-yours', [register], { ...change, terms: notOurs }],
    ['no-contact', [{ ...register, contact: null }], by('forget-contact')],
    ['mirror-read-only', [mirror], change],
    ['mirror-read-only', [mirror], by('retire')],
    ['not-a-mirror', [register], mirror],
    ['not-a-mirror', [mirror], { ...mirror, source: { ...source, id: '43' } }],
    ['not-a-mirror', [register], { type: 'unmirror', source }],
  ];
  for (const [code, given, when] of refusals) {
    t.same(decide(when, after(...given)), { accepted: false, refusal: { code } }, code);
  }
  const named = { ...terms, member: association };
  t.match(after({ ...register, terms: named }), { terms: { member: association } });
  const lookedAfter = actor('coordinator', association, [elsewhere]);
  const linked = { ...register, actor: lookedAfter, terms: notOurs };
  t.match(after(linked), { state: 'listed' });
  t.match(after(linked, { ...change, terms: { ...notOurs, shortName: 'A' } }), {
    terms: { shortName: 'A' },
  });
});

t.test(
  'a mirror follows its source, and appends nothing when the source is as it was',
  async (t) => {
    t.match(after(mirror), { state: 'listed', source });
    const again = decide(mirror, after(mirror));
    t.same(again, { accepted: true, events: [] });
    const later = { ...mirror, source: { ...source, updatedOn: '2026-11-01' } };
    t.match(after(mirror, later), { source: { updatedOn: '2026-11-01' } });
    t.match(after(mirror, { type: 'unmirror', source }), { state: 'retired' });
    t.match(after(mirror, { type: 'unmirror', source }, mirror), { state: 'listed' });
  },
);

t.test('whatever is decided can be stored, and decided twice it changes nothing', async (t) => {
  const command = fc.constantFrom<OrganisationCommand>(
    ...[register, change, { ...change, actor: stranger }, mirror, by('retire')],
    ...[by('forget-contact'), { type: 'unmirror', source } as const],
  );
  t.doesNotThrow(() => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 6 }), command, (history, last) => {
        const before = after(...history);
        const decision = decide(last, before);
        if (!decision.accepted) return true;
        for (const event of decision.events) {
          organisationContract.schemas[event.type]?.parse(event.data);
        }
        const state = decision.events.reduce(evolve, before);
        const again = decide(last, state);
        if (again.accepted && again.events.length > 0) return false;
        const name = last.type as 'change';
        const isByHand = 'actor' in last && last.type !== 'register' && before.state !== 'absent';
        return (
          !isByHand || allowedActions(last.actor, before).includes(name) || !decision.events[0]
        );
      }),
    );
  });
});

t.test('a site is kept by who keeps its organisation', async (t) => {
  const { contact: _, ...place } = DescribeSite.parse({ name: 'Local' });
  const site = SiteId.parse(randomUUID());
  const of = after(register);
  const opened = { type: 'register', actor: keeper, site, of, terms: place, contact } as const;
  const afterSite = (...commands: readonly SiteCommand[]): Site =>
    commands.reduce((state, command) => {
      const decision = siteAggregate.decide(command, state);
      if (!decision.accepted) return state;
      for (const { type, data } of decision.events) siteContract.schemas[type]?.parse(data);
      return decision.events.reduce(siteAggregate.evolve, state);
    }, siteAggregate.initial);
  const moved = { ...place, hours: 'Mo-Fr 09:00-12:00' };
  const changed = { type: 'change', actor: coordinator, terms: moved, contact: null } as const;
  t.match(afterSite(opened), { state: 'listed', organisation, association, hasContact: true });
  t.match(afterSite(opened, changed), { terms: { hours: moved.hours }, hasContact: false });
  t.match(afterSite(opened, { type: 'retire', actor: keeper }), { state: 'retired' });
  t.match(afterSite(opened, { type: 'retire', actor: keeper }, changed), { state: 'listed' });
  const copy = {
    type: 'mirror',
    ...{ site, organisation, association, terms: place, contact: undefined, source },
  } as const;
  t.same(siteAggregate.decide(copy, afterSite(copy)), { accepted: true, events: [] });
  const refusals: [string, SiteCommand[], SiteCommand][] = [
    ['already-exists', [opened], opened],
    ['not-found', [], { ...opened, of: initial }],
    ['not-found', [], changed],
    ['not-your-entry', [], { ...opened, actor: stranger }],
    ['not-your-entry', [opened], { ...changed, actor: stranger }],
    ['wrong-state', [], { ...opened, of: after(register, by('retire')) }],
    ['mirror-read-only', [], { ...opened, of: after(mirror) }],
    ['mirror-read-only', [copy], changed],
    ['not-a-mirror', [opened], copy],
    ['no-contact', [opened, changed], { type: 'forget-contact', actor: keeper }],
  ];
  for (const [code, given, when] of refusals) {
    const decision = siteAggregate.decide(when, afterSite(...given));
    t.same(decision, { accepted: false, refusal: { code } }, code);
  }
});
