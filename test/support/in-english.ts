/** What was said, without the codes and values that other languages are made of. */
export function inEnglish<Said>(said: Said): Said {
  return withoutPhrases(said) as Said;
}

function withoutPhrases(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPhrases);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const { phrase: _, ...rest } = value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, withoutPhrases(one)]));
}
