import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, PersonId, RegistrationId, SeriesId } from '@relais/contracts/ids';
import { SessionStart } from '@relais/contracts/session-codes';
import {
  AddRegistration,
  CancelRegistration,
  ConfirmRegistration,
  RefuseRegistration,
  type Registrant,
} from '@relais/contracts/sessions';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand } from '@relais/http/outcome';
import { worksWithCases } from '@relais/service/members';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { presentRegistration } from './present.ts';
import { carryOutOnSession, factsFor, type MembersView, type SessionAddress } from './stored.ts';

const workers = ['partner', 'coordinator'] as const;
const address = z.strictObject({ id: SeriesId, start: SessionStart });
const params = address.extend({ registration: RegistrationId });
const response = { 200: CommandAnswer };

/** Registering somebody for a session, and what becomes of that: seats in the order in which they came. */
export function registrationRoutes(app: App, desk: Desk, members: MembersView): void {
  registering(app, desk, members);
  const found = finding(desk, members);
  app.post(
    '/series/:id/sessions/:start/registrations/:registration/confirm',
    {
      config: { access: workers, command: 'change' },
      schema: {
        summary: 'Confirm a registration that was asked for; for the organiser',
        params,
        body: ConfirmRegistration,
        response,
      },
    },
    async (request, reply) => {
      const { registration } = request.params;
      const { facts, present } = await found(request, registration);
      const { occurredAt } = request.body;
      const command = { type: 'confirmRegistration', registration, occurredAt, ...facts } as const;
      return answerCommand(reply, await carryOutOnSession(desk, request, command), present);
    },
  );
  const endings = [
    ['refuse', 'refuseRegistration', 'Refuse a registration; for the organiser'],
    ['cancel', 'cancelRegistration', 'Cancel a registration: the first who waits has the seat'],
  ] as const;
  for (const [action, type, summary] of endings) {
    app.post(
      `/series/:id/sessions/:start/registrations/:registration/${action}`,
      {
        config: { access: workers, command: 'change' },
        schema: {
          summary,
          params,
          body: action === 'refuse' ? RefuseRegistration : CancelRegistration,
          response,
        },
      },
      async (request, reply) => {
        const { registration } = request.params;
        const { facts, present } = await found(request, registration);
        const { reason, occurredAt } = request.body;
        const command = { type, registration, reason, occurredAt, ...facts } as const;
        return answerCommand(reply, await carryOutOnSession(desk, request, command), present);
      },
    );
  }
}

function registering(app: App, desk: Desk, members: MembersView): void {
  const found = finding(desk, members);
  app.post(
    '/series/:id/sessions/:start/registrations',
    {
      config: { access: workers, command: 'create' },
      schema: {
        summary: 'Register a professional or a person accompanied: a seat, or a place in the list',
        params: address,
        body: AddRegistration,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { caller, command: given, body: asked } = request;
      // Derived, so that a repeated command registers once.
      const registration = RegistrationId.parse(derivedId('registration', given.id));
      const { facts, present } = await found(request, registration);
      const { session, association } = facts.occasion;
      const personsMay = facts.seesPersons && worksWithCases(members, association);
      const body = await sealBody(desk.vault, asked, {
        ...{ stream: `session-${session}`, commandId: given.id, type: 'session-registered.v1' },
        personAt: () => subjectOf(asked.registrant, registration),
      });
      const by = AssociationId.parse(caller.association);
      const { registrant } = asked;
      const { label, occurredAt } = body;
      const wanted = { registration, by, registrant, label, occurredAt, personsMay };
      const outcome = await carryOutOnSession(desk, request, {
        type: 'register',
        ...wanted,
        ...facts,
      });
      const location = `/v1/registrations/${registration}`;
      return answerCommand(reply, outcome, present, { location });
    },
  );
}

/** Whose key protects the name: the person's own, or one for this registration alone. */
const subjectOf = (registrant: Registrant, registration: RegistrationId): PersonId =>
  registrant.who === 'person' ? registrant.person : PersonId.parse(registration);

/** The facts, and how the answer shows a registration. */
const finding =
  (desk: Desk, members: MembersView) =>
  async (
    { params, caller }: { readonly params: SessionAddress; readonly caller: Caller },
    registration: RegistrationId,
  ) => {
    const facts = await factsFor(desk, params, caller, members);
    return { facts, present: presentRegistration(registration, facts) };
  };
