import { CommandAnswer } from '@relais/contracts/answers';
import type { OfferId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { WaitingListView } from '@relais/contracts/waiting-list-views';
import { MoveEntry } from '@relais/contracts/waiting-lists';
import { submit } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import {
  managers,
  offerParams,
  ownOffer,
  type PlacesDesk,
  visibleOffer,
} from '../places/managing.ts';
import type { WaitingListRow } from './project.ts';
import { waitingLog, waitingTarget } from './react.ts';

/** Who waits for a place. Referrals come on the list when they are waitlisted, and leave it when they are answered. */
export function waitingListRoutes(app: App, desk: PlacesDesk): void {
  app.get(
    '/offers/:id/waiting-list',
    {
      config: { access: managers },
      schema: {
        summary: 'Who waits for a place, in their order',
        params: offerParams,
        response: { 200: WaitingListView },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { actor, isOwn } = await visibleOffer(desk, id, request.caller);
      const list = await findList(desk.rows, id);
      if (list === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, list.revision);
      const viewers = viewersOf(actor);
      const entries = list.entries.map(({ association: _, ...entry }, index) => ({
        position: index + 1,
        ...entry,
      }));
      return {
        offer: id,
        revision: list.revision.toString(),
        length: entries.length,
        entries: entries.filter(({ sender }) => isOwn || viewers.includes(sender)),
      };
    },
  );
  app.post(
    '/offers/:id/waiting-list/move',
    {
      config: { access: managers, command: 'change' },
      schema: {
        summary: 'Move somebody on the list by hand, with a reason',
        params: offerParams,
        body: MoveEntry,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id: offer } = request.params;
      await ownOffer(desk, offer, request.caller);
      const { context, expected } = request.command;
      const outcome = await submit(
        { type: 'move', offer, ...request.body },
        { log: waitingLog(desk.log), ...waitingTarget(offer), context, expected },
      );
      return answerCommand(reply, outcome, () => present(offer));
    },
  );
}

const present = (id: OfferId): Presented => ({
  id,
  state: 'open',
  allowedActions: ['move'],
  deadlines: {},
});

async function findList(sql: Sql, offer: OfferId): Promise<WaitingListRow | undefined> {
  const { rows } = await sql.query<WaitingListRow>(
    'select * from waiting_list where offer = $1',
    [offer],
    'resources-waiting-list',
  );
  return rows[0];
}
