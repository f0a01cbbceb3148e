/** So many values of a field, and not one that fits: the field was changed, not the records (sync T19). */
const ENOUGH = 10;

/** Counts, per field, whether its values fit. */
export interface Misfits {
	fits(field: string): void;
	fails(field: string, problem: string): void;
	/** Fields none of whose many values fits, each with what is wrong with one of them. */
	retyped(): ReadonlyArray<{ readonly field: string; readonly problem: string }>;
}

/** Nothing counted yet. */
export function countMisfits(): Misfits {
	const fine = new Set<string>();
	const unfit = new Map<string, { readonly count: number; readonly problem: string }>();
	return {
		fits: (field) => void fine.add(field),
		fails(field, problem) {
			unfit.set(field, { count: (unfit.get(field)?.count ?? 0) + 1, problem });
		},
		retyped: () =>
			[...unfit]
				.filter(([field, { count }]) => count >= ENOUGH && !fine.has(field))
				.map(([field, { problem }]) => ({ field, problem })),
	};
}
