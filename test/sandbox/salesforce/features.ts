import { enableMultiCurrency } from './multiCurrency';
import type { Org } from './org';
import { enablePersonAccounts } from './personAccounts';

const enablers = {
	multiCurrency: enableMultiCurrency,
	personAccounts: enablePersonAccounts,
} as const;

/** What an organisation can switch on in Setup and never off again. */
export type Feature = keyof typeof enablers;

const enabled = () => new Set<string>();

/** Switches features on, from untrusted input; what does not exist is refused. */
export function enableFeatures(org: Org, names: readonly string[]): void {
	for (const name of names) {
		if (!Object.hasOwn(enablers, name)) throw new RangeError(`There is no feature ${name}`);
		const on = org.part(enabled);
		if (on.has(name)) continue;
		on.add(name);
		enablers[name as Feature](org);
	}
}
