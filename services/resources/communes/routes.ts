import { CommuneCode } from '@relais/contracts/associations';
import { CommuneView } from '@relais/contracts/communes';
import { text } from '@relais/contracts/values';
import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { type Commune, type Communes, loadCommunes } from './communes.ts';
import { suggestions } from './suggestions.ts';

const suggestedMax = 20;

/** Places for forms to choose from. Public, as the lists they come from are. */
export function communeRoutes(app: App): void {
  app.get(
    '/communes',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Communes by the beginning of a name, by postal code or INSEE code',
        querystring: z.strictObject({
          q: text(100).meta({ description: 'What was typed so far.' }),
          department: z
            .string()
            .regex(/^\w{2,3}$/)
            .optional(),
        }),
        response: { 200: z.object({ items: z.array(CommuneView) }) },
      },
    },
    async (request) => {
      const communes = await loadCommunes();
      const { q, department } = request.query;
      const found = suggestions(communes, q, { department, limit: suggestedMax });
      return { items: found.map((commune) => communeView(communes, commune)) };
    },
  );
  app.get(
    '/communes/:code',
    {
      config: { access: 'public' },
      schema: {
        summary: 'One commune by its INSEE code, today’s or retired',
        params: z.strictObject({ code: CommuneCode }),
        response: { 200: CommuneView },
      },
    },
    async (request) => {
      const communes = await loadCommunes();
      const commune = communes.find(request.params.code);
      if (commune === undefined) throw new HttpProblem('not-found');
      return communeView(communes, commune);
    },
  );
}

function communeView(communes: Communes, commune: Commune): CommuneView {
  const { code, name, postalCodes, population, coordinates, exact } = commune;
  const department = communes.department(commune.department);
  return {
    ...{ code, name, postalCodes: [...postalCodes], population, coordinates, exact },
    department: { code: commune.department, name: department?.name ?? commune.department },
    region: communes.region(commune.region) ?? null,
    epci: (commune.epci === null ? undefined : communes.epci(commune.epci)) ?? null,
  };
}
