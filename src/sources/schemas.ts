import type { SourceSchema } from '../config/registry.ts';
import { sources } from './registry.ts';
import { parseRhacsOptions, rhacsShape } from './rhacs/schema.ts';

/** How every source is configured. */
export const sourceSchemas: readonly SourceSchema[] = sources.map(({ name, defaultPath, defaultStaleAfter }) => ({
  name,
  defaultPath,
  defaultStaleAfter,
  ...(name === 'rhacs' && { shape: rhacsShape, parseOptions: parseRhacsOptions }),
}));
