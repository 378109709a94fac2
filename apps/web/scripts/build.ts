// Builds the pages into dist/, where they are not what the sources say. Prints one line: what it did.
import { buildPages } from './build-pages.ts';

// What is served is the quiet and small kind of every library, whoever starts this.
process.env.NODE_ENV = 'production';
const { isNew, folder } = await buildPages();
process.stdout.write(`${isNew ? 'built' : 'unchanged'} ${folder}\n`);
