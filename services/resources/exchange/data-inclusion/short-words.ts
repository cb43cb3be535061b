/** Names have 3 characters there, descriptions 5: shorter ones say that they are, and are read again as they were. */
const marks = { nom: ' (nom court)', description: ' (texte court)' } as const;
const least = { nom: 3, description: 5 } as const;
const most = { nom: 150, description: 10_000 } as const;
type Field = keyof typeof marks;

export const lengthened = (text: string, field: Field): string =>
  text.length < least[field] ? text + marks[field] : text;

/** Characters are counted as the schema does, halves of none are left. */
export function cut(text: string, field: Field): string {
  const characters = [...text];
  return characters.length <= most[field]
    ? text
    : `${characters.slice(0, most[field] - 1).join('')}…`;
}

export function shortened(text: string, field: Field): string {
  const short = text.slice(0, -marks[field].length);
  return lengthened(short, field) === text ? short : text;
}

/** Services have a description there, whether or not anybody gave one. */
export const noDescription = (name: string): string => `${name} : sans description.`;
