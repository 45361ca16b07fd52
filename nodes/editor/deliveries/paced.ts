/** Work that is asked for more often than it should be done. */

/** What takes long is done less often: it rests so many times as long as it took. */
const REST_FACTOR = 5;

/**
 * Does the work at once, and again only when it has ended and rested; however often it is asked for meanwhile, once. The work
 * sees to its own errors.
 */
export function paced(work: () => Promise<void>, leastRestMs: number): () => void {
  let isBusy = false;
  let isAsked = false;
  const run = (): void => {
    isBusy = true;
    isAsked = false;
    const startedAtMs = performance.now();
    void work().then(() => {
      setTimeout(next, Math.max(leastRestMs, REST_FACTOR * (performance.now() - startedAtMs)));
    });
  };
  const next = (): void => {
    isBusy = false;
    if (isAsked) run();
  };
  return () => {
    if (isBusy) isAsked = true;
    else run();
  };
}
