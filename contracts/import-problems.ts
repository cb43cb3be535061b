/** What imports refuse. Why a line is refused stands in the report. */
import type { ProblemCatalogue } from './problems.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const importProblems = {
  'wrong-offset': says(
    409,
    'The bytes do not begin where the last ones ended: Upload-Offset says where',
    'Ces octets ne commencent pas là où les derniers finissaient : Upload-Offset dit où',
  ),
  'upload-over': says(409, 'This import takes no more bytes', 'Cet import ne prend plus d’octets'),
  'import-over': says(409, 'The import is over', 'L’import est terminé'),
  'too-many-imports': says(
    409,
    'Ten imports of your association are unfinished: finish or cancel one',
    'Dix imports de votre association sont en cours : achevez-en ou annulez-en un',
  ),
} as const satisfies ProblemCatalogue;
export type ImportRefusalCode = keyof typeof importProblems | 'not-found' | 'already-exists';
