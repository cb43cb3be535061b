/** A case with everything in it that must not reach the wrong eyes: each text is a canary that names itself. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '@relais/http/caller';
import type { Cast } from './cast.ts';
import type { Appending, ReadProbe, Seal } from './probe.ts';
import { referralTeller } from './referral.ts';

const later = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

type Setting = {
  readonly probe: ReadProbe;
  readonly cast: Cast;
  readonly caseId: string;
  readonly person: string;
  readonly referent: string;
};

/** A text that names itself, wherever it turns up. */
export const say = (name: string): string => `canary:${name}`;
const mainPerson = { name: say('identity'), birthDate: '1990-02-28', phone: '06 12 34 56 78' };
const by = (caller: Caller, more: Appending = {}) => ({ association: caller.association, ...more });

/** Appends to the streams of one case. */
export function storyteller(probe: ReadProbe, cast: Cast) {
  const caseId = randomUUID();
  const person = randomUUID();
  const setting = { probe, cast, caseId, person, referent: randomUUID() };
  return {
    ...setting,
    ...fileTeller(setting),
    ...consentTeller(setting),
    handover: (to: Caller) => handover(setting, to),
    referral: (receiver: Caller | null) => referralTeller(probe, cast, setting, receiver),
  };
}

function fileTeller({ probe, cast, caseId, person, referent }: Setting) {
  const append = (make: (seal: Seal) => Promise<Told>, caller: Caller, more: Appending = {}) =>
    probe.append(`case-${caseId}`, make, by(caller, more));
  const part = (
    type: string,
    data: (seal: Seal) => Promise<object>,
    caller: Caller = cast.owner,
    more: Appending = {},
  ) => append(async (seal) => ({ type, data: await data(seal) }), caller, more);
  return {
    /** An event of the case; `data` seals what is personal in it. */
    part,
    async open(more: Appending = {}, { name, birthDate, phone } = mainPerson) {
      await append(
        async (seal) => ({
          type: 'case-opened.v1',
          data: {
            association: cast.owner.association,
            referent,
            kind: 'person',
            persons: [
              {
                person,
                role: 'main',
                identity: await seal(person, 'identity', 'persons.0.identity', {
                  givenName: name,
                  familyName: null,
                  birthDate,
                  sex: null,
                }),
                contact: await seal(person, 'contact', 'persons.0.contact', {
                  languages: ['ps'],
                  phones: [phone],
                  place: say('contact'),
                }),
              },
            ],
          },
        }),
        cast.owner,
        more,
      );
    },
    vulnerability: (visibility: string) =>
      part('case-vulnerability-recorded.v1', async (seal) => ({
        vulnerability: randomUUID(),
        person,
        what: await seal(person, 'health', 'what', {
          code: 'pregnancy',
          detail: say(`vulnerability-${visibility}`),
        }),
        visibility,
      })),
    goal: () =>
      part('case-goal-set.v1', async (seal) => ({
        goal: randomUUID(),
        text: await seal(person, 'social', 'text', say('goal')),
        dueOn: '2027-01-31',
      })),
    note: (kind: 'private' | 'shared', caller: Caller, name: string) =>
      part(
        `case-${kind}-note-added.v1`,
        async (seal) => ({
          note: randomUUID(),
          association: caller.association,
          author: null,
          text: await seal(person, 'social', 'text', say(name)),
        }),
        caller,
      ),
    breakGlass: (caller: Caller, until = later(1)) =>
      part(
        'case-break-glass-opened.v1',
        async (seal) => ({
          client: caller.clientId,
          association: caller.association,
          owner: cast.owner.association,
          reason: await seal(person, 'administrative', 'reason', say('break-glass-reason')),
          until,
        }),
        caller,
      ),
  };
}
type Told = { readonly type: string; readonly data: unknown };

function consentTeller({ probe, cast, caseId, person, referent }: Setting) {
  return {
    async consent() {
      const consent = randomUUID();
      await probe.append(
        `consent-${caseId}`,
        async (seal) => ({
          type: 'consent-given.v1',
          data: {
            consent,
            association: cast.owner.association,
            givenBy: 'person',
            representative: await seal(person, 'family', 'representative', say('representative')),
            interpreter: await seal(person, 'administrative', 'interpreter', say('interpreter')),
            language: 'ps',
            formVersion: '1',
            purposes: ['referral'],
            recipients: { associations: [cast.receiver.association], openToEligible: true },
            categories: ['identity', 'contact'],
            withheld: [
              {
                category: 'health',
                why: await seal(person, 'social', 'withheld.0.why', say('why')),
              },
            ],
            validFrom: later(-1),
            validUntil: null,
            evidence: 'a'.repeat(64),
          },
        }),
        by(cast.owner),
      );
      return consent;
    },
    exception: () =>
      probe.append(
        `consent-${caseId}`,
        async (seal) => ({
          type: 'consent-exception-recorded.v1',
          data: {
            exception: randomUUID(),
            association: cast.owner.association,
            legalBasis: 'vital_interest',
            reason: await seal(person, 'administrative', 'reason', say('exception-reason')),
            author: referent,
            purposes: ['referral'],
            recipients: { associations: [], openToEligible: false },
            categories: ['health'],
            validFrom: later(-1),
            until: later(30),
          },
        }),
        by(cast.owner),
      ),
  };
}

async function handover({ probe, cast, caseId, person }: Setting, to: Caller): Promise<string> {
  const id = randomUUID();
  await probe.append(
    `handover-${id}`,
    async (seal) => ({
      type: 'handover-requested.v1',
      data: {
        case: caseId,
        from: cast.owner.association,
        to: to.association,
        initiator: cast.owner.association,
        reason: await seal(person, 'social', 'reason', say('handover-reason')),
      },
    }),
    by(cast.owner),
  );
  return id;
}
