import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { DescribeOrganisation } from '@relais/contracts/directory';
import { organisationContract } from '@relais/contracts/directory-events';
import { AssociationId, OrganisationId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand } from '@relais/http/outcome';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import { contactPlace } from '../contacts/subject.ts';
import type { Desk } from '../desk.ts';
import { parentOf } from '../stored.ts';
import { organisationAggregate } from './decide.ts';
import { presentEntry } from './present.ts';
import { organisationReads } from './read-routes.ts';

const params = z.strictObject({ id: OrganisationId });
const keepers = ['partner', 'coordinator'] as const;

const summaries = {
  retire: 'Take an organisation off the list; a change puts it back',
  'forget-contact': 'Destroy what is kept of an organisation’s contact',
} as const;

/** Organisations of the directory: read by every member, each kept by one. */
export function organisationRoutes(app: App, desk: Desk): void {
  organisationReads(app, desk.rows);
  registering(app, desk);
  app.post(
    '/organisations/:id/change',
    {
      config: { access: keepers, command: 'change' },
      schema: {
        summary: 'Say anew what is known of an organisation',
        params,
        body: DescribeOrganisation,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const place = contactPlace(
        `organisation-${id}`,
        request.command.id,
        'organisation-changed.v1',
      );
      const { contact, ...terms } = await sealBody(desk.vault, request.body, place);
      const parent = await parentOf(desk.log, id, terms.parent);
      const command = { type: 'change', actor, terms, contact, parent } as const;
      const outcome = await carryOut(desk, target(id), request, command);
      return answerCommand(reply, outcome, (state) => presentEntry(id, state, actor));
    },
  );
  for (const type of ['retire', 'forget-contact'] as const) {
    app.post(
      `/organisations/:id/${type}`,
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
    '/organisations',
    {
      config: { access: keepers, command: 'create' },
      schema: {
        summary: 'Register an organisation, a member of the platform or not',
        body: DescribeOrganisation,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      // Derived, so that a repeated command registers the same organisation.
      const id = OrganisationId.parse(derivedId('organisation', request.command.id));
      const actor = actorOf(request.caller);
      const place = contactPlace(
        `organisation-${id}`,
        request.command.id,
        'organisation-registered.v1',
      );
      const { contact = null, ...terms } = await sealBody(desk.vault, request.body, place);
      const association = AssociationId.parse(request.caller.association);
      const parent = await parentOf(desk.log, id, terms.parent);
      const facts = { organisation: id, association, parent };
      const command = { type: 'register', actor, terms, contact, ...facts } as const;
      const outcome = await carryOut(desk, target(id), request, command, 'nothing');
      const location = `/v1/organisations/${id}`;
      return answerCommand(reply, outcome, (state) => presentEntry(id, state, actor), { location });
    },
  );
}

const target = (id: OrganisationId) =>
  ({ aggregate: organisationAggregate, contract: organisationContract, id }) as const;
