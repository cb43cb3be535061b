import { Day } from '@relais/contracts/values';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { addDays, addMonths, dayOf, daysBetween } from '../stays/days.ts';
import type { OccupancyAsked } from './query.ts';

/** A year by day, or two by month, is answered at once. */
const daysMax = { day: 366, month: 750 };

/** `GET /v1/offers/:id/occupancy`: the last thirty days, or the last twelve months, when it is not said. */
export const OccupancyQuery = z.strictObject({
  from: Day.optional(),
  to: Day.optional(),
  step: z.enum(['day', 'month']).default('day'),
});

/** Throws `invalid-request` for a period that is reversed or too long. */
export function occupancyAsked(
  { from, to, step }: z.infer<typeof OccupancyQuery>,
  now: string,
): OccupancyAsked {
  const last = to ?? dayOf(now);
  const first = from ?? (step === 'day' ? addDays(last, -29) : addMonths(last, -12));
  const days = daysBetween(first, last);
  if (days >= 0 && days <= daysMax[step]) return { from: first, to: last, step, now };
  throw new HttpProblem('invalid-request', {
    errors: [
      {
        pointer: 'from',
        code: days < 0 ? 'too_big' : 'too_small',
        detail: {
          en: `\`from\` is at most ${daysMax[step]} days before \`to\`, and not after it`,
          fr: `\`from\` précède \`to\` de ${daysMax[step]} jours au plus, et ne la suit pas`,
        },
      },
    ],
  });
}
