import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, type OfferId, ReservationId } from '@relais/contracts/ids';
import { AssignUnit, HoldPlace } from '@relais/contracts/places';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { CommandOf } from './commands.ts';
import { managers, offerParams, type PlacesDesk, visibleOffer } from './managing.ts';
import { heldBy, isVacant, type Pool } from './state.ts';

/** Places that one association may keep of one offer at a time without a referral. */
const holdsMax = 5;

const params = offerParams.extend({ reservation: ReservationId });

/** Places kept without a referral, for who works with cases. A referral's own place is reserved by accepting it. */
export function reservationRoutes(app: App, desk: PlacesDesk): void {
  app.post(
    '/offers/:id/reservations',
    {
      config: { access: managers, command: 'create' },
      schema: {
        summary: 'Keep a place for a while, seven days at most; it goes back by itself',
        params: offerParams,
        body: HoldPlace,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { offer, isRetired, isOwn } = await visibleOffer(desk, id, request.caller);
      if (offer.state !== 'open' || isRetired) throw new HttpProblem('wrong-state');
      const reservation = ReservationId.parse(derivedId('reservation', request.command.id));
      const { holdUntil: until, person } = request.body;
      const association = AssociationId.parse(request.caller.association);
      const held = { offer: id, reservation, referral: null, person, association, until };
      const now = desk.now().toISOString();
      const { context } = request.command;
      const command = { type: 'hold', ...held, max: holdsMax, now } as const;
      const outcome = await desk.pools.carryOut(command, { context });
      return answerCommand(reply, outcome, present(reservation, isOwn ? null : association), {
        location: `/v1/offers/${id}/places`,
      });
    },
  );
  changing(app, desk, {
    path: 'confirm',
    summary: 'Say that the place is theirs: it does not go back by itself any more',
    body: z.strictObject({}),
    command: (named) => ({ type: 'confirm', ...named }),
  });
  changing(app, desk, {
    path: 'assign',
    summary: 'Say which of the named places it is',
    body: AssignUnit,
    command: (named, { unit }, now) => ({ type: 'assign', ...named, unit, now }),
  });
  changing(app, desk, {
    path: 'give-back',
    summary: 'Give a place back that is not wanted any more, once',
    body: z.strictObject({}),
    byHolder: true,
    command: (named, _body, now, by) => ({
      type: 'giveBack',
      ...named,
      because: 'released',
      by,
      now,
    }),
  });
}

type Named = { readonly offer: OfferId; readonly reservation: ReservationId };

type Changing<Body extends z.ZodObject> = {
  readonly path: string;
  readonly summary: string;
  readonly body: Body;
  /** The association that keeps it may do this too. */
  readonly byHolder?: true;
  readonly command: (
    named: Named,
    body: z.infer<Body>,
    now: string,
    by: AssociationId | null,
  ) => CommandOf<'confirm' | 'assign' | 'giveBack'>;
};

function changing<Body extends z.ZodObject>(
  app: App,
  desk: PlacesDesk,
  { path, summary, body, byHolder, command }: Changing<Body>,
): void {
  app.post(
    `/offers/:id/reservations/:reservation/${path}`,
    {
      config: { access: managers, command: 'change' },
      schema: { summary, params, body, response: { 200: CommandAnswer } },
    },
    async (request, reply) => {
      const { id: offer, reservation } = params.parse(request.params);
      const isOwn = await isManager(desk, offer, request.caller, byHolder);
      const by = isOwn ? null : AssociationId.parse(request.caller.association);
      const now = desk.now().toISOString();
      const asked = command({ offer, reservation }, request.body as z.infer<Body>, now, by);
      const { context, expected } = request.command;
      const outcome = await desk.pools.carryOut(asked, { context, expected });
      return answerCommand(reply, outcome, present(reservation, by));
    },
  );
}

/** True for whoever manages the offer; false for others who may know of it, where those may do this too. */
async function isManager(
  desk: PlacesDesk,
  offer: OfferId,
  caller: Caller,
  byHolder: true | undefined,
): Promise<boolean> {
  const { isOwn } = await visibleOffer(desk, offer, caller);
  if (!isOwn && byHolder === undefined) throw new HttpProblem('not-your-offer');
  return isOwn;
}

/** `by` is null for whoever manages the offer; for others there are the places that they keep themselves. */
const present =
  (id: ReservationId, by: AssociationId | null) =>
  (pool: Pool): Presented => {
    const place = heldBy(pool, id);
    if (place === undefined || (by !== null && place.association !== by)) {
      return { id, state: 'ended', allowedActions: [], deadlines: {} };
    }
    const isKept = place.until !== null && place.referral === null;
    const mayMove = pool.units.some(({ unit }) => isVacant(pool, unit));
    const managers = [...(isKept ? ['confirm'] : []), ...(mayMove ? ['assign'] : [])];
    return {
      id,
      state: place.stage,
      allowedActions: [...(by === null ? managers : []), 'give-back'],
      deadlines: place.until === null ? {} : { heldUntil: place.until },
    };
  };
