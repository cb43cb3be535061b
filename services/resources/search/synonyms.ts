/** Words that people use for the same thing. In each row any of them stands for all; written as plain.ts gives them. */
const rows: readonly (readonly string[])[] = [
  [
    'hebergement',
    'logement',
    'toit',
    'dormir',
    'foyer',
    'abri',
    'سكن',
    'ماوي',
    'accommodation',
    'shelter',
  ],
  ['avocat', 'juriste', 'juridique', 'droits', 'محامي', 'lawyer'],
  ['papiers', 'titre', 'sejour', 'prefecture', 'administratives', 'اوراق'],
  ['asile', 'refugie', 'refugies', 'ofpra', 'cnda', 'لجوء', 'asylum'],
  ['francais', 'fle', 'alphabetisation', 'فرنسيه', 'french'],
  ['alimentation', 'manger', 'repas', 'nourriture', 'colis', 'طعام', 'food'],
  ['habillement', 'vetement', 'vetements', 'habits', 'vestiaire', 'ملابس', 'clothes'],
  ['sante', 'soins', 'medecin', 'docteur', 'طبيب', 'doctor'],
  ['psychologue', 'mentale', 'psy', 'traumatisme'],
  ['emploi', 'travail', 'boulot', 'embauche', 'عمل', 'job'],
  ['formation', 'apprendre', 'stage'],
  ['enfant', 'enfants', 'creche', 'bebe', 'اطفال'],
  ['douche', 'douches', 'hygiene', 'laverie'],
  ['numerique', 'ordinateur', 'internet', 'informatique'],
  ['argent', 'dette', 'dettes', 'endettement', 'budgetaire'],
  ['transport', 'mobilite', 'bus', 'permis'],
];

/** Other words for this one; none for most. */
export function synonymsOf(word: string): string[] {
  const others = rows.filter((row) => row.includes(word)).flat();
  return [...new Set(others)].filter((other) => other !== word);
}

const ofAsking = new Set(
  `cherche cherchons chercher besoin veux voudrais voudrions souhaite trouver bonjour merci svp`.split(
    ' ',
  ),
);

/** Words with which people ask, which say nothing of what they ask for. */
export const isOfAsking = (word: string): boolean => ofAsking.has(word);
