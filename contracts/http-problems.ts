import type { ProblemCatalogue, Text } from './problems.ts';

const says = (status: number, en: string, fr: string, more?: Text, retryAfterSeconds?: number) => ({
  status,
  title: { en, fr },
  ...(more && { detail: more }),
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** What any route of any service may answer; services add their refusals (see each contract). */
export const httpProblems = {
  'invalid-request': says(400, 'The request is not valid', 'La requête n’est pas valide', {
    en: 'Every invalid field is listed in `errors`.',
    fr: 'Chaque champ invalide figure dans `errors`.',
  }),
  'malformed-json': says(
    400,
    'The body is not acceptable JSON',
    'Le corps n’est pas un JSON acceptable',
  ),
  'malformed-request': says(
    400,
    'The request is not well-formed HTTP',
    'La requête n’est pas du HTTP bien formé',
  ),
  'token-missing': says(401, 'An access token is required', 'Un jeton d’accès est requis'),
  'token-invalid': says(401, 'The access token is not valid', 'Le jeton d’accès n’est pas valide'),
  'token-expired': says(401, 'The access token has expired', 'Le jeton d’accès a expiré'),
  'client-disabled': says(
    401,
    'The client, or the rights in its token, were withdrawn',
    'Le client, ou les droits de son jeton, ont été retirés',
    { en: 'Ask for a new token.', fr: 'Demandez un nouveau jeton.' },
  ),
  'role-not-allowed': says(
    403,
    'The caller’s role does not allow this',
    'Le rôle de l’appelant ne le permet pas',
  ),
  'not-found': says(404, 'Not found', 'Introuvable'),
  'method-not-allowed': says(
    405,
    'The method is not allowed here',
    'La méthode n’est pas permise ici',
    {
      en: 'The Allow header lists the methods.',
      fr: 'L’en-tête Allow donne les méthodes.',
    },
  ),
  'not-acceptable': says(
    406,
    'The answer is only available as JSON',
    'La réponse n’existe qu’en JSON',
  ),
  'request-timeout': says(408, 'The request took too long', 'La requête a duré trop longtemps'),
  'idempotency-key-in-use': says(
    409,
    'The first request with this key is still running',
    'La première requête avec cette clé est en cours',
    {
      en: 'Send the same request again in a moment.',
      fr: 'Renvoyez la même requête dans un moment.',
    },
    1,
  ),
  'stale-revision': says(
    412,
    'The resource has changed since',
    'La ressource a changé entre-temps',
    {
      en: 'Read it again, then send If-Match with its revision and a new Idempotency-Key.',
      fr: 'Relisez-la, puis envoyez If-Match avec sa révision et une nouvelle Idempotency-Key.',
    },
  ),
  'body-too-large': says(413, 'The body is too large', 'Le corps est trop grand'),
  'uri-too-long': says(414, 'The address is too long', 'L’adresse est trop longue'),
  'unsupported-media-type': says(
    415,
    'Only application/json in UTF-8, not compressed, is accepted',
    'Seul application/json en UTF-8, non compressé, est accepté',
  ),
  'idempotency-key-reused': says(
    422,
    'The Idempotency-Key was used for another request',
    'L’Idempotency-Key a servi à une autre requête',
    {
      en: 'A new request needs a new key.',
      fr: 'Une nouvelle requête demande une nouvelle clé.',
    },
  ),
  'precondition-required': says(428, 'If-Match is required', 'If-Match est requis', {
    en: 'Send If-Match with the ETag of the revision you saw.',
    fr: 'Envoyez If-Match avec l’ETag de la révision que vous avez vue.',
  }),
  'too-many-requests': says(429, 'Too many requests', 'Trop de requêtes'),
  'headers-too-large': says(431, 'The headers are too large', 'Les en-têtes sont trop grands'),
  'internal-error': says(500, 'Something went wrong', 'Une erreur est survenue'),
  unavailable: says(
    503,
    'The service cannot answer now',
    'Le service ne peut pas répondre maintenant',
    {
      en: 'Nothing was half done. Send the same request again later, with the same Idempotency-Key.',
      fr: 'Rien n’est fait à moitié. Renvoyez la même requête plus tard, avec la même Idempotency-Key.',
    },
    2,
  ),
  'not-ready': says(
    503,
    'The service is still catching up',
    'Le service est en cours de rattrapage',
    undefined,
    5,
  ),
  'position-not-reached': says(
    503,
    'What was written is not visible yet',
    'Ce qui a été écrit n’est pas encore visible',
    undefined,
    1,
  ),
  contended: says(
    503,
    'Too many writers at once',
    'Trop d’écritures simultanées',
    {
      en: 'Nothing was done. Send the same request again, with the same Idempotency-Key.',
      fr: 'Rien n’a été fait. Renvoyez la même requête, avec la même Idempotency-Key.',
    },
    1,
  ),
} as const satisfies ProblemCatalogue;
export type HttpProblemCode = keyof typeof httpProblems;
