import type { ApiResponse } from './org';
import { json } from './org';
import type { Refusal } from './refusal';

/** The array body of a refused request; `fields` only where the refusal names some (5). */
export function errorAnswer({ status, message, errorCode, more }: Refusal): ApiResponse {
	const fields = more.fields === undefined ? {} : { fields: more.fields };
	return json(status, [{ message, errorCode, ...fields }], more.headers);
}
