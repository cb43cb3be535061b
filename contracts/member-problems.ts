import type { ProblemCatalogue } from './problems.ts';

/** Refused at the door, whatever is asked. */
export const memberProblems = {
  'not-an-association': {
    status: 403,
    title: {
      en: 'Unions, parties and institutions work with no case',
      fr: 'Les syndicats, partis et institutions n’ont accès à aucun dossier',
    },
  },
  'no-longer-a-member': {
    status: 403,
    title: {
      en: 'The association has left the platform',
      fr: 'L’association a quitté la plate-forme',
    },
  },
} as const satisfies ProblemCatalogue;
