import type { RowError } from './model';

/** A whole request refused: REST's array body with `errorCode` (salesforce contract 5). */
export class Refusal extends Error {
	readonly name = 'Refusal';

	constructor(
		readonly status: number,
		readonly errorCode: string,
		message: string,
		readonly more: {
			readonly fields?: readonly string[];
			readonly headers?: Readonly<Record<string, string>>;
		} = {},
	) {
		super(message);
	}
}

/** One row refused; the row engine turns it into its outcome. */
export class RowRefusal extends Error {
	readonly name = 'RowRefusal';
	readonly errors: readonly RowError[];

	constructor(statusCode: string, message: string, fields: readonly string[] = []) {
		super(message);
		this.errors = [{ statusCode, message, fields }];
	}
}

/** 404 of a path, object or row that does not exist. */
export const notFound = (message = 'The requested resource does not exist'): Refusal =>
	new Refusal(404, 'NOT_FOUND', message);

/** 400 of a request whose form is wrong. */
export const badRequest = (errorCode: string, message: string): Refusal =>
	new Refusal(400, errorCode, message);
