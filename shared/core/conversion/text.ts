import type { Conversion, Converter } from './outcome';
import { cutText, exact, lossy, shown, unfit } from './outcome';
import { longSalesforceId } from './salesforceId';
import type { FieldInfo } from '../field';
import { jsonProblem } from '../jsonValue';

/** Into text: numbers and booleans as JSON writes them, lists and objects as JSON. Text stays as it is, spaces too. */
export function textConverter({ maxLength }: FieldInfo, cutsText: boolean): Converter {
	const fit = (text: string) => {
		// UTF-16 units, as the databases behind these systems count (dataverse 2.3: String, MaxLength).
		if (maxLength === undefined || text.length <= maxLength) return exact(text);
		const lengths = `${text.length} characters, and the field holds ${maxLength}`;
		return cutsText
			? lossy(cutText(text, maxLength), `was cut: it has ${lengths}`)
			: unfit(`has ${lengths}; shorten it, or choose to cut long texts`);
	};
	return (value) => {
		if (typeof value === 'string') return fit(value);
		const problem = jsonProblem(value);
		return problem === undefined ? fit(jsonText(value)) : unfit(problem);
	};
}

/** Into a record id: GUIDs and Salesforce ids (salesforce:T13) in one form each; other ids only trimmed. */
export function idConverter({ shortIds }: FieldInfo): Converter {
	return (value) => {
		if (shortIds) return salesforceId(value);
		if (typeof value === 'string') return exact(guidOf(value) ?? value.trim());
		if (Number.isSafeInteger(value)) return exact(String(value));
		return unfit(`is ${shown(value)}, which is not a record id`);
	};
}

function salesforceId(value: unknown): Conversion {
	const id = typeof value === 'string' ? longSalesforceId(value) : undefined;
	if (id !== undefined) return exact(id);
	return unfit(`is ${shown(value)}, which is not a Salesforce id of 15 or 18 characters`);
}

const guid = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/iu;

/** A GUID in lower case and without braces; undefined for any other text. */
export function guidOf(text: string): string | undefined {
	return guid.exec(text.trim())?.[1]?.toLowerCase();
}

/** JSON with the fields of objects in one order, so that equal objects become the same text. */
function jsonText(value: unknown): string {
	return JSON.stringify(value, (_name, entry: unknown) =>
		typeof entry === 'object' && entry !== null && !Array.isArray(entry)
			? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
			: entry,
	);
}
