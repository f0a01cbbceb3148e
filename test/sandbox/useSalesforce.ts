import { startSalesforce, type SalesforceOptions, type SalesforceSandbox } from './salesforce';
import { useSandbox } from './useSandbox';

/** The Salesforce stand-in for all tests of a file. */
export const useSalesforce = (options?: SalesforceOptions): SalesforceSandbox =>
	useSandbox(() => startSalesforce(options));
