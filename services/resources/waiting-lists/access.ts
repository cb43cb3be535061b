import { eventually } from '@relais/event-log/fixtures/eventually';
import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';
import { putOnWaitingList } from './waiting-fixture.ts';

const terms = {
  kind: 'place',
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 0,
  hasWaitingList: true,
};
const shown = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;

/** Waiting lists: their length for all who see the offer, who waits for who manages it. */
export async function waitingListsAccess(probe: AccessProbe): Promise<AreaAccess> {
  const { ask, log, association } = probe;
  async function list(isHidden: boolean) {
    const visibility = isHidden ? { to: 'members', members: [association] } : { to: 'public' };
    const { body } = await ask('/offers', { ...terms, visibility });
    const referral = await putOnWaitingList(log, { offer: body.id, association });
    return eventually(async () => {
      const { etag, status } = await ask(`/offers/${body.id}/waiting-list`);
      return status === 200 && { id: body.id, referral, etag };
    });
  }
  const known = await list(false);
  return {
    samples: { id: [known.id], referral: [known.referral], before: [null, known.referral] },
    table: {
      'GET /v1/offers/{id}/waiting-list': shown,
      'POST /v1/offers/{id}/waiting-list/move': shown,
    },
    async request(operation: string, relation: Relation) {
      const { id, referral, etag } = await list(relation === 'stranger');
      const url = operation.replace(/^\w+ /, '').replace('{id}', id);
      if (operation.startsWith('GET')) return { url };
      return { url, body: { referral, before: null, reason: 'correction' }, ifMatch: etag };
    },
  };
}
