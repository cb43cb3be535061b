import { type Actor, actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { OfferId, UnavailabilityId, UnitId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { OccupancyView, PlacesView } from '@relais/contracts/place-views';
import { AddUnit, MakeUnavailable, ResizePlaces, SetStayPolicy } from '@relais/contracts/places';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand, revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { seenRow } from '../offers/seen.ts';
import type { CommandOf, PoolCommand } from './commands.ts';
import { managers, offerParams, ownOffer, type PlacesDesk, presentPool } from './managing.ts';
import { OccupancyQuery, occupancyAsked } from './occupancy.ts';
import { presentPlaces } from './present.ts';
import { findPool, listOccupancy } from './query.ts';

/** The counted places of an offer: how many there are and are free, for everybody; the rest for its association. */
export function placeRoutes(app: App, desk: PlacesDesk): void {
  reads(app, desk);
  creating(app, desk, {
    path: 'units',
    summary: 'Name a place; it is a place more when all have a name already',
    body: AddUnit,
    command: (offer, id, { label, accessible, publics }) => ({
      type: 'addUnit',
      offer,
      unit: { unit: UnitId.parse(id), label, accessible, publics },
    }),
  });
  creating(app, desk, {
    path: 'unavailabilities',
    summary: 'Say that places cannot be given for a while, now or later; who holds one keeps it',
    body: MakeUnavailable,
    command: (offer, id, period, now) => ({
      type: 'plan',
      offer,
      unavailability: UnavailabilityId.parse(id),
      ...period,
      now,
    }),
  });
  changing(app, desk, {
    path: 'places/resize',
    summary: 'Change how many places there are; who holds one keeps it',
    body: ResizePlaces,
    params: offerParams,
    command: ({ id: offer }, { capacity }) => ({ type: 'resize', offer, capacity }),
  });
  changing(app, desk, {
    path: 'stay-policy',
    summary: 'Say how long stays last that are reserved from now on',
    body: SetStayPolicy,
    params: offerParams,
    command: ({ id: offer }, { policy }) => ({ type: 'setPolicy', offer, policy }),
  });
  changing(app, desk, {
    path: 'units/:unit/remove',
    summary: 'Take its name from a vacant place; the place stays',
    body: z.strictObject({}),
    params: offerParams.extend({ unit: UnitId }),
    command: ({ id: offer, unit }) => ({ type: 'removeUnit', offer, unit }),
  });
  changing(app, desk, {
    path: 'unavailabilities/:unavailability/end',
    summary: 'Give these places again, or not withhold them after all',
    body: z.strictObject({}),
    params: offerParams.extend({ unavailability: UnavailabilityId }),
    command: ({ id: offer, unavailability }) => ({
      type: 'endUnavailability',
      offer,
      unavailability,
      because: 'ended',
    }),
  });
}

const readers = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

const poolFor = (desk: PlacesDesk, id: OfferId, actor: Actor) =>
  seenRow(desk, id, actor, (isConcerned) => findPool(desk.rows, id, viewersOf(actor), isConcerned));

function reads(app: App, desk: PlacesDesk): void {
  const { rows: sql, now } = desk;
  app.get(
    '/offers/:id/places',
    {
      config: { access: readers },
      schema: {
        summary: 'The places of an offer',
        params: offerParams,
        response: { 200: PlacesView },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const pool = await poolFor(desk, id, actor);
      if (pool === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, pool.revision);
      return presentPlaces(sql, pool, actor);
    },
  );
  app.get(
    '/offers/:id/occupancy',
    {
      config: { access: readers },
      schema: {
        summary: 'How many places were reserved and occupied, by day or month',
        params: offerParams,
        querystring: OccupancyQuery,
        response: { 200: OccupancyView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const asked = occupancyAsked(request.query, now().toISOString());
      const pool = await poolFor(desk, id, actorOf(request.caller));
      if (pool === undefined) throw new HttpProblem('not-found');
      return { offer: id, step: asked.step, periods: await listOccupancy(sql, id, asked) };
    },
  );
}

type Creating<Body extends z.ZodObject> = {
  readonly path: string;
  readonly summary: string;
  readonly body: Body;
  readonly command: (
    offer: OfferId,
    id: string,
    body: z.infer<Body>,
    now: string,
  ) => CommandOf<'addUnit' | 'plan'>;
};

/** Whatever becomes part of a pool has an id of its own, and needs no revision: two of them do not contradict each other. */
function creating<Body extends z.ZodObject>(
  app: App,
  desk: PlacesDesk,
  { path, summary, body, command }: Creating<Body>,
): void {
  app.post(
    `/offers/:id/${path}`,
    {
      config: { access: managers, command: 'create' },
      schema: { summary, params: offerParams, body, response: { 201: CommandAnswer } },
    },
    async (request, reply) => {
      const offer = OfferId.parse(request.params.id);
      await ownOffer(desk, offer, request.caller);
      const id = derivedId(path, request.command.id);
      const { context } = request.command;
      const now = desk.now().toISOString();
      const asked = command(offer, id, request.body as z.infer<Body>, now);
      const outcome = await desk.pools.carryOut(asked, { context });
      const location = `/v1/offers/${offer}/places`;
      return answerCommand(reply, outcome, (pool) => ({ ...presentPool(offer)(pool), id }), {
        location,
      });
    },
  );
}

type Changing<Params extends z.ZodObject, Body extends z.ZodObject> = {
  readonly path: string;
  readonly summary: string;
  readonly params: Params;
  readonly body: Body;
  readonly command: (params: z.infer<Params>, body: z.infer<Body>) => PoolCommand;
};

function changing<Params extends z.ZodObject, Body extends z.ZodObject>(
  app: App,
  desk: PlacesDesk,
  { path, summary, params, body, command }: Changing<Params, Body>,
): void {
  app.post(
    `/offers/:id/${path}`,
    {
      config: { access: managers, command: 'change' },
      schema: { summary, params, body, response: { 200: CommandAnswer } },
    },
    async (request, reply) => {
      const { context, expected } = request.command;
      const asked = command(request.params as z.infer<Params>, request.body as z.infer<Body>);
      await ownOffer(desk, asked.offer, request.caller);
      const outcome = await desk.pools.carryOut(asked, { context, expected });
      return answerCommand(reply, outcome, presentPool(asked.offer));
    },
  );
}
