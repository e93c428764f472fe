import { fileURLToPath } from 'node:url';

const example = new URL('../../config/tocsin.yml', import.meta.url);

/** What is read where no file is named: an example that works as it is. */
export const DEFAULT_CONFIG = fileURLToPath(example);
