/** Who may be what to a case and a referral, and the resources that the authorisation matrix asks about. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import type { ServiceProbe, Software } from './service-probe.ts';
import { type File, openFile, publish, refer, register, theme } from './service-steps.ts';

export const relationNames = [
  'owner',
  'formerOwner',
  'receiver',
  'formerReceiver',
  'eligible',
  'coordinator',
  'otherCoordinator',
  'auditor',
  'administrator',
  'otherAdministrator',
  'stranger',
  'union',
] as const;
export type RelationName = (typeof relationNames)[number];
export type People = { readonly [name in RelationName]: Software };

export type World = {
  readonly people: People;
  /** Came from `formerOwner`; `receiver` has an open referral of it, `formerReceiver` one that has ended. */
  readonly file: File;
  readonly offer: string;
  /** Another case of the owner, which nobody else takes part in. */
  readonly fresh: () => Promise<File>;
  readonly correlation: string;
};

export async function buildWorld(probe: ServiceProbe): Promise<World> {
  const { software } = probe;
  const owner = await software();
  const remit = [owner.association];
  const people: People = {
    owner,
    formerOwner: await software(),
    receiver: await software(),
    formerReceiver: await software(),
    eligible: await software(),
    coordinator: await software('coordinator', randomUUID(), remit),
    otherCoordinator: await software('coordinator', randomUUID(), [randomUUID()]),
    auditor: await software('auditor'),
    administrator: await software('administrator', owner.association),
    otherAdministrator: await software('administrator'),
    stranger: await software(),
    union: await software('partner', randomUUID()),
  };
  const { formerOwner, receiver, formerReceiver } = people;
  await register(probe, people.eligible.association);
  await register(probe, people.union.association, 'union');
  const recipients = [receiver, formerReceiver, formerOwner];
  const file = await openFile(probe, formerOwner, recipients);
  const offered = await formerOwner.post('/handovers', {
    ...{ case: file.id, to: owner.association, reason: 'Elle déménage' },
  });
  const referent = randomUUID();
  await owner.post(`/handovers/${offered.body.id}/accept`, { referent }, offered.etag);
  await untilOwner(owner, file);
  await refer({ sender: owner, receiver, file }, 'under_review');
  await refer({ sender: owner, receiver: formerReceiver, file }, 'declined');
  await probe.settled();
  let correlation = '';
  for await (const { metadata } of probe.log.read(`case-${file.id}`, { max: 1 })) {
    correlation = metadata.correlationId;
  }
  const offer = await publish(probe, receiver);
  return { people, file, offer, correlation, fresh: () => openFile(probe, owner, recipients) };
}

async function untilOwner(owner: Software, { id }: File): Promise<void> {
  await eventually(async () => {
    const { status, body } = await owner.get(`/cases/${id}`);
    return status === 200 && body.level === 'owner';
  });
}

/** A draft of the file, as the route takes it. */
export const draftOf = ({ id, person }: File, association: string) => ({
  ...{ case: id, persons: [person], kind: 'service', themes: [theme], need: 'Un rendez-vous' },
  target: { to: 'association', association },
});
