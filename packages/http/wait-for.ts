import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReadModel } from './app-options.ts';
import { HttpProblem } from './problem.ts';

const waitMaxMs = 5_000;
/**
 * Requests that wait at once: beyond, waiting would become a way to hold the service's memory. Who needs no token
 * cannot take the room of those who have one.
 */
const waitingMax = { members: 500, everybody: 100 };
const positionMax = 2n ** 64n;

const waiting = { members: 0, everybody: 0 };

/** Takes `waitFor` out of the query, or Relais-Position out of the headers, before strict schemas see them. */
export function takePosition(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  const query = request.query as { waitFor?: unknown };
  const header = request.headers['relais-position'];
  if (query.waitFor === undefined && header === undefined) {
    done();
    return;
  }
  const text = query.waitFor ?? header;
  delete query.waitFor;
  const isDigits = typeof text === 'string' && /^\d{1,20}$/.test(text);
  if (isDigits && BigInt(text) < positionMax) {
    request.position = BigInt(text);
    done();
    return;
  }
  done(noPosition(header === undefined ? 'waitFor' : 'Relais-Position', 'wrong-format'));
}

function noPosition(pointer: string, code: 'wrong-format' | 'beyond-the-log'): HttpProblem {
  const detail = {
    en: 'A position as the Relais-Position header of an answer gave it.',
    fr: 'Une position telle que l’en-tête Relais-Position d’une réponse l’a donnée.',
  };
  return new HttpProblem('invalid-request', { errors: [{ pointer, code, detail }] });
}

/**
 * Resolves once the rows show `position`. Throws after five seconds: `position-not-reached`, or where nothing of that
 * position was ever written, `invalid-request`: trying again would not help.
 */
export async function waitForRows(
  readModel: ReadModel,
  position: bigint,
  who: keyof typeof waiting,
): Promise<void> {
  if (waiting[who] >= waitingMax[who]) throw new HttpProblem('position-not-reached');
  waiting[who]++;
  try {
    const reached = await readModel.waitFor(position, AbortSignal.timeout(waitMaxMs));
    if (reached) return;
    const head = await readModel.head?.().catch(() => undefined);
    if (head !== undefined && position > head) throw noPosition('waitFor', 'beyond-the-log');
    throw new HttpProblem('position-not-reached');
  } finally {
    waiting[who]--;
  }
}
