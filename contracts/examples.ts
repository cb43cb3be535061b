/** Bodies of the main commands as the OpenAPI documents show them. The ids and the person are invented. */
const id = (n: number): string => `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`;
const [worker, association, file, person, offer] = [id(1), id(2), id(3), id(4), id(5)];

export const openCase = {
  kind: 'person',
  referent: worker,
  persons: [
    {
      role: 'main',
      identity: {
        givenName: 'Exemple',
        familyName: 'Personne-Inventée',
        birthDate: '1990',
        sex: null,
      },
      contact: { languages: ['fr', 'ar'], phones: ['06 00 00 00 00'] },
    },
  ],
};
export const addNote = { text: 'Rendez-vous pris à la permanence.' };
export const giveConsent = {
  givenBy: 'person',
  language: 'ar',
  formVersion: '2026-11',
  purposes: ['referral', 'coordination'],
  recipients: { associations: [association], openToEligible: false },
  categories: ['identity', 'contact', 'housing'],
  withheld: [{ category: 'health', why: null }],
  validFrom: '2026-11-02T09:00:00Z',
  evidence: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};
export const draftReferral = {
  case: file,
  persons: [person],
  kind: 'service',
  themes: ['sante--acces-aux-soins'],
  need: 'Un premier rendez-vous médical',
  target: { to: 'offer', offer },
  priority: 'urgent',
};
export const sendReferral = { categories: ['identity', 'contact'] };
export const declineReferral = {
  reason: 'no_capacity',
  declinedBy: 'receiver',
  text: 'Plus de place avant le printemps.',
};
export const redirectReferral = { target: { to: 'association', association } };
export const completeReferral = { outcome: 'helped' };
export const requestHandover = {
  case: file,
  to: association,
  reason: 'La personne s’installe à Calais.',
};
export const acceptHandover = { referent: worker };
export const publishOffer = {
  kind: 'place',
  title: 'Hébergement d’urgence, douze places',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  languages: ['fr', 'ar'],
  places: 12,
  hasWaitingList: true,
};
export const registerAssociation = {
  name: 'Association inventée',
  kind: 'association',
  themes: ['sante--acces-aux-soins'],
  communes: ['59183'],
  acceptsOpenReferrals: true,
  languages: ['fr'],
};
export const describeOrganisation = {
  name: 'Association inventée',
  website: 'https://example.org/',
  translations: { ar: { name: 'جمعية للتجربة' } },
  contact: { name: 'Exemple Inventé', phone: '00 00 00 00 00', email: null },
};
export const startImport = {
  format: 'data-inclusion',
  source: 'dora',
  size: 204_800,
  visibility: 'public',
};
export const describeSite = {
  name: 'Local de Dunkerque',
  address: {
    street: '1 rue Inventée',
    complement: null,
    postalCode: '59140',
    locality: 'Dunkerque',
    commune: '59183',
  },
  coordinates: { latitude: 51.0344, longitude: 2.3768 },
  hours: 'Mo-Fr 09:00-12:00',
};
export const requestExchange = {
  provider: association,
  themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
  hours: 3,
  text: 'Préparer un recours, avec un interprète.',
};
export const planSeries = {
  offer,
  schedule: {
    start: '2027-01-12T18:00',
    rule: 'FREQ=WEEKLY;BYDAY=TU',
    except: ['2027-02-16T18:00'],
  },
  durationMinutes: 120,
  seats: 12,
  languages: ['fr', 'ar'],
  place: 'Salle du rez-de-chaussée',
};
export const addRegistration = { registrant: { who: 'worker', worker }, label: 'Exemple' };
export const stateSkill = {
  expert: worker,
  title: 'Droit d’asile : recours devant la CNDA',
  themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
  languages: ['fr', 'ar'],
  evidence: { text: 'Quinze ans de permanences juridiques.', link: null },
  commune: '59183',
  radiusKm: 50,
  availability: { hoursPerMonth: 6, from: null, until: null },
};
export const stateNeed = {
  themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
  commune: '59183',
  languages: ['ar'],
  when: { from: '2026-12-01', until: '2026-12-31' },
  text: 'Un recours à préparer, avec un interprète.',
};
export const askQuestion = {
  themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
  commune: '59183',
  text: 'Peut-on travailler pendant l’examen de la demande d’asile ?',
};
export const publishTool = {
  kind: 'guide',
  title: 'Ouvrir un compte bancaire',
  summary: 'Le droit au compte, pas à pas.',
  body: 'Demander une attestation de refus, puis saisir la Banque de France.',
  themes: ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'],
  languages: ['fr'],
};
