import { handoverContract, RequestHandovers } from '@relais/contracts/handovers';
import { type CaseId, HandoverId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import { submit } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { contextAt } from '@relais/http/command';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { mainPerson } from '../cases/decide.ts';
import { caseFacts } from '../cases/state.ts';
import { type Commanding, type CommandRequest, commandBase, newId } from '../commanding.ts';
import { mayReceive } from '../stored.ts';
import { knownCase, requireReason } from './command-routes.ts';
import { handovers } from './decide.ts';

const itemsAtOnceMax = 10;

/** What became of one item; `code` is that of the problem it would have been on its own. */
const Result = z.object({
  handover: HandoverId,
  case: z.uuid(),
  state: z.string().nullable(),
  code: z.string().nullable(),
});
const Results = z.object({ items: z.array(Result) }).meta({ id: 'HandoverResults' });
type Result = z.infer<typeof Result>;
type Item = { readonly handover: HandoverId; readonly case: CaseId };

/** Up to 100 cases at once: one handover and one event each, a result for every item in their order. */
export function bulkHandoverRoute(app: App, desk: Commanding): void {
  app.post(
    '/handovers/bulk',
    {
      config: { access: ['partner', 'coordinator'], command: 'create' },
      schema: {
        summary: 'Offer up to 100 cases to another association',
        body: RequestHandovers,
        response: { 200: Results },
      },
    },
    async (request, reply) => {
      const items = request.body.cases.map((id, index) => ({
        handover: HandoverId.parse(newId(request, 'handover', index)),
        case: id,
      }));
      const results: Result[] = [];
      for (let start = 0; start < items.length; start += itemsAtOnceMax) {
        const slice = items.slice(start, start + itemsAtOnceMax);
        results.push(
          ...(await Promise.all(slice.map((item) => offer(desk, request, request.body, item)))),
        );
      }
      reply.statusCode = 200;
      return { items: results };
    },
  );
}

async function offer(
  desk: Commanding,
  request: CommandRequest,
  { to, reason, occurredAt }: z.infer<typeof RequestHandovers>,
  item: Item,
): Promise<Result> {
  const failed = (code: string): Result => ({ ...item, state: null, code });
  const commandId = derivedId('bulk-handover', request.command.id, item.handover);
  try {
    const { state, related } = await knownCase(desk, item.case, request.caller);
    await requireReason({ reason }, state);
    const body = await sealBody(
      desk.vault,
      { case: item.case, to, reason, occurredAt },
      {
        stream: `handover-${item.handover}`,
        commandId,
        type: 'handover-requested.v1',
        personAt: () => mainPerson(state),
      },
    );
    const recipientKnown = await mayReceive(desk.log, to);
    const facts = { case: caseFacts(item.case, state), related, recipientKnown };
    const outcome = await submit(
      { type: 'request', ...commandBase(desk, request), body, facts },
      {
        log: desk.log,
        aggregate: handovers,
        contract: handoverContract,
        id: item.handover,
        context: { ...contextAt(request.command, occurredAt), commandId },
      },
    );
    if (outcome.outcome === 'done') return { ...item, state: outcome.state.status, code: null };
    return failed(outcome.outcome === 'refused' ? outcome.refusal.code : 'contended');
  } catch (error) {
    if (error instanceof HttpProblem) return failed(error.code);
    throw error;
  }
}
