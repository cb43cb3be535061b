/** Routes of an aggregate that a table of actions drives: one opens it, the others change it. */
import { type Actor, actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import type { EventContract } from '@relais/contracts/event-contract';
import { PersonId } from '@relais/contracts/ids';
import type { Aggregate } from '@relais/event-log/aggregate';
import { derivedId } from '@relais/event-log/event-id';
import { load } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import type { FastifyRequest } from 'fastify';
import { type ZodType, z } from 'zod';
import { carryOut } from './commanding.ts';
import { checkCommune } from './communes/checked-areas.ts';
import type { Desk } from './desk.ts';

type AnyEvent = { readonly type: string; readonly data: unknown };
type AnyRefusal = { readonly code: string };

export type Target<Command, State, Event extends AnyEvent> = {
  readonly aggregate: Aggregate<Command, State, Event, AnyRefusal>;
  readonly contract: EventContract<Event>;
};

/** What a command of a request rests on, beside the state of its own stream. */
export type Asked = {
  readonly type: string;
  readonly id: string;
  readonly actor: Actor;
  readonly body: unknown;
};

export type Kind<Command, State, Event extends AnyEvent> = Target<Command, State, Event> & {
  /** `/exchanges`. */
  readonly path: string;
  /** False: for this actor it does not exist. */
  readonly isVisible: (state: State, actor: Actor) => boolean;
  readonly present: (id: string, state: State, actor: Actor) => Presented;
  /** Facts of other streams and rows, as the rules take them. */
  readonly factsFor?: (asked: Asked, state: State) => Promise<unknown>;
};

export type ActionRoute = {
  readonly action: string;
  readonly summary: string;
  readonly body: ZodType;
  /** The event that personal values of the body stand in, at the path they have in the body. */
  readonly seals?: string;
};

const params = z.strictObject({ id: z.uuid().toLowerCase() });
const access = ['partner', 'coordinator'] as const;

/** The pseudonym under which the texts of a stream are sealed: nobody's but the stream's. */
export const subjectOf = (stream: string): PersonId => PersonId.parse(derivedId('subject', stream));

/** `POST /exchanges`: the command that opens a stream. */
export function openingRoute<Command, State, Event extends AnyEvent>(
  app: App,
  desk: Desk,
  kind: Kind<Command, State, Event>,
  route: ActionRoute,
): void {
  const { path, aggregate } = kind;
  app.post(
    path,
    {
      config: { access, command: 'create' },
      schema: { summary: route.summary, body: route.body, response: { 201: CommandAnswer } },
    },
    async (request, reply) => {
      const id = derivedId(aggregate.category, request.command.id);
      const command = await commandOf(desk, kind, route, { request, id, state: aggregate.initial });
      const outcome = await carryOut(desk, { ...kind, id }, request, command, 'nothing');
      const actor = actorOf(request.caller);
      return answerCommand(reply, outcome, (state) => kind.present(id, state, actor), {
        location: `/v1${path}/${id}`,
      });
    },
  );
}

/** `POST /exchanges/:id/agree`: a command on what there is. */
export function actionRoute<Command, State, Event extends AnyEvent>(
  app: App,
  desk: Desk,
  kind: Kind<Command, State, Event>,
  route: ActionRoute,
): void {
  app.post(
    `${kind.path}/:id/${kebab(route.action)}`,
    {
      config: { access, command: 'change' },
      schema: {
        summary: route.summary,
        params,
        body: route.body,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const loaded = await load({ log: desk.log, id, ...kind }, request.command.id);
      if (!kind.isVisible(loaded.state, actor)) throw new HttpProblem('not-found');
      const { state } = loaded;
      const command = await commandOf(desk, kind, route, { request, id, state });
      const outcome = await carryOut(desk, { ...kind, id }, request, command, loaded);
      const isVisible = (after: State) => kind.isVisible(after, actor);
      return answerCommand(reply, outcome, (after) => kind.present(id, after, actor), {
        isVisible,
      });
    },
  );
}

async function commandOf<Command, State, Event extends AnyEvent>(
  { vault, now }: Desk,
  { aggregate, factsFor }: Kind<Command, State, Event>,
  { action: type, seals }: ActionRoute,
  { request, id, state }: { request: FastifyRequest; id: string; state: State },
): Promise<Command> {
  const stream = `${aggregate.category}-${id}`;
  const { body } = request;
  await checkCommune((body as { readonly commune?: string | null }).commune, '/commune');
  const actor = actorOf(request.caller);
  const facts = (await factsFor?.({ type, id, actor, body }, state)) ?? null;
  const sealed =
    seals === undefined
      ? body
      : await sealBody(vault, body, {
          ...{ stream, commandId: request.command.id, type: seals },
          personAt: () => subjectOf(stream),
        });
  return { type, actor, now: now().toISOString(), body: sealed, facts } as Command;
}

const kebab = (action: string): string =>
  action.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
