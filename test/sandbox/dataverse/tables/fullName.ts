import type { RowValues } from '../model';

/** People have a full name the platform puts together. */
export function deriveFullName(values: RowValues): void {
	const names = [values.firstname, values.lastname].filter((name) => name != null);
	if (names.length > 0) values.fullname = names.join(' ');
	else delete values.fullname;
}
