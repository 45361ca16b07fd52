/** The fields of a form as Twilio signs them: sorted by name, names and values without anything between. */

/** Of a name that occurs several times each value counts once, in order. */
export function sortedParams(form: string | Buffer): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(form.toString())) {
    const known = values.get(name);
    if (known) known.add(value);
    else values.set(name, new Set([value]));
  }
  return [...values.keys()]
    .sort()
    .flatMap((name) => [...(values.get(name) ?? [])].sort().map((value) => name + value))
    .join('');
}
