import { HttpProblem } from '@relais/http/problem';
import { openingHours } from './opening.ts';

/** Throws the problem `invalid-request` for hours that nobody can compute with. What was written is not told again. */
export function checkHours({ hours }: { readonly hours: string | null }): void {
  if (hours === null || openingHours(hours) !== undefined) return;
  const detail = {
    en: 'These are no opening hours as OpenStreetMap writes them: `Mo-Fr 09:00-12:00; PH off`.',
    fr: 'Ce ne sont pas des horaires tels qu’OpenStreetMap les écrit : `Mo-Fr 09:00-12:00; PH off`.',
  };
  const errors = [{ pointer: '/hours', code: 'wrong-hours', detail }];
  throw new HttpProblem('invalid-request', { errors });
}
