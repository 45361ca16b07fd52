/** What a `telephony event in` says below itself. */

/** As much as is read at a glance. */
const LONGEST = 19;

/** The last event and how many came out: `call.ended · 12`. Where it would be too long, the family of the type is left out, then its end. */
export function lastAndCount(type: string, count: number): string {
  const behind = ` · ${count}`;
  const room = LONGEST - behind.length;
  const short = type.length > room ? type.slice(type.indexOf('.') + 1) : type;
  return (short.length > room ? `${short.slice(0, room - 1)}…` : short) + behind;
}
