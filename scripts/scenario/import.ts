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

/** Row 5 of the domain: a directory kept elsewhere comes in, with a report per line, and repeats without doubling. */
export async function playImport(platform: Platform, telling: Telling): Promise<void> {
  const { print, step, until } = telling;
  print('\nL’annuaire : ce qui est tenu ailleurs y entre');
  const carrier = member(platform, 'resources', 'carrefour-des-solidarites');
  const reader = member(platform, 'resources', 'utopia-56');
  const address = platform.services.resources ?? '';
  const first = await brought('Le Carrefour apporte son tableur', carrier, address, telling);
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
  const again = await brought('et le même encore', carrier, address, telling);
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

/** Announces the table, sends it, and waits until it is applied. */
async function brought(
  told: string,
  carrier: Member,
  address: string,
  { step, until }: Telling,
): Promise<Told> {
  const size = Buffer.byteLength(table);
  const made = await step(
    told,
    carrier.post('/v1/imports', { format: 'csv', source: 'tableur-histoire', size, mapping }),
  );
  const answer = await fetch(`${address}/v1/imports/${made.id}/content`, {
    method: 'PATCH',
    body: table,
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
