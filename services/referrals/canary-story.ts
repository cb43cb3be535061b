/** The story of canaries.test.ts, told over REST: every personal field of every command holds a canary of its own. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { canaries, type Story, say, type Telling } from './canary.ts';
import { readAll } from './canary-levels.ts';
import { evidence, later, theme } from './service-steps.ts';

type Who = 'owner' | 'receiver' | 'stranger' | 'coordinator' | 'otherCoordinator' | 'auditor';
type Tokens = { readonly [who in Who]: string };
/** Does it at the revision last told of `on`; gives the answer's body. */
type Act = (who: Who, path: string, body: object, on?: string) => Promise<{ readonly id: string }>;
type Setting = { readonly act: Act; readonly receiver: string; readonly elsewhere: string };

export async function tell(telling: Telling): Promise<Story> {
  const { ask, tokenOf } = telling;
  const [owner, receiver, elsewhere] = [randomUUID(), randomUUID(), randomUUID()];
  for (const association of [owner, receiver, elsewhere]) await telling.register(association);
  const tokens: Tokens = {
    owner: await tokenOf('partner', owner),
    receiver: await tokenOf('partner', receiver),
    stranger: await tokenOf('partner', elsewhere),
    coordinator: await tokenOf('coordinator', randomUUID(), [owner]),
    otherCoordinator: await tokenOf('coordinator', randomUUID()),
    auditor: await tokenOf('auditor', randomUUID()),
  };
  const act = actor(ask, tokens);
  const setting = { act, receiver, elsewhere };
  const person = { role: 'main', identity: identity('First'), contact: contact('First') };
  const opening = { kind: 'household', referent: randomUUID(), persons: [person] };
  const { id: file } = await act('owner', '/cases', opening);
  const known = await eventually(async () => {
    const answer = await ask(tokens.owner, 'GET', `/cases/${file}`);
    return answer.status === 200 && answer.body;
  });
  const about: string = known.persons[0].person;
  await fillFile(setting, file, about);
  const consent = await shareFile(setting, file);
  const referrals = await referTo(setting, file, about);
  const handover = await offer(setting, file);

  await refused({ ask, token: tokens.owner, file, about });
  const tag = await eventually(async () => {
    const { etag, body } = await ask(tokens.owner, 'GET', `/cases/${file}/consents`);
    return body.consents?.length > 0 && body.exceptions?.length > 0 && etag;
  });
  const read = await readAll({ ask, tokens, file, ...referrals, handover });
  const withdrawal = { consent, withdrawnBy: 'person', reason: say('Withdrawal') };
  await ask(tokens.owner, 'POST', `/cases/${file}/consents/withdraw`, withdrawal, tag);
  return { canaries, read };
}

function actor(ask: Telling['ask'], tokens: Tokens): Act {
  const etags = new Map<string, string>();
  return async (who, path, body, on) => {
    const answer = await ask(tokens[who], 'POST', path, body, on && etags.get(on));
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    etags.set(on ?? answer.body.id, answer.etag);
    return answer.body;
  };
}

const [birthDate, phone] = ['1917-03-17', '+33 7 99 88 77 66'] as const;
canaries.push(birthDate, phone);
const identity = (name: string) => ({
  ...{ givenName: say(`${name}Given`), familyName: say(`${name}Family`), birthDate, sex: null },
});
const contact = (name: string) => ({
  ...{ languages: ['ps'], place: say(`${name}Place`), phones: [phone] },
  emails: [`${say(`${name}Mail`)}@example.org`],
});

async function fillFile({ act }: Setting, file: string, person: string): Promise<void> {
  const on = (action: string, body: object) => act('owner', `/cases/${file}/${action}`, body, file);
  await on('add-person', { role: 'child', identity: identity('Child') });
  await on('correct-identity', { person, identity: identity('Right') });
  await on('change-contact', { person, contact: contact('Right') });
  for (const visibility of ['owner', 'coordinator', 'shared']) {
    const what = { code: 'pregnancy', detail: say(`Health${visibility}`) };
    await on('record-vulnerability', { person, what, visibility });
  }
  await on('set-goal', { text: say('Goal') });
  await on('add-private-note', { text: say('PrivateNote') });
  await on('add-shared-note', { text: say('SharedNote') });
}

