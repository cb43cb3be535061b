/** What HSDS's read API is asked in the tests of this service. */
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import type { AccessProbe } from '../access-probe.ts';
import { taxonomies, termOf } from './hsds/taxonomies.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
export type Json = any;

export const french = 'lecture-ecriture-calcul--maitriser-le-francais';
export const rights =
  'difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits';
export const absent = '00000000-0000-4000-8000-000000000000';
export const termId = (link: 'theme' | 'public', code: string) => termOf(link, code)?.id;
export const taxonomyId = (name: string) =>
  taxonomies.find((one) => one.name.endsWith(`:${name}`))?.id;

type HsdsProbe = Awaited<ReturnType<typeof hsdsProbe>>;
export type HsdsCases = {
  readonly [title: string]: (t: Test, probe: HsdsProbe) => Promise<void>;
};

/** Two offers that everybody may read, one of them of no organisation, and two that nobody may. */
export async function hsdsProbe(probe: AccessProbe) {
  const { app, association, ask, settled } = probe;
  const inject = (path: string, headers = {}): Promise<LightMyRequestResponse> =>
    app.inject({ url: `/v1/hsds${path}`, headers });
  const get = async (path: string): Promise<{ status: number; body: Json }> => {
    const answer = await inject(path);
    return { status: answer.statusCode, body: answer.json() };
  };
  const named = async (path: string): Promise<string[]> => {
    const { contents } = (await get(path)).body;
    return contents.map(({ name, service }: Json) => name ?? service.name).sort();
  };
  return { ...(await laid(probe)), association, ask, settled, inject, get, named };
}

async function laid({ ask, register, association, settled }: AccessProbe) {
  await register(association);
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await ask(path, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  };
  const terms = {
    name: 'Relais des Dunes',
    networks: ['ccas-cias'],
    description: 'Accueil de jour',
  };
  const organisation = await made('/organisations', terms);
  const site = (name: string, commune: string, latitude: number, longitude: number) =>
    made(`/organisations/${organisation}/sites`, {
      name,
      address: { street: null, complement: null, postalCode: null, locality: null, commune },
      coordinates: { latitude, longitude },
    });
  const dunes = await site('Les Dunes', '59183', 51.03, 2.37);
  const lille = await site('Lille', '59350', 50.63, 3.06);
  const offer = (title: string, more: object) =>
    made('/offers', {
      ...{ kind: 'service', title, description: 'Avec le zorglub', visibility: { to: 'public' } },
      ...more,
    });
  const lessons = await offer('Cours du soir', {
    ...{ organisation, sites: [dunes, lille], zones: ['59'], themes: [french] },
    ...{ publics: ['personnes-exilees'], receptionModes: ['en-presentiel'], weeklyHours: 2 },
  });
  const help = await offer('Aide aux démarches', { sites: [lille], themes: [rights] });
  // Saint-Pol-sur-Mer has been part of Dunkerque since 2010.
  const former = { sites: [dunes], communes: ['59540'], description: 'Avec le bidule' };
  await offer('À Saint-Pol', { ...former, themes: [rights] });
  await offer('Entre nous', { themes: [rights], visibility: { to: 'network' } });
  const gone = await offer('Disparu', { themes: [rights] });
  await ask(`/offers/${gone}/withdraw`, {}, '"0"');
  await settled();
  return { organisation, lessons, help, dunes, lille };
}
