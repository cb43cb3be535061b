/** A directory of data·inclusion as a large source publishes it; the same in every run. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Theme } from '@relais/contracts/themes';
import { loadCommunes } from '@relais/resources/communes/communes';
import { dice } from './offer-filling.ts';

const servicesPerStructure = 10;

export type DirectoryFile = {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly structures: number;
};

/** Writes it a part at a time. */
export async function writeDirectory(path: string, services: number): Promise<DirectoryFile> {
  const structures = Math.ceil(services / servicesPerStructure);
  const hash = createHash('sha256');
  let size = 0;
  async function* counted() {
    for await (const text of directory(structures, services)) {
      const bytes = Buffer.from(text);
      hash.update(bytes);
      size += bytes.length;
      yield bytes;
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(path));
  return { path, size, sha256: hash.digest('hex'), structures };
}

async function* directory(structures: number, services: number): AsyncGenerator<string> {
  const chance = dice(3);
  const { all } = await loadCommunes();
  const text = () => Array.from({ length: 60 }, () => chance.pick(words)).join(' ');
  const place = () => {
    const { name, code } = chance.pick(all);
    const adresse = `${1 + chance.below(90)} rue Inventée`;
    return { adresse, code_postal: `${code.slice(0, 2)}000`, commune: name, code_insee: code };
  };
  const common = (id: string) => ({ source: 'bench', id, date_maj: '2026-09-01' });
  const reach = (n: number) => ({
    telephone: `03000${String(n % 100_000).padStart(5, '0')}`,
    courriel: `contact${n}@example.org`,
  });
  yield '{"structures":[\n';
  for (let n = 0; n < structures; n++) {
    const structure = {
      ...{ ...common(`s${n}`), nom: `Structure inventée ${n}`, description: text() },
      ...{ ...place(), ...reach(n), horaires_accueil: 'Mo-Fr 09:00-12:00,14:00-17:00; PH off' },
    };
    yield `${n === 0 ? '' : ',\n'}${JSON.stringify(structure)}`;
  }
  yield '],"services":[\n';
  for (let n = 0; n < services; n++) {
    const service = {
      ...{ ...common(`v${n}`), structure_id: `s${n % structures}`, nom: `Service inventé ${n}` },
      ...{ description: text(), conditions_acces: text().slice(0, 200), type: 'accompagnement' },
      ...{ thematiques: [chance.pick(Theme.options)], publics: ['tous-publics'] },
      ...{ modes_accueil: ['en-presentiel'], modes_mobilisation: ['telephoner'] },
      ...{ mobilisable_par: ['usagers'], frais: 'gratuit', zone_eligibilite: ['59'] },
      ...{ contact_nom_prenom: `Exemple Inventé ${n}`, ...reach(n) },
      ...(n % 3 === 0 && place()),
    };
    yield `${n === 0 ? '' : ',\n'}${JSON.stringify(service)}`;
  }
  yield ']}\n';
}

const words =
  `accueil écoute orientation droits santé papiers préfecture recours dossier quartier maison association réseau
gratuit inscription rendez-vous adultes enfants mineurs couples nuit jour matin repas douche transport bus interprète
traduction formation stage emploi atelier jardin cuisine musique théâtre lecture examen logement bail colocation`.split(
    /\s+/,
  );
