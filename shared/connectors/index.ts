import { dynamics365 } from './dynamics365';

/** Every system a record can be written to: name → factory of its connector. */
export const connectors = { dynamics365 } as const;
