import type { AssociationId } from '@relais/contracts/ids';
import type { PublishOffer } from '@relais/contracts/offers';
import type { Log } from '@relais/event-log/log';
import { type FieldError, HttpProblem } from '@relais/http/problem';
import { areaErrors } from '../communes/checked-areas.ts';
import { isRegistered } from '../stored.ts';

type Reach = Pick<PublishOffer, 'communes' | 'zones' | 'visibility'>;

/** Throws the problem `invalid-request` for an offer to places or members that do not exist: nobody would find it. */
export async function checkReach(log: Pick<Log, 'read'>, reach: Reach, own: string): Promise<void> {
  const { visibility } = reach;
  const named = visibility.to === 'members' ? visibility.members : [];
  const errors = [...(await areaErrors(reach)), ...(await memberErrors(log, named, own))];
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}

async function memberErrors(
  log: Pick<Log, 'read'>,
  named: readonly AssociationId[],
  own: string,
): Promise<FieldError[]> {
  const known = await Promise.all(
    named.map(async (member) => member === own || (await isRegistered(log, member))),
  );
  return known.flatMap((isKnown, index) =>
    isKnown ? [] : [{ pointer: `/visibility/members/${index}`, ...noMember }],
  );
}

const noMember = {
  code: 'association-unknown',
  detail: {
    en: 'No association of this id is registered: correct it, or leave it out.',
    fr: 'Aucune association de cet identifiant n’est inscrite : corrigez-le, ou retirez-le.',
  },
};
