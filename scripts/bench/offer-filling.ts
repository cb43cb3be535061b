import { DescribeSite } from '@relais/contracts/directory';
import { PublishOffer } from '@relais/contracts/offers';
import { Theme } from '@relais/contracts/themes';
import { derivedId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { copyIntoPostgres } from '@relais/event-log/postgres-import';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { type Commune, loadCommunes } from '@relais/resources/communes/communes';

const batchSize = 2_000;
/** Confirmed so lately that nobody is asked for them while something is measured. */
const start = Date.now() - 140 * 24 * 3_600_000;
const stepMs = 120_000;

/** The same numbers in every run: a linear congruential generator (Numerical Recipes). */
export function dice(seed: number) {
  let state = seed;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return {
    below,
    pick: <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item,
  };
}
type Dice = ReturnType<typeof dice>;

const things = [
  'Hébergement d’urgence',
  'Permanence juridique',
  'Cours de français',
  'Distribution alimentaire',
]
  .concat([
    'Accompagnement aux démarches',
    'Atelier cuisine',
    'Consultation médicale',
    'Vestiaire solidaire',
  ])
  .concat([
    'Aide au logement',
    'Garde d’enfants',
    'Groupe de parole',
    'Atelier numérique',
    'Recherche d’emploi',
  ])
  .concat([
    'Domiciliation',
    'Douches et laverie',
    'Interprétariat',
    'Atelier vélo',
    'Soutien psychologique',
  ]);
const whom = [
  'les familles',
  'les femmes',
  'les jeunes',
  'les exilés',
  'tous',
  'les demandeurs d’asile',
];
const hours = [
  'Mo-Fr 09:00-12:00,14:00-17:00; PH off',
  'We 14:00-16:00',
  '24/7',
  'Tu,Th 18:00-20:00',
  'Sa 10:00-13:00',
].concat(['Apr-Oct: Mo-Fr 09:00-17:00', 'Mo-Sa 08:30-12:30; PH off']);
const words =
  `accueil écoute orientation droits santé papiers préfecture asile recours dossier bénévole salarié quartier
centre social maison association réseau partenaires gratuit inscription rendez-vous sans condition adultes enfants mineurs
isolés couples nuit jour semaine matin soir repas chaud douche lessive bagagerie internet téléphone transport bus
interprète arabe pachto dari tigrigna anglais traduction formation stage emploi métier atelier jardin cuisine couture
sport musique théâtre lecture écriture alphabétisation examen diplôme équivalence logement bail caution garant colocation`.split(
    /\s+/,
  );

/** Offers as a national directory would have them, three of four at a site, where people live; published in turn. */
export async function fillOffers(database: Database, offers: number): Promise<void> {
  await migrate(database, eventLogMigrations);
  const target = copyIntoPostgres(database);
  const chance = dice(1);
  const { all } = await loadCommunes();
  // The most populous come first, and have the most.
  const somewhere = () => all[Math.floor((chance.below(1_000) / 1_000) ** 3 * all.length)];
  const sites = Array.from({ length: Math.ceil(offers / 4) }, (_, n) => ({ n, at: somewhere() }));
  const write = async (count: number, made: (n: number) => Recorded) => {
    for (let n = 0; n < count; n += batchSize) {
      const size = Math.min(batchSize, count - n);
      await target.write(Array.from({ length: size }, (_, k) => made(n + k)));
    }
  };
  await write(sites.length, (n) => registered(n, chance, sites[n]?.at));
  await write(offers, (n) => {
    if (n % 4 === 0) return published(n, chance, { at: somewhere(), sites: [] });
    const { at, n: site } = chance.pick(sites);
    return published(n, chance, { at, sites: [siteOf(site)] });
  });
  await target.log.close();
  await database.query('analyze event_log.event');
}

const siteOf = (n: number) => derivedId('bench-site', `${n}`);
type Place = Commune | undefined;

function registered(n: number, chance: Dice, at: Place): Recorded {
  const near = (degrees: number) => degrees + (chance.below(1_000) - 500) / 20_000;
  const { latitude, longitude } = at?.coordinates ?? { latitude: 46, longitude: 2 };
  const coordinates = { latitude: near(latitude), longitude: near(longitude) };
  const { contact: _, ...terms } = DescribeSite.parse({ name: `Maison ${at?.name}`, coordinates });
  const site = siteOf(n);
  const ids = { organisation: derivedId('bench-organisation', `${n}`), association: site };
  const data = { site, ...ids, ...terms, contact: null, source: null };
  return recorded(`site-${site}`, 'site-registered.v1', { n, data });
}

function published(
  n: number,
  chance: Dice,
  { at, sites }: { readonly at: Place; readonly sites: readonly string[] },
): Recorded {
  const offer = derivedId('bench-offer', `${n}`);
  const association = derivedId('bench-association', `${chance.below(2_000)}`);
  const text = Array.from({ length: 40 }, () => chance.pick(words)).join(' ');
  const rare = `${chance.pick(words)}${chance.below(5_000)}`;
  const { contact: _, ...terms } = PublishOffer.parse({
    kind: chance.pick(['service', 'service', 'workshop', 'expertise', 'place']),
    title: `${chance.pick(things)} pour ${chance.pick(whom)} à ${at?.name}`,
    description: `${text} ${rare}`,
    themes: [
      chance.pick(Theme.options),
      ...(chance.below(3) === 0 ? ['sante--acces-aux-soins'] : []),
    ],
    communes: at === undefined ? [] : [at.code],
    sites,
    publics: [chance.pick(['familles', 'femmes', 'jeunes', 'personnes-exilees', 'tous-publics'])],
    languages: ['fr', ...(chance.below(4) === 0 ? [chance.pick(['ar', 'ps', 'fa', 'en'])] : [])],
    hours: chance.below(2) === 0 ? chance.pick(hours) : null,
    visibility: { to: chance.pick(['public', 'network']) },
  });
  const data = { offer, association, ...terms, contact: null, source: null };
  return recorded(`offer-${offer}`, 'offer-published.v2', { n, data });
}

function recorded(
  stream: string,
  type: string,
  { n, data }: { readonly n: number; readonly data: { readonly association: string } },
): Recorded {
  const id = derivedId('bench-event', stream);
  const recordedAt = new Date(start + n * stepMs).toISOString();
  const ids = { correlationId: id, causationId: id, commandId: id };
  const { association } = data;
  const schemaVersion = Number(type.split('.v')[1]);
  return {
    ...{ id, stream, type, revision: 0n, position: 0n, recordedAt, data },
    metadata: { actor: 'bench', association, ...ids, occurredAt: recordedAt, schemaVersion },
  } as Recorded;
}
