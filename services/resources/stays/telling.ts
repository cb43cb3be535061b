import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { StayId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import type { StayAction } from '@relais/contracts/stays';
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
import { datesOf } from './living.ts';
import { actionsFor } from './present.ts';
import { stayTarget } from './react.ts';
import { isLived, type Stay } from './state.ts';
import { vacatedOn } from './vacated.ts';

type Facts = {
  readonly on: string;
  readonly today: string;
  readonly actor: Actor;
  readonly vacatedOn: string | null;
};
/** Known to all commands, of use to some. */
type Spare = { readonly actor?: Actor; readonly vacatedOn?: string | null };

const params = z.strictObject({ id: StayId });

/** A route for what is told of a stay; its address ends with the action. */
export function telling<Type extends StayAction, Body extends z.ZodObject>(
  app: App,
  desk: PlacesDesk,
  type: Type,
  body: Body,
  summary: string,
  commandOf: (body: z.infer<Body>, facts: Facts) => Omit<StayCommandOf<Type>, 'type'> & Spare,
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
      const today = dayOf(now);
      const facts = {
        ...{ on: dayOf(on ?? now), today, actor },
        vacatedOn: await vacatedFor(type, loaded.state, desk),
      };
      const { actor: _, ...command } = commandOf(said, facts);
      const outcome = await submit({ type, ...command } as unknown as StayCommand, {
        log: desk.log,
        ...target,
        context,
        expected,
        from: loaded,
      });
      return answerCommand(reply, outcome, (stay) => present(id, stay, { actor, today }));
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

/** What only an arrival depends on is looked up for one only. */
const vacatedFor = async (type: StayAction, stay: Stay, desk: PlacesDesk) =>
  stay.state === 'absent' || !(type === 'arrive' || type === 'correct-arrival')
    ? null
    : vacatedOn(desk, stay.offer, stay.reservation);

type Reader = { readonly actor: Actor; readonly today: string };

function present(id: StayId, stay: Stay, { actor, today }: Reader): Presented {
  if (stay.state === 'absent') return { id, state: 'absent', allowedActions: [], deadlines: {} };
  return {
    id,
    state: stay.state,
    allowedActions: actionsFor({ actor, today }, stay, isLived(stay) ? stay : null),
    deadlines:
      'endsOn' in stay && stay.state !== 'ended'
        ? { endsAt: startOf(addDays(stay.endsOn, 1)), ...datesOf(stay).deadlines }
        : {},
  };
}
