/** Why a value cannot be sent as JSON without loss; undefined when it can. */
export function jsonProblem(
	value: unknown,
	ancestors: readonly unknown[] = [],
): string | undefined {
	switch (typeof value) {
		case 'number':
			return Number.isFinite(value) ? undefined : `is ${value}, which is not a number`;
		case 'bigint':
			return 'is a BigInt; convert it to text';
		case 'function':
		case 'symbol':
			return `is a ${typeof value}, not a value`;
		case 'object':
			return value === null ? undefined : objectProblem(value, ancestors);
		default:
			return undefined;
	}
}

/** A copy made of JSON values only, independent of the original. Dates become ISO text. */
export function jsonCopy(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (hasToJson(value)) return jsonCopy(value.toJSON());
	if (Array.isArray(value)) return value.map((entry) => jsonCopy(entry) ?? null);
	const copy: Record<string, unknown> = {};
	for (const [name, entry] of Object.entries(value)) {
		if (entry !== undefined) defineField(copy, name, jsonCopy(entry));
	}
	return copy;
}

/** Sets a field whatever its name is; a plain assignment to `__proto__` would be lost. */
export function defineField(record: Record<string, unknown>, name: string, value: unknown): void {
	if (name !== '__proto__') {
		record[name] = value;
		return;
	}
	Object.defineProperty(record, name, {
		value,
		enumerable: true,
		writable: true,
		configurable: true,
	});
}

function objectProblem(value: object, ancestors: readonly unknown[]): string | undefined {
	if (value instanceof Date) {
		return Number.isNaN(value.getTime()) ? 'is an invalid date' : undefined;
	}
	const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
	if (tag !== 'Object' && tag !== 'Array') return `is a ${tag}, which JSON cannot hold`;
	if (ancestors.includes(value)) return 'contains itself';
	const within = [...ancestors, value];
	if (hasToJson(value)) return toJsonProblem(value.toJSON(), within);
	for (const entry of Object.values(value)) {
		const problem = jsonProblem(entry, within);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

/** An invalid date-time of n8n's own date library turns into null. */
function toJsonProblem(value: unknown, ancestors: readonly unknown[]): string | undefined {
	return value === null ? 'is an invalid date' : jsonProblem(value, ancestors);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
	return 'toJSON' in value && typeof value.toJSON === 'function';
}
