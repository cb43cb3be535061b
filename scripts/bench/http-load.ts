/** `node http-load.ts`, forked with IPC: sends requests over keep-alive connections as a job says, and tells how long each took. */
import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import type { Answered, LoadJob, LoadRequest } from './load.ts';

const headEnd = Buffer.from('\r\n\r\n');

process.on('message', (job: LoadJob) => {
  run(job).then(
    (answered) => process.send?.(answered),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

/** Each connection sends its next request when the last was answered, or when its turn has come at `perSecond`. */
async function run(job: LoadJob): Promise<Answered> {
  const latenciesMs: number[] = [];
  const callers = await Promise.all(Array.from({ length: job.connections }, () => openCaller(job)));
  const start = performance.now();
  let next = 0;
  const call = async ({ send }: (typeof callers)[number]) => {
    for (;;) {
      const n = next++;
      // Open model: what could not be sent in time counts from when it should have been.
      const since =
        job.perSecond === undefined ? performance.now() : start + (n * 1000) / job.perSecond;
      const request = job.requests[n];
      if (request === undefined || since >= start + job.ms) return;
      await pause(since - performance.now());
      await send(request);
      latenciesMs.push(performance.now() - since);
    }
  };
  await Promise.all(callers.map(call));
  const seconds = (performance.now() - start) / 1000;
  for (const { close } of callers) close();
  return { latenciesMs, seconds, sent: latenciesMs.length };
}

/** One connection for commands, and one for reading where that is asked for. */
async function openCaller(job: LoadJob) {
  const write = await open(job.url);
  const read = job.readAt === undefined ? undefined : await open(job.readAt);
  return {
    async send(request: LoadRequest): Promise<void> {
      const { status, position } = await write.ask(command(request, job));
      if (status !== (request.status ?? 200)) throw new Error(`${status} from ${request.path}`);
      const seen = await read?.ask(reading(job, position));
      if (seen !== undefined && seen.status !== 200) throw new Error(`${seen.status} from a read`);
    },
    close() {
      write.close();
      read?.close();
    },
  };
}

const pause = (ms: number): Promise<void> | undefined =>
  ms <= 0 ? undefined : new Promise((resume) => setTimeout(resume, ms));

const token = ({ tokens }: LoadJob) => tokens[Math.floor(Math.random() * tokens.length)];

function command({ path, headers, body }: LoadRequest, job: LoadJob): string {
  const text = JSON.stringify(body ?? {});
  const more = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token(job)}\r\n` +
    `idempotency-key: "${randomUUID()}"\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(text)}\r\n${more.join('')}\r\n${text}`
  );
}

function reading(job: LoadJob, position: string | undefined): string {
  const { pathname, search } = new URL(job.readAt ?? '');
  return (
    `GET ${pathname}${search} HTTP/1.1\r\nhost: localhost\r\n` +
    `authorization: Bearer ${token(job)}\r\nrelais-position: ${position}\r\n\r\n`
  );
}

type Answer = { readonly status: number; readonly position: string | undefined };

/** A connection that has one request under way at a time. */
async function open(url: string) {
  const { hostname: host, port } = new URL(url);
  const socket = createConnection({ host, port: Number(port), noDelay: true });
  const connected = Promise.withResolvers<void>();
  socket.once('connect', connected.resolve).once('error', connected.reject);
  await connected.promise;
  let waiting = Promise.withResolvers<Answer>();
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf(headEnd);
    if (end < 0) return;
    const head = received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end + headEnd.length + length) return;
    received = Buffer.alloc(0);
    const position = /\r\nrelais-position: (\d+)/i.exec(head)?.[1];
    waiting.resolve({ status: Number(head.slice(9, 12)), position });
  });
  const broken = () => waiting.reject(new Error('the connection was closed'));
  socket.on('error', broken).on('close', broken);
  return {
    ask(request: string): Promise<Answer> {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close() {
      // Nobody waits any more.
      waiting.promise.catch(() => undefined);
      socket.destroy();
    },
  };
}
