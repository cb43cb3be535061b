import type { Caller } from '@relais/http/caller';
import { HttpProblem } from '@relais/http/problem';
import type { Commanding } from '../commanding.ts';
import { caseLevel } from '../levels.ts';
import { caseTies, findCase } from './query.ts';

/**
 * At which level the caller reads the case now (`none` also where there is none), whether he owns a file merged with it,
 * and whether it went into another itself.
 */
export async function standingIn({ rows, now }: Commanding, caller: Caller, id: string) {
  const parts = await findCase(rows, id);
  if (parts === undefined) return { level: 'none', isMerged: false, isOver: false } as const;
  const ties = caseTies(parts, caller, now().toISOString());
  const isMerged = ties.mergedOwners.includes(caller.association);
  return { level: caseLevel(caller, ties), isMerged, isOver: parts.file.merged_into !== null };
}

/**
 * What is said to who has no part in a case: where he reads it, that this is for others to do; else what an id that
 * does not exist is answered.
 */
export function noPart({
  level,
  isMerged,
  isOver,
}: Awaited<ReturnType<typeof standingIn>>): HttpProblem {
  if (level === 'none') return new HttpProblem('not-found');
  if (!isMerged) return new HttpProblem('not-your-part');
  return new HttpProblem('not-your-part', { detail: isOver ? goesOn : askForIt });
}
const goesOn = {
  en: 'This file was merged with one of yours. The one that goes on is `mergedInto` of `GET /v1/cases/{id}`.',
  fr: 'Ce dossier a été fusionné avec l’un des vôtres. Celui qui se poursuit est `mergedInto` de `GET /v1/cases/{id}`.',
};
const askForIt = {
  en: 'Another association has this file in its care, which is merged with one of yours. Ask for it with `POST /v1/handovers/ask`, or have the merge undone.',
  fr: 'Ce dossier, fusionné avec l’un des vôtres, est suivi par une autre association. Demandez-le par `POST /v1/handovers/ask`, ou faites défaire la fusion.',
};
