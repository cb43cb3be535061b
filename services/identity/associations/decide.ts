import type {
  AssociationEvent,
  AssociationProfile,
  AssociationRefusalCode,
} from '@relais/contracts/associations';
import type { AssociationId } from '@relais/contracts/ids';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

export type AssociationCommand =
  | {
      readonly type: 'register';
      readonly association: AssociationId;
      readonly profile: AssociationProfile;
      /** Only the local bootstrap command registers the association that carries the platform. */
      readonly carrier: boolean;
    }
  | { readonly type: 'change'; readonly profile: AssociationProfile }
  | { readonly type: 'leave' };

export type Association =
  | { readonly state: 'absent' }
  | {
      readonly state: 'member' | 'left';
      readonly association: AssociationId;
      readonly carrier: boolean;
      readonly profile: StoredProfile;
    };

/** Themes as the log keeps them: codes of an older list stay readable. */
export type StoredProfile = Omit<AssociationProfile, 'themes'> & {
  readonly themes: readonly string[];
};

export type AssociationRefusal = { readonly code: AssociationRefusalCode };

type Result = Decision<AssociationEvent, AssociationRefusal>;

/** Who is a member, and what it tells about itself. */
export function decide(command: AssociationCommand, association: Association): Result {
  if (command.type === 'register') return register(command, association);
  if (association.state === 'absent') return refuse({ code: 'association-unknown' });
  if (command.type === 'leave') return leave(association);
  if (association.state === 'left') return refuse({ code: 'association-left' });
  if (isSame(association.profile, command.profile)) return accept();
  return accept({
    type: 'association-changed.v1',
    data: { association: association.association, ...command.profile },
  });
}

function register(
  { association: id, profile, carrier }: Extract<AssociationCommand, { type: 'register' }>,
  association: Association,
): Result {
  if (association.state === 'absent') {
    return accept({
      type: 'association-registered.v1',
      data: { association: id, ...profile, carrier },
    });
  }
  if (association.state === 'left') return refuse({ code: 'association-left' });
  const same = association.carrier === carrier && isSame(association.profile, profile);
  return same ? accept() : refuse({ code: 'association-exists' });
}

function leave(association: Exclude<Association, { state: 'absent' }>): Result {
  if (association.state === 'left') return accept();
  if (association.carrier) return refuse({ code: 'carrier-stays' });
  return accept({
    type: 'association-left.v1',
    data: { association: association.association },
  });
}

export function evolve(association: Association, event: AssociationEvent): Association {
  switch (event.type) {
    case 'association-registered.v1': {
      const { association: id, carrier, ...profile } = event.data;
      return { state: 'member', association: id, carrier, profile };
    }
    case 'association-changed.v1': {
      const { association: _, ...profile } = event.data;
      return { ...registered(association), profile };
    }
    case 'association-left.v1':
      return { ...registered(association), state: 'left' };
  }
}

function registered(association: Association): Exclude<Association, { state: 'absent' }> {
  if (association.state === 'absent') throw new Error('changed before it was registered');
  return association;
}

const isSame = (one: StoredProfile, other: StoredProfile): boolean =>
  canonical(one) === canonical(other);

const canonical = ({
  name,
  kind,
  themes,
  communes,
  acceptsOpenReferrals,
  languages,
}: StoredProfile): string =>
  JSON.stringify([name, kind, themes, communes, acceptsOpenReferrals, languages]);

export const associationAggregate: Aggregate<
  AssociationCommand,
  Association,
  AssociationEvent,
  AssociationRefusal
> = { category: 'association', initial: { state: 'absent' }, decide, evolve };
