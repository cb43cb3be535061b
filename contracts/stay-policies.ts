/**
 * How long stays last, as data. A new rule is a new version with its date; an old version is never edited: a stay
 * keeps the one that was valid on the day it began.
 */
import { z } from 'zod';
import type { Immutable } from './event-contract.ts';
import { Code, Day } from './values.ts';

/** Who decides on renewals. */
export const RenewalDecider = z.enum(['ofii', 'prefecture', 'association', 'siao']);
export type RenewalDecider = z.infer<typeof RenewalDecider>;

export const StayPolicy = z
  .strictObject({
    version: z.string().max(40),
    /** First day of the stays it is for. */
    validFrom: Day,
    initialMonths: z.int().min(1),
    renewalMonths: z.int().min(1),
    /** In all; null where the rule sets none. Beyond it only a coordinator extends, with a reason. */
    maximumMonths: z.int().min(1).nullable(),
    decidedBy: z.array(Code),
    /** Days before the end at which the association is reminded, the most first. */
    remindDays: z.array(z.int().min(1)),
  })
  .meta({ id: 'StayPolicy' });
export type StayPolicy = Immutable<z.infer<typeof StayPolicy>>;

const remindDays = [60, 30, 7];

export const stayPolicies = {
  /** Centres provisoires d’hébergement. */
  cph: [
    {
      version: 'cph-6-renewable',
      validFrom: '1973-01-01',
      initialMonths: 6,
      renewalMonths: 6,
      maximumMonths: null,
      decidedBy: ['association', 'prefecture'],
      remindDays,
    },
    {
      // Code de l'action sociale et des familles, art. R. 349-1 (décret 2016-253 of 2 March 2016, published on the 4th).
      version: 'cph-9-3',
      validFrom: '2016-03-05',
      initialMonths: 9,
      renewalMonths: 3,
      maximumMonths: 12,
      decidedBy: ['ofii'],
      remindDays,
    },
  ],
  'relais-insertion': [
    {
      version: 'relais-3-renewable',
      validFrom: '2000-01-01',
      initialMonths: 3,
      renewalMonths: 3,
      maximumMonths: null,
      decidedBy: ['association'],
      remindDays,
    },
  ],
} as const satisfies { readonly [name: string]: readonly StayPolicy[] };

export const StayPolicyName = z.enum(
  Object.keys(stayPolicies) as (keyof typeof stayPolicies & string)[],
);
export type StayPolicyName = z.infer<typeof StayPolicyName>;

/** The version for a stay that begins on this day: the last that was valid by then, or the first there was. */
export function policyOn(name: string, day: string): StayPolicy | undefined {
  if (!isPolicy(name)) return undefined;
  const versions: readonly StayPolicy[] = stayPolicies[name];
  return versions.findLast(({ validFrom }) => validFrom <= day) ?? versions[0];
}

/** By its name in events; undefined for one that is not known here. */
export const policyVersion = (version: string): StayPolicy | undefined =>
  Object.values(stayPolicies)
    .flat()
    .find((policy: StayPolicy) => policy.version === version);

const isPolicy = (name: string): name is StayPolicyName => Object.hasOwn(stayPolicies, name);
