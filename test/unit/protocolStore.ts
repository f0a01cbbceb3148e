import type { Store } from '../../shared/state/store';

/** A disk that is full, or a server that went away: the next transactions fail, before they are stored or after. */
export interface Trouble {
	times: number;
	isStored: boolean;
}

const changes: ReadonlySet<string | symbol> = new Set<keyof Store>([
	'write',
	'doubt',
	'endRun',
	'compact',
	'beat',
	'load',
	'resend',
]);

const refusal = 'The disk is full';

/** The store with troubles that can be made for it. */
export const unreliable = (store: Store, trouble: Trouble): Store =>
	new Proxy(store, {
		get(target, name) {
			const method: unknown = Reflect.get(target, name);
			if (typeof method !== 'function') return method;
			const call = method.bind(target) as (...args: unknown[]) => unknown;
			if (!changes.has(name)) return call;
			return async (...args: unknown[]) => {
				if (trouble.times <= 0) return await call(...args);
				trouble.times--;
				if (trouble.isStored) await call(...args);
				throw new Error(refusal);
			};
		},
	});

/** Whether the work was done; not, when the store refused it. */
export const unlessRefused = async (work: () => Promise<unknown>): Promise<boolean> => {
	try {
		await work();
		return true;
	} catch (error) {
		if ((error as Error).message === refusal) return false;
		throw error;
	}
};
