/** The steps from each version of the database to the next; one that was released is never changed. */
import { schema1 } from './schema-1.ts';
import { schema2 } from './schema-2.ts';

/** The step at index n leads from version n to n + 1. */
export const migrations: readonly string[] = [schema1, schema2];
