import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { associatedData, decrypt, encrypt, SealBroken, sealingKeys } from './cipher.ts';
import { pad, unpad } from './padding.ts';

const keys = sealingKeys(randomBytes(32));
const place = {
  stream: `case-${randomUUID()}`,
  eventId: randomUUID(),
  type: 'case-opened.v1',
  field: 'name',
};
const here = associatedData('p', 'identity', place);
const wellFormed = fc.string({ unit: 'binary' });

t.test('what was sealed opens again, in the same place, to the same text', async (t) => {
  fc.assert(
    fc.property(wellFormed, (text) => decrypt(keys, here, encrypt(keys, here, text)) === text),
  );
  t.pass();
});

t.test('sealing is a function of key, place and text', async (t) => {
  fc.assert(
    fc.property(wellFormed, wellFormed, (one, other) => {
      const sealed = encrypt(keys, here, one);
      return (
        sealed === encrypt(keys, here, one) &&
        (one === other) === (sealed === encrypt(keys, here, other)) &&
        sealed !== encrypt(sealingKeys(randomBytes(32)), here, one)
      );
    }),
  );
  t.pass();
});

t.test('a changed bit anywhere breaks the seal', async (t) => {
  const sealed = Buffer.from(encrypt(keys, here, 'Awa'), 'base64url');
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (!breaks(() => decrypt(keys, here, changed.toString('base64url')))) t.fail(`bit ${bit}`);
  }
  for (const text of [
    '',
    'AAAA',
    sealed.subarray(0, -1).toString('base64url'),
    `${sealed.toString('base64url')}=`,
  ]) {
    t.ok(
      breaks(() => decrypt(keys, here, text)),
      JSON.stringify(text.slice(0, 8)),
    );
  }
});

t.test('a text moved to another place, person or category does not open there', async (t) => {
  const sealed = encrypt(keys, here, 'Awa');
  const elsewhere = [
    associatedData('p', 'identity', { ...place, stream: 'case-other' }),
    associatedData('p', 'identity', { ...place, eventId: randomUUID() }),
    associatedData('p', 'identity', { ...place, type: 'case-opened.v2' }),
    associatedData('p', 'identity', { ...place, field: 'birthDate' }),
    associatedData('p', 'health', place),
    associatedData('q', 'identity', place),
  ];
  for (const there of elsewhere) t.ok(breaks(() => decrypt(keys, there, sealed)));
});

t.test('no two places share their associated data, however their parts are cut', async (t) => {
  const part = fc.string({ unit: fc.constantFrom('"', ',', '\\', 'a', '[', ']'), maxLength: 4 });
  const parts = fc.tuple(part, part, part, part);
  const encode = ([stream, eventId, type, field]: [string, string, string, string]): string =>
    associatedData('p', 'identity', { stream, eventId, type, field }).toString();
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const equal = one.every((text, index) => text === other[index]);
      return (encode(one) === encode(other)) === equal;
    }),
  );
  t.pass();
});

t.test('short texts all have one length, and padding comes off again', async (t) => {
  const lengths = ['', 'O', 'Awa', '1999-02-28', 'a'.repeat(63)].map(
    (text) => encrypt(keys, here, text).length,
  );
  t.equal(new Set(lengths).size, 1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      const padded = pad(Buffer.from(bytes));
      return unpad(padded).equals(bytes) && padded.length % (bytes.length < 512 ? 64 : 512) === 0;
    }),
  );
});

function breaks(action: () => unknown): boolean {
  try {
    action();
  } catch (error) {
    return error instanceof SealBroken;
  }
  return false;
}
