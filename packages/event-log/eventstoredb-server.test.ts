import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import t, { type Test } from 'tap';
import { doubleFor, logFor, rejection } from './double/fixture.ts';
import { openEventStoreLog } from './eventstoredb-store.ts';
import type { Recorded } from './log.ts';
import { followUntil, mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

const run = promisify(execFile);

function rawClient(t: Test, url: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  return client;
}

t.test('the tools of the server find correlation and causation under their names', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const [stream, event] = [probeStream(), probeEvent()];
  const traced = {
    ...event,
    metadata: {
      ...event.metadata,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'relais=1',
    },
  };
  await mustAppend(log, stream, [traced], 'none');
  for await (const { event: stored } of rawClient(t, double.url).readStream(stream)) {
    t.match(stored, {
      isJson: true,
      metadata: {
        eventId: event.id,
        $correlationId: event.metadata.correlationId,
        $causationId: event.metadata.causationId,
      },
    });
  }
  t.same((await readAll(log, stream))[0]?.metadata, traced.metadata);
});

t.test(
  'a stream that was deleted begins again, one that was closed for ever does not',
  async (t) => {
    const double = await doubleFor(t);
    const log = await logFor(t, double.url);
    const client = rawClient(t, double.url);
    const stream = probeStream();
    await mustAppend(log, stream, [probeEvent()], 'none');
    await client.deleteStream(stream);
    t.same(await readAll(log, stream), []);
    const event = probeEvent();
    t.equal((await mustAppend(log, stream, [event], 'none')).revision, 1n);
    t.equal((await mustAppend(log, stream, [probeEvent()], 1n)).revision, 2n);
    t.match(await log.append(stream, [event], { expected: 'none' }), {
      revision: 1n,
      duplicate: true,
    });
    await client.tombstoneStream(stream);
    t.match(await rejection(readAll(log, stream)), { type: 'stream-deleted' });
    t.match(await rejection(log.append(stream, [probeEvent()], { expected: 2n })), {
      type: 'stream-deleted',
    });
  },
);

t.test('what another program wrote comes as it is', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const [stream, id] = [probeStream(), randomUUID()];
  const data = Buffer.from([0xff, 0x00]);
  await rawClient(t, double.url).appendToStream(stream, binaryEvent({ id, type: 'foreign', data }));
  const check = (record: Recorded | undefined) => {
    t.match(record, { id, type: 'foreign', stream, revision: 0n });
    t.same(Buffer.from(record?.data as Uint8Array), data);
  };
  check((await readAll(log, stream))[0]);
  const { records } = await followUntil(log, { after: 0n }, (records) => records.length > 0);
  check(records[0]);
});

t.test('a client that is told not to throw on a wrong revision still answers it', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, `${double.url}&throwOnAppendFailure=false`);
  const stream = probeStream();
  t.same(await log.append(stream, [probeEvent()], { expected: 3n }), {
    appended: false,
    actual: 'none',
  });
});

t.test('a wrong connection string is refused, and its password kept', async (t) => {
  for (const url of [
    'esdb://admin:secret@host:port',
    'http://admin:secret@localhost:2113',
    'esdb://admin:secret@localhost:2113?tlsCAFile=/does/not/exist.crt',
    '',
  ]) {
    const failure = await rejection(openEventStoreLog({ url }));
    t.ok(failure instanceof RangeError, String(failure));
    t.notMatch(String(failure), 'secret');
  }
});

/** A certificate that is its own authority, for an address; undefined where openssl is not installed. */
async function certificateFor(folder: string, address: string) {
  const key = join(folder, `${address}.key`);
  const certificate = join(folder, `${address}.crt`);
  const command =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 ` +
    `-subj /CN=eventstoredb-node -addext subjectAltName=IP:${address}`;
  const output = ['-keyout', key, '-out', certificate];
  const made = await run('openssl', [...command.split(' '), ...output]).catch((error) => error);
  if (made.code === 'ENOENT') return undefined;
  return {
    tls: { key: await readFile(key), certificate: await readFile(certificate) },
    authority: encodeURIComponent(certificate),
  };
}

t.test(
  'a node is reached by its address under TLS, and by no certificate but its own',
  async (t) => {
    const right = await certificateFor(t.testdir(), '127.0.0.1');
    const wrong = await certificateFor(t.testdirName, '127.0.0.9');
    if (right === undefined || wrong === undefined) {
      t.comment('openssl is not installed: TLS is not tested');
      return;
    }
    const double = await doubleFor(t, { tls: right.tls });
    const url = `esdb://admin:changeit@127.0.0.1:${double.port}?tls=true`;
    const log = await logFor(t, `${url}&tlsCAFile=${right.authority}`);
    const stream = probeStream();
    await mustAppend(log, stream, [probeEvent()], 'none');
    t.equal((await readAll(log, stream)).length, 1);
    const refused = async (strangerUrl: string) => {
      const stranger = await logFor(t, strangerUrl, { readTimeoutMs: 300 });
      t.match(await rejection(stranger.head()), { name: 'LogUnavailable' });
    };
    await refused(url);
    await refused(`${url}&tlsCAFile=${wrong.authority}`);
    const impostor = await doubleFor(t, { tls: wrong.tls });
    await refused(`esdb://127.0.0.1:${impostor.port}?tls=true&tlsCAFile=${wrong.authority}`);
  },
);
