/** What each reader gets to read of the canary story, by hand (who sees what). */
import { eventually } from '@relais/event-log/fixtures/eventually';
import { type Read, say, type Telling } from './canary.ts';

type Reading<Who extends string> = Pick<Telling, 'ask'> & {
  readonly tokens: { readonly [who in Who]: string };
  readonly file: string;
  readonly going: string;
  readonly declined: string;
  readonly handover: string;
};

/** By hand: what each level shows of this story (domain.md §5). */
export async function readAll<Who extends string>(setting: Reading<Who>): Promise<Read[]> {
  const { ask, tokens, file, going, declined, handover } = setting;
  const names = (...of: string[]) => of.map((name) => say(name));
  const dates = ['1917-03-17'];
  const phone = '+33 7 99 88 77 66';
  const right = [...names('RightGiven', 'RightFamily'), ...dates];
  const child = names('ChildGiven', 'ChildFamily');
  const contact = [...names('RightPlace', 'RightMail'), phone];
  const health = names('Healthowner', 'Healthcoordinator', 'Healthshared');
  const notes = names('Goal', 'PrivateNote', 'SharedNote');
  const shared = [...right, ...contact];
  const exchange = names('GoingNeed', 'Question', 'Supplied', 'Acceptance', 'CancelAsked');
  const expected: [path: string, { [who: string]: string[] }][] = [
    [
      `/cases/${file}`,
      {
        owner: [...right, ...child, ...contact, ...health, ...notes],
        // Shared notes reach a receiver in the snapshot, with the category they belong to.
        receiver: [],
        coordinator: [...right, ...child, ...names('Healthcoordinator', 'Healthshared')],
        ...{ otherCoordinator: [], auditor: [], stranger: [] },
      },
    ],
    [
      `/cases/${file}/consents`,
      {
        owner: names('Representative', 'Interpreter', 'WithheldWhy', 'ExceptionReason'),
        coordinator: names('ExceptionReason'),
        ...{ otherCoordinator: [], auditor: [], receiver: [], stranger: [] },
      },
    ],
    [
      `/referrals/${going}`,
      {
        owner: [...shared, ...exchange],
        receiver: [...shared, ...exchange, ...names('ReceiverNote')],
        coordinator: right,
        ...{ otherCoordinator: [], auditor: [], stranger: [] },
      },
    ],
    [
      `/referrals/${declined}`,
      {
        owner: [...shared, ...names('DeclinedNeed')],
        receiver: names('DeclineText'),
        ...{ otherCoordinator: [], auditor: [], stranger: [] },
      },
    ],
    [
      `/handovers/${handover}`,
      {
        owner: names('HandoverReason', 'Refusal'),
        // It has ended: its own contribution is left to it.
        stranger: names('Refusal'),
        ...{ coordinator: [], auditor: [], receiver: [] },
      },
    ],
    ...[`/cases/${file}/timeline`, `/referrals/${going}/timeline`, '/inbox', '/outbox'].map(
      (path): [string, { [who: string]: string[] }] => [
        path,
        { owner: [], receiver: [], coordinator: [] },
      ],
    ),
  ];
  await eventually(async () => {
    const { body } = await ask(tokens['owner' as Who], 'GET', `/handovers/${handover}`);
    return body.state === 'refused';
  });
  const read: Read[] = [];
  for (const [path, levels] of expected) {
    for (const [who, sees] of Object.entries(levels)) {
      const { text } = await ask(tokens[who as Who], 'GET', path);
      read.push({ who, path, sees, text });
    }
  }
  return read;
}
