import { randomUUID } from 'node:crypto';
import { accessToken } from '../access-token.ts';
import type { Client, Platform } from '../platform.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  /** As it came. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answered; a test says what it expects.
  readonly body: any;
};

export type Sent = {
  readonly body?: unknown;
  readonly etag?: string | undefined;
  /** Makes it a command. */
  readonly key?: string;
};

/** An association's software that talks to any process of any service, and says which. */
export type Partner = {
  readonly client: Client;
  /** A fresh token for a service, kept from then on. */
  renew(service: string): Promise<string>;
  get(url: string): Promise<Reply>;
  /** Rejects when the process cannot be reached. */
  post(url: string, sent?: Sent): Promise<Reply>;
};

const answerMaxMs = 40_000;
/** A token lives for five minutes. */
const tokenKeptMs = 200_000;

/** Services are told by their addresses: `serviceAt` names the service that listens at one. */
export function partner(
  { clients, issuer }: Platform,
  serviceAt: (url: string) => string,
  organisation: string,
  role = 'partner',
): Partner {
  const client = clients.find((one) => one.organisation === organisation && one.role === role);
  if (client === undefined) throw new Error(`no ${role} of ${organisation}`);
  const tokens = new Map<string, { readonly text: Promise<string>; readonly until: number }>();
  const renew = (service: string): Promise<string> => {
    const text = accessToken({ issuer, ...client }, `urn:relais:${service}`);
    tokens.set(service, { text, until: performance.now() + tokenKeptMs });
    text.catch(() => tokens.delete(service));
    return text;
  };
  const tokenFor = (service: string): Promise<string> => {
    const kept = tokens.get(service);
    return kept !== undefined && performance.now() < kept.until ? kept.text : renew(service);
  };
  const call = async (url: string, init: RequestInit): Promise<Reply> => {
    const token = await tokenFor(serviceAt(url));
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(answerMaxMs),
    });
    const text = await response.text();
    const body = text.startsWith('{') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body };
  };
  return {
    client,
    renew,
    get: (url) => call(url, {}),
    post: (url, { body = {}, etag, key = randomUUID() } = {}) =>
      call(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': `"${key}"`,
          ...(etag !== undefined && { 'if-match': etag }),
        },
      }),
  };
}
