/** Random networks, seen by everybody: whatever happened, a text reaches only those the domain names for it. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '@relais/http/caller';
import fc from 'fast-check';
import t from 'tap';
import { storyteller } from './case.ts';
import { newCast } from './cast.ts';
import { callerOf, readProbe } from './probe.ts';

const probe = await readProbe(t);

const index = fc.nat({ max: 3 });
const plan = fc.array(
  fc.record({
    owner: index,
    handedOverTo: fc.option(index),
    noted: index,
    glass: fc.boolean(),
    referrals: fc.array(
      fc.record({
        receiver: index,
        end: fc.constantFrom('draft', 'sent', 'accepted', 'declined', 'completed'),
      }),
      { maxLength: 2 },
    ),
  }),
  { minLength: 1, maxLength: 2 },
);
type Plan = typeof plan extends fc.Arbitrary<infer Planned> ? Planned : never;

/** Who may read a text, as domain.md §5 says it, apart from the code under test. */
type Allowed = (who: Caller) => boolean;

const associations = [0, 1, 2, 3].map(() => randomUUID());
const at = (n: number): string => associations[n] ?? '';
const partners = associations.map((association) => callerOf(association));
const coordinators = associations.map((association, n) =>
  callerOf(randomUUID(), 'coordinator', n < 2 ? [association] : [association, at(0)]),
);
const auditors = [callerOf(randomUUID(), 'auditor'), callerOf(randomUUID(), 'auditor')];
const [breaker = callerOf(randomUUID(), 'auditor')] = auditors;
const everybody = [...partners, ...coordinators, ...auditors];

/** Tells one case; gives its paths and who may read which canary in them. */
async function tellCase(one: Plan[number]) {
  const allowed = new Map<string, Allowed>();
  const cast = { ...newCast(), owner: callerOf(at(one.owner)) };
  const tell = storyteller(probe, cast);
  const owner = at(one.handedOverTo ?? one.owner);
  const byOwner: Allowed = (who) => who.role !== 'auditor' && who.association === owner;
  const inEmergency: Allowed = (who) => one.glass && who.clientId === breaker.clientId;
  await tell.open();
  allowed.set('contact', (who) => byOwner(who) || inEmergency(who));
  const coordinates: Allowed = (who) => who.remit.includes(owner);
  allowed.set('identity', (who) => byOwner(who) || inEmergency(who) || coordinates(who));
  allowed.set('break-glass-reason', (who) => byOwner(who) || coordinates(who));
  const writer = callerOf(at(one.noted));
  await tell.note('private', writer, 'private-note');
  allowed.set('private-note', (who) => who.association === writer.association);
  await tell.goal();
  // Who set it keeps reading it.
  allowed.set('goal', (who) => byOwner(who) || who.association === at(one.owner));
  if (one.glass) await tell.breakGlass(breaker);
  const paths = [`/cases/${tell.caseId}`, `/cases/${tell.caseId}/timeline`];
  for (const [n, { receiver, end }] of one.referrals.entries()) {
    const referral = tell.referral(callerOf(at(receiver)));
    const suffix = String.fromCharCode(97 + n);
    await referral.draft(`need-${suffix}`);
    if (end !== 'draft') await referral.send(`shared-${suffix}`);
    const to = callerOf(at(receiver));
    if (end === 'accepted' || end === 'completed') {
      await referral.step('referral-accepted.v1', to, () => ({
        ...{ kind: 'service', persons: [tell.person], place: null, grounds: [], text: null },
      }));
    }
    if (end === 'completed') {
      await referral.step('referral-completed.v1', to, () => ({
        ...{ outcome: 'helped', place: null, text: null, visibleTo: [] },
      }));
    }
    if (end === 'declined') await referral.decline([], `decline-${suffix}`);
    const isOpen = end === 'sent' || end === 'accepted';
    const opens: Allowed = (who) =>
      byOwner(who) || inEmergency(who) || (isOpen && who.association === to.association);
    allowed.set(`shared-${suffix}`, opens);
    allowed.set(`need-${suffix}`, (who) => opens(who) || who.association === at(one.owner));
    allowed.set(`decline-${suffix}`, (who) => who.association === to.association);
    paths.push(`/referrals/${referral.id}`, `/referrals/${referral.id}/timeline`);
  }
  if (one.handedOverTo !== null && one.handedOverTo !== one.owner) {
    await tell.part('case-handed-over.v1', async () => ({
      ...{ handover: randomUUID(), from: at(one.owner), to: owner },
      ...{ referent: randomUUID(), previousReferent: tell.referent },
    }));
  }
  return { paths, allowed, owner };
}

type ToldCase = Awaited<ReturnType<typeof tellCase>>;

/** Reads a path as this caller; how many texts it got. Throws for one that was not the caller's to read. */
async function readAs(who: Caller, path: string, allowed: ToldCase['allowed']): Promise<number> {
  const { status, text } = await probe.get(path, who);
  if (status !== 200 && status !== 404) throw new Error(`${path}: ${status} ${text}`);
  const names = [...text.matchAll(/canary:([a-z-]+)/g)].map(([, name = '']) => name);
  const leaked = names.find((name) => allowed.get(name)?.(who) !== true);
  if (leaked !== undefined) throw new Error(`${leaked} at ${path} for ${JSON.stringify(who)}`);
  return names.length;
}

async function readByEverybody({ paths, allowed, owner }: ToldCase): Promise<number> {
  let read = 0;
  for (const path of paths) {
    for (const who of everybody) read += await readAs(who, path, allowed);
  }
  const [file = ''] = paths;
  const { text } = await probe.get(file, callerOf(owner));
  if (!text.includes('canary:identity')) throw new Error('the owner must see who it is');
  return read;
}

t.test('in random networks every text reaches only those whose it is to read', async (t) => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (cases) => {
      const told: ToldCase[] = [];
      for (const one of cases) told.push(await tellCase(one));
      await probe.settled();
      for (const one of told) read += await readByEverybody(one);
    }),
    { numRuns: 6 },
  );
  t.ok(read > 20, `${read} texts were read`);
});
