import { stateLabels } from '../contracts/labels.ts';
import { ReferralAction, ReferralState } from '../contracts/referrals.ts';
import { referralActions } from '../services/referrals/referrals/actions.ts';
import { endedStates, finalStates, openStates } from '../services/referrals/referrals/states.ts';
import { systemActions } from '../services/referrals/referrals/system-actions.ts';

type Name = keyof typeof referralActions;

/** docs/referral-actions.md: the table of actions, the diagram and the labels, as the code has them. */
export function referralDocument(): string {
  return `# What may be done to a referral

Generated from \`services/referrals/referrals/actions.ts\` by \`npm run contracts\`; do not edit.

Open: ${list(openStates)}. Ended: ${list(endedStates)}. Final: ${list(finalStates)}.

## By people

${table(ReferralAction.options)}

A counted offer is accepted in two steps: \`accept\` asks for the place (\`referral-place-requested.v1\`, the state
stays), \`confirmPlace\` or \`refusePlace\` follows from the resources service. Meanwhile the receiver may decline and
the sender withdraw; a place that then comes too late is given back.

## By the platform

${table(systemActions)}

## Diagram

\`\`\`mermaid
stateDiagram-v2
${diagram()}
\`\`\`

## Labels

What a state is called for each reader, in French.

| state | sender | receiver | person |
|---|---|---|---|
${ReferralState.options.map(labels).join('\n')}
`;
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const table = (names: readonly Name[]): string =>
  [
    '| action | from → to | who | guard | carries | event |',
    '|---|---|---|---|---|---|',
    ...names.map((name) => {
      const { who, event, guard, carries } = referralActions[name];
      const cells = [name, moves(name), who.join(', '), guard, carries, `\`${event}\``];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');

/** From-states grouped by where they lead. */
function moves(name: Name): string {
  const entries = Object.entries(referralActions[name].moves);
  const staying = entries.filter(([from, to]) => from === to).map(([from]) => from);
  const leading = Map.groupBy(
    entries.filter(([from, to]) => from !== to),
    ([, to]) => to,
  );
  const shown = [...leading].map(
    ([to, froms]) =>
      `${froms.map(([from]) => (from === 'absent' ? '∅' : from)).join(', ')} → ${to}`,
  );
  if (staying.length > 0) {
    const everywhere = entries.length === ReferralState.options.length;
    const others = leading.size > 0 ? 'any other state' : 'any state';
    shown.push(`${everywhere ? others : staying.join(', ')} stays`);
  }
  return shown.join('; ');
}

/** One arrow for each pair of states, with the actions that follow it. Notes and arrows into error are left out. */
function diagram(): string {
  const arrows = new Map<string, string[]>();
  for (const name of Object.keys(referralActions) as Name[]) {
    if (name === 'enteredInError') continue;
    for (const [from, to] of Object.entries(referralActions[name].moves)) {
      if (from === to) continue;
      const arrow = `${from === 'absent' ? '[*]' : from} --> ${to}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), name]);
    }
  }
  const lines = [...arrows].map(([arrow, names]) => `  ${arrow}: ${names.join(', ')}`);
  return [...lines, '  closed --> [*]'].join('\n');
}

const labels = (state: ReferralState): string => {
  const { sender, receiver, person } = stateLabels[state];
  return `| ${state} | ${sender.fr} | ${receiver.fr} | ${person.fr} |`;
};
