import type { AreaAccess } from '../access-probe.ts';

const everybody = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;

/** Everybody searches, each among what is for them. */
export const searchAccess: AreaAccess = {
  samples: {
    q: ['hébergement', 'ورشة', 'a & b | !c:* <-> (', "l'été"],
    theme: ['logement-hebergement', 'sante,mobilite'],
    hours: ['Mo-Fr 09:00-12:00; PH off'],
    radiusKm: ['20', '0.5'],
    latitude: ['51.03'],
    longitude: ['2.37'],
    area: ['59', 'france', '245900428'],
    commune: ['59183'],
  },
  table: { 'GET /v1/offer-search': everybody },
  request: async () => ({ url: '/v1/offer-search?q=h%C3%A9bergement&commune=59183&openNow=true' }),
};
