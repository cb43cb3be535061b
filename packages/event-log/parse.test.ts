import { randomUUID } from 'node:crypto';
import t from 'tap';
import { z } from 'zod';
import type { Recorded } from './log.ts';
import { probeEvent, probeStream } from './log-probe.ts';
import { parse, UnparsableEvent } from './parse.ts';

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
