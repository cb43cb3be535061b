import type { Member } from '../platform.ts';
import { type CaseFile, refer } from './case.ts';
import type { Cast } from './cast.ts';
import { shelterTheme } from './referrals.ts';
import { expect, type Telling, type Told } from './telling.ts';

/** A place is reserved for the person, who comes and lives there by today's rule: nine months, and three more once. */
export async function reserve(
  { site, centre, places }: Cast,
  file: CaseFile,
  telling: Telling,
): Promise<void> {
  const { print, step, until } = telling;
  print('\n5. Une place comptée au CPH de Créteil, et l’arrivée de la personne');
  const sent = await refer(site, file, telling, {
    offer: 'CPH de Créteil',
    need: 'Un hébergement accompagné',
    theme: shelterTheme,
    kind: 'placement',
  });
  const path = `/v1/referrals/${sent.id}`;
  await step(
    'France terre d’asile accepte : une place est demandée',
    centre.post(`${path}/accept`, {}, { etag: sent.etag }),
  );
  const accepted = await until(
    'La place est réservée',
    () => centre.get(path),
    ({ state }) => state === 'accepted',
  );
  const unit = (told: string, state: string) =>
    until(
      told,
      async () => {
        const answer = await places.get(`/v1/offers/${accepted.target.offer}/places`);
        return { ...answer, body: unitOf(answer.body, sent.id) };
      },
      (body) => body.state === state,
    );
  await unit('Un logement lui est attribué', 'reserved');
  await arrive(places, sent.id, telling);
  await unit('Le logement est occupé', 'occupied');
  await step(
    'L’accompagnement commence',
    centre.post(`${path}/start`, {}, { etag: accepted.etag }),
  );
}

function unitOf({ reservations = [], units = [] }: Told, referral: string): Told {
  const mine = reservations.find((one: Told) => one.referral === referral);
  return units.find(({ unit }: Told) => unit === mine?.unit) ?? {};
}

/** The stay of this referral is offered, accepted by the person, and begins. */
async function arrive(
  places: Member,
  referral: string,
  { step, until }: Pick<Telling, 'step' | 'until'>,
): Promise<void> {
  const { items } = await until(
    'Un séjour lui est proposé',
    () => places.get(`/v1/stays?referral=${referral}`),
    (body) => body.items.length === 1,
  );
  const [offered] = items;
  const path = `/v1/stays/${offered.id}`;
  const accepted = await step(
    'Elle l’accepte',
    places.post(`${path}/accept`, {}, { etag: `"${offered.revision}"` }),
  );
  const arrived = await step(
    'Elle arrive à Créteil',
    places.post(`${path}/arrive`, {}, { etag: accepted.etag }),
  );
  const { arrivedOn, endsOn, terms } = (await places.get(`${path}?waitFor=${arrived.position}`))
    .body;
  const nineMonthsOn = Temporal.PlainDate.from(arrivedOn).add({ months: 9 });
  const isNine = nineMonthsOn.equals(endsOn) && terms.maximumMonths === 12;
  expect('neuf mois, renouvelables trois', isNine, { arrivedOn, endsOn, terms });
}
