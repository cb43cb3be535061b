/**
 * The language of these that Accept-Language (RFC 9110 §12.5.4) likes best, by the lookup of RFC 4647 §3.4: `ar-SD` is
 * answered in `ar`, and `pt` in `pt-BR` where there is no other. Undefined when it names none of them.
 */
export function preferredOf<Tag extends string>(
  header: string | undefined,
  available: readonly Tag[],
): Tag | undefined {
  let best: Tag | undefined;
  let bestQuality = 0;
  for (const range of (header ?? '').slice(0, 200).split(',')) {
    const match =
      /^\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*$/i.exec(
        range,
      );
    const tag = lookUp(match?.[1]?.toLowerCase() ?? '', available);
    const quality = Number(match?.[2] ?? 1);
    if (tag !== undefined && quality > bestQuality) {
      best = tag;
      bestQuality = quality;
    }
  }
  return best;
}

function lookUp<Tag extends string>(range: string, available: readonly Tag[]): Tag | undefined {
  for (let wanted = range; wanted !== ''; wanted = wanted.replace(/(?:^|-)[^-]*$/, '')) {
    const found = available.find((tag) => tag.toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return available.find((tag) => range !== '' && tag.toLowerCase().startsWith(`${range}-`));
}

/**
 * In which direction a language is written, which pages and messages have to keep. Only its language, script and region
 * (RFC 5646 §2.1) tell; what may follow need not be well-formed.
 */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const known =
    /^([a-z]{2,3})(?:-[a-z]{3}(?![a-z\d]))*(-[a-z]{4}(?![a-z\d]))?(-(?:[a-z]{2}|\d{3})(?![a-z\d]))?/i.exec(
      tag,
    );
  const [, language = 'und', script = '', region = ''] = known ?? [];
  const { script: written = '' } = new Intl.Locale(language + script + region).maximize();
  return rightToLeft.has(written) ? 'rtl' : 'ltr';
}

/** Scripts of living languages that run from right to left (Unicode, property Bidi_Class of their letters). */
const rightToLeft = new Set([
  'Adlm',
  'Arab',
  'Hebr',
  'Mand',
  'Nkoo',
  'Rohg',
  'Samr',
  'Syrc',
  'Thaa',
]);
