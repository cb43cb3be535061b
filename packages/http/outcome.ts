import type { CommandAnswer } from '@relais/contracts/answers';
import type { Category } from '@relais/contracts/sealed';
import type { Expected } from '@relais/event-log/log';
import type { Outcome } from '@relais/event-log/submit';
import { HttpProblem } from './problem.ts';

/** How a state shows itself in the answer to a command. Never personal data: answers are kept for replay. */
export type Presented = Pick<CommandAnswer, 'id' | 'state' | 'allowedActions' | 'deadlines'>;

/**
 * A refusal as a value; `categories` of personal data that it is about, dates that it depends on, the case that goes on
 * where one was merged.
 */
type Refused = {
  readonly code: string;
  readonly categories?: readonly Category[];
  readonly deadlines?: Presented['deadlines'];
  readonly mergedInto?: string;
};

/** What the functions here need of a Fastify reply, whatever its schema. */
export type Answering = {
  statusCode: number;
  header(name: string, value: string): unknown;
};

export type AnswerOptions<State> = {
  /** Address of what a `create` made: answers 201 with Location instead of 200. */
  readonly location?: string;
  /** False: for this caller the resource does not exist, whatever else would have been refused. */
  readonly isVisible?: (state: State) => boolean;
};

/** The answer to a command: 200, or 201 with `location`, with ETag and Relais-Position; throws the problem of a refusal. */
export function answerCommand<State, Refusal extends Refused>(
  reply: Answering,
  outcome: Outcome<State, Refusal>,
  present: (state: State) => Presented,
  { location, isVisible }: AnswerOptions<State> = {},
): CommandAnswer {
  const isHidden =
    (outcome.outcome === 'stale' || outcome.outcome === 'refused') &&
    outcome.revision !== 'none' &&
    isVisible?.(outcome.state) === false;
  if (isHidden) throw new HttpProblem('not-found');
  switch (outcome.outcome) {
    case 'done': {
      const revision = outcome.revision.toString();
      const position = outcome.position.toString();
      reply.header('etag', `"${revision}"`);
      reply.header('relais-position', position);
      if (location !== undefined) {
        reply.statusCode = 201;
        reply.header('location', location);
      }
      return { ...present(outcome.state), revision, position };
    }
    case 'refused':
      throw refusal(outcome.refusal, outcome.revision, () => present(outcome.state));
    case 'stale':
      if (outcome.revision === 'none') throw new HttpProblem('not-found');
      throw refusal({ code: 'stale-revision' }, outcome.revision, () => present(outcome.state));
    case 'contended':
      throw new HttpProblem('contended');
  }
}

/** A resource that is not there has no state to tell. A 403 or 404 does not tell it either: problem.ts. */
function refusal(
  { code, categories, deadlines, mergedInto }: Refused,
  revision: Expected,
  present: () => Presented,
): HttpProblem {
  const about = {
    ...(categories && categories.length > 0 && { categories }),
    ...(deadlines && { deadlines }),
    ...(mergedInto !== undefined && { mergedInto }),
  };
  if (revision === 'none') return new HttpProblem(code, about);
  const { state, allowedActions } = present();
  return new HttpProblem(code, {
    ...about,
    state,
    revision: revision.toString(),
    allowedActions,
    headers: { etag: `"${revision}"` },
  });
}

/** Gives an answer to a GET the revision that the next change must name. */
export function revisionTag(reply: Answering, revision: bigint | string): void {
  reply.header('etag', `"${revision}"`);
}
