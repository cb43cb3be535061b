import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { ReferralId } from '@relais/contracts/ids';
import { referralContract } from '@relais/contracts/referral-events';
import type { ReferralAction } from '@relais/contracts/referrals';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody, sealForOneOf } from '@relais/service/sealing';
import { z } from 'zod';
import { type Commanding, carryOut, commandBase, kebab, loadFor, newId } from '../commanding.ts';
import { isAnybodyKnown, requireText } from '../owed-text.ts';
import { isEligible, readAssociation, readCaseFacts } from '../stored.ts';
import { referralActions, userActions } from './actions.ts';
import { owesText, referralBodies, type UserCommand } from './commands.ts';
import { referrals } from './decide.ts';
import { loadFacts, targetFacts } from './facts.ts';
import { allowedActions, partiesOf, type ReferralRefusal, refusalOf } from './permitted.ts';
import { relation } from './relation.ts';
import { noPart } from './standing.ts';
import type { DraftedReferral, Referral } from './state.ts';

const params = z.strictObject({ id: ReferralId });
type Asking = { readonly caller: Caller; readonly params: z.infer<typeof params> };
type Changing = Exclude<ReferralAction, 'draft'>;

const summaries: { readonly [Action in ReferralAction]: string } = {
  draft: 'Draft a referral of a person in your care',
  send: 'Send it, with what the person agreed to share',
  acknowledge: 'Say that you have received it',
  claim: 'Take a referral that is open to all eligible',
  requestInfo: 'Ask the sender for what is missing',
  supplyInfo: 'Give what the receiver asked for',
  waitlist: 'Put it on the waiting list',
  accept: 'Accept it; for a counted offer a place is reserved first',
  decline: 'Decline it, with the reason',
  redirect: 'Redirect it to another offer or association',
  withdraw: 'Withdraw it before it was accepted',
  start: 'Say that the service has started',
  hold: 'Put it on hold until a date',
  resume: 'Go on with it',
  complete: 'Complete it, with the outcome',
  fail: 'Say that it failed, and why',
  requestCancellation: 'Ask the receiver to cancel it',
  cancel: 'Cancel it: what the sender asked for, or a late refusal',
  unaccept: 'Take the acceptance back before the service starts',
  reopen: 'Reopen what had ended',
  close: 'Close what has ended',
  enteredInError: 'Say that it should never have been entered',
  note: 'Add a note; it changes no state',
};

