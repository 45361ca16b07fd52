/** Puts the pictures that README shows where it shows them, out of those that the browser tests have just made. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packRoot } from './pack-root.mjs';

const made = join(packRoot, '.test-output');
const shown = join(packRoot, 'docs', 'images');

/** By the file in docs/images: the test's label and what it calls the moment. */
const PICTURES = {
  'flow.png': /^newcomer-5-light-\d+-delivered\.png$/,
  'template.png': /^newcomer-5-light-\d+-parameters\.png$/,
  'deliveries.png': /^deliveries-page-5-light-\d+-details\.png$/,
};

mkdirSync(shown, { recursive: true });
for (const [name, pattern] of Object.entries(PICTURES)) {
  const picture = readdirSync(made).find((file) => pattern.test(file));
  if (picture === undefined) throw new Error(`The browser tests made no picture like ${pattern}`);
  copyFileSync(join(made, picture), join(shown, name));
}
