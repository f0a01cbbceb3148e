import type { FieldInfo } from '../field';
import { likeness, readName } from './names';

/** Below this the nearest name would only puzzle. */
const CLOSE_ENOUGH = 60;

/** The field somebody most likely meant, by technical name or label. */
export function nearestField(name: string, fields: readonly FieldInfo[]): FieldInfo | undefined {
	const wanted = readName(name);
	let best: { readonly field: FieldInfo; readonly score: number } | undefined;
	for (const field of fields) {
		const score = Math.max(
			likeness(wanted, readName(field.name)).score,
			likeness(wanted, readName(field.label)).score,
		);
		if (score >= CLOSE_ENOUGH && score > (best?.score ?? 0)) best = { field, score };
	}
	return best?.field;
}
