import { randomBytes, randomUUID } from 'node:crypto';
import type { Role } from '@relais/contracts/identity';
import {
  AssociationId,
  CaseId,
  type OfferId,
  ReferralId,
  ReservationId,
} from '@relais/contracts/ids';
import { referralContract } from '@relais/contracts/referral-events';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { openPostgresLog } from '@relais/event-log/postgres-store';
import { testIssuer } from '@relais/http/test-tokens';
import { freshDatabase } from '@relais/postgres/fresh-database';
import type { RunningService } from '@relais/service/run-service';
import { resourcesConfig } from './config.ts';
import { startResources } from './service.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => Promise<void>): unknown };

export type Answer = {
  readonly status: number;
  readonly etag: string;
  readonly link: string | null;
  readonly body: { readonly [name: string]: unknown };
};
export type CallOptions = {
  readonly token: string;
  /** Address of the process to ask. */
  readonly at: string;
  readonly body?: unknown;
  readonly etag?: string;
  readonly key?: string;
};
/** A referral that asked for a place. */
export type Asked = { readonly referral: ReferralId; readonly reservation: ReservationId };

export type ServiceProbe = {
  readonly one: RunningService;
  readonly two: RunningService;
  readonly association: AssociationId;
  readonly tokenOf: (role: Role, of: string, remit?: string[]) => Promise<string>;
  /** As the referrals service writes it. */
  readonly ask: (offer: OfferId) => Promise<Asked>;
  readonly giveBack: (offer: OfferId, asked: Asked) => Promise<void>;
};

/** Two processes, as it were, of the service on one fresh database. */
export async function serviceProbe(t: Test): Promise<ServiceProbe> {
  const { url, database } = await freshDatabase(t, { max: 4 });
  const issuer = await testIssuer();
  const config = resourcesConfig({
    DATABASE_URL: url,
    RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
    RELAIS_ISSUER: issuer.issuer,
    RELAIS_LOG_LEVEL: 'silent',
  });
  const one = await startResources(config, issuer.keys);
  const two = await startResources(config, issuer.keys);
  const log = openPostgresLog(database);
  t.teardown(async () => {
    await one.stop();
    await two.stop();
    await log.close();
  });
  for (const { url: at } of [one, two]) {
    await eventually(async () => (await fetch(`${at}/health/ready`)).status === 200);
  }
  const association = AssociationId.parse(randomUUID());
  const parties = {
    case: CaseId.parse(randomUUID()),
    sender: AssociationId.parse(randomUUID()),
    receiver: association,
  };
  const append = async (
    referral: ReferralId,
    expected: bigint | 'none',
    type: string,
    facts: object,
  ): Promise<void> => {
    const id = randomUUID();
    const data = referralContract.schemas[type]?.parse({ ...parties, ...facts });
    const occurredAt = new Date().toISOString();
    const ids = { correlationId: id, causationId: id, commandId: id };
    const metadata = { actor: 'test', association, ...ids, occurredAt, schemaVersion: 1 };
    await log.append(`referral-${referral}`, [{ id, type, data, metadata }], { expected });
  };
  return {
    one,
    two,
    association,
    tokenOf: (role, of, remit = []) =>
      issuer.token({ service: 'resources', role, association: of, remit }),
    async ask(offer) {
      const referral = ReferralId.parse(randomUUID());
      const reservation = ReservationId.parse(randomUUID());
      const place = { offer, reservation, persons: [], grounds: [], text: null };
      await append(referral, 'none', 'referral-place-requested.v1', place);
      return { referral, reservation };
    },
    giveBack: (offer, { referral, reservation }) =>
      append(referral, 0n, 'referral-place-released.v1', {
        offer,
        reservation,
        because: 'cancelled',
      }),
  };
}

/** One request over HTTP. */
export async function send(
  method: 'GET' | 'POST',
  path: string,
  { token, at, body, etag, key = randomUUID() }: CallOptions,
): Promise<Answer> {
  const answer = await fetch(`${at}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'idempotency-key': `"${key}"` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { status, headers } = answer;
  const parsed = (await answer.json()) as Answer['body'];
  return { status, etag: headers.get('etag') ?? '', link: headers.get('link'), body: parsed };
}
