import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { obtainClientKey } from './client-key.ts';

t.test('a key is made once, readable by its owner alone', async (t) => {
  const file = join(t.testdir(), 'credentials', 'client.json');
  const keys = await Promise.all(Array.from({ length: 5 }, () => obtainClientKey(file)));
  const again = await obtainClientKey(file);
  t.equal(new Set([...keys, again].map(({ publicKey }) => publicKey.kid)).size, 1);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.equal((await stat(join(file, '..'))).mode & 0o777, 0o700);
});

t.test('the public part holds nothing private', async (t) => {
  const file = join(t.testdir(), 'client.json');
  const { privateKey, publicKey } = await obtainClientKey(file);
  t.same(JSON.parse(await readFile(file, 'utf8')), privateKey);
  t.notOk('d' in publicKey);
  t.match(publicKey, { alg: 'ES256', kid: privateKey.kid });
});
