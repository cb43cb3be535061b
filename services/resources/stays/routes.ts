import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { StayId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import {
  AcceptStay,
  ArriveStay,
  EndStay,
  ExtendStay,
  LeaveStay,
  RefuseStay,
  RenewStay,
  type StayAction,
} from '@relais/contracts/stays';
import { load, submit } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { contextAt } from '@relais/http/command';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { isInFuture } from '../acting.ts';
import { managers, type PlacesDesk } from '../places/managing.ts';
import type { StayCommand, StayCommandOf } from './commands.ts';
import { addDays, dayOf, startOf } from './days.ts';
import { actionsFor } from './present.ts';
import { stayTarget } from './react.ts';
import { stayReads } from './read-routes.ts';
import { isLived, type Stay } from './state.ts';

type Facts = { readonly on: string; readonly today: string; readonly actor: Actor };

/** From the offer of a place to the departure, told by the association that people stay at. */
export function stayRoutes(app: App, desk: PlacesDesk): void {
  stayReads(app, desk);
  telling(app, desk, 'accept', AcceptStay, 'The person wants the place', (_, when) => when);
  telling(app, desk, 'refuse', RefuseStay, 'The person does not want it', ({ reason }, when) => ({
    reason,
    ...when,
  }));
  telling(app, desk, 'arrive', ArriveStay, 'The person has come', (_, when) => when);
  telling(
    app,
    desk,
    'renew',
    RenewStay,
    'Renew the stay by one step of its policy',
    (body, when) => ({
      decidedBy: body.decidedBy,
      ...when,
    }),
  );
  telling(
    app,
    desk,
    'extend',
    ExtendStay,
    'Extend the stay beyond its policy’s maximum, with a reason; coordinators only',
    ({ months, reason }, { actor, ...when }) => ({
      months,
      reason,
      byCoordinator: actor.role === 'coordinator',
      ...when,
    }),
  );
  telling(
    app,
    desk,
    'leave',
    LeaveStay,
    'Say when the person will leave',
    ({ leavesOn }, when) => ({
      leavesOn,
      ...when,
    }),
  );
  telling(
    app,
    desk,
    'end',
    EndStay,
    'The person has left: the place is free again',
    ({ outcome }, when) => ({
      outcome,
      ...when,
    }),
  );
}

const params = z.strictObject({ id: StayId });

function telling<Type extends StayAction, Body extends z.ZodObject>(
  app: App,
  desk: PlacesDesk,
  type: Type,
  body: Body,
  summary: string,
  commandOf: (
    body: z.infer<Body>,
    facts: Facts,
  ) => Omit<StayCommandOf<Type>, 'type'> & { readonly actor?: Actor },
): void {
  app.post(
    `/stays/:id/${type}`,
    {
      config: { access: managers, command: 'change' },
      schema: { summary, params, body, response: { 200: CommandAnswer } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const { expected } = request.command;
      const target = stayTarget(id);
      const loaded = await load({ ...target, log: desk.log }, request.command.id);
      requireManaged(loaded.state, actor);
      const said = request.body as z.infer<Body> & { readonly occurredAt?: string };
      const context = contextAt(request.command, said.occurredAt);
      const now = desk.now().toISOString();
      const on = isInFuture({ now, body: said }) ? said.occurredAt : context.occurredAt;
      const facts = { on: dayOf(on ?? now), today: dayOf(now), actor };
      const { actor: _, ...command } = commandOf(said, facts);
      const outcome = await submit({ type, ...command } as unknown as StayCommand, {
        log: desk.log,
        ...target,
        context,
        expected,
        from: loaded,
      });
      return answerCommand(reply, outcome, (stay) => present(id, stay, actor));
    },
  );
}

/** Who does not manage the place does not know of the stay. */
function requireManaged(stay: Stay, actor: Actor): void {
  const isTheirs =
    stay.state !== 'absent' &&
    viewersOf(actor).includes(stay.association) &&
    mayManage(actor, stay.association);
  if (!isTheirs) throw new HttpProblem('not-found');
}

function present(id: StayId, stay: Stay, actor: Actor): Presented {
  if (stay.state === 'absent') return { id, state: 'absent', allowedActions: [], deadlines: {} };
  return {
    id,
    state: stay.state,
    allowedActions: actionsFor(actor, stay.association, stay.state, isLived(stay) ? stay : null),
    deadlines:
      'endsOn' in stay && stay.state !== 'ended'
        ? { endsAt: startOf(addDays(stay.endsOn, 1)) }
        : {},
  };
}
