/** What happens to cases and referrals in these tests: invented persons, real rules. */
import { createHash, randomUUID } from 'node:crypto';

export const theme =
  'difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits';

const evidence = createHash('sha256').update('formulaire inventé').digest('hex');

export const newCase = (familyName = 'Personne-Inventée') => ({
  kind: 'person',
  referent: randomUUID(),
  persons: [
    {
      role: 'main',
      identity: { givenName: 'Exemple', familyName, birthDate: '1990', sex: null },
      contact: { languages: ['fr'] },
    },
  ],
});

export const newConsent = (associations: readonly string[]) => ({
  givenBy: 'person',
  language: 'fr',
  formVersion: '2026-11',
  purposes: ['referral', 'coordination'],
  recipients: { associations, openToEligible: true },
  categories: ['identity', 'contact', 'administrative', 'housing', 'social'],
  validFrom: new Date(Date.now() - 60_000).toISOString(),
  evidence,
});

export const newReferral = (file: string, person: string, offer: string) => ({
  case: file,
  persons: [person],
  kind: 'service',
  themes: [theme],
  need: 'Préparer une demande',
  target: { to: 'offer', offer },
  priority: 'urgent',
});

export const shared = { categories: ['identity', 'contact'] };

export const newOffer = (title: string, more: object = {}) => ({
  kind: 'service',
  title,
  themes: [theme],
  ...more,
});
