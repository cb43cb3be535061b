import { member, type Platform } from '../platform.ts';
import type { Telling } from './telling.ts';

/** Row 5 of the domain: what associations offer each other, found by theme. */
export async function playDirectory(platform: Platform, { print, step }: Telling): Promise<void> {
  print('\nL’annuaire : proposer');
  const legal = member(platform, 'resources', 'cimade');
  await step(
    'La Cimade publie une permanence',
    legal.post('/v1/offers', {
      kind: 'service',
      title: 'Permanence de quartier (histoire)',
      themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
      contact: { name: 'Exemple Inventé', phone: '00 00 00 00 00', email: null },
    }),
  );
}
