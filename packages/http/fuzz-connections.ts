import { connect } from 'node:net';
import type { Test } from 'tap';
import type { App } from './app-options.ts';
import { canary } from './fuzz-corpus.ts';

const answerMaxMs = 10_000;
/** Instead of the fifteen seconds that a slow request has. */
const slowMs = 300;

/** What no client library would send, on bare sockets: refused as problems, and the service answers on. */
export function fuzzConnections(
  t: Test,
  { app, command, token }: { readonly app: App; readonly command: string; readonly token: string },
): void {
  t.test(`POST ${command} is refused when its HTTP is not`, async (t) => {
    const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    // Node takes the shorter of the two for the head, whichever it is.
    app.server.headersTimeout = slowMs;
    app.server.requestTimeout = slowMs;
    const body = '{}';
    const request = (...headers: readonly string[]) =>
      [
        `POST ${command} HTTP/1.1`,
        ...['Host: 127.0.0.1', 'Connection: close', `Authorization: Bearer ${token}`],
        ...['Content-Type: application/json', `Content-Length: ${body.length}`, ...headers],
        `\r\n${body}`,
      ].join('\r\n');
    const key = 'Idempotency-Key: "a"';
    const cases: { readonly [name: string]: readonly [text: string, status: number] } = {
      'a line break in a header': [request(key, `X-A: a\nX-B\r: ${canary}`), 400],
      'a line break in the key': [request(`Idempotency-Key: "a\r\n${canary}"`), 400],
      'two keys': [request(key, `Idempotency-Key: "${canary}"`), 400],
      'two tokens': [request(key, `Authorization: Bearer ${canary}`), 401],
      'two lengths': [request(key, 'Content-Length: 3'), 400],
      'a length and chunks': [request(key, 'Transfer-Encoding: chunked'), 400],
      'headers of 20 KiB': [request(key, `X-A: ${canary.repeat(1_200)}`), 431],
      'a body that stays away': [request(key).slice(0, -1), 408],
    };
    for (const [name, [text, status]] of Object.entries(cases)) {
      const answer = await exchange(address, text);
      t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), name);
      t.match(answer, /content-type: application\/problem\+json/i, name);
      t.notMatch(answer, canary, name);
    }
    t.equal((await fetch(new URL('/health/live', address))).status, 200);
  });
}

/** What the server writes until it closes the connection. */
function exchange(address: URL, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(address.port), address.hostname);
    let answer = '';
    socket.setTimeout(answerMaxMs, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}
