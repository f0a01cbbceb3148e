import { converterTo } from '../../shared/core/conversion';
import type { FieldInfo } from '../../shared/core/field';
import type { Destination } from '../../shared/core/mapping/destination';

/** A field of a made-up object; text that anybody may write unless told otherwise. */
export function field(name: string, more: Partial<FieldInfo> = {}): FieldInfo {
	return {
		...{ name, label: name, type: 'string' },
		...{ required: false, creatable: true, updatable: true },
		...more,
	};
}

/** A converter as the node makes it, in UTC. */
export const toField = (to: FieldInfo, cutText = false) =>
	converterTo(to, { timeZone: 'UTC', cutText });

/** What a connector says of an object. */
export function destination(...fields: FieldInfo[]): Destination {
	return { title: 'Dynamics 365 contact', fields, converterTo: toField };
}
