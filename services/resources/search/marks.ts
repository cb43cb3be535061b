/** What rows say in place of nothing, or of a choice; written by `project.ts`, asked for by `question.ts`. */

/** Audiences that are no association. What is for everybody is for members too. */
export const everybody = 'everybody';
export const members = 'members';

/** In place of publics, when an offer names none. */
export const unsaid = '';

/** That an offer is for a part of this zone. */
export const inside = (zone: string): string => `in:${zone}`;
