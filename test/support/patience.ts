import { setTimeout as pause } from 'node:timers/promises';

/** How long a test waits for what a machine may be slow at: disk, wire, processes. Only what never comes takes that long. */
export const PATIENCE_MS = 30_000;

/** Asks until the answer is as wished. `told`: what it fails with, by the last answer. */
export async function askUntil<Answer>(
  ask: () => Promise<Answer>,
  isSo: (answer: Answer) => boolean,
  told: (answer: Answer) => string = (answer) => JSON.stringify(answer, null, 1),
): Promise<Answer> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; ; await pause(25)) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(told(answer));
  }
}
