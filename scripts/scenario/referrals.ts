import type { Member } from '../platform.ts';
import { type CaseFile, refer } from './case.ts';
import type { Cast } from './cast.ts';
import type { Telling } from './telling.ts';

const rights = 'difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits';
export const shelterTheme = 'logement-hebergement--rechercher-une-solution-dhebergement-temporaire';

export async function complete(
  { site, legal }: Cast,
  file: CaseFile,
  telling: Telling,
): Promise<void> {
  telling.print('\n2. La permanence juridique de la Cimade prend la demande en charge');
  let at = await refer(site, file, telling, {
    offer: 'Permanence juridique',
    need: 'Préparer une demande d’asile',
    theme: rights,
    kind: 'service',
  });
  const act = async (who: Member, told: string, action: string, body: object = {}) => {
    const path = `/v1/referrals/${at.id}/${action}`;
    at = await telling.step(told, who.post(path, body, { etag: at.etag }));
  };
  await act(legal, 'La Cimade accuse réception', 'acknowledge');
  await act(legal, 'Elle demande une précision', 'request-info', { text: 'Arrivée quand ?' });
  await act(site, 'Grande-Synthe la donne', 'supply-info', { text: 'En octobre' });
  await act(legal, 'Elle accepte', 'accept');
  await act(legal, 'L’accompagnement commence', 'start');
  await act(legal, 'Il est mené à bien', 'complete', { outcome: 'helped' });
}

export async function declineAndRedirect(
  { site, doctors, shelter }: Cast,
  file: CaseFile,
  telling: Telling,
): Promise<void> {
  const { print, step, until } = telling;
  print('\n3. Un hébergement solidaire est refusé, puis réorienté');
  const sent = await refer(site, file, telling, {
    offer: 'Hébergement solidaire',
    need: 'Un abri pour la nuit',
    theme: shelterTheme,
    kind: 'service',
  });
  const declined = await step(
    'Utopia 56 décline, faute de place',
    shelter.post(
      `/v1/referrals/${sent.id}/decline`,
      { reason: 'no_capacity', declinedBy: 'receiver' },
      { etag: sent.etag },
    ),
  );
  await step(
    'Et réoriente vers Médecins du Monde',
    shelter.post(
      `/v1/referrals/${sent.id}/redirect`,
      { target: { to: 'association', association: doctors.client.association } },
      { etag: declined.etag },
    ),
  );
  const received = async () => {
    const { body } = await doctors.get('/v1/inbox?state=sent&limit=100');
    const child = body.items.find((line: { case: string }) => line.case === file.id);
    return { status: 200, body: child ?? {}, etag: undefined };
  };
  await until('Médecins du Monde la reçoit', received, ({ state }) => state === 'sent');
}

/** The offer's deadlines are of seconds, for the demonstration. */
export async function letExpire({ site }: Cast, file: CaseFile, telling: Telling): Promise<void> {
  telling.print('\n4. Personne ne répond : deux rappels, une escalade, l’expiration');
  const sent = await refer(site, file, telling, {
    offer: 'Réponse aux urgences',
    need: 'Une réponse rapide',
    theme: rights,
    kind: 'service',
  });
  await telling.until(
    'Le délai passe',
    () => site.get(`/v1/referrals/${sent.id}`),
    ({ state }) => state === 'expired',
  );
}
