import { rowEffect } from './effects';
import type { ObjectType, RowWrite } from './model';
import type { Session } from './org';

/** One record with all that is known about it before its values are read. */
export interface Task {
	readonly session: Session;
	readonly object: ObjectType;
	readonly write: RowWrite;
	/** Records in the call or trigger chunk, for limits that depend on it. */
	readonly size: number;
}

const lockedRows = () => ({ seen: 0 });

/** Refuses the row when an armed fault strikes it. */
export function strike(
	{ session: { org }, object, write, size }: Task,
	operation: 'create' | 'update' | 'delete',
) {
	for (const effect of org.faults.forRow({ table: object.name, operation, values: write.values })) {
		if (effect.kind === 'lockRow' && effect.every !== undefined) {
			const count = org.part(lockedRows);
			count.seen += 1;
			if (count.seen % effect.every !== 0) continue;
		}
		const refusal = rowEffect(effect, object.name, size);
		if (refusal !== undefined) throw refusal;
	}
}
