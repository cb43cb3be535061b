import { member, type Platform } from '../platform.ts';
import type { Telling } from './telling.ts';

/** Row 4 of the domain: what hardly anybody knows of is found by who needs it, however it is typed. */
export async function playSearch(
  platform: Platform,
  { print, step, until }: Telling,
): Promise<void> {
  print('\nChercher : les ressources méconnues');
  const legal = member(platform, 'resources', 'cimade');
  const reader = member(platform, 'resources', 'utopia-56');
  await step(
    'La Cimade publie un atelier que peu connaissent',
    legal.post('/v1/offers', {
      kind: 'expertise',
      title: 'Réparation de prothèses auditives (histoire)',
      themes: ['sante--acces-aux-soins'],
      communes: ['59183'],
      hours: 'We 14:00-17:00; PH off',
    }),
  );
  const query = new URLSearchParams({ q: 'protèhse auditve', commune: '59271' });
  const found = await until(
    'Utopia 56, à Grande-Synthe, le cherche en hâte et le trouve',
    () => reader.get(`/v1/offer-search?${query}`),
    ({ items }) => items?.length > 0,
  );
  for (const { offer, distanceKm, why } of found.items.slice(0, 1)) {
    const words = why.flatMap((reason: { typed?: string }) => reason.typed ?? []);
    print(`    ${offer.title}, à ${distanceKm} km, pour : ${words.join(', ')}`);
  }
}
