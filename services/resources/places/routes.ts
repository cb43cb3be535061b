import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { isVisible, viewersOf } from '@relais/contracts/offer-visibility';
import { placePoolContract, placesMax, ResizePlaces } from '@relais/contracts/places';
import { PlacesView } from '@relais/contracts/resource-views';
import { submit } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { mayManage } from '../offers/decide.ts';
import { availableOf, findPool, listReservations } from '../query.ts';
import { readOffer } from '../stored.ts';
import { balancedLog } from './balanced-log.ts';
import { type Pool, poolAggregate } from './decide.ts';

const params = z.strictObject({ id: OfferId });

/** The counted places of an offer: how many there are and are free, for everybody; who holds them, for its association. */
export function placeRoutes(app: App, { log, rows: sql }: Desk): void {
  app.get(
    '/offers/:id/places',
    {
      config: { access: ['partner', 'coordinator', 'auditor', 'administrator'] },
      schema: { summary: 'The places of an offer', params, response: { 200: PlacesView } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const pool = await findPool(sql, id, viewersOf(actor));
      if (pool === undefined) throw new HttpProblem('not-found');
      const { association, capacity, reserved, revision, state } = pool;
      revisionTag(reply, revision);
      const mayKnow = mayManage(actor, AssociationId.parse(association));
      return {
        offer: id,
        state,
        revision: revision.toString(),
        capacity,
        reserved,
        available: availableOf(pool),
        reservations: mayKnow ? await reservationsOf(sql, id) : null,
      };
    },
  );
  app.post(
    '/offers/:id/places/resize',
    {
      config: { access: ['partner', 'coordinator'], command: 'change' },
      schema: {
        summary: 'Change how many places there are; who holds one keeps it',
        params,
        body: ResizePlaces,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const offer = await readOffer(log, id);
      if (offer.state === 'absent' || !isVisible(actor, offer)) throw new HttpProblem('not-found');
      if (!mayManage(actor, offer.association)) throw new HttpProblem('not-your-offer');
      const outcome = await submit(
        { type: 'resize', offer: id, capacity: request.body.capacity },
        {
          log: balancedLog(log),
          aggregate: poolAggregate,
          contract: placePoolContract,
          id,
          context: request.command.context,
          expected: request.command.expected,
        },
      );
      return answerCommand(reply, outcome, (pool) => present(id, pool));
    },
  );
}

async function reservationsOf(sql: Sql, offer: OfferId): Promise<PlacesView['reservations']> {
  const rows = await listReservations(sql, offer, placesMax);
  return rows.map((row) => ({
    reservation: ReservationId.parse(row.id),
    referral: ReferralId.parse(row.referral),
    reservedAt: row.reserved_at,
  }));
}

const present = (id: OfferId, { pool }: Pool): Presented => ({
  id,
  state: pool,
  allowedActions: pool === 'open' ? ['resize'] : [],
  deadlines: {},
});
