import t from 'tap';
import type { ReferralCommand } from './commands.ts';
import { decide } from './decide.ts';
import { addressed, favourable } from './favourable.ts';
import { byReceiver, bySender, play, steps } from './fixture.ts';
import { absent } from './state.ts';

t.test('a referral goes to nobody who does not work with cases', async (t) => {
  const commands = [
    [favourable('draft', bySender), absent],
    [favourable('send', bySender), play(...steps(addressed, 'draft'))],
    [favourable('redirect', byReceiver), play(...steps(addressed, 'draft', 'send'))],
  ] as const;
  for (const [command, referral] of commands) {
    t.ok(decide(command, referral).accepted);
    const unknown = { ...command, facts: { ...command.facts, receiverKnown: false } };
    t.match(decide(unknown as ReferralCommand, referral), {
      refusal: { code: 'association-unknown' },
    });
  }
});
