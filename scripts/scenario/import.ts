import { type Member, member, type Platform } from '../platform.ts';
import { expect, type Telling, type Told } from './telling.ts';

const french = 'lecture-ecriture-calcul--maitriser-le-francais';
/** As a spreadsheet writes it; the last line says of nobody that they do it. */
const table = [
  'Association;Ville;CP;Activité;Détails;Thèmes',
  `Maison inventée (histoire);Dunkerque;59140;Français au jardin;Chaque samedi matin;${french}`,
  `Maison inventée (histoire);Dunkerque;59140;Français et cuisine;Le jeudi;${french}|autre--chose`,
  ';;;Sans association;Rien de plus;',
].join('\r\n');
const mapping = {
  ...{ 'structure.nom': 'Association', 'structure.commune': 'Ville', nom: 'Activité' },
  ...{ 'structure.code_postal': 'CP', description: 'Détails', thematiques: 'Thèmes' },
};

const given: Given = {
  text: table,
  announced: { format: 'csv', source: 'tableur-histoire', mapping },
};

/** Row 5 of the domain: a directory kept elsewhere comes in, with a report per line, and repeats without doubling. */
export async function playImport(platform: Platform, telling: Telling): Promise<void> {
  const { print, step, until } = telling;
  print('\nL’annuaire : ce qui est tenu ailleurs y entre');
  const carrier = member(platform, 'resources', 'carrefour-des-solidarites');
  const reader = member(platform, 'resources', 'utopia-56');
  const address = platform.services.resources ?? '';
  const bring = (told: string) => brought(told, carrier, address, given, telling);
  const first = await bring('Le Carrefour apporte son tableur');
  expect('une ligne est refusée', first.counts.refused > 0, first);
  expect('le reste est entré', first.counts.created > 0, first);
  const report = await step(
    'Chaque ligne a sa réponse',
    carrier.get(`/v1/imports/${first.id}/report`),
  );
  for (const { line, outcome, findings } of report.items) {
    const why = findings.map(({ field, code }: Told) => `${field} ${code}`).join(', ');
    print(`    ligne ${line} : ${outcome}${why && ` (${why})`}`);
  }
  const again = await bring('et le même encore');
  const { created, changed, retired } = again.counts;
  expect('rien n’est doublé', created + changed + retired === 0, again);
  const query = new URLSearchParams({ q: 'français au jardin' });
  const found = await until(
    'Utopia 56 trouve l’atelier',
    () => reader.get(`/v1/offer-search?${query}`),
    ({ items }) => items?.some(({ offer }: Told) => offer.title === 'Français au jardin'),
  );
  const { offer } = found.items.find((one: Told) => one.offer.title === 'Français au jardin');
  const refused = await carrier.post(`/v1/offers/${offer.id}/withdraw`, {}, { etag: '"0"' });
  expect('la source seule le change', refused.body.code === 'mirror-read-only', refused);
  print('  Il se tient à sa source : ici personne ne le change');
}

/** A file, and what is said of it. */
export type Given = {
  readonly text: string;
  readonly announced: {
    readonly format: string;
    readonly source: string;
    readonly [more: string]: unknown;
  };
};

/** Announces a file, sends it, and waits until it is applied. */
export async function brought(
  told: string,
  carrier: Member,
  address: string,
  { text, announced }: Given,
  { step, until }: Telling,
): Promise<Told> {
  const size = Buffer.byteLength(text);
  const made = await step(told, carrier.post('/v1/imports', { ...announced, size }));
  const answer = await fetch(`${address}/v1/imports/${made.id}/content`, {
    method: 'PATCH',
    body: text,
    headers: {
      ...{ authorization: `Bearer ${await carrier.token()}`, 'upload-offset': '0' },
      'content-type': 'application/partial-upload',
    },
  });
  if (!answer.ok) throw new Error(`${told}: ${answer.status} ${await answer.text()}`);
  return until(
    'Il est lu',
    () => carrier.get(`/v1/imports/${made.id}`),
    ({ state }) => state === 'applied',
  );
}
