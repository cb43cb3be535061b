/** Offers, series and registrations for the tests of sessions. */
import { randomUUID } from 'node:crypto';
import { sessionStartOf } from '@relais/contracts/session-codes';
import { type AccessProbe, type Answered, accessProbe } from '../access-probe.ts';
import { addDays, dayOf } from '../stays/days.ts';

/** Four Tuesdays to come. Clocks go forward between the second and the third. */
export const tuesdays = ((): readonly [string, string, string, string] => {
  const year = new Date().getUTCFullYear();
  const last = (march: number) => new Date(Date.UTC(march, 2, 31)).getUTCDay();
  const [first = ''] = [year, year + 1]
    .map((march) => addDays(`${march}-03-31`, -last(march) + 2 - 14))
    .filter((day) => day > addDays(dayOf(new Date().toISOString()), 10));
  return [first, addDays(first, 7), addDays(first, 14), addDays(first, 21)];
})();
export const start = `${tuesdays[0]}T18:00`;
export const schedule = { start, rule: 'FREQ=WEEKLY;BYDAY=TU;COUNT=4' };
const theme = 'lecture-ecriture-calcul--maitriser-le-francais';

/** Where the session is that was first meant to begin then. */
export const sessionOf = (series: string, local = start): string =>
  `/series/${series}/sessions/${sessionStartOf(local)}`;

export type SessionsProbe = Omit<AccessProbe, 'register'> & {
  /** Tells the log of an association, as the identity service does. */
  readonly enlist: AccessProbe['register'];
  /** A token of a third association. */
  readonly another: string;
  readonly offered: (more?: object) => Promise<string>;
  /** Four Tuesdays unless said otherwise, of an immersion day. */
  readonly planned: (more?: object, offer?: string) => Promise<string>;
  /** A professional of the stranger's association, unless another token is given. */
  readonly register: (session: string, token?: string, more?: object) => Promise<Answered>;
  /** A reading after what was just answered. */
  readonly seen: (path: string, answered: Answered, token?: string) => Promise<Answered>;
};

/** Runs until the test file has ended. */
export async function sessionsProbe(
  ...prepare: Parameters<typeof accessProbe>
): Promise<SessionsProbe> {
  const probe = await accessProbe(...prepare);
  const { ask, tokens } = probe;
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await ask(path, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  };
  const offered = (more: object = {}) =>
    made('/offers', {
      ...{ kind: 'immersion_day', title: 'Journée d’immersion', themes: [theme], ...more },
    });
  return {
    ...probe,
    enlist: probe.register,
    another: await probe.tokenOf('partner', randomUUID()),
    offered,
    planned: async (more = {}, offer = undefined) =>
      made('/series', {
        offer: offer ?? (await offered()),
        schedule,
        durationMinutes: 120,
        ...more,
      }),
    register(session, token = tokens.stranger, more = {}) {
      const registrant = { who: 'worker', worker: randomUUID() };
      return ask(`${session}/registrations`, { registrant, ...more }, undefined, token);
    },
    seen(path, { body }, token = tokens.owner) {
      const query = `${path.includes('?') ? '&' : '?'}waitFor=${body.position}`;
      return ask(`${path}${query}`, undefined, undefined, token);
    },
  };
}
