import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessToken } from './access-token.ts';

/** A client of the development platform; its private key lies in `keyFile` (JWK, 0600). */
export type Client = {
  readonly organisation: string;
  readonly association: string;
  readonly role: string;
  readonly clientId: string;
  readonly keyFile: string;
};

/** What `npm start` writes to `<data-dir>/platform.json`: where everything is and who may call. */
export type Platform = {
  readonly services: { readonly [name: string]: string };
  readonly issuer: string;
  readonly clients: readonly Client[];
};

export type Answer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answered; scripts read it as a person would.
  readonly body: any;
  readonly etag: string | undefined;
};

/** One association's software: calls services with a token of its own, renewed when it runs out. */
export type Member = {
  readonly client: Client;
  /** An access token for the service, good for a minute at least. */
  token(): Promise<string>;
  get(path: string): Promise<Answer>;
  /** A command. `etag` becomes If-Match; `key` the Idempotency-Key (a fresh one by default). */
  post(path: string, body: unknown, options?: PostOptions): Promise<Answer>;
};
export type PostOptions = {
  readonly etag?: string | undefined;
  readonly key?: string;
  readonly correlationId?: string;
};

const tokenLifeMs = 240_000;

export async function readPlatform(dataDir: string): Promise<Platform> {
  const file = join(dataDir, 'platform.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: start the platform first with "npm start"`, {
      cause: error,
    });
  }
}

/** The client of this association (its slug) and role as a caller of one service. Throws when there is none. */
export function member(
  platform: Platform,
  service: string,
  organisation: string,
  role = 'partner',
): Member {
  const client = platform.clients.find(
    (each) => each.organisation === organisation && each.role === role,
  );
  if (client === undefined) throw new Error(`no ${role} of ${organisation} on this platform`);
  let token: { readonly text: string; readonly until: number } | undefined;
  const currentToken = async (): Promise<string> => {
    if (token === undefined || Date.now() > token.until) {
      const text = await accessToken(
        { issuer: platform.issuer, clientId: client.clientId, keyFile: client.keyFile },
        `urn:relais:${service}`,
      );
      token = { text, until: Date.now() + tokenLifeMs };
    }
    return token.text;
  };
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${platform.services[service]}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${await currentToken()}` },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : JSON.parse(text),
      etag: response.headers.get('etag') ?? undefined,
    };
  };
  /** What `fetch` says of a platform that does not run is "fetch failed". */
  const reached = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      if (!(error instanceof TypeError && error.message === 'fetch failed')) throw error;
      const where = `the platform of ${platform.issuer}`;
      throw new Error(`${where} does not answer: is it running? ("npm start")`, { cause: error });
    });
  return {
    client,
    token: () => reached(currentToken()),
    get: (path) => reached(call(path, { headers: { 'accept-language': 'fr' } })),
    post: (path, body, options = {}) =>
      reached(
        call(path, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: {
            'content-type': 'application/json',
            'accept-language': 'fr',
            'idempotency-key': `"${options.key ?? randomUUID()}"`,
            ...(options.etag !== undefined && { 'if-match': options.etag }),
            ...(options.correlationId !== undefined && { 'correlation-id': options.correlationId }),
          },
        }),
      ),
  };
}
