/**
 * What a signature covers, as a text with places for parts of the request: `{{timestamp}}.{{body}}`. Also runs in a browser,
 * so that a panel refuses what deploying would refuse.
 */

/** `params`: the fields of a form, sorted by name, names and values without anything between. */
export const SIGNED_PARTS = ['id', 'timestamp', 'method', 'url', 'params', 'body'] as const;

export type SignedPart = (typeof SIGNED_PARTS)[number];

/** Pieces in their order. */
export type SignedText = readonly ({ readonly part: SignedPart } | { readonly literal: string })[];

const MARK = /\{\{\s*(\w*)\s*\}\}/g;

/** A part that is not among `allowed` makes the answer undefined, and so does a lone `{{` or `}}`. `\n` is a line break. */
export function readSignedText(text: string, allowed: readonly SignedPart[]): SignedText | undefined {
  const pieces: SignedText[number][] = [];
  const written = text.replaceAll('\\n', '\n');
  let taken = 0;
  for (const match of written.matchAll(MARK)) {
    const part = allowed.find((name) => name === match[1]);
    if (part === undefined) return undefined;
    pieces.push({ literal: written.slice(taken, match.index) }, { part });
    taken = match.index + match[0].length;
  }
  pieces.push({ literal: written.slice(taken) });
  const isWhole = pieces.every((piece) => !('literal' in piece) || !/\{\{|\}\}/.test(piece.literal));
  return isWhole ? pieces.filter((piece) => !('literal' in piece) || piece.literal !== '') : undefined;
}

export function hasPart(text: SignedText, part: SignedPart): boolean {
  return text.some((piece) => 'part' in piece && piece.part === part);
}
