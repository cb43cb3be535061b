import { CommandAnswer } from '@relais/contracts/answers';
import { SeriesId } from '@relais/contracts/ids';
import { SessionStart } from '@relais/contracts/session-codes';
import { CancelSession, ChangeSession, RecordAttendance } from '@relais/contracts/sessions';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand } from '@relais/http/outcome';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { siteIsKnown } from '../series/stored.ts';
import { presentSession } from './present.ts';
import { carryOutOnSession, factsFor, type MembersView, type SessionAddress } from './stored.ts';

const organisers = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: SeriesId, start: SessionStart });
const response = { 200: CommandAnswer };

/** One session of a series: moved, given other seats, cancelled, and who came, by who organises it. */
export function sessionRoutes(app: App, desk: Desk, members: MembersView): void {
  const found = async ({ params, caller }: { params: SessionAddress; caller: Caller }) => {
    const facts = await factsFor(desk, params, caller, members);
    return { facts, present: presentSession(facts) };
  };
  app.post(
    '/series/:id/sessions/:start/change',
    {
      config: { access: organisers, command: 'change' },
      schema: {
        summary: 'Say what of this one session differs from its series; who is registered stays',
        params,
        body: ChangeSession,
        response,
      },
    },
    async (request, reply) => {
      const { facts, present } = await found(request);
      const { reason, ...override } = request.body;
      const isKnown = await siteIsKnown(desk.log, override.site);
      const command = { type: 'change', override, reason, siteIsKnown: isKnown, ...facts } as const;
      return answerCommand(reply, await carryOutOnSession(desk, request, command), present);
    },
  );
  app.post(
    '/series/:id/sessions/:start/cancel',
    {
      config: { access: organisers, command: 'change' },
      schema: {
        summary: 'Cancel this one session, and with it every registration',
        params,
        body: CancelSession,
        response,
      },
    },
    async (request, reply) => {
      const { facts, present } = await found(request);
      const command = { type: 'cancel', reason: request.body.reason, ...facts } as const;
      return answerCommand(reply, await carryOutOnSession(desk, request, command), present);
    },
  );
  app.post(
    '/series/:id/sessions/:start/attendance',
    {
      config: { access: organisers, command: 'change' },
      schema: {
        summary: 'Record who came, was excused or stayed away; a later list corrects it',
        params,
        body: RecordAttendance,
        response,
      },
    },
    async (request, reply) => {
      const { facts, present } = await found(request);
      const { attendances, occurredAt } = request.body;
      const command = { type: 'recordAttendance', attendances, occurredAt, ...facts } as const;
      return answerCommand(reply, await carryOutOnSession(desk, request, command), present);
    },
  );
}