async function shareFile({ act, receiver }: Setting, file: string): Promise<string> {
  const recipients = { associations: [receiver], openToEligible: true };
  const terms = { purposes: ['referral'], recipients, categories: ['identity', 'contact'] };
  const { id } = await act('owner', `/cases/${file}/consents`, {
    ...{ ...terms, givenBy: 'representative', language: 'ps', formVersion: '1', evidence },
    ...{ representative: say('Representative'), interpreter: say('Interpreter') },
    withheld: [{ category: 'health', why: say('WithheldWhy') }],
    validFrom: later(-1),
  });
  await act('owner', `/cases/${file}/consent-exceptions`, {
    ...{ ...terms, categories: ['social'], legalBasis: 'vital_interest' },
    ...{ reason: say('ExceptionReason'), author: randomUUID(), until: later(5) },
  });
  return id;
}

async function referTo({ act, receiver }: Setting, file: string, person: string) {
  const sent = async (name: string) => {
    const wanted = { kind: 'service', themes: [theme], need: say(`${name}Need`) };
    const target = { to: 'association', association: receiver };
    const { id } = await act('owner', '/referrals', {
      ...{ case: file, persons: [person], ...wanted, target },
    });
    const on = (action: string, who: Who, body: object) =>
      act(who, `/referrals/${id}/${action}`, body, id);
    await on('send', 'owner', { categories: ['identity', 'contact'] });
    return { id, on };
  };
  const { id: going, on } = await sent('Going');
  await on('acknowledge', 'receiver', {});
  await on('request-info', 'receiver', { text: say('Question') });
  await on('supply-info', 'owner', { text: say('Supplied'), categories: ['contact'] });
  await on('note', 'receiver', { text: say('ReceiverNote') });
  await on('accept', 'receiver', { text: say('Acceptance') });
  const asked = { reason: 'other', requestedBy: 'person', text: say('CancelAsked') };
  await on('request-cancellation', 'owner', asked);
  const declined = await sent('Declined');
  await declined.on('decline', 'receiver', {
    ...{ reason: 'no_capacity', declinedBy: 'receiver', text: say('DeclineText') },
    visibleTo: [],
  });
  const withdrawn = await sent('Withdrawn');
  await withdrawn.on('withdraw', 'owner', {
    ...{ reason: 'situation_changed', requestedBy: 'sender', text: say('WithdrawText') },
  });
  return { going, declined: declined.id };
}

async function offer({ act, elsewhere }: Setting, file: string): Promise<string> {
  const offered = { case: file, to: elsewhere, reason: say('HandoverReason') };
  const { id } = await act('owner', '/handovers', offered);
  await act('stranger', `/handovers/${id}/refuse`, { reason: say('Refusal') }, id);
  return id;
}

/** What is refused is not kept either. */
async function refused({
  ask,
  token,
  file,
  about,
}: Pick<Telling, 'ask'> & { token: string; file: string; about: string }): Promise<void> {
  const wrong = say('Refused');
  await ask(token, 'GET', `/cases?referent=${wrong}`);
  await ask(token, 'GET', `/inbox?cursor=${wrong}&nosuchfilter=${wrong}`);
  await ask(token, 'POST', '/cases', {
    kind: wrong,
    nosuchfield: wrong,
    persons: [{ role: wrong }],
  });
  await ask(token, 'POST', `/cases/${file}/set-goal`, { text: [wrong] }, '"0"');
  await ask(token, 'POST', `/cases/${file}/set-goal`, { text: wrong }, '"0"');
  const identity = { givenName: wrong, familyName: null, birthDate: wrong, sex: null };
  await ask(token, 'POST', `/cases/${file}/correct-identity`, { person: about, identity }, '"0"');
  await ask(token, 'POST', `/cases/${file}/archive`, { reason: wrong }, '"0"');
}
