/** Which rows of a long list need to be in the document, and how the list scrolls to one. Pure. */

export interface Window {
  readonly first: number;
  /** Not included. */
  readonly end: number;
}

/** Rows beyond each edge, so that a short scroll shows no gaps. */
const SPARE_ROWS = 6;

export function windowAt(scrollTop: number, height: number, rowHeight: number, count: number): Window {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - SPARE_ROWS);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + SPARE_ROWS);
  return { first: Math.min(first, Math.max(0, end - 1)), end };
}

/** The least scrolling by which the whole row is seen. */
export function scrollTo(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - height);
}
