import { randomUUID } from 'node:crypto';
import t from 'tap';
import { sender } from '../fixture.ts';
import { type File, openFile } from '../reactions/histories.ts';
import { openStage, type Stage } from '../reactions/stage.ts';
import { sealShared } from './sharing.ts';

async function addNote(stage: Stage, file: File, kind: 'private' | 'shared', text: string) {
  const [id, type] = [randomUUID(), `case-${kind}-note-added.v1`];
  const at = { stream: file.stream, eventId: id, type, field: 'text' };
  const sealed = await stage.vault.seal(file.person, 'social', JSON.stringify(text), at);
  const data = { note: randomUUID(), association: sender, author: null, text: sealed };
  await stage.write(file.stream, { id, type, data });
}

t.test(
  'a file too long for one sealed text is shared in several, private notes never',
  async (t) => {
    const stage = await openStage(t);
    const file = await openFile(stage);
    const texts = ['A', 'B', 'C', 'D'].map((letter) => letter + '😀'.repeat(4_000));
    for (const text of texts) await addNote(stage, file, 'shared', text);
    await addNote(stage, file, 'private', 'canari privé');
    const at = {
      stream: `referral-${randomUUID()}`,
      eventId: randomUUID(),
      type: 'referral-sent.v1',
    };
    const categories = ['identity', 'social'] as const;
    const shared = await sealShared(stage, {
      case: file.case,
      persons: [file.person],
      categories,
      at,
    });
    const opened = await stage.vault.openMany(
      shared.map((sealed, index) => ({ sealed, at: { ...at, field: `shared.${index}` } })),
    );
    const notes = opened.flatMap((text) => JSON.parse(text ?? '{}').notes ?? []);
    t.same(notes, texts);
    t.ok(shared.filter(({ category }) => category === 'social').length > 1);
    t.notMatch(opened.join(), 'canari privé');
    const others = await sealShared(stage, {
      case: file.case,
      persons: [file.person],
      categories: ['health'],
      at,
    });
    t.same(others, [], 'a category that is not named is not shared');
  },
);

t.test('of a file too long for one event the newest notes are shared', async (t) => {
  const stage = await openStage(t);
  const file = await openFile(stage);
  const texts = Array.from({ length: 70 }, (_, n) => `${n} ${'م'.repeat(5_000)}`);
  for (const text of texts) await addNote(stage, file, 'shared', text);
  const [stream, eventId, type] = [`referral-${randomUUID()}`, randomUUID(), 'referral-sent.v1'];
  const shared = await sealShared(stage, {
    ...{ case: file.case, persons: [file.person], categories: ['identity', 'social'] },
    at: { stream, eventId, type },
  });
  await stage.write(stream, { id: eventId, type, data: { shared } });
  const opened = await stage.vault.openMany(
    shared.map((sealed, index) => ({
      sealed,
      at: { stream, eventId, type, field: `shared.${index}` },
    })),
  );
  const contents = opened.map((text) => JSON.parse(text ?? '{}'));
  const notes = contents.flatMap((content) => content.notes ?? []);
  t.same(notes, texts.slice(-notes.length), 'in their order');
  const leftOut = contents.reduce((sum, content) => sum + (content.leftOut ?? 0), 0);
  t.equal(leftOut, texts.length - notes.length);
  t.ok(leftOut > 0 && contents.some(({ givenName }) => givenName === 'Canari'));
});
