import type { FieldInfo } from '../field';
import { likeness, readName } from './names';

/** Up to this the nearest name would only puzzle. */
const TOO_FAR = 59;

/** The field somebody most likely meant, by technical name or label. */
export function nearestField(name: string, fields: readonly FieldInfo[]): FieldInfo | undefined {
	const wanted = readName(name);
	let best: { readonly field?: FieldInfo; readonly score: number } = { score: TOO_FAR };
	for (const field of fields) {
		const score = Math.max(
			likeness(wanted, readName(field.name)).score,
			likeness(wanted, readName(field.label)).score,
		);
		if (score > best.score) best = { field, score };
	}
	return best.field;
}
