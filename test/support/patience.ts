/** How long a test waits for what a machine may be slow at: disk, wire, processes. Only what never comes takes that long. */
export const PATIENCE_MS = 30_000;
