import { type Member, member, type Platform } from '../platform.ts';

/** Who plays: members of the demo network, and its coordinator. */
export type Cast = {
  readonly site: Member;
  readonly legal: Member;
  readonly doctors: Member;
  readonly shelter: Member;
  readonly silent: Member;
  readonly centre: Member;
  /** The same association, where places are counted. */
  readonly places: Member;
  readonly coordinator: Member;
};

export function castOf(platform: Platform): Cast {
  const of = (organisation: string, role?: string) =>
    member(platform, 'referrals', organisation, role);
  return {
    site: of('accueil-grande-synthe'),
    legal: of('cimade'),
    doctors: of('medecins-du-monde'),
    shelter: of('utopia-56'),
    silent: of('accueil-teteghem'),
    centre: of('france-terre-d-asile'),
    places: member(platform, 'resources', 'france-terre-d-asile'),
    coordinator: of('carrefour-des-solidarites', 'coordinator'),
  };
}
