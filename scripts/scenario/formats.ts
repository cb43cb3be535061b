import { validatorOf } from '@relais/resources/exchange/schemas';
import { type Member, member, type Platform } from '../platform.ts';
import { brought } from './import.ts';
import { expect, type Telling, type Told } from './telling.ts';

const french = 'lecture-ecriture-calcul--maitriser-le-francais';
const description = 'Une description inventée pour l’histoire.';

const structure = {
  ...{ source: 'histoire', id: 'histoire--s1', nom: 'Maison des langues (histoire)' },
  ...{ date_maj: '2026-09-01', code_postal: '59140', commune: 'Dunkerque' },
  ...{ telephone: '03 00 00 00 00', siret: 'inventé' },
};
const service = (id: string, nom: string) => ({
  ...{ source: 'histoire', id: `histoire--${id}`, structure_id: structure.id, nom, description },
  ...{ date_maj: '2026-09-01', thematiques: [french] },
});
const [kept, dropped] = [service('v1', 'Français au port'), service('v2', 'Français en cuisine')];

const uuid = (last: string): string => `5d0c1c7e-3a53-4c7b-9a51-0000000000${last}`;
const organization = (...services: readonly object[]) => ({
  ...{ id: uuid('01'), name: 'Network House (histoire)', description, services },
});
const hsds = (last: string, name: string) => ({
  ...{ id: uuid(last), name, description, status: 'active' },
});
const [advice, choir] = [hsds('02', 'Advice (histoire)'), hsds('03', 'Choir (histoire)')];

type Carrier = { readonly keeper: Member; readonly address: string };
/** The same directory twice: the second time one entry is gone, whose name this is. */
type Twice = {
  readonly format: string;
  readonly files: readonly [object, object];
  readonly gone: { readonly entry: string; readonly title: string };
  readonly stays: string;
};

/** Row 5 of the domain: directories of others come in by their own formats, and what they tell goes out in the same. */
export async function playFormats(platform: Platform, telling: Telling): Promise<void> {
  telling.print('\nL’annuaire : data·inclusion et HSDS, dans les deux sens');
  const keeper = member(platform, 'resources', 'carrefour-des-solidarites');
  const carrier = { keeper, address: platform.services.resources ?? '' };
  await twice(carrier, telling, {
    format: 'data-inclusion',
    files: [
      { structures: [structure], services: [kept, dropped] },
      { structures: [structure], services: [kept] },
    ],
    gone: { entry: dropped.id, title: dropped.nom },
    stays: kept.nom,
  });
  await twice(carrier, telling, {
    format: 'hsds',
    files: [
      { organizations: [organization(advice, choir)] },
      { organizations: [organization(advice)] },
    ],
    gone: { entry: choir.id, title: choir.name },
    stays: advice.name,
  });
  await goesOut(carrier.address, telling);
}

async function twice(
  { keeper, address }: Carrier,
  telling: Telling,
  { format, files, gone, stays }: Twice,
): Promise<void> {
  const { print, step } = telling;
  const announced = { format, source: `${format}-histoire`, visibility: 'public' };
  const bring = (told: string, file: object): Promise<Told> =>
    brought(told, keeper, address, { text: JSON.stringify(file), announced }, telling);
  const reportOf = async ({ id }: Told): Promise<readonly Told[]> =>
    (await step('Son rapport', keeper.get(`/v1/imports/${id}/report?limit=100`))).items;

  const first = await bring(`Un fichier ${format}`, files[0]);
  expect('tout est entré', first.counts.refused === 0 && first.counts.created >= 3, first);
  const lines = await reportOf(first);
  expect(
    'chaque entrée a sa ligne',
    lines.some(({ entry, effect }) => entry === gone.entry && effect === 'created'),
    lines,
  );
  const second = await bring('Il revient avec une entrée de moins', files[1]);
  expect('une seule est retirée', second.counts.retired === 1, second);
  const retired = (await reportOf(second)).filter(({ effect }) => effect === 'retired');
  expect('celle qui manque', retired.length === 1 && retired[0]?.entry === gone.entry, retired);
  print(`  ${gone.title} n’y est plus, ${stays} reste`);
}

/** Everything for everybody, against the schemas as they are published. */
async function goesOut(address: string, { print, until }: Telling): Promise<void> {
  const read = async (format: string) => {
    const answer = await fetch(`${address}/v1/exports/${format}`);
    return { status: answer.status, body: await answer.json(), etag: undefined };
  };
  for (const [format, schemas, name] of [
    ['data-inclusion', { structures: 'structure', services: 'service' }, 'nom'],
    ['hsds', { organizations: 'organization', services: 'service' }, 'name'],
  ] as const) {
    const titles = (body: Told): string[] => body.services.map((one: Told) => one[name]);
    const whole = await until(
      `L’export ${format}`,
      () => read(format),
      (body) =>
        [dropped.nom, choir.name].every((title) => !titles(body).includes(title)) &&
        [kept.nom, advice.name].every((title) => titles(body).includes(title)),
    );
    for (const [list, schema] of Object.entries(schemas)) {
      const isValid = validatorOf(`${format}/${schema}` as Parameters<typeof validatorOf>[0]);
      const wrong = whole[list].filter((one: object) => !isValid(one));
      expect(`${list} comme le schéma le veut`, wrong.length === 0, [wrong[0], isValid.errors]);
      print(`    ${whole[list].length} ${list} comme le schéma publié le veut`);
    }
    expect('sans contact', !JSON.stringify(whole).includes('+333'), 'a telephone number');
  }
}
