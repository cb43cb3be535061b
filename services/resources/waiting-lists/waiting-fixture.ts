/** Referrals as the referrals service writes them, for the tests of waiting lists. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Log } from '@relais/event-log/log';

const sample = new URL('../../../contracts/samples/referral-sent.v1.json', import.meta.url);
const sent = JSON.parse(readFileSync(sample, 'utf8'));

export type Waiting = {
  readonly offer: string;
  readonly association: string;
  readonly sender?: string;
  readonly priority?: 'emergency' | 'urgent' | 'normal';
};

/** A referral to the offer that was sent and put on its list; its id. */
export async function putOnWaitingList(
  log: Pick<Log, 'append'>,
  { offer, association, sender = randomUUID(), priority = 'normal' }: Waiting,
): Promise<string> {
  const referral = randomUUID();
  const parties = { case: randomUUID(), sender, receiver: association };
  const snapshot = { ...sent.offer, offer, association };
  const reviewBy = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await log.append(
    `referral-${referral}`,
    [
      event('referral-sent.v1', { ...sent, ...parties, priority, offer: snapshot }),
      event('referral-waitlisted.v1', { ...parties, position: null, reviewBy }),
    ],
    { expected: 'none' },
  );
  return referral;
}

/** What is told of a referral that waits: it goes on its stream at this revision. */
export async function tell(
  log: Pick<Log, 'append'>,
  referral: string,
  expected: bigint,
  type: string,
  data: object,
): Promise<void> {
  await log.append(`referral-${referral}`, [event(type, data)], { expected });
}

function event(type: string, data: object) {
  const id = randomUUID();
  const occurredAt = new Date().toISOString();
  const ids = { correlationId: id, causationId: id, commandId: id };
  const metadata = { actor: 'test', association: null, ...ids, occurredAt, schemaVersion: 1 };
  return { id, type, data, metadata };
}
