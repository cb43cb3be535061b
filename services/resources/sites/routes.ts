import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { DescribeSite } from '@relais/contracts/directory';
import { siteContract } from '@relais/contracts/directory-events';
import { OrganisationId, SiteId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand } from '@relais/http/outcome';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import { checkCommune } from '../communes/checked-areas.ts';
import { contactPlace } from '../contacts/subject.ts';
import type { Desk } from '../desk.ts';
import { presentEntry } from '../organisations/present.ts';
import { checkHours } from '../search/checked-hours.ts';
import { readOrganisation } from '../stored.ts';
import { siteAggregate } from './decide.ts';
import { siteReads } from './read-routes.ts';

const params = z.strictObject({ id: SiteId });
const keepers = ['partner', 'coordinator'] as const;

const summaries = {
  retire: 'Take a site off the list; a change puts it back',
  'forget-contact': 'Destroy what is kept of a site’s contact',
} as const;

/** Sites of organisations: read by every member, each kept by who keeps its organisation. */
export function siteRoutes(app: App, desk: Desk): void {
  siteReads(app, desk.rows);
  registering(app, desk);
  app.post(
    '/sites/:id/change',
    {
      config: { access: keepers, command: 'change' },
      schema: {
        summary: 'Say anew what is known of a site',
        params,
        body: DescribeSite,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      checkHours(request.body);
      await checkCommune(request.body.address?.commune, '/address/commune');
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const place = contactPlace(`site-${id}`, request.command.id, 'site-changed.v1');
      const { contact, ...terms } = await sealBody(desk.vault, request.body, place);
      const command = { type: 'change', actor, terms, contact } as const;
      const outcome = await carryOut(desk, target(id), request, command);
      return answerCommand(reply, outcome, (state) => presentEntry(id, state, actor));
    },
  );
  for (const type of ['retire', 'forget-contact'] as const) {
    app.post(
      `/sites/:id/${type}`,
      {
        config: { access: keepers, command: 'change' },
        schema: {
          summary: summaries[type],
          params,
          body: z.strictObject({}),
          response: { 200: CommandAnswer },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const actor = actorOf(request.caller);
        const outcome = await carryOut(desk, target(id), request, { type, actor });
        return answerCommand(reply, outcome, (state) => presentEntry(id, state, actor));
      },
    );
  }
}

function registering(app: App, desk: Desk): void {
  app.post(
    '/organisations/:id/sites',
    {
      config: { access: keepers, command: 'create' },
      schema: {
        summary: 'Register a site of an organisation',
        params: z.strictObject({ id: OrganisationId }),
        body: DescribeSite,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      checkHours(request.body);
      await checkCommune(request.body.address?.commune, '/address/commune');
      // Derived, so that a repeated command registers the same site.
      const site = SiteId.parse(derivedId('site', request.command.id));
      const actor = actorOf(request.caller);
      const of = await readOrganisation(desk.log, request.params.id);
      const place = contactPlace(`site-${site}`, request.command.id, 'site-registered.v1');
      const { contact = null, ...terms } = await sealBody(desk.vault, request.body, place);
      const command = { type: 'register', actor, site, of, terms, contact } as const;
      const outcome = await carryOut(desk, target(site), request, command, 'nothing');
      const location = `/v1/sites/${site}`;
      return answerCommand(reply, outcome, (state) => presentEntry(site, state, actor), {
        location,
      });
    },
  );
}

const target = (id: SiteId) => ({ aggregate: siteAggregate, contract: siteContract, id }) as const;
