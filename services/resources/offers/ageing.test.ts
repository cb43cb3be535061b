import { randomUUID } from 'node:crypto';
import { freshnessPolicy } from '@relais/contracts/freshness';
import { PublishOffer } from '@relais/contracts/offers';
import type { Recorded } from '@relais/event-log/log';
import t from 'tap';
import { planAgeing } from './ageing.ts';

const offer = randomUUID();
const ids = { offer, association: randomUUID() };
const { contact: _, ...published } = PublishOffer.parse({
  ...{ kind: 'workshop', title: 'Café', themes: ['remobilisation--lien-social'] },
});
const { kind: __, places: ___, ...changed } = published;
const source = { name: 'exemple', id: '42', url: null, licence: null, updatedOn: null };

const recordedAt = '2026-11-26T09:00:00.000Z';
const planned = (type: string, data: object) =>
  planAgeing({
    ...{ id: randomUUID(), type, data: { ...ids, ...data }, stream: `offer-${offer}`, recordedAt },
    ...{ revision: 0n, position: 1n },
    metadata: {
      ...{ actor: 'test', association: ids.association, occurredAt: recordedAt, schemaVersion: 1 },
      ...{ correlationId: offer, causationId: offer, commandId: offer },
    },
  } as Recorded);

t.test('saying that an offer is true sets the same timers anew, by the policy', async (t) => {
  const day = (days: number) =>
    new Date(Date.parse(recordedAt) + days * 24 * 3_600_000).toISOString();
  const [first, second] = freshnessPolicy.remindAfterDays;
  const expected = [
    [`offer-${offer} reminder-1`, day(first)],
    [`offer-${offer} reminder-2`, day(second)],
    [`offer-${offer} stale`, day(freshnessPolicy.staleAfterDays)],
  ];
  const said: [string, object][] = [
    ['offer-published.v2', { ...published, contact: null, source: null }],
    ['offer-changed.v1', { ...changed, source: null }],
    ['offer-confirmed.v1', {}],
  ];
  for (const [type, data] of said) {
    const changes = planned(type, data);
    t.same(
      changes.map((change) => ('set' in change ? [change.set, change.dueAt] : change)),
      expected,
      type,
    );
  }
});

t.test('what is gone, and what its source keeps fresh, is not asked about', async (t) => {
  const silent: [string, object][] = [
    ['offer-withdrawn.v1', {}],
    ['offer-published.v2', { ...published, contact: null, source }],
    ['offer-changed.v1', { ...changed, source }],
  ];
  for (const [type, data] of silent) t.same(planned(type, data), [{ cancelStream: true }], type);
  for (const type of ['offer-suspended.v1', 'offer-grown-stale.v1', 'offer-contact-forgotten.v1']) {
    t.same(planned(type, {}), [], `${type} changes nothing of it`);
  }
});
