import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import type { CaseFacts } from '@relais/contracts/cases';
import { type ConsentEvent, consentContract, type Recipients } from '@relais/contracts/consents';
import { CaseId } from '@relais/contracts/ids';
import type { App } from '@relais/http/app-options';
import { answerCommand } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { mainPerson } from '../cases/decide.ts';
import { noPart, standingIn } from '../cases/standing.ts';
import { caseFacts } from '../cases/state.ts';
import {
  type Commanding,
  type CommandRequest,
  carryOut,
  commandBase,
  newId,
} from '../commanding.ts';
import { readAssociation, readCase } from '../stored.ts';
import { type ConsentAction, type ConsentCommand, consentBodies } from './actions.ts';
import { allowedConsentActions, consents } from './decide.ts';
import { type Consents, noConsents } from './state.ts';

const params = z.strictObject({ id: CaseId });
const access = ['partner', 'coordinator'] as const;

type Route = {
  readonly path: string;
  readonly summary: string;
  readonly event: ConsentEvent['type'];
  readonly kind: 'create' | 'change';
};
const routes: { readonly [Action in ConsentAction]: Route } = {
  give: {
    path: 'consents',
    summary: 'Record a consent: what may be shared with whom, for what',
    event: 'consent-given.v1',
    kind: 'create',
  },
  withdraw: {
    path: 'consents/withdraw',
    summary: 'Withdraw a consent: sharing stops at once',
    event: 'consent-withdrawn.v1',
    kind: 'change',
  },
  recordException: {
    path: 'consent-exceptions',
    summary: 'Record sharing without consent, on its legal basis; coordinators see the list',
    event: 'consent-exception-recorded.v1',
    kind: 'create',
  },
  endException: {
    path: 'consent-exceptions/end',
    summary: 'End an exception before its date',
    event: 'consent-exception-ended.v1',
    kind: 'change',
  },
};

/** Consents and exceptions of a case. Their ETag is that of `GET /cases/:id/consents`. */
export function consentCommandRoutes(app: App, desk: Commanding): void {
  for (const action of Object.keys(routes) as ConsentAction[]) consentRoute(app, desk, action);
}

function consentRoute(app: App, desk: Commanding, action: ConsentAction): void {
  const { path, summary, event, kind } = routes[action];
  const body = consentBodies[action];
  const response = kind === 'create' ? { 201: CommandAnswer } : { 200: CommandAnswer };
  app.post(
    `/cases/:id/${path}`,
    { config: { access, command: kind }, schema: { summary, params, body, response } },
    async (request, reply) => {
      const { id } = request.params;
      const file = await readCase(desk.log, id);
      if (file.status === 'absent') throw new HttpProblem('not-found');
      const facts = { case: caseFacts(id, file), newId: newId(request, action) };
      await requireStanding(desk, facts.case, request);
      if ('recipients' in request.body) await requireKnown(desk, request.body.recipients);
      const sealed = await sealBody(desk.vault, request.body as never, {
        stream: `consent-${id}`,
        commandId: request.command.id,
        type: event,
        personAt: () => mainPerson(file),
      });
      const command = { type: action, ...commandBase(desk, request), body: sealed, facts };
      const target = { aggregate: consents, contract: consentContract, id };
      const outcome = await carryOut(desk, target, request, command as ConsentCommand);
      const location = `/v1/cases/${id}/consents`;
      return answerCommand(
        reply,
        outcome,
        (state: Consents) => ({
          id: kind === 'create' ? facts.newId : id,
          state: 'recorded',
          allowedActions: [...allowedConsentActions(state, actorOf(request.caller), facts.case)],
          deadlines: {},
        }),
        kind === 'create' ? { location } : {},
      );
    },
  );
}

/** A typing error in a recipient would be a word given for nobody, which shows only when something is to be sent. */
async function requireKnown({ log }: Commanding, { associations }: Recipients): Promise<void> {
  const known = await Promise.all(associations.map((one) => readAssociation(log, one)));
  const errors = known.flatMap((facts, index) =>
    facts === null
      ? [{ pointer: `/recipients/associations/${index}`, code: 'association-unknown', detail }]
      : [],
  );
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}
const detail = {
  en: 'No association of this id is registered: `GET /v1/associations` lists those that are.',
  fr: 'Aucune association de cet identifiant n’est inscrite : `GET /v1/associations` en donne la liste.',
};

/** Whoever may not record here, and does not read the case, does not learn that it exists. */
async function requireStanding(
  desk: Commanding,
  file: CaseFacts,
  { caller }: Pick<CommandRequest, 'caller'>,
): Promise<void> {
  if (allowedConsentActions(noConsents, actorOf(caller), file).length > 0) return;
  throw noPart(await standingIn(desk, caller, file.case));
}
