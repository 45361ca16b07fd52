/** The parts of a histogram as they stand beside each other, and the time that a choice of them means. Pure. */
import type { Histogram } from './log-client';

export interface Bar {
  readonly fromMs: number;
  readonly delivered: number;
  readonly failed: number;
  readonly open: number;
}

/** More are never drawn: a filter may name a span in which the log holds next to nothing. */
const MOST_BARS = 120;

/** Fewer are only drawn of a span that the filter names: the first deliveries look like bars on a time line, not like a wall. */
const LEAST_BARS = 24;

/** Every part of the span, also those without deliveries. Empty: there is nothing to show. */
export function barsOf(
  { stepMs, parts }: Histogram,
  bounds: { readonly fromMs: number | null; readonly toMs: number | null },
): readonly Bar[] {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const endMs = Math.max(bounds.toMs ?? 0, Date.parse(last.at) + stepMs);
  const firstMs = Math.min(bounds.fromMs ?? endMs - LEAST_BARS * stepMs, Date.parse(first.at));
  const beginMs = Math.floor(firstMs / stepMs) * stepMs;
  const count = Math.min(MOST_BARS, Math.ceil((endMs - beginMs) / stepMs));
  const counted = new Map(parts.map((part) => [Date.parse(part.at), part]));
  return Array.from({ length: count }, (_, n) => {
    const fromMs = beginMs + n * stepMs;
    const { delivered = 0, failed = 0, open = 0 } = counted.get(fromMs) ?? {};
    return { fromMs, delivered, failed, open };
  });
}

/** The time of the bars from one to another, whichever comes first. */
export function spanOf(
  bars: readonly Bar[],
  stepMs: number,
  one: number,
  other: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  const [from, to] = [bars[Math.min(one, other)], bars[Math.max(one, other)]];
  return from === undefined || to === undefined ? null : { fromMs: from.fromMs, toMs: to.fromMs + stepMs };
}

/** The bar at a share of the width, from 0 to 1. */
export function barAt(share: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
}

/** The least share of the height by which a bar is seen: one failure among thousands must not vanish. */
const LEAST = 0.06;

/** How high the pieces of a bar are, from the bottom, as shares of the height. */
export function heightsOf(bar: Bar, highest: number): { failed: number; open: number; delivered: number } {
  const share = (count: number): number => (count === 0 ? 0 : Math.max(LEAST, count / highest));
  const pieces = { failed: share(bar.failed), open: share(bar.open), delivered: share(bar.delivered) };
  const sum = pieces.failed + pieces.open + pieces.delivered;
  if (sum <= 1) return pieces;
  // What was made higher to be seen is taken from the largest piece.
  const largest = (['delivered', 'failed', 'open'] as const).reduce((a, b) => (pieces[b] > pieces[a] ? b : a));
  return { ...pieces, [largest]: pieces[largest] - (sum - 1) };
}
