/** The parts of MSAL in use. The build replaces this file by a self-contained bundle, so it imports nothing else. */
export { ConfidentialClientApplication } from '@azure/msal-node';
export type { Configuration } from '@azure/msal-node';
