/** A good command on a case: on the known one for who takes part in it, else on one of the owner's that is new. */
import { randomUUID } from 'node:crypto';
import type { Log } from '@relais/event-log/log';
import { actionOf } from './matrix-expected.ts';
import type { RelationName, World } from './matrix-world.ts';
import { evidence, type File, identity, later } from './service-steps.ts';

type Good = { readonly url: string; readonly body: object; readonly ifMatch?: string };

const recipients = { associations: [], openToEligible: true };
const categories = ['identity'];
const purposes = ['referral'];
const consentTerms = {
  ...{ givenBy: 'person', language: 'ps', formVersion: '1', purposes, recipients, categories },
  ...{ validFrom: later(-1), evidence },
};
const exceptionTerms = {
  ...{ legalBasis: 'vital_interest', reason: 'Danger', author: randomUUID(), until: later(5) },
  ...{ purposes, recipients, categories },
};

type Setting = { readonly log: Log; readonly world: World; readonly file: File };

export async function goodOnCase(
  log: Log,
  world: World,
  path: string,
  relation: RelationName,
): Promise<Good> {
  const takesPart = relation === 'receiver' || relation === 'formerOwner';
  const file = takesPart ? world.file : await world.fresh();
  const setting = { log, world, file };
  const url = path.replace('{id}', file.id);
  if (path.includes('/consent')) return { url, ...(await onConsents(setting, path)) };
  const action = actionOf(path);
  if (action === 'unarchive') {
    await done(setting, 'archive', { reason: 'moved_away' }, takesPart ? relation : 'owner');
  }
  const body = await caseBody(setting, action);
  return { url, body, ifMatch: await tagOf(log, `case-${file.id}`) };
}

async function onConsents(setting: Setting, path: string): Promise<Omit<Good, 'url'>> {
  if (path.endsWith('/consents')) return { body: consentTerms };
  if (path.endsWith('/consent-exceptions')) return { body: exceptionTerms };
  const { file, world } = setting;
  const made = await world.people.owner.post(
    `/cases/${file.id}/consent-exceptions`,
    exceptionTerms,
  );
  const withdrawal = { consent: file.consent, withdrawnBy: 'person' };
  const body = path.endsWith('/withdraw') ? withdrawal : { exception: made.body.id };
  return { ifMatch: made.etag, body };
}

async function caseBody(setting: Setting, action: string): Promise<object> {
  const { person } = setting.file;
  const what = { code: 'pregnancy' };
  const vulnerability = { person, what, visibility: 'owner' };
  switch (action) {
    case 'addPerson':
      return { role: 'child', identity };
    case 'correctIdentity':
      return { person, identity };
    case 'changeContact':
      return { person, contact: { languages: ['ps'] } };
    case 'assignReferent':
      return { referent: randomUUID() };
    case 'recordVulnerability':
      return vulnerability;
    case 'changeVisibility':
    case 'endVulnerability': {
      const { vulnerability: id } = await done(setting, 'record-vulnerability', vulnerability);
      return { vulnerability: id, ...(action === 'changeVisibility' && { visibility: 'shared' }) };
    }
    case 'changeGoal': {
      const { goal } = await done(setting, 'set-goal', { text: 'Un toit' });
      return { goal, status: 'reached' };
    }
    case 'setGoal':
    case 'addPrivateNote':
    case 'addSharedNote':
      return { text: 'Un texte' };
    case 'archive':
      return { reason: 'moved_away' };
    case 'breakGlass':
      return { reason: 'Un danger', until: later(0.5) };
    case 'forgetPerson':
      return { person };
    default:
      return {};
  }
}

/** Does it, unless it is done already; gives the data of the last event of the case. */
async function done(
  { log, world, file }: Setting,
  action: string,
  body: object,
  by: RelationName = 'owner',
): Promise<{ readonly [name: string]: unknown }> {
  const stream = `case-${file.id}`;
  await world.people[by].send(`/cases/${file.id}/${action}`, body, await tagOf(log, stream));
  for await (const { data } of log.read(stream, { backwards: true, max: 1 })) {
    return data as { [name: string]: unknown };
  }
  return {};
}

async function tagOf(log: Log, stream: string): Promise<string> {
  for await (const { revision } of log.read(stream, { backwards: true, max: 1 })) {
    return `"${revision}"`;
  }
  throw new Error(`${stream} is empty`);
}
