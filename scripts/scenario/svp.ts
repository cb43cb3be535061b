import { randomUUID } from 'node:crypto';
import { type Member, member, type Platform } from '../platform.ts';
import { after, expect, type Telling, type Told } from './telling.ts';

const savings = 'difficultes-financieres--acquerir-une-autonomie-budgetaire';
/** The story of weeks in seconds. */
const answerWithinMs = 2_000;

type Roles = {
  readonly [role in 'asker' | 'first' | 'second' | 'reader' | 'coordination']: Member;
};

/** Row 6 of the domain: a question goes to who knows, is answered in time and published; tools and information material. */
export async function playSvp(platform: Platform, telling: Telling): Promise<void> {
  const of = (association: string, role?: string) =>
    member(platform, 'resources', association, role);
  const roles = {
    asker: of('accueil-loon-plage'),
    first: of('aurore'),
    second: of('france-terre-d-asile'),
    reader: of('collectif-du-4-septembre'),
    coordination: of('carrefour-des-solidarites', 'coordinator'),
  };
  telling.print('\nSVP insertion : une question, une réponse du réseau');
  const answered = await answeredInTime(roles, await passedOn(roles, telling), telling);
  const settled = await reopened(roles, answered, telling);
  await published(roles, settled, telling);
  telling.print('\nDes outils et de l’information, en versions');
  await guide(roles, telling);
}

/** Routed to who knows best; who has no time passes it on, and the next one has it. */
async function passedOn(roles: Roles, { step, until }: Telling): Promise<Told> {
  const { asker, first, second, coordination } = roles;
  const skill = { themes: [savings], availability: { hoursPerMonth: 6 } };
  const know = (title: string) => ({ ...skill, expert: randomUUID(), title, languages: ['fr'] });
  const stated = [
    await step('Aurore connaît le droit au compte', first.post('/v1/skills', know('Banque'))),
    await step('France terre d’asile aussi', second.post('/v1/skills', know('Droit au compte'))),
  ];
  const path = `/v1/skills/${stated[0]?.id}/endorse`;
  const vouched = await step(
    'qui recommande Aurore',
    second.post(path, {}, { etag: stated[0]?.etag }),
  );
  await asker.get(after('/v1/skills', vouched));
  const text = 'Une personne arrivée hier peut-elle ouvrir un compte sans justificatif ?';
  const answerBy = new Date(Date.now() + answerWithinMs).toISOString();
  const asked = await step(
    'Loon-Plage demande',
    asker.post('/v1/questions', { themes: [savings], text, answerBy }),
  );
  expect('quelqu’un le sait', asked.state === 'routed', asked);
  const question = `/v1/questions/${asked.id}`;
  const seen = await step('Aurore lit la question', first.get(after(question, asked)));
  expect(
    'en toutes lettres, et pourquoi elle',
    seen.text === text && seen.reasons.length > 0,
    seen,
  );
  const late = await until(
    'Rappel, puis la coordination apprend que rien ne vient',
    () => coordination.get(question),
    ({ reminded, escalated, text: read }) => reminded && escalated && read === null,
  );
  const passed = await step(
    'Aurore n’a pas le temps',
    first.post(`${question}/pass`, { reason: 'no_capacity' }, { etag: late.etag }),
  );
  const gone = await first.get(after(question, passed));
  expect('Aurore ne la voit plus', gone.status === 404, gone);
  return step('La question est à France terre d’asile', second.get(question));
}

async function answeredInTime(
  { asker, second }: Roles,
  { id, etag }: Told,
  { step }: Telling,
): Promise<Told> {
  const path = `/v1/questions/${id}`;
  const answer = { text: 'Oui, avec une attestation.', links: ['https://www.banque-france.fr/'] };
  const answered = await step(
    'France terre d’asile répond',
    second.post(`${path}/answer`, answer, { etag }),
  );
  const read = await step('Loon-Plage lit la réponse', asker.get(after(path, answered)));
  expect('la réponse', read.answer === answer.text, read);
  return read;
}

async function reopened(
  { asker, second }: Roles,
  { id, etag }: Told,
  { step }: Telling,
): Promise<Told> {
  const path = `/v1/questions/${id}`;
  const why = { why: 'Quelle attestation ? La banque refuse.' };
  const open = await step('Cela ne suffit pas', asker.post(`${path}/reopen`, why, { etag }));
  const text = 'Celle de domiciliation ; puis la Banque de France désigne une banque.';
  const again = await step(
    'France terre d’asile précise',
    second.post(`${path}/answer`, { text }, { etag: open.etag }),
  );
  return step('Loon-Plage accepte', asker.post(`${path}/accept`, {}, { etag: again.etag }));
}

/** A text of its own: what obviously names a person is refused; every member finds the rest. */
async function published(
  { second, reader }: Roles,
  { id, etag }: Told,
  { step, print }: Telling,
): Promise<void> {
  const path = `/v1/questions/${id}/publish`;
  const words = {
    ...{ title: 'Ouvrir un compte sans adresse', question: 'Que demander à la banque ?' },
    ...{ themes: [savings], confirmedFreeOfPersonalData: true },
  };
  const answer = 'Une domiciliation suffit ; la Banque de France désigne une banque.';
  const named = { ...words, answer: `${answer} Appelez le 06 12 34 56 78.` };
  const refused = await second.post(path, named, { etag });
  expect('un numéro n’est pas publié', refused.status === 400, refused);
  print('  Avec un numéro de téléphone, la réponse n’est pas publiée');
  const made = await step('Sans, elle l’est', second.post(path, { ...words, answer }, { etag }));
  const query = new URLSearchParams({ q: 'domicilier', theme: savings });
  const found = await step(
    'Tout membre la trouve',
    reader.get(after(`/v1/answers?${query}`, made)),
  );
  expect('une réponse', found.items.length === 1 && found.items[0].id === id, found);
}

async function guide({ second, reader }: Roles, { step }: Telling): Promise<void> {
  const terms = {
    ...{ kind: 'guide', title: 'Premiers droits', themes: [savings], languages: ['fr', 'ar'] },
    ...{ summary: 'Santé, compte, domiciliation.', body: 'Demander une domiciliation.' },
  };
  const made = await step('Un guide des premiers droits', second.post('/v1/publications', terms));
  const path = `/v1/publications/${made.id}`;
  const more = { ...terms, body: 'Demander une domiciliation, au CCAS ou à une association.' };
  const revised = await step(
    'La loi change : seconde version',
    second.post(`${path}/revise`, more, { etag: made.etag }),
  );
  const read = await step('Le syndicat membre la lit', reader.get(after(path, revised)));
  expect('la seconde', read.version === 2 && read.body === more.body, read);
  const first = await step('et la première encore', reader.get(`${path}/versions/1`));
  expect('la première', first.body === terms.body, first);
  const query = new URLSearchParams({ q: 'domiciliations', language: 'ar' });
  const found = await step('Elle se trouve', reader.get(`/v1/publications?${query}`));
  expect('une seule fois', found.items.length === 1 && found.items[0].version === 2, found);
}
