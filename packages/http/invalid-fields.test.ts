import { text } from '@relais/contracts/values';
import t from 'tap';
import { z } from 'zod';
import { fieldErrors } from './invalid-fields.ts';

t.test('a text of nothing but white space is said to be blank', async (t) => {
  const data = { reason: ' \n' };
  const { error } = z.object({ reason: text(20) }).safeParse(data);
  t.match(fieldErrors(error?.issues ?? [], data, true), [
    { pointer: '/reason', code: 'wrong-format', detail: { en: /white space/, fr: /espaces/ } },
  ]);
});
