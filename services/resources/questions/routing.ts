/**
 * To whom a question goes: skills and offers of expertise that fit, the least loaded of those as good first. Rows say who
 * fits and how loaded they are; the log, whether it is so still.
 */
import type { Actor } from '@relais/contracts/actors';
import { AssociationId, OfferId, SkillId } from '@relais/contracts/ids';
import type { AskQuestion, RouteQuestion } from '@relais/contracts/questions';
import type { z } from 'zod';
import type { Asked } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import { offerFit, skillFit, worksWithCases } from '../exchanges/facts.ts';
import { matchesFor, type Sought } from '../matching/candidates.ts';
import type { Candidate } from '../matching/rank.ts';
import type { Route } from './actions.ts';
import { datesOf } from './decide.ts';
import { findQuestion } from './query.ts';
import type { Question } from './state.ts';

const kinds = ['expertise', 'svp_answer'];

/** What the rules of `ask`, `pass` and `route` rest on. */
export async function routeFor(
  desk: Desk,
  { type, id, actor, body }: Asked,
  question: Question,
): Promise<Route> {
  if (type === 'ask' && actor.role !== 'system') {
    const asked = body as z.output<typeof AskQuestion>;
    return foundFor(desk, soughtIn(asked, asked, desk.now()), actor, []);
  }
  if (type === 'route') {
    const { to } = body as z.output<typeof RouteQuestion>;
    return (await worksWithCases(desk.log, to)) ? { to, skill: null, reasons: [] } : null;
  }
  if (type !== 'pass' || question.state === 'absent' || question.receiver === null) return null;
  const row = await findQuestion(desk.rows, id);
  if (row === undefined) return null;
  const { association, passed, receiver } = question;
  const sought = soughtIn(row, question, desk.now());
  return foundFor(desk, sought, { association }, [...passed, receiver]);
}

/** Who is there between now and the day when the answer is due. */
function soughtIn(
  said: Pick<Sought, 'themes' | 'languages' | 'commune'>,
  due: Parameters<typeof datesOf>[1],
  now: Date,
): Sought {
  const from = now.toISOString();
  const { dueAt } = datesOf(from, due);
  return {
    ...{ themes: said.themes, languages: said.languages, commune: said.commune },
    ...{ publics: [], when: { from: from.slice(0, 10), until: dueAt.slice(0, 10) } },
  };
}

async function foundFor(
  desk: Desk,
  sought: Sought,
  { association }: Pick<Exclude<Actor, { role: 'system' }>, 'association'>,
  passed: readonly AssociationId[],
): Promise<Route> {
  for (const { candidate, reasons } of await matchesFor(desk, sought, { association, kinds })) {
    const to = AssociationId.parse(candidate.association);
    if (passed.includes(to) || !(await stillKnows(desk.log, candidate, association))) continue;
    const skill = candidate.kind === 'skill' ? SkillId.parse(candidate.id) : null;
    return { to, skill, reasons };
  }
  return null;
}

async function stillKnows(
  log: Desk['log'],
  { kind, id, association: of }: Candidate,
  requester: AssociationId,
): Promise<boolean> {
  const provider = AssociationId.parse(of);
  if (!(await worksWithCases(log, provider))) return false;
  const fit =
    kind === 'skill'
      ? await skillFit(log, SkillId.parse(id), provider)
      : await offerFit(log, OfferId.parse(id), { provider, requester });
  return fit === 'fits';
}
