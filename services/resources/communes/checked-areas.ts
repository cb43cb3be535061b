import { type FieldError, HttpProblem } from '@relais/http/problem';
import { noCommune } from '@relais/service/communes';
import { loadCommunes } from './communes.ts';

/** What is wrong with places that somebody writes down, each by its field. Retired codes say where they went. */
export async function areaErrors(
  said: { readonly communes: readonly string[]; readonly zones: readonly string[] },
  at = '',
): Promise<FieldError[]> {
  const { find, within } = await loadCommunes();
  return [
    ...said.communes.flatMap((code, index) =>
      find(code) === undefined ? [{ pointer: `${at}/communes/${index}`, ...noCommune }] : [],
    ),
    ...said.zones.flatMap((code, index) =>
      within(code) === undefined ? [{ pointer: `${at}/zones/${index}`, ...noZone }] : [],
    ),
  ];
}

/** Throws the problem `invalid-request` for a commune that France does not have; null names none. */
export async function checkCommune(code: string | null | undefined, pointer: string) {
  if (code == null || (await loadCommunes()).find(code) !== undefined) return;
  throw new HttpProblem('invalid-request', { errors: [{ pointer, ...noCommune }] });
}

const noZone = {
  code: 'zone-unknown',
  detail: {
    en: 'No commune (INSEE), EPCI (SIREN) or department has this code: correct it, or leave it out.',
    fr: 'Aucune commune (INSEE), EPCI (SIREN) ni département n’a ce code : corrigez-le, ou retirez-le.',
  },
};
