/** Work that is asked for more often than it should be done. */

/**
 * Does the work at once, and again only when it has ended and rested; however often it is asked for meanwhile, once. The work
 * sees to its own errors.
 */
export function paced(work: () => Promise<void>, restMs: number): () => void {
  let isBusy = false;
  let isAsked = false;
  const run = (): void => {
    isBusy = true;
    isAsked = false;
    work().then(() => setTimeout(next, restMs));
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
