import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type Cast, newCast } from './cast.ts';
import { type Reply, readProbe } from './probe.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);
const cast = newCast();
const { tell, handover, going, declined, open, draft } = await wholeStory(probe, cast);
const { owner } = cast;

type Who = keyof Cast;
/** Canaries in an answer, by name. */
const canariesOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/canary:([a-z-]+)/g)].map(([, name]) => name ?? ''))].sort();

const unknown = randomUUID();
const everybody = Object.keys(cast).filter((who) => who !== 'administrator') as Who[];
/** By path: what each sees; whoever is not named gets the same 404 as for an id that does not exist. */
const expected: Record<string, { template: string; sees: Partial<Record<Who, string[]>> }> = {
  [`/cases/${tell.caseId}`]: {
    template: `/cases/${unknown}`,
    sees: {
      owner: [
        ...['break-glass-reason', 'contact', 'goal', 'identity', 'private-note-of-owner'],
        ...['shared-note-of-owner', 'shared-note-of-receiver', 'vulnerability-coordinator'],
        ...['vulnerability-owner', 'vulnerability-shared'],
      ],
      receiver: ['private-note-of-receiver', 'shared-note-of-receiver'],
      decliner: [],
      coordinatorOfRemit: [
        ...['break-glass-reason', 'identity', 'vulnerability-coordinator', 'vulnerability-shared'],
      ],
      coordinator: [],
      auditor: [],
      breakGlass: [
        ...['contact', 'identity', 'vulnerability-coordinator', 'vulnerability-owner'],
        'vulnerability-shared',
      ],
    },
  },
  [`/cases/${tell.caseId}/consents`]: {
    template: `/cases/${unknown}/consents`,
    sees: {
      owner: ['exception-reason', 'interpreter', 'representative', 'why'],
      coordinatorOfRemit: ['exception-reason'],
      coordinator: [],
      auditor: [],
      breakGlass: ['exception-reason'],
    },
  },
  [`/cases/${tell.caseId}/subject-export`]: {
    template: `/cases/${unknown}/subject-export`,
    sees: {
      owner: [
        ...['contact', 'exception-reason', 'goal', 'identity', 'interpreter'],
        ...['private-note-of-owner', 'representative', 'shared-note-of-owner'],
        ...['shared-note-of-receiver', 'vulnerability-coordinator', 'vulnerability-owner'],
        ...[
          'vulnerability-shared',
          'why',
          'need',
          'open-need',
          'declined-need',
          'draft-need',
          'supplied-text',
        ],
      ].sort(),
    },
  },
  [`/referrals/${going.id}`]: {
    template: `/referrals/${unknown}`,
    sees: {
      owner: ['need', 'question', 'referral-note-of-sender', 'shared', 'supplied', 'supplied-text'],
      receiver: [
        ...['need', 'question', 'referral-note-of-receiver', 'referral-note-of-sender', 'shared'],
        ...['supplied', 'supplied-text'],
      ],
      coordinatorOfRemit: ['identity'],
      coordinator: [],
      auditor: [],
      breakGlass: ['identity', 'need', 'shared'],
    },
  },
  [`/referrals/${declined.id}`]: {
    template: `/referrals/${unknown}`,
    sees: {
      owner: ['declined-need', 'declined-shared'],
      decliner: ['hidden-decline'],
      coordinatorOfRemit: ['identity'],
      coordinator: [],
      auditor: [],
      breakGlass: ['declined-need', 'declined-shared', 'identity'],
    },
  },
  [`/referrals/${open.id}`]: {
    template: `/referrals/${unknown}`,
    sees: {
      owner: ['open-need', 'open-shared'],
      receiver: [],
      decliner: [],
      eligible: [],
      coordinatorOfRemit: ['identity'],
      coordinator: [],
      auditor: [],
      breakGlass: ['identity', 'open-need', 'open-shared'],
    },
  },
  [`/referrals/${draft.id}`]: {
    template: `/referrals/${unknown}`,
    sees: {
      owner: ['draft-need'],
      coordinatorOfRemit: ['identity'],
      auditor: [],
      breakGlass: [],
    },
  },
  [`/handovers/${handover}`]: {
    template: `/handovers/${unknown}`,
    sees: {
      owner: ['handover-reason'],
      decliner: ['handover-reason'],
      coordinatorOfRemit: [],
      auditor: [],
      breakGlass: [],
    },
  },
};

/** A refusal by role says nothing of the id; it names the request. */
const bare = ({ status, text }: Reply) => (status === 403 ? status : text);

for (const [path, { template, sees }] of Object.entries(expected)) {
  t.test(
    `${path.replace(/[0-9a-f-]{36}/, ':id')} shows each caller what its level allows`,
    async (t) => {
      for (const who of everybody) {
        const answer = await probe.get(path, cast[who]);
        const absent = await probe.get(template, cast[who]);
        if (sees[who] === undefined) {
          t.ok([403, 404].includes(answer.status), `${who} is refused (${answer.status})`);
          t.equal(
            bare(answer),
            bare(absent),
            `${who} cannot tell it from an id that does not exist`,
          );
        } else {
          t.equal(answer.status, 200, `${who} is answered: ${answer.text.slice(0, 300)}`);
          t.same(canariesOf(answer.text), sees[who], `what ${who} sees`);
        }
      }
    },
  );
}

t.test('lists and timelines hold no personal data at all', async (t) => {
  const paths = [
    ...['/cases', '/inbox', '/outbox', '/open-referrals', '/worklist', '/workload'],
    ...['/consent-exceptions', '/handovers', '/associations', '/offers', '/reason-codes'],
    ...['/referral-actions', `/cases/${tell.caseId}/timeline`, `/referrals/${going.id}/timeline`],
    ...[`/cases/${tell.caseId}/consultations`, `/cases/${tell.caseId}/duplicate-candidates`],
  ];
  for (const path of paths) {
    for (const who of everybody) {
      const { text, status } = await probe.get(path, cast[who]);
      t.ok([200, 403, 404].includes(status), `${path} for ${who}: ${status}`);
      t.same(canariesOf(text), [], `${path} for ${who}`);
    }
  }
});

t.test('a reason that was not meant for the sender does not reach it by any path', async (t) => {
  const paths = [
    ...[`/referrals/${declined.id}`, `/referrals/${declined.id}/timeline`],
    ...[`/cases/${tell.caseId}`, `/cases/${tell.caseId}/timeline`, '/outbox'],
  ];
  for (const path of paths) {
    const { text, status } = await probe.get(path, owner);
    t.equal(status, 200);
    t.notMatch(text, /safety_risk/, path);
  }
  const { text } = await probe.get(`/referrals/${declined.id}/timeline`, cast.coordinatorOfRemit);
  t.match(text, /safety_risk/, 'the coordinator is told');
});

t.test('whom the case did not go to no longer reads why it was offered', async (t) => {
  const ended = await tell.handover(cast.decliner);
  const about = { case: tell.caseId, from: owner.association, to: cast.decliner.association };
  await probe.append(`handover-${ended}`, async () => ({
    type: 'handover-revoked.v1',
    data: { ...about, by: owner.association },
  }));
  await probe.settled();
  const told = await probe.get(`/handovers/${ended}`, cast.decliner);
  t.match(told.body, { level: 'party', state: 'revoked', reason: null });
  t.notMatch(told.text, /canary:/);
  t.equal((await probe.get(`/handovers/${ended}`, owner)).body.reason, 'canary:handover-reason');
});