/** Drafting, and every action of the table: `POST /referrals/:id/<action>`. */
export function referralCommandRoutes(app: App, desk: Commanding): void {
  app.post(
    '/referrals',
    {
      config: { access: ['partner', 'coordinator'], command: 'create' },
      schema: {
        summary: summaries.draft,
        body: referralBodies.draft,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const id = ReferralId.parse(newId(request, 'referral'));
      const { case: caseId, persons, target: wanted } = request.body;
      const file = await readCaseFacts(desk.log, caseId);
      const person = persons[0];
      if (person === undefined || file?.owner !== request.caller.association) {
        throw new HttpProblem('not-in-your-care');
      }
      if (!file.persons.includes(person)) throw new HttpProblem('person-unknown');
      const body = await sealBody(desk.vault, request.body, {
        stream: `referral-${id}`,
        commandId: request.command.id,
        type: referralActions.draft.event,
        personAt: () => person,
      });
      const { owner } = file;
      const facts = { case: file, ...(await targetFacts(desk.log, wanted, owner, [[owner]])) };
      const command = { type: 'draft' as const, ...commandBase(desk, request), body, facts };
      const outcome = await carryOut(desk, target(id), request, command, 'nothing');
      const present = (state: Referral) => presentReferral(id, state, request.caller, false);
      return answerCommand(reply, outcome, present, { location: `/v1/referrals/${id}` });
    },
  );
  for (const action of userActions) if (action !== 'draft') changeRoute(app, desk, action);
}

function changeRoute(app: App, desk: Commanding, action: Changing): void {
  app.post(
    `/referrals/:id/${kebab(action)}`,
    {
      config: { access: ['partner', 'coordinator'], command: 'change' },
      schema: {
        summary: summaries[action],
        params,
        body: referralBodies[action],
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const loaded = await loadFor(desk, target(id), request);
      const before = loaded.state;
      const eligible = await mayClaim(desk, before, request.caller);
      if (before.status === 'absent') throw new HttpProblem('not-found');
      await requirePart(desk, action, before, request, eligible);
      const present = (state: Referral) => presentReferral(id, state, request.caller, eligible);
      const refusal = beforeClaim(action, before, request.caller, eligible);
      if (refusal !== undefined) {
        const refused = { outcome: 'refused', refusal, ...loaded } as const;
        return answerCommand(reply, refused, present);
      }
      const place = {
        stream: `referral-${id}`,
        commandId: request.command.id,
        type: eventOf(action, before),
      };
      if (owesText.has(action)) {
        await requireText('text', request.body, () => isAnybodyKnown(desk.log, before));
      }
      const given = request.body as never;
      const body = await sealForOneOf(desk.vault, given, place, before.persons);
      const from = { desk, request, id, referral: before, body: request.body };
      const facts = await loadFacts(action, from);
      const command = { type: action, ...commandBase(desk, request), body, facts } as UserCommand;
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      if ('state' in outcome) await requirePart(desk, action, outcome.state, request, eligible);
      return answerCommand(reply, outcome, present);
    },
  );
}

const target = (id: ReferralId) => ({ aggregate: referrals, contract: referralContract, id });

/** The event whose place the sealed texts are bound to: a counted offer's acceptance begins by asking for a place. */
const eventOf = (action: Changing, referral: DraftedReferral): string =>
  action === 'accept' && referral.offer?.counted === true
    ? 'referral-place-requested.v1'
    : referralActions[action].event;

/** Whether the caller's association could claim it: only an unclaimed referral makes anybody eligible. */
async function mayClaim(desk: Commanding, referral: Referral, caller: Caller): Promise<boolean> {
  if (referral.status === 'absent' || referral.target.to !== 'eligible') return false;
  const actor = actorOf(caller);
  if (actor.role === 'system') return false;
  return isEligible(await readAssociation(desk.log, actor.association), referral.themes);
}

/**
 * Who does not read it, or not any more because somebody else was first, gets to know nothing of where it stands:
 * not even by a stale revision. Who wanted to claim it is told that another one did.
 */
async function requirePart(
  desk: Commanding,
  action: Changing,
  referral: Referral,
  { caller, params: { id } }: Asking,
  eligible: boolean,
): Promise<void> {
  if (referral.status === 'absent') throw new HttpProblem('not-found');
  if (relation(partiesOf(referral), actorOf(caller), eligible) !== 'none') return;
  const isLate = action === 'claim' && eligible && referral.sent && referral.receiver !== null;
  throw isLate ? new HttpProblem('already-claimed') : await noPart(desk, caller, id);
}

/** Why who could claim it, and has not, may not do this: it reads of the referral, and is told the way in. */
function beforeClaim(
  action: Changing,
  referral: DraftedReferral,
  caller: Caller,
  eligible: boolean,
): ReferralRefusal | undefined {
  if (relation(partiesOf(referral), actorOf(caller), eligible) !== 'eligible') return undefined;
  const refusal = refusalOf(action, referral, actorOf(caller), eligible);
  const hasNoPart = refusal?.code === 'claim-first' || refusal?.code === 'not-your-part';
  return hasNoPart ? refusal : undefined;
}

/** How a referral shows itself in the answer to a command. */
export function presentReferral(
  id: ReferralId,
  state: Referral,
  caller: Caller,
  eligible: boolean,
): Presented {
  if (state.status === 'absent') throw new HttpProblem('not-found');
  const { policy: _, ...deadlines } = state.deadlines ?? { policy: '' };
  return {
    id,
    state: state.status,
    allowedActions: [...allowedActions(state, actorOf(caller), eligible)],
    deadlines,
  };
}
