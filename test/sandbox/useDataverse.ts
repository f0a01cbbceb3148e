import { startDataverse, type DataverseOptions, type DataverseSandbox } from './dataverse';
import { useSandbox } from './useSandbox';

/** The Dataverse stand-in for all tests of a file. */
export const useDataverse = (options?: DataverseOptions): DataverseSandbox =>
	useSandbox(() => startDataverse(options));
