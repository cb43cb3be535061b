import { Readable } from 'node:stream';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { append } from './import-probe.ts';

const probe = await accessProbe();
const announced = { format: 'data-inclusion', source: 'envoi' };
const chunkBytes = 256 * 1024;

/** Bytes of which nobody says beforehand how many there are. */
const stream = (id: string, pieces: AsyncIterable<Buffer>) =>
  probe.app.inject({
    method: 'PATCH',
    url: `/v1/imports/${id}/content`,
    headers: {
      authorization: `Bearer ${probe.tokens.owner}`,
      'content-type': 'application/partial-upload',
      'upload-offset': '0',
    },
    payload: Readable.from(pieces),
  });
const announce = async (size: number): Promise<string> =>
  (await probe.ask('/imports', { ...announced, size })).body.id;
const stateOf = async (id: string) => (await probe.ask(`/imports/${id}`)).body.state;

t.test('more bytes than were announced never make a file whole', async (t) => {
  for (const size of [10, chunkBytes, chunkBytes + 10]) {
    const id = await announce(size);
    async function* tooMany() {
      yield Buffer.alloc(size, ' ');
      yield Buffer.from('[]');
    }
    const answer = await stream(id, tooMany());
    t.equal(answer.statusCode, 413);
    t.equal(await stateOf(id), 'uploading', `of ${size}`);
  }
});

t.test('who was overtaken while sending is told where to go on', async (t) => {
  const id = await announce(2 * chunkBytes);
  async function* overtaken() {
    yield Buffer.alloc(chunkBytes + 1, ' ');
    const offset = async () => (await probe.ask(`/imports/${id}/content`)).body.offset;
    await eventually(async () => (await offset()) === chunkBytes);
    const other = await append(probe, id, chunkBytes, Buffer.alloc(10, ' '));
    t.equal(other.statusCode, 200);
    yield Buffer.alloc(1, ' ');
  }
  const answer = await stream(id, overtaken());
  t.equal(answer.statusCode, 409);
  t.equal(answer.headers['upload-offset'], `${chunkBytes + 10}`);
});

t.test('who calls a large file off does not wait until all of it is gone', async (t) => {
  const id = await announce(10);
  await append(probe, id, 0, Buffer.from('[1,2'));
  await probe.database.transaction(async (sql) => {
    // Nobody deletes any of it meanwhile.
    await sql.query('lock table exchange.chunk in share mode');
    const { status, body } = await probe.ask(`/imports/${id}/cancel`, {}, '"0"');
    t.match({ status, body }, { status: 200, body: { state: 'cancelled' } });
  });
  await eventually(async () => {
    const text = 'select from exchange.chunk where import = $1';
    return (await probe.database.query(text, [id])).rowCount === 0;
  });
});
