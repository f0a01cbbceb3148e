import { dynamics365 } from './dynamics365';
import { salesforce } from './salesforce';

/** Every system a record can be written to: name → factory of its connector. */
export const connectors = { dynamics365, salesforce } as const;
