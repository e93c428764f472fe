import { fileURLToPath } from 'node:url';

/** What is read where no file is named: an example that works as it is. */
export const DEFAULT_CONFIG = fileURLToPath(new URL('../../config/tocsin.yml', import.meta.url));
