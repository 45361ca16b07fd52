/**
 * Measures the pack: `npm run bench` all parts in turn, `npm run bench -- speed` those that are named. Prints tables in
 * Markdown. What each part measures and how to read it is in README.md beside this file.
 */
import { cpus } from 'node:os';
import { PARTS } from './parts';
import { type Goal, goalTable, markdown } from './tables';

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`No part is called ${unknown.join(', ')}. There is: ${Object.keys(PARTS).join(', ')}.`);
  const chosen = Object.entries(PARTS).filter(([name]) => names.length === 0 || names.includes(name));
  const startedAt = performance.now();
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  console.log(`Node.js ${process.version}, ${cpus().length} × ${model.trim()}\n`);
  const goals: Goal[] = [];
  for (const [name, part] of chosen) {
    process.stderr.write(`${name} …\n`);
    const found = await part('full');
    for (const table of found.tables) console.log(markdown(table));
    goals.push(...found.goals);
  }
  if (goals.length > 0) console.log(markdown(goalTable(goals)));
  console.log(
    `Every event of every run arrived exactly once. ${((performance.now() - startedAt) / 1000).toFixed(0)} s in all.`,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
