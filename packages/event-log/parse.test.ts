import { randomUUID } from 'node:crypto';
import t from 'tap';
import { z } from 'zod';
import { type Aggregate, accept } from './aggregate.ts';
import type { Log, Recorded } from './log.ts';
import { probeEvent, probeStream } from './log-probe.ts';
import { parse, UnparsableEvent } from './parse.ts';
import { submit } from './submit.ts';

type Event = { type: 'weighed.v3'; data: { grams: number; by: string } };

const contract = {
  schemas: {
    'weighed.v1': z.object({ kilos: z.number() }),
    'weighed.v2': z.object({ grams: z.number() }),
    'weighed.v3': z.object({ grams: z.number(), by: z.string() }),
  },
  upcasters: {
    'weighed.v1': ({ kilos }: { kilos: number }) => ({
      type: 'weighed.v2',
      data: { grams: kilos * 1000 },
    }),
    'weighed.v2': (data: { grams: number }) => ({
      type: 'weighed.v3',
      data: { ...data, by: 'unknown' },
    }),
  },
};

const recorded = (type: string, data: unknown): Recorded => ({
  ...probeEvent(data, { type }),
  ...{ stream: probeStream(), revision: 3n, position: 4_711n },
  recordedAt: '2026-03-01T08:00:00.000Z',
});

function refusal(record: Recorded): UnparsableEvent {
  try {
    parse<Event>(contract, record);
  } catch (error) {
    if (error instanceof UnparsableEvent) return error;
  }
  throw new Error('it was to be refused as an UnparsableEvent');
}

t.test('an old version becomes the present one, step by step', async (t) => {
  const present = { type: 'weighed.v3', data: { grams: 2_500, by: 'unknown' } };
  t.strictSame(parse<Event>(contract, recorded('weighed.v1', { kilos: 2.5 })), present);
  t.strictSame(parse<Event>(contract, recorded('weighed.v2', { grams: 2_500 })), present);
  const fresh = { grams: 1, by: 'Ada' };
  t.strictSame(parse<Event>(contract, recorded('weighed.v3', fresh)).data, fresh);
});

t.test('an event is checked by the contract it was stored with, not by a later one', async (t) => {
  const { message } = refusal(recorded('weighed.v1', { grams: 2_500 }));
  t.match(message, 'kilos invalid_type');
});

t.test('what cannot be parsed is named by position and fields, without its values', async (t) => {
  const secret = randomUUID();
  const record = recorded('weighed.v3', { grams: secret, by: [secret], [secret]: 1 });
  const error = refusal(record);
  t.equal(error.position, 4_711n);
  t.match(error.message, `weighed.v3 at position 4711 of ${record.stream}: `);
  t.match(error.message, 'grams invalid_type, by invalid_type');
  t.notMatch(error.message, secret);
});

t.test('a type that no contract describes is refused, be it a name every object has', async (t) => {
  for (const type of ['weighed.v4', 'toString', '__proto__']) {
    t.match(refusal(recorded(type, {})).message, `${type} at position 4711`);
  }
});

type Dated = { readonly type: 'dated.v1'; readonly data: { readonly at: string } };

const calendar: Aggregate<string, null, Dated, { code: string }> = {
  category: 'calendar',
  initial: null,
  decide: (at) => accept({ type: 'dated.v1', data: { at } }),
  evolve: () => null,
};
const datedContract = {
  schemas: { 'dated.v1': z.strictObject({ at: z.iso.datetime() }) },
  upcasters: {},
};

t.test('what nobody could read again is not appended', async (t) => {
  const appended: string[] = [];
  const log = {
    async append(stream: string) {
      appended.push(stream);
      return { appended: true, revision: 0n, position: 1n, duplicate: false };
    },
  } as unknown as Log;
  const id = randomUUID();
  const context = {
    ...{ actor: 'test', association: null, correlationId: id, causationId: id, commandId: id },
    occurredAt: '2026-03-01T08:00:00.000Z',
  };
  const dated = (at: string) =>
    submit(at, { log, aggregate: calendar, contract: datedContract, id, context, from: 'nothing' });
  await t.rejects(dated('+010000-01-14T23:59:59.000Z'), {
    message: 'dated.v1 would be unreadable: at invalid_format',
  });
  t.same(appended, []);
  t.match(await dated('9999-12-31T23:59:59.000Z'), { outcome: 'done' });
  t.same(appended, [`calendar-${id}`]);
});
