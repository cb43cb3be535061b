import t from 'tap';
import { waitForRows } from './wait-for.ts';

t.test(
  'a position that the log never had is bad input, and one to come is waited for',
  async (t) => {
    const late = { isReadable: () => true, waitFor: async () => false };
    const ending = (head: () => Promise<bigint>) => ({ ...late, head });
    const wait = (position: bigint, head: () => Promise<bigint>) =>
      waitForRows(ending(head), position, 'members');
    await t.rejects(
      wait(41n, async () => 40n),
      {
        code: 'invalid-request',
        extras: { errors: [{ pointer: 'waitFor', code: 'beyond-the-log' }] },
      },
    );
    await t.rejects(
      wait(40n, async () => 40n),
      { code: 'position-not-reached' },
    );
    const away = () => Promise.reject(new Error('the log is away'));
    await t.rejects(wait(41n, away), { code: 'position-not-reached' });
    await t.rejects(waitForRows(late, 41n, 'everybody'), { code: 'position-not-reached' });
  },
);
