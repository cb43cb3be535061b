/** Words that people use for the same thing. In each row any of them stands for all; written as plain.ts gives them. */
export const synonyms: readonly (readonly string[])[] = [
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
  ['papier', 'titre', 'sejour', 'prefecture', 'administratives', 'اوراق'],
  ['asile', 'refugie', 'refugies', 'ofpra', 'cnda', 'لجوء', 'asylum'],
  ['francais', 'fle', 'alphabetisation', 'فرنسيه', 'french'],
  ['alimentation', 'manger', 'repas', 'nourriture', 'colis', 'طعام', 'food'],
  ['habillement', 'vetement', 'vetements', 'habits', 'vestiaire', 'ملابس', 'clothes'],
  ['sante', 'soins', 'medecin', 'docteur', 'طبيب', 'doctor'],
  ['psychologue', 'mentale', 'psy', 'traumatisme'],
  ['emploi', 'emplois', 'travail', 'travaux', 'boulot', 'embauche', 'عمل', 'job'],
  ['loi', 'lois'],
  ['formation', 'apprendre', 'stage'],
  ['enfant', 'enfants', 'creche', 'bebe', 'اطفال'],
  ['douche', 'douches', 'hygiene', 'laverie'],
  ['numerique', 'ordinateur', 'internet', 'informatique'],
  ['argent', 'dette', 'dettes', 'endettement', 'budgetaire'],
  ['transport', 'mobilite', 'bus', 'permis'],
];

/** Other words for this one; none for most. */
export function synonymsOf(word: string): string[] {
  const others = synonyms.filter((row) => row.includes(word)).flat();
  return [...new Set(others)].filter((other) => other !== word);
}

// Accents make the last ones words that PostgreSQL leaves out: without accents it looks for them.
const ofAsking = new Set(
  `cherche cherchons chercher besoin veux voudrais voudrions souhaite trouver bonjour merci svp
  comment combien quand quel quelle quels quelles pourquoi peut peuvent faut avoir faire
  a ete etes etaient etait meme`.split(/\s+/),
);

/** Words with which people ask, which say nothing of what they ask for. */
export const isOfAsking = (word: string): boolean => ofAsking.has(word);

/** One of these words, in any form, as a tsquery. */
export const anyOf = (words: readonly string[]): string => `(${words.join(' | ')})`;
