/** Finds the word that a mistyped one was probably meant to be. */
import { Remembered } from '../remembered';

const MOST_EDITS = 2;

/** Undefined: none of them is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3 || word.length > 60) return undefined;
  const plain = letters.get(word);
  let best: string | undefined;
  let fewest = Math.min(MOST_EDITS, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editsBetween(plain, letters.get(candidate), fewest);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** `caller_number` and `callerNumber` are the same word. The candidates are the same for every word. */
const letters = new Remembered<string>(2000, (word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));

/** Levenshtein's distance, or `limit` where it is not below that. */
function editsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
}
