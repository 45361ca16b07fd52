/** Where the project lies: the folder of package.json. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packRoot = dirname(dirname(fileURLToPath(import.meta.url)));
